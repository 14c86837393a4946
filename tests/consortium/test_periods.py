"""Periods from an anchor against a model that walks day by day."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.periods import EndsBeforeStart, Offset, Period, add_months, index_on, nth

DAY = timedelta(days=1)
ANCHORS = [
    date(2000, 1, 1),
    date(2000, 2, 29),
    date(2001, 1, 31),
    date(2003, 8, 30),
    date(1999, 12, 31),
]


def starts(anchor, months, until):
    """Return first days of periods, one month at a time; day numbers are clipped."""
    year, month, found = anchor.year, anchor.month, []
    while True:
        day = date(year, month, min(anchor.day, monthrange(year, month)[1]))
        if day > until:
            return found
        found.append(day)
        for _ in range(months):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)


@pytest.mark.parametrize("anchor", ANCHORS)
@pytest.mark.parametrize("months", [1, 3, 5, 12, 24])
def test_ten_years_day_by_day(anchor, months):
    end = date(anchor.year + 10, anchor.month, 28)
    model = starts(anchor, months, end + timedelta(days=800))

    n, on = 0, anchor
    while on < end:
        if on == model[n + 1]:
            n += 1
        assert index_on(anchor, months, on) == n
        on += DAY
    for number in range(n + 1):
        assert nth(anchor, months, number) == Period(model[number], model[number + 1])


@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.integers(1, 60),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
)
def test_every_day_lies_in_exactly_one_period(anchor, months, on):
    n = index_on(anchor, months, on)

    assert nth(anchor, months, n).contains(on)
    assert not nth(anchor, months, n - 1).contains(on)
    assert not nth(anchor, months, n + 1).contains(on)
    assert nth(anchor, months, n).ends_on == nth(anchor, months, n + 1).starts_on


@pytest.mark.parametrize(
    ("anchor", "months", "day"),
    [
        (date(2000, 2, 29), 12, date(2001, 2, 28)),
        (date(2000, 2, 29), 48, date(2004, 2, 29)),
        (date(2001, 1, 31), 1, date(2001, 2, 28)),
        (date(2001, 1, 31), 2, date(2001, 3, 31)),
        (date(2001, 1, 31), -2, date(2000, 11, 30)),
        (date(2001, 1, 1), -1, date(2000, 12, 1)),
        (date(2001, 12, 15), 1, date(2002, 1, 15)),
    ],
)
def test_months_later(anchor, months, day):
    assert add_months(anchor, months) == day


@pytest.mark.parametrize(
    ("offset", "day"),
    [
        (Offset(), date(2024, 1, 31)),
        (Offset(months=1), date(2024, 2, 29)),
        (Offset(months=1, days=1), date(2024, 3, 1)),
        (Offset(days=-31), date(2023, 12, 31)),
        (Offset(months=3, days=-1), date(2024, 4, 29)),
    ],
)
def test_an_offset_counts_months_before_days(offset, day):
    assert offset.after(date(2024, 1, 31)) == day


days = st.dates(date(2000, 1, 1), date(2000, 3, 1))
periods = st.builds(
    lambda start, length: Period(start, start + length * DAY if length else None),
    days,
    st.integers(0, 40),
)


@given(periods, periods)
def test_overlapping_is_sharing_a_day(one, other):
    walked = [date(2000, 1, 1) + n * DAY for n in range(150)]
    shared = any(one.contains(on) and other.contains(on) for on in walked)

    assert one.overlaps(other) == shared
    assert other.overlaps(one) == shared


def test_a_period_holds_at_least_a_day():
    day = date(2000, 1, 1)

    assert Period(day, day + DAY).checked() == Period(day, day + DAY)
    assert Period(day).checked() == Period(day)
    with pytest.raises(EndsBeforeStart) as refused:
        Period(day, day).checked()
    assert refused.value.values == {"starts_on": day, "ends_on": day}
