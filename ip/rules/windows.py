"""Exclusivity: from which day to which a result is kept to a class, and to whom it opens then."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from consortium.errors import DomainError
from consortium.periods import Period, add_months
from ip.rules.choices import Event, Party, Terms
from ip.rules.clauses import Exclusivity


class ExclusivityOver(DomainError):
    """What has ended cannot be prolonged; what opened stays open."""

    code = "exclusivity_over"


class EndsBeforeDecision(DomainError):
    """A decision changes what comes after it, never what was."""

    code = "exclusivity_ends_before_decision"


@dataclass(frozen=True)
class Opened:
    """A class of parties that a result opens to from a day on, on terms, by a rule."""

    to: Party
    terms: Terms
    from_on: date
    path: str
    after_months: int = 0


@dataclass(frozen=True)
class Window:
    """The days that are counted for a result's exclusivity, and what follows them.

    `path`: where the rule stands in the charter; `clause`: what it is in the agreement;
    `charter`: the code of a later charter whose rule it became, else empty.
    """

    to: Party
    period: Period
    opens: tuple[Opened, ...]
    path: str
    clause: str = ""
    charter: str = ""

    def keeps(self, on: date) -> bool:
        """Say whether a result that has arisen is kept to the class on a day.

        Also before the counted days begin: what waits for its project's end is not open.
        """
        return self.period.ends_on is None or on < self.period.ends_on


@dataclass(frozen=True)
class Change:
    """A body's decision, or a later charter's word, that a window ends on another day."""

    decided_on: date
    ends_on: date


@dataclass(frozen=True)
class LaterCharter:
    """A rule of a charter in force from a day on that counts for earlier promises too."""

    starts_on: date
    rule: Exclusivity
    path: str
    charter: str = ""


def starting(
    rule: Exclusivity, *, completed_on: date, disclosed_on: date, project_ends_on: date | None
) -> date | None:
    """Return the day a rule counts from; None where it has not come: the project runs on."""
    days = {
        Event.COMPLETION: completed_on,
        Event.DISCLOSURE: disclosed_on,
        Event.PROJECT_END: project_ends_on,
    }
    return days[rule.starts]


def promised(rule: Exclusivity, *, starts_on: date, path: str) -> Window:
    """Return the window a rule promises from a day on.

    The same day so many months later, or that month's last day if it has none: what
    starts on 29 February for 24 months ends on 28 February, on which it is open.
    """
    return _from(rule, Period(starts_on, add_months(starts_on, rule.months)), path)


def awaited(rule: Exclusivity, *, arose_on: date, path: str) -> Window:
    """Return the window of a rule whose start event has not come: kept, its end unknown."""
    return Window(rule.to, Period(arose_on), (), path, rule.clause)


def effective(
    window: Window, *, changes: Iterable[Change] = (), later: Iterable[LaterCharter] = ()
) -> Window:
    """Return a promised window after the decisions and later charters that count for it.

    In the order of their days, the charters first. A later charter counts only where it
    says so and while the window still runs; it ends nothing before its own first day, and
    the class it was kept to stays.
    """
    steps: list[tuple[date, int, Change | LaterCharter]] = [
        *((each.starts_on, 0, each) for each in later if each.rule.earlier),
        *((each.decided_on, 1, each) for each in changes),
    ]
    for day, _order, step in sorted(steps, key=lambda each: each[:2]):
        if isinstance(step, LaterCharter):
            window = _under(window, step, day)
        else:
            window = _ending(window, step.ends_on)
    return window


def decided(window: Window, *, ends_on: date, on: date) -> Change:
    """Return a decision of a day that a window ends on another one.

    Raises ExclusivityOver, EndsBeforeDecision.
    """
    if window.period.end <= on:
        raise ExclusivityOver(ends_on=window.period.end)
    if ends_on < max(on, window.period.starts_on):
        raise EndsBeforeDecision(ends_on=ends_on, on=max(on, window.period.starts_on))
    return Change(on, ends_on)


def _under(window: Window, charter: LaterCharter, day: date) -> Window:
    starts_on, ends_on = window.period.starts_on, window.period.end
    if ends_on <= day:
        return window
    ends_on = max(day, add_months(starts_on, charter.rule.months))
    later = _from(charter.rule, Period(starts_on, ends_on), charter.path, charter.charter)
    return replace(later, to=window.to)


def _from(rule: Exclusivity, period: Period, path: str, charter: str = "") -> Window:
    opens = tuple(
        Opened(
            each.to,
            each.terms,
            add_months(period.end, each.after_months),
            f"{path}.opens[{index}]",
            each.after_months,
        )
        for index, each in enumerate(rule.opens)
    )
    return Window(rule.to, period, opens, path, rule.clause, charter)


def _ending(window: Window, ends_on: date) -> Window:
    """Move a window's end; what opens after it is counted from there in the same months."""
    opens = tuple(
        replace(each, from_on=add_months(ends_on, each.after_months)) for each in window.opens
    )
    return replace(window, period=Period(window.period.starts_on, ends_on), opens=opens)
