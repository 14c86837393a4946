"""The clockwork: what rings when, and that messages stay doorbells."""

from celery.schedules import crontab

from config.celery import app
from consortium import tasks
from funding.tasks import carry_out_runs


def test_the_bells() -> None:
    schedule = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert schedule == {
        "consortium.tasks.tick_all": crontab(minute="5"),
        "consortium.tasks.deliver": crontab(),
        "funding.tasks.carry_out_runs": crontab(),
    }


def test_each_bell_has_a_task_behind_it() -> None:
    rung = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert rung == {tasks.tick_all.name, tasks.deliver.name, carry_out_runs.name}


def test_messages_are_doorbells() -> None:
    conf = app.conf
    assert (conf.result_backend, conf.task_ignore_result, conf.task_acks_late) == (
        None,
        True,
        False,
    )
    assert (conf.task_serializer, conf.accept_content) == ("json", ["json"])
