"""Shares of a whole: exact, and together exactly one."""

from collections.abc import Iterable
from decimal import Decimal

WHOLE = Decimal(1)


def total(shares: Iterable[Decimal]) -> Decimal:
    """Return what shares come to, exactly, without the zeros that a column's width adds.

    Added as whole numbers of the smallest digit given, so that no context ever rounds.
    """
    given = list(shares)
    places = max((-int(each.as_tuple().exponent) for each in given), default=0)
    units = sum(int(each.scaleb(places)) for each in given)
    found = Decimal(units).scaleb(-places)
    return found.quantize(WHOLE) if found == found.to_integral_value() else found.normalize()


def whole(shares: Iterable[Decimal]) -> bool:
    """Say whether shares are exactly the whole: 0.99 and 1.0001 are not."""
    return total(shares) == WHOLE
