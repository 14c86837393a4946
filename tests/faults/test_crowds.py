"""Two beats and many workers on one round, and a broker emptied in the middle of it.

Each item has one effect: nothing is missing and nothing done twice. A hundred items in
the suite; a thousand and eight workers by `make faults`.
"""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from consortium import clock
from consortium.operations.advance import tick as catch_up
from consortium.reports.verify import verify
from consortium.tasks import tick
from funding.models import Assessment, Charge, DunningStep
from tests.factories.ladders import LADDER
from tests.factories.ledgers import fee, small
from tests.factories.processes import beat, flush_broker, wait_until, worker
from tests.faults.test_kills import COUNT, books, reached, unswept

LONG = COUNT > 10
ITEMS, WORKERS = (1000, 8) if LONG else (100, 4)
STARTS, ENDS = date(2024, 10, 1), date(2025, 1, 1)


@pytest.fixture
def start(transactional_db: None) -> Iterator[Callable[..., None]]:
    """Start processes that end with the test."""
    flush_broker()
    running: list[subprocess.Popen[str]] = []
    try:
        yield lambda *processes: running.extend(processes)
    finally:
        for each in running:
            os.killpg(each.pid, signal.SIGKILL)
            each.communicate()


def once(rows: Any, *fields: str) -> bool:
    """Say whether there is one row of each member, or of each of its levels, and none twice."""
    return set(Counter(rows.values_list(*fields)).values()) == {1}


def test_two_beats_and_many_workers_do_each_item_once(start: Callable[..., None]) -> None:
    consortium = small(
        "crowd",
        fee(anchor="2024-10-01"),
        starts_on=STARTS,
        ends_on=ENDS,
        members=[f"m{n:04}" for n in range(ITEMS)],
        sections={"collection": {"ladder": LADDER[:1]}},
    )
    start(*(worker("--pool", "solo") for _ in range(WORKERS)), beat(), beat())
    for _ in range(WORKERS):
        tick.delay(consortium.pk)
    wait_until(lambda: reached(consortium), seconds=1200 if LONG else 180, step=0.2)
    own = {"consortium": consortium}
    for rows, fields in (
        (Assessment.objects.filter(**own), ["member"]),
        (Charge.objects.filter(**own), ["member"]),
        (DunningStep.objects.filter(**own), ["member", "level"]),
    ):
        assert rows.count() == ITEMS
        assert once(rows, *fields)
    assert list(verify(consortium=consortium)) == []


def test_a_broker_emptied_while_charges_are_dunned_loses_nothing(
    start: Callable[..., None],
) -> None:
    expected = unswept("expected")
    catch_up(consortium=expected, to=date(2024, 12, 31), at=clock.now())
    consortium = unswept("flushed")
    start(worker("--pool", "solo"), worker("--pool", "solo"))
    for _ in range(5):
        tick.delay(consortium.pk)
    wait_until(lambda: DunningStep.objects.filter(consortium=consortium).exists())
    flush_broker()
    tick.delay(consortium.pk)  # the next bell
    wait_until(lambda: reached(consortium), seconds=90)
    assert books(consortium) == books(expected)
    assert list(verify(consortium=consortium)) == []
