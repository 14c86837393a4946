"""Taking in the statements of a bank: each line once, however often it comes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any

from django.db.models import Exists, OuterRef

from consortium.access import operation
from consortium.errors import DomainError, Several
from consortium.models import Consortium, Document, User, canonical
from consortium.operations.audit import record
from consortium.operations.documents import keep
from consortium.rules.standards import currencies
from consortium.states import Role
from funding.models import BankStatement, Payment, StatementLayout, Transfer
from funding.operations.payments import (
    LENGTHS,
    Received,
    ReferenceTaken,
    as_payment,
    booking_days,
    faults,
    post,
    same,
    tidy,
)
from funding.operations.rates import UnknownCurrency
from funding.reports.matching import settling
from funding.rules.payers import plain
from funding.rules.statements import Columns, Line, Statement, read
from funding.rules.statements.columns import refuse
from funding.rules.statements.sheets import OLE

KINDS = {"camt.053": ("application/xml", ".xml"), "MT940": ("text/plain", ".sta")}
XLSX = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")
XLS = ("application/vnd.ms-excel", ".xls")
CSV = ("text/csv", ".csv")

SHOWN = 50
"""Faults that are told of one file."""


class OtherCurrency(DomainError):
    """The statement is in another currency than was said."""

    code = "statement_other_unit"


class LineRefused(DomainError):
    """What a line says can be no payment."""

    code = "statement_line_refused"


class LayoutUnnamed(DomainError):
    code = "layout_unnamed"


@dataclass
class Looked:
    """What importing a statement would do: what is new, what is known, what is wrong."""

    statement: Statement
    account: str
    unit: str
    new: list[tuple[Line, Received]] = field(default_factory=list)
    known: list[tuple[Line, Payment]] = field(default_factory=list)
    faults: list[DomainError] = field(default_factory=list)


def look_into(
    *,
    consortium: Consortium,
    content: bytes,
    columns: Columns | None = None,
    account: str = "",
    unit: str = "",
    on: date,
) -> Looked:
    """Return what importing a file would do, without doing it. Raises a StatementError.

    `account`, `unit`: ours, where the file does not say. Raises UnknownCurrency, OtherCurrency.
    """
    statement = read(content, columns)
    if unit and statement.unit and unit != statement.unit:
        raise OtherCurrency(unit=unit, found=statement.unit)
    unit = statement.unit or unit or consortium.currency
    if unit not in currencies():
        raise UnknownCurrency(currency=unit)
    account = tidy(account or statement.account, LENGTHS["account"])
    found = Looked(statement, account, unit, faults=list(statement.faults))
    lines = [(line, as_received(line, account, unit)) for line in statement.lines]
    for line, received in lines:
        found.faults += [LineRefused(row=line.row, why=each) for each in faults(received, on)]
    if not found.faults:
        compare(consortium, lines, found)
    return found


def as_received(line: Line, account: str, unit: str) -> Received:
    """Return a line as a payment, under the bank's reference or one made of its content."""
    return Received(
        amount=line.amount,
        unit=unit,
        paid_on=line.paid_on,
        reference=reference_of(line),
        account=account,
        payer=line.payer,
        payer_account=line.payer_account,
        text=line.text,
    )


def reference_of(line: Line) -> str:
    """Return the bank's reference; where it gives none, a stable one from what the line says."""
    given = tidy(line.reference, LENGTHS["reference"] - 8)
    if given.strip("0-/ "):
        return given
    said = [plain(each) for each in (line.payer, line.payer_account, line.text)]
    content = canonical({"amount": f"{line.amount:.3f}", "on": line.paid_on, "said": said})
    return f"~{sha256(content.encode()).hexdigest()[:24]}"


def compare(consortium: Consortium, lines: list[tuple[Line, Received]], found: Looked) -> None:
    """Tell the lines that are recorded already from those that are not.

    Banks use a reference twice, and equal lines without one have the same made of them:
    the next ones are numbered, `~2` and so on, in the order in which they first came.
    """
    waiting, taken, number = lines, set[str](), 1
    while waiting:
        asked = {numbered(received.reference, number) for _line, received in waiting}
        known = recorded(consortium, found.account, asked)
        again = []
        for line, received in waiting:
            reference = numbered(received.reference, number)
            payment = known.get(reference)
            if reference in taken:
                again.append((line, received))
            elif payment is None:
                taken.add(reference)
                found.new.append((line, renamed(received, reference)))
            elif same(payment, received):
                taken.add(reference)
                found.known.append((line, payment))
            elif payment.statement_id is None and not payment.gone:
                found.faults.append(
                    LineRefused(row=line.row, why=ReferenceTaken(reference=reference))
                )
            else:
                again.append((line, received))
        waiting, number = again, number + 1
    found.new.sort(key=lambda each: each[0].row)


