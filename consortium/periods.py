"""Half-open periods of days, computed from an anchor and never iterated."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from consortium.errors import DomainError


class EndsBeforeStart(DomainError):
    code = "ends_before_start"


class NeverEnds(DomainError):
    """An end was asked for where the period is open."""

    code = "never_ends"


class AlreadyEnded(DomainError):
    """It ends earlier already; an end can only come nearer."""

    code = "already_ended"


class Period(NamedTuple):
    """The days from `starts_on` up to, not including, `ends_on`; None is open."""

    starts_on: date
    ends_on: date | None = None

    @property
    def end(self) -> date:
        """Return the first day after the period. Raises NeverEnds."""
        if self.ends_on is None:
            raise NeverEnds(starts_on=self.starts_on)
        return self.ends_on

    def contains(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)

    def overlaps(self, other: "Period") -> bool:
        return (other.ends_on is None or self.starts_on < other.ends_on) and (
            self.ends_on is None or other.starts_on < self.ends_on
        )

    def common(self, other: "Period") -> "Period":
        """Return the days two overlapping periods share."""
        ends = [end for end in (self.ends_on, other.ends_on) if end is not None]
        return Period(max(self.starts_on, other.starts_on), min(ends, default=None))

    def checked(self) -> "Period":
        """Return the period, or raise EndsBeforeStart when it holds no day."""
        if self.ends_on is not None and self.ends_on <= self.starts_on:
            raise EndsBeforeStart(starts_on=self.starts_on, ends_on=self.ends_on)
        return self

    def ended(self, ends_on: date) -> "Period":
        """Return the period with an earlier end. Raises AlreadyEnded, EndsBeforeStart."""
        if self.ends_on is not None and self.ends_on < ends_on:
            raise AlreadyEnded(ends_on=self.ends_on)
        return Period(self.starts_on, ends_on).checked()


@dataclass(frozen=True)
class Offset:
    """A distance from a day: whole months first, then days; either may be negative."""

    months: int = 0
    days: int = 0

    def after(self, anchor: date) -> date:
        return add_months(anchor, self.months) + timedelta(days=self.days)


def add_months(anchor: date, months: int) -> date:
    """Return the same day `months` later, or that month's last day if it has none."""
    index = anchor.year * 12 + anchor.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def nth(anchor: date, months: int, n: int) -> Period:
    """Return period n (from 0, may be negative) of `months` months each.

    Period n starts at anchor + n × months, so that a 29 February or a 31st
    comes back wherever the month has one.
    """
    return Period(add_months(anchor, n * months), add_months(anchor, (n + 1) * months))


def index_on(anchor: date, months: int, on: date) -> int:
    """Return the number of the period a day falls in (negative before the anchor)."""
    n = ((on.year - anchor.year) * 12 + on.month - anchor.month) // months
    while nth(anchor, months, n).starts_on > on:
        n -= 1
    while nth(anchor, months, n + 1).starts_on <= on:
        n += 1
    return n


def merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return periods in their order; those that overlap or touch become one."""
    found: list[Period] = []
    for period in sorted(periods, key=lambda each: each.starts_on):
        last = found[-1] if found else None
        if last is None or (last.ends_on is not None and last.ends_on < period.starts_on):
            found.append(period)
        elif last.ends_on is not None and (period.ends_on is None or period.ends_on > last.ends_on):
            found[-1] = Period(last.starts_on, period.ends_on)
    return tuple(found)
