"""Tables as files: CSV and XLSX that a spreadsheet reads as they are meant."""

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse

type Cell = str | Decimal | int | date | None
type Rows = Iterable[Sequence[Cell]]
"""The first row is the header."""

DIGITS = 15
"""What a spreadsheet's numbers hold exactly; longer ones are written as text."""

WIDTH = 18

LEADING = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a text for a formula."""


def safe(text: str) -> str:
    """Return a cell's text, marked as text where a spreadsheet would compute it."""
    return f"'{text}" if text.startswith(LEADING) else text


def write_csv(rows: Rows, out: IO[bytes]) -> None:
    """Write a table as UTF-8 with a mark, so that spreadsheets read it as such."""
    text = TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    print_csv(rows, text, "\r\n")
    text.detach()


def print_csv(rows: Rows, out: Any, line_end: str = "\n") -> None:
    """Write a table to something that takes text, such as a terminal."""
    writer = csv.writer(out, lineterminator=line_end)
    writer.writerows([in_csv(cell) for cell in row] for row in rows)


def in_csv(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return "" if cell is None else safe(cell) if isinstance(cell, str) else str(cell)


def write_xlsx(rows: Rows, out: IO[bytes]) -> None:
    """Write a workbook of one sheet, row by row: numbers and days as such, texts as texts."""
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        formats = {
            Decimal: book.add_format({"num_format": "#,##0.00##########"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            if number == 0:
                sheet.set_column(0, len(row) - 1, WIDTH)
            for column, cell in enumerate(row):
                put(sheet, number, column, cell, bold if number == 0 else formats.get(type(cell)))


def put(sheet: Any, number: int, column: int, cell: Cell, style: Any) -> None:
    match cell:
        case Decimal() | int() if len(Decimal(cell).as_tuple().digits) <= DIGITS:
            sheet.write_number(number, column, cell, style)
        case date():
            sheet.write_datetime(number, column, datetime.combine(cell, time()), style)
        case None:
            pass
        case _:
            text = cell if isinstance(cell, str) else str(cell)
            sheet.write_string(number, column, safe(text) if isinstance(cell, str) else text, style)


WRITERS: dict[str, tuple[Callable[[Rows, IO[bytes]], None], str]] = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (
        write_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
"""How each kind of file is written, and what it is called on the way."""


def download(rows: Rows, *, kind: str, name: str) -> FileResponse:
    """Answer with a table to be saved."""
    write, content_type = WRITERS[kind]
    return saved(lambda out: write(rows, out), name=f"{name}.{kind}", content_type=content_type)


def saved(write: Callable[[IO[bytes]], None], *, name: str, content_type: str) -> FileResponse:
    """Answer with a file to be saved, written in full first; kept by no cache on the way."""
    # Closed by the response, which reads it.
    file = TemporaryFile()  # noqa: SIM115
    write(file)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
