"""What screening has on the docket: reviews, reviewers to find, proposals to decide on."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from consortium import access
from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.states import Role
from projects.models import Call, Decision, Proposal, ReviewAssignment
from projects.reports.terms import closing_day, screened, section_of
from projects.states import Outcome


def screening(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """To project staff how much is missing in each call; a review is due to its reviewer."""
    if not access.holds(
        user, consortium=consortium, on=on, roles={Role.PROJECTS}, organization=None
    ):
        return
    calls = Call.objects.visible_to(user, on).filter(
        consortium=consortium, published_at__isnull=False
    )
    for call in calls.select_related("charter", "consortium").order_by("closes_at", "pk"):
        stage = 2 if call.ends_at and closing_day(call, 2) < on else 1
        if closing_day(call, stage) < on:
            yield from of_call(call, stage, on, until)


WAITING = {"released_on": None, "review__submitted_at": None}
"""An assignment that waits for its review."""


def of_call(call: Call, stage: int, on: date, until: date) -> Iterator[DocketItem]:
    """Yield what staff have to do about a closed call, each with how many it concerns."""
    href = f"/admin/screening/{call.pk}/"
    rows = ReviewAssignment.objects.filter(proposal__call=call, stage=stage)
    missing = rows.filter(due_on__lte=until, **WAITING)
    values = {"call": call.code}
    if first := missing.order_by("due_on").first():
        found = {**values, "count": missing.count()}
        yield DocketItem("reviews_missing", first.due_on, found, href=href, mine=True)
    needed = section_of(call).screening.reviewers
    proposals = undecided(call, stage)
    judged = Count("assignments", filter=Q(assignments__stage=stage, assignments__released_on=None))
    lacking = proposals.annotate(judges=judged).filter(judges__lt=needed).count()
    closed_on = closing_day(call, stage)
    if lacking:
        found = {**values, "count": lacking}
        yield DocketItem("reviewers_to_assign", closed_on, found, href=href, mine=True)
    ready = proposals.exclude(Exists(rows.filter(proposal=OuterRef("pk"), **WAITING)))
    if count := ready.annotate(judges=judged).filter(judges__gte=needed).count():
        found = {**values, "count": count}
        yield DocketItem("proposals_to_decide", on, found, href=href, mine=True)


def undecided(call: Call, stage: int) -> Any:
    """Return the proposals of a stage on which an authority has still to decide."""
    taken = Decision.objects.filter(stage=stage).exclude(outcome=Outcome.DEFERRED)
    named = len(section_of(call).decisions)
    refused = taken.filter(outcome=Outcome.REFUSED, proposal=OuterRef("pk"))
    settled = Count(
        "decisions", filter=Q(decisions__stage=stage) & ~Q(decisions__outcome=Outcome.DEFERRED),
        distinct=True,
    )  # fmt: skip
    open_ones = screened(call, stage).exclude(Exists(refused))
    keys = open_ones.annotate(settled=settled).filter(settled__lt=named).values("pk")
    return Proposal.objects.filter(pk__in=keys)
