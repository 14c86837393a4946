"""Exact money: `Decimal` in major units, rounded once, half up."""

from decimal import Decimal
from fractions import Fraction
from functools import cache

from consortium.errors import DomainError


class NotAnAmount(DomainError):
    code = "not_an_amount"


PLACES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
"""The currencies that do not have two decimals. Source: ISO 4217:2015, list one.

Not CLDR's table: it says what shops use, and gives the dinar of Serbia or the pound of
Lebanon none.
"""


@cache
def quantum(unit: str) -> Decimal:
    """Return the smallest amount of a unit: 0.01 for USD, 1 for JPY.

    `unit`: ISO 4217 code, or a declared in-kind unit such as `days` (two places).
    """
    found = (places for places, units in PLACES.items() if unit in units.split())
    return Decimal(1).scaleb(-next(found, 2))


def nearest(value: Fraction, to: Fraction) -> Fraction:
    """Return the multiple of `to` nearest to an exact value, halves away from zero."""
    half, whole = value.denominator * to.numerator, 2 * value.denominator * to.numerator
    count = (2 * abs(value.numerator) * to.denominator + half) // whole
    return (count if value.numerator >= 0 else -count) * to


def rounded(amount: Decimal, to: Decimal) -> Decimal:
    """Return the multiple of `to` nearest to the amount, halves away from zero."""
    count = nearest(Fraction(amount), Fraction(to)) / Fraction(to)
    return count.numerator * to


def parse(text: str | int | Decimal) -> Decimal:
    """Return the decimal a person or a document wrote.

    Floats are refused: they have lost what was written. Raises NotAnAmount.
    """
    if isinstance(text, bool | float):
        raise NotAnAmount(value=str(text))
    try:
        value = Decimal(text)
    except (ArithmeticError, ValueError, TypeError):
        raise NotAnAmount(value=str(text)) from None
    if not value.is_finite():
        raise NotAnAmount(value=str(text))
    return value
