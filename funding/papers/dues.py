"""The dues report: what was assessed and collected, what is late, what will fall due.

It names members and their figures: for those only who read every member's.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from consortium import money, words
from consortium.models import Consortium
from consortium.periods import Period, add_months
from consortium.rules.content import (
    CellKind,
    Chart,
    ChartKind,
    Column,
    Content,
    Note,
    Part,
    Row,
    Series,
    Table,
)
from funding.papers.named import Names
from funding.papers.open_items import open_items
from funding.reports.dues import AsOf, Bounds, Dues, Late, Sums, dues
from funding.reports.standing import AGES
from funding.rules.reporting import DuesParameters

MONTHS = 12
"""So far ahead what falls due is forecast."""

WITHIN = ((0, 30), (31, 60), (61, 90), (91, None))
FAR = 365_000

MONEY, COUNT, SHARE = CellKind.MONEY, CellKind.COUNT, CellKind.SHARE
FIGURES = (
    Column("members", _("Members"), COUNT),
    Column("charged", _("Charged"), MONEY),
    Column("credited", _("Credited"), MONEY),
    Column("forgiven", _("Waived or written off"), MONEY),
    Column("collected", _("Collected"), MONEY),
    Column("open", _("Open amount"), MONEY),
    Column("rate", _("Collection rate"), SHARE),
)
BOUNDS = (
    Column("at_floor", _("At the floor"), COUNT),
    Column("at_cap", _("At the cap"), COUNT),
)
LATE = (
    Column("charges", _("Charges"), COUNT),
    Column("members", _("Members"), COUNT),
    Column("amount", _("Amount"), MONEY),
    Column("before", _("A period before"), MONEY),
)

day, spoken_period = lazy(words.day, str), lazy(words.period, str)


def age(place: int) -> Any:
    """Return what an age is called, in days late."""
    if place == len(AGES):
        return format_lazy(_("over {last} days"), last=AGES[-1])
    first = AGES[place - 1] + 1 if place else 1
    return format_lazy(_("{first}–{last} days"), first=first, last=AGES[place])


def content(
    *,
    consortium: Consortium,
    period: Period,
    on: date,
    known_at: datetime | None,
    parameters: DuesParameters,
) -> Content:
    """Return the dues report of a period, compared with the period before."""
    asked = AsOf(consortium, period, on, known_at)
    return Content(_("Dues report"), parts(asked, parameters))


def parts(asked: AsOf, parameters: DuesParameters) -> Iterator[Part]:
    now, before, names = dues(asked), dues(asked.before), Names(asked.consortium)
    units = sorted({*now, *before})
    if not units:
        nothing = _("Nothing was charged up to this day.")
        yield Part("dues", _("Dues"), [Note(nothing)])
    for unit in units:
        both = now.get(unit) or Dues.none(unit), before.get(unit) or Dues.none(unit)
        title = format_lazy("{title} ({unit})", title=_("Dues"), unit=names.unit(unit))
        yield Part(f"dues-{unit}", title, figures(asked, *both, names))
        title = format_lazy("{title} ({unit})", title=_("What is late"), unit=names.unit(unit))
        yield Part(f"late-{unit}", title, what_is_late(*both, names))
        title = format_lazy("{title} ({unit})", title=_("What falls due"), unit=names.unit(unit))
        yield Part(f"due-{unit}", title, what_falls_due(asked, *both))
        if parameters.open_items:
            title = format_lazy("{title} ({unit})", title=_("Open charges"), unit=names.unit(unit))
            yield Part(f"open-{unit}", title, [open_items(asked, unit, names)])


# What was charged, and what became of it


def figures(asked: AsOf, now: Dues, before: Dues, names: Names) -> Iterator[Any]:
    yield compared(asked, now, before)
    said = _(
        "Charged: what was issued in the period; the rest is what became of it by the day of the"
        " report. The period before stands as it was when it was as old, on {day}. The collection"
        " rate is the part collected of what was charged and not credited again."
    )
    yield Note(format_lazy(said, day=day(asked.before.on)))
    yield from by_category(now, before, names)
    yield by_levy(now, before, names)


def told(sums: Sums) -> tuple[Any, ...]:
    return *sums, share(sums.rate)


def share(rate: Decimal | None) -> Decimal | None:
    return None if rate is None else round(rate, 4)


def compared(asked: AsOf, now: Dues, before: Dues) -> Table:
    """Return this period's figures above those of the one before, and the difference."""

    def row(found: Dues) -> tuple[Any, ...]:
        return *told(found.total), found.late.amount, found.bounds.floor, found.bounds.cap

    def rows() -> Iterator[Row]:
        this, last = row(now), row(before)
        yield str(spoken_period(*asked.period)), *this
        yield str(spoken_period(*asked.before.period)), *last
        yield (
            pgettext("between periods", "Change"),
            *(None if None in pair else pair[0] - pair[1] for pair in zip(this, last, strict=True)),
        )

    columns = (
        Column("period", _("Period")), *FIGURES, Column("arrears", _("Arrears"), MONEY), *BOUNDS,
    )  # fmt: skip
    return Table("periods", _("This period and the one before"), columns, rows(), now.unit)


