"""When reports fall due, and how their periods are written."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.errors import DomainError
from consortium.periods import Period, add_months, nth
from consortium.rules.choices import Rhythm
from consortium.rules.rhythm import MONTHS, Timetable, UnreadablePeriod, period_of, written

DAY = timedelta(days=1)
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("text", "starts_on", "ends_on"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-H1", "2026-01-01", "2026-07-01"),
        ("2026-H2", "2026-07-01", "2027-01-01"),
        ("2026-Q1", "2026-01-01", "2026-04-01"),
        ("2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026-10", "2026-10-01", "2026-11-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026-01-15..2026-03-01", "2026-01-15", "2026-03-01"),
    ],
)
def test_periods_are_read_and_written_the_same(text: str, starts_on: str, ends_on: str) -> None:
    period = Period(date.fromisoformat(starts_on), date.fromisoformat(ends_on))
    assert period_of(text) == period
    assert written(period) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "26", "2026-Q5", "2026-H3", "2026-13", "2026-00", "2026-1", "1899", "2200", "2026q1",
        "2026-03-01..2026-03-01", "2026-03-02..2026-03-01", "2026-02-30..2026-03-01",
        "2026-01-01..", "1800-01-01..2026-01-01", "２０２６", "2026\n",
    ],
)  # fmt: skip
def test_other_texts_are_no_periods(text: str) -> None:
    with pytest.raises(UnreadablePeriod):
        period_of(text)


def timetable(every: str, anchor_on: str, offset: int, *days: str) -> Timetable:
    starts_on, ends_on, *_ = [*map(date.fromisoformat, days), None]
    assert starts_on is not None
    return Timetable(Rhythm(every), date.fromisoformat(anchor_on), offset, starts_on, ends_on)


@pytest.mark.parametrize(
    ("given", "until", "expected"),
    [
        # Due on the day after the quarter, from the first of them that falls in the schedule.
        (("quarter", "2026-01-01", 0, "2026-01-01"), "2026-07-01",
         ["2025-Q4", "2026-Q1", "2026-Q2"]),
        (("quarter", "2026-01-01", 0, "2026-01-02"), "2026-06-30", ["2026-Q1"]),
        (("quarter", "2026-01-01", 10, "2026-01-11"), "2026-04-10", ["2025-Q4"]),
        (("quarter", "2026-01-01", 10, "2026-01-12"), "2026-04-11", ["2026-Q1"]),
        (("month", "2026-01-01", 45, "2026-03-01"), "2026-04-20", ["2026-01", "2026-02"]),
        (("year", "2020-04-01", 30, "2026-01-01"), "2026-05-01", ["2025-04-01..2026-04-01"]),
        (("half_year", "2026-01-01", 0, "2026-01-01", "2026-07-01"), "2027-01-01", ["2025-H2"]),
        (("half_year", "2026-01-01", 0, "2026-01-01", "2026-07-02"), "2027-01-01",
         ["2025-H2", "2026-H1"]),
    ],
)  # fmt: skip
def test_what_is_due_by_a_day(
    given: tuple[str, str, int, str], until: str, expected: list[str]
) -> None:
    found = timetable(*given).checked().due(date.fromisoformat(until))
    assert [written(period) for period in found] == expected


def test_a_31st_comes_back_wherever_the_month_has_one() -> None:
    found = timetable("month", "2026-01-31", 0, "2026-01-31").due(date(2026, 6, 30))
    starts = [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31),
              date(2026, 4, 30), date(2026, 5, 31)]  # fmt: skip
    assert [period.starts_on for period in found] == starts


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("month", "2026-01-01", -1, "2026-01-01"), "offset_out_of_range"),
        (("month", "2026-01-01", 367, "2026-01-01"), "offset_out_of_range"),
        (("month", "2026-01-01", 0, "2026-02-01", "2026-02-01"), "ends_before_start"),
        (("year", "2026-01-01", 0, "2026-01-02", "2026-12-31"), "never_due"),
        (("month", "1850-01-01", 0, "2026-01-01"), "absurd_date"),
        (("month", "2026-01-01", 0, "2500-01-01"), "absurd_date"),
    ],
)
def test_impossible_timetables_are_refused(given: tuple[str, str, int, str], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        timetable(*given).checked()
    assert refused.value.code == code


@given(
    every=st.sampled_from(Rhythm), anchor=days, offset=st.integers(0, 366), start=days,
    length=st.integers(1, 2000), on=days,
)  # fmt: skip
def test_due_is_what_a_search_over_all_periods_finds(
    every: Rhythm, anchor: date, offset: int, start: date, length: int, on: date
) -> None:
    end = start + timedelta(days=length)
    found = Timetable(every, anchor, offset, start, end).due(on)
    months = MONTHS[every]
    near = (start.year - anchor.year) * 12 // months
    whole = [nth(anchor, months, n) for n in range(near - 40, near + 120)]
    due = [(period, period.end + timedelta(days=offset)) for period in whole]
    assert found == [each for each, day in due if start <= day < end and day <= on]


@given(start=days, months=st.sampled_from([1, 3, 6, 12]))
def test_every_period_reads_back(start: date, months: int) -> None:
    for first in (start, start.replace(day=1), start.replace(month=1, day=1)):
        period = Period(first, add_months(first, months))
        assert period_of(written(period)) == period


@given(every=st.sampled_from(Rhythm), anchor=days, offset=st.integers(0, 366), after=days)
def test_the_next_is_later_and_nothing_lies_between(
    every: Rhythm, anchor: date, offset: int, after: date
) -> None:
    table = Timetable(every, anchor, offset, date(1990, 1, 1))
    (coming,) = table.coming(after)
    day = table.due_on(coming)
    assert day > after
    assert coming not in table.due(day - DAY)
    assert table.due(day)[-1] == coming
