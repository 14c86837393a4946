"""The workbook a consortium moves in with: which sheets it has, and reading one."""

from funding.rules.cutover.reading import read
from funding.rules.cutover.shape import (
    SHEETS,
    Book,
    CellRefused,
    Column,
    Kind,
    OpeningAccount,
    Row,
    Sheet,
)

__all__ = [
    "SHEETS", "Book", "CellRefused", "Column", "Kind", "OpeningAccount", "Row", "Sheet", "read",
]  # fmt: skip
