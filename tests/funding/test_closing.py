"""Closing a year: two people, one year after the other, nothing booked in it afterwards."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from consortium.access import Denied
from consortium.models import AuditEvent, Consortium, ParkedItem, User
from consortium.operations.advance import advance
from consortium.reports.verify import verify
from consortium.states import Role
from funding.models import CreditNote, SurplusReturn, Transfer, YearClose
from funding.operations import closing, surplus
from funding.operations.ledger import Leg, YearClosed, reverse, transfer
from funding.operations.runs import SamePersonConfirms, WrongConfirmer
from funding.reports.books import trial_balance
from funding.reports.closing import NothingBooked, closing_of, shares
from funding.reports.open_items import on_account
from funding.rules.surplus import apportioned
from funding.states import AccountKind as Kind
from tests.factories.ledgers import fee, member, small, staffed
from tests.factories.receipts import END, LATER, SURPLUS, paid, year_of_three

DAY = timedelta(days=1)


@pytest.fixture
def consortium(db: None) -> Consortium:
    return year_of_three()


@pytest.fixture
def finance(consortium: Consortium) -> User:
    return staffed(consortium, "finance")


@pytest.fixture
def auditor(consortium: Consortium) -> User:
    return staffed(consortium, "auditor")


def proposed(consortium: Consortium, by: User | None = None, **other: Any) -> YearClose:
    asked = {"unit": "USD", "ends_on": END, "on": LATER, **other}
    return closing.propose_close(consortium=consortium, by=by, **asked)


def closed(consortium: Consortium) -> YearClose:
    return closing.confirm_close(close=proposed(consortium), by=None, on=LATER)


def standing(consortium: Consortium, on: date, **asked: Any) -> dict[str, Decimal]:
    (found,) = trial_balance(consortium, on=on, **asked).values()
    return {each.heading.kind.value: each.balance for each in found.lines if each.balance}


def test_two_people_close_a_year(consortium: Consortium, finance: User, auditor: User) -> None:
    close = proposed(consortium, finance)
    assert (close.starts_on, close.surplus) == (date(2024, 1, 1), Decimal(14990))
    close = closing.confirm_close(close=close, by=auditor, on=LATER)
    assert (close.closed_on, close.closed_by) == (LATER, auditor)
    last = END - DAY
    assert standing(consortium, last) == {"bank": 7500, "receivable": 7490, "surplus": -14990}
    assert standing(consortium, last, before_closing=True) == {
        "bank": 7500, "receivable": 7490, "levy_income": -15000, "waived": 10,
    }  # fmt: skip
    moved = Transfer.objects.filter(key="close:USD:2025-01-01").order_by("leg")
    assert [(str(each.debit.kind), each.amount, each.on) for each in moved] == [
        ("levy_income", 15000, last),
        ("surplus", 10, last),
    ]
    events = AuditEvent.objects.filter(consortium=consortium).order_by("-number")[:2]
    assert [(each.action, each.facts) for each in events] == [
        ("confirm_close", {"trial_balance": close.digest}),
        ("propose_close", {"trial_balance": close.digest}),
    ]
    assert list(verify(consortium=consortium)) == []


def test_one_person_does_not(consortium: Consortium, finance: User, auditor: User) -> None:
    close = proposed(consortium, finance)
    with pytest.raises(SamePersonConfirms):
        closing.confirm_close(close=close, by=finance, on=LATER)
    with pytest.raises(Denied):
        proposed(consortium, auditor)


def test_the_charter_names_who_closes(db: None) -> None:
    governance = {
        "bodies": [{"code": "council", "label": {"en": "Council"}, "kind": "board"}],
        "decides": {"approve_write_off": {"by": "council", "second": "secretary"}},
    }
    consortium = small("ruled", fee(), members="a", sections={"governance": governance})
    advance(consortium=consortium, to=LATER)
    close, auditor = proposed(consortium), staffed(consortium, "auditor")
    with pytest.raises(WrongConfirmer) as refused:
        closing.confirm_close(close=close, by=auditor, on=LATER)
    assert refused.value.values == {"roles": [Role.SECRETARY]}
    secretary = staffed(consortium, "secretary")
    assert closing.confirm_close(close=close, by=secretary, on=LATER).closed_on == LATER


def test_nothing_is_booked_in_a_closed_year(consortium: Consortium) -> None:
    closed(consortium)
    last, legs = END - DAY, [Leg(Kind.BANK, Kind.UNASSIGNED, Decimal(1))]
    with pytest.raises(YearClosed) as refused:
        transfer(consortium=consortium, unit="USD", key="x", on=last, legs=legs)
    assert refused.value.values == {"on": last, "open_from": END}
    with pytest.raises(YearClosed):
        reverse(consortium=consortium, key="charge:2024-00002", on=last)
    transfer(consortium=consortium, unit="EUR", key="x", on=last, legs=legs)
    reverse(consortium=consortium, key="w", on=END)
    assert list(verify(consortium=consortium)) == []


def test_a_late_assessment_of_a_closed_day_is_parked_and_not_lost(consortium: Consortium) -> None:
    closed(consortium)
    late = small("late", fee(), members="a")
    YearClose.objects.create(
        consortium=late, unit="USD", starts_on=date(2024, 1, 1), ends_on=END, surplus=0,
        digest="", proposed_on=END, closed_on=END,
    )  # fmt: skip
    advance(consortium=late, to=date(2024, 1, 20))
    parked = ParkedItem.objects.get(consortium=late, sweep="assess_rounds")
    assert (parked.reason, parked.attempts) == ("year_closed", 5)
    assert not late.charges.exists()


def test_years_are_closed_in_order_and_once(consortium: Consortium) -> None:
    with pytest.raises(closing.OtherYear) as refused:
        proposed(consortium, ends_on=date(2026, 1, 1))
    assert refused.value.values == {"ends_on": END - DAY}
    with pytest.raises(closing.OtherYear):
        proposed(consortium, ends_on=date(2024, 7, 1))
    with pytest.raises(NothingBooked):
        proposed(consortium, unit="CNY")
    close = closed(consortium)
    with pytest.raises(closing.AlreadyClosed):
        closing.confirm_close(close=close, by=None, on=LATER)
    with pytest.raises(closing.AlreadyClosed):
        proposed(consortium)
    with pytest.raises(closing.YearNotOver):
        proposed(consortium, ends_on=date(2026, 1, 1))
    with pytest.raises(DatabaseError, match="sealed"), transaction.atomic():
        YearClose.objects.filter(pk=close.pk).update(surplus=1)


def test_a_year_is_closed_when_all_of_it_is_done(consortium: Consortium) -> None:
    with pytest.raises(closing.YearNotOver) as refused:
        proposed(consortium, on=END - DAY)
    assert refused.value.values == {"ends_on": END - DAY}
    Consortium.objects.filter(pk=consortium.pk).update(advanced_to=date(2024, 12, 30))
    with pytest.raises(closing.YearNotSwept) as behind:
        proposed(consortium)
    assert behind.value.values["advanced_to"] == date(2024, 12, 30)


def test_what_changed_since_the_proposal_is_looked_at_again(consortium: Consortium) -> None:
    close = proposed(consortium)
    paid(consortium, "7", on=date(2024, 12, 31))
    with pytest.raises(closing.BooksChanged):
        closing.confirm_close(close=close, by=None, on=LATER)
    again = proposed(consortium)
    assert not YearClose.objects.filter(pk=close.pk).exists()
    assert closing_of(again).unassigned == 7
    closing.confirm_close(close=again, by=None, on=LATER)
    assert list(verify(consortium=consortium)) == []


def test_a_fiscal_year_that_begins_in_july(db: None) -> None:
    consortium = small("july", fee(), members="a")
    consortium.fiscal_year_month = 7
    consortium.save()
    advance(consortium=consortium, to=LATER)
    close = proposed(consortium, ends_on=date(2024, 7, 1))
    assert close.starts_on == date(2023, 7, 1)
    closing.confirm_close(close=close, by=None, on=LATER)
    with pytest.raises(closing.OtherYear) as refused:
        proposed(consortium, ends_on=date(2026, 7, 1))
    assert refused.value.values == {"ends_on": date(2025, 6, 30)}


# Surplus


def parts(back: SurplusReturn) -> list[tuple[str, Decimal]]:
    notes = CreditNote.objects.filter(close=back.close).order_by("number")
    return [(str(each.member), each.amount) for each in notes]


def test_a_surplus_goes_back_by_what_members_paid(
    consortium: Consortium, finance: User, auditor: User
) -> None:
    close = closed(consortium)
    back = surplus.propose_return(close=close, amount=Decimal("100.00"), by=finance, on=LATER)
    assert [
        (str(each.member), each.paid, each.amount) for each in shares(close, "fee", back.amount)
    ] == [
        ("a", 5000, Decimal("66.67")),
        ("b", 2500, Decimal("33.33")),
    ]
    with pytest.raises(SamePersonConfirms):
        surplus.confirm_return(back=back, by=finance, on=LATER)
    back = surplus.confirm_return(back=back, by=auditor, on=LATER)
    assert parts(back) == [("a", Decimal("66.67")), ("b", Decimal("33.33"))]
    a = member(consortium, "a")
    # Both owe 2025's fee by now, which comes first.
    assert on_account(a.pk, "USD") == 0
    assert standing(consortium, LATER)["surplus"] == -14890
    with pytest.raises(surplus.AlreadyReturned):
        surplus.confirm_return(back=back, by=auditor, on=LATER)
    with pytest.raises(surplus.AlreadyReturned):
        surplus.propose_return(close=close, amount=Decimal(1), by=finance, on=LATER)
    with pytest.raises(DatabaseError, match="sealed"), transaction.atomic():
        SurplusReturn.objects.update(amount=1)
    assert list(verify(consortium=consortium)) == []


@pytest.mark.parametrize("amount", ["0", "-1", "14990.01", "0.001"])
def test_no_more_goes_back_than_there_is(consortium: Consortium, amount: str) -> None:
    refused = (surplus.ExceedsSurplus, surplus.FinerThanUnit)
    with pytest.raises(surplus.YearStillOpen):
        surplus.propose_return(close=proposed(consortium), amount=Decimal(1), by=None, on=LATER)
    close = closed(consortium)
    with pytest.raises(refused):
        surplus.propose_return(close=close, amount=Decimal(amount), by=None, on=LATER)


@pytest.mark.parametrize(
    ("sections", "refusal"), [({}, surplus.NoSurplusRule), (SURPLUS, surplus.NobodyPaid)]
)
def test_nothing_goes_back_to_nobody(
    db: None, sections: dict[str, Any], refusal: type[Exception]
) -> None:
    consortium = small("unpaid", fee(), members="a", sections=sections)
    advance(consortium=consortium, to=LATER)
    with pytest.raises(refusal):
        surplus.propose_return(close=closed(consortium), amount=Decimal(1), by=None, on=LATER)


@given(
    amount=st.decimals("0.01", 10**9, places=2),
    weights=st.lists(st.decimals("0.01", 10**9, places=2), min_size=1, max_size=30),
)
def test_parts_add_up_and_are_fair(amount: Decimal, weights: list[Decimal]) -> None:
    smallest = Decimal("0.01")
    found = apportioned(amount, weights, smallest)
    assert sum(found) == amount
    assert all(part >= 0 and part == part.quantize(smallest) for part in found)
    whole, largest = sum(weights), weights.index(max(weights))
    for place, (part, weight) in enumerate(zip(found, weights, strict=True)):
        exact = amount * weight / whole
        if place != largest:
            assert exact - smallest < part <= exact
