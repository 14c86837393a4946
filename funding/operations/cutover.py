"""Moving in: the cut-over from one workbook, rehearsed, proposed and confirmed by two people."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from django.db import transaction

from consortium.access import holds, operation
from consortium.errors import DomainError, Several
from consortium.models import Consortium, Document, User
from consortium.operations.audit import record
from consortium.operations.documents import OFFICE, keep
from consortium.states import Role
from funding.models import CUTOVER_ROLES, CutOver, Transfer
from funding.operations.carrying import Carrying, carry_people
from funding.operations.opening import carry_money
from funding.operations.runs import SamePersonConfirms
from funding.rules.cutover import Book, read

XLSX = f"{OFFICE}spreadsheetml.sheet"


class AlreadyCutOver(DomainError):
    """A consortium moves in once."""

    code = "already_cut_over"


class BooksBegun(DomainError):
    """Something is booked already, so the opening balance cannot be checked any more."""

    code = "books_begun"


class CutOverAhead(DomainError):
    """The cut-over day has not come; until then the file can be checked."""

    code = "cutover_ahead"


class CutOverRefused(Several):
    """The workbook cannot come over as it is: each fault with its cell."""


class OtherHalfMissing(DomainError):
    """One of the two people is secretary, the other finance."""

    code = "cutover_other_half"


class CutOverFileChanged(DomainError):
    """The file is no longer the one that was proposed."""

    code = "cutover_file_changed"


def check_cutover(
    *, consortium: Consortium, content: bytes, day: date, by: User | None = None, on: date
) -> Book:
    """Carry a workbook over and take everything back; return what it says.

    No operation: nothing is written. Raises CutOverRefused and what the operations raise.
    """
    with transaction.atomic():
        refuse_second(consortium)
        CutOver.objects.filter(consortium=consortium, done_on=None).delete()
        row = CutOver.objects.create(consortium=consortium, on=day, proposed_on=on)
        book = read(content)
        secretary = by if by is not None and is_a(Role.SECRETARY, by, row, on) else None
        carry(row, book, by=secretary, on=max(on, day))
        transaction.set_rollback(True)
    return book


@operation(allow=set(CUTOVER_ROLES))
def propose_cutover(
    *, consortium: Consortium, name: str, content: bytes, day: date, by: User | None, on: date
) -> CutOver:
    """Propose to move in with a workbook that comes over without a fault, for another to do.

    An earlier proposal that nobody confirmed is replaced. Raises AlreadyCutOver,
    BooksBegun, CutOverAhead, CutOverRefused, and what `read` raises.
    """
    Consortium.objects.select_for_update(no_key=True).get(pk=consortium.pk)
    refuse_second(consortium)
    if day > on:
        raise CutOverAhead(day=day)
    book = check_cutover(consortium=consortium, content=content, day=day, by=by, on=on)
    CutOver.objects.filter(consortium=consortium, done_on=None).delete()
    document = keep(consortium, name, content, content_type=XLSX, suffix=".xlsx", by=by)
    try:
        return proposed(document, book, day, by, on)
    except BaseException:
        # The row is rolled back with the transaction; the file is not.
        document.file.delete(save=False)
        raise


def proposed(document: Document, book: Book, day: date, by: User | None, on: date) -> CutOver:
    row = CutOver.objects.create(
        consortium=document.consortium,
        on=day,
        name=document.name,
        sha256=document.sha256,
        document=document,
        counts=book.counts,
        proposed_on=on,
        proposed_by=by,
    )
    noted(row, "propose_cutover", by, on)
    return row


@operation(allow=set(CUTOVER_ROLES), subject="cut_over")
def confirm_cutover(*, cut_over: CutOver, by: User | None, on: date) -> CutOver:
    """Move in as the second person: all of the workbook comes over, or nothing.

    Raises AlreadyCutOver, BooksBegun, SamePersonConfirms, OtherHalfMissing,
    CutOverFileChanged, CutOverRefused.
    """
    consortium = Consortium.objects.select_for_update(no_key=True).get(pk=cut_over.consortium_id)
    refuse_second(consortium)
    row = CutOver.objects.select_for_update().get(pk=cut_over.pk)
    secretary = secretary_of(row, by, on)
    carry(row, read(content_of(row)), by=secretary, on=on)
    row.done_on, row.done_by = on, by
    row.save(update_fields=["done_on", "done_by"])
    noted(row, "confirm_cutover", by, on)
    return row


def refuse_second(consortium: Consortium) -> None:
    """Raise AlreadyCutOver after a cut-over, BooksBegun once anything is booked."""
    before = CutOver.objects.filter(consortium=consortium, done_on__isnull=False).first()
    if before is not None:
        raise AlreadyCutOver(on=before.on)
    if Transfer.objects.filter(consortium=consortium).exists():
        raise BooksBegun


def secretary_of(row: CutOver, by: User | None, on: date) -> User | None:
    """Return the secretary among the two people; nobody in particular at the console.

    Raises SamePersonConfirms, OtherHalfMissing.
    """
    first = row.proposed_by
    if by is None or first is None:
        return None
    if by == first:
        raise SamePersonConfirms(person=str(by))
    for secretary, finance in ((by, first), (first, by)):
        if is_a(Role.SECRETARY, secretary, row, on) and is_a(Role.FINANCE, finance, row, on):
            return secretary
    raise OtherHalfMissing


def is_a(role: Role, user: User, row: CutOver, on: date) -> bool:
    return holds(user, consortium=row.consortium, on=on, roles={role}, organization=None)


def content_of(row: CutOver) -> bytes:
    """Return the file as it was proposed. Raises CutOverFileChanged."""
    try:
        assert row.document is not None
        with row.document.file.open("rb") as file:
            content: bytes = file.read()
    except OSError:
        raise CutOverFileChanged from None
    if sha256(content).hexdigest() != row.sha256:
        raise CutOverFileChanged
    return content


def carry(row: CutOver, book: Book, *, by: User | None, on: date) -> None:
    """Carry everything over, in the caller's transaction. Raises CutOverRefused."""
    carrying = Carrying(row, book, by, on, faults=list(book.faults))
    carry_people(carrying)
    carry_money(carrying)
    if carrying.faults:
        raise CutOverRefused(in_order(carrying.faults, book))


def in_order(faults: Iterable[DomainError], book: Book) -> list[DomainError]:
    """Return faults as the workbook has them: by sheet and row."""
    sheets = list(book.rows)

    def place(fault: DomainError) -> tuple[int, int, str]:
        cell = fault.values["cell"]
        number = int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        return sheets.index(fault.values["sheet"]), number, cell

    return sorted(faults, key=place)


def noted(row: CutOver, action: str, by: User | None, on: date) -> None:
    record(
        consortium=row.consortium,
        action=action,
        by=by,
        on=on,
        subject=row,
        sha256=row.sha256,
        **row.counts,
    )
