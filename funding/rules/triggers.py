"""When a levy falls due: its trigger, and the calendar of each round."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import gcd
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from consortium.periods import Offset, Period, index_on, nth
from consortium.rules.schema import LAX, Day, Problem, Rule
from funding.rules.choices import Occasion

DAY = timedelta(days=1)


class PeriodTrigger(Rule):
    """Falls due once per period; the first period starts on the anchor.

    `months`: length of a period. A 29 February or a 31st as anchor comes back
    wherever the month has one.
    """

    kind: Literal["period"]
    anchor: Day
    months: Annotated[int, Field(ge=1, le=120)]

    def period_on(self, on: date) -> Period | None:
        """Return the period a day falls in, or None before the first one."""
        if on < self.anchor:
            return None
        return nth(self.anchor, self.months, index_on(self.anchor, self.months, on))

    def months_of(self, period: Period) -> list[Period]:
        """Return the months of a period, from the anchor's day of the month to the next."""
        first = index_on(self.anchor, self.months, period.starts_on) * self.months
        return [nth(self.anchor, 1, first + each) for each in range(self.months)]

    def starts(self) -> Iterator[date]:
        """Yield first days of periods until they repeat."""
        for n in range(48 // gcd(48, self.months)):
            yield nth(self.anchor, self.months, n).starts_on


class AdmissionTrigger(Rule):
    """Falls due once, on the day a member first joins; that day is the whole period."""

    kind: Literal["admission"]

    def period_on(self, on: date) -> Period | None:
        return Period(on, on + DAY)

    def months_of(self, period: Period) -> list[Period]:
        return []

    def starts(self) -> Iterator[date]:
        """Yield every day of four years: members join on any."""
        first = date(2024, 1, 1)
        return (first + n * DAY for n in range(4 * 365 + 1))


class OverdueTrigger(Rule):
    """Charged for a late charge when a level of the ladder names the levy; it has no rounds.

    `after_days`: days after the due day that are not counted, such as a time of grace.
    """

    kind: Literal["overdue"]
    after_days: Annotated[int, Field(ge=0, le=366)] = 0

    def period_on(self, on: date) -> Period | None:
        return None

    def months_of(self, period: Period) -> list[Period]:
        return []

    def counted_from(self, due_on: date) -> date:
        """Return the first day that is counted for a charge due on a day."""
        return due_on + self.after_days * DAY

    def starts(self) -> Iterator[date]:
        """Yield nothing: no round starts on any day."""
        return iter(())


class OccasionTrigger(Rule):
    """Charged when something costs or earns money, such as a patent fee; it has no rounds."""

    kind: Literal["occasion"]
    of: Annotated[Occasion, LAX]

    def period_on(self, on: date) -> Period | None:
        return None

    def months_of(self, period: Period) -> list[Period]:
        return []

    def starts(self) -> Iterator[date]:
        """Yield nothing: no round starts on any day."""
        return iter(())


Trigger = Annotated[
    PeriodTrigger | AdmissionTrigger | OverdueTrigger | OccasionTrigger,
    Field(discriminator="kind"),
]
"""The kinds of trigger."""


class Schedule(NamedTuple):
    """The days of one round.

    Declarations are asked for from `opens_on` up to, not including, `closes_on`, and
    those who have not declared are reminded on the days of `remind_on`. One that comes
    later is taken and assessed by the next sweep, so that nothing is lost. From
    `final_on` on figures are no longer taken or corrected. The due day itself is not late.
    """

    opens_on: date
    closes_on: date
    assess_on: date
    due_on: date
    remind_on: tuple[date, ...] = ()
    final_on: date | None = None


class CalendarOffset(Rule):
    """A distance from the period's first day: whole months first, then days."""

    months: Annotated[int, Field(ge=-120, le=120)] = 0
    days: Annotated[int, Field(ge=-3660, le=3660)] = 0

    def after(self, day: date) -> date:
        return Offset(self.months, self.days).after(day)


ORDER = ("opens", "closes", "assess", "due", "final")


class Calendar(Rule):
    """When a round opens, closes, is assessed, falls due and is final, in this order.

    The first three are the period's first day unless said. `remind`: days between
    opening and assessing on which missing figures are asked for again. Without `final`
    figures are corrected without end.
    """

    opens: CalendarOffset = CalendarOffset()
    closes: CalendarOffset = CalendarOffset()
    assess: CalendarOffset = CalendarOffset()
    due: CalendarOffset
    remind: Annotated[tuple[CalendarOffset, ...], LAX] = ()
    final: CalendarOffset | None = None

    def of(self, starts_on: date) -> Schedule:
        """Return the round's days for a period that starts on a day."""
        return Schedule(
            opens_on=self.opens.after(starts_on),
            closes_on=self.closes.after(starts_on),
            assess_on=self.assess.after(starts_on),
            due_on=self.due.after(starts_on),
            remind_on=tuple(sorted(each.after(starts_on) for each in self.remind)),
            final_on=self.final.after(starts_on) if self.final else None,
        )

    def out_of_order(self, trigger: Trigger) -> Iterable[Problem]:
        """Yield each offset that comes before the previous one in some period."""
        said = [(name, getattr(self, name)) for name in ORDER if getattr(self, name) is not None]
        yield from out_of_order(said, trigger)
        for index, each in enumerate(self.remind):
            between = [("opens", self.opens), (f"remind[{index}]", each), ("assess", self.assess)]
            yield from out_of_order(between, trigger)


def out_of_order(days: Sequence[tuple[str, CalendarOffset]], trigger: Trigger) -> Iterator[Problem]:
    """Yield each of some named offsets that comes before the previous one in some period.

    Offsets in months and in days are only comparable on real days, which repeat after
    four years (the skipped leap day of 2100 aside).
    """
    for (before, earlier), (name, later) in pairwise(days):
        wrong = next((day for day in trigger.starts() if later.after(day) < earlier.after(day)),
                     None)  # fmt: skip
        if wrong is not None:
            yield Problem(name, "out_of_order", {"other": before, "starts_on": wrong})
