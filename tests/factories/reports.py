"""Contents of reports, as the engine asks for them and in a form to compare."""

from datetime import date
from typing import Any

from consortium import registry
from consortium.models import Consortium
from consortium.periods import Period
from consortium.rules.content import Chart, Content, Note, Part, Table, Timeline

YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))


def asked(
    kind: str, consortium: Consortium, on: date, period: Period = YEAR, **more: Any
) -> Content:
    """Return what a kind of report says; `parameters`: as a reader would give them."""
    found = registry.report_kinds[kind]
    given = {"known_at": None, "parameters": {}, **more}
    given["parameters"] = found.parameters(**given["parameters"])
    content: Content = found.content(consortium=consortium, period=period, on=on, **given)
    return content


def blocks(content: Content) -> dict[str, Any]:
    """Return the blocks by part and code, tables read to the end; notes as one text a part."""
    found: dict[str, Any] = {}
    for part in content.parts:
        for block in part.blocks:
            match block:
                case Note():
                    found[part.code] = f"{found.get(part.code, '')} {block.text}".strip()
                case Table():
                    found[f"{part.code} {block.code}"] = list(block.rows)
                    if block.total is not None:
                        found[f"{part.code} {block.code} total"] = block.total
                case Chart() | Timeline():
                    found[f"{part.code} {block.code} {type(block).__name__.lower()}"] = block
    return found


def table(content: Content, code: str) -> list[dict[str, Any]]:
    """Return the rows of a content's first table of a code, by their columns."""
    for part in content.parts:
        for block in part.blocks:
            if isinstance(block, Table) and block.code == code:
                return rows_by_column(block)
    raise AssertionError(f"no table {code}")


def rows_by_column(block: Table) -> list[dict[str, Any]]:
    codes = [each.code for each in block.columns]
    rows = [*block.rows, *([block.total] if block.total is not None else [])]
    return [dict(zip(codes, row, strict=True)) for row in rows]


def read(content: Content) -> list[str]:
    """Return every word and value of a content, as text, in the language of the moment."""
    said = [str(content.title), str(content.subtitle)]
    for part in content.parts:
        said += words_of(part)
    return said


def words_of(part: Part) -> list[str]:
    said = [str(part.title)]
    for block in part.blocks:
        match block:
            case Note():
                said.append(str(block.text))
            case Table():
                said += [str(block.title), *(str(each.label) for each in block.columns)]
                said += [str(cell) for row in [*block.rows, block.total or ()] for cell in row]
            case Chart():
                said += [str(block.title), *map(str, block.labels)]
                said += [str(each.label) for each in block.series]
            case Timeline():
                said += [str(block.title), *(str(each.label) for each in block.spans)]
                said += [str(each.group) for each in block.spans]
    return said
