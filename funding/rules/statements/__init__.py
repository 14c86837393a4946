"""Reading what banks give out: tables, camt.053 and MT940, as one kind of statement."""

from funding.rules.statements.columns import FIELDS
from funding.rules.statements.reading import read
from funding.rules.statements.shapes import Columns, Line, Statement, StatementError

__all__ = ["FIELDS", "Columns", "Line", "Statement", "StatementError", "read"]
