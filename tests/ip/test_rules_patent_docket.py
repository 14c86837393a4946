"""How a patent's deadlines stand, and when people are told."""

from datetime import date, timedelta

import pytest

from ip.rules.offices import RightKind
from ip.rules.patent_deadlines import deadlines
from ip.rules.patent_docket import (
    Choice,
    State,
    Word,
    chosen,
    is_paid,
    last_told,
    next_told,
    state,
    tellings,
)
from ip.rules.patents import Deadline, Filing, Happening

DAY = timedelta(days=1)
FILED, GRANTED = Happening.FILED, Happening.GRANTED
CHINESE = Filing(
    "CN", RightKind.PATENT, happened={FILED: date(2018, 3, 12), GRANTED: date(2021, 5, 7)}
)
AMERICAN = Filing(
    "US", RightKind.PATENT, happened={FILED: date(2020, 1, 6), GRANTED: date(2022, 8, 30)}
)


def due(filing: Filing, code: str, part: str) -> Deadline:
    return next(each for each in deadlines(filing) if (each.code, each.part) == (code, part))


NINTH = due(CHINESE, "annuity", "9")  # 12 March 2026, a Thursday


def test_how_a_yearly_fee_stands_from_day_to_day() -> None:
    window = due(AMERICAN, "annuity", "3.5")
    found = {
        day: state(window, paid=False, choice=None, on=day)
        for day in (
            date(2025, 8, 29), date(2025, 8, 30), date(2026, 3, 2), date(2026, 3, 3),
            date(2026, 8, 31), date(2026, 9, 1),
        )
    }  # fmt: skip
    assert list(found.values()) == [
        State.TO_COME, State.OPEN, State.OPEN, State.LATE, State.LATE, State.MISSED
    ]  # fmt: skip
    assert state(window, paid=True, choice=None, on=date(2026, 9, 1)) == State.PAID
    assert state(window, paid=False, choice=Choice.DROP, on=date(2025, 9, 1)) == State.DROPPED


@pytest.mark.parametrize(
    ("said", "owners", "wanted"),
    [
        ([], 2, None),
        ([Choice.DROP], 2, None),
        ([Choice.DROP, Choice.DROP], 2, Choice.DROP),
        ([Choice.DROP, Choice.PAY], 2, Choice.PAY),
        ([Choice.PAY], 3, Choice.PAY),
        ([], 0, None),
    ],
)
def test_one_owner_that_pays_keeps_it_and_only_all_drop_it(
    said: list[Choice], owners: int, wanted: Choice | None
) -> None:
    assert chosen(said, owners) == wanted


def test_a_later_year_paid_settles_the_earlier_ones() -> None:
    assert is_paid(NINTH, {("annuity", "10")})
    assert not is_paid(NINTH, {("annuity", "8"), ("examination", "")})
    window = due(AMERICAN, "annuity", "7.5")
    assert is_paid(window, {("annuity", "11.5")})
    assert not is_paid(window, {("annuity", "3.5")})


def test_people_are_told_before_on_the_last_day_and_at_each_step_of_the_surcharge() -> None:
    assert [(each.on, each.word) for each in tellings(NINTH, None)] == [
        (date(2025, 12, 12), Word.DUE),
        (date(2026, 2, 10), Word.DUE),
        (date(2026, 3, 5), Word.DUE),
        (date(2026, 3, 12), Word.LAST_DAY),
        (date(2026, 3, 13), Word.LATE),
        (date(2026, 4, 14), Word.LATE),
        (date(2026, 5, 13), Word.LATE),
        (date(2026, 6, 13), Word.LATE),
        (date(2026, 7, 14), Word.LATE),
        (date(2026, 8, 13), Word.LATE),
        (date(2026, 8, 15), Word.LATE),
        (date(2026, 9, 7), Word.LATE),
        (date(2026, 9, 14), Word.LATE_LAST_DAY),
        (date(2026, 9, 15), Word.LAPSED),
    ]
    assert tellings(NINTH, None)[-1].until == date(2026, 3, 12)


def test_what_is_dropped_is_told_a_week_before_and_on_its_last_day() -> None:
    told = tellings(NINTH, Choice.DROP)
    assert [each.on for each in told] == [date(2026, 3, 5), date(2026, 3, 12)]
    assert {each.word for each in told} == {Word.DROPPING}


def test_of_days_missed_only_the_last_is_told() -> None:
    told = tellings(NINTH, None)
    assert last_told(told, date(2025, 12, 11)) is None
    late = last_told(told, date(2026, 3, 4))
    assert late is not None
    assert (late.on, next_told(told, date(2026, 3, 4))) == (date(2026, 2, 10), date(2026, 3, 5))
    assert next_told(told, date(2026, 9, 15)) is None


def test_where_working_days_are_unknown_the_alarm_comes_before_the_roll() -> None:
    """1 May 2027 is a Saturday, and nobody knows yet which weekends are worked."""
    filing = Filing(
        "CN", RightKind.PATENT, happened={FILED: date(2020, 5, 1), GRANTED: date(2022, 5, 2)}
    )
    eighth = due(filing, "annuity", "8")
    assert (eighth.falls_on, eighth.due_on) == (date(2027, 5, 1), date(2027, 5, 5))
    alarm = next(each for each in tellings(eighth, None) if each.word == Word.LAST_DAY)
    assert alarm.on == date(2027, 5, 1)


def test_what_nobody_has_to_do_is_not_told() -> None:
    ends = due(CHINESE, "term_ends", "")
    assert tellings(ends, None) == []