def by_category(now: Dues, before: Dues, names: Names) -> Iterator[Any]:
    codes = sorted({*now.categories, *before.categories})
    columns = (
        Column("category", _("Category")), *FIGURES, *BOUNDS,
        Column("charged_before", _("Charged a period before"), MONEY),
        Column("collected_before", _("Collected a period before"), MONEY),
    )  # fmt: skip

    def row(this: Sums, last: Sums, bounds: Bounds) -> tuple[Any, ...]:
        return *told(this), bounds.floor, bounds.cap, last.charged, last.collected

    def rows() -> Iterator[Row]:
        for code in codes:
            this, last = (each.categories.get(code, Sums()) for each in (now, before))
            yield str(names.category(code)), *row(this, last, now.bounds_of.get(code, Bounds()))

    total: Row = pgettext("sum", "In all"), *row(now.total, before.total, now.bounds)
    yield Table("categories", _("By category"), columns, rows(), now.unit, total)
    if codes:
        sums = [now.categories.get(code, Sums()) for code in codes]
        series = [
            Series(_("Collected"), [each.collected for each in sums]),
            Series(_("Open amount"), [each.open for each in sums]),
            Series(_("Credited, waived or written off"),
                   [each.credited + each.forgiven for each in sums]),
        ]  # fmt: skip
        labels = [names.category(code) for code in codes]
        title = _("What became of what was charged")
        yield Chart("categories", title, ChartKind.STACKED, labels, series, now.unit)


def by_levy(now: Dues, before: Dues, names: Names) -> Table:
    codes = sorted({*now.levies, *before.levies})

    def rows() -> Iterator[Row]:
        for code in codes:
            this, last = (each.levies.get(code, Sums()) for each in (now, before))
            yield str(names.levy(code)), *told(this), last.charged, last.collected

    columns = (
        Column("levy", _("Levy")), *FIGURES,
        Column("charged_before", _("Charged a period before"), MONEY),
        Column("collected_before", _("Collected a period before"), MONEY),
    )  # fmt: skip
    return Table("levies", _("By levy"), columns, rows(), now.unit)


# What is late


def what_is_late(now: Dues, before: Dues, names: Names) -> Iterator[Any]:
    total: Row = pgettext("sum", "In all"), *now.late, before.late.amount
    places = range(len(AGES) + 1)
    yield Table(
        "ages", _("Arrears by age"), (Column("age", _("Age")), *LATE),
        rows_of((age(place), now.ages.get(place), before.ages.get(place)) for place in places),
        now.unit, total,
    )  # fmt: skip
    series = [
        Series(label, [found.ages.get(place, Late()).amount for place in places])
        for label, found in ((_("Now"), now), (_("A period before"), before))
    ]
    labels = [age(place) for place in places]
    if now.ages or before.ages:
        yield Chart("ages", _("Arrears by age"), ChartKind.BARS, labels, series, now.unit)
    steps = sorted({*now.levels, *before.levels})
    yield Table(
        "levels", _("Arrears by level of the ladder"), (Column("level", _("Level")), *LATE),
        rows_of(
            (names.level(step[1]), now.levels.get(step), before.levels.get(step)) for step in steps
        ),
        now.unit, total,
    )  # fmt: skip


def rows_of(found: Iterable[tuple[Any, Late | None, Late | None]]) -> Iterator[Row]:
    for name, this, last in found:
        yield str(name), *(this or Late()), (last or Late()).amount


# What falls due


def what_falls_due(asked: AsOf, now: Dues, before: Dues) -> Iterator[Any]:
    columns = (
        Column("within", _("Falls due")), Column("charges", _("Charges"), COUNT),
        Column("amount", _("Amount"), MONEY),
    )  # fmt: skip
    days = [now.due_within(asked.on, after=first, days=last or FAR) for first, last in WITHIN]

    def rows() -> Iterator[Row]:
        for (first, last), found in zip(WITHIN, days, strict=True):
            said = _("in {first} to {last} days") if last else _("in {first} days or later")
            yield said.format(first=first, last=last), *found

    count, amount = sum(each[0] for each in days), sum((each[1] for each in days), Decimal(0))
    total: Row = pgettext("sum", "In all"), count, amount
    yield Table("due", _("Falling due"), columns, rows(), now.unit, total)
    yield from forecast(asked, now, before)


def forecast(asked: AsOf, now: Dues, before: Dues) -> Iterator[Any]:
    """Yield what will fall due month by month, and what of it is likely to come in."""
    first = asked.on.replace(day=1)
    months = [Period(add_months(first, n), add_months(first, n + 1)) for n in range(MONTHS)]
    due = [now.due_in(each) for each in months]
    rate, smallest = before.total.rate, money.quantum(now.unit)
    likely = [None if rate is None else money.rounded(each * rate, smallest) for each in due]
    columns = (
        Column("month", _("Month")), Column("due", _("Falls due"), MONEY),
        Column("expected", _("Expected at the last rate"), MONEY),
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for each in zip(months, due, likely, strict=True):
            yield each[0].starts_on.strftime("%Y-%m"), *each[1:]

    yield Table("forecast", _("Forecast by due date"), columns, rows(), now.unit)
    series = [Series(_("Falls due"), due)]
    if rate is not None:
        series.append(Series(_("Expected at the last rate"), likely))
    labels = [each.starts_on.strftime("%Y-%m") for each in months]
    if any(due):
        yield Chart(
            "forecast", _("Forecast by due date"), ChartKind.LINES, labels, series, now.unit
        )
    said = _("Expected: what falls due, times the collection rate of the period before.")
    yield Note(said)
