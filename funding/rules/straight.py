"""A number that depends on a figure in a straight line, for rules to run on as on any other.

What a rule does between two figures is found by running its own lines on `Straight`
numbers: where a line would do one thing at some figures and another at others, `Split`
says at which figure it changes, and each side is run by itself.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from funding.rules.exact import Exact, fraction


class Split(Exception):
    """A rule does one thing up to a figure and another after it."""

    def __init__(self, at: Fraction) -> None:
        super().__init__(at)
        self.at = at


class NotStraight(Exception):
    """A product of two numbers that both depend on the figure."""


@dataclass(frozen=True)
class Stretch:
    """The figures between two, both exclusive.

    `whole`: only whole ones count. `stairs`: whole steps are climbed one by one;
    without, they are the slope that they follow.
    """

    low: Fraction
    high: Fraction
    whole: bool = False
    stairs: bool = True

    @property
    def figure(self) -> "Straight":
        return Straight(self, self.low, self.high)

    def constant(self, value: Fraction) -> "Straight":
        return Straight(self, value, value)


@dataclass(eq=False, slots=True)
class Straight:
    """A straight line over a stretch, by where it leads to at its two ends.

    Computes as a Fraction does, and compares only where it is the same at all figures.
    """

    on: Stretch
    low: Fraction
    high: Fraction

    @property
    def slope(self) -> Fraction:
        if self.low == self.high:
            return Fraction(0)
        return (self.high - self.low) / (self.on.high - self.on.low)

    def at(self, figure: Fraction) -> Fraction:
        return self.low + (figure - self.on.low) * self.slope

    @property
    def is_whole(self) -> bool:
        """Say whether it is whole at every figure, as far as stairs are climbed."""
        slope = self.slope
        whole = slope.denominator == 1 if self.on.whole else slope == 0
        return not self.on.stairs or (whole and self.at(Fraction(0)).denominator == 1)

    def __add__(self, other: Any) -> "Straight":
        low, high = _ends(other)
        return Straight(self.on, self.low + low, self.high + high)

    def __sub__(self, other: Any) -> "Straight":
        low, high = _ends(other)
        return Straight(self.on, self.low - low, self.high - high)

    def __mul__(self, other: Any) -> "Straight":
        low, high = _ends(other)
        if self.low != self.high and low != high:
            raise NotStraight
        return Straight(self.on, self.low * low, self.high * high)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> "Straight":
        return Straight(self.on, -self.low, -self.high)

    def __rsub__(self, other: Any) -> "Straight":
        return -self + other

    def __truediv__(self, other: Fraction) -> "Straight":
        return Straight(self.on, self.low / other, self.high / other)

    def __abs__(self) -> "Straight":
        return -self if self._beside(0) < 0 else self

    def __floor__(self) -> "Straight":
        """Return the whole number below. Raises Split at the next step."""
        if not self.on.stairs:
            return self
        if self.low > self.high:
            below = ceil(self.low) - 1
            self._beside(below)
        else:
            below = floor(self.low)
            self._beside(below + 1)
        return self.on.constant(Fraction(below))

    def __eq__(self, other: object) -> bool:
        return self._beside(other) == 0

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: Any) -> bool:
        return self._beside(other) < 0

    def __gt__(self, other: Any) -> bool:
        return self._beside(other) > 0

    def _beside(self, other: Any) -> int:
        """Return -1, 0 or 1: below, equal or above. Raises Split where both are the case."""
        other_low, other_high = _ends(other)
        low, high = _compared(self.low, other_low), _compared(self.high, other_high)
        if low * high < 0:
            gap = self.low - other_low
            part = gap / (gap - self.high + other_high)
            raise Split(self.on.low + (self.on.high - self.on.low) * part)
        return low or high


def rounded(value: Straight, quantum: Exact) -> Straight:
    """Return the nearest multiple of a quantum, halves away from zero."""
    quantum = fraction(quantum)
    steps = floor(abs(value) / quantum + Fraction(1, 2)) * quantum
    return -steps if value < 0 else steps


def _ends(number: Any) -> tuple[Fraction, Fraction]:
    """Return where a number leads to at both ends of a stretch."""
    return (number.low, number.high) if isinstance(number, Straight) else (number, number)


def _compared(one: Fraction, other: Fraction) -> int:
    """Return -1, 0 or 1, a few times faster than fractions compare themselves."""
    gap = one.numerator * other.denominator - other.numerator * one.denominator
    return (gap > 0) - (gap < 0)
