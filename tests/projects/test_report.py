"""The report on projects and deadlines, by hand, as of days that are past."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from consortium import registry
from consortium.operations.advance import advance
from consortium.periods import Period
from projects.models import Call, ReviewAssignment
from projects.operations.course import terminate_project
from projects.operations.decisions import Resolution, decide
from projects.operations.items import reach_milestone
from projects.operations.start import open_project
from projects.rules.choices import Authority
from projects.states import PROJECT_READERS, Outcome
from tests.factories.ledgers import small
from tests.factories.projects import CLOSED_ON, SCREENED_ON, Panel, panel, propose, reviewed
from tests.factories.reports import asked, blocks, read
from tests.factories.running import START, Running, running
from tests.snapshot import built_once

pytestmark = pytest.mark.django_db

D = Decimal
KINDS = ("projects", "projects-summary")
Y2026, Y2027 = (Period(date(year, 1, 1), date(year + 1, 1, 1)) for year in (2026, 2027))
TODAY = date(2027, 1, 5)
"""Five days after the milestone and, as it ends with 2026, 189 after the deliverable."""


@pytest.fixture
@built_once
def here() -> Running:
    here = running()
    advance(consortium=here.consortium, to=TODAY)
    return here


@pytest.fixture
@built_once
def screened() -> Panel:
    """Four proposals: one waits, one is being reviewed, one was reviewed, one is granted."""
    here = panel()
    for name in ("new", "asked", "judged", "yes"):
        propose(here, name)
    propose(here, "draft", submitted=False)
    ReviewAssignment.objects.create(
        consortium=here.consortium, proposal=here.proposals["asked"], due_on=SCREENED_ON,
        reviewer=here.people["ann"], assigned_on=SCREENED_ON,
    )  # fmt: skip
    for name in ("judged", "yes"):
        reviewed(here, name, ann=("4", "4"), bob=("4", "4"))
    for authority in (Authority.MEMBERS, Authority.GOVERNMENT):
        decide(
            proposal=here.proposals["yes"], authority=authority,
            resolution=Resolution(outcome=Outcome.GRANTED, amount=D(400)),
            decided_on=date(2026, 3, 1), by=None, on=date(2026, 3, 1),
        )  # fmt: skip
    return here


def counts(here: Panel, on: date, kind: str = "projects") -> list[Any]:
    """Return the call's proposals: waiting, in review, to be decided, granted, refused, …"""
    (row,) = blocks(asked(kind, here.consortium, on, Y2026))["pipeline calls"]
    return list(row[2:])


def test_the_pipeline_as_it_was_on_each_day(screened: Panel) -> None:
    assert counts(screened, date(2026, 3, 2)) == [1, 1, 1, 1, 0, 0, 4]
    assert counts(screened, date(2026, 3, 2), "projects-summary") == [1, 1, 1, 1, 0, 0, 4]
    # Before the decision, before the reviews, before anybody was to review, before any came in.
    assert counts(screened, date(2026, 2, 28)) == [1, 1, 2, 0, 0, 0, 4]
    assert counts(screened, date(2026, 2, 15)) == [1, 3, 0, 0, 0, 0, 4]
    assert counts(screened, CLOSED_ON) == [4, 0, 0, 0, 0, 0, 4]
    assert counts(screened, date(2026, 2, 9)) == [0, 0, 0, 0, 0, 0, 0]
    found = blocks(asked("projects", screened.consortium, date(2026, 3, 2), Y2026))
    assert found["pipeline money-CNY"] == [("first-call First call", D(2000), D(400))]


def test_of_an_open_call_the_summary_tells_nothing(screened: Panel) -> None:
    Call.objects.update(closes_at="2026-06-01T00:00Z")
    found = blocks(asked("projects-summary", screened.consortium, date(2026, 3, 2), Y2026))
    assert found["pipeline calls"] == []
    assert found["pipeline"] == "Of calls that are still open nothing is told."


