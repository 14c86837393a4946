"""What a patent fee comes to on the day it is paid, and how owners share it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from consortium import money
from consortium.errors import DomainError
from ip.rules.offices import Yearly, offices
from ip.rules.patents import Deadline, Filing


class FeeUnknown(DomainError):
    """No source we have says what this costs; the office does."""

    code = "patent_fee_unknown"


class PaidTooLate(DomainError):
    """Nothing can be paid any more: the months of grace are over."""

    code = "patent_paid_too_late"


class PaidTooEarly(DomainError):
    """The office takes the fee from a later day on."""

    code = "patent_paid_too_early"


@dataclass(frozen=True)
class Fee:
    """A fee in an office's currency: in full, what is let off, and the surcharge."""

    unit: str
    full: Decimal
    reduced: Decimal
    surcharge: Decimal

    @property
    def total(self) -> Decimal:
        return self.reduced + self.surcharge


def fee(filing: Filing, deadline: Deadline, *, paid_on: date) -> Fee:
    """Return what a yearly fee comes to when it is paid on a day.

    By the table in force on that day; the surcharge is counted of the full fee, each
    rounded half up to the currency. Raises FeeUnknown, PaidTooEarly, PaidTooLate.
    """
    office = offices().office(filing.office)
    rule = office.right(filing.kind).annuities
    if deadline.opens_on is not None and paid_on < deadline.opens_on:
        raise PaidTooEarly(opens_on=deadline.opens_on, on=paid_on)
    unknown = FeeUnknown(office=office.code, code=deadline.code, part=deadline.part)
    if deadline.code != "annuity" or not isinstance(rule, Yearly) or office.currency is None:
        raise unknown
    full = rule.fees_on(paid_on).fee(int(deadline.part))
    if full is None:
        raise unknown
    smallest = money.quantum(office.currency)
    return Fee(
        office.currency,
        full.quantize(smallest),
        money.rounded(full * (1 - office.off(filing.size, filing.applicants)), smallest),
        money.rounded(surcharge(deadline, full, paid_on=paid_on), smallest),
    )


def surcharge(deadline: Deadline, full: Decimal, *, paid_on: date) -> Decimal:
    """Return what paying on a day costs besides the fee, unrounded. Raises PaidTooLate.

    Where a source gives a step it gives what it costs.
    """
    if paid_on <= deadline.due_on:
        return Decimal(0)
    for step in deadline.late:
        if paid_on <= step.until:
            return step.amount or full * (step.percent or 0) / 100
    raise PaidTooLate(last_on=deadline.last_on, on=paid_on)


def divided[Owner](
    amount: Decimal, shares: Mapping[Owner, Fraction], *, unit: str
) -> dict[Owner, Decimal]:
    """Return each owner's part of an amount by its share, exact to the unit, adding up to it.

    Each gets its part rounded down; the smallest amounts left over go one each to those
    whose part lost most by it, of equal ones to the first in the order of `shares`. An
    amount finer than the unit cannot be divided and is refused by who takes it.
    """
    smallest = Fraction(money.quantum(unit))
    exact = {owner: Fraction(amount) * share / smallest for owner, share in shares.items()}
    parts = {owner: floor(part) for owner, part in exact.items()}
    left = int(Fraction(amount) / smallest) - sum(parts.values())
    by_loss = sorted(exact, key=lambda owner: parts[owner] - exact[owner])
    for owner in by_loss[:left]:
        parts[owner] += 1
    return {owner: part * money.quantum(unit) for owner, part in parts.items()}
