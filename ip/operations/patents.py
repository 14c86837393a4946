"""Patent families and applications, and what happens to them."""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, User
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.states import Role
from ip.models import PatentApplication, PatentEvent, PatentFamily, PatentWatch, Result
from ip.rules.offices import Applicants, RightKind, Route, Size, offices
from ip.rules.patents import Filing, Happening, refuse_impossible


class TitleMissing(DomainError):
    """A family goes by its title."""

    code = "patent_title_missing"


class EventInFuture(DomainError):
    code = "patent_event_in_future"


class PriorityInFuture(DomainError):
    """A day that is claimed has been."""

    code = "priority_in_future"


@dataclass(frozen=True)
class Planned:
    """An application as it is registered: where, for what, and which day it claims."""

    office: str
    kind: RightKind
    route: Route = Route.DIRECT
    priority_on: date | None = None
    priority_restored: bool = False
    applicants: Applicants = Applicants.SINGLE
    size: Size = Size.REGULAR


@operation(allow={Role.IP}, subject="result")
def register_family(*, result: Result, title: str, by: User | None, on: date) -> PatentFamily:
    """Register that protection is sought for a result. Raises TitleMissing."""
    if not title.strip():
        raise TitleMissing()
    family = PatentFamily.objects.create(result=result, title=title.strip(), registered_by=by)
    record(consortium=result.consortium, action="register_family", by=by, on=on, subject=family)
    return family


@operation(allow={Role.IP}, subject="family")
def register_application(
    *, family: PatentFamily, planned: Planned, by: User | None, on: date
) -> PatentApplication:
    """Register an application at an office, filed or planned; its days are events.

    Raises UnknownOffice, PriorityInFuture.
    """
    offices().office(planned.office).right(planned.kind)
    refuse_ahead(planned.priority_on, on)
    application = PatentApplication.objects.create(
        consortium=family.consortium,
        family=family,
        **columns_of(planned),
        registered_on=on,
        registered_by=by,
    )
    PatentWatch.objects.create(application=application, consortium=family.consortium, next_on=on)
    look_at_family(application, on=on)
    record(
        consortium=family.consortium,
        action="register_application",
        by=by,
        on=on,
        subject=application,
        office=application.office,
    )
    return application


@operation(allow={Role.IP}, subject="application")
def record_event(
    *,
    application: PatentApplication,
    kind: Happening,
    happened_on: date,
    number: str = "",
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> PatentEvent:
    """Record what happened to an application; recorded again, the later word counts.

    The first filing's day becomes the family's. Raises EventInFuture, ForeignDocument,
    PriorityAfterFiling, PriorityTooOld, EventBeforeFiling, EventAfterEnd.
    """
    application = locked(application)
    if happened_on > on:
        raise EventInFuture(on=happened_on)
    if paper is not None and paper.consortium_id != application.consortium_id:
        raise ForeignDocument(name=paper.name)
    refuse_impossible(with_event(application, kind, happened_on),
                      restored=application.priority_restored)  # fmt: skip
    event = PatentEvent.objects.create(
        application=application,
        kind=kind.value,
        happened_on=happened_on,
        number=number.strip(),
        paper=paper,
        recorded_by=by,
    )
    if kind == Happening.FILED:
        date_family(application.family)
    look_at_family(application, on=on)
    said = {"event": event.kind, "happened_on": happened_on.isoformat()}
    record(consortium=application.consortium, action="record_event", by=by, on=on,
           subject=application, **said)  # fmt: skip
    return event


def columns_of(planned: Planned) -> dict[str, Any]:
    """Return what is registered of an application as its columns hold it."""
    return {
        name: value.value if isinstance(value, StrEnum) else value
        for name, value in asdict(planned).items()
    }


def refuse_ahead(priority_on: date | None, on: date) -> None:
    if priority_on is not None and priority_on > on:
        raise PriorityInFuture(priority_on=priority_on)


def with_event(application: PatentApplication, kind: Happening, happened_on: date) -> Filing:
    """Return an application as it would be with one more event."""
    before = application.filing()
    return Filing(
        office=before.office,
        kind=before.kind,
        route=before.route,
        priority_on=before.priority_on,
        happened={**before.happened, kind: happened_on},
    )


def date_family(family: PatentFamily) -> None:
    """Set the family's day: of the first filing, or what an application claims, if earlier."""
    days = [
        day
        for each in family.applications.prefetch_related("events")
        for day in (each.priority_on, each.filing().filed_on)
        if day is not None
    ]
    family.priority_on = min(days, default=None)
    family.save(update_fields=["priority_on"])


def locked(application: PatentApplication) -> PatentApplication:
    """Lock an application, so that events are checked one after the other."""
    return (
        PatentApplication.objects.select_for_update(of=("self",), no_key=True)
        .select_related("consortium", "family__result__disclosed_by")
        .get(pk=application.pk)
    )


def look_at_family(application: PatentApplication, *, on: date) -> None:
    """Let the sweep look at an application's family: what happens to one may settle another."""
    watches = PatentWatch.objects.filter(application__family=application.family_id)
    watches.update(next_on=on)
