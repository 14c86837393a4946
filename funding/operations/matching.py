"""Putting payments to members and charges, and undoing that by reversal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Member, User
from consortium.operations.audit import record
from consortium.states import Role
from funding.models import Charge, Payment, Transfer
from funding.operations.aliases import forget, learn
from funding.operations.enforcement import reinstate_settled
from funding.operations.ledger import AlreadyReversed, Leg, reverse, transfer
from funding.operations.payments import AmountNotPositive
from funding.reports.open_items import NONE, on_account, open_amounts
from funding.reports.receipts import Matched, key_of, left, matches
from funding.states import AccountKind

UNASSIGNED, ON_ACCOUNT = AccountKind.UNASSIGNED, AccountKind.ON_ACCOUNT


class NothingLeft(DomainError):
    """The payment is put to members in full already."""

    code = "already_assigned"


class ExceedsPayment(DomainError):
    """More is to be put to a member than is left of the payment."""

    code = "exceeds_payment"


class ExceedsOpenAmount(DomainError):
    """More is to be allocated than is open of the charge."""

    code = "exceeds_open_amount"


class ExceedsCredit(DomainError):
    """More is to be allocated than the member has on its account."""

    code = "allocation_exceeds_credit"


class OtherUnit(DomainError):
    """The charge is in another currency than the payment; nothing is exchanged here."""

    code = "other_unit"


class OtherMember(DomainError):
    """The charge or the member is not one the money may go to."""

    code = "other_member"


class NoSuchMatch(DomainError):
    code = "no_such_match"


class CreditUsed(DomainError):
    """What was left of the match on the member's account is used since; undo that first."""

    code = "match_used"


@dataclass(frozen=True)
class Allocation:
    """What of a payment, or of a member's credit, pays a charge."""

    charge: Charge
    amount: Decimal


@operation(allow={Role.FINANCE}, subject="payment")
def match_payment(
    *,
    payment: Payment,
    member: Member,
    allocations: Sequence[Allocation] = (),
    amount: Decimal | None = None,
    by: User | None,
    on: date,
) -> Matched:
    """Put a payment, or `amount` of it, to a member: to charges, and the rest on its account.

    Who pays so is remembered where a person confirmed it. Raises NothingLeft,
    ExceedsPayment, ExceedsOpenAmount, OtherUnit, OtherMember, AmountNotPositive, YearClosed.
    """
    payment, member = locked(payment, member)
    found = put(payment, member, allocations, amount, by=by, on=on)
    record(
        consortium=payment.consortium,
        action="match_payment",
        by=by,
        on=on,
        subject=payment,
        member=str(member.uid),
        charges=[each.charge.number for each in allocations],
    )
    return found


def locked(payment: Payment, member: Member) -> tuple[Payment, Member]:
    """Lock a payment and the member it is put to, always in this order."""
    return (
        Payment.objects.select_for_update(no_key=True).get(pk=payment.pk),
        Member.objects.select_for_update(no_key=True).get(pk=member.pk),
    )


def put(
    payment: Payment,
    member: Member,
    allocations: Sequence[Allocation],
    amount: Decimal | None,
    *,
    by: User | None,
    on: date,
) -> Matched:
    """Post a match of a locked payment to a locked member."""
    rest = left([payment.pk])[payment.pk]
    if not rest:
        raise NothingLeft
    taken = rest if amount is None else amount
    if not taken > 0:
        raise AmountNotPositive(amount=taken)
    allocated = sum((each.amount for each in allocations), NONE)
    if max(taken, allocated) > rest or allocated > taken:
        raise ExceedsPayment(left=rest if taken <= rest else taken, unit=payment.unit)
    if member.consortium_id != payment.consortium_id:
        raise OtherMember(member=str(member))
    refuse(allocations, member, payment.unit)
    number = len(matches([payment]).get(payment.pk, [])) + 1
    legs = [Leg(UNASSIGNED, ON_ACCOUNT, taken, member, payment=payment)]
    legs += [
        Leg(ON_ACCOUNT, AccountKind.RECEIVABLE, each.amount, member, each.charge, payment)
        for each in allocations
    ]
    transfer(
        consortium=payment.consortium,
        unit=payment.unit,
        key=key_of(payment, number),
        on=on,
        legs=legs,
    )
    reinstate_settled(member=member, on=on)
    if by is not None:
        learn(payment, member, by=by, on=on)
    pairs = [(each.charge, each.amount) for each in allocations]
    return Matched(number, member, on, taken, pairs)


