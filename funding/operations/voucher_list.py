"""Recording a whole list of vouchers: all of it or nothing."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from consortium.access import operation
from consortium.errors import DomainError, Several
from consortium.models import Consortium, Member, User
from consortium.operations.audit import record
from consortium.states import Role
from funding.models import Charge, Payment, Voucher
from funding.operations.vouchers import ForNothing, Issued, written
from funding.reports.receipts import matches
from funding.rules.voucher_list import Line, read_list
from funding.states import VoucherKind

SHOWN = 50
"""Faults that are told of one file."""


class RowRefused(DomainError):
    """What a row says can be no voucher."""

    code = "voucher_row_refused"


class NoSuchCharge(DomainError):
    code = "voucher_no_charge"


class NoSuchPayment(DomainError):
    code = "voucher_no_payment"


class SeveralPayments(DomainError):
    """Accounts of ours have a payment of this reference each."""

    code = "voucher_payment_unclear"


class SeveralMembers(DomainError):
    """The payments are of several members; the charges would say whose voucher it is."""

    code = "voucher_member_unclear"


class NoVouchers(DomainError):
    code = "vouchers_none"


@operation(allow={Role.FINANCE})
def record_vouchers(
    *, consortium: Consortium, content: bytes, by: User | None, on: date
) -> list[Voucher]:
    """Record every voucher of a list (XLSX, XLS, CSV), or none and say each row's reason.

    Raises ListUnreadable, ListTooLarge, ListWithoutHeader, NoVouchers; Several with what is
    wrong by cell and by row.
    """
    found = read_list(content)
    faults = list(found.faults)
    if not (found.lines or faults):
        raise NoVouchers
    # Members are locked in one order, whatever the order of the rows.
    named = {number for line in found.lines for number in line.charges}
    owners = Member.objects.filter(consortium=consortium, charges__number__in=named)
    list(Member.objects.select_for_update(no_key=True).filter(pk__in=owners).order_by("pk"))
    vouchers = []
    for line in found.lines:
        try:
            vouchers.append(from_line(consortium, line, by=by, on=on))
        except DomainError as error:
            faults.append(RowRefused(row=line.row, why=error))
    if faults:
        raise Several(faults[:SHOWN])
    record(
        consortium=consortium,
        action="record_vouchers",
        by=by,
        on=on,
        subject=consortium,
        count=len(vouchers),
        sha256=sha256(content).hexdigest(),
    )
    return vouchers


def from_line(consortium: Consortium, line: Line, *, by: User | None, on: date) -> Voucher:
    """Record what a row says. Raises what `record_voucher` does, and what names nothing."""
    if not (line.charges or line.payments):
        raise ForNothing
    charges = charges_of(consortium, line.charges)
    payments = payments_of(consortium, line.payments)
    unit = line.unit or (charges[0].unit if charges else payments[0].unit)
    member = member_of(charges, payments)
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    issued = Issued(
        kind=VoucherKind(line.kind),
        number=line.number,
        issued_on=line.issued_on,
        amount=line.amount,
        unit=unit,
        payer=line.payer,
    )
    return written(member, issued, charges, payments, by=by, on=on)


def charges_of(consortium: Consortium, numbers: Iterable[str]) -> list[Charge]:
    """Return the charges of these numbers, in order. Raises NoSuchCharge."""
    rows = Charge.objects.filter(consortium=consortium, number__in=numbers)
    known = {each.number: each for each in rows.select_related("member")}
    for number in numbers:
        if number not in known:
            raise NoSuchCharge(number=number)
    return [known[number] for number in numbers]


def payments_of(consortium: Consortium, references: Iterable[str]) -> list[Payment]:
    """Return the payments of these references. Raises NoSuchPayment, SeveralPayments."""
    rows = []
    for reference in references:
        found = list(Payment.objects.filter(consortium=consortium, reference=reference)[:2])
        if not found:
            raise NoSuchPayment(reference=reference)
        if len(found) > 1:
            raise SeveralPayments(reference=reference)
        rows += found
    return rows


def member_of(charges: list[Charge], payments: list[Payment]) -> Member:
    """Return whose voucher it is. Raises SeveralMembers."""
    if charges:
        member: Member = charges[0].member
        return member
    put = [each for made in matches(payments).values() for each in made if not each.undone_on]
    members = {each.member.pk: each.member for each in put}
    if len(members) != 1:
        raise SeveralMembers(payments=[each.reference for each in payments])
    return members.popitem()[1]
