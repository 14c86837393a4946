"""What keeps a concession from being granted."""

from consortium.errors import DomainError
from consortium.money import quantum
from funding.models import Concession
from funding.operations.ledger import FinerThanUnit
from funding.reports.concessions import creditable, levy_on
from funding.reports.open_items import on_account, open_amount
from funding.states import ConcessionKind


class NotPositive(DomainError):
    """Only an amount above zero can be granted."""

    code = "concession_not_positive"


class WrongUnit(DomainError):
    """The charge is in another unit."""

    code = "concession_in_other_unit"


class ForeignCharge(DomainError):
    """The charge is another member's."""

    code = "charge_of_another"


class NeedsCharge(DomainError):
    """A waiver or a write-off is of a charge."""

    code = "needs_charge"


class TakesNoCharge(DomainError):
    """A refund pays back what stands on the member's account, whatever it was paid for."""

    code = "takes_no_charge"


class NothingOpen(DomainError):
    """The charge is paid, credited or forgiven in full."""

    code = "charge_settled"


class ExceedsOpen(DomainError):
    """More than is open of the charge."""

    code = "concession_exceeds_open"


class ExceedsCreditable(DomainError):
    """More than was charged, less what was forgiven or credited already."""

    code = "exceeds_creditable"


class ExceedsCredit(DomainError):
    """More than stands on the member's account."""

    code = "exceeds_credit"


def refuse_impossible(row: Concession) -> None:
    """Raise what keeps a concession from being granted now; its member is locked.

    Raises NotPositive, FinerThanUnit, ForeignCharge, WrongUnit, NeedsCharge,
    TakesNoCharge, NothingOpen, ExceedsOpen, ExceedsCreditable, ExceedsCredit, UnknownLevy.
    """
    charge, amount, unit = row.charge, row.amount, row.unit
    if amount <= 0:
        raise NotPositive(amount=amount)
    if amount != amount.quantize(quantum(unit)):
        raise FinerThanUnit(value=amount, smallest=quantum(unit))
    if charge is not None and charge.member_id != row.member_id:
        raise ForeignCharge(number=charge.number)
    if charge is not None and charge.unit != unit:
        raise WrongUnit(unit=unit, expected=charge.unit)
    match row.kind:
        case ConcessionKind.REFUND:
            refuse_refund(row)
        case ConcessionKind.CREDIT:
            refuse_credit(row)
        case _:
            refuse_forgiving(row)


def refuse_refund(row: Concession) -> None:
    if row.charge is not None:
        raise TakesNoCharge
    credit = on_account(row.member_id, row.unit)
    if row.amount > credit:
        raise ExceedsCredit(amount=row.amount, credit=credit, unit=row.unit)


def refuse_credit(row: Concession) -> None:
    if row.charge is None:
        levy = levy_on(row, row.proposed_on)
        if levy.unit != row.unit:
            raise WrongUnit(unit=row.unit, expected=levy.unit)
    elif row.amount > (most := creditable(row.charge)):
        raise ExceedsCreditable(amount=row.amount, most=most, unit=row.unit)


def refuse_forgiving(row: Concession) -> None:
    if row.charge is None:
        raise NeedsCharge
    open_ = open_amount(row.charge)
    if open_ <= 0:
        raise NothingOpen(number=row.charge.number)
    if row.amount > open_:
        raise ExceedsOpen(amount=row.amount, open=open_, unit=row.unit)
