"""The part of `/api/v1/` that projects add."""

from rest_framework.routers import SimpleRouter

from projects.api.calls import CallViewSet
from projects.api.proposals import ProposalViewSet
from projects.api.questions import QuestionViewSet
from projects.api.versions import AttachmentViewSet, ProposalVersionViewSet

router = SimpleRouter(use_regex_path=False)
router.register("calls", CallViewSet, "call")
router.register("questions", QuestionViewSet, "question")
router.register("proposals", ProposalViewSet, "proposal")
router.register("proposal-versions", ProposalVersionViewSet, "proposal-version")
router.register("proposal-attachments", AttachmentViewSet, "proposal-attachment")

urlpatterns = router.urls
