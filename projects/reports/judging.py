"""What screening has on the docket: reviews, reviewers to find, proposals to decide on."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from consortium import access
from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.states import Role
from projects.models import Call, Decision, Proposal, ReviewAssignment
from projects.reports.calls_due import moments
from projects.reports.terms import closing_day, screened_in, section_of
from projects.states import Outcome

WAITING = {"released_on": None, "review__submitted_at": None}
"""An assignment that waits for its review."""


def closed(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Call]:
    """Return the calls that have closed and got proposals, where the user screens them."""
    if not access.holds(
        user, consortium=consortium, on=on, roles={Role.PROJECTS}, organization=None
    ):
        return Call.objects.none()
    today, _end = moments(consortium, on, on)
    rows = Call.objects.visible_to(user, on).filter(
        Exists(Proposal.objects.filter(call=OuterRef("pk"), submitted=True)),
        consortium=consortium,
        published_at__isnull=False,
        closes_at__lt=today,
    )
    return rows.select_related("charter", "consortium").prefetch_related("charter__sections")


def screening(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """To project staff how much is missing in each call; a review is due to its reviewer."""
    stages: dict[int, list[Call]] = defaultdict(list)
    for call in closed(consortium=consortium, user=user, on=on, until=until):
        stages[2 if call.ends_at and closing_day(call, 2) < on else 1].append(call)
    for stage, calls in stages.items():
        yield from of_stage(calls, stage, on, until)


def of_stage(calls: Sequence[Call], stage: int, on: date, until: date) -> Iterator[DocketItem]:
    """Yield what staff have to do about closed calls, each with how many it concerns. Two queries.

    Once in as many reviewers as the charter asks for, a proposal waits for its reviews; then
    for the authorities that have still to decide.
    """
    missing = missing_reviews(calls, stage, until)
    lacking: Counter[int] = Counter()
    ready: Counter[int] = Counter()
    sections = {call.pk: section_of(call) for call in calls}
    for call, settled, judges, waits in standings(calls, stage):
        if settled < len(sections[call].decisions):
            few = judges < sections[call].screening.reviewers
            lacking[call] += few
            ready[call] += not few and not waits
    for each in calls:
        href, closed_on = f"/admin/screening/{each.pk}/", closing_day(each, stage)
        first, count = missing.get(each.pk, (on, 0))
        for code, due_on, found in (
            ("reviews_missing", first, count),
            ("reviewers_to_assign", closed_on, lacking[each.pk]),
            ("proposals_to_decide", on, ready[each.pk]),
        ):
            if found:
                values = {"call": each.code, "count": found}
                yield DocketItem(code, due_on, values, href=href, mine=True)


def missing_reviews(calls: Sequence[Call], stage: int, until: date) -> dict[int, tuple[date, int]]:
    """Return when the first review of each call is due that is missing, and how many are."""
    rows = ReviewAssignment.objects.filter(
        proposal__call__in=calls, stage=stage, due_on__lte=until, **WAITING
    )
    by_call = rows.order_by().values_list("proposal__call")
    return {
        call: (first, count)
        for call, first, count in by_call.annotate(first=Min("due_on"), count=Count("pk"))
    }


def standings(calls: Sequence[Call], stage: int) -> QuerySet[Any, Any]:
    """Return call, decisions, reviewers and whether a review is missing, of each proposal.

    Of those that no authority has refused.
    """
    taken = Q(decisions__stage=stage) & ~Q(decisions__outcome=Outcome.DEFERRED)
    judging = Q(assignments__stage=stage, assignments__released_on=None)
    refused = Decision.objects.filter(proposal=OuterRef("pk"), stage=stage, outcome=Outcome.REFUSED)
    waits = ReviewAssignment.objects.filter(proposal=OuterRef("pk"), stage=stage, **WAITING)
    return (
        screened_in(calls, stage)
        .exclude(Exists(refused))
        .annotate(
            settled=Count("decisions", filter=taken, distinct=True),
            judges=Count("assignments", filter=judging, distinct=True),
            waits=Exists(waits),
        )
        .values_list("call", "settled", "judges", "waits")
    )
