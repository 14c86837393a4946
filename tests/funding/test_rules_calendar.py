"""A levy's periods and rounds against a model that walks day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.periods import Period, nth
from consortium.rules.schema import MonthDay, parse
from funding.rules.calendar import (
    BeforeFirstPeriod,
    basis_year,
    fiscal_year_ended_before,
    period_on,
    periods_between,
    rounds_open,
    schedule_of,
)
from funding.rules.dues import Levy
from funding.rules.triggers import Schedule

DAY = timedelta(days=1)
YEARLY = {
    "opens": {"days": -60},
    "closes": {"months": 1},
    "assess": {"days": 45},
    "due": {"months": 3, "days": -1},
}


def levy(anchor=date(1988, 1, 1), months=12, calendar=YEARLY, back=1):
    return parse(
        Levy,
        {
            "code": "dues",
            "label": {"en": "Dues"},
            "categories": ["member"],
            "unit": "USD",
            "trigger": {"kind": "period", "anchor": anchor, "months": months},
            "calendar": calendar,
            "basis": {"fiscal_years_back": back},
            "rule": [{"add": {"const": "1"}}],
        },
    )


def year(number):
    return Period(date(number, 1, 1), date(number + 1, 1, 1))


def test_the_days_of_sematechs_first_round():
    assert schedule_of(levy(), year(1988)) == Schedule(
        opens_on=date(1987, 11, 2),
        closes_on=date(1988, 2, 1),
        assess_on=date(1988, 2, 15),
        due_on=date(1988, 3, 31),
    )
    assert schedule_of(levy(), year(1989)).due_on == date(1989, 3, 31)


MODELS = [
    (date(1988, 1, 1), 12, YEARLY),
    (date(2000, 2, 29), 12, YEARLY),
    (date(2000, 2, 29), 1, {**YEARLY, "opens": {"months": -2}}),
    (date(2001, 1, 31), 3, {**YEARLY, "opens": {"days": 10}}),
    (date(2001, 1, 31), 1, YEARLY),
]


@pytest.mark.parametrize(("anchor", "months", "calendar"), MODELS)
def test_ten_years_day_by_day(anchor, months, calendar):
    dues = levy(anchor, months, calendar)
    periods = [nth(anchor, months, n) for n in range(140 // months + 1)]
    schedules = [(period, schedule_of(dues, period)) for period in periods]

    on = anchor - 100 * DAY
    while on < date(anchor.year + 10, 1, 1):
        since = date(on.year - 1, 1, 1)
        opened = [each for each, days in schedules if days.opens_on <= on]
        recent = [each for each in opened if each.starts_on >= since]
        assert rounds_open(dues, on, since) == recent
        if on.day == 1:
            assert rounds_open(dues, on) == opened
        if on >= anchor:
            assert [period_on(dues, on)] == [each for each in periods if each.contains(on)]
        on += DAY


days = st.dates(date(1980, 1, 1), date(1999, 12, 31))


@given(days, days, st.sampled_from([1, 3, 12]), st.sampled_from([1, 29, 31]))
def test_periods_belong_to_the_span_their_first_day_lies_in(start, end, months, day):
    dues = levy(date(1988, 1, day), months)
    periods = [nth(date(1988, 1, day), months, n) for n in range(12 * 12 // months)]

    assert periods_between(dues, start, end) == [
        period for period in periods if start <= period.starts_on < end
    ]


def test_nothing_is_levied_before_the_anchor():
    with pytest.raises(BeforeFirstPeriod) as refused:
        period_on(levy(), date(1987, 12, 31))
    assert refused.value.values == {
        "levy": "dues",
        "on": date(1987, 12, 31),
        "first_on": date(1988, 1, 1),
    }
    assert rounds_open(levy(), date(1987, 11, 1)) == []
    assert rounds_open(levy(), date(1987, 11, 2)) == [year(1988)]


def test_a_charters_periods():
    assert periods_between(levy(), date(1987, 8, 1), date(1997, 1, 1)) == [
        year(number) for number in range(1988, 1997)
    ]


@pytest.mark.parametrize(
    ("day", "month", "first", "years_back", "starts_on", "ends_on"),
    [
        (date(1988, 1, 1), 1, 1, 1, date(1987, 1, 1), date(1988, 1, 1)),
        (date(1987, 12, 31), 1, 1, 1, date(1986, 1, 1), date(1987, 1, 1)),
        (date(1992, 1, 1), 7, 1, 1, date(1990, 7, 1), date(1991, 7, 1)),
        (date(1992, 1, 1), 7, 1, 2, date(1989, 7, 1), date(1990, 7, 1)),
        (date(2001, 2, 28), 2, 29, 1, date(2000, 2, 29), date(2001, 2, 28)),
        (date(2004, 2, 28), 2, 29, 1, date(2002, 2, 28), date(2003, 2, 28)),
    ],
)
def test_the_last_fiscal_year_ended(day, month, first, years_back, starts_on, ends_on):
    start = MonthDay(month=month, day=first)

    assert fiscal_year_ended_before(day, start, years_back) == Period(starts_on, ends_on)


def test_the_charter_says_which_fiscal_year_counts():
    april = MonthDay(month=4, day=1)

    assert basis_year(levy(back=2), year(1992), april) == Period(date(1989, 4, 1), date(1990, 4, 1))
