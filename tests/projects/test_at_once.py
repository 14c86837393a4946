"""What several people do at the same moment happens once, and nobody meets a database error."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from consortium.errors import DomainError
from consortium.models import Notice
from projects.models import Deliverable, Milestone, Plan, ProgressReport, Secondment
from projects.operations.course import suspend_project
from projects.operations.deadlines import next_deadline, tell_deadlines
from projects.operations.items import reach_milestone
from projects.operations.people import Sending, second
from projects.operations.plans import decide_plan, propose_plan
from projects.operations.progress import ask_reports
from tests.factories.running import START, Running, running

COPIES = 4


@pytest.fixture
def here(transactional_db: None) -> Running:
    """Return a running project in committed rows, for threads of their own connections."""
    return running()


def at_once(call: Callable[[], Any]) -> list[str]:
    """Return what came of one call begun by several together: done, or the error's code."""
    start = Barrier(COPIES)

    def run(_number: int) -> str:
        try:
            start.wait(timeout=20)
            call()
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(COPIES) as pool:
        return sorted(pool.map(run, range(COPIES)))


def once(code: str) -> list[str]:
    return sorted([*[code] * (COPIES - 1), "done"])


def test_acts_of_many_happen_once(here: Running) -> None:
    facility, home = here.facility, here.members["beta"]
    assert facility is not None
    sending = Sending(
        person="Sato", facility=facility, starts_on=START, ends_on=date(2027, 1, 1),
        letter_on=START, undertaking_on=START,
    )  # fmt: skip
    assert at_once(lambda: second(home=home, sending=sending, by=here.staff, on=START)) == once(
        "secondment_overlaps"
    )
    assert Secondment.objects.count() == 1
    milestone = Milestone.objects.get()
    assert at_once(lambda: reach_milestone(milestone=milestone, by=here.staff, on=START)) == once(
        "already_done"
    )
    project = here.project
    assert at_once(
        lambda: propose_plan(project=project, body=here.plan(), reason="R", by=here.staff, on=START)
    ) == once("plan_open")
    plan = Plan.objects.get(version=2)
    assert at_once(lambda: decide_plan(plan=plan, adopt=True, by=here.second, on=START)) == once(
        "plan_decided"
    )
    assert at_once(
        lambda: suspend_project(project=project, reason="R", by=here.staff, on=START)
    ) == once("project_wrong_standing")


def test_sweeps_of_many_ask_and_tell_once(here: Running) -> None:
    day = date(2026, 6, 1)
    assert at_once(lambda: ask_reports(consortium=here.consortium, on=day)) == ["done"] * COPIES
    assert ProgressReport.objects.count() == 4
    before = Notice.objects.count()
    assert at_once(lambda: tell_deadlines(consortium=here.consortium, on=day)) == ["done"] * COPIES
    told = Notice.objects.filter(code="deliverable_due")
    assert (told.count(), Notice.objects.count() - before) == (1, 1)


def test_a_quiet_day_reads_index_entries_only(here: Running) -> None:
    """However many rows there are, those that are told later are not looked at."""
    due = Deliverable.objects.filter(consortium=here.consortium, next_on__lte=START)
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("SET enable_bitmapscan = off")
        cursor.execute("SET enable_sort = off")
        try:
            plan = due.order_by("next_on", "pk").explain()
        finally:
            cursor.execute("RESET enable_seqscan")
            cursor.execute("RESET enable_bitmapscan")
            cursor.execute("RESET enable_sort")
    assert "projects_deliverable_due" in plan
    assert "Seq Scan" not in plan
    assert next_deadline(consortium=here.consortium, after=START) == date(2026, 5, 31)
    assert tell_deadlines(consortium=here.consortium, on=START) == 0
