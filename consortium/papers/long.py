"""Sheets of many rows: their cells go into the workbook's file as they come."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any

from xlsxwriter.worksheet import Worksheet

from consortium.papers import printable
from consortium.papers.sheets import DIGITS, safe

FIRST_DAY = date(1899, 12, 30)
"""What a spreadsheet counts its days from."""


class LongSheet(Worksheet):
    """A sheet in constant memory that takes whole rows.

    Cell by cell the library spends most of the time on calls; here a row is one text.
    """

    def write_rows(self, first: int, rows: Iterable[Sequence[str]]) -> int:
        """Write rows of cells, as `number` and `text` make them; return the row after them."""
        self._write_single_row(first)  # what stands above goes first
        at, width = first, 1
        for at, cells in enumerate(rows, first + 1):
            width = len(cells)
            self.row_data_fh.write(f'<row r="{at}">{"".join(cells)}</row>')
        if at > first:
            self._check_dimensions(at - 1, width - 1)
            self.previous_row = at - 1
        return at


def style_of(look: Any) -> str:
    """Return a format as a cell's attribute."""
    return f' s="{look._get_xf_index()}"'


def none(style: str) -> str:
    return f"<c{style}/>"


def number(value: Decimal | int, style: str) -> str:
    """Return a number's cell; one too long for a spreadsheet's numbers becomes a text."""
    written = format(value, "f") if isinstance(value, Decimal) else str(value)
    if len(written) > DIGITS and len(Decimal(value).as_tuple().digits) > DIGITS:
        return text(written, style)
    return f"<c{style}><v>{written}</v></c>"


def day(value: date, style: str) -> str:
    return f"<c{style}><v>{(value - FIRST_DAY).days}</v></c>"


def text(value: str, style: str) -> str:
    """Return a text's cell, marked as text where a spreadsheet would compute it."""
    shown = escape(safe(printable(value)), quote=False)
    kept = ' xml:space="preserve"' if shown != shown.strip() else ""
    return f'<c{style} t="inlineStr"><is><t{kept}>{shown}</t></is></c>'
