"""Cells: what an input must be for a row or a line to hold, and what a cell leaves open."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from operator import gt, lt
from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Field, Tag

from consortium.errors import DomainError
from consortium.rules.problems import key
from consortium.rules.schema import LAX, Amount, Code, Problem, Rule, refusal
from funding.rules.figures import UNDECLARED, Domain, Given, Inputs


class UndecidedEdge(DomainError):
    """A figure lies on an edge of which the charter does not say where it belongs."""

    code = "undecided_edge"


class Answer(Enum):
    """Whether a cell holds for a value."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"


LOWER = {"at_least": Answer.YES, "above": Answer.NO, "at_least_or_above": Answer.UNDECIDED}
UPPER = {"at_most": Answer.YES, "below": Answer.NO, "at_most_or_below": Answer.UNDECIDED}
"""The edges' keys, and whether a value on the edge belongs to the interval."""


class Interval(Rule):
    """Numbers between two edges, either of which may be left out.

    A lower edge is `at_least` (closed), `above` (open) or `at_least_or_above`
    (undecided); an upper one `at_most`, `below` or `at_most_or_below`.
    """

    at_least: Amount | None = None
    above: Amount | None = None
    at_least_or_above: Amount | None = None
    at_most: Amount | None = None
    below: Amount | None = None
    at_most_or_below: Amount | None = None

    def problems(self) -> Iterable[Problem]:
        for edges in (LOWER, UPPER):
            said = [name for name in edges if getattr(self, name) is not None]
            for second in said[1:]:
                yield Problem(second, "second_edge", {"first": said[0]})
        if self.lower is None and self.upper is None:
            yield Problem("", "no_edge", {"choices": [*LOWER, *UPPER]})
        elif self.lower is not None and self.upper is not None:
            low, high = self.lower[0], self.upper[0]
            if low > high or (low == high and Answer.NO in (self.lower[1], self.upper[1])):
                yield Problem("", "empty_interval")

    @cached_property
    def lower(self) -> tuple[Fraction, Answer] | None:
        return self._edge(LOWER)

    @cached_property
    def upper(self) -> tuple[Fraction, Answer] | None:
        return self._edge(UPPER)

    def _edge(self, edges: Mapping[str, Answer]) -> tuple[Fraction, Answer] | None:
        for name, answer in edges.items():
            if (value := getattr(self, name)) is not None:
                return Fraction(value), answer
        return None

    def holds(self, value: Given) -> Answer:
        if value is None or isinstance(value, str | bool):
            return Answer.NO
        answer = Answer.YES
        for edge, beyond in ((self.lower, lt), (self.upper, gt)):
            if edge is None:
                continue
            if beyond(value, edge[0]):
                return Answer.NO
            if value == edge[0]:
                answer = both(answer, edge[1])
        return answer

    def problems_for(self, domain: Domain) -> Iterator[Problem]:
        if not domain.numeric:
            yield Problem("", "wrong_cell", {"choices": names(domain)})


def both(one: Answer, other: Answer) -> Answer:
    """Return the answer of two cells that must both hold."""
    if Answer.NO in (one, other):
        return Answer.NO
    return Answer.UNDECIDED if Answer.UNDECIDED in (one, other) else Answer.YES


def names(domain: Domain) -> list[str]:
    """Return the cells an input takes, as a document writes them."""
    said = ["{at_least, below, …}"] if domain.numeric else []
    said += [str(each).lower() if each is True or each is False else each
             for each in domain.options]  # fmt: skip
    return [*said, UNDECLARED] if domain.optional else said


def _kind(value: object) -> str | None:
    if isinstance(value, Interval | Mapping):
        return "<interval>"
    if isinstance(value, bool):
        return "<yes_no>"
    if isinstance(value, str):
        return "<choice>"
    return "<choices>" if isinstance(value, list | tuple) else None


def _known(value: object) -> object:
    if _kind(value) is None:
        raise refusal("not_a_cell")
    return value


Choices = Annotated[tuple[Code, ...], LAX, Field(min_length=1)]
Cell = Annotated[
    Annotated[Interval, Tag("<interval>")]
    | Annotated[bool, Tag("<yes_no>")]
    | Annotated[Code, Tag("<choice>")]
    | Annotated[Choices, Tag("<choices>")],
    Discriminator(_kind),
    BeforeValidator(_known),
]
"""An interval, `true` or `false`, a choice or a list of choices, or "undeclared"."""

