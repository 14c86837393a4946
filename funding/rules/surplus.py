"""How a sum is divided among those it goes back to."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def apportioned(amount: Decimal, weights: Sequence[Decimal], smallest: Decimal) -> list[Decimal]:
    """Return each part of an amount by its weight: exact, in multiples of `smallest`.

    Parts are rounded down; what is left over goes to the largest weight, the first of
    several. Weights are above zero.
    """
    whole = sum(map(Fraction, weights))
    parts = [
        int(Fraction(amount) * Fraction(each) / whole / Fraction(smallest)) * smallest
        for each in weights
    ]
    largest = max(range(len(weights)), key=lambda place: (weights[place], -place))
    parts[largest] += amount - sum(parts, Decimal(0))
    return parts
