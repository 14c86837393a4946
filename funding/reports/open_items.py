"""What is open of charges and what stands on accounts, on any day, as known at any moment."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from consortium.models.base import among
from funding.models import Account, Charge, Transfer
from funding.states import AccountKind

NONE = Decimal(0)


def transfers(*, on: date | None = None, known_at: datetime | None = None) -> QuerySet[Transfer]:
    """Return the transfers that count up to a day, as far as they were known at a moment."""
    rows = Transfer.objects.all()
    if on is not None:
        rows = rows.filter(on__lte=on)
    if known_at is not None:
        rows = rows.filter(recorded_at__lte=known_at)
    return rows


def open_amounts(
    charges: Iterable[int], *, on: date | None = None, known_at: datetime | None = None
) -> dict[int, Decimal]:
    """Return what is open of some charges, by key: charged, and not yet taken off again.

    One query. A charge that is settled, or not yet issued on the day, is left out.
    """
    rows = transfers(on=on, known_at=known_at).filter(charge__in=among(charges))
    kind = AccountKind.RECEIVABLE
    sums = (
        rows.values_list("charge")
        .annotate(
            owed=Sum("amount", filter=Q(debit__kind=kind), default=NONE),
            settled=Sum("amount", filter=Q(credit__kind=kind), default=NONE),
        )
        .order_by()
    )
    return {key: owed - settled for key, owed, settled in sums if owed != settled}


def open_amount(charge: Charge, *, on: date | None = None) -> Decimal:
    """Return what is open of one charge."""
    return open_amounts([charge.pk], on=on).get(charge.pk, NONE)


def balances(
    accounts: QuerySet[Account], *, on: date | None = None, known_at: datetime | None = None
) -> dict[int, Decimal]:
    """Return the balance of some accounts, by key: debits less credits. Two queries."""
    found: dict[int, Decimal] = dict.fromkeys(accounts.values_list("pk", flat=True), NONE)
    rows = transfers(on=on, known_at=known_at)
    keys = among(found)
    side: Any
    for side, sign in (("debit", 1), ("credit", -1)):
        sums = rows.filter(**{f"{side}__in": keys}).values_list(side).annotate(sum=Sum("amount"))
        for key, amount in sums.order_by():
            found[key] += sign * amount
    return found


def on_account(member: int, unit: str, *, on: date | None = None) -> Decimal:
    """Return what a member has paid beyond its charges: credit on its account."""
    own = Account.objects.filter(member=member, unit=unit, kind=AccountKind.ON_ACCOUNT)
    return -sum(balances(own, on=on).values(), NONE)
