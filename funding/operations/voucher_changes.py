"""What happens to a recorded voucher: it is undone by a red one, or its file is added."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, Member, User
from consortium.operations.audit import record
from consortium.states import Role
from funding.models import Voucher
from funding.operations.vouchers import Issued, refuse_document, refuse_number, saved
from funding.states import VoucherKind


class AlreadyRed(DomainError):
    """A red voucher for it is recorded; it is undone once."""

    code = "already_red"


class ReversesReversal(DomainError):
    code = "voucher_is_a_reversal"


class ReversedBeforeIssued(DomainError):
    code = "voucher_reversed_too_early"


class FileThere(DomainError):
    """The voucher has its file; another would be another voucher's."""

    code = "already_has_file"


@operation(allow={Role.FINANCE}, subject="voucher")
def reverse_voucher(
    *,
    voucher: Voucher,
    number: str,
    issued_on: date,
    document: Document | None = None,
    by: User | None,
    on: date,
) -> Voucher:
    """Record the red voucher that undoes one in full, once; what was paid misses one again.

    Raises AlreadyRed, ReversesReversal, ReversedBeforeIssued, NumberMissing,
    NumberTaken, IssuedInTheFuture, NotPdf, ForeignDocument.
    """
    member = Member.objects.select_for_update(no_key=True).get(pk=voucher.member_id)
    if voucher.reverses_id is not None:
        raise ReversesReversal
    if Voucher.objects.filter(reverses=voucher).exists():
        raise AlreadyRed
    if issued_on < voucher.issued_on:
        raise ReversedBeforeIssued(issued_on=voucher.issued_on)
    issued = Issued(
        kind=VoucherKind(voucher.kind),
        number=number,
        issued_on=issued_on,
        amount=voucher.amount,
        unit=voucher.unit,
        payer=voucher.payer,
    )
    refuse_number(member.consortium, issued, on)
    red = saved(member, issued, reverses=voucher, document=document, by=by, on=on)
    record(
        consortium=member.consortium,
        action="reverse_voucher",
        by=by,
        on=on,
        subject=red,
        reverses=str(voucher.uid),
    )
    return red


@operation(allow={Role.FINANCE}, subject="voucher")
def file_voucher(*, voucher: Voucher, document: Document, by: User | None, on: date) -> Voucher:
    """Add the PDF of a voucher that was recorded without it, once.

    Raises FileThere, NotPdf, ForeignDocument.
    """
    voucher = Voucher.objects.select_for_update(no_key=True).get(pk=voucher.pk)
    if voucher.document_id is not None:
        raise FileThere
    refuse_document(document, voucher.consortium)
    voucher.document = document
    voucher.save(update_fields=["document"])
    record(
        consortium=voucher.consortium,
        action="file_voucher",
        by=by,
        on=on,
        subject=voucher,
        sha256=document.sha256,
    )
    return voucher
