"""The tables of dues and money."""

from funding.models.assessments import Assessment, Charge
from funding.models.declarations import (
    FINANCE_READERS,
    MEMBER_READERS,
    Declaration,
    DeclaredFigure,
    Round,
)
from funding.models.ledger import Account, Transfer

__all__ = [
    "FINANCE_READERS",
    "MEMBER_READERS",
    "Account",
    "Assessment",
    "Charge",
    "Declaration",
    "DeclaredFigure",
    "Round",
    "Transfer",
]
