"""The two kinds of table file people exchange: CSV and XLSX, read and written safely."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import batched
from tempfile import TemporaryFile
from typing import IO, Any

import tablib
import xlsxwriter
from import_export.formats.base_formats import Format
from python_calamine import CalamineWorkbook

LEADING = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


def safe(value: Any) -> str:
    """Return a cell's text, marked as text where a spreadsheet would compute it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(LEADING) else text


def unsafe(value: Any) -> str:
    """Return the text a person meant by a cell: what `safe` did is undone."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if not value.time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(LEADING) else text


def table(rows: list[list[Any]]) -> tablib.Dataset:
    """Return a dataset of texts, its first row as the header; empty rows are left out."""
    texts = [[unsafe(cell) for cell in row] for row in rows]
    if not texts:
        return tablib.Dataset()
    width = len(texts[0])
    dataset = tablib.Dataset(headers=[name.lower() for name in texts[0]])
    for row in texts[1:]:
        if any(row):
            dataset.append((row + [""] * width)[:width])
    return dataset


class TableFile(Format):
    """A format that reads and writes bytes."""

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True


class CSV(TableFile):
    """Comma-separated text: UTF-8, or GB18030 as Chinese spreadsheets save it."""

    def get_title(self) -> str:
        return "csv"

    def get_extension(self) -> str:
        return "csv"

    def get_content_type(self) -> str:
        return "text/csv; charset=utf-8"

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        try:
            text = in_stream.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = in_stream.decode("gb18030")
        return table(list(csv.reader(StringIO(text, newline=""))))

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        out = StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(dataset.headers)
        writer.writerows([safe(cell) for cell in row] for row in dataset)
        return out.getvalue().encode("utf-8-sig")


class XLSX(TableFile):
    """A workbook's first sheet; every cell is written as text."""

    def get_title(self) -> str:
        return "xlsx"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        workbook = CalamineWorkbook.from_filelike(BytesIO(in_stream))
        return table(workbook.get_sheet_by_index(0).to_python())

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        out = BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
            sheet = book.add_worksheet()
            bold = book.add_format({"bold": True})
            for column, name in enumerate(dataset.headers):
                sheet.write_string(0, column, name, bold)
            for number, row in enumerate(dataset, start=1):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, safe(cell))
            sheet.autofit()
        return out.getvalue()


DIGITS = 15
"""What a spreadsheet keeps of a number."""


def csv_file(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield rows as a CSV file piece by piece: amounts as plain numbers, the rest as text."""
    yield "\ufeff".encode()
    for some in batched(rows, 500):
        out = StringIO(newline="")
        csv.writer(out).writerows([plain(cell) for cell in row] for row in some)
        yield out.getvalue().encode()


def plain(cell: Any) -> str:
    return format(cell, "f") if isinstance(cell, Decimal) else safe(cell)


def xlsx_file(rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    """Return rows as an open workbook, the first in bold: amounts as numbers, the rest as text.

    It is written row by row, so that its length costs no memory.
    """
    out = TemporaryFile()  # noqa: SIM115  (whoever sends it closes it)
    options = {"constant_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 60, 18)
        sheet.freeze_panes(1, 1)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, Decimal) and len(cell.normalize().as_tuple().digits) <= DIGITS:
                    sheet.write_number(number, column, float(cell))
                elif cell is not None:
                    sheet.write_string(number, column, plain(cell), None if number else bold)
    out.seek(0)
    return out
