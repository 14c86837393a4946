"""Reading a file by what it is, whatever its name says."""

from funding.rules.statements.camt import read_camt
from funding.rules.statements.shapes import (
    Columns,
    Statement,
    StatementTooLarge,
    StatementUnreadable,
)
from funding.rules.statements.sheets import OLE, ROWS, decoded, read_table, rows_of
from funding.rules.statements.swift import is_mt940, read_mt940

LARGEST = 5 * 1024 * 1024
"""Bytes of a statement; a year of a consortium's account is well below it."""


def read(content: bytes, columns: Columns | None = None) -> Statement:
    """Return what a statement says. Raises a StatementError where the file is none.

    `columns`: where a table's fields stand; guessed by their headers if left out.
    """
    if len(content) > LARGEST:
        raise StatementTooLarge(rows=ROWS)
    begin = content[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    if not begin:
        raise StatementUnreadable
    if begin.startswith(b"<"):
        return read_camt(content)
    if not content.startswith((b"PK", OLE)):
        text = decoded(content)
        if is_mt940(text):
            return read_mt940(text)
    return read_table(rows_of(content), columns)
