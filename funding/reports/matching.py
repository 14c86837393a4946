"""Proposals for the payments that are not yet put to a member."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum

from consortium.models import Consortium, Member
from consortium.registry import DocketItem
from funding.models import Charge, PayerAlias, Payment, PaymentNotice, Transfer
from funding.reports.docket import is_finance
from funding.reports.open_items import NONE
from funding.reports.receipts import unassigned
from funding.rules.matching import (
    Alias,
    Books,
    Open,
    Proposal,
    Receipt,
    numbers_in,
    payer_of,
    proposals,
)
from funding.rules.payers import plain
from funding.states import AccountKind

RECEIVABLE = AccountKind.RECEIVABLE


@dataclass(frozen=True)
class Proposed:
    """A payment with what should be done with it. `payment` has `left`."""

    payment: Any
    member: Member | None
    allocations: tuple[tuple[Charge, Decimal], ...]
    proposal: Proposal

    @property
    def safe(self) -> bool:
        return self.proposal.safe

    @property
    def credit(self) -> Decimal:
        """Return what would stay on the member's account."""
        left: Decimal = self.payment.left
        return left - sum((amount for _charge, amount in self.allocations), NONE)


def open_charges(consortium: Consortium, units: set[str]) -> list[Open]:
    """Return what is open in these units, in the order in which it falls due. One query."""
    sums = (
        Transfer.objects.filter(consortium=consortium, unit__in=units, charge__isnull=False)
        .values_list(
            "charge", "charge__number", "charge__member", "unit", "charge__opening__number"
        )
        .annotate(
            owed=Sum("amount", filter=Q(debit__kind=RECEIVABLE), default=NONE)
            - Sum("amount", filter=Q(credit__kind=RECEIVABLE), default=NONE)
        )
        .filter(owed__gt=0)
        .order_by("charge__due_on", "charge")
    )
    return [
        Open(charge, number, member, unit, amount, former)
        for charge, number, member, unit, former, amount in sums
    ]


def books(consortium: Consortium, payments: Sequence[Any]) -> Books:
    """Return what payments are judged by, in five queries."""
    aliases = PayerAlias.objects.filter(consortium=consortium)
    names = Member.objects.filter(consortium=consortium).values_list(
        "pk", "organization__name_en", "organization__name_zh"
    )
    noticed: dict[tuple[str, Decimal], list[int]] = defaultdict(list)
    for unit, amount, member in waiting(consortium).values_list("unit", "amount", "member"):
        noticed[unit, amount].append(member)
    numbers = {number for each in payments for number in numbers_in(each.text)}
    known = Charge.objects.filter(consortium=consortium, number__in=numbers)
    opened = open_charges(consortium, {each.unit for each in payments})
    return Books(
        open=opened,
        aliases=[Alias(*row) for row in aliases.values_list("member", "payer", "payer_account")],
        names={member: called for member, *called in names},
        noticed=noticed,
        settled=frozenset(known.values_list("number", flat=True))
        - {each.number for each in opened},
    )


def waiting(consortium: Consortium) -> Any:
    """Return the payment notices of unknown outcome."""
    return PaymentNotice.objects.filter(
        consortium=consortium, refuted_on=None, payment__isnull=True
    )


def received(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Payment]:
    """Return the payments that came in, where the user is one to match them."""
    if not is_finance(user, consortium, on):
        return Payment.objects.none()
    return Payment.objects.filter(consortium=consortium)


def due(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Receipts to put to members, to finance staff as a count."""
    if not is_finance(user, consortium, on):
        return
    if count := unassigned(consortium).count():
        yield DocketItem(
            "receipts_to_match",
            on,
            {"count": count},
            href=f"/admin/matching/?consortium={consortium.slug}",
            mine=True,
        )


def receipt(payment: Any) -> Receipt:
    return Receipt(
        payment.pk, payment.left, payment.unit, payment.payer, payment.payer_account, payment.text
    )


def proposed(consortium: Consortium, payments: Sequence[Payment] | None = None) -> list[Proposed]:
    """Return a proposal for each payment that has something left, oldest first.

    `payments`: those to look at, with `left`; all where none are given. Their number
    changes no number of queries.
    """
    rows: list[Any] = list(unassigned(consortium)) if payments is None else list(payments)
    if not rows:
        return []
    found = proposals(map(receipt, rows), books(consortium, rows))
    members = Member.objects.select_related("organization").in_bulk(
        {each.member for each in found if each.member is not None}
    )
    charges = Charge.objects.annotate(levied_on=F("assessment__period_starts_on")).in_bulk(
        {charge for each in found for charge, _amount in each.allocations}
    )
    return [
        Proposed(
            payment,
            members.get(each.member or 0),
            tuple((charges[charge], amount) for charge, amount in each.allocations),
            each,
        )
        for payment, each in zip(rows, found, strict=True)
    ]


def settling(consortium: Consortium, payments: Sequence[Any]) -> dict[UUID, PaymentNotice]:
    """Return which notice new payments settle, by their address.

    Beside the amount, the bank's reference, the charge's number or the payer must agree,
    and with one notice only.
    """
    notices = list(
        waiting(consortium)
        .filter(amount__in={each.amount for each in payments})
        .select_related("charge")
    )
    if not notices:
        return {}
    known = books(consortium, payments)
    found: dict[UUID, PaymentNotice] = {}
    for payment in payments:
        whose, _why = payer_of(Receipt(0, payment.amount, payment.unit, payment.payer,
                                       payment.payer_account), known)  # fmt: skip
        numbers = set(numbers_in(payment.text))
        agree = [
            each
            for each in notices
            if (each.amount, each.unit) == (payment.amount, payment.unit)
            and (
                told(each.reference, payment)
                or (each.charge and each.charge.number in numbers)
                or each.member_id == whose
            )
        ]
        if len(agree) == 1:
            found[payment.uid] = agree[0]
            notices.remove(agree[0])
    return found


def told(reference: str, payment: Any) -> bool:
    """Say whether a payment bears a reference, as its own or in its text."""
    said = plain(reference)
    return len(said) > 3 and (said == plain(payment.reference) or said in plain(payment.text))
