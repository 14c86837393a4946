"""The dues report: figures by hand, as of a day and as known at a moment."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from consortium import registry
from consortium.models import Consortium
from consortium.operations.advance import advance
from consortium.periods import Period
from funding.operations.ledger import Leg, transfer
from funding.reports.dues import AsOf, Bounds, Sums, bounds_by_levy, dues
from funding.states import AccountKind
from tests.cast import PERIOD, TODAY, Cast
from tests.factories.ladders import collecting, pay
from tests.factories.ledgers import fee, join, small
from tests.factories.reports import YEAR, asked, blocks, read, table
from tests.snapshot import built_once

pytestmark = pytest.mark.django_db

ON = date(2025, 3, 1)
D = Decimal


@pytest.fixture
@built_once
def late() -> Consortium:
    """A pays each year, b paid half of the first one only, c was let off a thousand of it."""
    found = collecting("late", fee(anchor="2024-01-01", months=12), members=["a", "b", "c"])
    advance(consortium=found, to=date(2024, 2, 1))
    first = {str(each.member): each for each in found.charges.all()}
    pay(first["a"], "5000", date(2024, 2, 1))
    pay(first["b"], "2500", date(2024, 2, 10))
    legs = [Leg(AccountKind.WAIVED, AccountKind.RECEIVABLE, D(1000), first["c"].member, first["c"])]
    transfer(consortium=found, unit="USD", key="waived", on=date(2024, 2, 20), legs=legs)
    advance(consortium=found, to=date(2025, 1, 31))
    pay(found.charges.get(number__startswith="2025", member=first["a"].member), "5000", ON)
    advance(consortium=found, to=ON)
    return found


def test_a_period_stands_beside_the_one_before_when_it_was_as_old(late: Consortium) -> None:
    this, last, change = table(asked("dues", late, ON), "periods")
    assert this == {
        "period": "January 1, 2025 – December 31, 2025", "members": 3, "charged": D(15000),
        "credited": D(0), "forgiven": D(0), "collected": D(5000), "open": D(10000),
        "rate": D("0.3333"), "arrears": D(16500), "at_floor": 0, "at_cap": 0,
    }  # fmt: skip
    assert last == {
        "period": "January 1, 2024 – December 31, 2024", "members": 3, "charged": D(15000),
        "credited": D(0), "forgiven": D(1000), "collected": D(7500), "open": D(6500),
        "rate": D("0.5000"), "arrears": D(6500), "at_floor": 0, "at_cap": 0,
    }  # fmt: skip
    assert list(change.values()) == [
        "Change", 0, D(0), D(0), D(-1000), D(-2500), D(3500), D("-0.1667"), D(10000), 0, 0,
    ]  # fmt: skip


def test_arrears_by_age_and_by_level(late: Consortium) -> None:
    content = asked("dues", late, ON)
    found = blocks(content)
    assert found["late-USD ages"] == [
        ("1–30 days", 2, 2, D(10000), D(6500)),
        ("31–90 days", 0, 0, D(0), D(0)),
        ("91–180 days", 0, 0, D(0), D(0)),
        ("over 180 days", 2, 2, D(6500), D(0)),
    ]
    assert found["late-USD levels"] == [
        ("Reminder", 2, 2, D(10000), D(6500)),
        ("Exit", 2, 2, D(6500), D(0)),
    ]
    assert [str(each) for each in found["late-USD ages total"]] == [
        "In all", "4", "2", "16500.000", "6500.000",
    ]  # fmt: skip
    chart = found["late-USD ages chart"]
    assert [list(each.values) for each in chart.series] == [
        [D(10000), 0, 0, D(6500)], [D(6500), 0, 0, 0],
    ]  # fmt: skip


def test_each_open_charge_is_listed_under_its_member(late: Consortium) -> None:
    rows = table(asked("dues", late, ON), "open_items")
    assert [(row["member"], row["charge"], row["days_late"], row["level"], row["open"])
            for row in rows] == [
        ("b", "2024-00002", 394, "Exit", D(2500)),
        ("b", "2025-00002", 28, "Reminder", D(5000)),
        ("c", "2024-00003", 394, "Exit", D(4000)),
        ("c", "2025-00003", 28, "Reminder", D(5000)),
    ]  # fmt: skip
    with pytest.raises(AssertionError, match="open_items"):
        table(asked("dues", late, ON, parameters={"open_items": False}), "open_items")


def test_what_falls_due_and_what_will_come_in(late: Consortium) -> None:
    found = blocks(asked("dues", late, date(2025, 1, 20)))
    assert found["due-USD due"] == [
        ("in 0 to 30 days", 3, D(15000)),
        ("in 31 to 60 days", 0, D(0)),
        ("in 61 to 90 days", 0, D(0)),
        ("in 91 days or later", 0, D(0)),
    ]
    # Nothing had been collected of the year before when that was as old.
    assert found["due-USD forecast"][:2] == [("2025-01", 0, D(0)), ("2025-02", D(15000), D(0))]
    assert len(found["due-USD forecast"]) == 12
    half = blocks(asked("dues", late, date(2025, 2, 1)))
    # A third: the day's payment of three members' dues.
    assert half["due-USD forecast"][0] == ("2025-02", D(15000), D("5000.00"))


def test_a_day_that_is_past_is_told_as_it_was(late: Consortium) -> None:
    before = AsOf(late, YEAR, date(2025, 2, 28))
    assert dues(before)["USD"].total == Sums(3, D(15000), D(0), D(0), D(0), D(15000))
    advance(consortium=late, to=date(2025, 6, 30))
    assert dues(AsOf(late, YEAR, ON))["USD"].total.collected == 5000
    assert dues(AsOf(late, YEAR, ON, datetime(2001, 1, 1, tzinfo=UTC))) == {}


def test_the_figures_cost_the_same_for_more_members(late: Consortium) -> None:
    with CaptureQueriesContext(connection) as few:
        blocks(asked("dues", late, ON))
    for name in "defgh":
        join(late, name, date(2025, 4, 1))
    advance(consortium=late, to=date(2026, 3, 1))
    with CaptureQueriesContext(connection) as many:
        blocks(asked("dues", late, date(2026, 3, 1), Period(date(2026, 1, 1), date(2027, 1, 1))))
    assert len(few) == len(many)


def test_floor_and_cap_are_counted(cast: Cast) -> None:
    year = Period(PERIOD, date(2027, 1, 1))
    this = table(asked("dues", cast.consortium, TODAY, year), "categories")
    # Three declared; all of them are between floor and cap. The fee of four knows neither.
    assert [(row["members"], row["at_floor"], row["at_cap"]) for row in this] == [(4, 0, 0)] * 2
    found = bounds_by_levy(AsOf(cast.consortium, year, TODAY))
    assert found == {"USD": {"dues": Bounds(3, 0, 0), "fee": Bounds(4, 0, 0)}}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_can_be_read_where_there_is_nothing(language: str) -> None:
    empty = small("empty", members=())
    before = Period(date(1990, 1, 1), date(1990, 4, 1))
    with override(language):
        for period in (YEAR, before):
            assert read(asked("dues", empty, ON, period))


def test_the_period_before_of_any_length(late: Consortium) -> None:
    odd = AsOf(late, Period(date(2025, 1, 10), date(2025, 1, 20)), ON)
    assert odd.before.period == Period(date(2024, 12, 31), date(2025, 1, 10))
    assert odd.before.on == ON - timedelta(days=10)
    quarter = AsOf(late, Period(date(2025, 1, 1), date(2025, 4, 1)), date(2025, 5, 31))
    assert quarter.before.period == Period(date(2024, 10, 1), date(2025, 1, 1))
    assert quarter.before.on == date(2025, 3, 2)
    month = AsOf(late, Period(date(2025, 2, 1), date(2025, 3, 1)), date(2025, 2, 28))
    assert month.before.on == date(2025, 1, 31)
    assert AsOf(late, YEAR, ON).before.on == date(2024, 3, 1)


def test_its_readers_read_every_members_charges() -> None:
    assert registry.report_kinds["dues"].readers == {"finance", "auditor", "accountant"}
