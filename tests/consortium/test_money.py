"""Exact amounts: parsing, the unit's smallest amount, one rounding half up."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from consortium import money
from consortium.rules.standards import currencies


@pytest.mark.parametrize(
    ("unit", "quantum"),
    [
        ("USD", "0.01"),
        ("CNY", "0.01"),
        ("JPY", "1"),
        ("KWD", "0.001"),
        ("CLF", "0.0001"),
        ("RSD", "0.01"),
        ("LBP", "0.01"),
        ("IQD", "0.001"),
        ("days", "0.01"),
    ],
)
def test_the_smallest_amount_of_a_unit(unit, quantum):
    assert money.quantum(unit) == Decimal(quantum)
    assert str(money.quantum(unit)) == quantum


def test_only_where_iso_4217_differs_from_what_shops_use_do_we_differ_from_cldr():
    differs = {
        unit
        for unit in currencies()
        if money.quantum(unit) != Decimal(1).scaleb(-get_currency_precision(unit))
    }

    assert " ".join(sorted(differs)) == "AFN ALL IQD IRR KPW LAK LBP MGA MMK RSD SOS SYP YER"
    assert set(" ".join(money.PLACES.values()).split()) <= currencies()


@pytest.mark.parametrize(
    ("amount", "to", "rounded"),
    [
        ("1.005", "0.01", "1.01"),
        ("1.004999", "0.01", "1.00"),
        ("-1.005", "0.01", "-1.01"),
        ("0.5", "1", "1"),
        ("2.5", "1", "3"),
        ("149.99", "100", "100"),
        ("150", "100", "200"),
        ("0.125", "0.05", "0.15"),
        ("7413000", "0.01", "7413000.00"),
    ],
)
def test_halves_are_rounded_away_from_zero(amount, to, rounded):
    assert money.rounded(Decimal(amount), Decimal(to)) == Decimal(rounded)


@given(
    st.decimals(-(10**15), 10**15, places=5),
    st.sampled_from(["0.001", "0.01", "0.05", "1", "100"]),
)
def test_rounding_agrees_with_fractions(amount, to):
    steps = Fraction(amount) / Fraction(to)
    sign = -1 if steps < 0 else 1
    expected = sign * floor(abs(steps) + Fraction(1, 2)) * Fraction(to)

    assert Fraction(money.rounded(amount, Decimal(to))) == expected


@pytest.mark.parametrize(
    ("text", "amount"), [("1.50", "1.50"), (7, "7"), (Decimal("0.1"), "0.1"), ("-3", "-3")]
)
def test_what_was_written_is_kept(text, amount):
    assert str(money.parse(text)) == amount


@pytest.mark.parametrize("text", [1.5, True, "NaN", "Infinity", "1,5", "", "ten", None])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(money.NotAnAmount) as refused:
        money.parse(text)
    assert refused.value.values == {"value": str(text)}
