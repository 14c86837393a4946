"""What the engine knows of a membership without asking: `SUPPLIED`, from two days."""

from datetime import date
from decimal import Decimal

from consortium.periods import Period, index_on, nth
from funding.rules.calendar import BeforeFirstPeriod, period_on
from funding.rules.dues import Levy
from funding.rules.inputs import Figure


def supplied(levy: Levy, joined_on: date, on: date) -> dict[str, Figure]:
    """Return the engine's inputs for a member that joined on a day, in the period of `on`.

    The year of membership is the one the period starts in, or the first if the
    member joined in it; month and half are those of joining, if it was in the period.
    """
    period = period_of(levy, on)
    inside = period.contains(joined_on)
    day = max(period.starts_on, joined_on)
    half = None
    if inside:
        middle = middle_of(period, levy.trigger.months)
        half = Decimal(2) if joined_on >= middle else Decimal(1)
    return {
        "membership_year": Decimal(index_on(joined_on, 12, day) + 1),
        "joined_month": Decimal(joined_on.month) if inside else None,
        "joined_half": half,
    }


def period_of(levy: Levy, on: date) -> Period:
    """Return the period of a day; a quote may also be asked before the first one."""
    try:
        return period_on(levy, on)
    except BeforeFirstPeriod:
        return nth(levy.trigger.anchor, levy.trigger.months, 0)


def middle_of(period: Period, months: int) -> date:
    """Return the first day of a period's second half: of an odd number, the longer one."""
    whole = nth(period.starts_on, 1, months // 2)
    return whole.starts_on
