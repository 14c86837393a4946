"""The part of `/api/v1/` that results and rights add."""

from rest_framework.routers import SimpleRouter

from ip.api.patents import (
    PatentApplicationViewSet,
    PatentFamilyViewSet,
    PatentFeeViewSet,
    PatentInstructionViewSet,
)

router = SimpleRouter(use_regex_path=False)
router.register("patent-families", PatentFamilyViewSet, "patent-family")
router.register("patent-applications", PatentApplicationViewSet, "patent-application")
router.register("patent-instructions", PatentInstructionViewSet, "patent-instruction")
router.register("patent-fees", PatentFeeViewSet, "patent-fee")

urlpatterns = router.urls
