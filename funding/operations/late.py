"""Charging who pays late: interest and fees, when a level of the ladder names them."""

from datetime import date

from consortium.errors import DomainError
from consortium.models import digest
from consortium.periods import Period
from funding.models import Assessment, Charge, DunningStep
from funding.operations.asking import request_payment
from funding.operations.charges import Owed, issue, party_of
from funding.reports.entries import Party
from funding.reports.late import counted_from, known
from funding.reports.rounds import SECTION, Due
from funding.rules.choices import Visibility
from funding.rules.dues import DuesSection, Levy
from funding.rules.engine import Quote, compute
from funding.rules.figures import Figure
from funding.rules.outcome import stored


class NotForLate(DomainError):
    """A level of the ladder charges levies of the trigger `overdue` only."""

    code = "not_for_late"


def charge_late(*, step: DunningStep, levy_code: str, on: date) -> None:
    """Charge what a level charges for the charge it was taken for, once per counted days.

    No operation: it is part of the step, in whose transaction and on whose audit event it
    stands. Nothing is charged on what was itself charged for being late, in another
    unit, to a category that does not owe it, or where it comes to nothing. Raises
    UnknownLevy, NotForLate, ReferenceMissing, and what `compute` raises.
    """
    late = step.charge
    charter = late.assessment.charter
    section: DuesSection = charter.rules(SECTION)
    levy = section.levy(levy_code)
    if not levy.for_late:
        raise NotForLate(levy=levy_code)
    if not owed_for(late, levy, section):
        return
    period = Period(counted_from(levy, late), on)
    if period.starts_on >= on:
        return
    figures = known(levy, late, start=period.starts_on, on=on)
    quote = compute(levy, {}, figures)
    if not quote.amount:
        return
    due = Due(charter, levy, period)
    assessment = assess_late(late, due, figures, quote, on)
    party = Party(**party_of(late.organization))
    owed = Owed(vars(assessment), assessment.amount, party)
    due_on = levy.calendar.due.after(on)
    charges = issue(late.consortium, levy, [owed], on, instalment=1, due_on=due_on)
    request_payment(late.consortium, due, charges, on)


def owed_for(late: Charge, levy: Levy, section: DuesSection) -> bool:
    """Say whether a levy is charged for a late charge at all."""
    return (
        late.unit == levy.unit
        and late.assessment.category in levy.categories
        and not section.levy(late.levy).for_late
    )


def assess_late(
    late: Charge, due: Due, figures: dict[str, Figure], quote: Quote, on: date
) -> Assessment:
    """Write what being late comes to, with the inputs and the trace."""
    secret = due.levy.visibility == Visibility.SECRET or late.secret
    assessment = Assessment(
        consortium=late.consortium,
        member=late.member,
        levy=due.levy.code,
        subject=late.uid,
        period_starts_on=due.period.starts_on,
        period_ends_on=due.period.end,
        charter=due.charter,
        category=late.assessment.category,
        inputs=stored(figures),
        trace=quote.trace(),
        amount=quote.amount,
        unit=quote.unit,
        secret=secret,
        assessed_on=on,
    )
    assessment.digest = digest(assessment.content())
    assessment.save(force_insert=True)
    return assessment
