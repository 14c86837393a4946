"""A list of vouchers as a spreadsheet: which columns it has, and reading its rows."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.errors import DomainError
from funding.rules.statements.shapes import StatementTooLarge, StatementUnreadable
from funding.rules.statements.sheets import cell, rows_of, where
from funding.rules.statements.values import amount, day, written

COLUMNS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "kind": {
        "en": ["Kind", "Type", "Voucher kind"],
        "zh": ["票据种类", "种类", "票种", "发票种类", "发票类型", "发票票种"],
    },
    "number": {
        "en": ["Number", "Voucher number", "Invoice number"],
        "zh": ["票据号码", "号码", "发票号码", "数电票号码", "数电发票号码", "票据编号"],
    },
    "issued_on": {
        "en": ["Issued on", "Date", "Invoice date"],
        "zh": ["开票日期", "开具日期", "日期"],
    },
    "amount": {
        "en": ["Amount", "Amount with tax"],
        "zh": ["金额", "价税合计", "票面金额", "金额合计"],
    },
    "unit": {"en": ["Currency", "Unit"], "zh": ["币种", "单位"]},
    "payer": {
        "en": ["Payer", "Buyer"],
        "zh": ["付款方", "交款人", "缴款人", "购买方名称", "购方名称", "抬头"],
    },
    "charges": {
        "en": ["Charges", "Charge", "Charge number"],
        "zh": ["应缴款", "应缴款编号", "应缴款号"],
    },
    "payments": {
        "en": ["Payments", "Payment", "Bank reference"],
        "zh": ["到账", "银行流水号", "流水号"],
    },
}
"""By field and language, the names of its column; the first one is ours."""

NEEDED = ("kind", "number", "issued_on", "amount")

KINDS = {
    "dues_receipt": ["dues receipt", "会费票据", "社会团体会费统一票据", "社会团体会费票据"],
    "e_invoice_ordinary": [
        "digital invoice (ordinary)", "数电发票（普通）", "数电发票（普通发票）", "数电普票",
        "电子发票（普通发票）", "普通发票",
    ],
    "e_invoice_special": [
        "digital invoice (special)", "数电发票（专用）", "数电发票（增值税专用发票）", "数电专票",
        "电子发票（增值税专用发票）", "专用发票", "增值税专用发票",
    ],
    "funds_receipt": ["receipt for current funds", "资金往来票据", "资金往来结算票据"],
    "other_invoice": ["other invoice", "other", "其他发票", "其他票据", "其他"],
}  # fmt: skip
"""By code, what people and issuing systems call a kind."""

BETWEEN = re.compile(r"[\s,;、]+")
DIGITS = 15
"""What a spreadsheet's numbers hold exactly."""

TITLES = 20
"""Rows among which the header is looked for."""


class ListUnreadable(DomainError):
    code = "vouchers_unreadable"


class ListTooLarge(DomainError):
    code = "vouchers_too_many"


class ListWithoutHeader(DomainError):
    """No row names the columns every voucher needs."""

    code = "vouchers_no_header"


class UnknownKind(DomainError):
    code = "voucher_kind_unknown"


class NumberLostDigits(DomainError):
    """A spreadsheet keeps 15 digits of a number; invoices have 20, and are to be text."""

    code = "voucher_number_lost_digits"


class NoVoucherDay(DomainError):
    code = "voucher_not_a_day"


class NoVoucherAmount(DomainError):
    code = "voucher_not_an_amount"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A voucher as its row says it; `row` counted from 1. Charges and payments by number."""

    row: int
    kind: str
    number: str
    issued_on: date
    amount: Decimal
    unit: str
    payer: str
    charges: list[str]
    payments: list[str]


@dataclass
class VoucherList:
    lines: list[Line] = field(default_factory=list)
    faults: list[DomainError] = field(default_factory=list)


def plain(value: Any) -> str:
    """Return a name as it is compared: without case, spaces and brackets."""
    text = unicodedata.normalize("NFKC", written(value)).casefold()
    return re.sub(r"[\W_]+", "", text)


HEADS = {
    plain(name): code
    for code, named in COLUMNS.items()
    for names in ([code], *named.values())
    for name in names
}
CODES = {plain(name): code for code, names in KINDS.items() for name in (code, *names)}


def read_list(content: bytes) -> VoucherList:
    """Return the vouchers of an XLSX, XLS or CSV list, and what is wrong in which cell.

    Raises ListUnreadable, ListTooLarge, ListWithoutHeader.
    """
    try:
        rows = rows_of(content)
    except StatementUnreadable:
        raise ListUnreadable from None
    except StatementTooLarge as error:
        raise ListTooLarge(**error.values) from None
    first, places = header(rows)
    found = VoucherList()
    for number, row in enumerate(rows[first:], start=first + 1):
        cells = {name: cell(row, at) for name, at in places.items()}
        # The list we offer names charges of which no voucher is known yet.
        if written(cells["number"]):
            read_line(number, cells, places, found)
    return found


def header(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]]:
    """Return the first row below the header, and where each column stands."""
    for number, row in enumerate(rows[:TITLES], start=1):
        places: dict[str, int] = {}
        for at, each in enumerate(row):
            if code := HEADS.get(plain(each)):
                places.setdefault(code, at)
        if all(name in places for name in NEEDED):
            return number, places
    raise ListWithoutHeader(columns=[first_names(name) for name in NEEDED])


def first_names(column: str) -> str:
    """Return what we call a column, in each language."""
    return " / ".join(names[0] for names in COLUMNS[column].values())


def read_line(
    number: int, cells: Mapping[str, Any], places: Mapping[str, int], found: VoucherList
) -> None:
    """Add what a row says, or what is wrong in it."""

    def said(name: str) -> dict[str, str]:
        return {"cell": where(number, places[name]), "value": written(cells[name])[:60]}

    kind, on = CODES.get(plain(cells["kind"])), day(cells["issued_on"])
    value = amount(cells["amount"])
    faults: list[DomainError] = []
    if kind is None:
        faults.append(UnknownKind(**said("kind")))
    if isinstance(cells["number"], int | float) and abs(cells["number"]) >= 10**DIGITS:
        faults.append(NumberLostDigits(**said("number")))
    if on is None:
        faults.append(NoVoucherDay(**said("issued_on")))
    if value is None:
        faults.append(NoVoucherAmount(**said("amount")))
    found.faults += faults
    if faults or kind is None or on is None or value is None:
        return
    found.lines.append(
        Line(
            row=number,
            kind=kind,
            number=written(cells["number"]),
            issued_on=on,
            amount=value,
            unit=written(cells.get("unit")).upper(),
            payer=written(cells.get("payer")),
            charges=numbers(cells.get("charges")),
            payments=numbers(cells.get("payments")),
        )
    )


def numbers(value: Any) -> list[str]:
    """Return the numbers that stand in a cell, however they are parted."""
    return list(dict.fromkeys(each for each in BETWEEN.split(written(value)) if each))
