"""Payment plans as plain values: their instalments, and when one is broken."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules.plans import Instalment, breaks_on, due_before, monthly, paid_of, total

FIRST = date(2024, 1, 31)


@pytest.mark.parametrize(
    ("amount", "count", "unit", "expected"),
    [
        ("100", 3, "USD", ["33.34", "33.33", "33.33"]),
        ("100", 3, "JPY", ["34", "33", "33"]),
        ("0.05", 2, "USD", ["0.03", "0.02"]),
        ("2400", 2, "CNY", ["1200", "1200"]),
    ],
)
def test_monthly_instalments(amount: str, count: int, unit: str, expected: list[str]) -> None:
    found = monthly(Decimal(amount), count, FIRST, unit)
    assert [each.amount for each in found] == [Decimal(each) for each in expected]


def test_they_fall_on_the_same_day_of_each_month_where_there_is_one() -> None:
    days = [each.due_on for each in monthly(Decimal(30), 3, FIRST, "USD")]
    assert days == [FIRST, date(2024, 2, 29), date(2024, 3, 31)]


PLAN = [Instalment(date(2024, 1, 10), Decimal(50)), Instalment(date(2024, 2, 10), Decimal(30))]


@pytest.mark.parametrize(
    ("settled", "grace", "expected"),
    [
        ("0", 0, date(2024, 1, 11)),
        ("49.99", 0, date(2024, 1, 11)),
        ("-10", 5, date(2024, 1, 16)),
        ("50", 0, date(2024, 2, 11)),
        ("79.99", 7, date(2024, 2, 18)),
        ("80", 0, None),
        ("100", 0, None),
    ],
)
def test_a_plan_breaks_when_the_grace_after_an_instalment_is_over(
    settled: str, grace: int, expected: date | None
) -> None:
    assert breaks_on(PLAN, Decimal(settled), grace) == expected


@given(
    total_=st.integers(1, 10**9),
    count=st.integers(2, 24),
    settled=st.integers(0, 10**9),
    grace=st.integers(0, 60),
)
def test_it_breaks_on_the_first_day_more_is_due_than_settled(
    total_: int, count: int, settled: int, grace: int
) -> None:
    cents = Decimal(total_ * count) / 100
    plan = monthly(cents, count, FIRST, "USD")
    paid = Decimal(settled) / 100
    assert total(plan) == cents
    assert plan[0].amount >= plan[-1].amount > 0
    assert sum(paid_of(plan, paid)) == min(paid, cents)
    day = breaks_on(plan, paid, grace)
    if day is None:
        assert paid >= cents
    else:
        assert due_before(plan, day.fromordinal(day.toordinal() - grace)) > paid
        assert due_before(plan, day.fromordinal(day.toordinal() - grace - 1)) <= paid
