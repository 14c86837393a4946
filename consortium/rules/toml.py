"""TOML documents in and out, without loss."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.items import AoT, InlineTable, Item, Table

from consortium.rules.schema import InvalidDocument, Problem

_AT = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")


def read_toml(text: str) -> dict[str, Any]:
    """Return a TOML document's body. Raises InvalidDocument with line and column."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        line, column = (at.group(1), at.group(2)) if at else (None, None)
        values = {"line": int(line or text.count("\n") + 1), "column": int(column or 1)}
        raise InvalidDocument([Problem("", "not_toml", values)]) from None
    except (RecursionError, ValueError):
        raise InvalidDocument([Problem("", "not_toml", {"line": 1, "column": 1})]) from None


def write_toml(body: Mapping[str, Any]) -> str:
    """Return the TOML text of a document's body; reading it gives an equal body.

    Short values stand on a line of their own, long ones in tables.
    """
    document = tomlkit.document()
    _fill(document, body)
    return tomlkit.dumps(document)


def _fill(table: Table | tomlkit.TOMLDocument, body: Mapping[str, Any]) -> None:
    """Add a body's values to a table: those on lines first, since tables must follow."""
    for name, value in body.items():
        if not _tabular(value):
            table.add(name, _item(value))
    for name, value in body.items():
        if isinstance(value, Mapping) and _tabular(value):
            table.add(name, _table(value))
        elif _tabular(value):
            table.add(name, AoT([_table(item) for item in value]))


def _table(body: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    _fill(table, body)
    return table


def _item(value: Any) -> Item:
    if isinstance(value, Mapping):
        return _inline(value)
    if not isinstance(value, list):
        item: Item = tomlkit.item(value)
        return item
    array = tomlkit.array()
    for each in value:
        array.append(_item(each))
    array.multiline(any(isinstance(item, Mapping) for item in value))
    return array


def _inline(body: Mapping[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    for name, value in body.items():
        table.append(name, _item(value))
    return table


def _tabular(value: Any) -> bool:
    """Return whether a value is too deep for one line: a table, or a list of tables."""
    if isinstance(value, Mapping):
        return _depth(value) > 1 or len(value) > 4
    if isinstance(value, list):
        mappings = bool(value) and all(isinstance(item, Mapping) for item in value)
        return mappings and any(_depth(item) > 2 or len(item) > 4 for item in value)
    return False


def _depth(value: Any) -> int:
    """Return how many levels of tables and lists of tables a value holds."""
    if isinstance(value, Mapping):
        return 1 + max((_depth(item) for item in value.values()), default=0)
    if isinstance(value, list):
        return max((_depth(item) for item in value), default=0)
    return 0
