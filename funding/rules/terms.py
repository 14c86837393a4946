"""The algebra of dues rules: lines of one verb and one term on a running amount.

A verb is a function of two numbers in `VERBS` and a field of `Line`; a term is a
class with `value`, `used` and `trace` in `TERMS`. Numbers are `Fraction`: every
verb and term to come (twelfths of a year, slices) stays exact, at about two
microseconds an operation, and the only rounding is the one at the end.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Tag

from consortium import money
from consortium.rules.schema import Amount, Code, Problem, Rule, Text, plain, refusal

type Inputs = Mapping[str, Fraction]

WIDE = Context(prec=100, rounding=ROUND_HALF_UP)
"""Wide enough that a quotient of two amounts never lands on a half it is not on."""


def decimal(value: Fraction) -> Decimal:
    """Return a fraction as a decimal: exact if it ends, else to a hundred digits."""
    return WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))


def nearest(value: Fraction, quantum: Fraction) -> Fraction:
    """Return the multiple of the quantum nearest to a value, halves away from zero."""
    with localcontext(WIDE):
        return Fraction(money.rounded(decimal(value), decimal(quantum)))


class Const(Rule):
    """A fixed amount, in the levy's unit."""

    const: Amount

    @cached_property
    def exact(self) -> Fraction:
        return Fraction(self.const)

    def used(self) -> tuple[str, ...]:
        return ()

    def value(self, inputs: Inputs) -> Fraction:
        return self.exact

    def trace(self, inputs: Mapping[str, Decimal]) -> dict[str, Any]:
        return {"const": plain(self.const)}


class Rate(Rule):
    """A rate (0.01 is one per cent) of a declared input, in the levy's unit."""

    rate: Amount
    of: Code

    @cached_property
    def exact(self) -> Fraction:
        return Fraction(self.rate)

    def used(self) -> tuple[str, ...]:
        return (self.of,)

    def value(self, inputs: Inputs) -> Fraction:
        return self.exact * inputs[self.of]

    def trace(self, inputs: Mapping[str, Decimal]) -> dict[str, Any]:
        return {"rate": plain(self.rate), "of": self.of, "input": plain(inputs[self.of])}


TERMS: dict[str, type[Const] | type[Rate]] = {"const": Const, "rate": Rate}


def _term(value: object) -> str | None:
    """Return the tag of the term a document's table is, by the key that names it."""
    for name, schema in TERMS.items():
        if isinstance(value, schema) or (isinstance(value, Mapping) and name in value):
            return f"<{name}>"  # never a key, so that it cannot be taken for one in a path
    return None


def _known(value: object) -> object:
    if _term(value) is None:
        raise refusal("not_a_term", choices=list(TERMS))
    return value


Term = Annotated[
    Annotated[Const, Tag("<const>")] | Annotated[Rate, Tag("<rate>")],
    Discriminator(_term),
    BeforeValidator(_known),
]

VERBS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "add": lambda running, value: running + value,
    "at_least": max,
    "at_most": min,
    "round": nearest,
}


class Line(Rule):
    """One step of a rule: what it does (the verb) with which number (the term)."""

    add: Term | None = None
    at_least: Term | None = None
    at_most: Term | None = None
    round: Term | None = None
    label: Text | None = None

    @cached_property
    def verb(self) -> str:
        return next(name for name in VERBS if getattr(self, name) is not None)

    @cached_property
    def term(self) -> Const | Rate:
        term: Const | Rate = getattr(self, self.verb)
        return term

    def number(self) -> tuple[str, Decimal]:
        """Return where the term's own number stands in this line, and the number."""
        if isinstance(self.term, Const):
            return f"{self.verb}.const", self.term.const
        return f"{self.verb}.rate", self.term.rate

    def problems(self) -> Iterable[Problem]:
        verbs = [name for name in VERBS if getattr(self, name) is not None]
        if not verbs:
            yield Problem("", "no_verb", {"choices": list(VERBS)})
            return
        for second in verbs[1:]:
            yield Problem(second, "second_verb", {"first": verbs[0]})
        if len(verbs) == 1:
            yield from self._number_problems()

    def _number_problems(self) -> Iterable[Problem]:
        path, number = self.number()
        if self.verb == "round" and not isinstance(self.term, Const):
            yield Problem("round", "round_needs_const")
        elif self.verb == "round" and number <= 0:
            yield Problem(path, "not_positive", {"value": plain(number)})
        elif self.verb in ("at_least", "at_most") and number < 0:
            yield Problem(path, "negative", {"value": plain(number)})
