"""Two people at once: no payment is put to members twice, no charge is paid twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

from django.db import connection

from consortium.errors import DomainError
from funding.models import BankStatement, Payment
from funding.operations.confirming import confirm_safe
from funding.operations.matching import Allocation, allocate_credit, match_payment
from funding.operations.payments import record_payment
from funding.operations.statements import import_statement
from funding.reports.open_items import on_account, open_amount
from funding.reports.receipts import left
from tests.cast import TODAY, build
from tests.factories.banking import paid, received

WRITERS = 4


def at_once(calls: list[Callable[[], Any]]) -> list[str]:
    """Make calls at the same moment, each on a connection of its own; return what came of each."""
    barrier = Barrier(len(calls))

    def make(call: Callable[[], Any]) -> str:
        try:
            barrier.wait()
            call()
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(make, calls))


def test_a_payment_is_put_to_members_once(transactional_db: None) -> None:
    cast = build()
    payment = paid(cast.consortium, "5000")
    names = ["payer", "partner", "rival", "newcomer"]
    found = at_once([
        lambda name=name: match_payment(  # type: ignore[misc]
            payment=payment, member=cast.members[name], by=cast.people["finance"], on=TODAY
        )
        for name in names
    ])  # fmt: skip
    assert found == ["already_assigned"] * 3 + ["done"]
    assert left([payment.pk]) == {payment.pk: 0}
    assert sum(on_account(cast.members[name].pk, "USD") for name in names) == 5000


def test_a_charge_is_paid_once(transactional_db: None) -> None:
    cast = build()
    fee, member = cast.charge("payer", "fee"), cast.members["payer"]
    whole = Allocation(fee, Decimal(5000))
    payments = [paid(cast.consortium, "5000") for _ in range(WRITERS - 1)]
    match_payment(payment=paid(cast.consortium, "5000"), member=member, by=None, on=TODAY)
    calls: list[Callable[[], Any]] = [
        lambda each=each: match_payment(  # type: ignore[misc]
            payment=each, member=member, allocations=[whole], by=None, on=TODAY
        )
        for each in payments
    ]
    calls.append(
        lambda: allocate_credit(member=member, charge=fee, amount=Decimal(5000), by=None, on=TODAY)
    )
    assert at_once(calls) == ["done"] + ["exceeds_open_amount"] * 3
    assert open_amount(fee) == 0


def test_the_same_comes_in_once(transactional_db: None) -> None:
    cast = build()
    line = b"date,amount,reference\n2026-02-27,5000,R1\n"
    here = {"consortium": cast.consortium, "by": None, "on": TODAY}
    said = received("5000", reference="R1")
    calls: list[Callable[[], Any]] = [
        lambda: import_statement(name="s", content=line, **here),
        lambda: import_statement(name="s", content=line, **here),
        lambda: record_payment(received=said, **here),
        lambda: record_payment(received=said, **here),
    ]
    assert at_once(calls) == ["done"] * 4
    assert (Payment.objects.count(), BankStatement.objects.count()) == (1, 1)


def test_all_safe_ones_are_confirmed_once(transactional_db: None) -> None:
    cast = build()
    for name in ("payer", "partner"):
        paid(cast.consortium, "5000", text=cast.charge(name, "fee").number)
    found = at_once([
        lambda: confirm_safe(consortium=cast.consortium, by=cast.people["finance"], on=TODAY)
    ] * 2)  # fmt: skip
    assert found == ["done"] * 2
    assert [open_amount(cast.charge(name, "fee")) for name in ("payer", "partner")] == [0, 0]
    assert set(left(Payment.objects.values_list("pk", flat=True)).values()) == {Decimal(0)}
