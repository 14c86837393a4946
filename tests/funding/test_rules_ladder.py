"""The ladder against a naive model that lives every day of ten years."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.periods import Period
from consortium.rules.schema import parse
from funding.rules.collection import CollectionSection
from funding.rules.ladder import Taken, deadline_on, look

DAY = timedelta(days=1)
START = date(2024, 1, 1)
TEN_YEARS = [START + n * DAY for n in range(3653)]


def section(*ladder: dict[str, Any], **more: Any) -> CollectionSection:
    levels = [
        {"code": f"level_{n}", "label": {"en": str(n)}, **level} for n, level in enumerate(ladder)
    ]
    return parse(CollectionSection, {"ladder": levels, **more})


# A model that knows nothing but today and how long it has waited


def lived(
    rules: CollectionSection, due_on: date, settled_on: date | None, holds: list[Period]
) -> list[tuple[str, date]]:
    """Return the levels taken by somebody who looks every day, and counts days."""
    found: list[tuple[str, date]] = []
    undisturbed, late = due_on, timedelta(0)
    waiting = list(rules.ladder)
    for today in TEN_YEARS:
        if not waiting or (settled_on is not None and today >= settled_on):
            continue
        level = waiting[0]
        offset = level.after.after(due_on) + timedelta(days=rules.grace_days)
        planned = max(offset, undisturbed + DAY)
        if today < max(offset, due_on + DAY) + late or today < planned + late:
            continue
        if level.cut_offs and not any(is_day(today, each) for each in level.cut_offs):
            continue
        if any(hold.contains(today) for hold in holds):
            continue
        found.append((level.code, today))
        waiting.pop(0)
        undisturbed = first_cut_off(level, planned)
        late = today - undisturbed
    return found


def is_day(today: date, day: Any) -> bool:
    """Say whether today is a day of every year; the 29th of February is the month's last."""
    if (day.month, day.day) == (2, 29):
        return today.month == 2 and (today + DAY).month == 3
    return (today.month, today.day) == (day.month, day.day)


def first_cut_off(level: Any, day: date) -> date:
    while level.cut_offs and not any(is_day(day, each) for each in level.cut_offs):
        day += DAY
    return day


def swept(
    rules: CollectionSection, due_on: date, settled_on: date | None, holds: list[Period]
) -> list[tuple[str, date]]:
    """Return the levels taken by a sweep that looks only when it was told to look again."""
    found: list[tuple[str, date]] = []
    taken: Taken | None = None
    again = {due_on + DAY, settled_on} - {None}
    today: date | None = min(again)  # type: ignore[type-var]
    while today is not None and today <= TEN_YEARS[-1]:
        is_open = settled_on is None or today < settled_on
        seen = look(rules, due_on=due_on, is_open=is_open, taken=taken, holds=holds, on=today)
        if seen.level is not None:
            taken = Taken(taken.position + 1 if taken else 1, today)
            found.append((seen.level.code, today))
        later = {day for day in {*again, seen.next_on} if day is not None and day > today}
        today = min(later, default=None)
    return found


days = st.integers(0, 900).map(lambda n: START + n * DAY)
cut_offs = st.lists(
    st.sampled_from([(6, 30), (12, 30), (2, 29), (3, 1), (1, 31)]), max_size=2, unique=True
).map(lambda found: [{"month": month, "day": day} for month, day in found])


@st.composite
def ladders(draw: st.DrawFn) -> CollectionSection:
    offsets = sorted(draw(st.lists(st.integers(0, 500), min_size=1, max_size=5)))
    levels = [{"after": {"days": each}, "cut_offs": draw(cut_offs)} for each in offsets]
    return section(*levels, grace_days=draw(st.integers(0, 30)))


holding = st.lists(
    st.tuples(days, st.integers(1, 400)).map(lambda each: Period(each[0], each[0] + each[1] * DAY)),
    max_size=4,
)


@given(ladders(), days, st.none() | days, holding)
def test_sweep_takes_what_the_one_who_lives_every_day_takes(
    rules: CollectionSection, due_on: date, settled_on: date | None, holds: list[Period]
) -> None:
    found = swept(rules, due_on, settled_on, holds)
    assert found == lived(rules, due_on, settled_on, holds)
    assert [code for code, _on in found] == [each.code for each in rules.ladder][: len(found)]
    taken_on = [on for _code, on in found]
    assert taken_on == sorted(set(taken_on)), "one level at a time"


# Worked by hand


@pytest.mark.parametrize(
    ("ladder", "due_on", "days"),
    [
        # 4, 12 and 22 weeks after the due day
        (
            [{"after": {"days": 28}}, {"after": {"days": 84}}, {"after": {"days": 154}}],
            date(2024, 3, 31),
            [date(2024, 4, 28), date(2024, 6, 23), date(2024, 9, 1)],
        ),
        # ten days to pay, then out at the half-year
        (
            [
                {
                    "after": {"days": 10},
                    "cut_offs": [{"month": 6, "day": 30}, {"month": 12, "day": 30}],
                    "exit": "automatic",
                }
            ],
            date(2024, 6, 20),
            [date(2024, 6, 30)],
        ),
        (
            [
                {
                    "after": {"days": 10},
                    "cut_offs": [{"month": 6, "day": 30}, {"month": 12, "day": 30}],
                    "exit": "automatic",
                }
            ],
            date(2024, 6, 21),
            [date(2024, 12, 30)],
        ),
        # the same offset twice: never two letters on one day
        ([{"after": {"days": 5}}, {"after": {"days": 5}}], START,
         [START + 5 * DAY, START + 6 * DAY]),
        # the due day itself is not late
        ([{"after": {}}], START, [START + DAY]),
        # months from the 31st
        ([{"after": {"months": 1}}], date(2024, 1, 31), [date(2024, 2, 29)]),
    ],
)  # fmt: skip
def test_days(ladder: list[dict[str, Any]], due_on: date, days: list[date]) -> None:
    assert [on for _code, on in swept(section(*ladder), due_on, None, [])] == days


def test_grace_moves_every_level_and_its_deadline() -> None:
    rules = section(
        {"after": {"days": 14}, "deadline": {"days": 28}}, {"after": {"days": 40}}, grace_days=3
    )
    assert swept(rules, START, None, []) == [
        ("level_0", START + 17 * DAY), ("level_1", START + 43 * DAY),
    ]  # fmt: skip
    level = rules.ladder[0]
    assert deadline_on(level, due_on=START, on=START + 17 * DAY) == START + 31 * DAY


def test_after_a_block_the_next_letter_keeps_its_distance() -> None:
    rules = section({"after": {"days": 10}}, {"after": {"days": 20}}, {"after": {"days": 50}})
    block = Period(START + 5 * DAY, START + 100 * DAY)
    assert [on for _code, on in swept(rules, START, None, [block])] == [
        START + 100 * DAY, START + 110 * DAY, START + 140 * DAY,
    ]  # fmt: skip


def test_a_hold_without_end_waits_for_whoever_lifts_it() -> None:
    rules = section({"after": {"days": 10}})
    seen = look(
        rules, due_on=START, is_open=True, taken=None,
        holds=[Period(START, None)], on=START + 20 * DAY,
    )  # fmt: skip
    assert (seen.level, seen.next_on) == (None, None)
