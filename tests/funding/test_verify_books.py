"""What the database would refuse is forged with its seals off; `verify` names the row."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from consortium.models import Consortium
from consortium.operations.advance import advance
from consortium.reports.verify import verify
from funding.models import Account, Charge, DunningStep, OpenItem, Payment, Transfer, YearClose
from funding.operations.closing import confirm_close, propose_close
from tests.factories.ledgers import fee, member, small
from tests.factories.receipts import allotted, paid
from tests.snapshot import built_once

END = date(2025, 1, 1)


@pytest.fixture
@built_once
def books(db: None) -> Consortium:
    """A closed year: two charges, one of them paid with something left on account."""
    consortium = small("small", fee())
    advance(consortium=consortium, to=date(2025, 1, 10))
    allotted(paid(consortium, "6000"), member(consortium, "a"), {"2024-00001": "5000"})
    paid(consortium, "10")
    close = propose_close(consortium=consortium, unit="USD", ends_on=END, by=None, on=END)
    confirm_close(close=close, by=None, on=END)
    return consortium


def forged(sql: str, *values: Any) -> None:
    """Change rows as their owner can who switches the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def found(consortium: Consortium) -> list[tuple[str, str]]:
    return sorted((each.code, each.subject) for each in verify(consortium=consortium))


def payment() -> Payment:
    return Payment.objects.get(amount=6000)


def charge(number: str = "2024-00001") -> Charge:
    return Charge.objects.get(number=number)


def closed() -> YearClose:
    return YearClose.objects.get()


def alter_payment(consortium: Consortium) -> set[tuple[str, str]]:
    forged("UPDATE funding_payment SET payer = 'x' WHERE id = %s", payment().pk)
    return {("payment_altered", f"payment:{payment().uid}")}


def unpost_payment(consortium: Consortium) -> set[tuple[str, str]]:
    key = f"payment:{payment().uid}"
    forged("UPDATE funding_transfer SET amount = 6001 WHERE key = %s", key)
    return {
        ("payment_not_posted", key),
        ("close_altered", f"year_close:{closed().uid}"),
    }


def overspend(consortium: Consortium) -> set[tuple[str, str]]:
    key = f"match:{payment().uid}:1"
    forged("UPDATE funding_transfer SET amount = 6001 WHERE key = %s AND leg = 0", key)
    return {
        ("payment_overspent", f"payment:{payment().uid}"),
        ("close_altered", f"year_close:{closed().uid}"),
    }


def move_to_another_unit(consortium: Consortium) -> set[tuple[str, str]]:
    forged("UPDATE funding_account SET unit = 'EUR' WHERE kind = 'bank'")
    keys = [f"transfer:payment:{each.uid}/0" for each in Payment.objects.all()]
    return {
        ("books_unbalanced", "unit:EUR"),
        ("books_unbalanced", "unit:USD"),
        *(("transfer_mixed", key) for key in keys),
    }


def settle_too_much(consortium: Consortium) -> set[tuple[str, str]]:
    key = f"match:{payment().uid}:1"
    forged("UPDATE funding_transfer SET amount = 6001 WHERE key = %s AND leg = 1", key)
    account = Account.objects.get(kind="on_account")
    return {
        ("charge_oversettled", "charge:2024-00001"),
        ("credit_below_zero", f"account:{account.uid}"),
        ("close_altered", f"year_close:{closed().uid}"),
    }


def leave_income(consortium: Consortium) -> set[tuple[str, str]]:
    forged("UPDATE funding_transfer SET amount = 9999 WHERE key = 'close:USD:2025-01-01'")
    return {("result_not_carried", f"year_close:{closed().uid}")}


def claim_more(consortium: Consortium) -> set[tuple[str, str]]:
    forged("UPDATE funding_yearclose SET surplus = 1")
    return {("close_altered", f"year_close:{closed().uid}")}


def book_late(consortium: Consortium) -> set[tuple[str, str]]:
    bank, unassigned = (Account.objects.get(kind=kind) for kind in ("bank", "unassigned"))
    Transfer.objects.create(
        consortium=consortium, unit="USD", debit=bank, credit=unassigned, amount=1,
        on=date(2024, 12, 1), key="late",
    )  # fmt: skip
    return {
        ("booked_after_close", "transfer:late/0"),
        ("close_altered", f"year_close:{closed().uid}"),
    }


def forget_charge(consortium: Consortium) -> set[tuple[str, str]]:
    OpenItem.objects.filter(charge=charge()).delete()
    return {("item_missing", "charge:2024-00001")}


def step_back(consortium: Consortium) -> set[tuple[str, str]]:
    late = charge("2024-00002")
    own = {"consortium": consortium, "member": late.member, "charge": late, "unit": "USD"}
    for position, day in enumerate((date(2024, 5, 1), date(2024, 4, 1), date(2024, 6, 1))):
        step = DunningStep.objects.create(
            **own, level=f"level{position}", position=position, on=day, amount=1
        )
        if position == 1:
            wrong = step
    return {("steps_out_of_order", f"dunning_step:{wrong.uid}")}


FORGERIES = [
    alter_payment, unpost_payment, overspend, move_to_another_unit, settle_too_much, leave_income,
    claim_more, book_late, forget_charge, step_back,
]  # fmt: skip


def test_true_books_hold(books: Consortium) -> None:
    assert found(books) == []
    assert Transfer.objects.filter(consortium=books).count() == 9


@pytest.mark.parametrize("forge", FORGERIES)
def test_forged_rows_are_named(
    books: Consortium, forge: Callable[[Consortium], set[tuple[str, str]]]
) -> None:
    expected = forge(books)
    assert set(found(books)) == expected
