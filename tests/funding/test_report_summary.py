"""The summary of dues: what it tells, what it holds back, and that this cannot be worked out."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from consortium import registry
from consortium.operations.advance import advance
from consortium.periods import Period
from consortium.rules.content import Hidden
from consortium.rules.disclosure import NOBODY, Cell
from funding.reports.dues import AsOf, Bounds
from funding.reports.dues_summary import GOOD, Gathered, Stands, at_bounds, summaries, summary
from tests.cast import PERIOD, SALES, TODAY, Cast, canaries
from tests.factories.ladders import collecting, pay
from tests.factories.ledgers import fee
from tests.factories.reports import YEAR, asked, blocks, read, table
from tests.factories.seasons import Season, last_year, sales_of, season
from tests.snapshot import built_once

D = Decimal
SUPPRESSED = Hidden.SUPPRESSED
END = date(2025, 12, 31)
MONTHS = Period(date(2025, 3, 1), date(2025, 4, 1))


def owed(n: int) -> Decimal:
    """Return a member's dues: 0.3% of sales and 1,400 for its staff, from floor to cap."""
    return min(max(sales_of(n) * D("0.003") + 1400, D(100_000)), D(3_000_000))


def pays(here: Season, *names: int) -> None:
    for n in names:
        charge = here.consortium.charges.get(member=here.members[n])
        pay(charge, str(charge.amount), date(2025, 3, 20))


@pytest.fixture
@built_once
def valley(db: None) -> Season:
    """Sixty members, of whom every other one has paid."""
    here = season(60)
    last_year(here)
    pays(here, *range(0, 60, 2))
    return here


def test_sums_over_many_are_told(valley: Season) -> None:
    found = asked("dues-summary", valley.consortium, END)
    total = sum(owed(n) for n in range(60))
    paid = sum(owed(n) for n in range(0, 60, 2))
    (row, in_all) = table(found, "categories")
    assert row == {
        "category": "Full members", "members": 60, "assessed": total, "collected": paid,
        "forgiven": 0, "open": total - paid, "rate": round(paid / total, 4),
    }  # fmt: skip
    assert list(in_all.values())[1:] == list(row.values())[1:]
    found = asked("dues-summary", valley.consortium, END)
    # One of twelve is below the floor, five are above the cap.
    assert table(found, "bounds") == [{"levy": "R&D contribution", "at_floor": 5, "at_cap": 25}]
    more = blocks(asked("dues-summary", valley.consortium, END))
    assert more["open-CNY ages"][-1] == ("over 180 days", total - paid)
    assert more["open-CNY ages"][:-1] == [
        ("Not late", 0), ("1–30 days", 0), ("31–90 days", 0), ("91–180 days", 0),
    ]  # fmt: skip
    assert more["open-CNY levels"] == [("Nothing late", 30), ("None yet", 30)]


def test_a_change_that_is_one_members_is_held_back(valley: Season) -> None:
    # In April nothing changes but that two pay in May; each month has its report.
    pays_in_may = [valley.consortium.charges.get(member=valley.members[n]) for n in (1, 3)]
    for each in pays_in_may:
        pay(each, str(each.amount), date(2025, 5, 10))
    told = {
        month: blocks(asked("dues-summary", valley.consortium, END, Period(
            date(2025, month, 1), date(2025, month + 1, 1))))["open-CNY ages total"][1]
        for month in (3, 4, 5)
    }  # fmt: skip
    open_ = sum(owed(n) for n in range(1, 60, 2))
    assert told == {3: open_, 4: open_, 5: SUPPRESSED}


def test_of_three_members_nothing_is_told(db: None) -> None:
    few = collecting("late", fee(anchor="2024-01-01", months=12), members=["a", "b", "c"])
    advance(consortium=few, to=date(2026, 1, 2))
    row, _total = table(asked("dues-summary", few, END), "categories")
    assert list(row.values()) == ["member", 3, *[SUPPRESSED] * 5]
    found = blocks(asked("dues-summary", few, END))
    assert {row[1] for row in found["open-USD ages"]} == {0, SUPPRESSED}
    assert {row[1] for row in found["open-USD levels"]} == {SUPPRESSED}
    assert all(each in (None, 0) for each in found["open-USD ages chart"].series[0].values)


@pytest.mark.parametrize("name", SALES)
def test_nobodys_figure_is_in_it(cast: Cast, name: str) -> None:
    year, on = Period(PERIOD, date(2027, 1, 1)), date(2027, 1, 1)
    for kind in ("dues", "dues-summary"):
        said = " ".join(read(asked(kind, cast.consortium, on, year)))
        found = any(each in said for each in canaries(name))
        assert found == (kind == "dues" and name != "outsider")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_can_be_read_in_both_languages(valley: Season, language: str) -> None:
    with override(language):
        said = read(asked("dues-summary", valley.consortium, END))
        assert ("Full members" if language == "en" else "正式成员") in said


