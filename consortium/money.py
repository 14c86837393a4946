"""Exact money: `Decimal` in major units, rounded once, half up."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.numbers import get_currency_precision

from consortium.errors import DomainError


class NotAnAmount(DomainError):
    code = "not_an_amount"


@cache
def quantum(unit: str) -> Decimal:
    """Return the smallest amount of a unit: 0.01 for USD, 1 for JPY.

    `unit`: ISO 4217 code, or a declared in-kind unit such as `days` (two places).
    Source: the minor units in use, as carried by CLDR (ISO 4217's where both agree).
    """
    return Decimal(1).scaleb(-get_currency_precision(unit))


def rounded(amount: Decimal, to: Decimal) -> Decimal:
    """Return the multiple of `to` nearest to the amount, halves away from zero."""
    return (amount / to).quantize(Decimal(1), rounding=ROUND_HALF_UP) * to


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
