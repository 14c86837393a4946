"""Charging a member when something happens: a patent fee, a licence fee, a royalty."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from consortium.errors import DomainError
from consortium.models import Charter, Consortium, Member, Organization, digest
from consortium.periods import Period
from funding.models import Assessment, Charge
from funding.operations.asking import request_payment
from funding.operations.charges import Owed, issue, party_of
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
    consortium = member.consortium
    due = due_for(consortium, event)
    if Assessment.objects.filter(member=member, levy=due.levy.code, subject=event.subject).exists():
        raise ChargedAlready(member=str(member))
    known: dict[str, Figure] = {"amount": amount} if due.levy.supplied else {}
    quote = compute(due.levy, {}, known)
    if not quote.amount:
        return None
    assessment = Assessment(
        consortium=consortium,
        member=member,
        levy=due.levy.code,
        subject=event.subject,
        period_starts_on=due.period.starts_on,
        period_ends_on=due.period.end,
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
    owed = Owed(vars(assessment), assessment.amount, Party(**party_of(member.organization)))
    due_on = due.levy.calendar.due.after(on)
    charges = issue(consortium, due.levy, [owed], on, instalment=1, due_on=due_on)
    request_payment(consortium, due, charges, on)
    return Charge.objects.get(pk=charges[0]["id"])


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