def test_a_period_that_runs_is_not_told_of(cast: Cast) -> None:
    year = Period(PERIOD, date(2027, 1, 1))
    assert set(blocks(asked("dues-summary", cast.consortium, TODAY, year))) == {"dues"}
    before = Period(date(1999, 1, 1), date(2000, 1, 1))
    found = blocks(asked("dues-summary", cast.consortium, TODAY, before))
    assert found == {"dues": "Nothing was charged up to this day."}


def test_the_day_it_is_asked_for_changes_nothing(valley: Season) -> None:
    for each in (1, 3, 5):
        pays(valley, each)
    first = read(asked("dues-summary", valley.consortium, END, MONTHS))
    assert read(asked("dues-summary", valley.consortium, date(2025, 4, 2), MONTHS)) == first


def test_it_takes_as_many_queries_for_many(
    valley: Season, django_assert_max_num_queries: Any
) -> None:
    small = season(3, slug="small")
    last_year(small)
    counts = []
    for here in (small, valley):
        with django_assert_max_num_queries(12) as queries:
            summaries(AsOf(here.consortium, YEAR, END))
        counts.append(len(queries.captured_queries))
    assert counts[0] == counts[1]


def test_its_readers_are_the_board_and_the_department() -> None:
    readers = registry.report_kinds["dues-summary"].readers
    assert {"reader", "supervisor"} < readers
    assert not readers & {"signatory", "finance_contact", "technical_contact"}


# Whatever the figures are

AMOUNTS = st.integers(0, 30) | st.integers(0, 3000)
MEMBER = st.tuples(st.sampled_from("abc"), AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)


def stands(category: str, *amounts: int) -> Stands:
    collected, forgiven, open_, older = map(D, amounts)
    assessed = collected + forgiven + open_
    oldest = END if open_ or older else None
    return Stands(category, assessed, collected, forgiven, open_, open_ + older, oldest, None)


def sums(told: dict[str, Any], total: Any, figures: dict[str, list[Decimal]]) -> Iterator[Cell]:
    """Yield the sums over members that follow from what is told of a measure."""
    known = [{key} for key, value in told.items() if value is not SUPPRESSED]
    known += [set(figures)] if total is not SUPPRESSED else []
    for signs in product((-1, 0, 1), repeat=len(known)):
        times = {key: sum(sign for sign, keys in zip(signs, known, strict=True) if key in keys)
                 for key in figures}  # fmt: skip
        if set(times.values()) <= {0, 1}:
            found = NOBODY
            for key, values in figures.items():
                for value in values if times[key] else ():
                    found += Cell.of(value)
            yield found


@given(st.lists(MEMBER, max_size=24), st.booleans())
def test_what_follows_from_it_betrays_nobody(rows: list[Any], settled: bool) -> None:
    members = [stands(*row) for row in rows]
    gathered = Gathered()
    for each in members:
        before = each if settled else None
        gathered.add(each, before, END, date(2024, 12, 31))
    found = summary("CNY", gathered, {})
    for measure in ("assessed", "collected", "forgiven", "open"):
        figures: dict[str, list[Decimal]] = {key: [] for key in found.categories}
        for each in members:
            figures[each.category].append(getattr(each, measure))
        told = {key: getattr(row, measure) for key, row in found.categories.items()}
        for cell in sums(told, getattr(found.total, measure), figures):
            assert cell.safe
    if SUPPRESSED not in (found.open, found.total.open):
        assert gathered.older.safe


@given(st.lists(MEMBER, min_size=1, max_size=24), st.data())
def test_what_changed_betrays_nobody(rows: list[Any], data: st.DataObject) -> None:
    gathered, changes = Gathered(), NOBODY
    for row in rows:
        now = stands(*row)
        before = stands(*data.draw(st.sampled_from([row, (row[0], 0, 0, 7, 0)])))
        gathered.add(now, before, END, date(2024, 12, 31))
        changes += Cell.of(abs(now.assessed - before.assessed))
    found = summary("CNY", gathered, {})
    assert found.total.assessed is SUPPRESSED or changes.safe


def test_that_nobody_is_late_may_be_told() -> None:
    gathered = Gathered()
    for n in range(3):
        gathered.add(stands("a", n, 0, 0, 0), None, END, END)
    assert summary("CNY", gathered, {}).levels == {GOOD: 3}


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        (Bounds(20, 5, 5), (5, 5)),
        (Bounds(20, 0, 0), (0, 0)),
        (Bounds(20, 2, 10), (SUPPRESSED, 10)),
        (Bounds(20, 20, 0), (SUPPRESSED, SUPPRESSED)),
    ],
)
def test_who_is_at_a_bound(bounds: Bounds, told: tuple[Any, Any]) -> None:
    assert at_bounds({"dues": bounds}) == {"dues": told}
