"""When a levy falls due: its trigger, and the calendar of each round."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from math import gcd
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from consortium.periods import Offset, nth
from consortium.rules.schema import Day, Problem, Rule


class PeriodTrigger(Rule):
    """Falls due once per period; the first period starts on the anchor.

    `months`: length of a period. A 29 February or a 31st as anchor comes back
    wherever the month has one.
    """

    kind: Literal["period"]
    anchor: Day
    months: Annotated[int, Field(ge=1, le=120)]


Trigger = PeriodTrigger
"""The kinds of trigger; one more kind makes this a union discriminated by `kind`."""


class Schedule(NamedTuple):
    """The days of one round.

    Declarations are asked for from `opens_on` up to, not including, `closes_on`; one
    that comes later is taken and assessed by the next sweep, so that nothing is lost;
    the due day itself is not late.
    """

    opens_on: date
    closes_on: date
    assess_on: date
    due_on: date


class CalendarOffset(Rule):
    """A distance from the period's first day: whole months first, then days."""

    months: Annotated[int, Field(ge=-120, le=120)] = 0
    days: Annotated[int, Field(ge=-3660, le=3660)] = 0

    def after(self, day: date) -> date:
        return Offset(self.months, self.days).after(day)


class Calendar(Rule):
    """When a round opens, closes, is assessed and falls due, in this order."""

    opens: CalendarOffset
    closes: CalendarOffset
    assess: CalendarOffset
    due: CalendarOffset

    def of(self, starts_on: date) -> Schedule:
        """Return the round's days for a period that starts on a day."""
        return Schedule(
            opens_on=self.opens.after(starts_on),
            closes_on=self.closes.after(starts_on),
            assess_on=self.assess.after(starts_on),
            due_on=self.due.after(starts_on),
        )

    def out_of_order(self, trigger: PeriodTrigger) -> Iterable[Problem]:
        """Yield each offset that comes before the previous one in some period.

        Offsets in months and in days are only comparable on real days, which
        repeat after four years (the skipped leap day of 2100 aside).
        """
        names = ("opens", "closes", "assess", "due")
        for before, name in pairwise(names):
            for starts_on in _starts(trigger):
                earlier, later = getattr(self, before), getattr(self, name)
                if later.after(starts_on) < earlier.after(starts_on):
                    values = {"other": before, "starts_on": starts_on}
                    yield Problem(name, "out_of_order", values)
                    break


def _starts(trigger: PeriodTrigger) -> Iterator[date]:
    """Yield first days of periods until they repeat."""
    for n in range(48 // gcd(48, trigger.months)):
        yield nth(trigger.anchor, trigger.months, n).starts_on
