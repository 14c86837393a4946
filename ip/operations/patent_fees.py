"""What owners want paid, what was paid to offices, and what owners are charged for it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Organization, User
from consortium.money import quantum
from consortium.operations.audit import record
from consortium.rules.standards import currencies
from consortium.states import Role
from funding.models import Assessment, Charge
from funding.operations.charging import Event, account_of, charge_member
from funding.operations.ledger import FinerThanUnit
from funding.rules.choices import Occasion
from ip.models import PatentApplication, PatentFee
from ip.operations.instructing import NotAnOwner, NotDue
from ip.operations.patents import locked, look_at_family
from ip.reports.patents import filing_of, paid, shares_of
from ip.rules.patent_deadlines import deadlines
from ip.rules.patent_fees import divided

TOLD = (Role.SIGNATORY, Role.TECHNICAL_CONTACT)
"""An owner's people who are told what is due."""


class UnknownFeeCurrency(DomainError):
    code = "patent_unknown_currency"


class PaidInFuture(DomainError):
    code = "patent_paid_in_future"


class NothingPaid(DomainError):
    code = "patent_nothing_paid"


class AlreadyPaid(DomainError):
    code = "patent_already_paid"


class FeeUndone(DomainError):
    """The fee was recorded by mistake and undone, or is the row that undoes one."""

    code = "patent_fee_undone"


class FeeCharged(DomainError):
    """The owners were charged for the fee; credit them first."""

    code = "patent_fee_charged"


class OwnerPaid(DomainError):
    """An owner paid it itself: the consortium has nothing to charge."""

    code = "patent_owner_paid"


class NobodyToCharge(DomainError):
    """Nobody but the payee owns the result on the day of payment."""

    code = "patent_nobody_to_charge"


@dataclass(frozen=True)
class Paid:
    """A payment to an office: for what, when, how much; `payer` where an owner paid itself."""

    code: str
    part: str
    paid_on: date
    amount: Decimal
    unit: str
    payer: Organization | None = None


@operation(allow={Role.IP}, subject="application")
def record_fee(
    *, application: PatentApplication, payment: Paid, by: User | None, on: date
) -> PatentFee:
    """Record what was paid to an office for something due, surcharge included.

    A year paid settles the earlier ones. Raises NotDue, AlreadyPaid, PaidInFuture,
    UnknownFeeCurrency, FinerThanUnit, NothingPaid, NotAnOwner.
    """
    application = locked(application)
    about = (payment.code, payment.part)
    if about not in {(each.code, each.part) for each in deadlines(filing_of(application))}:
        raise NotDue(what=" ".join(about).strip())
    refuse_wrong_payment(application, payment, on)
    fee = PatentFee.objects.create(
        application=application,
        code=payment.code,
        part=payment.part,
        paid_on=payment.paid_on,
        amount=payment.amount,
        unit=payment.unit,
        payer=payment.payer,
        recorded_by=by,
    )
    look_at_family(application, on=on)
    record(consortium=application.consortium, action="record_fee", by=by, on=on, subject=fee)
    return fee


def refuse_wrong_payment(application: PatentApplication, payment: Paid, on: date) -> None:
    if (payment.code, payment.part) in paid(application):
        raise AlreadyPaid(what=f"{payment.code} {payment.part}".strip())
    if payment.paid_on > on:
        raise PaidInFuture(on=payment.paid_on)
    if payment.unit not in currencies():
        raise UnknownFeeCurrency(unit=payment.unit)
    if payment.amount <= 0:
        raise NothingPaid()
    if payment.amount != payment.amount.quantize(quantum(payment.unit)):
        raise FinerThanUnit(value=payment.amount, smallest=quantum(payment.unit))
    owners = {each.owner_id for each in shares_of(application, payment.paid_on)}
    if payment.payer is not None and payment.payer.pk not in owners:
        raise NotAnOwner(organization=str(payment.payer), on=payment.paid_on)


@operation(allow={Role.IP}, subject="fee")
def undo_fee(*, fee: PatentFee, by: User | None, on: date) -> PatentFee:
    """Undo a fee that was recorded by mistake; it is due again. Raises FeeUndone, FeeCharged."""
    application = locked(fee.application)
    refuse_undone(fee)
    if Assessment.objects.filter(consortium=application.consortium_id, subject=fee.uid).exists():
        raise FeeCharged(what=str(fee))
    undoing = PatentFee.objects.create(
        application=application,
        undoes=fee,
        paid_on=fee.paid_on,
        recorded_by=by,
        **{name: getattr(fee, name) for name in ("code", "part", "amount", "unit", "payer")},
    )
    look_at_family(application, on=on)
    record(consortium=application.consortium, action="undo_fee", by=by, on=on, subject=undoing)
    return undoing


def refuse_undone(fee: PatentFee) -> None:
    if fee.undoes_id is not None or PatentFee.objects.filter(undoes=fee).exists():
        raise FeeUndone(what=str(fee))


@operation(allow={Role.FINANCE}, subject="fee")
def charge_owners(*, fee: PatentFee, by: User | None, on: date) -> list[Charge]:
    """Charge a fee the consortium paid to the owners, by their shares on the day of payment.

    Exact to the unit; what is left over goes one smallest amount each to whose part lost
    most by rounding down. The funds holder is not charged to itself: the consortium bears
    its part. Raises OwnerPaid, FeeUndone, NobodyToCharge, and what `charge_member` raises.
    """
    application = locked(fee.application)
    refuse_undone(fee)
    if fee.payer_id is not None:
        raise OwnerPaid(organization=str(fee.payer))
    consortium = application.consortium
    shares = {each.owner: each.part for each in shares_of(application, fee.paid_on)}
    parts = divided(fee.amount, shares, unit=fee.unit)
    owing = {
        owner: part
        for owner, part in parts.items()
        if part and owner.pk != consortium.funds_holder_id
    }
    if not owing:
        raise NobodyToCharge(on=fee.paid_on)
    event = Event(Occasion.PATENT_FEE, fee.paid_on, fee.uid, fee.unit)
    found = [
        charge_member(member=account_of(consortium, owner), event=event, amount=part, on=on)
        for owner, part in owing.items()
    ]
    charges = [each for each in found if each is not None]
    record(
        consortium=consortium,
        action="charge_owners",
        by=by,
        on=on,
        subject=fee,
        charges=[each.number for each in charges],
    )
    return charges
