"""The part of `/api/v1/` that results and rights add."""

from rest_framework.routers import SimpleRouter

from ip.api.background import BackgroundViewSet
from ip.api.licence_applications import LicenceApplicationViewSet
from ip.api.licences import LicenceViewSet
from ip.api.results import ResultViewSet
from ip.api.royalties import (
    DistributionPartViewSet,
    LicenceChargeViewSet,
    RoyaltyStatementViewSet,
)
from ip.api.shares import ChangeViewSet, OfferViewSet, ShareViewSet

router = SimpleRouter(use_regex_path=False)
router.register("results", ResultViewSet, "result")
router.register("ownership-shares", ShareViewSet, "ownership-share")
router.register("ownership-changes", ChangeViewSet, "ownership-change")
router.register("share-offers", OfferViewSet, "share-offer")
router.register("background", BackgroundViewSet, "background")
router.register("licence-applications", LicenceApplicationViewSet, "licence-application")
router.register("licences", LicenceViewSet, "licence")
router.register("royalty-statements", RoyaltyStatementViewSet, "royalty-statement")
router.register("licence-charges", LicenceChargeViewSet, "licence-charge")
router.register("distribution-parts", DistributionPartViewSet, "distribution-part")

urlpatterns = router.urls
