"""A levy's periods and rounds by day, computed from the anchor and never iterated."""

from datetime import date

from consortium.errors import DomainError
from consortium.periods import Offset, Period, index_on, nth
from consortium.rules.schema import MonthDay
from funding.rules.dues import Levy
from funding.rules.triggers import DAY, PeriodTrigger, Schedule


class BeforeFirstPeriod(DomainError):
    """The levy's first period starts on its anchor; nothing is levied before."""

    code = "before_first_period"


class NoRounds(DomainError):
    """The levy is charged to who pays another charge late, and in no round."""

    code = "no_rounds"


class OnOccasionOnly(NoRounds):
    """The levy is charged when something happens, and in no round."""

    code = "on_occasion_only"


def period_on(levy: Levy, on: date) -> Period:
    """Return the levy's period a day falls in. Raises BeforeFirstPeriod, NoRounds,
    OnOccasionOnly.
    """
    if levy.for_late:
        raise NoRounds(levy=levy.code)
    if levy.occasion is not None:
        raise OnOccasionOnly(levy=levy.code)
    period = levy.trigger.period_on(on)
    if period is None:
        raise BeforeFirstPeriod(levy=levy.code, on=on, first_on=_counted(levy)[0])
    return period


def schedule_of(levy: Levy, period: Period) -> Schedule:
    """Return the days of a period's round."""
    return levy.calendar.of(period.starts_on)


def periods_between(levy: Levy, start: date, end: date) -> list[Period]:
    """Return the periods whose first day lies from `start` up to, not including, `end`.

    A period belongs to the charter in force on its first day, so these are the
    periods of a charter that is in force from `start` to `end`.
    """
    anchor, months = _counted(levy)
    return [nth(anchor, months, n) for n in range(_from(levy, start), _from(levy, end))]


def rounds_open(levy: Levy, on: date, since: date = date.min) -> list[Period]:
    """Return the periods whose round has opened by a day, closed ones included.

    `since`: leaves out the periods that start before this day, such as the
    charter's first. What has been done for each is for the caller to know.
    """
    anchor, months = _counted(levy)
    opens = levy.calendar.opens
    n = index_on(anchor, months, Offset(-opens.months, -opens.days).after(on))
    while opens.after(nth(anchor, months, n).starts_on) > on:
        n -= 1
    while opens.after(nth(anchor, months, n + 1).starts_on) <= on:
        n += 1
    return [nth(anchor, months, each) for each in range(_from(levy, since), n + 1)]


def next_period(levy: Levy, on: date) -> Period | None:
    """Return the first period that starts on a day or later; None where there are no periods."""
    if not isinstance(levy.trigger, PeriodTrigger):
        return None
    return nth(levy.trigger.anchor, levy.trigger.months, _from(levy, on))


def next_opening(levy: Levy, after: date, during: Period) -> date | None:
    """Return the first day after `after` on which a round opens.

    Only for periods that start in `during`; None where there is none any more.
    """
    opened = rounds_open(levy, after, since=during.starts_on)
    anchor, months = _counted(levy)
    n = _from(levy, opened[-1].ends_on if opened else during.starts_on)  # type: ignore[arg-type]
    starts_on = nth(anchor, months, n).starts_on
    return levy.calendar.opens.after(starts_on) if during.contains(starts_on) else None


def fiscal_year_ended_before(day: date, start: MonthDay, years_back: int = 1) -> Period:
    """Return the last fiscal year that has ended by a day, or an earlier one.

    A year that ends with the day before `day` has ended. `start`: the fiscal
    year's first day; `years_back`: 1 is the last one, 2 the one before.
    """
    anchor = date(2000, start.month, start.day)
    return nth(anchor, 12, index_on(anchor, 12, day) - years_back)


def basis_year(levy: Levy, period: Period, start: MonthDay) -> Period:
    """Return the fiscal year whose figures count for a period of a levy."""
    return fiscal_year_ended_before(period.starts_on, start, levy.basis.fiscal_years_back)


def rate_day(levy: Levy, period: Period, fiscal_year_ends_on: date | None) -> date:
    """Return the last day on which an exchange rate was published that counts for figures.

    `fiscal_year_ends_on`: of the figures, exclusive.
    """
    by_year = levy.exchange is not None and levy.exchange.day == "fiscal_year_end"
    if by_year and fiscal_year_ends_on is not None:
        return fiscal_year_ends_on - DAY
    return period.starts_on


def _from(levy: Levy, day: date) -> int:
    """Return the number of the first period that starts on or after a day."""
    anchor, months = _counted(levy)
    if day <= anchor:
        return 0
    n = index_on(anchor, months, day)
    return n if nth(anchor, months, n).starts_on == day else n + 1


def _counted(levy: Levy) -> tuple[date, int]:
    """Return the anchor and the months of a levy that falls due once per period."""
    assert isinstance(levy.trigger, PeriodTrigger)
    return levy.trigger.anchor, levy.trigger.months