def numbered(reference: str, number: int) -> str:
    return reference if number == 1 else f"{reference}~{number}"


def renamed(received: Received, reference: str) -> Received:
    return replace(received, reference=reference)


def recorded(consortium: Consortium, account: str, references: set[str]) -> dict[str, Any]:
    """Return the payments of an account, or of none named, by reference; with `gone`. One query."""
    undone = Transfer.objects.filter(
        payment=OuterRef("pk"), key__startswith="payment:", reversed_by__isnull=False
    )
    rows = Payment.objects.filter(
        consortium=consortium, account__in={account, ""}, reference__in=references
    )
    return {each.reference: each for each in rows.annotate(gone=Exists(undone)).order_by("account")}


@operation(allow={Role.FINANCE})
def import_statement(
    *,
    consortium: Consortium,
    name: str,
    content: bytes,
    columns: Columns | None = None,
    account: str = "",
    unit: str = "",
    by: User | None,
    on: date,
) -> BankStatement:
    """Record the money that came in by a statement, all of it or nothing; known lines stay.

    The same file again returns what it brought the first time. A notice that tells of a
    new payment is settled by it. Raises what `look_into` raises, and Several for lines.
    """
    Consortium.objects.select_for_update(no_key=True).get(pk=consortium.pk)
    seen = sha256(content).hexdigest()
    before = BankStatement.objects.filter(consortium=consortium, sha256=seen).first()
    if before is not None:
        return before
    found = look_into(
        consortium=consortium, content=content, columns=columns, account=account, unit=unit, on=on
    )
    if found.faults:
        raise Several(found.faults[:SHOWN])
    content_type, suffix = kind_of(found.statement, content)
    document = keep(consortium, name, content, content_type=content_type, suffix=suffix, by=by)
    try:
        return taken_in(found, document, seen, by=by, on=on)
    except BaseException:
        # The row is rolled back with the transaction; the file is not.
        document.file.delete(save=False)
        raise


def taken_in(
    found: Looked, document: Document, seen: str, *, by: User | None, on: date
) -> BankStatement:
    """Write a statement with its new payments."""
    consortium = document.consortium
    statement = BankStatement.objects.create(
        consortium=consortium,
        name=document.name,
        sha256=seen,
        document=document,
        account=found.account,
        unit=found.unit,
        lines=len(found.statement.lines) + found.statement.debits,
        received=len(found.new),
        known=len(found.known),
        imported_on=on,
        imported_by=by,
    )
    days = booking_days(consortium, [received for _line, received in found.new], on)
    payments = [
        as_payment(consortium, received, statement=statement, by=by, on=days[received.paid_on])
        for _line, received in found.new
    ]
    if payments:
        told = settling(consortium, payments)
        for payment in payments:
            payment.notice = told.get(payment.uid)
        post(payments)
    record(
        consortium=consortium,
        action="import_statement",
        by=by,
        on=on,
        subject=statement,
        sha256=seen,
        count=len(payments),
    )
    return statement


def kind_of(statement: Statement, content: bytes) -> tuple[str, str]:
    if statement.kind in KINDS:
        return KINDS[statement.kind]
    if content.startswith(OLE):
        return XLS
    return XLSX if content.startswith(b"PK") else CSV


@operation(allow={Role.FINANCE})
def save_layout(
    *,
    consortium: Consortium,
    name: str,
    columns: Mapping[str, str | int],
    unit: str,
    by: User | None,
    on: date,
) -> StatementLayout:
    """Keep where a bank's columns stand, under a name; replaces the one of that name.

    Raises LayoutUnnamed, NoColumn, UnknownCurrency.
    """
    if not (name := tidy(name, 100)):
        raise LayoutUnnamed
    if unit not in currencies():
        raise UnknownCurrency(currency=unit)
    refuse(columns)
    layout, _new = StatementLayout.objects.update_or_create(
        consortium=consortium, name=name, defaults={"columns": dict(columns), "unit": unit}
    )
    record(consortium=consortium, action="save_layout", by=by, on=on, subject=layout)
    return layout


@operation(allow={Role.FINANCE}, subject="layout")
def drop_layout(*, layout: StatementLayout, by: User | None, on: date) -> None:
    """Forget where a bank's columns stand."""
    record(consortium=layout.consortium, action="drop_layout", by=by, on=on, subject=layout)
    layout.delete()
