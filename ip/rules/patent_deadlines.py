"""What is due for a patent application: deadlines by the days of its events."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from consortium.periods import add_months
from ip.rules.offices import LateStep, Office, Right, Route, ToDo, Windows, Yearly, offices
from ip.rules.patents import Deadline, Filing, Happening, Late

DONE_BY = {"search": Happening.SEARCH_REQUESTED, "examination": Happening.EXAMINATION_REQUESTED}
"""What shows that something was done in time."""


def deadlines(filing: Filing) -> list[Deadline]:
    """Return everything due for an application, soonest first; nothing once it has ended.

    What events show to be done is left out; what was paid, the caller knows. Raises
    UnknownOffice.
    """
    office = offices().office(filing.office)
    right = office.right(filing.kind)
    if filing.ended_on is not None:
        return []
    found = list(_to_file(filing, office) if filing.filed_on is None else _filed(filing, right))
    return sorted(found, key=lambda each: (each.due_on, each.code, each.part))


def _to_file(filing: Filing, office: Office) -> Iterator[Deadline]:
    """Yield until when an application that is planned must be filed to claim its priority."""
    if filing.priority_on is None or filing.route == Route.EP:
        return
    by_pct = filing.route == Route.PCT and office.pct_months is not None
    months = office.pct_months if by_pct else offices().priority.months[filing.kind]
    assert months is not None
    yield _at(office, "filing", add_months(filing.priority_on, months))


def _filed(filing: Filing, right: Right) -> Iterator[Deadline]:
    office = offices().office(filing.office)
    filed_on = filing.filed_on
    assert filed_on is not None
    if filing.priority_on is None and filing.route == Route.DIRECT:
        day = add_months(filed_on, offices().priority.months[filing.kind])
        # Whichever office it is claimed at may be open on that day: no calendar moves it.
        yield Deadline("priority", day, day)
    if filing.granted_on is None:
        counted = right.publication
        base = filing.day(counted.from_) if counted else None
        if counted and base and Happening.PUBLISHED not in filing.happened:
            day = add_months(base, counted.months)
            yield Deadline("publication", day, day, act=False)
    for act in right.acts:
        yield from _to_do(filing, office, act)
    for code in right.phases:
        yield from _phase(filing, code)
    ends_on = term_end(filing, right)
    if isinstance(right.annuities, Yearly):
        yield from _years(filing, office, right.annuities, ends_on)
    elif isinstance(right.annuities, Windows) and filing.granted_on is not None:
        yield from _windows(filing.granted_on, office, right.annuities)
    if ends_on is not None:
        yield Deadline("term_ends", ends_on, ends_on, act=False)


def _to_do(filing: Filing, office: Office, act: ToDo) -> Iterator[Deadline]:
    base = filing.day(act.from_)
    over = filing.granted_on is not None and act.from_ != "granted"
    done = DONE_BY.get(act.code)
    if base is None or over or done in filing.happened:
        return
    day = add_months(base, act.months)
    first = filing.day("priority")
    if act.not_before_entry and filing.route == Route.PCT and first and office.pct_months:
        day = max(day, add_months(first, office.pct_months))
    yield _at(office, act.code, day, fatal=act.fatal, lapses_on=day if act.fatal else None)


def _phase(filing: Filing, code: str) -> Iterator[Deadline]:
    """Yield until when an international application must have entered an office's phase."""
    target, base = offices().office(code), filing.day("priority")
    if code not in filing.entered and base and target.pct_months is not None:
        yield _at(target, "national_phase", add_months(base, target.pct_months), part=code)


def _years(
    filing: Filing, office: Office, rule: Yearly, ends_on: date | None
) -> Iterator[Deadline]:
    """Yield the yearly fees: after grant for a right, up to grant for an application."""
    filed_on, granted_on = filing.filed_on, filing.granted_on
    assert filed_on is not None
    assert ends_on is not None
    for year in range(rule.first_year, ends_on.year - filed_on.year + 1):
        day = _end_of(rule, add_months(filed_on, 12 * (year - 1)))
        if rule.while_ == "granted":
            owed = granted_on is not None and day > granted_on
        else:
            owed = granted_on is None or day < granted_on
        if owed:
            late = tuple(_late(office, rule, day, step) for step in rule.late)
            last_on = late[-1].until if late else day
            lapses_on = day if rule.lapses == "due_day" else last_on
            yield _at(
                office, "annuity", day, part=str(year), late=late, fatal=True, lapses_on=lapses_on
            )


def _late(office: Office, rule: Yearly, day: date, step: LateStep) -> Late:
    until = _end_of(rule, add_months(day, step.months))
    return Late(_rolled(office, until), step.percent, step.amount)


def _windows(granted_on: date, office: Office, rule: Windows) -> Iterator[Deadline]:
    for window in rule.windows:
        ends_on = add_months(granted_on, window.ends_months)
        yield _at(
            office,
            "annuity",
            add_months(granted_on, window.due_months),
            part=window.part,
            opens_on=add_months(granted_on, window.opens_months),
            late=(Late(_rolled(office, ends_on)),),
            fatal=True,
            lapses_on=ends_on,
        )


def _end_of(rule: Yearly, day: date) -> date:
    """Return a day, or the last one of its month where the rule says so."""
    if rule.due == "anniversary":
        return day
    return day.replace(day=monthrange(day.year, day.month)[1])


def _at(office: Office, code: str, falls_on: date, **more: object) -> Deadline:
    """Return a deadline at an office: the day by the months, or its next working day."""
    due_on = _rolled(office, falls_on)
    unsure = office.calendar is None or office.calendar.provisional(due_on)
    return Deadline(code, falls_on, due_on, office=office.code, provisional=unsure, **more)  # type: ignore[arg-type]


def _rolled(office: Office, day: date) -> date:
    return day if office.calendar is None else office.calendar.rolled(day)


def term_end(filing: Filing, right: Right) -> date | None:
    """Return the day on which the longest term is over, or None where it is not known yet."""
    base = filing.day(right.term.from_) if right.term else None
    return add_months(base, 12 * right.term.years) if base and right.term else None
