"""A charter as people read it: its parts by their names, its values in words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import format_percent
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from consortium import words
from consortium.admin import labels
from consortium.admin.pictures import Picture
from consortium.rules.comparison import Change, ChangeKind
from consortium.rules.documents import CharterDocument, json_schema
from consortium.rules.problems import joined
from consortium.rules.problems import key as quoted

type Node = dict[str, Any]

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
PARTS_OF_ONE = frozenset({"share", "rate"})
COUNTRIES = frozenset({"countries", "home"})
ELSEWHERE = frozenset({"table"})
"""What has a page of its own: the rows of the comparison."""

KINDS: dict[str, Any] = {"string": str, "array": list, "integer": int, "boolean": bool}


@dataclass(frozen=True)
class Row:
    """A line of a charter read aloud: how deep, what, and its value (None: a heading).

    Or, in place of both, the picture of the lines before it.
    """

    depth: int
    label: str
    value: str | None = None
    picture: Picture | None = None


@dataclass(frozen=True)
class Difference:
    """A change in words: where (and its path), what kind, before and after."""

    where: tuple[str, ...]
    path: str
    kind: ChangeKind
    before: tuple[Row, ...]
    after: tuple[Row, ...]


class Reader:
    """Reads documents by the charter's JSON Schema, in the reader's language."""

    def __init__(self, pictures: Mapping[str, Picture] | None = None) -> None:
        """Take the schema as it is now, with every contributed section, and what is drawn of it."""
        self.pictures = pictures or {}
        self.schema = json_schema()
        self.definitions: Node = self.schema["$defs"]

    def sections(self, document: CharterDocument) -> Iterator[tuple[str, str, list[Row]]]:
        """Yield each section's code, name and lines."""
        body = document.body()
        for code in document.sections:
            node = self.schema["properties"][code]
            shown = {key: each for key, each in body[code].items() if key not in ELSEWHERE}
            yield code, labels.name_of("", code), list(self.rows(node, shown, path=code))

    def rows(self, node: Node, value: Any, depth: int = 0, path: str = "") -> Iterator[Row]:
        """Yield the lines of a table or list; what is empty is left out."""
        for key, label, inner, item in self.parts(node, value):
            here = joined(path, f"[{key}]" if isinstance(value, list) else quoted(key))
            while isinstance(value, list) and self.is_only(
                item
            ):  # a line of a rule: its verb, then its number
                [(key, below, inner, item)] = self.parts(inner, item)
                label = f"{label} {below}"
            if self.is_plain(item):
                if item not in ("", []):
                    yield Row(depth, label, self.said(inner, item, key))
            elif self.is_short(item):
                said = (
                    f"{name}: {self.said(at, each, k)}"
                    for k, name, at, each in self.parts(inner, item)
                )
                yield Row(depth, label, ", ".join(said))
            elif item:
                yield Row(depth, label)
                yield from self.rows(inner, item, depth + 1, here)
            if here in self.pictures:
                yield Row(depth, label, picture=self.pictures[here])

    def is_only(self, value: Any) -> bool:
        """Say whether a table holds a single thing that is itself a table."""
        if not isinstance(value, Mapping) or is_text(value) or len(value) != 1:
            return False
        return isinstance(next(iter(value.values())), Mapping)

    def is_short(self, value: Any) -> bool:
        """Say whether a table is read in one line: two or three plain values."""
        if not isinstance(value, Mapping) or not 0 < len(value) < 4:
            return False
        return not any(key in value for key in ("code", "label")) and all(
            self.is_plain(each) and not isinstance(each, list) for each in value.values()
        )

    def parts(self, node: Node, value: Any) -> Iterator[tuple[str, str, Node, Any]]:
        """Yield key, name, schema and value of each item in a table or list."""
        name, node = self.resolved(node, value)
        items = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, item in items:
            if "const" in self.below(node, key):
                continue  # there is nothing to choose
            yield str(key), self.called(name, node, key, item), self.below(node, key), item

    def called(self, name: str, node: Node, key: str | int, item: Any) -> str:
        """Return what an item is called: by its label, or by what it says of itself."""
        if isinstance(key, int):
            return self.title(item) or f"{key + 1}."
        if key in node.get("properties", {}) or not node:
            return labels.name_of(name, key)
        return self.title(item) or key

    def resolved(self, node: Node, value: Any) -> tuple[str, Node]:
        """Return a schema's name and itself: references followed, alternatives chosen."""
        name = ""
        while "$ref" in node or "oneOf" in node or "anyOf" in node:
            if "$ref" in node:
                name = node["$ref"].rsplit("/", 1)[-1]
                node = self.definitions[name]
            else:
                options = node.get("oneOf") or node["anyOf"]
                node = next((each for each in options if self.fits(each, value)), {})
        return name, node

    def fits(self, node: Node, value: Any) -> bool:
        """Say whether an alternative is the one a value was written for."""
        _name, node = self.resolved(node, value)
        if not isinstance(value, Mapping):
            return isinstance(value, KINDS.get(node.get("type", ""), ()))
        known = node.get("properties", {})
        tagged = all(value.get(key) == at["const"] for key, at in known.items() if "const" in at)
        return tagged and value.keys() <= known.keys()

    def below(self, node: Node, key: str | int) -> Node:
        """Return the schema of what a key or index holds."""
        if isinstance(key, int):
            return dict(node.get("items", {}))
        if key in node.get("properties", {}):
            return dict(node["properties"][key])
        return dict(next(iter(node.get("patternProperties", {}).values()), {}))

    def is_plain(self, value: Any) -> bool:
        """Say whether a value fits on one line."""
        if isinstance(value, list):
            return not any(isinstance(item, Mapping | list) for item in value)
        return not isinstance(value, Mapping) or is_text(value)

    def title(self, item: Any) -> str:
        """Return what an item calls itself, or nothing."""
        if not isinstance(item, Mapping):
            return ""
        for key in ("label", "title"):
            if is_text(item.get(key)):
                return picked(item[key])
        return str(item.get("code") or "")

    def said(self, node: Node, value: Any, key: str = "") -> str:
        """Return a value that fits on one line, in words."""
        name, node = self.resolved(node, value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if is_text(value):
            return picked(value)
        if isinstance(value, list):
            return ", ".join(self.said(node.get("items", {}), each, key) for each in value)
        if name in labels.choices:
            return str(dict(labels.choices[name]).get(value, value))
        if key in PARTS_OF_ONE and NUMBER.fullmatch(str(value)):
            return percent(value)
        if key in COUNTRIES:
            return country(value)
        if NUMBER.pattern in node.get("pattern", "") and NUMBER.fullmatch(str(value)):
            return words.amount(Decimal(value))
        return words.inside(value)

    def difference(self, change: Change, after: Mapping[str, Any]) -> Difference:
        """Return a change in words; `after`: the later document's body."""
        where: list[str] = []
        node, value = self.schema, after
        last = len(change.steps) - 1
        said = change.before if change.kind == ChangeKind.REMOVED else change.after
        for position, step in enumerate(change.steps):
            name, node = self.resolved(node, value)
            value = said if position == last else value[step]  # type: ignore[index]
            where.append(self.called(name, node, step, value))
            node = self.below(node, step)
        key = str(change.steps[-1])
        return Difference(
            tuple(where),
            change.path,
            change.kind,
            self.shown(node, change.before, key),
            self.shown(node, change.after, key),
        )

    def shown(self, node: Node, value: Any, key: str) -> tuple[Row, ...]:
        """Return a value as lines: one without a label where it fits on one."""
        if value is None:
            return ()
        if self.is_plain(value):
            return (Row(0, "", self.said(node, value, key)),)
        return tuple(self.rows(node, value))


def is_text(value: Any) -> bool:
    """Say whether a value is words in two languages."""
    return isinstance(value, Mapping) and bool(value) and value.keys() <= {"en", "zh"}


def picked(value: Mapping[str, str]) -> str:
    """Return words in the reader's language, or in the other one."""
    chinese = (get_language() or "").startswith("zh")
    first, second = ("zh", "en") if chinese else ("en", "zh")
    return value.get(first) or value.get(second) or ""


def percent(value: str) -> str:
    """Return a part of 1 as a percentage, exact."""
    return str(format_percent(Decimal(value), "#,##0.############%", locale=words.locale()))


def country(code: str) -> str:
    """Return a country's name in the reader's language."""
    return str(words.locale().territories.get(code, code))
