"""Workers killed with -9 at random points of a dues run and of the arrears that follow.

Nothing is missing and nothing done twice.

`FAULTS` says how often: 10 in the suite, 200 by `make faults`.
"""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from consortium import clock
from consortium.models import Consortium
from consortium.operations.advance import tick as catch_up
from consortium.reports.verify import verify
from consortium.tasks import tick
from tests.factories.ladders import LADDER, steps
from tests.factories.ledgers import declared, fee, ledger, levy, small
from tests.factories.processes import flush_broker, wait_until, worker

COUNT = int(os.environ.get("FAULTS", "10"))
STARTS, ENDS, LAST = date(2024, 1, 1), date(2025, 1, 1), date(2024, 12, 31)
MEMBERS = "abc"


class Workers:
    """Two workers, of which one is killed now and then and replaced at once."""

    def __init__(self) -> None:
        self.running = [self.started(), self.started()]

    def started(self) -> subprocess.Popen[str]:
        return worker("--pool", "solo")

    def kill(self, which: int) -> None:
        process = self.running[which]
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        self.running[which] = self.started()

    def end(self) -> None:
        for process in self.running:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


@pytest.fixture
def workers(transactional_db: None) -> Iterator[Workers]:
    flush_broker()
    found = Workers()
    try:
        yield found
    finally:
        found.end()


def unswept(slug: str) -> Consortium:
    """Return a consortium with a year of two-monthly fees and quarterly dues before it.

    Nobody pays, so that every charge climbs the ladder; what that calls for beyond letters
    waits for staff, since so many days were missed.
    """
    levies = (
        fee(anchor="2024-01-01", months=2),
        levy(anchor="2024-01-01", months=3, calendar=fee()["calendar"]),
    )
    consortium = small(
        slug,
        *levies,
        starts_on=STARTS,
        ends_on=ENDS,
        members=MEMBERS,
        sections={"collection": {"ladder": LADDER}},
    )
    for month in (1, 4, 7, 10):
        for n, name in enumerate(MEMBERS, start=1):
            period = date(2024, month, 1)
            declared(consortium, name, f"{month + n}00000000", period=period, on=period)
    return consortium


def books(consortium: Consortium) -> dict[str, list[Any]]:
    """Return what the sweeps wrote, without what names the consortium itself."""
    found = ledger(consortium)
    found["charges"] = [row[:-1] for row in found["charges"]]
    found["steps"] = steps(consortium)
    return found


def test_a_killed_worker_leaves_what_another_finishes(workers: Workers) -> None:
    expected = unswept("expected")
    catch_up(consortium=expected, to=LAST, at=clock.now())
    books_expected = books(expected)
    assert len(books_expected["charges"]) == len(MEMBERS) * (6 + 4)
    assert books_expected["steps"]
    for n in range(COUNT):
        chance = random.Random(n)
        consortium = unswept(f"killed-{n}")
        for _ in range(3):
            tick.delay(consortium.pk)
        time.sleep(chance.uniform(0, 1.5))
        workers.kill(chance.randrange(2))
        tick.delay(consortium.pk)
        wait_until(lambda: reached(consortium), seconds=90)  # noqa: B023
        assert books(consortium) == books_expected, f"after the kill of round {n}"
        assert list(verify(consortium=consortium)) == []


def reached(consortium: Consortium) -> bool:
    consortium.refresh_from_db()
    return consortium.advanced_to == LAST
