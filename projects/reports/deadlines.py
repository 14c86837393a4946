"""Everything of projects that is due on a day, as a registry that other parts may add to."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from consortium.models import Charter, Consortium, Organization
from consortium.registry import Registry
from projects.models import (
    Deliverable,
    Milestone,
    ProgressReport,
    Project,
    ReviewAssignment,
    Secondment,
)
from projects.rules.deadlines import Step, steps
from projects.rules.section import ProjectsSection


@dataclass(frozen=True)
class Deadline:
    """A kind of deadline: rows with a day on which they are due and one they are told next.

    `open`: which rows still wait. `charter`: whose `remind_days` and `escalation` count;
    `governed_on`: the day whose charter that is, where the row does not name it.
    `whose`: the organizations whose people are told; `person`: the field of one person instead.
    `stopped`: the project whose suspension silences it.
    """

    code: str
    model: Any
    open: Q
    charter: Callable[[Any], Charter]
    values: Callable[[Any], dict[str, Any]]
    whose: Callable[[Any], Iterable[Organization]] = lambda row: ()
    person: str = ""
    governed_on: Callable[[Any], date] | None = None
    project: Callable[[Any], Project | None] = lambda row: None
    due: str = "due_on"
    told: str = "next_on"
    related: tuple[str, ...] = ()
    prefetched: tuple[str, ...] = ()

    def steps(self, row: Any) -> list[Step]:
        """Return the days on which a row is told. Raises NoSuchSection."""
        rules: ProjectsSection = self.charter(row).rules("projects")
        return steps(
            due_on=getattr(row, self.due),
            remind_days=rules.remind_days,
            escalation=rules.escalation,
        )

    def rows(self, consortium: Consortium) -> QuerySet[Any]:
        found: QuerySet[Any] = self.model.objects.filter(consortium=consortium)
        return found.select_related(*self.related).prefetch_related(*self.prefetched)

    def told_by(self, consortium: Consortium, on: date) -> QuerySet[Any]:
        """Return the rows to tell of on a day or before, longest waiting first."""
        found = self.rows(consortium).filter(**{f"{self.told}__lte": on})
        return found.order_by(self.told, "pk")


deadlines: Registry[Deadline] = Registry()

OPEN = Q(done_on=None, dropped_on=None)
UNSENT = Q(OPEN, submitted_on=None)


def of_item(row: Any) -> dict[str, Any]:
    return {"project": row.project.number, "item": row.code, "title": row.title}


def of_report(row: ProgressReport) -> dict[str, Any]:
    return {
        "project": row.project.number,
        "who": str(row.organization),
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
    }


def of_secondment(row: Secondment) -> dict[str, Any]:
    return {"person": row.person, "facility": str(row.facility)}


def unsigned(project: Project) -> Iterator[Organization]:
    """Yield the participants that have not signed a project's contract."""
    for each in project.projectparticipants.all():
        if each.signed_on is None:
            yield each.body


def charter_on(row: Secondment) -> Charter:
    """Return the charter a secondment was agreed under."""
    return Charter.objects.in_force(consortium=row.consortium, on=row.starts_on)


ITEM: dict[str, Any] = {
    "charter": lambda row: row.project.charter,
    "whose": lambda row: [row.organization],
    "project": lambda row: row.project,
    "related": ("project__charter", "project__lead__organization", "responsible"),
}

deadlines.add(
    Deadline(
        code="contract_due",
        model=Project,
        open=Q(contract_due_on__isnull=False) & Q(projectparticipants__signed_on=None),
        charter=lambda row: row.charter,
        values=lambda row: {"project": row.number},
        whose=unsigned,
        project=lambda row: row,
        due="contract_due_on",
        told="contract_next_on",
        related=("charter", "lead__organization"),
        prefetched=("projectparticipants__body",),
    ),
    Deadline(code="milestone_due", model=Milestone, open=OPEN, values=of_item, **ITEM),
    Deadline(code="deliverable_due", model=Deliverable, open=UNSENT, values=of_item, **ITEM),
    Deadline(code="report_due", model=ProgressReport, open=UNSENT, values=of_report, **ITEM),
    Deadline(
        code="secondment_ends",
        model=Secondment,
        open=Q(handed_back_on=None),
        charter=charter_on,
        governed_on=lambda row: row.starts_on,
        values=of_secondment,
        whose=lambda row: [row.organization],
        due="ends_on",
        related=("consortium", "home__organization", "facility", "project"),
    ),
    Deadline(
        code="review_due",
        model=ReviewAssignment,
        open=Q(Q(review=None) | Q(review__submitted_at=None), released_on=None),
        charter=lambda row: row.proposal.call.charter,
        values=lambda row: {"proposal": row.proposal.number},
        person="reviewer",
        related=("proposal__call__charter", "reviewer"),
    ),
)


def kind_of(row: Any) -> Deadline:
    """Return what kind of deadline a row is."""
    return next(each for each in deadlines.all() if isinstance(row, each.model))
