"""The part of `/api/v1/` that dues and money add."""

from rest_framework.routers import SimpleRouter

from funding.api.assessments import AssessmentViewSet
from funding.api.charges import ChargeViewSet
from funding.api.credit_notes import CreditNoteViewSet
from funding.api.declarations import DeclarationViewSet
from funding.api.figure_views import LookViewSet
from funding.api.ledger import AccountViewSet, TransferViewSet
from funding.api.payment_notices import PaymentNoticeViewSet
from funding.api.payments import PaymentViewSet
from funding.api.rates import ExchangeRateViewSet
from funding.api.rounds import RoundViewSet
from funding.api.runs import RunViewSet
from funding.api.statements import BankStatementViewSet
from funding.api.whatif import CharterWhatIfViewSet, WhatIfViewSet

router = SimpleRouter(use_regex_path=False)
router.register("rounds", RoundViewSet, "round")
router.register("declarations", DeclarationViewSet, "declaration")
router.register("runs", RunViewSet, "run")
router.register("assessments", AssessmentViewSet, "assessment")
router.register("charges", ChargeViewSet, "charge")
router.register("credit-notes", CreditNoteViewSet, "credit-note")
router.register("exchange-rates", ExchangeRateViewSet, "exchange-rate")
router.register("figure-views", LookViewSet, "figure-view")
router.register("accounts", AccountViewSet, "account")
router.register("transfers", TransferViewSet, "transfer")
router.register("what-if", WhatIfViewSet, "what-if")
router.register("charters", CharterWhatIfViewSet, "charter-what-if")
router.register("payments", PaymentViewSet, "payment")
router.register("payment-notices", PaymentNoticeViewSet, "payment-notice")
router.register("bank-statements", BankStatementViewSet, "bank-statement")

urlpatterns = router.urls
