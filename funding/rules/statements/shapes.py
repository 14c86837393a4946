"""A statement as it was read, and what makes a file none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from consortium.errors import DomainError

type Columns = Mapping[str, str | int]
"""Our name of each field → the header or the number, counted from 1, of its column."""


class StatementError(DomainError):
    """The file cannot be taken as a statement; nothing of it is."""


class StatementUnreadable(StatementError):
    """The file is none of the kinds that are read, or broken."""

    code = "statement_unreadable"


class StatementTooLarge(StatementError):
    code = "statement_too_large"


class ForbiddenXml(StatementError):
    """The file declares a document type or entities, which statements never do."""

    code = "statement_forbidden_xml"


class NoHeader(StatementError):
    """No row names the columns that are needed."""

    code = "statement_no_header"


class NoColumn(StatementError):
    """A column of the layout is not in the file."""

    code = "statement_no_column"


class NoAccount(StatementError):
    """The file holds the statements of several accounts, or in several currencies."""

    code = "statement_several"


class CellNoDay(StatementError):
    code = "statement_not_a_day"


class CellNoAmount(StatementError):
    code = "statement_not_an_amount"


class NoSide(StatementError):
    """The cell does not say whether money came or went."""

    code = "statement_no_side"


class BothSides(StatementError):
    """A line says that money came and went at once."""

    code = "statement_both_sides"


class NoDay(StatementError):
    """An amount stands without its day."""

    code = "statement_no_day"


@dataclass(frozen=True)
class Line:
    """Money that came in, as a line of a statement shows it.

    `row`: where it stands, counted from 1. `reference`: the bank's own, or empty.
    """

    row: int
    amount: Decimal
    paid_on: date
    reference: str = ""
    payer: str = ""
    payer_account: str = ""
    text: str = ""


@dataclass
class Statement:
    """What a file says: `lines` of money that came; `debits` of money that went are counted.

    `columns`: where each field was found in a table; `faults`: what is wrong, by cell.
    """

    kind: str
    account: str = ""
    unit: str = ""
    lines: list[Line] = field(default_factory=list)
    debits: int = 0
    columns: dict[str, str | int] = field(default_factory=dict)
    faults: list[DomainError] = field(default_factory=list)
