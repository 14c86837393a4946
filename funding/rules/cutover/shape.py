"""Which sheets and columns the cut-over workbook has, and what a row of it is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from consortium.errors import DomainError
from consortium.rules.choices import OrganizationKind, Rank


class CellRefused(DomainError):
    """What is wrong with a cell; `why` says it, with what to do."""

    code = "cutover_cell"


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    DAY = "day"
    AMOUNT = "amount"


class OpeningAccount(StrEnum):
    """The accounts that have a balance after a cut-over, as the control totals name them."""

    RECEIVABLE = "receivable"
    ON_ACCOUNT = "on_account"
    OPENING = "opening"


@dataclass(frozen=True)
class Column:
    """A column of a sheet. `choices`: the codes a cell may hold, where they are known here."""

    code: str
    kind: Kind = Kind.TEXT
    required: bool = True
    longest: int = 200
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook; its code is its name in every language."""

    code: str
    columns: tuple[Column, ...]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)


WHOSE = Column("organization")
UNIT = Column("unit", longest=20)

SHEETS = (
    Sheet(
        "organizations",
        (
            Column("registration_number", required=False, longest=50),
            Column("name_zh", required=False),
            Column("name_en", required=False),
            Column("kind", choices=tuple(OrganizationKind)),
            Column("country", longest=2),
        ),
    ),
    Sheet("members", (WHOSE, Column("category", longest=40), Column("starts_on", Kind.DAY))),
    Sheet(
        "appointments",
        (
            Column("person", longest=150),
            Column("email", longest=150),
            Column("role", longest=30),
            Column("organization", required=False),
            Column("starts_on", Kind.DAY, required=False),
        ),
    ),
    Sheet(
        "seats",
        (
            WHOSE,
            Column("body", longest=40),
            Column("rank", choices=tuple(Rank)),
            Column("person", required=False, longest=150),
            Column("starts_on", Kind.DAY),
            Column("ends_on", Kind.DAY, required=False),
        ),
    ),
    Sheet(
        "open_items",
        (
            WHOSE,
            Column("levy", longest=50),
            Column("number", longest=40),
            Column("issued_on", Kind.DAY),
            Column("due_on", Kind.DAY),
            Column("amount", Kind.AMOUNT),
            UNIT,
            Column("voucher", required=False, longest=60),
        ),
    ),
    Sheet("credits", (WHOSE, Column("amount", Kind.AMOUNT), UNIT)),
    Sheet(
        "totals",
        (
            UNIT,
            Column("account", choices=tuple(OpeningAccount)),
            Column("debit", Kind.AMOUNT, required=False),
            Column("credit", Kind.AMOUNT, required=False),
        ),
    ),
)


@dataclass(frozen=True)
class Row:
    """A row as it was read: what stands in each column, and where.

    `number`: as the spreadsheet counts; `values`: a text, a day, an amount, or None;
    `whole`: whether all of them could be read.
    """

    sheet: str
    number: int
    values: dict[str, Any]
    places: dict[str, int]
    whole: bool

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def refused(self, column: str, why: DomainError) -> CellRefused:
        return refused(self.sheet, self.number, self.places[column], why)


def refused(sheet: str, number: int, place: int, why: DomainError) -> CellRefused:
    """Return what is wrong with a cell, called as a spreadsheet does: `members!B3`."""
    cell = f"{xl_col_to_name(place)}{number}"
    return CellRefused(path=f"{sheet}!{cell}", sheet=sheet, cell=cell, why=why)


@dataclass
class Book:
    """A workbook as it was read, and what is wrong in its cells."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    faults: list[CellRefused] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {sheet: len(rows) for sheet, rows in self.rows.items()}
