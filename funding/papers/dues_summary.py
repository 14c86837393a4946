"""The summary of dues for the board and the supervising department: sums, and no one's figure."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from consortium.models import Consortium
from consortium.periods import Period
from consortium.rules.asking import Plain
from consortium.rules.content import (
    CellKind,
    Chart,
    ChartKind,
    Column,
    Content,
    Hidden,
    Note,
    Part,
    Series,
    Table,
    Value,
)
from consortium.rules.content import Row as Cells
from consortium.rules.disclosure import LEAST
from funding.papers.dues import age, day
from funding.papers.named import Names
from funding.reports.dues import DAY, AsOf
from funding.reports.dues_summary import GOOD, NOT_DUE, Summary, closed, summaries
from funding.reports.standing import AGES

MONEY, COUNT, SHARE = CellKind.MONEY, CellKind.COUNT, CellKind.SHARE
FIGURES = (
    Column("members", _("Members"), COUNT),
    Column("assessed", _("Assessed"), MONEY),
    Column("collected", _("Collected"), MONEY),
    Column("forgiven", _("Waived or written off"), MONEY),
    Column("open", _("Open amount"), MONEY),
    Column("rate", _("Collection rate"), SHARE),
)


def content(
    *,
    consortium: Consortium,
    period: Period,
    on: date,
    known_at: datetime | None,
    parameters: Plain,
) -> Content:
    """Return the summary of a period as it stood on its last day."""
    asked = AsOf(consortium, period, on, known_at)
    return Content(_("Summary of dues"), parts(asked))


def parts(asked: AsOf) -> Iterator[Part]:
    ended = closed(asked)
    if ended is None:
        wait = _("The period is not over. Its sums are told as they stand on its last day, {day}.")
        yield Part("dues", _("Dues"), [Note(format_lazy(wait, day=day(asked.period.end - DAY)))])
        return
    found, names = summaries(ended), Names(asked.consortium)
    if not found:
        yield Part("dues", _("Dues"), [Note(_("Nothing was charged up to this day."))])
    for each in found:
        unit = names.unit(each.unit)
        title = format_lazy("{title} ({unit})", title=_("Dues"), unit=unit)
        yield Part(f"dues-{each.unit}", title, of_dues(ended, each, names))
        title = format_lazy("{title} ({unit})", title=_("What is open"), unit=unit)
        yield Part(f"open-{each.unit}", title, of_open(each, names))


def of_dues(asked: AsOf, found: Summary, names: Names) -> Iterator[Any]:
    def rows() -> Iterator[Cells]:
        for code, row in found.categories.items():
            yield str(names.category(code)), *row

    columns = Column("category", _("Category")), *FIGURES
    total: Cells = pgettext("sum", "In all"), *found.total
    yield Table("categories", _("By category"), columns, rows(), found.unit, total)
    said = _(
        "Assessed: what was charged in the period, less credit notes; the rest is what had become"
        " of it on {day}."
    )
    yield Note(format_lazy(said, day=day(asked.on)))
    if found.categories:
        labels = [names.category(code) for code in found.categories]
        values = list(found.categories.values())
        series = [
            Series(_("Assessed"), [shown(each.assessed) for each in values]),
            Series(_("Collected"), [shown(each.collected) for each in values]),
        ]
        title = _("Assessed and collected by category")
        yield Chart("categories", title, ChartKind.BARS, labels, series, found.unit)
    yield at_bounds(found, names)
    why = _(
        "A sum is held back where fewer than {least} members stand behind it, where one or two of"
        " them are most of it, where two of them could tell a third one's part, or where that"
        " holds for what changed in it since the period before. Others are held back with it, so"
        " that it does not follow from them."
    )
    yield Note(format_lazy(why, least=LEAST))


def shown(value: Value) -> Any:
    return None if isinstance(value, Hidden) else value


def at_bounds(found: Summary, names: Names) -> Table:
    def rows() -> Iterator[Cells]:
        for levy, bounds in found.bounds.items():
            yield str(names.levy(levy)), *bounds

    columns = (
        Column("levy", _("Levy")), Column("at_floor", _("At the floor"), COUNT),
        Column("at_cap", _("At the cap"), COUNT),
    )  # fmt: skip
    return Table("bounds", _("Members at a floor or a cap"), columns, rows())


def of_open(found: Summary, names: Names) -> Iterator[Any]:
    places = range(NOT_DUE, len(AGES) + 1)
    amounts = [found.ages.get(place, 0) for place in places]
    labels = [called(place) for place in places]

    def by_age() -> Iterator[Cells]:
        yield from ((str(label), amount) for label, amount in zip(labels, amounts, strict=True))

    columns = Column("age", _("Age")), Column("open", _("Open amount"), MONEY)
    total: Cells = pgettext("sum", "In all"), found.open
    title = _("What is open, by the age of the member's oldest charge")
    yield Table("ages", title, columns, by_age(), found.unit, total)
    series = [Series(_("Open amount"), [shown(each) for each in amounts])]
    yield Chart("ages", title, ChartKind.BARS, labels, series, found.unit)

    def by_level() -> Iterator[Cells]:
        for step, count in sorted(found.levels.items()):
            yield str(_("Nothing late") if step == GOOD else names.level(step[1])), count

    columns = Column("level", _("Level")), Column("members", _("Members"), COUNT)
    yield Table("levels", _("Members by level of the ladder"), columns, by_level())
    said = _("A member is counted once: by its oldest open charge, and by its highest level.")
    yield Note(said)


def called(place: int) -> Any:
    return _("Not late") if place == NOT_DUE else age(place)
