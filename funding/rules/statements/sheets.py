"""Tables of a bank: workbooks, and CSV in UTF-8, UTF-16 or GB18030."""

import csv
import re
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from consortium.errors import DomainError
from funding.rules.statements import columns as heads
from funding.rules.statements.shapes import (
    BothSides,
    CellNoAmount,
    CellNoDay,
    Columns,
    Line,
    NoAccount,
    NoColumn,
    NoDay,
    NoHeader,
    NoSide,
    Statement,
    StatementTooLarge,
    StatementUnreadable,
)
from funding.rules.statements.values import amount, day, written

UNPACKED = 50 * 1024 * 1024
ROWS = 20_000
TITLES = 40
"""Rows among which the header is looked for."""

OLE = b"\xd0\xcf\x11\xe0"
"""How a workbook of the old kind begins."""

ENDS = re.compile(r"合计|总计|小计|本页|期初|期末|total|opening|closing|sum\b", re.I)
OWN = re.compile(r"(?:本方|查询|我方)?(?:账|帐)号|account(?: ?(?:number|no\.?))?|iban", re.I)
OWN_UNIT = re.compile(r"币种|币别|货币|currency", re.I)
NUMBER = re.compile(r"[0-9A-Z][0-9A-Z *-]{4,40}", re.I)
UNITS = {
    "人民币": "CNY",
    "人民币元": "CNY",
    "rmb": "CNY",
    "美元": "USD",
    "欧元": "EUR",
    "日元": "JPY",
    "港币": "HKD",
    "英镑": "GBP",
}

type Rows = list[list[Any]]


def rows_of(content: bytes) -> Rows:
    """Return the cells of a workbook's first sheet, or of a CSV.

    Raises StatementUnreadable, StatementTooLarge.
    """
    rows = workbook(content) if content.startswith((b"PK", OLE)) else separated(content)
    if len(rows) > ROWS:
        raise StatementTooLarge(rows=ROWS)
    return rows


def workbook(content: bytes) -> Rows:
    try:
        if content.startswith(b"PK"):
            unpacked = sum(each.file_size for each in ZipFile(BytesIO(content)).infolist())
            if unpacked > UNPACKED:
                raise StatementTooLarge(rows=ROWS)
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        return list(book.get_sheet_by_index(0).to_python(skip_empty_area=False))
    except (BadZipFile, CalamineError, NotImplementedError, IndexError, ValueError, OSError):
        raise StatementUnreadable from None


def separated(content: bytes) -> Rows:
    text = decoded(content)
    begin = text[:4000]
    mark = max(",;\t|", key=begin.count)
    try:
        return [list(row) for row in csv.reader(StringIO(text, newline=""), delimiter=mark)]
    except csv.Error:
        raise StatementUnreadable from None


