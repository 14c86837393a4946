"""A report as PDF: cover, contents, parts with tables, charts and time lines."""

from collections.abc import Collection, Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import IO, Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortium.papers import render
from consortium.papers.report.cells import NONE, NUMERIC, breadth, facts, label, printed
from consortium.registry import Written
from consortium.rules.content import (
    Block,
    CellKind,
    Chart,
    Column,
    Content,
    Frame,
    Note,
    Part,
    Row,
    Table,
    Timeline,
)

TEMPLATE = Path(__file__).with_name("report.typ")
PICTURES = "consortium.papers.report.pictures"
PDF = Written(".pdf", "application/pdf")
ROWS = 3000
"""Rows of one table that are printed; nobody reads more on paper."""

UPRIGHT, LYING = 88, 130
"""Characters abreast that fit a page; a part with a table too wide for an upright one lies."""

NARROWEST, WIDEST = 6, 34
"""Characters a column of words is set as wide as, at least and at most."""

LONGEST_CODE = 24
"""Characters up to which a word of ASCII alone, such as a number, is kept whole."""

HEADING_LINES = (1, 2, 3)
"""Lines into which a heading may break where what stands below it is narrow."""

TOGETHER = 12
"""Rows of a table that is not broken between pages."""


def write_pdf(content: Content, frame: Frame, out: IO[bytes]) -> Written:
    """Write the report for print, dated by the day it is as of."""
    data = {
        "title": str(content.title),
        "subtitle": str(content.subtitle) if str(content.subtitle) != frame.member else "",
        "consortium": list(frame.names),
        "member": frame.member,
        "facts": [list(fact) for fact in facts(frame)[1:]],
        "parts": [part_of(part) for part in content.parts],
        "words": {"contents": _("Contents"), "nothing": _("Nothing to report.")},
    }
    out.write(render(TEMPLATE, data, language=frame.language, on=frame.on))
    return PDF


def part_of(part: Part) -> dict[str, Any]:
    # A table's rows are read once, in their turn; only then is it known how wide pictures are.
    given = [table_of(each) if isinstance(each, Table) else each for each in part.blocks]
    wide = any(isinstance(each, dict) and each["wide"] for each in given)
    blocks = [
        set_block
        for each in given
        for set_block in ([each] if isinstance(each, dict) else block_of(each, wide))
    ]
    for before, block in pairwise(blocks):
        if block["kind"] == "picture" and block["title"] == before.get("title"):
            block["title"] = ""  # It draws the table above it.
    return {"title": str(part.title), "blocks": blocks, "wide": wide}


def block_of(block: Block, wide: bool) -> Iterator[dict[str, Any]]:
    match block:
        case Note():
            yield {"kind": "note", "text": str(block.text)}
        case Chart():
            if any(value for series in block.series for value in series.values):
                yield picture(block.title, drawn("chart", block, wide), described(block))
        case Timeline():
            for number, found in enumerate(drawn("timelines", block, wide)):
                yield picture("" if number else block.title, found, str(block.title))


def drawn(name: str, block: Block, wide: bool) -> Any:
    """Return what `pictures` makes of a block, loaded when there is one: half a second's work."""
    width = import_string(f"{PICTURES}.{'LYING' if wide else 'UPRIGHT'}")
    return import_string(f"{PICTURES}.{name}")(block, width)


def picture(title: Any, found: str, alt: str) -> dict[str, Any]:
    return {"kind": "picture", "title": str(title), "svg": found, "alt": alt}


def described(found: Chart) -> str:
    """Return what a chart shows, for whoever has it read out."""
    series = (
        f"{each.label}: "
        + "; ".join(
            f"{name} {printed(value, CellKind.MONEY if found.unit else CellKind.COUNT, found.unit)}"
            for name, value in zip(found.labels, each.values, strict=True)
        )
        for each in found.series
    )
    return f"{found.title}. " + ". ".join(series)


def table_of(table: Table) -> dict[str, Any]:
    given = iter(table.rows)
    rows = [line(row, table) for row in islice(given, ROWS)]
    left_out = sum(1 for _row in given)
    # What is not summed up is left empty.
    total = ["" if each == NONE else each for each in line(table.total or [], table)]
    texts = [[row[at] for row in [*rows, total] if row] for at in range(len(table.columns))]
    columns, wide = fitted(table, texts)
    return {
        "kind": "table",
        "title": str(table.title),
        "columns": columns,
        "rows": rows,
        "total": total,
        "wide": wide,
        "together": len(rows) <= TOGETHER,
        "more": more(left_out),
    }


def fitted(table: Table, texts: list[list[str]]) -> tuple[list[dict[str, Any]], bool]:
    """Return the columns with their headings broken no more than the page asks for, and if it lies.

    `texts`: what stands in each column.
    """
    columns: list[dict[str, Any]] = []
    for page in (UPRIGHT, LYING):
        for lines in HEADING_LINES:
            columns = [
                column_of(column, label(column, table.unit), below, lines)
                for column, below in zip(table.columns, texts, strict=True)
            ]
            if sum(each["width"] + 2 for each in columns) <= page:
                return whole_width(columns), page == LYING
    return whole_width(columns), True


def whole_width(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return columns of which one at least takes what room is left."""
    if not any(each["flexible"] for each in columns):
        columns[0]["flexible"] = True
    return columns


def column_of(column: Column, head: str, texts: Collection[str], lines: int) -> dict[str, Any]:
    """Return how a column is set: words share what room figures, days and codes leave."""
    widest = max(map(breadth, texts), default=0)
    whole = column.kind != CellKind.TEXT or is_code(texts, widest)
    # A heading may break, a figure may not.
    width = max(widest, narrowed(head, lines) if whole else breadth(head), NARROWEST)
    return {
        "label": head,
        "right": column.kind in NUMERIC,
        "width": width if whole else min(width, WIDEST),
        "flexible": not whole,
        "code": column.kind == CellKind.TEXT,
    }


def is_code(texts: Collection[str], widest: int) -> bool:
    """Tell whether a column of words holds numbers and the like, which are not to break."""
    words = [each for each in texts if each not in {"", NONE}]
    return (
        bool(words)
        and widest <= LONGEST_CODE
        and all(each.isascii() and " " not in each for each in words)
    )


def narrowed(head: str, lines: int) -> int:
    """Return how wide a heading is in so many lines; a Chinese one breaks anywhere."""
    longest = max((breadth(word) for word in head.split() if word.isascii()), default=0)
    return max(longest, -(-breadth(head) // lines))


def more(count: int) -> str:
    if not count:
        return ""
    text = ngettext(
        "%(count)s more row is in the workbook and the text table only.",
        "%(count)s more rows are in the workbook and the text table only.",
        count,
    )
    return text % {"count": printed(count, CellKind.COUNT, "")}


def line(row: Row, table: Table) -> list[str]:
    return [
        printed(value, column.kind, table.unit)
        for column, value in zip(table.columns, row, strict=bool(row))
    ]
