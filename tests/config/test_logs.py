"""Production's log lines: JSON, with a number per request, and nothing of anybody's business."""

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from django.test import Client
from django.urls import reverse
from django_structlog.celery.receivers import CeleryReceiver

from config import logs
from consortium import tasks
from tests.cast import SALES, Cast, canaries

NAME, FIGURE = "Payer & Sons", "123456789"

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Log as in production, and give what was written."""
    stream = StringIO()
    chosen = logs.logging(production=True, level="INFO")
    line = chosen["formatters"]["line"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            **{name: value for name, value in line.items() if name != "()"}
        )
    )
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel("INFO")
    try:
        yield lambda: [json.loads(each) for each in stream.getvalue().splitlines()]
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def secrets(cast: Cast) -> set[str]:
    people = [cast.people[name] for name in ("payer", "finance")]
    return {
        *(figure for member in SALES for figure in canaries(member)),
        *(str(member) for member in cast.members.values()),
        *(each for person in people for each in (person.username, person.email)),
    }


def test_a_request_is_two_lines_with_one_number(lines: Lines, cast: Cast, client: Client) -> None:
    client.force_login(cast.people["finance"])
    answer = client.get(reverse("admin:funding_declaration_changelist"), {"q": NAME})
    assert answer.status_code == 200
    started, finished = lines()
    assert (started["event"], finished["event"]) == ("request_started", "request_finished")
    assert started["request"] == "GET /admin/funding/declaration/"
    assert (finished["code"], finished["user_id"]) == (200, str(cast.people["finance"].uid))
    assert {started["request_id"], finished["request_id"]} == {answer["X-Request-ID"]}


def test_whoever_asks_does_not_choose_the_number(lines: Lines, db: None, client: Client) -> None:
    chosen = {"X-Request-ID": "chosen", "User-Agent": "chosen"}
    answer = client.get("/accounts/login/", headers=chosen)
    assert len(lines()) == 2
    assert answer["X-Request-ID"] != "chosen"
    assert "chosen" not in str(lines())


def test_the_pulse_is_not_worth_a_line(lines: Lines, db: None, client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/metrics").status_code == 404
    assert lines() == []


def test_tokens_of_letters_stay_out(lines: Lines, db: None, client: Client) -> None:
    client.get("/accounts/password/reset/key/3k-c0ffee-4711/", {"next": "c0ffee"})
    client.get("/accounts/confirm-email/c0ffee:4711/")
    logging.getLogger("gunicorn.error").error("Error handling request %s", "/a/?q=c0ffee")
    said = lines()
    assert "c0ffee" not in str(said)
    assert said[0]["request"] == "GET /accounts/password/reset/key/…/"
    assert said[-1]["event"] == "Error handling request /a/"


def test_no_walk_through_the_product_logs_a_figure_or_a_name(
    lines: Lines, cast: Cast, client: Client, api: Any
) -> None:
    client.force_login(cast.people["finance"])
    for name in ("declaration", "assessment", "charge", "transfer"):
        assert client.get(reverse(f"admin:funding_{name}_changelist")).status_code == 200
    declaration = cast.declaration("payer")
    client.get(reverse("admin:funding_declaration_change", args=[declaration.pk]))
    wrong = {
        "member": str(declaration.member.uid),
        "levy": "dues",
        "period_starts_on": "2026-01-01",
        "figures": {"semiconductor_sales": "-123456789"},
    }
    signatory = api(cast.people["payer"])
    assert signatory.post("/api/v1/declarations/", wrong, format="json").status_code == 422
    assert len(lines()) >= 12
    text = json.dumps(lines(), ensure_ascii=False)
    assert [each for each in secrets(cast) if each in text] == []


def test_an_exception_is_logged_without_what_it_says(lines: Lines) -> None:
    logger = structlog.get_logger("any")
    try:
        try:
            raise KeyError(NAME)
        except KeyError as error:
            raise ValueError(FIGURE) from error
    except ValueError as error:
        logger.exception("it failed", error=str(error), member=NAME)
        logging.getLogger("any").exception("so did this")
    for said in lines():
        assert sorted(said) == ["event", "exception", "level", "logger", "timestamp"]
        assert said["exception"].splitlines()[-1] == "builtins.ValueError"
        assert "builtins.KeyError" in said["exception"]
        assert "test_logs.py" in said["exception"]
        assert NAME not in said["exception"]
        assert FIGURE not in said["exception"]


def test_a_failed_task_is_logged_without_what_it_says(lines: Lines) -> None:
    try:
        raise ValueError(FIGURE)
    except ValueError as error:
        CeleryReceiver().receiver_task_failure(task_id="1", exception=error, sender=tasks.tick_all)
    logging.getLogger("any").warning("after it")
    failed, _after = lines()
    assert (failed["event"], failed["task_id"], failed["level"]) == ("task_failed", "1", "error")
    assert failed["exception"].endswith("builtins.ValueError")
    assert FIGURE not in str(failed)


def test_loggers_that_repeat_everything_are_silent() -> None:
    chosen = logs.logging(production=True, level="INFO")["loggers"]
    for name in ("celery.app.trace", "gunicorn.access"):
        assert chosen[name]["level"] > logging.CRITICAL
