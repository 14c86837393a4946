"""Giving members their seats on the bodies of the charter, and ending them."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Charter, Consortium, Member, Seat, User
from consortium.operations.audit import record
from consortium.periods import Period
from consortium.rules.choices import Rank
from consortium.rules.governance import BodyEntry, GovernanceSection
from consortium.states import Role


class NoSuchBody(DomainError):
    """The charter has no body of this code."""

    code = "no_such_body"


class SeatOfNoMember(DomainError):
    """The organization is no member on the first day."""

    code = "seat_of_no_member"


class SeatOutlasts(DomainError):
    """The seat would last longer than the membership."""

    code = "seat_outlasts"


class SeatOverlaps(DomainError):
    """The member has a seat on this body in part of the period already."""

    code = "seat_overlaps"


class BodyFull(DomainError):
    """All seats of the body are taken on some day of the period."""

    code = "body_full"


@operation(allow={Role.SECRETARY}, subject="member")
def give_seat(
    *,
    member: Member,
    body: str,
    rank: Rank,
    person: str = "",
    starts_on: date,
    ends_on: date | None = None,
    by: User | None,
    on: date,
) -> Seat:
    """Give a member a seat on a body for a term, to the end of its membership if left open.

    Raises NoSuchBody, NoSuchSection, NoCharterInForce, SeatOfNoMember, SeatOutlasts,
    SeatOverlaps, BodyFull, EndsBeforeStart.
    """
    consortium = Consortium.objects.select_for_update(no_key=True).get(pk=member.consortium_id)
    entry = body_of(consortium, body, starts_on)
    period = within_membership(member, Period(starts_on, ends_on).checked())
    if any(each.period.overlaps(period) for each in member.seats.filter(body=body)):
        raise SeatOverlaps(member=str(member), body=entry.label)
    refuse_full(consortium, entry, period)
    seat = Seat.objects.create(
        member=member,
        body=body,
        rank=rank.value,
        person=person.strip(),
        starts_on=period.starts_on,
        ends_on=period.ends_on,
    )
    record(consortium=consortium, action="give_seat", by=by, on=on, subject=seat, body=body)
    return seat


@operation(allow={Role.SECRETARY}, subject="seat")
def end_seat(*, seat: Seat, ends_on: date, by: User | None, on: date) -> Seat:
    """End a seat; the first day without it is `ends_on`. Raises AlreadyEnded."""
    seat = Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    seat.ends_on = seat.period.ended(ends_on).ends_on
    seat.save(update_fields=["ends_on"])
    record(consortium=seat.consortium, action="end_seat", by=by, on=on, subject=seat)
    return seat


def vacate(members: Iterable[int], ends_on: date) -> int:
    """End the seats of members whose membership ends; one not begun by then is no more.

    Returns how many.
    """
    seats = Seat.objects.filter(member__in=list(members))
    unbegun, _each = seats.filter(starts_on__gte=ends_on).delete()
    return unbegun + seats.filter(Q(ends_on=None) | Q(ends_on__gt=ends_on)).update(ends_on=ends_on)


def body_of(consortium: Consortium, code: str, on: date) -> BodyEntry:
    """Return a body by the charter of a day; of days before the first charter, by that one.

    Raises NoSuchBody, NoSuchSection, NoCharterInForce.
    """
    adopted = Charter.objects.adopted().filter(consortium=consortium)
    first = adopted.order_by("starts_on").values_list("starts_on", flat=True).first()
    charter = Charter.objects.in_force(consortium=consortium, on=max(on, first or on))
    governance: GovernanceSection = charter.rules("governance")
    found = governance.body_of(code)
    if found is None:
        raise NoSuchBody(body=code, choices=[each.code for each in governance.bodies])
    return found


def within_membership(member: Member, period: Period) -> Period:
    """Return the period, up to the end of the membership. Raises SeatOfNoMember, SeatOutlasts."""
    last: date | None = period.starts_on
    for term in member.terms.order_by("starts_on"):
        if last is not None and term.period.contains(last):
            last = term.ends_on
    if last == period.starts_on:
        raise SeatOfNoMember(organization=str(member), on=period.starts_on)
    if last is None:
        return period
    if period.ends_on is not None and period.ends_on > last:
        raise SeatOutlasts(member=str(member), ends_on=last)
    return Period(period.starts_on, period.ends_on or last)


def refuse_full(consortium: Consortium, body: BodyEntry, period: Period) -> None:
    """Raise BodyFull where on some day of the period nobody could sit down any more."""
    if body.seats is None:
        return
    taken = Seat.objects.filter(member__consortium=consortium, body=body.code)
    others = [each.period for each in taken if each.period.overlaps(period)]
    days = {period.starts_on, *(each.starts_on for each in others)}
    for day in sorted(day for day in days if period.contains(day)):
        if sum(each.contains(day) for each in others) >= body.seats:
            raise BodyFull(body=body.label, seats=body.seats, on=day)
