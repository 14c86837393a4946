"""Climbing the ladder: which level is due for a late charge on a day, and when to look again.

Only from the facts of the day; nothing here is remembered between two days but the
last level taken.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from consortium.periods import Period
from consortium.rules.schema import MonthDay
from funding.rules.collection import CollectionSection, DunningLevel

DAY = timedelta(days=1)


class Taken(NamedTuple):
    """The last level taken: its place on the ladder, counted from 1, and its day."""

    position: int
    on: date


class Look(NamedTuple):
    """What a look at a charge finds: the level due now, if one is, and when to look again.

    `next_on`: None where the ladder has ended, or something holds it without an end.
    """

    level: DunningLevel | None
    next_on: date | None


def look(
    section: CollectionSection,
    *,
    due_on: date,
    is_open: bool,
    taken: Taken | None,
    holds: Collection[Period],
    on: date,
) -> Look:
    """Return what is due on a day for a charge.

    `holds`: the periods in which nothing happens to it, past ones as well: a cut-off that
    falls into one is missed. A charge that is settled, or has had every level, is left alone.
    """
    position = taken.position if taken else 0
    day = level_on(section, due_on=due_on, taken=taken)
    if not is_open or day is None:
        return Look(None, None)
    level = section.ladder[position]
    free = free_on(level, holds, day)
    if free is not None and free <= on:
        free = on if not held(holds, on) else free_on(level, holds, on)
    if free != on:
        return Look(None, free)
    return Look(level, level_on(section, due_on=due_on, taken=Taken(position + 1, on)))


def level_on(section: CollectionSection, *, due_on: date, taken: Taken | None) -> date | None:
    """Return the first day of the next level, were nothing to hold it; None after the last.

    A level that came later than the charter says, since something held it, moves those
    after it as far: the distance between two levels is kept, and is a day at least.
    """
    position = taken.position if taken else 0
    if position >= len(section.ladder):
        return None
    level = section.ladder[position]
    day = base(section, level, due_on)
    if taken is not None:
        planned = plan(section, due_on, position)
        day = max(day, taken.on + max(day - planned, DAY))
    return cut_off(level, day)


def plan(section: CollectionSection, due_on: date, position: int) -> date:
    """Return the day of the level at a place if nothing ever holds the ladder."""
    day = date.min
    for level in section.ladder[:position]:
        day = cut_off(level, max(base(section, level, due_on), day + DAY))
    return day


def base(section: CollectionSection, level: DunningLevel, due_on: date) -> date:
    """Return the day from which a level may come: its offset and the days of grace, once late."""
    return max(due_on, level.after.after(due_on) - DAY + timedelta(days=section.grace_days)) + DAY


def cut_off(level: DunningLevel, day: date) -> date:
    """Return the next of a level's cut-offs from a day on; the day itself where it has none."""
    if not level.cut_offs:
        return day
    days = (in_year(each, day.year + more) for each in level.cut_offs for more in (0, 1))
    return min(each for each in days if each >= day)


def in_year(day: MonthDay, year: int) -> date:
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def held(holds: Iterable[Period], on: date) -> bool:
    return any(hold.contains(on) for hold in holds)


def free_on(level: DunningLevel | None, holds: Collection[Period], day: date) -> date | None:
    """Return the first day from one on that a level may come; None where a hold has no end.

    Without a level, the first that no hold contains.
    """
    while (hold := next((each for each in holds if each.contains(day)), None)) is not None:
        if hold.ends_on is None:
            return None
        day = cut_off(level, hold.ends_on) if level else hold.ends_on
    return day


def deadline_on(level: DunningLevel, *, due_on: date, on: date) -> date | None:
    """Return the day a level taken on a day sets, as far after it as the charter says."""
    if level.deadline is None:
        return None
    return on + (level.deadline.after(due_on) - level.after.after(due_on))
