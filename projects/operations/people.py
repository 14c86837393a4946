"""People sent to facilities: for how long, who pays, and back again."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import (
    Appointment,
    Charter,
    Consortium,
    Document,
    Member,
    User,
)
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.periods import Period, add_months
from consortium.states import Role
from projects.models import Facility, Project, Secondment
from projects.operations.deadlines import schedule
from projects.rules.choices import Payer
from projects.rules.section import ProjectsSection, SecondmentRule


class FacilityClosed(DomainError):
    """The facility is not open on every day of the secondment."""

    code = "facility_closed"


class NoSecondments(DomainError):
    """The charter says nothing of people sent to work elsewhere."""

    code = "no_secondments"


class TooShort(DomainError):
    code = "secondment_too_short"


class TooLong(DomainError):
    code = "secondment_too_long"


class ExtendedTooFar(DomainError):
    """Extensions come to more than the charter allows."""

    code = "secondment_extended_too_far"


class NotExtended(DomainError):
    """An extension ends later than what was agreed."""

    code = "secondment_not_extended"


class Overlapping(DomainError):
    """The person is sent somewhere else on some of the days."""

    code = "secondment_overlaps"


class LetterMissing(DomainError):
    code = "secondment_letter_missing"


class UndertakingMissing(DomainError):
    """The charter wants the person's undertaking on IP and secrecy first."""

    code = "secondment_undertaking_missing"


class HandedBack(DomainError):
    code = "secondment_handed_back"


class HandedBackOutside(DomainError):
    """A person is handed back after the first day and not in the future."""

    code = "secondment_handed_back_outside"


class ForeignFacility(DomainError):
    """Facility or project are of another consortium."""

    code = "secondment_foreign"


@dataclass(frozen=True)
class Sending:
    """Who is sent where, from when until when, who pays, and what was signed."""

    person: str
    facility: Facility
    starts_on: date
    ends_on: date
    user: User | None = None
    project: Project | None = None
    pays: Payer | None = None
    letter_on: date | None = None
    letter: Document | None = None
    undertaking_on: date | None = None


@operation(allow={Role.PROJECTS, Role.SECRETARY}, subject="home")
def second(*, home: Member, sending: Sending, by: User | None, on: date) -> Secondment:
    """Send a member's person to a facility, under the charter of the first day.

    Raises NoSecondments, TooShort, TooLong, LetterMissing, UndertakingMissing,
    FacilityClosed, Overlapping, ForeignFacility, ForeignDocument.
    """
    period = Period(sending.starts_on, sending.ends_on).checked()
    rule = rule_on(home.consortium, sending.starts_on)
    refuse_wrong_period(rule, period)
    refuse_wrong_papers(rule, home, sending)
    Member.objects.select_for_update().get(pk=home.pk)
    refuse_closed(sending.facility, period)
    person = " ".join(sending.person.split())
    refuse_overlap(home, person, sending.user, period)
    secondment = Secondment(
        consortium=home.consortium,
        home=home,
        person=person,
        user=sending.user,
        facility=sending.facility,
        project=sending.project,
        pays=(sending.pays or rule.pays).value,
        starts_on=period.starts_on,
        ends_on=period.end,
        agreed_until=period.end,
        letter_on=sending.letter_on,
        letter=sending.letter,
        undertaking_on=sending.undertaking_on,
        recorded_by=by,
    )
    schedule(secondment, on=on)
    secondment.save(force_insert=True)
    record(consortium=home.consortium, action="second", by=by, on=on, subject=secondment)
    return secondment


@operation(allow={Role.PROJECTS, Role.SECRETARY}, subject="secondment")
def extend(*, secondment: Secondment, ends_on: date, by: User | None, on: date) -> Secondment:
    """Let a secondment end later, as far as the charter allows in all.

    Raises NoSecondments, HandedBack, NotExtended, TooLong, ExtendedTooFar,
    FacilityClosed, Overlapping.
    """
    secondment = locked(secondment)
    rule = rule_on(secondment.consortium, secondment.starts_on)
    if secondment.ends_on is not None and ends_on <= secondment.ends_on:
        raise NotExtended(ends_on=secondment.ends_on)
    period = Period(secondment.starts_on, ends_on)
    refuse_wrong_period(rule, period)
    furthest = add_months(secondment.agreed_until, rule.extension_months)
    if ends_on > furthest:
        raise ExtendedTooFar(months=rule.extension_months, furthest=furthest)
    refuse_closed(secondment.facility, period)
    refuse_overlap(secondment.home, secondment.person, secondment.user, period, but=secondment)
    secondment.ends_on = ends_on
    schedule(secondment, on=on)
    secondment.save(update_fields=["ends_on", "next_on"])
    record(consortium=secondment.consortium, action="extend", by=by, on=on, subject=secondment)
    return secondment


