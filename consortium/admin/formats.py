"""The two kinds of table file people exchange: CSV and XLSX, read and written safely."""

import csv
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import IO, Any

import tablib
from import_export.formats.base_formats import Format
from python_calamine import CalamineWorkbook

from consortium.papers.sheets import LEADING, Rows, write_csv, write_xlsx


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
        return written(write_csv, dataset)


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
        return written(write_xlsx, dataset)


def written(write: Callable[[Rows, IO[bytes]], None], dataset: tablib.Dataset) -> bytes:
    """Return a dataset as a file of texts."""
    out = BytesIO()
    texts = [["" if cell is None else str(cell) for cell in row] for row in dataset]
    write([dataset.headers, *texts], out)
    return out.getvalue()
