"""A member's statement as a report: balances, movements, open charges, as known at a moment."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from consortium import registry
from consortium.models import Consortium
from consortium.operations.advance import advance
from consortium.periods import Period
from tests.factories.ledgers import fee, join, member, small
from tests.factories.receipts import allotted, paid
from tests.factories.reports import asked, blocks, read
from tests.snapshot import built_once

pytestmark = pytest.mark.django_db

YEAR, ON = Period(date(2024, 1, 1), date(2025, 1, 1)), date(2024, 6, 30)
KIND = "member-statement"


@pytest.fixture
@built_once
def two() -> Consortium:
    """A has paid a thousand too much, B nothing; both owe 5,000 of each year."""
    found = small("small", fee())
    advance(consortium=found, to=ON)
    allotted(paid(found, "6000"), member(found, "a"), {"2024-00001": "5000"})
    return found


def told(consortium: Consortium, name: str, on: date = ON, **more: Any) -> dict[str, Any]:
    who = member(consortium, name)
    return blocks(asked(KIND, consortium, on, YEAR, member=who, **more))


def test_it_runs_from_balance_to_balance(two: Consortium) -> None:
    found = told(two, "a")
    assert found["account-USD balance"] == [
        ("Balance before January 1, 2024", 0),
        ("Balance on June 30, 2024", -1000),
        ("Credit on account", 1000),
        ("Past due", 0),
    ]
    assert [row[0] for row in found["account-USD movements"]] == [YEAR[0], date(2024, 2, 10)]
    assert [row[2:] for row in found["account-USD movements"]] == [
        ("Annual dues", 5000, None, 5000),
        ("2024-00001", None, 6000, -1000),
    ]
    assert found["account-USD open_items"] == []


def test_what_is_open_is_listed(two: Consortium) -> None:
    found = told(two, "b")
    assert found["account-USD open_items"] == [
        ("2024-00002", "Annual dues", date(2024, 2, 1), 150, Decimal(5000))
    ]
    assert found["account-USD open_items total"][-1] == 5000


def test_it_ends_with_its_period(two: Consortium) -> None:
    advance(consortium=two, to=date(2025, 3, 1))
    found = told(two, "b", on=date(2025, 3, 1))
    assert found["account-USD balance"][1] == ("Balance on December 31, 2024", 5000)
    assert len(found["account-USD movements"]) == 1
    unknown = told(two, "b", known_at=datetime(2001, 1, 1, tzinfo=UTC))
    assert unknown["account-USD balance"][1] == ("Balance on June 30, 2024", 0)


def test_it_is_written_for_whoever_has_an_account(two: Consortium) -> None:
    join(two, "new", date(2024, 6, 1))
    kind = registry.report_kinds[KIND]
    assert kind.members is not None
    found = kind.members(consortium=two, period=YEAR, on=ON)
    assert [str(each) for each in found] == ["a", "b"]
    assert told(two, "new") == {"account": "Nothing was ever charged or paid."}


def test_it_can_be_read_in_chinese(two: Consortium) -> None:
    with override("zh-hans"):
        assert "年度会费" in read(asked(KIND, two, ON, YEAR, member=member(two, "b")))
