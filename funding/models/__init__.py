"""The tables of dues and money."""

from funding.models.assessments import Assessment, Charge
from funding.models.books import LedgerHeading, SurplusReturn, YearClose
from funding.models.concessions import Concession, PaymentPlan, PlanInstalment, PlannedCharge
from funding.models.credits import CreditNote
from funding.models.cutover import CUTOVER_ROLES, CutOver, OpeningItem
from funding.models.declarations import (
    FINANCE_READERS,
    MEMBER_READERS,
    Declaration,
    DeclaredFigure,
    Round,
)
from funding.models.dunning import (
    STANDING_READERS,
    DunningBlock,
    DunningStep,
    Enforcement,
    ExitProposal,
    OpenItem,
    ReferenceRate,
)
from funding.models.instruments import INSTRUMENT_READERS, FundingInstrument
from funding.models.ledger import Account, Transfer
from funding.models.rates import ExchangeRate
from funding.models.receipts import (
    BankStatement,
    PayerAlias,
    Payment,
    PaymentNotice,
    StatementLayout,
)
from funding.models.runs import DuesRun
from funding.models.views import FigureView
from funding.models.vouchers import Voucher, VoucherItem

__all__ = [
    "CUTOVER_ROLES",
    "FINANCE_READERS",
    "INSTRUMENT_READERS",
    "MEMBER_READERS",
    "STANDING_READERS",
    "Account",
    "Assessment",
    "BankStatement",
    "Charge",
    "Concession",
    "CreditNote",
    "CutOver",
    "Declaration",
    "DeclaredFigure",
    "DuesRun",
    "DunningBlock",
    "DunningStep",
    "Enforcement",
    "ExchangeRate",
    "ExitProposal",
    "FigureView",
    "FundingInstrument",
    "LedgerHeading",
    "OpenItem",
    "OpeningItem",
    "PayerAlias",
    "Payment",
    "PaymentNotice",
    "PaymentPlan",
    "PlanInstalment",
    "PlannedCharge",
    "ReferenceRate",
    "Round",
    "StatementLayout",
    "SurplusReturn",
    "Transfer",
    "Voucher",
    "VoucherItem",
    "YearClose",
]
