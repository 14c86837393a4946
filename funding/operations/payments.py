"""Recording money that came in, and taking back what was recorded wrongly."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from consortium.access import operation
from consortium.errors import DomainError, Several
from consortium.models import Consortium, User, digest
from consortium.money import quantum
from consortium.operations.audit import record
from consortium.rules.standards import currencies
from consortium.states import Role
from funding.models import BankStatement, Payment, PaymentNotice, Transfer
from funding.operations.ledger import (
    Event,
    FinerThanUnit,
    Leg,
    YearClosed,
    refuse_closed,
    reverse,
    transfer_all,
)
from funding.operations.rates import UnknownCurrency
from funding.reports.receipts import left
from funding.rules.payers import agree
from funding.states import AccountKind

LARGEST = Decimal(10**15)


class AmountNotPositive(DomainError):
    """A payment is above zero; money that went out is no payment."""

    code = "amount_not_positive"


class AmountTooLarge(DomainError):
    code = "payment_too_large"


class PaidInTheFuture(DomainError):
    code = "paid_in_the_future"


class ReferenceMissing(DomainError):
    """Without the bank's reference the same payment could be recorded twice."""

    code = "bank_reference_missing"


class ReferenceTaken(DomainError):
    """The account has a payment of this reference, and it says something else."""

    code = "reference_taken"


class NoticeSettled(DomainError):
    """The notice is settled by another payment, or was refuted."""

    code = "notice_answered"


class NoticeDiffers(DomainError):
    """The notice is of another consortium, amount or currency."""

    code = "notice_differs"


class PaymentMatched(DomainError):
    """Something of the payment is put to a member; undo that first."""

    code = "already_matched"


@dataclass(frozen=True, kw_only=True)
class Received:
    """Money as the bank shows it. `reference`: the bank's own, once per account of ours."""

    amount: Decimal
    unit: str
    paid_on: date
    reference: str
    account: str = ""
    payer: str = ""
    payer_account: str = ""
    text: str = ""


LENGTHS = {"reference": 100, "account": 60, "payer": 200, "payer_account": 60, "text": 500}


def tidy(text: str, limit: int) -> str:
    """Return a text on one line, as long as its column holds."""
    return " ".join(text.replace("\x00", "").split())[:limit]


def faults(received: Received, on: date) -> Iterator[DomainError]:
    """Yield everything that is wrong with what is to be recorded."""
    amount, unit = received.amount, received.unit
    if unit not in currencies():
        yield UnknownCurrency(currency=unit)
    elif amount.is_finite() and abs(amount) < LARGEST and amount % quantum(unit):
        yield FinerThanUnit(value=amount, smallest=quantum(unit))
    if amount.is_nan() or amount <= 0:
        yield AmountNotPositive(amount=amount)
    elif amount >= LARGEST:
        yield AmountTooLarge(amount=amount)
    if received.paid_on > on:
        yield PaidInTheFuture(paid_on=received.paid_on)
    if not tidy(received.reference, 100):
        yield ReferenceMissing()


def refuse(received: Received, on: date) -> None:
    """Raise what is wrong with a payment, all at once."""
    found = list(faults(received, on))
    if found:
        raise found[0] if len(found) == 1 else Several(found)


@operation(allow={Role.FINANCE})
def record_payment(
    *,
    consortium: Consortium,
    received: Received,
    notice: PaymentNotice | None = None,
    by: User | None,
    on: date,
) -> Payment:
    """Record a payment, to be put to a member later. The same again changes nothing.

    It counts from its value date, or from `on` where the books of that day are closed.
    `notice`: the member's word that it settles. Raises AmountNotPositive, AmountTooLarge,
    FinerThanUnit, UnknownCurrency, PaidInTheFuture, ReferenceMissing, ReferenceTaken,
    NoticeSettled, NoticeDiffers, YearClosed.
    """
    refuse(received, on)
    Consortium.objects.select_for_update(no_key=True).get(pk=consortium.pk)
    payment, new = written(consortium, received, notice=notice, by=by, on=on)
    if new:
        record(consortium=consortium, action="record_payment", by=by, on=on, subject=payment)
    return payment


