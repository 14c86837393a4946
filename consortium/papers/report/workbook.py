"""A report as XLSX: a sheet that says what it is of, then one per table, in constant memory."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import IO, Any, NamedTuple, Self

import xlsxwriter
from django.utils.translation import gettext as _

from consortium.papers import printable
from consortium.papers.long import LongSheet, day, none, number, style_of, text
from consortium.papers.report.cells import facts, label, places, suppressed, tables
from consortium.papers.sheets import put
from consortium.registry import Written
from consortium.rules.content import CellKind, Content, Frame, Hidden, Note, Row, Table, Value

XLSX = Written(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
NAME = 31
"""Characters of a sheet's name, and those it may not have."""

WIDTHS = {CellKind.TEXT: 26, CellKind.COUNT: 13, CellKind.MONEY: 20, CellKind.SHARE: 12}
DAY_WIDTH = 13


def write_xlsx(content: Content, frame: Frame, out: IO[bytes]) -> Written:
    """Write numbers and days as such and texts as texts; headings are frozen, with filters."""
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        made = datetime.combine(frame.on, time(), UTC).replace(tzinfo=None)
        book.set_properties({"title": str(content.title), "created": made})
        styles = Styles(book)
        cover = Cover(book, content, frame, styles)
        names = Names({cover.name})
        for part in content.parts:
            for block in part.blocks:
                if isinstance(block, Note):
                    cover.note(str(part.title), str(block.text))
                for table in tables(block):
                    sheet = book.add_worksheet(names.of(str(table.title)), LongSheet)
                    write_table(sheet, table, styles)
    return XLSX


class Names:
    """Names of sheets: none twice, none longer than a workbook allows."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = {name.lower() for name in taken}

    def of(self, title: str) -> str:
        plain = " ".join(FORBIDDEN.sub(" ", title).split()) or "–"
        for name in self.tries(plain):
            if name.lower() not in self.taken:
                self.taken.add(name.lower())
                return name
        raise AssertionError("unreachable")

    def tries(self, plain: str) -> Iterator[str]:
        yield plain[:NAME].strip()
        number = 2
        while True:
            end = f" {number}"
            yield plain[: NAME - len(end)].strip() + end
            number += 1


class Styles:
    """The formats of cells, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.made: dict[tuple[Any, ...], Any] = {}

    def of(self, kind: CellKind, unit: str = "", **more: Any) -> Any:
        """Return the format of a kind of cell, a total or a heading."""
        key = (kind, unit, *more.items())
        if key not in self.made:
            self.made[key] = self.book.add_format({**number_format(kind, unit), **more})
        return self.made[key]


def number_format(kind: CellKind, unit: str) -> dict[str, Any]:
    match kind:
        case CellKind.MONEY:
            digits = "0" * places(unit)
            return {"num_format": f"#,##0.{digits}" if digits else "#,##0"}
        case CellKind.COUNT:
            return {"num_format": "#,##0"}
        case CellKind.SHARE:
            return {"num_format": "0.0%"}
        case CellKind.DAY:
            return {"num_format": "yyyy-mm-dd", "align": "left"}
    return {}


class Cover:
    """The first sheet: what the report is of, and what has to be known beside the tables."""

    def __init__(self, book: Any, content: Content, frame: Frame, styles: Styles) -> None:
        self.name = str(_("About"))
        self.sheet, self.row = book.add_worksheet(self.name), 0
        self.bold = styles.of(CellKind.TEXT, bold=True)
        self.sheet.set_column(0, 0, 22)
        self.sheet.set_column(1, 1, 70, styles.of(CellKind.TEXT, text_wrap=True))
        self.wrapped = styles.of(CellKind.TEXT, text_wrap=True, valign="top")
        self.line(str(content.title), str(content.subtitle))
        for name, value in facts(frame):
            self.line(name, value)

    def line(self, name: str, value: str) -> None:
        put(self.sheet, self.row, 0, printable(name), self.bold)
        put(self.sheet, self.row, 1, printable(value), self.wrapped)
        self.row += 1

    note = line


def write_table(sheet: Any, table: Table, styles: Styles) -> None:
    columns = list(table.columns)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, WIDTHS.get(column.kind, DAY_WIDTH))
        head = styles.of(CellKind.TEXT, bold=True, bottom=1, text_wrap=True, valign="top")
        put(sheet, 0, at, printable(label(column, table.unit)), head)
    sheet.freeze_panes(1, 0)
    after = sheet.write_rows(1, map(Looks.of(table, styles).cells, table.rows))
    sheet.autofilter(0, 0, after - 1, len(columns) - 1)
    if table.total is not None:
        look = Looks.of(table, styles, bold=True, top=1)
        sheet.write_rows(after, [look.cells(table.total)])


class Looks(NamedTuple):
    """The formats of a row's cells: by column where it holds a value, of texts, of none."""

    values: list[str]
    text: str
    held_back: str

    @classmethod
    def of(cls, table: Table, styles: Styles, **more: Any) -> Self:
        return cls(
            [style_of(styles.of(column.kind, table.unit, **more)) for column in table.columns],
            style_of(styles.of(CellKind.TEXT, **more)),
            style_of(styles.of(CellKind.TEXT, italic=True, align="right", **more)),
        )

    def cells(self, row: Row) -> list[str]:
        return [self.cell(value, style) for value, style in zip(row, self.values, strict=True)]

    def cell(self, value: Value, style: str) -> str:
        match value:
            case None:
                return none(style)
            case Hidden():
                return text(suppressed(), self.held_back)
            case Decimal() | int():
                return number(value, style)
            case date():
                return day(value, style)
            case _:
                return text(str(value), self.text)
