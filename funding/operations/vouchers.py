"""Recording the receipts and invoices that were issued elsewhere for what members paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, Document, Member, User
from consortium.money import quantum
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.states import Role
from funding.models import Charge, Payment, Voucher, VoucherItem
from funding.operations.ledger import FinerThanUnit
from funding.operations.matching import OtherMember
from funding.operations.payments import LARGEST, AmountNotPositive, AmountTooLarge, tidy
from funding.reports.vouchers import account_of
from funding.rules.vouchers import NONE, Cover, spread
from funding.states import VoucherKind

PDF = "application/pdf"
NUMBER, PAYER = 60, 200


class NumberMissing(DomainError):
    code = "voucher_number_missing"


class NumberTaken(DomainError):
    """A voucher of this kind and number is recorded in the consortium already."""

    code = "voucher_number_taken"


class IssuedInTheFuture(DomainError):
    code = "voucher_in_the_future"


class ForNothing(DomainError):
    """A voucher is for at least one charge or payment."""

    code = "voucher_for_nothing"


class ExceedsPaid(DomainError):
    """The voucher is over more than was paid and has no voucher yet."""

    code = "voucher_exceeds_paid"


class VoucherInOtherUnit(DomainError):
    code = "voucher_in_other_unit"


class NotPdf(DomainError):
    code = "voucher_not_pdf"


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A voucher as its issuer's system gave it. `payer`: the name that stands on it."""

    kind: VoucherKind
    number: str
    issued_on: date
    amount: Decimal
    unit: str
    payer: str = ""


@operation(allow={Role.FINANCE}, subject="member")
def record_voucher(
    *,
    member: Member,
    issued: Issued,
    charges: Sequence[Charge] = (),
    payments: Sequence[Payment] = (),
    document: Document | None = None,
    by: User | None,
    on: date,
) -> Voucher:
    """Record a voucher for what a member paid: to charges first, in order, then by payments.

    Raises NumberMissing, NumberTaken, IssuedInTheFuture, AmountNotPositive, AmountTooLarge,
    FinerThanUnit, ForNothing, OtherMember, VoucherInOtherUnit, ExceedsPaid, NotPdf,
    ForeignDocument.
    """
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    voucher = written(member, issued, charges, payments, document, by=by, on=on)
    record(
        consortium=member.consortium,
        action="record_voucher",
        by=by,
        on=on,
        subject=voucher,
        member=str(member.uid),
    )
    return voucher


def written(
    member: Member,
    issued: Issued,
    charges: Sequence[Charge],
    payments: Sequence[Payment],
    document: Document | None = None,
    *,
    by: User | None,
    on: date,
) -> Voucher:
    """Write a voucher of a locked member with what it is for."""
    refuse_number(member.consortium, issued, on)
    refuse_amount(issued)
    if not (charges or payments):
        raise ForNothing
    for charge in charges:
        if charge.member_id != member.pk:
            raise OtherMember(member=str(member))
    for paid in payments:
        if paid.consortium_id != member.consortium_id:
            raise OtherMember(member=str(member))
    units = {each.unit for each in charges} | {each.unit for each in payments}
    if units != {issued.unit}:
        raise VoucherInOtherUnit(unit=issued.unit, paid_in=", ".join(sorted(units)))
    covers = covered(member, issued, charges, payments)
    voucher = saved(member, issued, document=document, by=by, on=on)
    VoucherItem.objects.bulk_create(
        VoucherItem(
            voucher=voucher,
            charge_id=each.charge,
            payment_id=each.payment,
            amount=each.amount,
        )
        for each in covers
    )
    return voucher


def refuse_number(consortium: Consortium, issued: Issued, on: date) -> None:
    """Raise NumberMissing, NumberTaken, IssuedInTheFuture."""
    number = tidy(issued.number, NUMBER)
    if not number:
        raise NumberMissing
    if issued.issued_on > on:
        raise IssuedInTheFuture(issued_on=issued.issued_on)
    # Two at once with the same number wait for each other here.
    Consortium.objects.select_for_update(no_key=True).get(pk=consortium.pk)
    known = Voucher.objects.filter(consortium=consortium, kind=issued.kind, number=number)
    if known.exists():
        raise NumberTaken(number=number)


def refuse_amount(issued: Issued) -> None:
    """Raise AmountNotPositive, AmountTooLarge, FinerThanUnit."""
    amount = issued.amount
    if amount.is_nan() or amount <= 0:
        raise AmountNotPositive(amount=amount)
    if amount >= LARGEST:
        raise AmountTooLarge(amount=amount)
    if amount % quantum(issued.unit):
        raise FinerThanUnit(value=amount, smallest=quantum(issued.unit))


def covered(
    member: Member, issued: Issued, charges: Sequence[Charge], payments: Sequence[Payment]
) -> list[Cover]:
    """Return what the voucher is for, to its whole amount. Raises ExceedsPaid."""
    account = account_of(member, issued.unit)
    subjects = [
        *(Cover(charge=key) for key in dict.fromkeys(each.pk for each in charges)),
        *(Cover(payment=key) for key in dict.fromkeys(each.pk for each in payments)),
    ]
    found = spread(
        issued.amount, subjects, paid=account.paid, covers=account.covers, most=account.most
    )
    room = sum((each.amount for each in found), NONE)
    if room < issued.amount:
        raise ExceedsPaid(room=room, unit=issued.unit)
    return found


def saved(
    member: Member,
    issued: Issued,
    *,
    reverses: Voucher | None = None,
    document: Document | None,
    by: User | None,
    on: date,
) -> Voucher:
    """Write the voucher's row. Raises NotPdf, ForeignDocument."""
    refuse_document(document, member.consortium)
    return Voucher.objects.create(
        consortium=member.consortium,
        member=member,
        kind=issued.kind,
        number=tidy(issued.number, NUMBER),
        issued_on=issued.issued_on,
        amount=issued.amount,
        unit=issued.unit,
        payer=tidy(issued.payer, PAYER) or str(member),
        document=document,
        reverses=reverses,
        recorded_on=on,
        recorded_by=by,
    )


def refuse_document(document: Document | None, consortium: Consortium) -> None:
    """Raise NotPdf, ForeignDocument."""
    if document is None:
        return
    if document.consortium_id != consortium.pk:
        raise ForeignDocument(name=document.name)
    if document.content_type != PDF:
        raise NotPdf(name=document.name)
