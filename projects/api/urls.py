"""The part of `/api/v1/` that calls, proposals and projects add."""

from rest_framework.routers import SimpleRouter

from projects.api.assignments import AssignmentViewSet
from projects.api.calendars import CalendarViewSet
from projects.api.calls import CallViewSet
from projects.api.competitors import CompetitorViewSet
from projects.api.consensus import ConsensusViewSet
from projects.api.dashboards import DeadlineViewSet, PipelineViewSet, PortfolioViewSet
from projects.api.decisions import DecisionViewSet
from projects.api.items import (
    DeliverableViewSet,
    MilestoneViewSet,
    ReportViewSet,
    RiskViewSet,
)
from projects.api.paper import CallPaperViewSet, ProposalPaperViewSet
from projects.api.people import FacilityViewSet, SecondmentViewSet
from projects.api.plans import PlanViewSet
from projects.api.projects import (
    ProjectEventViewSet,
    ProjectParticipantViewSet,
    ProjectViewSet,
)
from projects.api.proposals import ProposalViewSet
from projects.api.questions import QuestionViewSet
from projects.api.reviews import ReviewViewSet
from projects.api.screening import CallScreeningViewSet, ProposalScreeningViewSet
from projects.api.versions import AttachmentViewSet, ProposalVersionViewSet

router = SimpleRouter(use_regex_path=False)
router.register("calls", CallViewSet, "call")
router.register("questions", QuestionViewSet, "question")
router.register("proposals", ProposalViewSet, "proposal")
router.register("proposal-versions", ProposalVersionViewSet, "proposal-version")
router.register("proposal-attachments", AttachmentViewSet, "proposal-attachment")
router.register("projects", ProjectViewSet, "project")
router.register("project-participants", ProjectParticipantViewSet, "project-participant")
router.register("project-events", ProjectEventViewSet, "project-event")
router.register("plans", PlanViewSet, "plan")
router.register("milestones", MilestoneViewSet, "milestone")
router.register("deliverables", DeliverableViewSet, "deliverable")
router.register("progress-reports", ReportViewSet, "progress-report")
router.register("risks", RiskViewSet, "risk")
router.register("facilities", FacilityViewSet, "facility")
router.register("calendar", CalendarViewSet, "calendar")
router.register("secondments", SecondmentViewSet, "secondment")
router.register("calls", CallScreeningViewSet, "call-screening")
router.register("calls", CallPaperViewSet, "call-paper")
router.register("proposals", ProposalPaperViewSet, "proposal-paper")
router.register("proposals", ProposalScreeningViewSet, "proposal-screening")
router.register("assignments", AssignmentViewSet, "assignment")
router.register("reviews", ReviewViewSet, "review")
router.register("consensus", ConsensusViewSet, "consensus")
router.register("decisions", DecisionViewSet, "project-decision")
router.register("competitors", CompetitorViewSet, "competitor")
router.register("pipeline", PipelineViewSet, "pipeline")
router.register("portfolio", PortfolioViewSet, "portfolio")
router.register("deadlines", DeadlineViewSet, "deadline")

urlpatterns = router.urls
