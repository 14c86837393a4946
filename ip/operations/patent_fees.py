"""What owners want paid, what was paid to offices, and what owners are charged for it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, Organization, User
from consortium.money import quantum
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.operations.notices import appointed, notify
from consortium.rules.standards import currencies
from consortium.states import Role
from funding.models import Assessment, Charge
from funding.operations.charging import Event, account_of, charge_member
from funding.operations.ledger import FinerThanUnit
from funding.rules.choices import Occasion
from ip.models import Instruction, OwnershipShare, PatentApplication, PatentFee
from ip.operations.patents import locked, look_at_family
from ip.reports.patents import due_of, filing_of, in_both, paid, shares_of
from ip.rules.patent_deadlines import deadlines
from ip.rules.patent_docket import Choice, State
from ip.rules.patent_fees import divided
from ip.rules.patents import Deadline

TOLD = (Role.SIGNATORY, Role.TECHNICAL_CONTACT)
"""An owner's people who are told what is due."""


class NotDue(DomainError):
    """Nothing of this kind is due for the application."""

    code = "patent_not_due"


class NotAnOwner(DomainError):
    """Only who owns a part of the result on that day has a say."""

    code = "patent_not_an_owner"


class TooLateToSay(DomainError):
    """The last day has passed."""

    code = "patent_too_late_to_say"


class UnknownCurrency(DomainError):
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


@operation(allow={Role.SIGNATORY}, subject="share")
def instruct(
    *,
    share: OwnershipShare,
    application: PatentApplication,
    code: str,
    part: str = "",
    choice: Choice,
    by: User | None,
    on: date,
) -> Instruction:
    """Say as an owner whether something due is to be paid or dropped.

    The last word of each owner counts; one that pays keeps the right for all. The other
    owners are told when one wants to drop. Raises NotAnOwner, NotDue, TooLateToSay.
    """
    return take(share, application, (code, part), choice, None, by, on)


@operation(allow={Role.IP}, subject="share")
def enter_instruction(
    *,
    share: OwnershipShare,
    application: PatentApplication,
    code: str,
    part: str = "",
    choice: Choice,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> Instruction:
    """Enter an owner's instruction from paper. Raises what `instruct` does, ForeignDocument."""
    if paper is not None and paper.consortium_id != share.consortium.pk:
        raise ForeignDocument(name=paper.name)
    return take(share, application, (code, part), choice, paper, by, on)


def take(
    share: OwnershipShare,
    application: PatentApplication,
    about: tuple[str, str],
    choice: Choice,
    paper: Document | None,
    by: User | None,
    on: date,
) -> Instruction:
    application = locked(application)
    if share.result_id != application.family.result_id or not share.period.contains(on):
        raise NotAnOwner(organization=str(share.owner), on=on)
    due = next(
        (
            each
            for each in due_of(application, on)
            if (each.deadline.code, each.deadline.part) == about and each.deadline.act
        ),
        None,
    )
    if due is None:
        raise NotDue(what=" ".join(about).strip())
    if due.state in (State.MISSED, State.PAID) or due.deadline.last_on < on:
        raise TooLateToSay(last_on=due.deadline.last_on)
    instruction = Instruction.objects.create(
        application=application,
        owner=share.owner,
        code=due.deadline.code,
        part=due.deadline.part,
        choice=choice.value,
        instructed_on=on,
        paper=paper,
        recorded_by=by,
    )
    if choice == Choice.DROP:
        tell_owners(application, due.deadline, instruction, on)
    look_at_family(application, on=on)
    record(
        consortium=application.consortium,
        action="instruct",
        by=by,
        on=on,
        subject=instruction,
        choice=choice.value,
    )
    return instruction


def tell_owners(
    application: PatentApplication, deadline: Deadline, instruction: Instruction, on: date
) -> None:
    """Tell the other owners and staff at once that one wants to drop, while they can pay."""
    here: dict[str, Any] = {"consortium": application.consortium, "on": on}
    people = {
        person
        for share in shares_of(application, on)
        if share.owner_id != instruction.owner_id
        for person in appointed(**here, roles=TOLD, organization=share.owner)
    }
    staff = appointed(**here, roles=[Role.IP])
    notify(
        **here,
        to={*people, *staff},
        code="patent_drop_wanted",
        about=f"{instruction.uid}:{on.isoformat()}",
        who={"en": instruction.owner.name_en, "zh": instruction.owner.name_zh},
        patent=str(application),
        what=in_both(deadline),
        due_on=deadline.due_on.isoformat(),
    )


@operation(allow={Role.IP}, subject="application")
def record_fee(
    *, application: PatentApplication, payment: Paid, by: User | None, on: date
) -> PatentFee:
    """Record what was paid to an office for something due, surcharge included.

    A year paid settles the earlier ones. Raises NotDue, AlreadyPaid, PaidInFuture,
    UnknownCurrency, FinerThanUnit, NothingPaid, NotAnOwner.
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
        raise UnknownCurrency(unit=payment.unit)
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
