"""Reading the cut-over workbook: typed rows, and each fault with its cell."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from posixpath import join, normpath
from typing import Any
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from consortium.errors import DomainError
from funding.rules.cutover.shape import SHEETS, Book, Column, Kind, Row, Sheet, refused
from funding.rules.statements.values import amount, day, written

LARGEST = 5 * 1024 * 1024
UNPACKED = 50 * 1024 * 1024
ROWS = 5000
"""Rows of a sheet; a consortium with more members moves in by its own program."""

BETWEEN = "·"
"""What stands in a cell between a choice's code and its name."""

DIGITS = 15
MOST = Decimal(10) ** 15
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)

FORMULA = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*>\s*<(?:\w+:)?f[\s/>]")
MAIN = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

type Cells = list[list[Any]]


class BookUnreadable(DomainError):
    """The file is no workbook of this kind."""

    code = "cutover_unreadable"


class BookTooLarge(DomainError):
    code = "cutover_too_large"


class SheetMissing(DomainError):
    code = "cutover_sheet_missing"


class ColumnMissing(DomainError):
    code = "cutover_column_missing"


class FormulaInCell(DomainError):
    code = "cutover_formula"


class EmptyCell(DomainError):
    code = "cutover_cell_empty"


class CellTooLong(DomainError):
    code = "cutover_cell_too_long"


class NoDayInCell(DomainError):
    code = "cutover_no_day"


class NoAmountInCell(DomainError):
    code = "cutover_no_amount"


class CellDigits(DomainError):
    """A number of that many digits is not exact any more; it should be a text."""

    code = "cutover_digits"


class NoChoiceInCell(DomainError):
    code = "cutover_no_choice"


def read(content: bytes) -> Book:
    """Return what a workbook says. Raises BookUnreadable, BookTooLarge, SheetMissing.

    A sheet's columns are found by their codes in its first row; the second is their names.
    """
    sheets, formulas = cells_of(content)
    missing = [each.code for each in SHEETS if each.code not in sheets]
    if missing:
        raise SheetMissing(missing=missing)
    book = Book()
    for sheet in SHEETS:
        book.rows[sheet.code] = list(rows_of(sheet, sheets[sheet.code], formulas[sheet.code], book))
    return book


def cells_of(content: bytes) -> tuple[dict[str, Cells], dict[str, set[tuple[int, int]]]]:
    """Return the cells of our sheets, and which of them are formulas, counted from 0."""
    if len(content) > LARGEST:
        raise BookTooLarge(rows=ROWS)
    wanted = {each.code for each in SHEETS}
    try:
        archive = ZipFile(BytesIO(content))
        if sum(each.file_size for each in archive.infolist()) > UNPACKED:
            raise BookTooLarge(rows=ROWS)
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
            if name in wanted
        }
        parts = parts_of(archive)
        formulas = {name: set(formulas_of(archive.read(parts[name]))) for name in sheets}
    except (BadZipFile, CalamineError, ElementTree.ParseError, NotImplementedError, KeyError,
            ValueError, OSError):  # fmt: skip
        raise BookUnreadable from None
    if any(len(each) > ROWS + 2 for each in sheets.values()):
        raise BookTooLarge(rows=ROWS)
    return sheets, formulas


def parts_of(archive: ZipFile) -> dict[str, str]:
    """Return in which part of the archive each sheet is kept."""
    targets = {
        each.get("Id"): each.get("Target", "")
        for each in xml(archive, "xl/_rels/workbook.xml.rels")
    }
    sheets = (
        each for each in xml(archive, "xl/workbook.xml").iter() if each.tag.endswith("}sheet")
    )
    return {
        each.get("name", ""): normpath(join("/xl", targets.get(each.get(MAIN), ""))).lstrip("/")
        for each in sheets
    }


def xml(archive: ZipFile, part: str) -> ElementTree.Element:
    content = archive.read(part)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BookUnreadable
    return ElementTree.fromstring(content)


def formulas_of(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield the row and the column of each formula of a sheet."""
    for letters, number in FORMULA.findall(content):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        yield int(number) - 1, column - 1


def rows_of(
    sheet: Sheet, cells: Cells, formulas: set[tuple[int, int]], book: Book
) -> Iterator[Row]:
    """Yield the rows of a sheet that say something; faults go to the book."""
    codes = [written(each) for each in cells[0]] if cells else []
    places = {each.code: codes.index(each.code) for each in sheet if each.code in codes}
    missing = [each.code for each in sheet if each.code not in places]
    if missing:
        book.faults.append(refused(sheet.code, 1, 0, ColumnMissing(missing=missing)))
        return
    for number, row in enumerate(cells[2:], start=2):
        own = {(number, place) for place in places.values()} & formulas
        if not own and all(written(row[place]) == "" for place in places.values()):
            continue
        values: dict[str, Any] = {}
        before = len(book.faults)
        for column in sheet:
            place = places[column.code]
            values[column.code] = None
            try:
                if (number, place) in own:
                    raise FormulaInCell
                values[column.code] = value(column, row[place])
            except DomainError as error:
                book.faults.append(refused(sheet.code, number + 1, place, error))
        yield Row(sheet.code, number + 1, values, places, len(book.faults) == before)


def value(column: Column, cell: Any) -> Any:
    """Return what a cell says. Raises EmptyCell and what else may be wrong with one."""
    text = written(cell)
    if not text:
        if column.required:
            raise EmptyCell
        return "" if column.kind == Kind.TEXT else None
    if column.kind == Kind.DAY:
        found = day(cell)
        if found is None or not FIRST_DAY <= found < LAST_DAY:
            raise NoDayInCell(value=text[:40])
        return found
    if column.kind == Kind.AMOUNT:
        return figure(cell, text)
    if isinstance(cell, int | float) and len(text.replace(".", "")) > DIGITS:
        raise CellDigits
    return worded(column, text)


def figure(cell: Any, text: str) -> Decimal:
    found = amount(cell)
    if found is None or not 0 <= found < MOST:
        raise NoAmountInCell(value=text[:40])
    return found


def worded(column: Column, text: str) -> str:
    """Return a text; of a choice its code, which stands before its name."""
    if column.choices:
        return one_of(column.choices, text)
    if len(text) > column.longest:
        raise CellTooLong(longest=column.longest)
    return text


def one_of(choices: Sequence[str], text: str) -> str:
    """Return the code a cell chooses. Raises NoChoiceInCell."""
    code = text.split(BETWEEN)[0].strip().casefold()
    if code not in choices:
        raise NoChoiceInCell(value=text[:40], choices=list(choices))
    return code