@operation(allow={Role.PROJECTS, Role.SECRETARY}, subject="secondment")
def hand_back(
    *, secondment: Secondment, handed_back_on: date | None = None, by: User | None, on: date
) -> Secondment:
    """Note that a person is back; from that day on access through the host is gone.

    What the person may do for the facility's organization in this consortium ends with
    it; what it may do for the home member stays. Raises HandedBack, HandedBackOutside.
    """
    secondment = locked(secondment)
    day = handed_back_on or on
    if day > on or day <= secondment.starts_on:
        raise HandedBackOutside(starts_on=secondment.starts_on, today=on)
    secondment.handed_back_on = day
    if secondment.ends_on is None or day < secondment.ends_on:
        secondment.ends_on = day
    secondment.next_on = None
    secondment.save(update_fields=["handed_back_on", "ends_on", "next_on"])
    ended = end_access(secondment, day)
    record(
        consortium=secondment.consortium,
        action="hand_back",
        by=by,
        on=on,
        subject=secondment,
        appointments=ended,
    )
    return secondment


def locked(secondment: Secondment) -> Secondment:
    """Lock a secondment with its home. Raises HandedBack."""
    Member.objects.select_for_update().get(pk=secondment.home_id)
    secondment = Secondment.objects.select_for_update(of=("self",)).get(pk=secondment.pk)
    if secondment.handed_back_on is not None:
        raise HandedBack(person=secondment.person, handed_back_on=secondment.handed_back_on)
    return secondment


def end_access(secondment: Secondment, day: date) -> int:
    """End what a seconded person may do for the host; return how many appointments ended."""
    host = secondment.facility.organization
    if secondment.user is None or host is None or host == secondment.home.organization:
        return 0
    held = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=day),
        consortium=secondment.consortium,
        user=secondment.user,
        organization=host,
        starts_on__lt=day,
    )
    return held.update(ends_on=day)


def rule_on(consortium: Consortium, on: date) -> SecondmentRule:
    charter = Charter.objects.in_force(consortium=consortium, on=on)
    section: ProjectsSection = charter.rules("projects")
    if section.secondment is None:
        raise NoSecondments(charter=charter.code)
    return section.secondment


def refuse_wrong_period(rule: SecondmentRule, period: Period) -> None:
    shortest = add_months(period.starts_on, rule.least_months)
    longest = add_months(period.starts_on, rule.most_months)
    if period.end < shortest:
        raise TooShort(months=rule.least_months, shortest=shortest)
    if period.end > longest:
        raise TooLong(months=rule.most_months, longest=longest)


def refuse_wrong_papers(rule: SecondmentRule, home: Member, sending: Sending) -> None:
    if sending.letter_on is None:
        raise LetterMissing(person=sending.person)
    if rule.undertaking and sending.undertaking_on is None:
        raise UndertakingMissing(person=sending.person)
    for each in (sending.facility, sending.project):
        if each is not None and each.consortium_id != home.consortium_id:
            raise ForeignFacility(name=str(each))
    if sending.letter is not None and sending.letter.consortium_id != home.consortium_id:
        raise ForeignDocument(name=sending.letter.name)


def refuse_closed(facility: Facility, period: Period) -> None:
    facility = Facility.objects.select_for_update(of=("self",)).get(pk=facility.pk)
    ends = facility.ends_on
    if facility.starts_on > period.starts_on or (ends is not None and ends < period.end):
        raise FacilityClosed(facility=str(facility), starts_on=facility.starts_on, ends_on=ends)


def refuse_overlap(
    home: Member, person: str, user: User | None, period: Period, but: Secondment | None = None
) -> None:
    """Raise when the person is elsewhere on some of the days, also as another member's."""
    same = Q(home=home, person=person)
    if user is not None:
        same |= Q(user=user, consortium=home.consortium)
    rows = Secondment.objects.filter(same, starts_on__lt=period.end, ends_on__gt=period.starts_on)
    rows = rows.exclude(pk=but.pk) if but is not None else rows
    other = rows.order_by("starts_on").first()
    if other is not None:
        raise Overlapping(
            person=person,
            facility=str(other.facility),
            starts_on=other.starts_on,
            ends_on=other.ends_on,
        )
