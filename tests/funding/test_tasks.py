"""SEMATECH's dues years: by `advance`, by a worker, with a broker that forgets, and killed."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from config.demo import sematech
from consortium import registry
from consortium.models import Consortium
from consortium.operations.cases import load_case
from consortium.operations.consortia import found
from consortium.reports.verify import verify
from consortium.rules.cases import CaseDocument
from consortium.tasks import tick
from funding.models import Charge, Round
from tests.factories.ledgers import ledger
from tests.factories.processes import flush_broker, manage, wait_until, worker

LAST = date(1992, 12, 31)
DUES = {
    ("Intel", "1988-01-01", "15000000.000"),
    ("Intel", "1989-01-01", "15000000.000"),
    ("Intel", "1990-01-01", "15000000.000"),
    ("Intel", "1991-01-01", "15000000.000"),
    ("Harris Semiconductor", "1991-01-01", "7841000.000"),
    ("LSI Logic", "1991-01-01", "6500000.000"),
    ("Harris Semiconductor", "1992-01-01", "7413000.000"),
    ("Micron Technology", "1992-01-01", "4472000.000"),
}
"""One per cent of the published figures, at least 1 million, at most 15 million US dollars."""


@pytest.fixture(scope="module")
def case() -> CaseDocument:
    return sematech.read()


def charged(consortium: Consortium) -> set[tuple[str, str, str]]:
    charges = Charge.objects.filter(consortium=consortium).select_related(
        "member__organization", "assessment"
    )
    return {
        (str(each.member), each.assessment.period_starts_on.isoformat(), str(each.amount))
        for each in charges
    }


def unswept(case: CaseDocument) -> Consortium:
    """Found SEMATECH with its members, charter and declarations; nothing is swept yet."""
    load_case(case=case, by=None, on=case.starts_on)
    consortium = found(founding=sematech.founding(case), by=None, on=case.starts_on)
    members = sematech.admit_all(consortium, case)
    sematech.adopt_all(consortium, case)
    for event in sorted(case.events, key=lambda event: event.on):
        kind = registry.case_events.get(event.kind)
        if kind is not None and event.on < sematech.ENDS_ON:
            kind.apply(consortium=consortium, event=event, members=members)
    return consortium


def books(consortium: Consortium) -> dict[str, list[Any]]:
    """Return the ledger without the order in which declarations and sweeps took turns."""
    found = ledger(consortium)
    found["events"] = sorted(str(row[1:]) for row in found["events"] if row[1] not in SET_UP)
    return found


SET_UP = ("appoint", "set_goal")


@pytest.fixture
def expected(case: CaseDocument, transactional_db: None) -> dict[str, list[Any]]:
    """Return SEMATECH's books as `advance` writes them, declaration by declaration."""
    load_case(case=case, by=None, on=case.starts_on)
    consortium = sematech.build(case)
    assert charged(consortium) == DUES
    assert list(verify(consortium=consortium)) == []
    Consortium.objects.filter(pk=consortium.pk).update(slug="as-built")
    return books(consortium)


@contextmanager
def working(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Keep a worker while the block runs."""
    process = worker(*arguments)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=20)
        finally:
            os.killpg(process.pid, signal.SIGKILL) if process.poll() is None else None


def ticked(consortium: Consortium) -> Callable[[], bool]:
    def ask() -> bool:
        consortium.refresh_from_db()
        return consortium.ticked_at is not None

    return ask


def assert_same(consortium: Consortium, expected: dict[str, list[Any]]) -> None:
    consortium.refresh_from_db()
    assert consortium.advanced_to == LAST
    assert charged(consortium) == DUES
    found = books(consortium)
    without_people = {name: rows for name, rows in expected.items() if name != "notices"}
    assert {name: found[name] for name in without_people} == without_people
    assert list(verify(consortium=consortium)) == []


@pytest.mark.parametrize("pool", [("--pool", "solo"), ("--pool", "prefork", "--concurrency", "2")])
def test_worker_writes_the_same_ledger(
    case: CaseDocument, expected: dict[str, list[Any]], pool: tuple[str, ...]
) -> None:
    flush_broker()
    consortium = unswept(case)
    with working(*pool):
        for _ in range(3):  # three bells for one day, as two schedulers would ring
            tick.delay(consortium.pk)
        wait_until(ticked(consortium))
    assert_same(consortium, expected)


def test_a_broker_that_forgets_loses_nothing(
    case: CaseDocument, expected: dict[str, list[Any]]
) -> None:
    flush_broker()
    consortium = unswept(case)
    tick.delay(consortium.pk)
    assert flush_broker() > 0
    with working("--pool", "solo"):
        tick.delay(consortium.pk)
        wait_until(lambda: Round.objects.filter(consortium=consortium).count() > 1)
        flush_broker()
        tick.delay(consortium.pk)
        wait_until(ticked(consortium))
    assert_same(consortium, expected)


@pytest.mark.parametrize("rounds", [(1, 3), (2, 4)])
def test_killed_commands_leave_what_the_next_one_finishes(
    case: CaseDocument, expected: dict[str, list[Any]], rounds: tuple[int, ...]
) -> None:
    consortium = unswept(case)
    opened = Round.objects.filter(consortium=consortium)
    for reached in rounds:
        process = manage("advance", "--consortium", consortium.slug)
        wait_until(lambda: opened.count() >= reached or process.poll() is not None, step=0.001)  # noqa: B023
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    last = manage("advance", "--consortium", consortium.slug)
    out, _ = last.communicate(timeout=60)
    assert last.returncode == 0, out
    assert out.startswith("sematech-1988: 1992-12-31\n")
    assert_same(consortium, expected)
