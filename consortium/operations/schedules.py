"""Scheduling reports: what is made when, and who is told."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from consortium import access
from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, ReportSchedule, User
from consortium.operations.audit import record
from consortium.periods import AlreadyEnded
from consortium.registry import ReportKind
from consortium.reports.orders import kind_of, known_format
from consortium.rules.parameters import parsed, stored
from consortium.rules.rhythm import Timetable
from consortium.states import Role

MANAGERS = {Role.SECRETARY, Role.FINANCE}


class NoRecipients(DomainError):
    """Nobody would be told that the report is there."""

    code = "no_recipients"


class NoFormats(DomainError):
    code = "no_formats"


class RoleNotEntitled(DomainError):
    """The role may not read this kind of report."""

    code = "role_not_entitled"


class PersonNotEntitled(DomainError):
    """The person holds no role that may read this kind of report."""

    code = "person_not_entitled"


@operation(allow=MANAGERS)
def schedule_report(
    *,
    consortium: Consortium,
    kind: str,
    timetable: Timetable,
    parameters: Mapping[str, Any],
    language: str,
    formats: Collection[str],
    roles: Collection[str] = (),
    people: Iterable[User] = (),
    by: User | None,
    on: date,
) -> ReportSchedule:
    """Have a kind of report made in a rhythm and announced to people by role or name.

    What is due already is made by the next tick. Raises UnknownReportKind, AbsurdDay,
    EndsBeforeStart, OffsetOutOfRange, NeverDue, NoFormats, UnknownFormat, NoRecipients,
    RoleNotEntitled, PersonNotEntitled, InvalidDocument.
    """
    schedule = ReportSchedule(consortium=consortium, kind=kind)
    return settled(
        schedule, "schedule_report", timetable=timetable, parameters=parameters,
        language=language, formats=formats, roles=roles, people=people, by=by, on=on,
    )  # fmt: skip


@operation(allow=MANAGERS, subject="schedule")
def change_schedule(
    *,
    schedule: ReportSchedule,
    timetable: Timetable,
    parameters: Mapping[str, Any],
    language: str,
    formats: Collection[str],
    roles: Collection[str] = (),
    people: Iterable[User] = (),
    by: User | None,
    on: date,
) -> ReportSchedule:
    """Change everything of a schedule but its kind; what was made stays. Raises the same."""
    return settled(
        schedule, "change_schedule", timetable=timetable, parameters=parameters,
        language=language, formats=formats, roles=roles, people=people, by=by, on=on,
    )  # fmt: skip


def settled(
    schedule: ReportSchedule,
    action: str,
    *,
    timetable: Timetable,
    parameters: Mapping[str, Any],
    language: str,
    formats: Collection[str],
    roles: Collection[str],
    people: Iterable[User],
    by: User | None,
    on: date,
) -> ReportSchedule:
    """Check what a schedule is to be, and write it."""
    kind, named = kind_of(schedule.kind), list(people)
    timetable.checked()
    if not formats:
        raise NoFormats()
    check_recipients(kind, schedule.consortium, roles, named, on)
    schedule.every, schedule.anchor_on = timetable.every, timetable.anchor_on
    schedule.days = timetable.days
    schedule.starts_on, schedule.ends_on = timetable.starts_on, timetable.ends_on
    schedule.parameters = stored(parsed(kind.parameters, parameters))
    schedule.language = language
    schedule.formats = list(dict.fromkeys(known_format(each) for each in formats))
    schedule.roles = sorted(set(roles))
    schedule.save()
    schedule.people.set(named)
    record(
        consortium=schedule.consortium,
        action=action,
        by=by,
        on=on,
        subject=schedule,
        kind=schedule.kind,
        roles=schedule.roles,
        people=[str(person.uid) for person in named],
    )
    return schedule


def check_recipients(
    kind: ReportKind,
    consortium: Consortium,
    roles: Collection[str],
    people: Collection[User],
    on: date,
) -> None:
    if not roles and not people:
        raise NoRecipients()
    for role in sorted(roles):
        if role not in kind.readers:
            raise RoleNotEntitled(role=Role(role), roles=readers(kind))
    for person in people:
        if not entitled(person, kind, consortium, on):
            raise PersonNotEntitled(person=str(person), roles=readers(kind))


def readers(kind: ReportKind) -> list[Role]:
    return [role for role in Role if role in kind.readers]


def entitled(person: User, kind: ReportKind, consortium: Consortium, on: date) -> bool:
    roles = {Role(role) for role in kind.readers}
    return access.holds(person, consortium=consortium, on=on, roles=roles, organization=None)


@operation(allow=MANAGERS, subject="schedule")
def stop_schedule(*, schedule: ReportSchedule, by: User | None, on: date) -> ReportSchedule:
    """Make nothing more that falls due from today on; what was made stays. Raises AlreadyEnded."""
    if schedule.ends_on is not None and schedule.ends_on <= max(on, schedule.starts_on):
        raise AlreadyEnded(ends_on=schedule.ends_on)
    schedule.ends_on = max(on, schedule.starts_on)
    schedule.save(update_fields=["ends_on"])
    record(consortium=schedule.consortium, action="stop_schedule", by=by, on=on, subject=schedule)
    return schedule
