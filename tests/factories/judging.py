"""What each operation of screening is tried with, and who may run it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from consortium.models import Member, Organization
from consortium.states import Role
from projects.operations.assignments import Pair
from projects.operations.decisions import Resolution, decide
from projects.operations.reviews import Opinion, record_consensus
from projects.rules.choices import Authority
from projects.states import Outcome
from tests.cast import TODAY, Cast
from tests.factories.projects import Screened, screened_in

MEMBERS_TOO = {Role.PROJECTS, Role.SIGNATORY}

SCREENING_ACTS: dict[str, set[Role]] = {
    "projects.assign_reviewers": {Role.PROJECTS},
    "projects.decide": {Role.PROJECTS, Role.SECRETARY},
    "projects.declare_competitor": MEMBERS_TOO,
    "projects.declare_conflict": {Role.REVIEWER},
    "projects.end_competitor": MEMBERS_TOO,
    "projects.enter_review": {Role.PROJECTS, Role.SECRETARY},
    "projects.extend_assignment": {Role.PROJECTS},
    "projects.invite": {Role.PROJECTS},
    "projects.record_consensus": {Role.PROJECTS},
    "projects.release_assignment": {Role.PROJECTS},
    "projects.save_review": {Role.REVIEWER},
    "projects.submit_review": {Role.REVIEWER},
}
"""Who may do what, written a second time by hand."""

OF_ONE_COMPETITOR = {"projects.declare_competitor", "projects.end_competitor"}
"""Operations on one member's own: a member's role counts only for that member."""

SCREENING_LATER = {
    "projects.declare_conflict": "not_your_assignment",
    "projects.invite": "one_stage",
    "projects.save_review": "not_your_assignment",
    "projects.submit_review": "not_your_assignment",
}
"""What those who may are told here, each for a reason of its own."""


def acts_of_screening(screened: Screened, member: Member) -> dict[str, dict[str, Any]]:
    """Return what each operation of screening is called with, apart from `by` and `on`."""
    proposal = {"proposal": screened.proposals["one"]}
    assignment = {"assignment": screened.assignment}
    taken = [member.organization_id, screened.competitor.organization_id]
    others = Organization.objects.exclude(pk__in=taken)
    return {
        "projects.assign_reviewers": {
            "call": screened.call,
            "pairs": [Pair(screened.proposals["two"], screened.people["ann"])],
            "due_on": date(2026, 6, 1),
        },
        "projects.decide": {
            **proposal,
            "authority": Authority.MEMBERS,
            "resolution": Resolution(outcome=Outcome.REFUSED),
            "decided_on": date(2026, 3, 2),
        },
        "projects.declare_competitor": {
            "member": member,
            "organization": others[0],
            "starts_on": date(2027, 1, 1),
        },
        "projects.declare_conflict": {**assignment, "reason": "x"},
        "projects.end_competitor": {
            "member": member,
            "competitor": screened.competitor,
            "ends_on": date(2026, 6, 1),
        },
        "projects.extend_assignment": {**assignment, "due_on": date(2026, 6, 1), "reason": "x"},
        "projects.invite": proposal,
        "projects.record_consensus": {
            **proposal,
            "criterion": "use",
            "score": Decimal(3),
            "reason": "x",
        },
        "projects.release_assignment": {**assignment, "reason": "x"},
        **acts_on_reviews(screened),
    }


def acts_on_reviews(screened: Screened) -> dict[str, dict[str, Any]]:
    opinion = Opinion(scores={"novelty": Decimal(4), "use": Decimal(4)})
    given = {"assignment": screened.assignment, "opinion": opinion}
    at = timezone.now()
    paper = {"paper_on": TODAY, "received_at": at, "at": at}
    return {
        "projects.enter_review": {**given, **paper},
        "projects.save_review": given,
        "projects.submit_review": {**given, "at": at},
    }


def screen_some(cast: Cast) -> None:
    """Review and decide on proposals of the payer, a rival and elsewhere."""
    for name, consortium in (
        ("payer", cast.consortium), ("rival", cast.consortium), ("outsider", cast.other),
    ):  # fmt: skip
        proposal = screened_in(consortium, name, call=f"of-{name}").proposals["one"]
        record_consensus(
            proposal=proposal, criterion="use", score=Decimal(3), reason="r", by=None, on=TODAY
        )
        decide(
            proposal=proposal, authority=Authority.MEMBERS,
            resolution=Resolution(outcome=Outcome.REFUSED), decided_on=TODAY, by=None, on=TODAY,
        )  # fmt: skip
