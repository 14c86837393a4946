"""Exact numbers: decimals as long as they end, fractions where one does not.

Adding, multiplying and comparing decimals is exact at this precision and takes a
twentieth of what a fraction takes; whatever would not fit is computed as a fraction.
"""

from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from typing import Any

from consortium import money

EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, Overflow])
"""Refuses every digit but a zero that it would have to give up."""

WIDE = Context(prec=100, rounding=ROUND_HALF_UP)
"""Wide enough to show any amount there is; nothing is rounded by it but what never ends."""

SHOWN_EXPONENT = -15
SHOWN = Decimal(1).scaleb(SHOWN_EXPONENT)
"""Decimals that are shown at most: every rate of a figure in full, never-ending ones cut."""

ONE = Decimal(1)

type Exact = Any
"""A `Decimal`, a `Fraction`, or what computes like a fraction."""


def plus(one: Exact, other: Exact) -> Exact:
    if type(one) is Decimal and type(other) is Decimal:
        try:
            return EXACT.add(one, other)
        except Inexact:
            pass
    return fraction(one) + fraction(other)


def product(one: Exact, other: Exact) -> Exact:
    if type(one) is Decimal and type(other) is Decimal:
        try:
            return EXACT.multiply(one, other)
        except Inexact:
            pass
    return fraction(one) * fraction(other)


def higher(one: Exact, other: Exact) -> Exact:
    """Return the greater of two numbers; the first one where they are equal."""
    if type(one) is Decimal and type(other) is Decimal:
        return one if one >= other else other
    return max(fraction(one), fraction(other))


def lower(one: Exact, other: Exact) -> Exact:
    """Return the lesser of two numbers; the first one where they are equal."""
    if type(one) is Decimal and type(other) is Decimal:
        return one if one <= other else other
    return min(fraction(one), fraction(other))


def nearest(value: Exact, to: Exact) -> Exact:
    """Return the multiple of `to` nearest to a value, halves away from zero."""
    if type(value) is Decimal and type(to) is Decimal:
        ten = ONE.scaleb(to.adjusted())
        if to == ten:  # cents, whole yen, thousands
            return WIDE.quantize(value, ten)
    found = money.nearest(fraction(value), fraction(to))
    return decimal(found) if type(to) is Decimal else found


def fraction(value: Exact) -> Exact:
    """Return a decimal as a fraction, anything else as it is."""
    return Fraction(value) if type(value) is Decimal else value


def decimal(value: Fraction) -> Decimal:
    """Return a fraction as a decimal: exact if it ends, else to a hundred digits."""
    return WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))


def is_whole(value: Exact) -> bool:
    return bool(fraction(value).denominator == 1)


def shown(value: Exact, smallest: Decimal = ONE) -> Decimal:
    """Return a number with at least a unit's decimals and all it needs, fifteen at most."""
    found = value if type(value) is Decimal else decimal(value)
    if not WIDE.remainder(found, smallest):
        return WIDE.quantize(found, smallest)
    if not WIDE.remainder(found, SHOWN):
        return WIDE.normalize(found)
    return WIDE.quantize(found, SHOWN)
