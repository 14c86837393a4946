"""What is wrong of a patent application is corrected; what was paid and said stays."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import User
from consortium.operations.audit import record
from consortium.states import Role
from ip.models import PatentApplication, PatentCorrection, PatentEvent
from ip.operations.patents import (
    EventInFuture,
    Planned,
    columns_of,
    date_family,
    locked,
    look_at_family,
    refuse_ahead,
)
from ip.reports.patents import paid
from ip.rules.offices import Applicants, RightKind, Route, Size
from ip.rules.patents import Happening, refuse_impossible


class CorrectionUnexplained(DomainError):
    """A correction says why."""

    code = "patent_correction_unexplained"


class NothingCorrected(DomainError):
    code = "patent_nothing_corrected"


class NotRecorded(DomainError):
    """It is not recorded as having happened; record it instead."""

    code = "patent_event_not_recorded"


class OfficePaid(DomainError):
    """Fees were paid to the office for this kind of right; it stays where it is."""

    code = "patent_office_paid"


@dataclass(frozen=True)
class Happened:
    """The day of an event and the number the office gave it then; None keeps the number."""

    happened_on: date
    number: str | None = None


@operation(allow={Role.IP}, subject="application")
def correct_patent(
    *,
    application: PatentApplication,
    planned: Mapping[str, Any],
    events: Mapping[Happening, Happened | None],
    reason: str,
    by: User | None,
    on: date,
) -> PatentCorrection:
    """Correct what was registered of an application, and the days and numbers of its events.

    `planned`: fields of `Planned` that read otherwise; `events`: those that were recorded
    wrongly, None for one that did not happen. What is due is computed anew; instructions
    and fees stay. Raises CorrectionUnexplained, NothingCorrected, NotRecorded,
    OfficePaid, PriorityInFuture, EventInFuture, UnknownOffice and what `refuse_impossible`
    raises.
    """
    application = locked(application)
    if not reason.strip():
        raise CorrectionUnexplained
    wanted = replace(planned_of(application), **planned)
    refuse_ahead(wanted.priority_on, on)
    refuse_office_paid(application, wanted)
    before, known = said_of(application), application.last_events
    rows = [
        event_of(application, kind, known.get(kind), happened, by, on)
        for kind, happened in events.items()
    ]
    write(application, wanted, rows)
    correction = kept(application, before)
    correction.reason, correction.corrected_on = reason.strip(), on
    correction.recorded_by = by
    correction.save(force_insert=True)
    date_family(application.family)
    look_at_family(application, on=on)
    said = {"before": correction.before, "after": correction.after}
    record(consortium=application.consortium, action="correct_patent", by=by, on=on,
           subject=application, **said)  # fmt: skip
    return correction


def kept(application: PatentApplication, before: Mapping[str, Any]) -> PatentCorrection:
    """Return what reads otherwise than before. Raises NothingCorrected, what cannot be."""
    corrected = PatentApplication.objects.get(pk=application.pk)
    refuse_impossible(corrected.filing(), restored=corrected.priority_restored)
    after = said_of(corrected)
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not changed:
        raise NothingCorrected
    return PatentCorrection(
        application=application,
        before={name: before.get(name) for name in changed},
        after={name: after.get(name) for name in changed},
    )


def planned_of(application: PatentApplication) -> Planned:
    """Return an application as it was registered, or last corrected."""
    return Planned(
        office=application.office,
        kind=RightKind(application.kind),
        route=Route(application.route),
        priority_on=application.priority_on,
        priority_restored=application.priority_restored,
        applicants=Applicants(application.applicants),
        size=Size(application.size),
    )


def said_of(application: PatentApplication) -> dict[str, str | bool | None]:
    """Return everything that can be corrected, by its name, as the audit trail keeps it."""
    found = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in columns_of(planned_of(application)).items()
    }
    for kind, event in application.last_events.items():
        found[f"{kind}_on"] = event.happened_on.isoformat()
        found[f"{kind}_number"] = event.number
    return found


def refuse_office_paid(application: PatentApplication, wanted: Planned) -> None:
    moved = (wanted.office, wanted.kind) != (application.office, application.kind)
    if moved and paid(application):
        raise OfficePaid(office=application.office)


def event_of(
    application: PatentApplication,
    kind: Happening,
    known: PatentEvent | None,
    happened: Happened | None,
    by: User | None,
    on: date,
) -> PatentEvent:
    """Return the later word on an event. Raises NotRecorded, EventInFuture."""
    if known is None:
        raise NotRecorded(event=kind)
    if happened is not None and happened.happened_on > on:
        raise EventInFuture(on=happened.happened_on)
    number = known.number if happened is None or happened.number is None else happened.number
    return PatentEvent(
        application=application,
        kind=kind.value,
        happened_on=known.happened_on if happened is None else happened.happened_on,
        number=number.strip(),
        struck=happened is None,
        recorded_by=by,
    )


def write(application: PatentApplication, wanted: Planned, rows: list[PatentEvent]) -> None:
    """Write what an application reads now, and the events that read otherwise than before."""
    columns = columns_of(wanted)
    for name, value in columns.items():
        setattr(application, name, value)
    application.save(update_fields=list(columns))
    known = application.last_events
    PatentEvent.objects.bulk_create(
        row
        for row in rows
        if row.struck
        or (row.happened_on, row.number)
        != (known[Happening(row.kind)].happened_on, known[Happening(row.kind)].number)
    )
