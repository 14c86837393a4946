"""The term that is looked up: a table over one or more inputs, checked for what it leaves open."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from math import prod
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag

from consortium.errors import DomainError
from consortium.rules.problems import key
from consortium.rules.schema import LAX, Code, Problem, Rule, refusal, repeated
from funding.rules.cells import (
    LOWER,
    UPPER,
    Answer,
    Cell,
    Interval,
    When,
    all_hold,
    samples,
    undecided,
    when_problems,
    written,
)
from funding.rules.exact import Exact
from funding.rules.figures import Domain, Figure, Inputs
from funding.rules.numbers import Const, Numbers, Part, Rate, Slices, Uses, shown

SINGLES: dict[str, type[Rule]] = {"const": Const, "slices": Slices, "rate": Rate, "out_of": Part}
"""The terms a row may hold, by the key that names each: the first one that is there."""

MOST_PARTS = 50_000
"""A table that falls into more parts than this is not checked but refused."""


class NoRow(DomainError):
    """A table has no row for these figures: a gap in the charter."""

    code = "no_row"


class SeveralRows(DomainError):
    """A table has more than one row for these figures: an overlap in the charter."""

    code = "several_rows"


def named(value: object, terms: Mapping[str, type[Rule]]) -> str | None:
    """Return the tag of the term a document's table is, by the key that names it."""
    for name, schema in terms.items():
        if isinstance(value, schema) or (isinstance(value, Mapping) and name in value):
            return f"<{name}>"  # never a key, so that it cannot be taken for one in a path
    return None


def _single(value: object) -> str | None:
    return named(value, SINGLES)


def _known(value: object) -> object:
    if _single(value) is None:
        raise refusal("not_a_term", choices=list(SINGLES))
    return value


Single = Annotated[
    Annotated[Const, Tag("<const>")]
    | Annotated[Rate, Tag("<rate>")]
    | Annotated[Part, Tag("<out_of>")]
    | Annotated[Slices, Tag("<slices>")],
    Discriminator(_single),
    BeforeValidator(_known),
]


class Row(Rule):
    """What holds where each input is in its cell; an input left out may be anything."""

    when: dict[Code, Cell]
    then: Single


class Table(Rule):
    """The term of the one row whose cells hold for the named inputs."""

    table: Annotated[tuple[Code, ...], LAX, Field(min_length=1, max_length=6)]
    rows: Annotated[tuple[Row, ...], LAX, Field(min_length=1, max_length=1000)]

    def problems(self) -> Iterable[Problem]:
        yield from repeated(self.table, "table[{}]")
        for index, row in enumerate(self.rows):
            for name in row.when:
                if name not in self.table:
                    values = {"input": name, "choices": list(self.table)}
                    yield Problem(f"rows[{index}].when.{key(name)}", "not_in_table", values)

    def used(self) -> tuple[str, ...]:
        return (*self.table, *(name for row in self.rows for name in row.then.used()))

    def as_numbers(self) -> Uses:
        return [
            (f"rows[{index}].then.{path}", name)
            for index, row in enumerate(self.rows)
            for path, name in row.then.as_numbers()
        ]

    def numbers(self) -> Numbers:
        return [
            (f"rows[{index}].then.{path}", number)
            for index, row in enumerate(self.rows)
            for path, number in row.then.numbers()
        ]

    def row(self, inputs: Inputs) -> Row:
        """Return the row for some figures. Raises NoRow, SeveralRows, UndecidedEdge."""
        answers = [(all_hold(row.when, inputs), row) for row in self.rows]
        found = [row for answer, row in answers if answer is Answer.YES]
        if len(found) > 1:
            raise SeveralRows(inputs=self._said(inputs))
        for answer, row in answers:
            if answer is Answer.UNDECIDED:
                raise undecided(row.when, inputs)
        if not found:
            raise NoRow(inputs=self._said(inputs))
        return found[0]

    def _said(self, inputs: Inputs) -> str:
        return ", ".join(f"{name}={written(inputs[name])}" for name in self.table)

    def value(self, inputs: Inputs) -> Exact:
        return self.row(inputs).then.value(inputs)

    def trace(self, inputs: Mapping[str, Figure]) -> dict[str, Any]:
        return {"table": {name: shown(inputs[name]) for name in self.table}}

    def problems_in(self, scope: Mapping[str, Domain]) -> Iterator[Problem]:
        """Yield the inputs that are not declared, and cells that do not fit them."""
        for index, name in enumerate(self.table):
            if name not in scope:
                yield Problem(f"table[{index}]", "not_an_input", {
                    "input": name, "choices": list(scope)})  # fmt: skip
        for index, row in enumerate(self.rows):
            known = {name: cell for name, cell in row.when.items() if name in scope}
            yield from when_problems(known, scope, f"rows[{index}].when")

    def open_questions(self, scope: Mapping[str, Domain]) -> Iterator[Problem]:
        """Yield what the table leaves open: undecided edges, gaps, overlaps."""
        for index, row in enumerate(self.rows):
            yield from undecided_edges(row.when, f"rows[{index}].when")
        parts = [
            samples([row.when[name] for row in self.rows if name in row.when], scope[name])
            for name in self.table
        ]
        if prod(map(len, parts)) > MOST_PARTS:
            yield Problem("table", "table_too_large", {"limit": MOST_PARTS})
            return
        for part in product(*parts):
            inputs = {name: value for name, (_, value) in zip(self.table, part, strict=True)}
            answers = [all_hold(row.when, inputs) for row in self.rows]
            places = [f"{name}: {at}" for name, (at, _) in zip(self.table, part, strict=True)]
            said = ", ".join(places)
            rows = [index for index, answer in enumerate(answers) if answer is Answer.YES]
            for other in rows[1:]:
                yield Problem(f"rows[{other}]", "overlap", {"other": rows[0], "inputs": said})
            if not rows and Answer.UNDECIDED not in answers:
                yield Problem("rows", "gap", {"inputs": said})


def undecided_edges(when: When, path: str) -> Iterator[Problem]:
    """Yield each edge of which nobody has said to which side it belongs."""
    for name, cell in when.items():
        for edge in (*LOWER, *UPPER):
            if isinstance(cell, Interval) and "_or_" in edge:
                value = getattr(cell, edge)
                if value is not None:
                    values = {"input": name, "value": format(value, "f")}
                    yield Problem(f"{path}.{key(name)}.{edge}", "edge_undecided", values)
