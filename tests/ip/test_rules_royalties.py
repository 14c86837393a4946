"""Royalties and their division, by hand and by properties."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.periods import Period
from ip.rules.royalties import (
    NotAPeriod,
    Portion,
    Royalty,
    Stated,
    distributed,
    following,
    owed,
    stated,
)

TERM = Period(date(2028, 7, 1), date(2029, 10, 1))
HALF = Royalty(Decimal("0.05"), Decimal(12000), "USD", date(2028, 1, 1), 6)


def test_periods_are_counted_from_the_anchor_and_cut_to_the_term() -> None:
    first = stated(HALF, TERM, date(2028, 7, 1))
    assert first.part == Period(date(2028, 7, 1), date(2029, 1, 1))
    found, period = [], following(HALF, TERM, None)
    while period is not None:
        found.append(period.part)
        period = following(HALF, TERM, period.part)
    assert found == [
        Period(date(2028, 7, 1), date(2029, 1, 1)),
        Period(date(2029, 1, 1), date(2029, 7, 1)),
        Period(date(2029, 7, 1), date(2029, 10, 1)),
    ]
    for wrong in (date(2028, 7, 2), date(2028, 1, 1), date(2029, 10, 1)):
        with pytest.raises(NotAPeriod):
            stated(HALF, TERM, wrong)


@pytest.mark.parametrize(
    ("net", "starts_on", "royalty"),
    [
        ("1000000", date(2028, 7, 1), "50000.00"),
        ("1", date(2028, 7, 1), "6000.00"),  # 12,000 a year, half of it
        ("-5000", date(2028, 7, 1), "6000.00"),
        ("0", date(2029, 7, 1), "3000.00"),  # 92 of the 184 days from July to December
        ("100000.10", date(2029, 7, 1), "5000.01"),  # 5,000.005, half up
    ],
)
def test_the_royalty_is_the_rate_of_net_sales_or_the_minimum(
    net: str, starts_on: date, royalty: str
) -> None:
    assert owed(HALF, stated(HALF, TERM, starts_on), Decimal(net)) == Decimal(royalty)


@given(
    rate=st.decimals(0, 1, places=4),
    minimum=st.decimals(0, 10**7, places=2),
    months=st.integers(1, 12),
    anchor=st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    starts=st.integers(0, 400),
    days=st.integers(1, 2000),
    net=st.decimals(-(10**7), 10**9, places=2),
)
def test_periods_cover_the_term_and_never_owe_less_than_nothing(
    rate: Decimal, minimum: Decimal, months: int, anchor: date, starts: int, days: int, net: Decimal
) -> None:
    begins = anchor + timedelta(days=starts)
    term = Period(begins, begins + timedelta(days=days))
    royalty = Royalty(rate, minimum, "EUR", anchor, months)
    day, period = term.starts_on, following(royalty, term, None)
    while period is not None:
        assert period.part.starts_on == day
        assert owed(royalty, period, net) >= max(Decimal(0), rate * net - Decimal("0.005"))
        day, period = period.part.end, following(royalty, term, period.part)
    assert day == term.end


def parts_of(draw: Any) -> dict[str, Fraction]:
    weights = draw(st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
    return {f"owner{index}": Fraction(each, sum(weights)) for index, each in enumerate(weights)}


@st.composite
def divisions(draw: Any) -> tuple[Decimal, list[Portion[str]], dict[str, Fraction]]:
    left, portions = Fraction(1), []
    for index in range(draw(st.integers(0, 3))):
        share = left * Fraction(draw(st.integers(0, 100)), 100)
        to = [f"member{index}-{each}" for each in range(draw(st.integers(0, 4)))]
        portions.append(Portion(share, to))
        left -= share
    return draw(st.decimals(0, 10**9, places=2)), portions, parts_of(draw)


@given(divisions())
def test_what_is_divided_comes_to_the_amount_and_nobody_gets_less_than_nothing(
    given_: tuple[Decimal, list[Portion[str]], dict[str, Fraction]],
) -> None:
    amount, portions, shares = given_
    first, owners, kept = distributed(amount, portions, shares, unit="USD")
    flat = [part for row in first for _who, part in row]
    assert sum(flat) + sum(owners.values()) + kept == amount
    assert min(*flat, *owners.values(), kept, Decimal(0)) == 0
    smallest, largest = Decimal("0.01"), max(shares, key=lambda key: shares[key])
    left = Fraction(amount) * (1 - sum((each.share for each in portions), start=Fraction(0)))
    for owner, part in owners.items():
        exact = left * shares[owner]
        if owner != largest:
            assert 0 <= exact - Fraction(part) < Fraction(smallest)


def test_what_is_left_over_goes_to_the_largest_part_of_equal_ones_the_first() -> None:
    thirds = dict.fromkeys("abc", Fraction(1, 3))
    assert distributed(Decimal(100), [], thirds, unit="USD")[1] == {
        "a": Decimal("33.34"), "b": Decimal("33.33"), "c": Decimal("33.33"),
    }  # fmt: skip
    first, rest, kept = distributed(
        Decimal("0.99"),
        [Portion(Fraction(1, 10)), Portion(Fraction(1, 3), ["x", "y"])],
        {"a": Fraction(1, 4), "b": Fraction(3, 4)},
        unit="USD",
    )
    assert (first, rest, kept) == (
        [[], [("x", Decimal("0.16")), ("y", Decimal("0.16"))]],
        {"a": Decimal("0.14"), "b": Decimal("0.44")},
        Decimal("0.09"),
    )


def test_a_whole_period_needs_no_days() -> None:
    period = Period(date(2028, 2, 1), date(2028, 3, 1))
    monthly = Royalty(Decimal(0), Decimal(1200), "JPY", date(2028, 1, 31), 1)
    assert owed(monthly, Stated(period, period), Decimal(0)) == Decimal(100)
