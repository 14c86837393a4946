"""A report as PDF: cover, contents, parts with tables, charts and time lines."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortium.papers import render
from consortium.papers.report.cells import NUMERIC, breadth, facts, label, printed
from consortium.registry import Written
from consortium.rules.content import (
    Block,
    CellKind,
    Chart,
    Content,
    Frame,
    Note,
    Part,
    Row,
    Table,
    Timeline,
)

TEMPLATE = Path(__file__).with_name("report.typ")
PDF = Written(".pdf", "application/pdf")
ROWS = 3000
"""Rows of one table that are printed; nobody reads more on paper."""

UPRIGHT = 88
"""Characters abreast that fit an upright page; a wider table is set on a lying one."""

NARROWEST, WIDEST = 6, 34
"""Characters a column of words is set as wide as, at least and at most."""


def write_pdf(content: Content, frame: Frame, out: IO[bytes]) -> Written:
    """Write the report for print, dated by the day it is as of."""
    data = {
        "title": str(content.title),
        "subtitle": str(content.subtitle),
        "consortium": list(frame.names),
        "member": frame.member,
        "facts": [list(fact) for fact in facts(frame)[1:]],
        "parts": [part_of(part) for part in content.parts],
        "words": {"contents": _("Contents"), "nothing": _("Nothing to report.")},
    }
    out.write(render(TEMPLATE, data, language=frame.language, on=frame.on))
    return PDF


def part_of(part: Part) -> dict[str, Any]:
    blocks = [set_block for block in part.blocks for set_block in block_of(block)]
    return {"title": str(part.title), "blocks": blocks}


def block_of(block: Block) -> Iterator[dict[str, Any]]:
    match block:
        case Note():
            yield {"kind": "note", "text": str(block.text)}
        case Table():
            yield table_of(block)
        case Chart():
            if block.labels:
                yield picture(block.title, drawn("chart", block), described(block))
        case Timeline():
            for number, found in enumerate(drawn("timelines", block)):
                yield picture("" if number else block.title, found, str(block.title))


def drawn(name: str, block: Block) -> Any:
    """Return what `pictures` makes of a block, loaded when there is one: half a second's work."""
    return import_string(f"consortium.papers.report.pictures.{name}")(block)


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
    columns = list(table.columns)
    given = iter(table.rows)
    rows = [line(row, table) for row in islice(given, ROWS)]
    left_out = sum(1 for _row in given)
    total = line(table.total, table) if table.total is not None else []
    heads = [label(column, table.unit) for column in columns]
    widths = [
        width(column.kind, [head, *(row[at] for row in rows), *total[at : at + 1]])
        for at, (column, head) in enumerate(zip(columns, heads, strict=True))
    ]
    return {
        "kind": "table",
        "title": str(table.title),
        "columns": [
            {"label": head, "right": column.kind in NUMERIC, "width": broad,
             "flexible": column.kind == CellKind.TEXT}
            for column, head, broad in zip(columns, heads, widths, strict=True)
        ],
        "rows": rows,
        "total": total,
        "wide": sum(widths) + 2 * len(widths) > UPRIGHT,
        "more": more(left_out),
    }  # fmt: skip


def more(count: int) -> str:
    if not count:
        return ""
    text = ngettext(
        "%(count)s more row is in the workbook and the text table only.",
        "%(count)s more rows are in the workbook and the text table only.",
        count,
    )
    return text % {"count": printed(count, CellKind.COUNT, "")}


def width(kind: CellKind, texts: Sequence[str]) -> int:
    """Return how many characters wide a column is set."""
    widest = max(map(breadth, texts))
    if kind != CellKind.TEXT:
        # A heading may break, a figure may not.
        return max(max(map(breadth, texts[1:]), default=0), NARROWEST)
    return min(max(widest, NARROWEST), WIDEST)


def line(row: Row, table: Table) -> list[str]:
    return [
        printed(value, column.kind, table.unit)
        for column, value in zip(table.columns, row, strict=True)
    ]
