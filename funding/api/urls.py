"""The part of `/api/v1/` that dues and money add."""

from rest_framework.routers import SimpleRouter

from funding.api.assessments import AssessmentViewSet
from funding.api.bank_statements import BankStatementViewSet
from funding.api.books import LedgerViewSet
from funding.api.charges import ChargeViewSet
from funding.api.closing import SurplusReturnViewSet, YearCloseViewSet
from funding.api.concessions import ConcessionViewSet
from funding.api.credit_notes import CreditNoteViewSet
from funding.api.cutover import CutOverViewSet
from funding.api.declarations import DeclarationViewSet
from funding.api.dunning import DunningStepViewSet, ExitProposalViewSet, StandingViewSet
from funding.api.figure_views import LookViewSet
from funding.api.instruments import InstrumentViewSet
from funding.api.ledger import AccountViewSet, TransferViewSet
from funding.api.payment_notices import PaymentNoticeViewSet
from funding.api.payments import PaymentViewSet
from funding.api.plans import PaymentPlanViewSet
from funding.api.rates import ExchangeRateViewSet
from funding.api.references import ReferenceRateViewSet
from funding.api.rounds import RoundViewSet
from funding.api.runs import RunViewSet
from funding.api.statements import MemberStatementViewSet
from funding.api.vouchers import VoucherViewSet
from funding.api.whatif import CharterWhatIfViewSet, WhatIfViewSet

router = SimpleRouter(use_regex_path=False)
router.register("rounds", RoundViewSet, "round")
router.register("instruments", InstrumentViewSet, "instrument")
router.register("declarations", DeclarationViewSet, "declaration")
router.register("runs", RunViewSet, "run")
router.register("assessments", AssessmentViewSet, "assessment")
router.register("charges", ChargeViewSet, "charge")
router.register("credit-notes", CreditNoteViewSet, "credit-note")
router.register("concessions", ConcessionViewSet, "concession")
router.register("payment-plans", PaymentPlanViewSet, "payment-plan")
router.register("exchange-rates", ExchangeRateViewSet, "exchange-rate")
router.register("reference-rates", ReferenceRateViewSet, "reference-rate")
router.register("figure-views", LookViewSet, "figure-view")
router.register("accounts", AccountViewSet, "account")
router.register("transfers", TransferViewSet, "transfer")
router.register("what-if", WhatIfViewSet, "what-if")
router.register("charters", CharterWhatIfViewSet, "charter-what-if")
router.register("dunning-steps", DunningStepViewSet, "dunning-step")
router.register("standing", StandingViewSet, "standing")
router.register("exit-proposals", ExitProposalViewSet, "exit-proposal")
router.register("members", MemberStatementViewSet, "member-statement")
router.register("ledger", LedgerViewSet, "ledger")
router.register("year-closes", YearCloseViewSet, "year-close")
router.register("surplus-returns", SurplusReturnViewSet, "surplus-return")
router.register("payments", PaymentViewSet, "payment")
router.register("payment-notices", PaymentNoticeViewSet, "payment-notice")
router.register("bank-statements", BankStatementViewSet, "bank-statement")
router.register("vouchers", VoucherViewSet, "voucher")
router.register("cut-overs", CutOverViewSet, "cut-over")

urlpatterns = router.urls
