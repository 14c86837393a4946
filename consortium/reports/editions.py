"""What is due of scheduled reports, what is missing of it, and who is told."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from consortium.models import (
    Appointment,
    Consortium,
    Member,
    ParkedItem,
    Report,
    ReportEdition,
    ReportSchedule,
    User,
)
from consortium.periods import Period
from consortium.reports.orders import Order, kind_of, members_of
from consortium.rules.parameters import parsed
from consortium.states import MEMBER_ROLES

SWEEP = "reports"
"""What failed reports are parked under."""


@dataclass(frozen=True)
class Missing:
    """One file of an edition that is not there yet."""

    edition: ReportEdition
    format: str
    member: Member | None

    @property
    def key(self) -> str:
        """Return what it is parked under: addresses only."""
        member = f" {self.member.uid}" if self.member else ""
        return f"{self.edition.uid} {self.format}{member}"


def unopened(*, consortium: Consortium, on: date) -> Iterator[tuple[ReportSchedule, Period]]:
    """Yield the periods due by a day that no edition was opened for, in the order of their days."""
    opened = set(
        ReportEdition.objects.filter(consortium=consortium).values_list(
            "schedule", "starts_on", "ends_on"
        )
    )
    schedules = ReportSchedule.objects.filter(consortium=consortium).order_by("pk")
    due = [
        (schedule.timetable.due_on(period), schedule, period)
        for schedule in schedules
        for period in schedule.timetable.due(on)
        if (schedule.pk, period.starts_on, period.ends_on) not in opened
    ]
    for _due_on, schedule, period in sorted(due, key=lambda each: (each[0], each[1].pk)):
        yield schedule, period


def unfinished(*, consortium: Consortium) -> list[ReportEdition]:
    """Return the editions that lack a file, those due first to the front."""
    editions = ReportEdition.objects.filter(consortium=consortium, done_on=None)
    return list(editions.select_related("schedule__consortium").order_by("on", "pk"))


def missing(edition: ReportEdition) -> list[Missing]:
    """Return the files an edition lacks, in their order. Raises UnknownReportKind."""
    schedule, kind = edition.schedule, kind_of(edition.schedule.kind)
    made = set(edition.reports.values_list("member", "format"))
    whole = members_of(kind, consortium=schedule.consortium, period=edition.period, on=edition.on)
    members: list[Member | None] = [*whole] if kind.members else [None]
    return [
        Missing(edition, format, member)
        for member in members
        for format in schedule.formats
        if (member.pk if member else None, format) not in made
    ]


def ordered(item: Missing, *, known_at: datetime) -> Order:
    """Return how a missing file is asked for. Raises UnknownReportKind, InvalidDocument."""
    schedule = item.edition.schedule
    kind = kind_of(schedule.kind)
    return Order(
        consortium=schedule.consortium,
        kind=kind,
        period=item.edition.period,
        on=item.edition.on,
        known_at=known_at,
        parameters=parsed(kind.parameters, schedule.parameters),
        language=schedule.language,
        format=item.format,
        member=item.member,
    )


def given_up(consortium: Consortium) -> Counter[str]:
    """Return how many files each edition, by its address, has given up."""
    rows = ParkedItem.objects.parked().filter(consortium=consortium, sweep=SWEEP)
    return Counter(key.split()[0] for key in rows.values_list("key", flat=True))


def failures(edition: ReportEdition) -> list[ParkedItem]:
    """Return the files of an edition that could not be made so far, each with its reason."""
    rows = ParkedItem.objects.filter(
        consortium=edition.consortium_id, sweep=SWEEP, key__startswith=str(edition.uid)
    )
    return list(rows.order_by("pk"))


def recipients(edition: ReportEdition, *, on: date) -> list[User]:
    """Return whom an edition is announced to: who holds a role named, or is named and holds one.

    Only roles entitled to the kind count. A member's people count where there is a
    report they may read.
    """
    schedule = edition.schedule
    readers = set(kind_of(schedule.kind).readers)
    held = Appointment.objects.on(on).filter(consortium=edition.consortium_id, role__in=readers)
    named = Q(role__in=schedule.roles) | Q(user__in=schedule.people.all())
    theirs = Report.objects.filter(edition=edition, member__organization=OuterRef("organization"))
    open_to_all = edition.reports.filter(member=None).exists()
    readable = Q() if open_to_all else ~Q(role__in=MEMBER_ROLES) | Exists(theirs)
    told = held.filter(named, readable, user__is_active=True)
    return list(User.objects.filter(pk__in=told.values("user")).order_by("pk"))
