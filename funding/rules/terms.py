"""The algebra of dues rules: lines of one verb and one term on a running amount.

A verb is a function of two numbers in `VERBS` and a field of `Line`; a term is a
class with `value`, `used`, `numbers` and `trace` in `TERMS`. Numbers are exact
(`funding.rules.exact`): every verb and term (twelfths of a year, slices) stays so,
and the only rounding is the one at the end.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from consortium.rules.schema import Code, Problem, Rule, Text, plain, refusal
from funding.rules.cells import Cell
from funding.rules.exact import Exact, higher, lower, nearest, plus, product
from funding.rules.numbers import Const, Part, Rate, Slices
from funding.rules.tables import SINGLES, Table, named

TERMS: dict[str, type[Rule]] = {**SINGLES, "table": Table}

type AnyTerm = Const | Rate | Part | Slices | Table


def _term(value: object) -> str | None:
    return named(value, TERMS)


def _known(value: object) -> object:
    if _term(value) is None:
        raise refusal("not_a_term", choices=list(TERMS))
    return value


Term = Annotated[
    Annotated[Const, Tag("<const>")]
    | Annotated[Rate, Tag("<rate>")]
    | Annotated[Part, Tag("<out_of>")]
    | Annotated[Slices, Tag("<slices>")]
    | Annotated[Table, Tag("<table>")],
    Discriminator(_term),
    BeforeValidator(_known),
]

VERBS: dict[str, Callable[[Exact, Exact], Exact]] = {
    "add": plus,
    "times": product,
    "at_least": higher,
    "at_most": lower,
    "round": nearest,
    "prorate": product,
}

NEVER_NEGATIVE = ("times", "at_least", "at_most")


def singles(term: AnyTerm) -> Iterator[tuple[str, Const | Rate | Part | Slices]]:
    """Yield a term, or the terms of a table's rows, each with its path."""
    if not isinstance(term, Table):
        yield "", term
        return
    for index, row in enumerate(term.rows):
        yield f"rows[{index}].then", row.then


class Line(Rule):
    """One step of a rule: what it does (the verb) with which number (the term).

    `when`: the line does nothing unless every cell holds.
    """

    add: Term | None = None
    times: Term | None = None
    at_least: Term | None = None
    at_most: Term | None = None
    round: Term | None = None
    prorate: Term | None = None
    when: Annotated[dict[Code, Cell], Field(min_length=1)] | None = None
    label: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _with_verb(cls, body: object) -> object:
        """Refuse a line without a verb before its keys: what it says instead is no key."""
        if isinstance(body, Mapping) and all(body.get(name) is None for name in VERBS):
            raise refusal("no_verb", choices=list(VERBS))
        return body

    @cached_property
    def verb(self) -> str:
        return next(name for name in VERBS if getattr(self, name) is not None)

    @cached_property
    def term(self) -> AnyTerm:
        term: AnyTerm = getattr(self, self.verb)
        return term

    @cached_property
    def used(self) -> tuple[str, ...]:
        """Return the inputs the line looks at, in its term and its `when`."""
        return (*self.term.used(), *(self.when or ()))

    def problems(self) -> Iterable[Problem]:
        verbs = [name for name in VERBS if getattr(self, name) is not None]
        for second in verbs[1:]:
            yield Problem(second, "second_verb", {"first": verbs[0]})
        if len(verbs) == 1:
            yield from self._term_problems()

    def _term_problems(self) -> Iterable[Problem]:
        for path, single in singles(self.term):
            if isinstance(single, Part) != (self.verb == "prorate"):
                code = "prorate_needs_part" if self.verb == "prorate" else "part_not_prorated"
                yield Problem(f"{self.verb}.{path}".rstrip("."), code)
        if self.verb == "round" and not isinstance(self.term, Const):
            yield Problem("round", "round_needs_const")
            return
        for path, number in self.term.numbers():
            if self.verb == "round" and number <= 0:
                yield Problem(f"{self.verb}.{path}", "not_positive", {"value": plain(number)})
            elif self.verb in NEVER_NEGATIVE and number < 0:
                yield Problem(f"{self.verb}.{path}", "negative", {"value": plain(number)})