type AnyCell = Interval | bool | str | tuple[str, ...]
type When = Mapping[str, AnyCell]


def holds(cell: AnyCell, value: Given) -> Answer:
    """Return whether a cell holds for an input's value."""
    if isinstance(cell, Interval):
        return cell.holds(value)
    if isinstance(cell, bool):
        return Answer.YES if value is cell else Answer.NO
    wanted = (cell,) if isinstance(cell, str) else cell
    said = UNDECLARED if value is None else value
    return Answer.YES if isinstance(said, str) and said in wanted else Answer.NO


def all_hold(when: When, inputs: Inputs) -> Answer:
    """Return whether every cell holds."""
    answer = Answer.YES
    for name, cell in when.items():
        answer = both(answer, holds(cell, inputs[name]))
    return answer


def undecided(when: When, inputs: Inputs, **values: object) -> UndecidedEdge:
    """Return the error that names the cell on whose edge an input lies."""
    name = next(name for name in when if holds(when[name], inputs[name]) is Answer.UNDECIDED)
    return UndecidedEdge(input=name, value=written(inputs[name]), **values)


def written(value: Given) -> str:
    """Return a value as an error shows it."""
    if value is None:
        return UNDECLARED
    if isinstance(value, Fraction | Decimal):
        return _text(Fraction(value))
    return str(value).lower() if isinstance(value, bool) else value


def when_problems(when: When, scope: Mapping[str, Domain], path: str) -> Iterator[Problem]:
    """Yield each cell of an unknown input, or that its input cannot be."""
    for name, cell in when.items():
        at = f"{path}.{key(name)}"
        if name not in scope:
            yield Problem(at, "not_an_input", {"input": name, "choices": list(scope)})
        else:
            yield from (each.under(at) for each in _cell_problems(cell, scope[name]))


def _cell_problems(cell: AnyCell, domain: Domain) -> Iterator[Problem]:
    if isinstance(cell, Interval):
        yield from cell.problems_for(domain)
        return
    options = {*domain.options, *((UNDECLARED,) if domain.optional else ())}
    wanted = cell if isinstance(cell, tuple) else (cell,)
    for each in wanted:
        if each not in options:
            yield Problem("", "wrong_cell", {"choices": names(domain)})


def samples(cells: Iterable[AnyCell], domain: Domain) -> list[tuple[str, Given]]:
    """Return one value for each part of a domain that the cells tell apart, with its name.

    Numbers fall apart at the edges: each edge, and each stretch between two.
    """
    found: list[tuple[str, Given]] = [(written(each), each) for each in domain.options]
    if domain.numeric:
        edges = {edge[0] for cell in cells if isinstance(cell, Interval)
                 for edge in (cell.lower, cell.upper) if edge is not None}  # fmt: skip
        found = list(_stretches(sorted(edges), domain))
    return [*found, (UNDECLARED, None)] if domain.optional else found


def _stretches(edges: list[Fraction], domain: Domain) -> Iterator[tuple[str, Given]]:
    lowest, highest = domain.lowest, domain.highest
    cuts = sorted({*edges, *(each for each in (lowest, highest) if each is not None)})
    inside = [each for each in cuts if (lowest is None or each >= lowest)
              and (highest is None or each <= highest)]  # fmt: skip
    if not inside:
        yield "…", Fraction(0)
        return
    if lowest is None:
        yield f"< {inside[0]}", inside[0] - 1
    for low, high in pairwise(inside):
        yield from _edge_and_after(low, high, domain)
    last = inside[-1]
    if not domain.whole or last.denominator == 1:
        yield _text(last), last
    if highest is None:
        yield f"> {_text(last)}", Fraction(int(last) + 1)


def _edge_and_after(low: Fraction, high: Fraction, domain: Domain) -> Iterator[tuple[str, Given]]:
    """Yield an edge and the stretch up to the next; of counts only whole numbers."""
    if not domain.whole or low.denominator == 1:
        yield _text(low), low
    between = Fraction(int(low) + 1) if domain.whole else (low + high) / 2
    if between < high:
        yield f"{_text(low)} – {_text(high)}", between


def _text(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else str(float(value))
