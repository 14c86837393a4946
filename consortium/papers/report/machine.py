"""A report as JSON: codes as keys, decimals as text, days as ISO 8601; written row by row."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import IO, Any

from consortium.registry import Written
from consortium.rules.content import (
    Block,
    Chart,
    Column,
    Content,
    Frame,
    Hidden,
    Note,
    Part,
    Row,
    Table,
    Timeline,
)

JSON = Written(".json", "application/json")


def write_json(content: Content, frame: Frame, out: IO[bytes]) -> Written:
    """Write everything a report says; a value held back is `{"suppressed": true}`."""
    for text in whole(content, frame):
        out.write(text.encode())
    out.write(b"\n")
    return JSON


def whole(content: Content, frame: Frame) -> Iterator[str]:
    head = {
        "consortium": frame.slug,
        "kind": frame.kind,
        "member": frame.member or None,
        "starts_on": frame.period.starts_on,
        "ends_on": frame.period.ends_on,
        "on": frame.on,
        "known_at": frame.known_at.isoformat(),
        "language": frame.language,
        "parameters": dict(frame.parameters),
        "title": str(content.title),
        "subtitle": str(content.subtitle),
    }
    yield dump(head)[:-1] + ', "parts": ['
    yield from parted(part_of(part) for part in content.parts)
    yield "]}"


def part_of(part: Part) -> Iterator[str]:
    yield dump({"code": part.code, "title": str(part.title)})[:-1] + ', "blocks": ['
    yield from parted(block_of(block) for block in part.blocks)
    yield "]}"


def parted(items: Iterable[Iterator[str]]) -> Iterator[str]:
    """Yield what each item is written as, with commas between them."""
    for number, item in enumerate(items):
        yield ",\n" if number else "\n"
        yield from item


def block_of(block: Block) -> Iterator[str]:
    match block:
        case Table():
            yield from table_of(block)
        case Chart():
            yield dump(chart_of(block))
        case Timeline():
            yield dump(timeline_of(block))
        case Note():
            yield dump({"type": "note", "text": str(block.text)})


def table_of(table: Table) -> Iterator[str]:
    head = {
        "type": "table",
        "code": table.code,
        "title": str(table.title),
        "unit": table.unit or None,
        "columns": [column_of(column) for column in table.columns],
    }
    yield dump(head)[:-1] + ', "rows": ['
    yield from parted(iter([dump(keyed(row, table))]) for row in table.rows)
    total = None if table.total is None else keyed(table.total, table)
    yield f'], "total": {dump(total)}}}'


def column_of(column: Column) -> dict[str, str]:
    return {"code": column.code, "label": str(column.label), "kind": column.kind}


def keyed(row: Row, table: Table) -> dict[str, Any]:
    return {column.code: value for column, value in zip(table.columns, row, strict=True)}


def chart_of(chart: Chart) -> dict[str, Any]:
    return {
        "type": "chart",
        "code": chart.code,
        "title": str(chart.title),
        "kind": chart.kind,
        "unit": chart.unit or None,
        "labels": [str(label) for label in chart.labels],
        "series": [
            {"label": str(series.label), "values": list(series.values)} for series in chart.series
        ],
    }


def timeline_of(timeline: Timeline) -> dict[str, Any]:
    spans = [
        {"label": str(span.label), "group": str(span.group), "starts_on": span.starts_on,
         "ends_on": span.ends_on}
        for span in timeline.spans
    ]  # fmt: skip
    return {"type": "timeline", "code": timeline.code, "title": str(timeline.title),
            "on": timeline.on, "spans": spans}  # fmt: skip


def dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=plain)


def plain(value: Any) -> Any:
    match value:
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case Hidden():
            return {"suppressed": True}
    return str(value)