def written(
    consortium: Consortium,
    received: Received,
    *,
    notice: PaymentNotice | None,
    by: User | None,
    on: date,
) -> tuple[Payment, bool]:
    """Return the payment and whether it is new; a new one is posted. Raises ReferenceTaken."""
    booked_on = booking_days(consortium, [received], on)[received.paid_on]
    payment = as_payment(consortium, received, by=by, on=booked_on)
    known = Payment.objects.filter(
        consortium=consortium, account=payment.account, reference=payment.reference
    ).first()
    if known is None:
        payment.notice = settled(notice, payment)
        post([payment])
        return payment, True
    if not same(known, received):
        raise ReferenceTaken(reference=payment.reference)
    return known, False


def as_payment(
    consortium: Consortium,
    received: Received,
    *,
    statement: BankStatement | None = None,
    by: User | None,
    on: date,
) -> Payment:
    """Return the row of a payment; `on`: the day from which it counts in the books."""
    payment = Payment(
        consortium=consortium,
        statement=statement,
        amount=received.amount,
        unit=received.unit,
        paid_on=received.paid_on,
        booked_on=on,
        recorded_by=by,
        **{name: tidy(getattr(received, name), limit) for name, limit in LENGTHS.items()},
    )
    payment.digest = digest(payment.content())
    return payment


def post(payments: Sequence[Payment]) -> None:
    """Write payments in one unit, and book each: from the bank to what is to be matched."""
    Payment.objects.bulk_create(payments, batch_size=1000)
    events = [
        Event(
            key_of(each),
            each.booked_on,
            [Leg(AccountKind.BANK, AccountKind.UNASSIGNED, each.amount, payment=each)],
        )
        for each in payments
    ]
    transfer_all(consortium=payments[0].consortium, unit=payments[0].unit, events=events)


def key_of(payment: Payment) -> str:
    return f"payment:{payment.uid}"


def withdrawn(payment: Payment) -> bool:
    """Say whether a payment was taken back."""
    gone = f"reverse:{key_of(payment)}"
    return Transfer.objects.filter(consortium=payment.consortium_id, key=gone).exists()


def booking_days(
    consortium: Consortium, received: Iterable[Received], on: date
) -> dict[date, date]:
    """Return by value date when payments count: that day, or `on` where its books are closed."""
    days = {}
    for unit, paid_on in {(each.unit, each.paid_on) for each in received}:
        try:
            refuse_closed(consortium, unit, paid_on)
            days[paid_on] = paid_on
        except YearClosed:
            days[paid_on] = on
    return days


def same(known: Payment, said: Received) -> bool:
    """Say whether a payment is the one that is told of: what both say agrees."""
    return (
        (known.amount, known.unit, known.paid_on) == (said.amount, said.unit, said.paid_on)
        and agree(known.payer, said.payer)
        and agree(known.payer_account, said.payer_account)
    )


def settled(notice: PaymentNotice | None, payment: Payment) -> PaymentNotice | None:
    """Return the notice a payment settles, locked. Raises NoticeSettled, NoticeDiffers."""
    if notice is None:
        return None
    notice = PaymentNotice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if notice.refuted_on or Payment.objects.filter(notice=notice).exists():
        raise NoticeSettled
    if (notice.consortium_id, notice.amount, notice.unit) != (
        payment.consortium_id,
        payment.amount,
        payment.unit,
    ):
        raise NoticeDiffers
    return notice


@operation(allow={Role.FINANCE}, subject="payment")
def withdraw_payment(*, payment: Payment, by: User | None, on: date) -> Payment:
    """Take back a payment that never came, by reversal; the row stays. Undo its matches first.

    Raises PaymentMatched, AlreadyReversed, YearClosed.
    """
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    if left([payment.pk])[payment.pk] != payment.amount and not withdrawn(payment):
        raise PaymentMatched
    reverse(consortium=payment.consortium, key=key_of(payment), on=on)
    record(
        consortium=payment.consortium,
        action="withdraw_payment",
        by=by,
        on=on,
        subject=payment,
    )
    return payment
