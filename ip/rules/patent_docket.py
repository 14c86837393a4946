"""How a patent's deadlines stand on a day, and on which days people are told of them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ip.rules.patents import Deadline

DAY = timedelta(days=1)
NEAR = (90, 30, 7)
"""Days before the last one on which people are reminded."""


class Choice(StrEnum):
    """What an owner wants done about something due."""

    PAY = "pay"
    DROP = "drop"


class State(StrEnum):
    """How something due stands: to come, open, late at a surcharge, missed, done, dropped."""

    TO_COME = "to_come"
    OPEN = "open"
    LATE = "late"
    MISSED = "missed"
    PAID = "paid"
    DROPPED = "dropped"


class Word(StrEnum):
    """What people are told about something due."""

    DUE = "patent_due"
    LAST_DAY = "patent_last_day"
    LATE = "patent_late"
    LATE_LAST_DAY = "patent_late_last_day"
    LAPSED = "patent_lapsed"
    DROPPING = "patent_dropping"


@dataclass(frozen=True)
class Telling:
    """A day on which something due is told, and as what; `until`: the day it is about."""

    on: date
    word: Word
    until: date


def chosen(choices: Iterable[Choice], owners: int) -> Choice | None:
    """Return what is to be done: each owner's last word, of so many owners.

    One that wants to pay keeps the right for all; it is dropped where every owner says so.
    """
    said = list(choices)
    if Choice.PAY in said:
        return Choice.PAY
    return Choice.DROP if owners and len(said) >= owners else None


def is_paid(deadline: Deadline, paid: Collection[tuple[str, str]]) -> bool:
    """Say whether something due was paid: it itself, or a later year of the same right.

    Offices take a later year only after the earlier ones, so that who takes over an old
    patent records the last one.
    """
    if deadline.code != "annuity":
        return (deadline.code, deadline.part) in paid
    return any(code == "annuity" and float(part) >= float(deadline.part) for code, part in paid)


def state(deadline: Deadline, *, paid: bool, choice: Choice | None, on: date) -> State:
    """Return how something due stands on a day; the last day itself is in time."""
    if paid:
        return State.PAID
    if choice == Choice.DROP:
        return State.DROPPED
    if on > deadline.last_on:
        return State.MISSED
    if on > deadline.due_on:
        return State.LATE
    return State.TO_COME if deadline.opens_on and on < deadline.opens_on else State.OPEN


def tellings(deadline: Deadline, choice: Choice | None) -> list[Telling]:
    """Return on which days people are told of something due, as long as it is not paid.

    Of what is dropped once more a week before and on the last day, so that an owner may
    still change its mind; of what is late whenever the surcharge rises.
    """
    if not deadline.act:
        return []
    if choice == Choice.DROP:
        before = deadline.alarm_on - 7 * DAY
        return [Telling(day, Word.DROPPING, deadline.due_on) for day in (before, deadline.alarm_on)]
    return sorted(
        {each.on: each for each in (*_before(deadline), *_late(deadline))}.values(),
        key=lambda each: each.on,
    )


def _before(deadline: Deadline) -> Iterator[Telling]:
    for days in NEAR:
        yield Telling(deadline.due_on - days * DAY, Word.DUE, deadline.due_on)
    yield Telling(deadline.alarm_on, Word.LAST_DAY, deadline.due_on)


def _late(deadline: Deadline) -> Iterator[Telling]:
    """Yield what is told after the day: each step of the surcharge, the last day, the end."""
    begins_on = deadline.due_on
    for step in deadline.late:
        yield Telling(begins_on + DAY, Word.LATE, step.until)
        begins_on = step.until
    if deadline.late:
        for days in NEAR[1:]:
            yield Telling(deadline.last_on - days * DAY, Word.LATE, deadline.last_on)
        yield Telling(deadline.last_on, Word.LATE_LAST_DAY, deadline.last_on)
    if deadline.fatal:
        yield Telling(deadline.last_on + DAY, Word.LAPSED, deadline.lapses_on or deadline.last_on)


def last_told(told: Iterable[Telling], on: date) -> Telling | None:
    """Return what is told on a day: of several that have passed only the last one counts."""
    passed = [each for each in told if each.on <= on]
    return passed[-1] if passed else None


def next_told(told: Iterable[Telling], on: date) -> date | None:
    """Return the next day after a day on which something is told."""
    return next((each.on for each in told if each.on > on), None)
