"""The terms that are a number or work on one input: const, rate, part, slices."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Annotated, Any

from pydantic import Field

from consortium.rules.schema import LAX, Amount, Code, Problem, Rule, plain
from funding.rules.exact import Exact, fraction, product
from funding.rules.figures import Figure, Inputs, number

type Numbers = Iterable[tuple[str, Decimal]]
type Uses = Iterable[tuple[str, str]]


def shown(value: Figure) -> Any:
    """Return an input's value as a trace keeps it."""
    return plain(value) if isinstance(value, Decimal) else value


class Const(Rule):
    """A fixed amount, in the levy's unit."""

    const: Amount

    def used(self) -> tuple[str, ...]:
        return ()

    def as_numbers(self) -> Uses:
        return ()

    def numbers(self) -> Numbers:
        return (("const", self.const),)

    def value(self, inputs: Inputs) -> Exact:
        return self.const

    def trace(self, inputs: Mapping[str, Figure]) -> dict[str, Any]:
        return {"const": plain(self.const)}


class Rate(Rule):
    """A rate (0.01 is one per cent) of an input, in the levy's unit."""

    rate: Amount
    of: Code

    def used(self) -> tuple[str, ...]:
        return (self.of,)

    def as_numbers(self) -> Uses:
        return (("of", self.of),)

    def numbers(self) -> Numbers:
        return (("rate", self.rate),)

    def value(self, inputs: Inputs) -> Exact:
        return product(self.rate, number(inputs, self.of))

    def trace(self, inputs: Mapping[str, Figure]) -> dict[str, Any]:
        return {"rate": plain(self.rate), "of": self.of, "input": shown(inputs[self.of])}


class Part(Rule):
    """An exact fraction: a fixed `part`, or an input's value, `out_of` a whole."""

    out_of: Amount
    part: Amount | None = None
    of: Code | None = None

    def problems(self) -> Iterable[Problem]:
        if self.out_of <= 0:
            yield Problem("out_of", "not_positive", {"value": plain(self.out_of)})
        if (self.part is None) == (self.of is None):
            yield Problem("", "part_or_of")
        if self.part is not None and self.part < 0:
            yield Problem("part", "negative", {"value": plain(self.part)})

    def used(self) -> tuple[str, ...]:
        return () if self.of is None else (self.of,)

    def as_numbers(self) -> Uses:
        return () if self.of is None else (("of", self.of),)

    def numbers(self) -> Numbers:
        return ()

    def value(self, inputs: Inputs) -> Exact:
        part = number(inputs, self.of) if self.of is not None else self.part or Decimal(0)
        return fraction(part) / Fraction(self.out_of)

    def trace(self, inputs: Mapping[str, Figure]) -> dict[str, Any]:
        if self.of is None:
            return {"part": plain(self.part or Decimal(0)), "out_of": plain(self.out_of)}
        return {"of": self.of, "part": shown(inputs[self.of]), "out_of": plain(self.out_of)}


class Slice(Rule):
    """A slice of an input: its `width` (the last one has none) and the rate in it."""

    width: Amount | None = None
    rate: Amount


class Slices(Rule):
    """Rates of the slices of an input above a threshold, each for its own part.

    With `step` only whole steps count, and a rate is per step, not per one.
    """

    slices: Code
    above: Amount = Decimal(0)
    step: Amount | None = None
    parts: Annotated[tuple[Slice, ...], LAX, Field(min_length=1)]

    def problems(self) -> Iterable[Problem]:
        if self.above < 0:
            yield Problem("above", "negative", {"value": plain(self.above)})
        if self.step is not None and self.step <= 0:
            yield Problem("step", "not_positive", {"value": plain(self.step)})
        last = len(self.parts) - 1
        for index, each in enumerate(self.parts):
            path = f"parts[{index}].width"
            if index == last and each.width is not None:
                yield Problem(path, "last_slice_ends")
            elif index != last and each.width is None:
                yield Problem(path, "slice_without_width")
            elif each.width is not None and each.width <= 0:
                yield Problem(path, "not_positive", {"value": plain(each.width)})

    def used(self) -> tuple[str, ...]:
        return (self.slices,)

    def as_numbers(self) -> Uses:
        return (("slices", self.slices),)

    def numbers(self) -> Numbers:
        return [(f"parts[{index}].rate", each.rate) for index, each in enumerate(self.parts)]

    def value(self, inputs: Inputs) -> Exact:
        step = Fraction(self.step or 1)
        rest = max(fraction(number(inputs, self.slices)) - Fraction(self.above), Fraction(0))
        if self.step is not None:
            rest = floor(rest / step) * step
        total = Fraction(0)
        for each in self.parts:
            within = rest if each.width is None else min(rest, Fraction(each.width))
            total += within / step * Fraction(each.rate)
            rest -= within
        return total

    def trace(self, inputs: Mapping[str, Figure]) -> dict[str, Any]:
        values = {"slices": self.slices, "input": shown(inputs[self.slices])}
        return values | {"above": plain(self.above)}


Single = Const | Rate | Part | Slices
