"""Charging a member when something happens: a patent fee, a licence fee, a royalty."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from consortium.errors import DomainError
from consortium.models import Charter, Consortium, Member, Organization, digest
from consortium.periods import Period
from funding.models import Assessment, Charge, CreditNote
from funding.operations.asking import request_payment
from funding.operations.charges import Owed, credit, issue, party_of
from funding.reports.entries import Party
from funding.reports.rounds import SECTION, Due
from funding.rules.choices import Occasion, Visibility
from funding.rules.dues import DuesSection, Levy
from funding.rules.engine import compute
from funding.rules.figures import Figure
from funding.rules.outcome import stored

DAY = timedelta(days=1)


class NoLevyForIt(DomainError):
    """The charter of that day has no levy for such an occasion in this currency."""

    code = "no_levy_for_it"


class ChargedAlready(DomainError):
    """Each is charged once for one thing."""

    code = "charged_already"


@dataclass(frozen=True)
class Event:
    """What happened: the day it counts for, and the address of the row that records it.

    A levy with a rule of its own, such as a handling fee on top, is charged by that rule.
    """

    occasion: Occasion
    happened_on: date
    subject: UUID
    unit: str


def charge_member(*, member: Member, event: Event, amount: Decimal, on: date) -> Charge | None:
    """Charge a member for its part of an event, in the event's currency, before tax.

    No operation: it is part of the one that records the event, in whose transaction and
    on whose audit event it stands. By the levy that the charter in force on the event's
    day names for such an occasion; None where that comes to nothing. The assessment
    keeps the amount as its input, so that `verify` computes the charge again. Raises
    NoCharterInForce, NoLevyForIt, ChargedAlready, YearClosed, and what `compute` raises.
    """
    due = due_for(member.consortium, event)
    if last_of(member, due, event) is not None:
        raise ChargedAlready(member=str(member))
    assessment = assess(member, due, event, amount, on)
    return charge(assessment, due, assessment.amount, on) if assessment.amount else None


def correct_charge(
    *, member: Member, event: Event, amount: Decimal, on: date
) -> Charge | CreditNote | None:
    """Charge or credit the difference, where an event came to another amount than was charged.

    No operation, as `charge_member`; the assessment is the next version of the one that
    was charged. None where nothing changes. Raises what `charge_member` raises.
    """
    due = due_for(member.consortium, event)
    before = last_of(member, due, event)
    assessment = assess(member, due, event, amount, on, before)
    difference = assessment.amount - (before.amount if before is not None else 0)
    if difference > 0:
        return charge(assessment, due, difference, on)
    if difference < 0:
        return credit(member.consortium, owed(assessment, difference), on)
    return None


def last_of(member: Member, due: Due, event: Event) -> Assessment | None:
    rows = Assessment.objects.filter(member=member, levy=due.levy.code, subject=event.subject)
    return rows.order_by("-version").first()


def assess(
    member: Member,
    due: Due,
    event: Event,
    amount: Decimal,
    on: date,
    before: Assessment | None = None,
) -> Assessment:
    """Write down what an event comes to by its levy, as the next version."""
    known: dict[str, Figure] = {"amount": amount} if due.levy.supplied else {}
    quote = compute(due.levy, {}, known)
    assessment = Assessment(
        consortium=member.consortium,
        member=member,
        levy=due.levy.code,
        subject=event.subject,
        period_starts_on=due.period.starts_on,
        period_ends_on=due.period.end,
        version=before.version + 1 if before is not None else 1,
        charter=due.charter,
        category="",
        inputs=stored(known),
        trace=quote.trace(),
        amount=quote.amount,
        unit=quote.unit,
        secret=due.levy.visibility == Visibility.SECRET,
        assessed_on=on,
    )
    assessment.digest = digest(assessment.content())
    assessment.save(force_insert=True)
    return assessment


def charge(assessment: Assessment, due: Due, amount: Decimal, on: date) -> Charge:
    due_on = due.levy.calendar.due.after(on)
    party = [owed(assessment, amount)]
    charges = issue(assessment.consortium, due.levy, party, on, instalment=1, due_on=due_on)
    request_payment(assessment.consortium, due, charges, on)
    return Charge.objects.get(pk=charges[0]["id"])


def owed(assessment: Assessment, amount: Decimal) -> Owed:
    return Owed(vars(assessment), amount, Party(**party_of(assessment.organization)))


def due_for(consortium: Consortium, event: Event) -> Due:
    """Return the levy for an event, with its charter. Raises NoCharterInForce, NoLevyForIt."""
    charter = Charter.objects.in_force(consortium=consortium, on=event.happened_on)
    section: DuesSection | None = charter.rules(SECTION) if has_dues(charter) else None
    levy = levy_for(section, event)
    if levy is None:
        raise NoLevyForIt(charter=charter.code, occasion=event.occasion.value, unit=event.unit)
    return Due(charter, levy, Period(event.happened_on, event.happened_on + DAY))


def has_dues(charter: Charter) -> bool:
    return charter.sections.filter(code=SECTION).exists()


def levy_for(section: DuesSection | None, event: Event) -> Levy | None:
    levies = section.levies if section is not None else ()
    fits = (each for each in levies if (each.occasion, each.unit) == (event.occasion, event.unit))
    return next(fits, None)


def account_of(consortium: Consortium, organization: Organization) -> Member:
    """Return what an organization's accounts hang from; one that never joined has it too.

    A member without terms belongs to nothing, votes nowhere and owes no dues.
    """
    return Member.objects.get_or_create(consortium=consortium, organization=organization)[0]
