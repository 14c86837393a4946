"""A consortium's projects at the end of a day: how far, how they stand, what is due or late.

Confidential ones are among them: for staff who read every project, or as numbers only.
Told by the dated facts; a deadline that was moved since is told as it is now.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

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
from consortium.periods import Period
from projects.models import (
    BudgetLine,
    Call,
    Decision,
    Milestone,
    Plan,
    ProgressReport,
    Project,
    Proposal,
    ProposalVersion,
    ReviewAssignment,
)
from projects.reports.board import Due, Ladders, of_kind
from projects.reports.deadlines import deadlines
from projects.reports.pipeline import NOTHING, Heap
from projects.reports.plans import parsed
from projects.reports.standing import FINAL, stood
from projects.rules.plan import ProjectPlan
from projects.states import Outcome, Progress

DAY = timedelta(days=1)
AHEAD = 90 * DAY
"""So far ahead milestones are listed."""


def not_by(on: date, *fields: str) -> Q:
    """Return rows to which none of some things had happened by the end of a day."""
    found = Q()
    for name in fields:
        found &= Q(**{name: None}) | Q(**{f"{name}__gt": on})
    return found


def open_on(code: str, on: date, at: datetime) -> Q:
    """Return which rows of a kind of deadline still waited at the end of a day."""
    unsent = not_by(on, "done_on", "dropped_on", "submitted_on")
    waiting = {
        "contract_due": Q(contract_due_on__isnull=False, decided_on__lte=on)
        & not_by(on, "projectparticipants__signed_on"),
        "milestone_due": not_by(on, "done_on", "dropped_on"),
        "deliverable_due": unsent,
        "report_due": unsent,
        "secondment_ends": not_by(on, "handed_back_on") & Q(starts_on__lte=on),
        "review_due": Q(assigned_on__lte=on)
        & not_by(on, "released_on")
        & (Q(review__submitted_at=None) | Q(review__submitted_at__gte=at)),
    }
    return waiting.get(code, deadlines[code].open)


def end_of(on: date, consortium: Consortium) -> datetime:
    """Return the first moment after a day, where the consortium is."""
    return datetime.combine(on + DAY, time(), ZoneInfo(consortium.time_zone))


@dataclass
class Effort:
    """Person-months of a project: planned in all, and reported so far."""

    planned: Decimal = NOTHING
    reported: Decimal = NOTHING


@dataclass(frozen=True)
class Overview:
    """What projects were like on a day; calls the latest first, with their proposals.

    `over`: calls whose proposals are no longer sealed.
    """

    on: date
    period: Period
    calls: Mapping[Call, Mapping[Progress, Heap]]
    over: frozenset[int]
    projects: list[Any]
    due: list[Due]
    milestones: list[Milestone]
    plans: dict[int, ProjectPlan]
    reported: dict[int, Decimal] = field(default_factory=dict)

    @cached_property
    def standings(self) -> Counter[str]:
        return Counter(each.standing for each in self.projects)

    @property
    def living(self) -> list[Any]:
        """Return the projects that are not over."""
        return [each for each in self.projects if each.standing not in FINAL]

    def effort(self, project: Project) -> Effort:
        plan = self.plans.get(project.pk)
        packages = plan.packages if plan else ()
        planned = (months for each in packages for months in each.effort.values())
        return Effort(sum(planned, NOTHING), self.reported.get(project.pk, NOTHING))


def overview(*, consortium: Consortium, period: Period, on: date) -> Overview:
    """Return what projects were like. As many queries however many there are."""
    at = end_of(on, consortium)
    rows = Project.objects.filter(consortium=consortium, decided_on__lte=on)
    projects = list(
        stood(rows, on).select_related("lead__organization").order_by("number", "pk")
    )  # fmt: skip
    calls = pipeline(consortium, on, at)
    return Overview(
        on,
        period,
        calls,
        frozenset(call.pk for call in calls if call.closes_at < at),
        projects,
        due_on(consortium, on, at),
        milestones(consortium, period, on),
        plans_on(projects, on),
        reported_on(projects, on),
    )


def pipeline(
    consortium: Consortium, on: date, at: datetime
) -> Mapping[Call, Mapping[Progress, Heap]]:
    """Return the calls published by a moment, the latest first, with what was submitted."""
    versions = ProposalVersion.objects.filter(submitted_at__lt=at)
    own = versions.filter(proposal=OuterRef("pk"))
    last = versions.filter(proposal=OuterRef(OuterRef("pk"))).order_by("-version")
    lines = BudgetLine.objects.filter(participant__version=Subquery(last.values("pk")[:1]))
    asked = lines.order_by().values("participant__version").annotate(
        sum=Sum(F("amount") - F("own"))
    )  # fmt: skip
    granted = Project.objects.filter(proposal=OuterRef("pk"), decided_on__lte=on)
    found = progressed(Proposal.objects.filter(Exists(own), consortium=consortium), on, at)
    rows = found.annotate(
        asked=Subquery(asked.values("sum")), granted=Subquery(granted.values("budget"))
    )
    heaps: dict[int, dict[Progress, Heap]] = {}
    for row in rows.order_by().values("call", "progress").annotate(
        count=Count("pk"), sum=Sum("asked"), got=Sum("granted")
    ):  # fmt: skip
        heap = Heap(row["count"], row["sum"] or NOTHING, row["got"] or NOTHING)
        heaps.setdefault(row["call"], {})[Progress(row["progress"])] = heap
    calls = Call.objects.filter(consortium=consortium, published_at__lt=at)
    calls = calls.select_related("consortium").order_by("-closes_at", "-pk")
    return {each: heaps.get(each.pk, {}) for each in calls}


def progressed(rows: QuerySet[Any], on: date, at: datetime) -> QuerySet[Any]:
    """Add `progress` to proposals: how far each had got at the end of a day."""
    of = {"proposal": OuterRef("pk")}
    invited = Q(proposal__invited_on__lte=on)
    given = ReviewAssignment.objects.filter(
        (invited & Q(stage=2)) | (~invited & Q(stage=1)),
        not_by(on, "released_on"),
        assigned_on__lte=on,
        **of,
    )
    waits = given.filter(Q(review__submitted_at=None) | Q(review__submitted_at__gte=at))
    refused = Decision.objects.filter(**of, outcome=Outcome.REFUSED, on__lte=on)
    granted = Project.objects.filter(**of, decided_on__lte=on)
    return rows.annotate(
        progress=Case(
            When(withdrawn_at__lt=at, then=Value(Progress.WITHDRAWN)),
            When(Exists(refused), then=Value(Progress.REFUSED)),
            When(Exists(granted), then=Value(Progress.GRANTED)),
            When(Exists(waits), then=Value(Progress.IN_REVIEW)),
            When(Exists(given), then=Value(Progress.REVIEWED)),
            default=Value(Progress.SUBMITTED),
            output_field=CharField(),
        )
    )


def due_on(consortium: Consortium, on: date, at: datetime) -> list[Due]:
    """Return every deadline that waits, up to 30 days ahead, the oldest first."""
    ladders = Ladders(consortium)
    found = [
        due
        for kind in deadlines.all()
        for due in of_kind(
            kind,
            kind.model.objects.filter(open_on(kind.code, on, at), consortium=consortium),
            on,
            ladders,
        )
    ]
    return sorted(found, key=lambda due: (due.due_on, due.kind.code, due.row.pk))


def milestones(consortium: Consortium, period: Period, on: date) -> list[Milestone]:
    """Return those of the period and of the next 90 days, and those still late."""
    near = Q(due_on__gte=period.starts_on) | not_by(on, "done_on")
    rows = Milestone.objects.filter(
        near, not_by(on, "dropped_on"), consortium=consortium, due_on__lte=on + AHEAD
    )
    rows = rows.select_related("project__lead__organization", "responsible")
    return list(rows.order_by("due_on", "pk"))


def plans_on(projects: list[Any], on: date) -> dict[int, ProjectPlan]:
    """Return the plan that each project had in force on a day."""
    plans = Plan.objects.filter(project__in=projects, adopted=True, decided_on__lte=on)
    last = plans.order_by("project", "-version").distinct("project")
    return {each.project_id: parsed(each) for each in last}


def reported_on(projects: list[Any], on: date) -> dict[int, Decimal]:
    """Return the person-months reported by a day; the final report sums up the others."""
    found: dict[int, Decimal] = {}
    rows = ProgressReport.objects.filter(project__in=projects, submitted_on__lte=on, final=False)
    for project, effort in rows.values_list("project", "effort"):
        months = sum((Decimal(each) for each in effort.values()), NOTHING)
        found[project] = found.get(project, NOTHING) + months
    return found
