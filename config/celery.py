"""The clockwork: one worker app, and when the ticks ring.

The database holds what is due; a message only rings the bell. So there is no
result backend, no retry and no ETA, and a lost or doubled message does no harm.
"""

import os
import sys
from typing import Any

import structlog
from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, celeryd_init, setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.exceptions import OperationalError

from config import embedded
from config.errors import Trouble

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

logger = structlog.get_logger(__name__)
app = Celery("consortium")
app.conf.update(
    broker_url=settings.BROKER_URL,
    broker_connection_retry_on_startup=True,
    # Recovery of messages a killed worker held: 12 s instead of 92 s (kombu#2558).
    broker_transport_options={"unacked_restore_interval": 5, "unacked_restore_throttle": 1},
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    result_backend=None,
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    # A worker that grew is replaced between two tasks.
    worker_max_memory_per_child=400_000,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    timezone=settings.TIME_ZONE,
    enable_utc=True,
    # Nothing to remember: what was missed is found by its date, and a starting
    # beat rings at once.
    beat_scheduler="celery.beat:Scheduler",
    # Each consortium has its own midnight, hence every hour. A bell that nobody
    # heard before the next one rings is dropped.
    beat_schedule={
        "tick": {
            "task": "consortium.tasks.tick_all",
            "schedule": crontab(minute="5"),
            "options": {"expires": 3300},
        },
        "deliver": {
            "task": "consortium.tasks.deliver",
            "schedule": crontab(),
            "options": {"expires": 55},
        },
        "carry_out_runs": {
            "task": "funding.tasks.carry_out_runs",
            "schedule": crontab(),
            "options": {"expires": 55},
        },
    },
)
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_logging(**kwargs: Any) -> None:
    """Leave logging to Django's settings; Celery would replace the handlers."""


@celeryd_init.connect
def hold_servers(**kwargs: Any) -> None:
    try:
        embedded.hold()
    except Trouble as trouble:
        # Celery would log any other exception of a signal and go on.
        sys.exit(str(trouble))


@beat_init.connect
def ring_at_once(**kwargs: Any) -> None:
    hold_servers()
    try:
        app.send_task("consortium.tasks.tick_all", expires=3300)
    except OperationalError:
        logger.warning("the broker does not answer; the hourly bell will ring")
