"""Payment plans: what is due by when, and from which day on one is broken."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from consortium.money import quantum
from consortium.periods import add_months

NONE = Decimal(0)


class Instalment(NamedTuple):
    """What is to be paid by a day, in the plan's unit."""

    due_on: date
    amount: Decimal


def monthly(total: Decimal, count: int, first_on: date, unit: str) -> list[Instalment]:
    """Return `count` equal instalments, a month apart; what does not divide is on the first."""
    step = quantum(unit)
    part = (total / count // step) * step
    first = total - part * (count - 1)
    return [Instalment(add_months(first_on, n), part if n else first) for n in range(count)]


def total(instalments: Iterable[Instalment]) -> Decimal:
    return sum((each.amount for each in instalments), NONE)


def due_before(instalments: Iterable[Instalment], day: date) -> Decimal:
    """Return the sum of the instalments due before a day."""
    return total(each for each in instalments if each.due_on < day)


def breaks_on(instalments: Sequence[Instalment], settled: Decimal, grace_days: int) -> date | None:
    """Return the first day on which the plan is broken unless more is settled by then.

    An instalment is missed when it was due more than `grace_days` before; None where all
    are covered.
    """
    asked = NONE
    for each in sorted(instalments):
        asked += each.amount
        if asked > settled:
            return each.due_on + timedelta(days=grace_days + 1)
    return None


def paid_of(instalments: Sequence[Instalment], settled: Decimal) -> list[Decimal]:
    """Return how much of each instalment, in the order of their days, is covered."""
    found, rest = [], max(settled, NONE)
    for each in sorted(instalments):
        found.append(min(rest, each.amount))
        rest -= found[-1]
    return found
