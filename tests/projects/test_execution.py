"""A project from its start to its end: contract, plan, what is due, what is told."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from consortium.access import Denied
from consortium.models import Notice
from consortium.operations.advance import advance
from consortium.periods import EndsBeforeStart
from consortium.registry import member_facts
from consortium.reports.docket import docket
from consortium.rules.schema import InvalidDocument
from projects.models import Deliverable, Milestone, ProgressReport
from projects.operations.course import (
    NotFinished,
    ReasonMissing,
    WrongStanding,
    close_project,
    resume_project,
    suspend_project,
    terminate_project,
)
from projects.operations.items import (
    AlreadyDone,
    DoneInFuture,
    NotHandedIn,
    WaitsForAcceptance,
    accept_deliverable,
    reach_milestone,
    send_back_deliverable,
    submit_deliverable,
)
from projects.operations.plans import PlanOpen, SamePersonDecides, decide_plan, propose_plan
from projects.operations.progress import (
    EmptyReport,
    NegativeEffort,
    UnknownPackages,
    accept_report,
    submit_report,
)
from projects.operations.start import (
    AlreadySigned,
    LeadMissing,
    SharesDiffer,
    SignedInFuture,
    open_project,
    sign_contract,
)
from projects.reports.overdue import overdue_reports
from projects.reports.standing import standing
from projects.states import Standing
from tests.factories.running import START, Running, opened, running

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(code: str) -> list[tuple[str, date]]:
    rows = Notice.objects.filter(code=code).select_related("recipient").order_by("on", "pk")
    return [(row.recipient.username.removeprefix("litho-"), row.on) for row in rows]


def codes(here: Running, who: str, *, on: date, days: int = 400) -> list[tuple[str, date]]:
    found = docket(
        consortium=here.consortium,
        user=here.people[who],
        on=on,
        until=on + timedelta(days=days),
    )
    return [(item.code, item.due_on) for item in found if item.code not in ("outbound_held",)]


# contract


def test_a_project_runs_once_everybody_has_signed() -> None:
    here = opened()
    project = here.project
    assert project.number == "P-2026-0001"
    assert project.contract_due_on == date(2026, 3, 26)
    assert standing(project, START) == Standing.AWAITING_CONTRACT
    assert ("contract_due", date(2026, 3, 26)) in codes(here, "beta", on=START)
    first, second, third = project.projectparticipants.order_by("pk")
    sign_contract(participant=first, signatory="A", by=here.people["alpha"], on=START)
    with pytest.raises(AlreadySigned):
        sign_contract(participant=first, signatory="A", by=here.people["alpha"], on=START)
    with pytest.raises(Denied):
        sign_contract(participant=second, signatory="A", by=here.people["alpha"], on=START)
    with pytest.raises(SignedInFuture):
        sign_contract(
            participant=second, signatory="B", signed_on=START + DAY, by=here.staff, on=START
        )
    later = date(2026, 2, 1)
    sign_contract(participant=second, signatory="B", by=here.staff, on=later)
    assert standing(project, later) == Standing.AWAITING_CONTRACT
    sign_contract(participant=third, signatory="C", by=here.people["gamma"], on=later)
    assert standing(here.project, START) == Standing.AWAITING_CONTRACT
    assert standing(here.project, later) == Standing.RUNNING
    assert here.project.contract_next_on is None


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"ends_on": START}, EndsBeforeStart),
        ({"taking": ()}, LeadMissing),
    ],
)
def test_a_project_that_cannot_be(changes: dict[str, Any], error: type[Exception]) -> None:
    here = opened()
    with pytest.raises(error):
        open_project(
            consortium=here.consortium, opening=here.opening(**changes), by=here.staff, on=START
        )


@pytest.mark.parametrize("share", ["0.49", "0.500001"])
def test_shares_come_to_the_whole_exactly(share: str) -> None:
    here = opened()
    first, *rest = here.opening().taking
    wrong = type(first)(first.organization, first.part, Decimal(share), first.cost_share)
    with pytest.raises(SharesDiffer) as refused:
        open_project(
            consortium=here.consortium,
            opening=here.opening(taking=[wrong, *rest]),
            by=here.staff,
            on=START,
        )
    assert refused.value.values["field"] == "work_share"


def test_an_unsigned_contract_is_reminded_of_and_escalated_once() -> None:
    here = opened()
    advance(consortium=here.consortium, to=START)
    advance(consortium=here.consortium, to=date(2026, 6, 1))
    near = [(name, on) for on in (date(2026, 2, 24), date(2026, 3, 19)) for name in
            ("alpha", "beta", "gamma")]  # fmt: skip
    assert sorted(told("contract_due")) == sorted(near)
    late = told("contract_due_late")
    assert {name for name, on in late if on == date(2026, 3, 27)} == {"alpha", "beta", "gamma"}
    assert {name for name, on in late if on == date(2026, 4, 9)} == {
        "alpha", "beta", "gamma", "staff", "second", "secretary",
    }  # fmt: skip
    assert here.project.contract_next_on is None


# plan


def test_an_adopted_plan_makes_what_is_due() -> None:
    here = running()
    assert list(Milestone.objects.values_list("code", "due_on", "next_on")) == [
        ("first_light", date(2026, 12, 31), date(2026, 12, 1))
    ]
    assert list(Deliverable.objects.order_by("due_on").values_list("code", "due_on")) == [
        ("design", date(2026, 6, 30)),
        ("process", date(2027, 12, 31)),
    ]
    assert ("milestone_due", date(2026, 12, 31)) in codes(here, "alpha", on=START)
    assert ("deliverable_due", date(2026, 6, 30)) in codes(here, "staff", on=START)


def test_a_change_moves_and_drops_and_keeps_what_was_done() -> None:
    here = running()
    design = Deliverable.objects.get(code="design")
    submit_deliverable(
        deliverable=design, document=here.file(), by=here.people["beta"], on=date(2026, 5, 1)
    )
    moved = here.plan()
    moved["milestones"][0]["due"] = 14
    moved["deliverables"] = [{"code": "report", "title": {"en": "Report"}, "due": 24}]
    with pytest.raises(ReasonMissing):
        propose_plan(project=here.project, body=moved, by=here.staff, on=date(2026, 6, 1))
    here.adopt(moved, on=date(2026, 6, 1), reason="A late lens")
    rows = Deliverable.objects.order_by("code").values_list("code", "dropped_on", "submitted_on")
    assert list(rows) == [
        ("design", None, date(2026, 5, 1)),
        ("process", date(2026, 6, 1), None),
        ("report", None, None),
    ]
    assert Milestone.objects.get().due_on == date(2027, 2, 28)
    here.adopt(here.plan(), on=date(2026, 7, 1), reason="The lens came")
    assert Deliverable.objects.get(code="process").dropped_on is None


def test_one_proposes_and_another_decides() -> None:
    here = opened()
    plan = propose_plan(project=here.project, body=here.plan(), by=here.people["alpha"], on=START)
    with pytest.raises(PlanOpen):
        propose_plan(project=here.project, body=here.plan(), by=here.staff, on=START)
    with pytest.raises(Denied):
        propose_plan(project=here.project, body=here.plan(), by=here.people["beta"], on=START)
    assert decide_plan(plan=plan, adopt=False, by=here.staff, on=START).adopted is False
    plan = propose_plan(project=here.project, body=here.plan(), by=here.staff, on=START)
    with pytest.raises(SamePersonDecides):
        decide_plan(plan=plan, adopt=True, by=here.staff, on=START)
    assert plan.version == 2
    assert not Milestone.objects.exists()


def wrong(here: Running, path: str, value: Any) -> list[tuple[str, str]]:
    body = here.plan()
    target: Any = body
    *way, last = [int(each) if each.isdigit() else each for each in path.split(".")]
    for each in way:
        target = target[each]
    target[last] = value
    with pytest.raises(InvalidDocument) as refused:
        propose_plan(project=here.project, body=body, by=here.staff, on=START)
    return [(each.path, each.code) for each in refused.value.errors]


STRANGER = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("months", 25, [("months", "after_project_end")]),
        ("packages.1.ends", 26, [("packages[1].ends", "outside_project")]),
        ("packages.0.after", ["resist"], [
            ("packages[0].after[0]", "starts_too_early"),
            ("packages[0].after", "circular_packages"),
        ]),
        ("packages.0.responsible", STRANGER, [("packages[0].responsible", "not_participant")]),
        ("packages.0.facility", STRANGER, [("packages[0].facility", "unknown_facility")]),
        ("packages.0.site", "member", [("packages[0].facility", "facility_differs")]),
        ("milestones.0.due", 30, [("milestones[0].due", "outside_project")]),
        ("deliverables.0.responsible", STRANGER,
         [("deliverables[0].responsible", "not_participant")]),
    ],
)  # fmt: skip
def test_plans_that_cannot_be(path: str, value: Any, expected: list[tuple[str, str]]) -> None:
    assert wrong(opened(), path, value) == expected


# what is due


def test_a_milestone_is_told_before_and_after_and_not_once_reached() -> None:
    here = running()
    advance(consortium=here.consortium, to=date(2026, 12, 26))
    assert told("milestone_due") == [("alpha", date(2026, 12, 1)), ("alpha", date(2026, 12, 24))]
    with pytest.raises(DoneInFuture):
        reach_milestone(
            milestone=Milestone.objects.get(),
            reached_on=date(2027, 1, 1),
            by=here.people["alpha"],
            on=date(2026, 12, 30),
        )
    reach_milestone(milestone=Milestone.objects.get(), by=here.people["alpha"],
                    on=date(2026, 12, 30))  # fmt: skip
    with pytest.raises(AlreadyDone):
        reach_milestone(milestone=Milestone.objects.get(), by=here.staff, on=date(2026, 12, 30))
    advance(consortium=here.consortium, to=date(2027, 2, 1))
    assert told("milestone_due_late") == []
    assert "milestone_due" not in dict(codes(here, "staff", on=date(2027, 2, 1)))


def test_a_deliverable_goes_back_and_is_accepted() -> None:
    here = running()
    design, on = Deliverable.objects.get(code="design"), date(2026, 6, 1)
    with pytest.raises(Denied):
        submit_deliverable(deliverable=design, document=here.file(), by=here.people["gamma"], on=on)
    with pytest.raises(NotHandedIn):
        accept_deliverable(deliverable=design, by=here.staff, on=on)
    beta = here.people["beta"]
    submit_deliverable(deliverable=design, document=here.file(), submitted_on=START, by=beta, on=on)
    design.refresh_from_db()
    assert design.submitted_on == on  # a member's own day is the server's
    assert ("deliverable_waits", on) in codes(here, "staff", on=on)
    with pytest.raises(WaitsForAcceptance):
        submit_deliverable(deliverable=design, document=here.file(), by=beta, on=on)
    send_back_deliverable(deliverable=design, remark="No drawings", by=here.staff, on=on + DAY)
    design.refresh_from_db()
    assert (design.submitted_on, design.remark) == (None, "No drawings")
    assert design.next_on == date(2026, 6, 23)
    submit_deliverable(
        deliverable=design, document=here.file(), submitted_on=on, by=here.staff, on=on + 5 * DAY
    )
    accept_deliverable(deliverable=design, by=here.staff, on=on + 6 * DAY)
    design.refresh_from_db()
    assert (design.submitted_on, design.done_on) == (on, on + 6 * DAY)
    assert told("deliverable_sent_back") == [("beta", on + DAY)]
    assert told("deliverable_accepted") == [("beta", on + 6 * DAY)]


# reports


def test_reports_are_asked_for_by_period_and_counted_when_late() -> None:
    here = running()
    advance(consortium=here.consortium, to=date(2026, 7, 1))
    asked = ProgressReport.objects.filter(final=False).order_by("starts_on", "responsible")
    assert [(each.code, each.due_on) for each in asked] == [
        *[("2026-01-01", date(2026, 7, 31))] * 3,
        *[("2026-07-01", date(2027, 1, 31))] * 3,
    ]
    final = ProgressReport.objects.get(final=True)
    assert (final.responsible, final.due_on) == (
        here.members["alpha"].organization, date(2028, 1, 31),
    )  # fmt: skip
    mine = asked.get(starts_on=START, responsible=here.members["beta"].organization)
    beta, on = here.people["beta"], date(2026, 7, 20)
    for wrong, error in (
        ({"effort": {"optics": Decimal(1)}}, EmptyReport),
        ({"text": "a", "effort": {"astronomy": Decimal(1)}}, UnknownPackages),
        ({"text": "a", "effort": {"optics": Decimal(-1)}}, NegativeEffort),
    ):
        with pytest.raises(error):
            submit_report(report=mine, by=beta, on=on, **wrong)
    submit_report(report=mine, text="Lenses", effort={"optics": Decimal("2.50")}, by=beta, on=on)
    mine.refresh_from_db()
    assert mine.effort == {"optics": "2.50"}
    accept_report(report=mine, by=here.staff, on=on)
    fact = member_facts["projects.overdue_reports"].fn
    assert fact(consortium=here.consortium, on=date(2026, 7, 31)) == {}
    late = date(2026, 8, 1)
    assert fact(consortium=here.consortium, on=late) == {
        here.members["alpha"]: 1,
        here.members["gamma"]: 1,
    }
    assert overdue_reports(here.project, late).count() == 2
    advance(consortium=here.consortium, to=date(2026, 8, 20))
    assert set(told("report_due_late")) == {
        ("alpha", late), ("gamma", late),
        *((who, date(2026, 8, 14)) for who in ("alpha", "gamma", "staff", "second", "secretary")),
    }  # fmt: skip


def test_advancing_twice_or_after_a_year_asks_and_tells_the_same() -> None:
    here = running()
    advance(consortium=here.consortium, to=date(2027, 3, 1))
    before = (ProgressReport.objects.count(), Notice.objects.count())
    here.consortium.advanced_to = date(2025, 12, 31)
    here.consortium.save(update_fields=["advanced_to"])
    advance(consortium=here.consortium, to=date(2027, 3, 1))
    assert (ProgressReport.objects.count(), Notice.objects.count()) == before
    assert ProgressReport.objects.filter(final=False).count() == 9


# course


def test_a_suspended_project_is_silent_until_it_goes_on() -> None:
    here = running()
    with pytest.raises(WrongStanding):
        resume_project(project=here.project, reason="?", by=here.staff, on=START)
    with pytest.raises(ReasonMissing):
        suspend_project(project=here.project, reason=" ", by=here.staff, on=START)
    suspend_project(project=here.project, reason="Earthquake", by=here.staff, on=date(2026, 5, 1))
    assert standing(here.project, date(2026, 4, 30)) == Standing.RUNNING
    assert standing(here.project, date(2026, 5, 1)) == Standing.SUSPENDED
    advance(consortium=here.consortium, to=date(2026, 6, 20))
    assert told("deliverable_due") == []
    resume_project(project=here.project, reason="Rebuilt", by=here.staff, on=date(2026, 6, 21))
    advance(consortium=here.consortium, to=date(2026, 7, 20))
    assert told("deliverable_due") == [("beta", date(2026, 6, 23))]


def test_a_project_closes_with_its_final_report_or_a_reason() -> None:
    here = running()
    with pytest.raises(NotFinished) as refused:
        close_project(project=here.project, by=here.staff, on=date(2028, 1, 1))
    assert refused.value.values["deliverables"] == ["P-2026-0001 design", "P-2026-0001 process"]
    close_project(project=here.project, reason="Bankrupt", by=here.staff, on=date(2028, 1, 1))
    assert standing(here.project, date(2028, 1, 1)) == Standing.CLOSED
    assert not Deliverable.objects.filter(dropped_on=None).exists()
    with pytest.raises(WrongStanding):
        terminate_project(project=here.project, reason="x", by=here.staff, on=date(2028, 1, 2))
    with pytest.raises(WrongStanding):
        propose_plan(project=here.project, body=here.plan(), by=here.staff, on=date(2028, 1, 2))


def test_a_terminated_project_owes_nothing_more() -> None:
    here = running()
    terminate_project(project=here.project, reason="Result found elsewhere", by=here.staff,
                      on=date(2026, 4, 1))  # fmt: skip
    advance(consortium=here.consortium, to=date(2027, 4, 1))
    codes_told = set(Notice.objects.values_list("code", flat=True))
    assert codes_told == {"project_started", "project_terminated"}
    assert codes(here, "staff", on=date(2027, 4, 1)) == []
