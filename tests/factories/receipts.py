"""Payments to try: the cast's members and what they paid."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from consortium.models import Consortium
from funding.models import Payment
from funding.operations.payments import Received, record_payment
from tests.cast import TODAY

NUMBERS = count(1)


def received(amount: str, **more: Any) -> Received:
    """Return money as the bank shows it, under a reference of its own."""
    said = {"unit": "USD", "paid_on": date(2026, 2, 27), "reference": f"B{next(NUMBERS):05d}"}
    return Received(amount=Decimal(amount), **{**said, **more})


def paid(consortium: Consortium, amount: str, **more: Any) -> Payment:
    """Record money that came in."""
    return record_payment(consortium=consortium, received=received(amount, **more), by=None,
                          on=more.get("paid_on", TODAY))  # fmt: skip
