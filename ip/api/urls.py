"""The part of `/api/v1/` that results and rights add."""

from rest_framework.routers import SimpleRouter

from ip.api.rights import AccessRequestViewSet, ResultRightsViewSet, RightsViewSet

router = SimpleRouter(use_regex_path=False)
router.register("results", ResultRightsViewSet, "result-rights")
router.register("rights", RightsViewSet, "rights")
router.register("access-requests", AccessRequestViewSet, "access-request")

urlpatterns = router.urls
