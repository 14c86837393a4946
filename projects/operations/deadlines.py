"""Telling people of deadlines: reminders before, escalation after, each step once."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Min

from consortium.access import in_one_transaction
from consortium.models import Consortium, User
from consortium.operations.advance import each
from consortium.operations.notices import appointed, notify
from consortium.states import Role
from projects.reports.deadlines import Deadline, deadlines, kind_of
from projects.reports.standing import standing
from projects.rules.deadlines import Step, first, passed
from projects.states import Standing

DAY = timedelta(days=1)
TOLD = (Role.SIGNATORY, Role.TECHNICAL_CONTACT)
WATCHING = (Role.PROJECTS, Role.SECRETARY)
SILENT = (Standing.SUSPENDED, Standing.TERMINATED, Standing.CLOSED)


def schedule(row: Any, *, on: date) -> None:
    """Set when a deadline's row is told of first; it is not saved here."""
    kind = kind_of(row)
    setattr(row, kind.told, first(kind.steps(row), on=on) if getattr(row, kind.due) else None)


def tell_deadlines(*, consortium: Consortium, on: date) -> int:
    """Tell of every deadline whose day has come, and set the next day."""
    return each(
        consortium=consortium,
        sweep="deadlines",
        on=on,
        items=waiting(consortium, on),
        key=lambda item: f"{item[0].code} {item[1].uid}",
        handle=lambda item: tell_one(item[0], item[1], on=on),
    )


def waiting(consortium: Consortium, on: date) -> Iterator[tuple[Deadline, Any]]:
    """Yield the rows to tell of; a kind with none costs a look at its index."""
    for kind in deadlines.all():
        rows = kind.told_by(consortium, on)
        if rows.exists():
            for row in rows.iterator(chunk_size=1000):
                yield kind, row


def next_deadline(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which a deadline is told."""
    found = [
        kind.model.objects.filter(
            consortium=consortium, **{f"{kind.told}__isnull": False}
        ).aggregate(day=Min(kind.told))["day"]
        for kind in deadlines.all()
    ]
    days = [day for day in found if day is not None]
    return max(min(days), after + DAY) if days else None


def tell_one(kind: Deadline, row: Any, *, on: date) -> None:
    """Claim a row's step by compare-and-set, and tell who is concerned, in one transaction."""
    step, later = passed(kind.steps(row), on=on)

    def claim() -> None:
        was = {kind.told: getattr(row, kind.told)}
        mine = kind.model.objects.filter(pk=row.pk, **was).update(**{kind.told: later})
        waits = kind.model.objects.filter(kind.open, pk=row.pk).exists()
        project = kind.project(row)
        if mine and waits and step and (project is None or standing(project, on) not in SILENT):
            tell_step(kind, row, step, on)

    in_one_transaction(claim)


def tell_step(kind: Deadline, row: Any, step: Step, on: date) -> None:
    due_on = getattr(row, kind.due)
    notify(
        consortium=row.consortium,
        to=concerned(kind, row, step, on),
        code=f"{kind.code}_late" if step.late else kind.code,
        on=on,
        about=f"{row.uid}:{due_on.isoformat()}:{step.on.isoformat()}",
        due_on=due_on.isoformat(),
        **kind.values(row),
    )


def concerned(kind: Deadline, row: Any, step: Step, on: date) -> set[User]:
    """Return whom a step is told: the people who must act, and the secretariat if it says so."""
    here = {"consortium": row.consortium, "on": on}
    people = {
        person
        for organization in kind.whose(row)
        for person in appointed(**here, roles=TOLD, organization=organization)
    }
    one: User | None = getattr(row, kind.person) if kind.person else None
    staff = appointed(**here, roles=WATCHING) if step.secretariat else []
    return people | set(staff) | ({one} if one is not None else set())
