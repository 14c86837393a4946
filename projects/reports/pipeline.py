"""The pipeline: how many proposals of each call have got how far, and what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from consortium.models import Consortium
from projects.models import (
    BudgetLine,
    Call,
    Decision,
    Project,
    Proposal,
    ProposalVersion,
    ReviewAssignment,
)
from projects.states import Outcome, Progress

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Heap:
    """Proposals of a call that have got equally far; money in the call's unit.

    `asked`: their cost less own money, in what was submitted last; `granted`: what they got.
    """

    count: int = 0
    asked: Decimal = NOTHING
    granted: Decimal = NOTHING


def progressed(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add `progress` to submitted proposals: how far each has got."""
    given = ReviewAssignment.objects.filter(
        Q(stage=2, proposal__invited_on__isnull=False)
        | Q(stage=1, proposal__invited_on__isnull=True),
        proposal=OuterRef("pk"),
        released_on=None,
    )
    refused = Decision.objects.filter(proposal=OuterRef("pk"), outcome=Outcome.REFUSED)
    return rows.annotate(
        progress=Case(
            When(withdrawn_at__isnull=False, then=Value(Progress.WITHDRAWN)),
            When(Exists(refused), then=Value(Progress.REFUSED)),
            When(Exists(Project.objects.filter(proposal=OuterRef("pk"))),
                 then=Value(Progress.GRANTED)),
            When(Exists(given.filter(review__submitted_at=None)), then=Value(Progress.IN_REVIEW)),
            When(Exists(given), then=Value(Progress.REVIEWED)),
            default=Value(Progress.SUBMITTED),
            output_field=CharField(),
        )
    )  # fmt: skip


def pipeline(
    *, consortium: Consortium, user: Any, on: date
) -> Mapping[Call, Mapping[Progress, Heap]]:
    """Return the published calls of a consortium, the latest first, with their proposals."""
    last = ProposalVersion.objects.filter(
        proposal=OuterRef(OuterRef("pk")), submitted_at__isnull=False
    ).order_by("-version")
    lines = BudgetLine.objects.filter(participant__version=Subquery(last.values("pk")[:1]))
    asked = lines.order_by().values("participant__version").annotate(
        sum=Sum(F("amount") - F("own"))
    )  # fmt: skip
    seen = Proposal.objects.visible_to(user, on).filter(consortium=consortium, submitted=True)
    found = progressed(seen).annotate(asked=Subquery(asked.values("sum")))
    rows = found.order_by().values("call", "progress").annotate(
        count=Count("pk"), sum=Sum("asked"), granted=Sum("project__budget")
    )  # fmt: skip
    heaps: dict[int, dict[Progress, Heap]] = {}
    for row in rows:
        heap = Heap(row["count"], row["sum"] or NOTHING, row["granted"] or NOTHING)
        heaps.setdefault(row["call"], {})[Progress(row["progress"])] = heap
    calls = Call.objects.visible_to(user, on).filter(
        consortium=consortium, published_at__isnull=False
    )
    calls = calls.select_related("consortium").order_by("-closes_at", "-pk")
    return {each: heaps.get(each.pk, {}) for each in calls}
