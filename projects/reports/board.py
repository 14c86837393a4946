"""The deadline board: what is overdue by step of the ladder, and what comes within a month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from consortium.models import Consortium
from projects.models import Project
from projects.reports.deadlines import Deadline, deadlines
from projects.rules.deadlines import MONTH, column
from projects.rules.section import ProjectsSection


@dataclass(frozen=True)
class Due:
    """An open deadline; `column`: `late_` with the ladder's last step in days, `week`, `month`."""

    kind: Deadline
    row: Any
    due_on: date
    column: str

    @property
    def project(self) -> Project | None:
        found: Project | None = self.kind.project(self.row) or getattr(self.row, "project", None)
        return found


def board(
    *, consortium: Consortium, user: Any, on: date, project: Project | None = None
) -> list[Due]:
    """Return every open deadline the reader may see up to 30 days ahead, the oldest first.

    In one query for each kind, and one for the charters' ladders.
    """
    ladders = Ladders(consortium)
    found = [
        due
        for kind in deadlines.all()
        for due in of_kind(
            kind,
            kind.model.objects.visible_to(user, on).filter(kind.open, consortium=consortium),
            on,
            ladders,
        )
        if project is None or due.project == project
    ]
    return sorted(found, key=lambda due: (due.due_on, due.kind.code, due.row.pk))


def of_kind(kind: Deadline, rows: QuerySet[Any], on: date, ladders: "Ladders") -> Iterator[Due]:
    """Yield those of some open rows that are overdue or due within 30 days."""
    near = rows.filter(**{f"{kind.due}__lte": on + MONTH}).select_related(*kind.related)
    for row in near.prefetch_related(*kind.prefetched).distinct():
        due_on = getattr(row, kind.due)
        place = column(due_on=due_on, on=on, escalation=ladders.of(kind, row))
        if place is not None:
            yield Due(kind, row, due_on, place)


class Ladders:
    """The steps of escalation of a consortium's charters, in days, read once."""

    def __init__(self, consortium: Consortium) -> None:
        self.charters = list(consortium.charters.prefetch_related("sections"))
        self.days = {
            charter.pk: steps_of(charter.rules("projects"))
            for charter in self.charters
            if any(section.code == "projects" for section in charter.sections.all())
        }

    def of(self, kind: Deadline, row: Any) -> tuple[int, ...]:
        if kind.governed_on is None:
            return self.days.get(kind.charter(row).pk, ())
        day = kind.governed_on(row)
        return next(
            (
                self.days.get(each.pk, ())
                for each in self.charters
                if each.adopted_on is not None and each.period.contains(day)
            ),
            (),
        )


def steps_of(rules: ProjectsSection) -> tuple[int, ...]:
    return tuple(each.days for each in rules.escalation)


def days_late(due: Due, on: date) -> int:
    return max((on - due.due_on) // timedelta(days=1), 0)
