"""When a scheduled report falls due, and how people write the period it is about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, takewhile

from consortium.errors import DomainError
from consortium.periods import Period, add_months, index_on, nth
from consortium.rules.choices import Rhythm

MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.HALF_YEAR: 6, Rhythm.YEAR: 12}
YEARS = range(1900, 2200)
LONGEST = 366
"""Days after the end of its period by which a report is made at the latest."""

WRITTEN = re.compile(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(0[1-9]|1[0-2])))?", re.ASCII)
DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII)


class UnreadablePeriod(DomainError):
    """The text is neither a year, half, quarter or month, nor two days in order."""

    code = "unreadable_period"


class OffsetOutOfRange(DomainError):
    """So many days after the end of a period no report is made."""

    code = "offset_out_of_range"


class NeverDue(DomainError):
    """No period's report falls due between the first and the last day of the schedule."""

    code = "never_due"


class AbsurdDay(DomainError):
    """The day is not one of this or the last century."""

    code = "absurd_date"


def period_of(text: str) -> Period:
    """Return the period that `2026`, `2026-H2`, `2026-Q3`, `2026-10` or two days with dots are.

    `2026-01-15..2026-03-01` ends on an exclusive day, like every period. Raises UnreadablePeriod.
    """
    if found := WRITTEN.fullmatch(text):
        year, quarter, half, month = found.groups()
        first, months = 1, 12
        if quarter:
            first, months = int(quarter) * 3 - 2, 3
        elif half:
            first, months = int(half) * 6 - 5, 6
        elif month:
            first, months = int(month), 1
        if int(year) in YEARS:
            start = date(int(year), first, 1)
            return Period(start, add_months(start, months))
    elif found := DAYS.fullmatch(text):
        try:
            starts_on, ends_on = (date.fromisoformat(day) for day in found.groups())
        except ValueError:
            raise UnreadablePeriod(value=text) from None
        if starts_on < ends_on and {starts_on.year, ends_on.year} <= set(YEARS):
            return Period(starts_on, ends_on)
    raise UnreadablePeriod(value=text[:40])


def written(period: Period) -> str:
    """Return a period as `period_of` reads it, the shortest way."""
    starts_on, ends_on = period.starts_on, period.end
    forms = (f"{starts_on:%Y}", f"{starts_on:%Y}-H{(starts_on.month + 5) // 6}",
             f"{starts_on:%Y}-Q{(starts_on.month + 2) // 3}", f"{starts_on:%Y-%m}")  # fmt: skip
    for text in forms:
        if period_of(text) == period:
            return text
    return f"{starts_on}..{ends_on}"


@dataclass(frozen=True)
class Timetable:
    """Periods of a rhythm from an anchor; each one's report is due `days` after its end.

    With no days it is due on the first day after the period. Only reports that fall due
    from `starts_on` up to, not including, `ends_on` are made.
    """

    every: Rhythm
    anchor_on: date
    days: int
    starts_on: date
    ends_on: date | None = None

    def checked(self) -> "Timetable":
        """Return the timetable, or raise AbsurdDay, EndsBeforeStart, OffsetOutOfRange, NeverDue."""
        for day in (self.anchor_on, self.starts_on, self.ends_on):
            if day is not None and day.year not in YEARS:
                raise AbsurdDay(value=day)
        Period(self.starts_on, self.ends_on).checked()
        if not 0 <= self.days <= LONGEST:
            raise OffsetOutOfRange(days=self.days, limit=LONGEST)
        if next(self.periods(), None) is None:
            raise NeverDue(starts_on=self.starts_on, ends_on=self.ends_on)
        return self

    def due_on(self, period: Period) -> date:
        return period.end + timedelta(days=self.days)

    def periods(self) -> Iterator[Period]:
        """Yield every period whose report is made, oldest first; without an end for ever."""
        months = MONTHS[self.every]
        n = index_on(self.anchor_on, months, self.starts_on - timedelta(days=self.days)) - 1
        while True:
            period = nth(self.anchor_on, months, n)
            due_on = self.due_on(period)
            if (self.ends_on is not None and due_on >= self.ends_on) or due_on.year not in YEARS:
                return
            if due_on >= self.starts_on:
                yield period
            n += 1

    def due(self, on: date) -> list[Period]:
        """Return the periods whose report is due by a day, oldest first."""
        return list(takewhile(lambda period: self.due_on(period) <= on, self.periods()))

    def coming(self, after: date, count: int = 1) -> list[Period]:
        """Return the next periods whose report falls due later than a day."""
        later = (period for period in self.periods() if self.due_on(period) > after)
        return list(islice(later, count))
