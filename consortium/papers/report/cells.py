"""How values and headings of a report read, and pictures as the tables behind them."""

from datetime import date
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from consortium import money, words
from consortium.rules.content import (
    CellKind,
    Chart,
    Column,
    Frame,
    Hidden,
    Row,
    Table,
    Timeline,
    Value,
)

NUMERIC = frozenset({CellKind.COUNT, CellKind.MONEY, CellKind.SHARE})
NONE = "–"
"""What stands on paper where there is no value."""

DAYS = {"en": "medium", "zh": "yyyy-MM-dd"}
"""How a day is written in a narrow cell, by language."""


def suppressed() -> str:
    """Return what stands for a value that is held back."""
    return pgettext("cell", "suppressed")


def places(unit: str) -> int:
    """Return the decimals an amount of a unit has: 2 for USD, none for JPY."""
    return -int(money.quantum(unit).as_tuple().exponent)


def printed(value: Value, kind: CellKind, unit: str) -> str:
    """Return a value as it reads on paper."""
    match value:
        case None:
            return NONE
        case Hidden():
            return suppressed()
        case Decimal() | int() if kind == CellKind.SHARE:
            return format_percent(value, format="#,##0.0%", locale=words.locale())
        case Decimal() | int() if kind == CellKind.MONEY:
            return words.amount(Decimal(value), unit).removesuffix(unit).strip()
        case Decimal() | int():
            return format_decimal(value, locale=words.locale(), decimal_quantization=False)
        case date():
            return format_date(value, format=DAYS[words.language()], locale=words.locale())
    return str(value)


def heading(title: object, unit: str) -> str:
    """Return a title with the unit of what stands below it."""
    return f"{title} ({unit})" if unit else str(title)


def label(column: Column, unit: str) -> str:
    """Return a column's heading, with the unit where it holds money."""
    return heading(column.label, unit if column.kind == CellKind.MONEY else "")


def breadth(name: str) -> int:
    """Return how wide a text is, about: a Chinese character counts twice."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in name)


def facts(frame: Frame) -> list[tuple[str, str]]:
    """Return what a report is of: label and value."""
    known = format_datetime(frame.known_at, format="yyyy-MM-dd HH:mm:ss", locale=words.locale())
    found = [
        (_("Consortium"), frame.names[0]),
        (_("Report"), str(frame.label)),
        (_("Member"), frame.member),
        (_("Period"), words.period(*frame.period)),
        (_("As of the end of"), words.day(frame.on)),
        (_("Recorded up to"), f"{known} ({frame.known_at.tzname()})"),
        (_("Language"), _("English") if words.language() == "en" else "简体中文"),
    ]
    return [(name, value) for name, value in found if value]


def tables(block: object) -> list[Table]:
    """Return the tables of a block: itself, or the numbers behind a picture; none of a note."""
    match block:
        case Table():
            return [block]
        case Chart():
            return [of_chart(block)]
        case Timeline():
            return [of_timeline(block)]
    return []


def of_chart(chart: Chart) -> Table:
    kind = CellKind.MONEY if chart.unit else CellKind.COUNT
    # A series has no code, so that its place is one.
    columns = [Column("label", "")]
    columns += [
        Column(f"series_{at}", series.label, kind) for at, series in enumerate(chart.series, 1)
    ]
    rows: list[Row] = [
        [str(name), *(series.values[at] for series in chart.series)]
        for at, name in enumerate(chart.labels)
    ]
    return Table(chart.code, chart.title, columns, rows, chart.unit)


def of_timeline(timeline: Timeline) -> Table:
    columns = [
        Column("label", _("What")),
        Column("group", _("Group")),
        Column("starts_on", _("From"), CellKind.DAY),
        Column("ends_on", _("Until (exclusive)"), CellKind.DAY),
    ]
    rows: list[Row] = [
        [str(span.label), str(span.group), span.starts_on, span.ends_on] for span in timeline.spans
    ]
    return Table(timeline.code, timeline.title, columns, rows)
