"""Days on which a patent office is open, and where a period ends that would end on another."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from functools import cache

import holidays

DAY = timedelta(days=1)


@cache
def calendar_of(place: str) -> holidays.HolidayBase:
    """Return a place's public holidays and working weekends; `CN`, or with a part: `DE-BY`."""
    country, _, part = place.partition("-")
    return holidays.country_holidays(country, subdiv=part or None)


def is_open(
    places: Iterable[str], day: date, *, opened: Collection[date], closed: Collection[date]
) -> bool:
    """Say whether an office is open on a day: a working day at all of its places.

    `opened`, `closed`: what the office itself announced, which counts first.
    """
    if day in closed or day in opened:
        return day not in closed
    return all(calendar_of(place).is_working_day(day) for place in places)


def rolled(
    places: Collection[str], day: date, *, opened: Collection[date], closed: Collection[date]
) -> date:
    """Return a day, or the next one on which the office is open."""
    while not is_open(places, day, opened=opened, closed=closed):
        day += DAY
    return day