def test_the_portfolio_by_theme_and_standing(here: Running) -> None:
    found = blocks(asked("projects", here.consortium, TODAY, Y2027))
    # Contract not yet signed, running, suspended, terminated, closed, in all.
    assert found["portfolio themes"] == [("lithography", 0, 1, 0, 0, 0, 1)]
    project = here.project
    assert found["portfolio projects-JPY"] == [
        (project.number, "Lithography", "Alpha", "Running", date(2026, 1, 1), date(2028, 1, 1),
         D(5000000)),
    ]  # fmt: skip
    drawn = found["portfolio packages timeline"]
    assert [(str(each.label), each.starts_on, each.ends_on) for each in drawn.spans] == [
        ("optics Optics", date(2026, 1, 1), date(2027, 1, 1)),
        ("resist Resist", date(2027, 1, 1), date(2028, 1, 1)),
    ]
    assert found["effort effort"] == [(project.number, "Lithography", D(100), D(0))]
    terminate_project(project=project, reason="Done", by=None, on=TODAY)
    after = blocks(asked("projects", here.consortium, TODAY, Y2027))
    assert after["portfolio themes"] == [("lithography", 0, 0, 0, 1, 0, 1)]
    assert "portfolio projects timeline" not in after
    before = blocks(asked("projects", here.consortium, date(2027, 1, 4), Y2027))
    assert before["portfolio themes"] == [("lithography", 0, 1, 0, 0, 0, 1)]


def test_what_is_overdue_by_step_of_the_ladder(here: Running) -> None:
    found = blocks(asked("projects", here.consortium, TODAY, Y2027))
    late = {row[0]: row[1:] for row in found["deadlines ladder"]}
    # A day late or more, a fortnight late or more, this week, within 30 days, in all.
    assert late["Milestones"] == (1, 0, 0, 0, 1)
    assert late["Deliverables"] == (0, 1, 0, 0, 1)
    overdue = [row[3:] for row in found["deadlines overdue"] if "Design" in row[1]]
    assert overdue == [(date(2026, 6, 30), 189, "Overdue by 14 days or more")]
    summary = blocks(asked("projects-summary", here.consortium, TODAY, Y2027))
    assert summary["deadlines ladder"] == found["deadlines ladder"]
    assert "deadlines overdue" not in summary


def test_a_milestone_is_late_until_it_is_reached(here: Running) -> None:
    milestone = here.project.milestones.get()
    reach_milestone(milestone=milestone, by=None, on=TODAY)
    for on, state in ((date(2026, 12, 1), "To come"), (date(2027, 1, 4), "Late"),
                      (TODAY, "Reached")):  # fmt: skip
        found = blocks(asked("projects", here.consortium, on, Y2026))
        assert [row[-1] for row in found["milestones milestones"]] == [state]
        counted = dict(found["milestones states"])
        assert [name for name, count in counted.items() if count] == [state]
    summary = blocks(asked("projects-summary", here.consortium, TODAY, Y2026))
    assert dict(summary["milestones states"]) == {"Reached": 1, "Late": 0, "To come": 0}


def test_names_are_for_staff_who_read_every_project(here: Running) -> None:
    full = " ".join(read(asked("projects", here.consortium, TODAY, Y2027)))
    numbers = " ".join(read(asked("projects-summary", here.consortium, TODAY, Y2027)))
    for each in ("Lithography", "First light", here.project.number, "5000000"):
        assert each in full
        assert each not in numbers
    readers = {kind: registry.report_kinds[kind].readers for kind in KINDS}
    assert readers["projects"] == set(PROJECT_READERS)
    assert readers["projects-summary"] == {*PROJECT_READERS, "reader", "supervisor"}


def test_it_takes_as_many_queries_for_three_projects() -> None:
    here, taken = running(), []
    for _n in range(4):
        with CaptureQueriesContext(connection) as queries:
            blocks(asked("projects", here.consortium, TODAY, Y2027))
        taken.append(len(queries))
        here._project = open_project(
            consortium=here.consortium, opening=here.opening(), by=here.staff, on=START
        )
        here.adopt(here.plan())
    # The second one's contract is the first that waits for anybody.
    assert taken[1] == taken[2] == taken[3]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", KINDS)
def test_it_can_be_read_where_there_is_nothing(kind: str, language: str) -> None:
    empty = small("empty", members=())
    early = Period(date(1990, 1, 1), date(1990, 4, 1))
    with override(language):
        assert read(asked(kind, empty, date(2025, 3, 1), Y2026))
        assert read(asked(kind, empty, date(1990, 3, 1), early))
