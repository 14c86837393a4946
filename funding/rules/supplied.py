"""What the engine knows of a membership without asking: `SUPPLIED` and the category."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from consortium.periods import Period, index_on, nth
from funding.rules.calendar import BeforeFirstPeriod, period_on
from funding.rules.dues import Levy
from funding.rules.figures import Figure
from funding.rules.inputs import CATEGORY, MEMBER_MONTHS
from funding.rules.triggers import PeriodTrigger


class Stay(NamedTuple):
    """A stretch of membership in one category; `ends_on` is exclusive, None is open."""

    category: str
    starts_on: date
    ends_on: date | None = None

    def reaches(self, period: Period) -> bool:
        """Say whether the stretch has a day in a period."""
        return (period.ends_on is None or self.starts_on < period.ends_on) and (
            self.ends_on is None or self.ends_on > period.starts_on
        )


def owes(levy: Levy, stays: Sequence[Stay], period: Period) -> str | None:
    """Return the category in which a member owes a levy for a period, or None.

    The category of its first day in the period decides, so that one who moves between
    categories owes one levy and not both. A levy that counts `member_months` is owed
    for the months in its categories; one on admission by who joins on that day.
    `stays`: oldest first.
    """
    within = [stay for stay in stays if stay.reaches(period)]
    if not within:
        return None
    if not isinstance(levy.trigger, PeriodTrigger):
        within = within[:1] if stays[0].starts_on == period.starts_on else []
    elif MEMBER_MONTHS in levy.used:
        within = [stay for stay in within if _months(levy, stays, period, stay)]
    else:
        within = within[:1]
    return next((stay.category for stay in within if stay.category in levy.categories), None)


def supplied(levy: Levy, stays: Sequence[Stay], period: Period, category: str) -> dict[str, Figure]:
    """Return the engine's inputs that a levy uses, for a member in a period.

    `stays`: the member's, oldest first; `category`: the one in which it owes. The year
    of membership is the one the period starts in, or the first if the member joined in
    it; month and half are those of joining, if it was in the period. Who left and came
    back joined when it came back.
    """
    joined_on = _joined(stays, period)
    inside = period.contains(joined_on)
    year = index_on(joined_on, 12, max(period.starts_on, joined_on)) + 1
    known: dict[str, Figure] = {
        "membership_year": Decimal(year),
        "joined_month": Decimal(joined_on.month) if inside else None,
        "joined_half": _half(levy, period, joined_on) if inside else None,
        MEMBER_MONTHS: Decimal(_months(levy, stays, period)),
        CATEGORY: category,
    }
    return {name: value for name, value in known.items() if name in levy.used}


def period_of(levy: Levy, on: date) -> Period:
    """Return the period of a day; a quote may also be asked before the first one."""
    try:
        return period_on(levy, on)
    except BeforeFirstPeriod:
        assert isinstance(levy.trigger, PeriodTrigger)
        return nth(levy.trigger.anchor, levy.trigger.months, 0)


def _joined(stays: Sequence[Stay], period: Period) -> date:
    """Return the day on which the stretch of membership began that reaches the period."""
    reached = [stay for stay in stays if period.ends_on is None or stay.starts_on < period.ends_on]
    joined_on = reached[0].starts_on
    for before, after in pairwise(reached):
        if before.ends_on is not None and before.ends_on < after.starts_on:
            joined_on = after.starts_on
    return joined_on


def _half(levy: Levy, period: Period, joined_on: date) -> Decimal:
    """Return the half a day lies in; of an odd number of months the second is longer."""
    months = levy.trigger.months_of(period)
    if not months:
        return Decimal(1)
    return Decimal(2) if joined_on >= months[len(months) // 2].starts_on else Decimal(1)


def _months(levy: Levy, stays: Sequence[Stay], period: Period, only: Stay | None = None) -> int:
    """Return how many months of a period count: begun ones, each for its first category."""
    counted = 0
    for month in levy.trigger.months_of(period):
        first = next((stay for stay in stays if stay.reaches(month)), None)
        if first is not None and first.category in levy.categories and only in (None, first):
            counted += 1
    return counted
