"""Deadlines as an iCalendar feed, worded in the reader's language."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from consortium import words
from consortium.registry import DocketItem

DAY = timedelta(days=1)
CONTENT_TYPE = "text/calendar; charset=utf-8"


def feed(items: Iterable[DocketItem], *, name: str, place: str, on: date) -> bytes:
    """Return items as a calendar of whole days; the same bytes all through a day.

    `place`: what makes an item's address unique besides itself. A moved deadline keeps
    its address, so that a calendar moves it instead of showing it twice.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Consortium//Deadlines//")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for item in items:
        event = Event()
        event.add("uid", address(item, place))
        event.add("dtstamp", datetime.combine(on, time(), UTC))
        event.add("dtstart", item.due_on)
        event.add("dtend", item.due_on + DAY)
        event.add("summary", words.say(item.code, item.values))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found


def address(item: DocketItem, place: str) -> str:
    """Return an item's address, which tells nothing of keys."""
    named = [item.code, item.href, item.member_uid or ""]
    named += [] if item.href else [str(item.values)]
    return f"{sha256('|'.join([place, *named]).encode()).hexdigest()[:32]}@{place}"