def refuse(allocations: Iterable[Allocation], member: Member, unit: str) -> None:
    """Raise what is wrong with allocations to a locked member's charges."""
    asked: dict[int, Decimal] = {}
    by_key = {}
    for each in allocations:
        charge = each.charge
        if charge.member_id != member.pk:
            raise OtherMember(member=str(member))
        if charge.unit != unit:
            raise OtherUnit(number=charge.number, unit=charge.unit, paid_in=unit)
        if not each.amount > 0:
            raise AmountNotPositive(amount=each.amount)
        asked[charge.pk] = asked.get(charge.pk, NONE) + each.amount
        by_key[charge.pk] = charge
    opened = open_amounts(asked)
    for key, amount in asked.items():
        if amount > opened.get(key, NONE):
            raise ExceedsOpenAmount(
                number=by_key[key].number, open=opened.get(key, NONE), unit=unit
            )


@operation(allow={Role.FINANCE}, subject="payment")
def undo_match(*, payment: Payment, number: int, by: User | None, on: date) -> Payment:
    """Take a match of a payment back by reversal, and forget the payer if it was learned so.

    Raises NoSuchMatch, AlreadyReversed, CreditUsed, YearClosed.
    """
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    made = matches([payment]).get(payment.pk, [])
    match = next((each for each in made if each.number == number), None)
    if match is None:
        raise NoSuchMatch(number=number)
    key = key_of(payment, number)
    if match.undone_on:
        raise AlreadyReversed(event=key)
    Member.objects.select_for_update(no_key=True).get(pk=match.member.pk)
    if match.credit > on_account(match.member.pk, payment.unit):
        raise CreditUsed(member=str(match.member))
    reverse(consortium=payment.consortium, key=key, on=on)
    forget(payment, match.member, learned_on=match.on)
    record(
        consortium=payment.consortium,
        action="undo_match",
        by=by,
        on=on,
        subject=payment,
        number=number,
    )
    return payment


@operation(allow={Role.FINANCE}, subject="member")
def allocate_credit(
    *, member: Member, charge: Charge, amount: Decimal, by: User | None, on: date
) -> UUID:
    """Pay a charge from a member's credit on account; returns what undoes it.

    Raises ExceedsCredit, ExceedsOpenAmount, OtherMember, AmountNotPositive, YearClosed.
    """
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    refuse([Allocation(charge, amount)], member, charge.unit)
    credit = on_account(member.pk, charge.unit)
    if amount > credit:
        raise ExceedsCredit(credit=credit, unit=charge.unit)
    uid = uuid4()
    transfer(
        consortium=member.consortium,
        unit=charge.unit,
        key=f"allocate:{uid}",
        on=on,
        legs=[Leg(ON_ACCOUNT, AccountKind.RECEIVABLE, amount, member, charge)],
    )
    reinstate_settled(member=member, on=on)
    record(
        consortium=member.consortium,
        action="allocate_credit",
        by=by,
        on=on,
        subject=member,
        charge=charge.number,
    )
    return uid


@operation(allow={Role.FINANCE}, subject="member")
def undo_allocation(*, member: Member, uid: UUID, by: User | None, on: date) -> Member:
    """Put what `allocate_credit` took back on the member's account, by reversal.

    Raises NothingToReverse, AlreadyReversed, YearClosed.
    """
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    key = f"allocate:{uid}"
    if Transfer.objects.filter(consortium=member.consortium, key=key).exclude(
        charge__member=member
    ):
        raise OtherMember(member=str(member))
    reverse(consortium=member.consortium, key=key, on=on)
    record(consortium=member.consortium, action="undo_allocation", by=by, on=on, subject=member)
    return member
