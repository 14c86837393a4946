"""Vouchers to try: what the cast's members were given for what they paid."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from consortium.models import Member
from consortium.operations.documents import file_document
from consortium.states import Role
from funding.models import Charge, Payment, Voucher
from funding.operations.matching import Allocation, match_payment
from funding.operations.vouchers import Issued, record_voucher
from funding.states import VoucherKind
from tests.cast import TODAY, Cast
from tests.factories.banking import paid

PDF = b"%PDF-1.4\n%%EOF\n"
ISSUED = date(2026, 3, 1)

ALLOWED = {
    "funding.file_voucher": {Role.FINANCE},
    "funding.record_voucher": {Role.FINANCE},
    "funding.record_vouchers": {Role.FINANCE},
    "funding.reverse_voucher": {Role.FINANCE},
}
"""Who may do what with vouchers, written a second time by hand."""


def issued(number: str, amount: str = "5000", **more: Any) -> Issued:
    """Return a dues receipt as its issuer gave it."""
    said = {"kind": VoucherKind.DUES_RECEIPT, "issued_on": ISSUED, "unit": "USD"}
    return Issued(number=number, amount=Decimal(amount), **{**said, **more})


def pay(
    member: Member, charge: Charge, amount: str, *, put: str | None = None, on: date = TODAY
) -> Payment:
    """Let a member pay a part of a charge; what is `put` beyond it stays on its account."""
    payment = paid(member.consortium, put or amount, paid_on=on)
    parts = [Allocation(charge, Decimal(amount))]
    match_payment(payment=payment, member=member, allocations=parts, by=None, on=on)
    return payment


def filed(member: Member) -> Any:
    """File a PDF."""
    return file_document(consortium=member.consortium, name="v.pdf", content=PDF, by=None, on=TODAY)


def sheet(*rows: list[Any]) -> bytes:
    """Return a workbook of these rows."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return out.getvalue()


def arguments(cast: Cast) -> dict[str, dict[str, Any]]:
    """Return what each operation on vouchers is called with, apart from `by` and `on`."""
    member, fee = cast.members["newcomer"], cast.charge("newcomer", "fee")
    payment = pay(member, fee, "3", put="9")
    one = {"member": member, "charges": [fee]}
    known = [
        record_voucher(**one, issued=issued(number, "1"), by=None, on=TODAY) for number in "ab"
    ]
    rows = ["Kind", "Number", "Date", "Amount", "Bank reference"], [
        "会费票据", "c", "2026-03-01", "1", payment.reference,
    ]  # fmt: skip
    return {
        "funding.file_voucher": {"voucher": known[0], "document": filed(member)},
        "funding.record_voucher": {**one, "issued": issued("d", "1")},
        "funding.record_vouchers": {"consortium": cast.consortium, "content": sheet(*rows)},
        "funding.reverse_voucher": {"voucher": known[1], "number": "e", "issued_on": TODAY},
    }


NUMBERS = {"payer": "VOUCHER8171", "rival": "VOUCHER8272", "outsider": "VOUCHER8373"}
"""What stands on vouchers, found nowhere else."""


def fill(cast: Cast) -> None:
    """Record a voucher for what the payer, a rival and one elsewhere paid as their fee."""
    for name, number in NUMBERS.items():
        member = cast.members[name]
        record_voucher(
            member=member,
            issued=issued(number),
            charges=[cast.charge(name, "fee")],
            document=filed(member),
            by=None,
            on=TODAY,
        )


def only(member: Member) -> Voucher:
    """Return the one voucher of a member."""
    return Voucher.objects.get(member=member)


def canaries(member: str) -> list[str]:
    """Return what of a member's vouchers nobody else may be sent."""
    return [NUMBERS[member]] if member in NUMBERS else []


def bodies(member: str) -> dict[str, dict[str, Any]]:
    """Return what is posted to record a voucher."""
    said = {"kind": "dues_receipt", "number": "x", "issued_on": "2026-03-01"}
    return {"vouchers": {**said, "member": member, "amount": "1.00", "unit": "USD"}}
