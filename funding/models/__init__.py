"""The tables of dues and money."""

from funding.models.assessments import Assessment, Charge, CreditNote
from funding.models.declarations import (
    FINANCE_READERS,
    MEMBER_READERS,
    Declaration,
    DeclaredFigure,
    Round,
)
from funding.models.ledger import Account, Transfer
from funding.models.rates import ExchangeRate
from funding.models.runs import DuesRun
from funding.models.views import FigureView

__all__ = [
    "FINANCE_READERS",
    "MEMBER_READERS",
    "Account",
    "Assessment",
    "Charge",
    "CreditNote",
    "Declaration",
    "DeclaredFigure",
    "DuesRun",
    "ExchangeRate",
    "FigureView",
    "Round",
    "Transfer",
]
