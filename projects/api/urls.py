"""The part of `/api/v1/` that projects add."""

from rest_framework.routers import SimpleRouter

from projects.api.assignments import AssignmentViewSet
from projects.api.competitors import CompetitorViewSet
from projects.api.consensus import ConsensusViewSet
from projects.api.decisions import DecisionViewSet
from projects.api.reviews import ReviewViewSet
from projects.api.screening import CallScreeningViewSet, ProposalScreeningViewSet

router = SimpleRouter(use_regex_path=False)
router.register("calls", CallScreeningViewSet, "call-screening")
router.register("proposals", ProposalScreeningViewSet, "proposal-screening")
router.register("assignments", AssignmentViewSet, "assignment")
router.register("reviews", ReviewViewSet, "review")
router.register("consensus", ConsensusViewSet, "consensus")
router.register("decisions", DecisionViewSet, "project-decision")
router.register("competitors", CompetitorViewSet, "competitor")

urlpatterns = router.urls
