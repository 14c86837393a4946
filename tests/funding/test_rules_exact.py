"""Exact numbers against fractions, whatever the decimals."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from funding.rules.exact import (
    SHOWN,
    higher,
    is_whole,
    lower,
    nearest,
    plus,
    product,
    shown,
)

DECIMALS = st.decimals(-(10**18), 10**18, places=12) | st.integers(-(10**18), 10**18).map(Decimal)
NUMBERS = DECIMALS | st.fractions(-(10**12), 10**12)
QUANTA = st.sampled_from([Decimal(each) for each in ("0.01", "1", "1000", "0.05", "0.25", "250")])


@settings(max_examples=300)
@given(NUMBERS, NUMBERS)
def test_every_operation_is_a_fractions(one, other):
    exact, same = Fraction(one), Fraction(other)
    assert Fraction(plus(one, other)) == exact + same
    assert Fraction(product(one, other)) == exact * same
    assert Fraction(higher(one, other)) == max(exact, same)
    assert Fraction(lower(one, other)) == min(exact, same)
    assert is_whole(one) == (exact.denominator == 1)


@settings(max_examples=300)
@given(NUMBERS, QUANTA)
def test_rounding_is_half_up_on_the_exact_value(value, to):
    count = abs(Fraction(value)) / Fraction(to) + Fraction(1, 2)
    expected = count.numerator // count.denominator * Fraction(to)
    assert Fraction(nearest(value, to)) == (expected if value >= 0 else -expected)


def test_products_that_no_longer_fit_go_on_as_fractions():
    long = Decimal("1." + "3" * 120)
    assert product(long, long) == Fraction(long) ** 2
    assert plus(Decimal(10) ** 150, Decimal(10) ** -150) == Fraction(10**300 + 1, 10**150)


@settings(max_examples=300)
@given(NUMBERS, st.sampled_from([Decimal("0.01"), Decimal(1)]))
def test_what_is_shown_has_the_units_decimals_and_all_it_needs(value, smallest):
    found = shown(value, smallest)
    places = -int(found.as_tuple().exponent)
    assert -int(smallest.as_tuple().exponent) <= places <= 15
    with localcontext(prec=100, rounding=ROUND_HALF_UP):
        ends = Fraction(value)
        cut = (Decimal(ends.numerator) / Decimal(ends.denominator)).quantize(SHOWN)
    assert found == cut
    ended = found == ends and places > -int(smallest.as_tuple().exponent)
    assert not (ended and f"{found:f}".endswith("0"))