def decoded(content: bytes) -> str:
    """Return a text file's characters. Raises StatementUnreadable."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        codes: tuple[str, ...] = ("utf-16",)
    else:
        codes = ("utf-8-sig", "gb18030")
    for code in codes:
        try:
            text = content.decode(code)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise StatementUnreadable


def read_table(rows: Rows, columns: Columns | None) -> Statement:
    """Return a table as a statement. Raises NoHeader, NoColumn, NoAccount."""
    first, places = header(rows, columns)
    found = Statement("table", columns=remembered(rows, first, places, columns))
    found.account, found.unit = own(rows[: max(first, 0)])
    units, accounts = set(), set()
    for number, row in enumerate(rows[first:], start=first + 1):
        cells = {field: [cell(row, each) for each in at] for field, at in places.items()}
        begin = next(filter(None, map(written, row)), "")
        line, faults = line_of(number, cells, places, begin)
        found.faults.extend(faults)
        if line is None:
            continue
        units |= {unit_of(each) for each in cells.get("unit", []) if written(each)}
        accounts |= {written(each) for each in cells.get("account", []) if written(each)}
        if line.amount > 0:
            found.lines.append(line)
        else:
            found.debits += 1
    if len(units) > 1 or len(accounts) > 1:
        raise NoAccount(found=sorted(units if len(units) > 1 else accounts))
    found.unit, found.account = "".join(units) or found.unit, "".join(accounts) or found.account
    return found


def header(rows: Rows, columns: Columns | None) -> tuple[int, dict[str, list[int]]]:
    """Return the first row below the header, and where each field stands."""
    if columns:
        heads.refuse(columns)
        if all(isinstance(each, int) for each in columns.values()):
            places = heads.placed(columns, []) or {}
            at = places["paid_on"][0]
            first = next((n for n, row in enumerate(rows) if day(cell(row, at))), len(rows))
            return first, places
    for number, row in enumerate(rows[:TITLES]):
        found = heads.placed(columns, row) if columns else heads.guessed(row)
        if found is not None and heads.enough(found):
            return number + 1, found
    if columns:
        raise NoColumn(columns=[each for each in columns.values() if isinstance(each, str)])
    raise NoHeader(rows=min(len(rows), TITLES))


def remembered(
    rows: Rows, first: int, places: dict[str, list[int]], columns: Columns | None
) -> dict[str, str | int]:
    """Return the columns found, by their headers, as a layout keeps them."""
    if columns:
        return dict(columns)
    head = rows[first - 1]
    return {field: "+".join(written(head[each]) for each in at) for field, at in places.items()}


def own(titles: Rows) -> tuple[str, str]:
    """Return our account and its currency, where the rows above the header name them."""
    cells = [written(each) for row in titles for each in row]
    cells = [each for each in cells if each]
    account = unit = ""
    for each, after in zip(cells, [*cells[1:], ""], strict=True):
        name, colon, value = each.replace("：", ":").partition(":")
        said = value.strip() if colon and value.strip() else after
        if not account and OWN.fullmatch(name.strip()) and NUMBER.fullmatch(said):
            account = said
        if not unit and OWN_UNIT.fullmatch(name.strip()):
            unit = unit_of(said)
    return account, unit


def unit_of(value: Any) -> str:
    text = written(value)
    return UNITS.get(text.casefold(), text.upper())


def cell(row: Sequence[Any], at: int) -> Any:
    return row[at] if 0 <= at < len(row) else ""


def line_of(
    number: int, cells: dict[str, list[Any]], places: dict[str, list[int]], begin: str
) -> tuple[Line | None, list[DomainError]]:
    """Return what a row says, and what is wrong in it; nothing for one that is no line.

    `begin`: what stands first in the row.
    """
    said = written(cells["paid_on"][0])
    on = day(cells["paid_on"][0])
    moved, faults = moved_by(number, cells, places)
    if on is None:
        # What stands below the lines: sums, and who printed it when.
        if ENDS.match(begin) or not (moved or said[:1].isdigit()):
            return None, []
        at = where(number, places["paid_on"][0])
        wrong = CellNoDay(cell=at, value=said[:60]) if said else NoDay(cell=at)
        return None, [wrong, *faults]
    if faults or not moved:
        return None, faults
    text = " ".join(dict.fromkeys(each for each in map(written, cells.get("text", [])) if each))
    one = {name: written(cells[name][0]) if name in cells else ""
           for name in ("reference", "payer", "payer_account")}  # fmt: skip
    return Line(number, moved, on, text=text, **one), []


def moved_by(
    number: int, cells: dict[str, list[Any]], places: dict[str, list[int]]
) -> tuple[Decimal | None, list[DomainError]]:
    """Return what came (above zero) or went (below), and which cells do not say it."""
    found, faults = {}, list[DomainError]()
    for field in ("credit", "debit", "amount"):
        if field not in cells:
            continue
        value = amount(cells[field][0])
        if value is None:
            at = where(number, places[field][0])
            faults.append(CellNoAmount(cell=at, value=written(cells[field][0])[:60]))
        found[field] = value or Decimal(0)
    if faults:
        return None, faults
    if "credit" in found:
        if found["credit"] and found.get("debit"):
            return None, [BothSides(cell=where(number, places["credit"][0]))]
        return found["credit"] - found.get("debit", Decimal(0)), []
    moved = found.get("amount", Decimal(0)) or -found.get("debit", Decimal(0))
    if "side" not in cells or not moved:
        return moved, []
    side = heads.named(cells["side"][0]) or written(cells["side"][0])
    if side in heads.IN:
        return moved, []
    if side in heads.OUT:
        return -abs(moved), []
    at = where(number, places["side"][0])
    return None, [NoSide(cell=at, value=written(cells["side"][0])[:60])]


def where(number: int, column: int) -> str:
    """Return a cell's name as a spreadsheet shows it; rows are counted from 1."""
    return f"{xl_col_to_name(column)}{number}"
