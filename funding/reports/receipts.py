"""What is left of payments to be put to members, and what they were put to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from consortium.models import Consortium, Member
from consortium.models.base import among
from funding.models import Charge, Payment, Transfer
from funding.reports.open_items import NONE
from funding.states import AccountKind

UNASSIGNED = AccountKind.UNASSIGNED


def left(payments: Iterable[int]) -> dict[int, Decimal]:
    """Return what of some payments is not yet put to a member, by key. One query."""
    keys = list(payments)
    sums = (
        Transfer.objects.filter(payment__in=among(keys))
        .values_list("payment")
        .annotate(
            came=Sum("amount", filter=Q(credit__kind=UNASSIGNED), default=NONE),
            went=Sum("amount", filter=Q(debit__kind=UNASSIGNED), default=NONE),
        )
        .order_by()
    )
    return dict.fromkeys(keys, NONE) | {key: came - went for key, came, went in sums}


def with_left(payments: QuerySet[Payment]) -> QuerySet[Any]:
    """Annotate payments with `left`: what is not yet put to a member."""
    came = Sum("transfers__amount", filter=Q(transfers__credit__kind=UNASSIGNED))
    went = Sum("transfers__amount", filter=Q(transfers__debit__kind=UNASSIGNED))
    return payments.annotate(left=Coalesce(came, NONE) - Coalesce(went, NONE))


def unassigned(consortium: Consortium) -> QuerySet[Any]:
    """Return the payments of which something is left, oldest first."""
    own = Payment.objects.filter(consortium=consortium)
    return with_left(own).filter(left__gt=0).order_by("paid_on", "pk")


@dataclass
class Matched:
    """One match of a payment: to whom, and what of it to which charges.

    `number`: its place among the payment's matches; `undone_on`: when it was reversed.
    """

    number: int
    member: Member
    on: date
    amount: Decimal = NONE
    allocations: list[tuple[Charge, Decimal]] = field(default_factory=list)
    undone_on: date | None = None

    @property
    def credit(self) -> Decimal:
        """Return what of it was put on the member's account and to no charge."""
        return self.amount - sum((amount for _charge, amount in self.allocations), NONE)


def key_of(payment: Payment, number: int) -> str:
    return f"match:{payment.uid}:{number}"


def matches(payments: Iterable[Payment]) -> dict[int, list[Matched]]:
    """Return the matches of some payments, undone ones too, by the payment's key. One query."""
    rows = (
        Transfer.objects.filter(
            payment__in=among(each.pk for each in payments), key__startswith="match:"
        )
        .select_related(
            "credit__member__organization", "debit__member__organization", "charge", "reversed_by"
        )
        .order_by("pk")
    )
    found: dict[int, dict[int, Matched]] = defaultdict(dict)
    for row in rows:
        number = int(row.key.rpartition(":")[2])
        owner = row.credit.member or row.debit.member
        assert owner is not None
        match = found[row.payment_id or 0].setdefault(number, Matched(number, owner, row.on))
        undone = getattr(row, "reversed_by", None)
        match.undone_on = undone.on if undone else None
        if row.charge is None:
            match.amount = row.amount
        else:
            match.allocations.append((row.charge, row.amount))
    return {key: list(each.values()) for key, each in found.items()}
