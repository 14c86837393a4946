"""A member's word that it has paid: taken down, and refuted where the bank shows nothing."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from consortium.access import operation
from consortium.errors import DomainError, Several
from consortium.models import Document, Member, User
from consortium.money import quantum
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.operations.notices import appointed, notify
from consortium.rules.standards import currencies
from consortium.states import Role
from funding.models import Charge, Payment, PaymentNotice
from funding.operations.agenda import look_again
from funding.operations.asking import ASKED
from funding.operations.ledger import FinerThanUnit
from funding.operations.matching import OtherMember, OtherUnit
from funding.operations.payments import (
    LARGEST,
    AmountNotPositive,
    AmountTooLarge,
    NoticeSettled,
    PaidInTheFuture,
    tidy,
)
from funding.operations.rates import UnknownCurrency


class AlreadyNoticed(DomainError):
    """The same was told before, and is not settled yet."""

    code = "already_noticed"


class RefutationMissing(DomainError):
    """Say why a notice does not count."""

    code = "refutation_missing"


@operation(allow={Role.SIGNATORY, Role.FINANCE_CONTACT, Role.FINANCE}, subject="member")
def notice_payment(
    *,
    member: Member,
    amount: Decimal,
    unit: str,
    paid_on: date,
    charge: Charge | None = None,
    reference: str = "",
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> PaymentNotice:
    """Take down that a member says it has paid; it moves no money. `paper`: its proof.

    Raises AmountNotPositive, AmountTooLarge, FinerThanUnit, UnknownCurrency,
    PaidInTheFuture, OtherMember, OtherUnit, ForeignDocument, AlreadyNoticed.
    """
    found = list(faults(member, amount, unit, paid_on, charge, paper, on))
    if found:
        raise found[0] if len(found) == 1 else Several(found)
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    said = {
        "consortium": member.consortium,
        "member": member,
        "charge": charge,
        "amount": amount,
        "unit": unit,
        "paid_on": paid_on,
        "reference": tidy(reference, 100),
    }
    if PaymentNotice.objects.filter(**said, refuted_on=None, payment__isnull=True).exists():
        raise AlreadyNoticed
    notice = PaymentNotice.objects.create(**said, paper=paper, noticed_on=on, noticed_by=by)
    record(consortium=member.consortium, action="notice_payment", by=by, on=on, subject=notice)
    return notice


def faults(
    member: Member,
    amount: Decimal,
    unit: str,
    paid_on: date,
    charge: Charge | None,
    paper: Document | None,
    on: date,
) -> Iterator[DomainError]:
    """Yield everything that is wrong with a notice."""
    if amount.is_nan() or amount <= 0:
        yield AmountNotPositive(amount=amount)
    elif amount >= LARGEST:
        yield AmountTooLarge(amount=amount)
    elif amount % quantum(unit):
        yield FinerThanUnit(value=amount, smallest=quantum(unit))
    if unit not in currencies():
        yield UnknownCurrency(currency=unit)
    if paid_on > on:
        yield PaidInTheFuture(paid_on=paid_on)
    if charge is not None and charge.member_id != member.pk:
        yield OtherMember(member=str(member))
    elif charge is not None and charge.unit != unit:
        yield OtherUnit(number=charge.number, unit=charge.unit, paid_in=unit)
    if paper is not None and paper.consortium_id != member.consortium_id:
        yield ForeignDocument()


@operation(allow={Role.FINANCE}, subject="notice")
def refute_notice(
    *, notice: PaymentNotice, reason: str, by: User | None, on: date
) -> PaymentNotice:
    """Say that a notice does not count, and tell the member; its charges are looked at again.

    Raises RefutationMissing, NoticeSettled.
    """
    if not (reason := tidy(reason, 300)):
        raise RefutationMissing
    notice = PaymentNotice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if notice.refuted_on is not None or Payment.objects.filter(notice=notice).exists():
        raise NoticeSettled
    notice.refuted_on, notice.refuted_by, notice.refutation = on, by, reason
    notice.save(update_fields=["refuted_on", "refuted_by", "refutation"])
    held = Charge.objects.filter(member=notice.member_id)
    if notice.charge_id is not None:
        held = held.filter(pk=notice.charge_id)
    look_again(held.values_list("pk", flat=True), on=on)
    organization = notice.member.organization
    notify(
        consortium=notice.consortium,
        to=appointed(consortium=notice.consortium, on=on, roles=ASKED, organization=organization),
        code="payment_notice_refuted",
        on=on,
        about=str(notice.uid),
        paid_on=notice.paid_on.isoformat(),
    )
    record(consortium=notice.consortium, action="refute_notice", by=by, on=on, subject=notice)
    return notice
