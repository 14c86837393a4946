"""The ground's part of `/api/v1/`."""

from rest_framework.routers import SimpleRouter

from consortium.api.appointments import AppointmentViewSet
from consortium.api.cases import CaseViewSet
from consortium.api.cessations import CessationViewSet
from consortium.api.charters import CharterViewSet
from consortium.api.comparison import ComparisonViewSet
from consortium.api.consortia import ConsortiumViewSet
from consortium.api.docket import DocketViewSet
from consortium.api.drafts import SchemaViewSet
from consortium.api.facts import DisagreementViewSet, FactViewSet
from consortium.api.me import MeViewSet
from consortium.api.members import MemberListViewSet
from consortium.api.notices import NoticeViewSet
from consortium.api.organizations import OrganizationViewSet
from consortium.api.paper_acts import PaperActViewSet
from consortium.api.reports import ReportScheduleViewSet, ReportViewSet
from consortium.api.seats import SeatViewSet
from consortium.api.suspensions import SuspensionViewSet
from consortium.api.tokens import TokenViewSet

router = SimpleRouter(use_regex_path=False)
router.register("me", MeViewSet, "me")
router.register("tokens", TokenViewSet, "token")
router.register("consortia", ConsortiumViewSet, "consortium")
router.register("organizations", OrganizationViewSet, "organization")
router.register("cessations", CessationViewSet, "cessation")
router.register("members", MemberListViewSet, "member")
router.register("seats", SeatViewSet, "seat")
router.register("suspensions", SuspensionViewSet, "suspension")
router.register("appointments", AppointmentViewSet, "appointment")
router.register("charters", CharterViewSet, "charter")
router.register("charter-schema", SchemaViewSet, "charter-schema")
router.register("cases", CaseViewSet, "case")
router.register("facts", FactViewSet, "fact")
router.register("disagreements", DisagreementViewSet, "disagreement")
router.register("comparison", ComparisonViewSet, "comparison")
router.register("notices", NoticeViewSet, "notice")
router.register("reports", ReportViewSet, "report")
router.register("report-schedules", ReportScheduleViewSet, "report-schedule")
router.register("acts-on-paper", PaperActViewSet, "act-on-paper")
router.register("docket", DocketViewSet, "docket")

urlpatterns = router.urls
