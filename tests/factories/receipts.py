"""Payments and what they pay, booked as the product books them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import count

from consortium.models import Consortium, Member, digest
from consortium.operations.advance import advance
from funding.models import Charge, Payment, Transfer
from funding.operations.ledger import Leg, transfer
from funding.states import AccountKind as Kind
from tests.factories.ledgers import fee, member, small
from tests.snapshot import built_once

PAID = date(2024, 2, 10)
REFERENCES = count(1)


def paid(consortium: Consortium, amount: str, *, on: date = PAID, unit: str = "USD") -> Payment:
    """Record money that came in, not yet anybody's."""
    payment = Payment(
        consortium=consortium,
        reference=f"BANK-{next(REFERENCES)}",
        amount=Decimal(amount),
        unit=unit,
        paid_on=on,
        booked_on=on,
    )
    payment.digest = digest(payment.content())
    payment.save(force_insert=True)
    legs = [Leg(Kind.BANK, Kind.UNASSIGNED, payment.amount, payment=payment)]
    transfer(consortium=consortium, unit=unit, key=f"payment:{payment.uid}", on=on, legs=legs)
    return payment


def allotted(payment: Payment, member: Member, charges: Mapping[str, str]) -> str:
    """Put a payment to a member in full and to charges as told; returns the event's key."""
    consortium = payment.consortium
    matches = Transfer.objects.filter(payment=payment, key__startswith="match:", leg=0)
    key = f"match:{payment.uid}:{matches.count() + 1}"
    legs = [Leg(Kind.UNASSIGNED, Kind.ON_ACCOUNT, payment.amount, member, payment=payment)]
    for number, amount in charges.items():
        charge = Charge.objects.get(consortium=consortium, number=number)
        legs.append(Leg(Kind.ON_ACCOUNT, Kind.RECEIVABLE, Decimal(amount), member, charge, payment))
    transfer(consortium=consortium, unit=payment.unit, key=key, on=payment.paid_on, legs=legs)
    return key


END, LATER = date(2025, 1, 1), date(2025, 3, 1)
SURPLUS = {"collection": {"surplus": {"levy": "fee"}}}


@built_once
def year_of_three() -> Consortium:
    """Live through 2024, up to March 2025, under a charter that gives a surplus back by the fee.

    a, b and c owe 5,000 each; a paid it, b half of it, and 10 were waived to c.
    """
    consortium = small("small", fee(), members="abc", sections=SURPLUS)
    advance(consortium=consortium, to=date(2024, 12, 30))
    allotted(paid(consortium, "5000"), member(consortium, "a"), {"2024-00001": "5000"})
    allotted(paid(consortium, "2500"), member(consortium, "b"), {"2024-00002": "2500"})
    charge = Charge.objects.get(consortium=consortium, number="2024-00003")
    legs = [Leg(Kind.WAIVED, Kind.RECEIVABLE, Decimal(10), charge.member, charge)]
    transfer(consortium=consortium, unit="USD", key="w", on=date(2024, 12, 1), legs=legs)
    advance(consortium=consortium, to=LATER)
    return consortium
