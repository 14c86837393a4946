"""Pipeline, portfolio and deadline board: their figures, their links, and who reads them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consortium.models import User
from consortium.operations.advance import advance
from projects.models import Milestone, Proposal, ReviewAssignment
from projects.operations.decisions import Resolution, decide
from projects.operations.people import Sending, second
from projects.operations.start import open_project
from projects.reports.board import board
from projects.reports.holdings import Holding, holdings
from projects.reports.pipeline import Heap, pipeline
from projects.rules.choices import Authority
from projects.rules.deadlines import column
from projects.states import Outcome, Progress
from tests.factories.projects import (
    CLOSED,
    SCREENED_ON,
    Panel,
    panel,
    propose,
    reviewed,
    submit,
    version_of,
)
from tests.factories.running import START, Running, opened, running
from tests.snapshot import built_once

pytestmark = pytest.mark.django_db

TODAY = date(2027, 1, 5)
"""Five days after the milestone and, as it ends with 2026, 189 after the deliverable."""

PAGES = ("/admin/pipeline/", "/admin/portfolio/", "/admin/deadlines/")
READERS = ("staff", "secretary")


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(datetime(2027, 1, 5, 3, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
@built_once
def here() -> Running:
    here = running()
    advance(consortium=here.consortium, to=TODAY)
    return here


def desk(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def counted(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


# The pipeline


def resolved(here: Panel, name: str, outcome: Outcome, *authorities: Authority) -> None:
    for authority in authorities:
        decide(
            proposal=here.proposals[name], authority=authority,
            resolution=Resolution(outcome=outcome, amount=Decimal(400)),
            decided_on=SCREENED_ON, by=None, on=SCREENED_ON,
        )  # fmt: skip


@pytest.fixture
@built_once
def screened() -> Panel:
    """Return a call with one proposal in each heap, two in the first, and a draft."""
    here = panel()
    for name in ("new", "asked", "judged", "gone", "no", "yes"):
        propose(here, name)
    twice = propose(here, "twice")
    version_of(here, twice, "twice", ("alpha",), amount="3000", own="1000")
    submit(here, twice)
    propose(here, "draft", submitted=False)
    ReviewAssignment.objects.create(
        consortium=here.consortium, proposal=here.proposals["asked"], due_on=SCREENED_ON,
        reviewer=here.people["ann"], assigned_on=SCREENED_ON,
    )  # fmt: skip
    for name in ("judged", "yes"):
        reviewed(here, name, ann=("4", "4"), bob=("4", "4"))
    Proposal.objects.filter(pk=here.proposals["gone"].pk).update(withdrawn_at=CLOSED)
    resolved(here, "no", Outcome.REFUSED, Authority.MEMBERS)
    resolved(here, "yes", Outcome.GRANTED, Authority.MEMBERS, Authority.GOVERNMENT)
    return here


def test_proposals_stand_in_heaps_with_what_they_ask_for(screened: Panel) -> None:
    found = pipeline(consortium=screened.consortium, user=screened.people["projects"], on=TODAY)
    one = Heap(1, Decimal(500))
    assert found == {
        screened.call: {
            Progress.SUBMITTED: Heap(2, Decimal(500) + Decimal(2000)),
            Progress.IN_REVIEW: one,
            Progress.REVIEWED: one,
            Progress.WITHDRAWN: one,
            Progress.REFUSED: one,
            Progress.GRANTED: Heap(1, Decimal(500), Decimal(400)),
        }
    }


def test_half_a_decision_leaves_a_proposal_to_be_decided(screened: Panel) -> None:
    resolved(screened, "judged", Outcome.GRANTED, Authority.MEMBERS)
    found = pipeline(consortium=screened.consortium, user=screened.people["projects"], on=TODAY)
    assert found[screened.call][Progress.REVIEWED].count == 1


@pytest.mark.parametrize("progress", [each.value for each in Progress])
def test_each_figure_of_the_pipeline_leads_to_its_list(screened: Panel, progress: str) -> None:
    client = desk(screened.people["projects"])
    page = client.get(PAGES[0])
    (row,) = page.context["rows"]
    cell = next(each for each in row["cells"] if each["href"].endswith(f"={progress}"))
    listed = client.get(cell["href"]).context["cl"].result_list
    assert len(listed) == cell["count"] > 0
    (total,) = (each for each in page.context["totals"] if each["href"].endswith(f"={progress}"))
    assert len(client.get(total["href"]).context["cl"].result_list) == total["count"]


def test_nobody_learns_of_drafts_and_a_member_sees_its_own(screened: Panel) -> None:
    user = screened.people["gamma"]
    gamma = pipeline(consortium=screened.consortium, user=user, on=TODAY)
    assert gamma == {screened.call: {}}


# The portfolio


def test_the_portfolio_by_theme_and_by_member(here: Running) -> None:
    found = holdings(consortium=here.consortium, user=here.staff, on=TODAY)
    whole = Holding(1, {"JPY": Decimal(5000000)}, Decimal(100))
    assert (found.whole, found.themes) == (whole, {"lithography": whole})
    held = {
        str(each): (one.projects, one.budget["JPY"], one.months)
        for each, one in found.organizations.items()
    }
    assert held == {
        "Alpha": (1, Decimal(2500000), Decimal(12)),
        "Beta": (1, Decimal(1500000), Decimal(58)),
        "Gamma": (1, Decimal(1000000), Decimal(30)),
    }


def test_each_figure_of_the_portfolio_leads_to_its_list(here: Running) -> None:
    client = desk(here.staff)
    page = client.get(PAGES[1])
    lines = [line for block in page.context["blocks"] for line in block["lines"]]
    assert [line["name"] for line in lines] == ["lithography", "Beta", "Gamma", "Alpha"]
    for line in lines:
        listed = client.get(line["href"]).context["cl"].result_list
        assert [each.pk for each in listed] == [here.project.pk]
    closed = f"{PAGES[1].replace('portfolio', 'projects/project')}?standing=closed"
    assert not client.get(closed).context["cl"].result_list


# The board


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        (date(2027, 1, 5), "week"),
        (date(2027, 1, 12), "week"),
        (date(2027, 1, 13), "month"),
        (date(2027, 2, 4), "month"),
        (date(2027, 2, 5), None),
        (date(2027, 1, 4), "late_1"),
        (date(2026, 12, 23), "late_1"),
        (date(2026, 12, 22), "late_14"),
    ],
)
def test_where_a_deadline_stands(due_on: date, expected: str | None) -> None:
    assert column(due_on=due_on, on=TODAY, escalation=(1, 14)) == expected


def test_without_a_ladder_it_is_just_overdue() -> None:
    late = {"due_on": date(2026, 12, 1), "on": TODAY}
    assert column(**late, escalation=()) == column(**late, escalation=(0,)) == "late_0"


def stands(here: Running, **more: Any) -> set[tuple[str, str, str]]:
    found = board(consortium=here.consortium, user=here.staff, on=TODAY, **more)
    return {(each.kind.code, getattr(each.row, "code", ""), each.column) for each in found}


def test_the_board_of_one_project_and_of_all(here: Running) -> None:
    mine = {
        ("milestone_due", "first_light", "late_1"),
        ("deliverable_due", "design", "late_14"),
        ("report_due", "2026-01-01", "late_14"),
        ("report_due", "2026-07-01", "month"),
    }
    assert stands(here) == mine
    other = running("rivals")
    assert stands(here, project=here.project) == mine
    assert stands(here, project=other.project) == set()


def test_each_figure_of_the_board_leads_to_its_list(here: Running) -> None:
    client = desk(here.staff)
    page = client.get(PAGES[2])
    cells = [cell for row in page.context["rows"] for cell in row["cells"] if cell["count"]]
    assert sum(cell["count"] for cell in cells) == len(page.context["lines"]) == 8
    for cell in cells:
        listed = client.get(PAGES[2] + cell["href"]).context["lines"]
        assert len(listed) == cell["count"]
    line = page.context["lines"][0]
    assert client.get(line["href"]).status_code == 200
    overdue = client.get(f"{PAGES[2]}?column=late&kind=report_due").context["lines"]
    assert {each["who"] for each in overdue} == {"Alpha", "Beta", "Gamma"}
    one = client.get(f"{PAGES[2]}?project={here.project.pk}").context
    assert (one["project"], len(one["lines"])) == (here.project, 8)


# All three


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_for_those_who_read_projects(here: Running, page: str) -> None:
    for who in READERS:
        assert desk(here.people[who]).get(page).status_code == 200
    assert desk(here.people["alpha"]).get(page).status_code == 302
    other = running("rivals")
    assert desk(other.staff).get(f"{page}?consortium=litho").status_code == 404


@pytest.mark.parametrize("name", ["pipeline", "portfolio", "deadlines"])
def test_over_rest_staff_read_and_members_find_nothing(here: Running, api: Any, name: str) -> None:
    address = f"/api/v1/{name}/?consortium=litho"
    assert api(here.staff).get(address).status_code == 200
    assert api(here.people["alpha"]).get(address).status_code == 404
    other = running("rivals")
    hidden = api(other.staff).get(address)
    absent = api(other.staff).get(f"/api/v1/{name}/?consortium=absent")
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
    unknown = api(here.staff).get(f"{address}&budget__gte=1")
    assert unknown.json()["code"] == "unknown_parameter"


def test_what_rest_answers(here: Running, screened: Panel, api: Any) -> None:
    (call,) = api(screened.people["projects"]).get("/api/v1/pipeline/?consortium=panel").json()
    assert call["call"]["code"] == "first-call"
    assert call["proposals"][0] == {
        "progress": "submitted", "count": 2, "asked": "2500.00", "granted": "0.00",
    }  # fmt: skip
    client = api(here.staff)
    found = client.get("/api/v1/portfolio/?consortium=litho").json()
    assert found["themes"] == [{
        "theme": "lithography", "projects": 1, "person_months": "100",
        "budget": [{"unit": "JPY", "amount": "5000000"}],
    }]  # fmt: skip
    assert [each["organization"]["name"] for each in found["participants"]] == [
        "Alpha", "Beta", "Gamma",
    ]  # fmt: skip
    uid = here.project.uid
    due = client.get(f"/api/v1/deadlines/?consortium=litho&project={uid}").json()
    (milestone,) = (each for each in due if each["code"] == "milestone_due")
    assert (milestone["column"], milestone["days_late"]) == ("late_1", 5)
    assert milestone["uid"] == str(Milestone.objects.get().uid)
    assert milestone["project"] == str(uid)
    foreign = running("rivals").project.uid
    assert client.get(f"/api/v1/deadlines/?consortium=litho&project={foreign}").status_code == 400


def test_as_many_queries_for_one_project_as_for_three() -> None:
    here = opened()
    fill(here, 1)
    client = desk(here.staff)
    pages = {page: counted(partial(client.get, page)) for page in PAGES[1:] * 2}
    for number in (2, 3):
        opening = here.opening(theme=f"theme-{number}")
        here._project = open_project(
            consortium=here.consortium, opening=opening, by=here.staff, on=START
        )
        fill(here, number)
    assert len(board(consortium=here.consortium, user=here.staff, on=TODAY)) == 12
    assert {page: counted(partial(client.get, page)) for page in PAGES[1:]} == pages


def fill(here: Running, number: int) -> None:
    """Give the project a plan and somebody sent, and leave its contract unsigned."""
    here.adopt(here.plan())
    assert here.facility is not None
    sending = Sending(
        person=f"Sato {number}", facility=here.facility, project=here.project,
        starts_on=START, ends_on=date(2027, 1, 20), letter_on=START, undertaking_on=START,
    )  # fmt: skip
    second(home=here.members["beta"], sending=sending, by=here.staff, on=START)


def test_as_many_queries_for_one_call_as_for_three() -> None:
    here = panel()
    propose(here, "one")
    client = desk(here.people["projects"])
    client.get(PAGES[0])
    before = counted(partial(client.get, PAGES[0]))
    for number in (2, 3):
        here.call.pk, here.call.uid, here.call.code = None, uuid4(), f"call-{number}"
        here.call._state.adding = True
        here.call.save(force_insert=True)
        propose(here, f"of {number}")
    assert len(client.get(PAGES[0]).context["rows"]) == 3
    assert counted(partial(client.get, PAGES[0])) == before
