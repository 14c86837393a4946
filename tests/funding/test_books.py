"""The books on any day: trial balance, ages, statements; as known at any moment."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from consortium.models import Consortium
from consortium.operations.advance import advance
from funding.models import Charge
from funding.operations.ledger import Leg, reverse, transfer
from funding.reports.books import aging, trial_balance
from funding.reports.statements import member_statements
from funding.states import AccountKind as Kind
from tests.factories.ledgers import fee, join, member, small
from tests.factories.receipts import allotted, paid
from tests.snapshot import built_once

YEAR = date(2024, 1, 1)
D = Decimal


@pytest.fixture
@built_once
def consortium(db: None) -> Consortium:
    """Two members that are charged 5,000 on the first of January, due in a month."""
    consortium = small("small", fee())
    advance(consortium=consortium, to=date(2024, 6, 30))
    return consortium


def summary(consortium: Consortium, **asked: Any) -> list[tuple[Any, ...]]:
    found = trial_balance(consortium, **asked)
    assert all(each.debit == each.credit and each.balance == 0 for each in found.values())
    return [
        (unit, line.heading.number, str(line.member or ""), line.opening, line.debit, line.credit)
        for unit, each in found.items()
        for line in each.lines
    ]


def test_the_trial_balance_of_charges_and_a_payment(consortium: Consortium) -> None:
    payment = paid(consortium, "6000", on=date(2024, 2, 10))
    allotted(payment, member(consortium, "a"), {"2024-00001": "5000"})
    assert summary(consortium, on=date(2024, 1, 31)) == [
        ("USD", "1200", "", 0, 10000, 0),
        ("USD", "4000", "", 0, 0, 10000),
    ]
    assert summary(consortium, on=date(2024, 2, 10)) == [
        ("USD", "1000", "", 0, 6000, 0),
        ("USD", "1200", "", 0, 10000, 5000),
        ("USD", "2000", "", 0, 6000, 6000),
        ("USD", "2100", "", 0, 5000, 6000),
        ("USD", "4000", "", 0, 0, 10000),
    ]
    assert summary(consortium, on=date(2024, 2, 10), from_on=date(2024, 2, 1), by_member=True) == [
        ("USD", "1000", "", 0, 6000, 0),
        ("USD", "1200", "a", 5000, 0, 5000),
        ("USD", "1200", "b", 5000, 0, 0),
        ("USD", "2000", "", 0, 6000, 6000),
        ("USD", "2100", "a", 0, 5000, 6000),
        ("USD", "4000", "", -10000, 0, 0),
    ]


def test_what_was_not_known_yet_is_left_out(consortium: Consortium) -> None:
    before = timezone.now()
    leg = Leg(Kind.BANK, Kind.UNASSIGNED, D("7"))
    transfer(consortium=consortium, unit="EUR", key="payment:x", on=date(2024, 3, 1), legs=[leg])
    assert {row[0] for row in summary(consortium, on=date(2024, 6, 30))} == {"EUR", "USD"}
    known = summary(consortium, on=date(2024, 6, 30), known_at=before)
    assert {row[0] for row in known} == {"USD"}


def test_ages_of_what_is_open(consortium: Consortium) -> None:
    """Due on 1 February: not late that day, late the day after."""
    payment = paid(consortium, "2000", on=date(2024, 1, 15))
    allotted(payment, member(consortium, "a"), {"2024-00001": "2000"})
    for day, amounts in {
        date(2024, 2, 1): (8000, 0, 0, 0, 0),
        date(2024, 2, 2): (0, 8000, 0, 0, 0),
        date(2024, 3, 2): (0, 8000, 0, 0, 0),
        date(2024, 3, 3): (0, 0, 8000, 0, 0),
        date(2024, 6, 30): (0, 0, 0, 0, 8000),
    }.items():
        assert aging(consortium, on=day)["USD"].amounts == amounts
    own = aging(consortium, on=date(2024, 2, 2), member=member(consortium, "a"))
    assert own["USD"].total == 3000


def lines(consortium: Consortium, name: str, **asked: Any) -> list[tuple[Any, ...]]:
    (statement,) = member_statements(member(consortium, name), **asked)
    return [
        (
            each.on.isoformat(),
            each.entry.value,
            each.reference,
            each.amount,
            each.after,
            [(part.charge.number, part.amount) for part in each.parts],
        )
        for each in statement.lines
    ]


def test_a_members_statement_runs_to_its_balance(consortium: Consortium) -> None:
    a = member(consortium, "a")
    payment = paid(consortium, "6000", on=date(2024, 2, 10))
    key = allotted(payment, a, {"2024-00001": "5000"})
    year = {"from_on": YEAR, "on": date(2024, 12, 31)}
    assert lines(consortium, "a", **year) == [
        ("2024-01-01", "charge", "2024-00001", 5000, 5000, [("2024-00001", 5000)]),
        ("2024-02-10", "payment", payment.reference, -6000, -1000, [("2024-00001", -5000)]),
    ]
    (statement,) = member_statements(a, **year)
    assert (statement.opening, statement.balance, statement.on_account) == (0, -1000, 1000)
    assert statement.open == []
    reverse(consortium=consortium, key=key, on=date(2024, 3, 1))
    (statement,) = member_statements(a, from_on=date(2024, 2, 1), on=date(2024, 3, 4))
    assert statement.opening == 5000
    assert [(each.entry.value, each.of, each.after) for each in statement.lines] == [
        ("payment", None, -1000),
        ("reversal", "payment", 5000),
    ]
    assert [(each.charge.number, each.amount, each.late) for each in statement.open] == [
        ("2024-00001", 5000, 32)
    ]
    assert (statement.owed, statement.overdue) == (5000, 5000)


def test_a_statement_takes_as_many_queries_for_much_as_for_little(
    consortium: Consortium, django_assert_num_queries: Any
) -> None:
    a, year = member(consortium, "a"), {"from_on": YEAR, "on": date(2024, 12, 31)}
    with django_assert_num_queries(10):
        member_statements(a, **year)
    for n in range(5):
        allotted(paid(consortium, f"{n + 1}00"), a, {"2024-00001": f"{n + 1}0"})
    with django_assert_num_queries(10):
        member_statements(a, **year)


def test_who_never_was_charged_has_no_statement(consortium: Consortium) -> None:
    new = join(consortium, "new", date(2025, 1, 1))
    assert member_statements(new, from_on=YEAR, on=date(2024, 12, 31)) == []
    assert not Charge.objects.filter(member=new).exists()
