"""Payments to try: the cast's members and what they paid."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from consortium.models import Consortium
from consortium.states import Role
from funding.models import Payment
from funding.operations.aliases import name_payer
from funding.operations.matching import Allocation, allocate_credit, match_payment
from funding.operations.payment_notices import notice_payment
from funding.operations.payments import Received, record_payment
from funding.operations.statements import import_statement, save_layout
from tests.cast import TODAY, Cast

NUMBERS = count(1)


def received(amount: str, **more: Any) -> Received:
    """Return money as the bank shows it, under a reference of its own."""
    said = {"unit": "USD", "paid_on": date(2026, 2, 27), "reference": f"B{next(NUMBERS):05d}"}
    return Received(amount=Decimal(amount), **{**said, **more})


def paid(consortium: Consortium, amount: str, **more: Any) -> Payment:
    """Record money that came in."""
    return record_payment(consortium=consortium, received=received(amount, **more), by=None,
                          on=more.get("paid_on", TODAY))  # fmt: skip


FINANCE = {Role.FINANCE}
ALLOWED = {
    "funding.allocate_credit": FINANCE,
    "funding.confirm_safe": FINANCE,
    "funding.drop_alias": FINANCE,
    "funding.drop_layout": FINANCE,
    "funding.import_statement": FINANCE,
    "funding.match_payment": FINANCE,
    "funding.name_payer": FINANCE,
    "funding.notice_payment": {Role.FINANCE, Role.SIGNATORY, Role.FINANCE_CONTACT},
    "funding.record_payment": FINANCE,
    "funding.refute_notice": FINANCE,
    "funding.save_layout": FINANCE,
    "funding.undo_allocation": FINANCE,
    "funding.undo_match": FINANCE,
    "funding.withdraw_payment": FINANCE,
}
"""Who may do what with receipts, written a second time by hand."""


def arguments(cast: Cast) -> dict[str, dict[str, Any]]:
    """Return what each operation on receipts is called with, apart from `by` and `on`."""
    here, newcomer = {"consortium": cast.consortium}, cast.members["newcomer"]
    fee, one = cast.charge("newcomer", "fee"), Decimal(1)
    told = {"member": newcomer, "amount": one, "unit": "USD", "paid_on": TODAY}
    notice = notice_payment(**told, reference="told", by=None, on=TODAY)
    payment, matched, credit = (paid(cast.consortium, "7", payer="Somebody") for _ in "123")
    match_payment(payment=matched, member=cast.members["rival"], by=None, on=TODAY)
    match_payment(payment=credit, member=newcomer, by=None, on=TODAY)
    given = {"member": newcomer, "charge": fee, "amount": one}
    allocated = allocate_credit(**given, by=None, on=TODAY)
    alias = name_payer(**here, member=newcomer, payer="Alias", by=None, on=TODAY)
    layout = {**here, "name": "Bank", "columns": {"paid_on": 1, "credit": 2}, "unit": "USD"}
    kept = save_layout(**layout, by=None, on=TODAY)
    return {
        "funding.allocate_credit": given,
        "funding.confirm_safe": here,
        "funding.drop_alias": {"alias": alias},
        "funding.drop_layout": {"layout": kept},
        "funding.import_statement": {**here, "name": "s", "content": b"date,amount\n"},
        "funding.match_payment": {"payment": payment, "member": newcomer},
        "funding.name_payer": {**here, "member": newcomer, "payer": "Another"},
        "funding.notice_payment": told,
        "funding.record_payment": {**here, "received": received("1")},
        "funding.refute_notice": {"notice": notice, "reason": "x"},
        "funding.save_layout": layout,
        "funding.undo_allocation": {"member": newcomer, "uid": allocated},
        "funding.undo_match": {"payment": matched, "number": 1},
        "funding.withdraw_payment": {"payment": payment},
    }


def fill(cast: Cast) -> None:
    """Leave at least one row of everything about receipts for the payer, a rival and elsewhere."""
    for name in ("payer", "rival", "outsider"):
        member = cast.members[name]
        here = {"consortium": member.consortium, "by": None, "on": TODAY}
        name_payer(member=member, payer=f"Mother of {name}", **here)
        save_layout(name=name, columns={"paid_on": 1, "credit": 2}, unit="USD", **here)
        line = f"date,amount,payer,text\n2026-02-27,5000,{name},{PAID[name]}\n"
        import_statement(name=f"{name}.csv", content=line.encode(), **here)
        payment = Payment.objects.get(payer=name)
        fee = Allocation(cast.charge(name, "fee"), Decimal(5000))
        match_payment(payment=payment, member=member, allocations=[fee], by=None, on=TODAY)
        notice_payment(
            member=member,
            amount=Decimal(NOTICED[name]),
            unit="USD",
            paid_on=TODAY,
            by=None,
            on=TODAY,
        )


PAID = {"payer": "PAIDBYPAYER71", "rival": "PAIDBYRIVAL72", "outsider": "PAIDBYOUTSIDER73"}
NOTICED = {"payer": "717171.71", "rival": "727272.72", "outsider": "737373.73"}
"""What stands on payments and notices, found nowhere else."""


def canaries(member: str) -> list[str]:
    """Return what of a member's receipts nobody else may be sent."""
    if member not in PAID:
        return []
    whole = Decimal(NOTICED[member])
    return [PAID[member], NOTICED[member], f"{whole:,}", f"Mother of {member}"]


def payer_of(payment: Payment) -> Any:
    """Return whose a payment is."""
    match = payment.transfers.filter(credit__member__isnull=False, reversed_by=None).first()
    return match.credit.member.organization if match else None


def bodies(member: str, slug: str) -> dict[str, dict[str, Any]]:
    """Return what is posted to announce and to record a payment."""
    said = {"amount": "1.00", "unit": "USD", "paid_on": "2026-03-01"}
    return {
        "payment-notices": {**said, "member": member},
        "payments": {**said, "consortium": slug, "reference": "x"},
    }
