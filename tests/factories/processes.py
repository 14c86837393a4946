"""Programs of ours beside the test, on the test's own database and broker."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import redis
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """Return the address of the test's database."""
    given = connection.settings_dict
    password = f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else ""
    host = quote(given["HOST"], safe="") + (f":{given['PORT']}" if given["PORT"] else "")
    return f"postgres://{given['USER']}{password}@{host}/{given['NAME']}"


def redis_url() -> str:
    """Return the address whose broker is the test's; the cache stands one number above."""
    return re.sub(
        r"(?<=[=/])(\d+)(?=\?|$)", lambda number: str(int(number[1]) - 1), settings.CACHE_URL
    )


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return kept | {"DATABASE_URL": database_url(), "REDIS_URL": redis_url()}


def manage(*arguments: str) -> subprocess.Popen[str]:
    """Start a command of `manage.py`."""
    return started([sys.executable, "manage.py", *arguments])


def worker(*arguments: str) -> subprocess.Popen[str]:
    """Start a Celery worker."""
    celery = [sys.executable, "-m", "celery", "-A", "config", "worker", "--loglevel", "WARNING"]
    return started([*celery, "--without-gossip", "--without-mingle", *arguments])


def beat() -> subprocess.Popen[str]:
    """Start a Celery beat, which rings at once."""
    celery = [sys.executable, "-m", "celery", "-A", "config", "beat", "--loglevel", "WARNING"]
    return started([*celery, "--pidfile="])


def started(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_until(true: Callable[[], bool], seconds: float = 60, step: float = 0.05) -> None:
    """Wait until something is so. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(step)


def flush_broker() -> int:
    """Empty the test's broker; returns how many keys it held."""
    with redis.Redis.from_url(redis_url()) as client:
        held = int(client.dbsize())
        client.flushdb()
    return held
