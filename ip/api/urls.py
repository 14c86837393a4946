"""The part of `/api/v1/` that results and rights add."""

from rest_framework.routers import SimpleRouter

from ip.api.background import BackgroundViewSet, CoreBusinessViewSet
from ip.api.endings import EndingViewSet
from ip.api.exclusivity import ExclusivityChangeViewSet
from ip.api.licence_applications import LicenceApplicationViewSet
from ip.api.licence_offers import LicenceOfferViewSet
from ip.api.licences import LicenceViewSet
from ip.api.patents import (
    PatentApplicationViewSet,
    PatentFamilyViewSet,
    PatentFeeViewSet,
    PatentInstructionViewSet,
)
from ip.api.publications import PublicationViewSet
from ip.api.results import ResultViewSet
from ip.api.rights import AccessRequestViewSet, ResultRightsViewSet, RightsViewSet
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
router.register("exclusivity-changes", ExclusivityChangeViewSet, "exclusivity-change")
router.register("results-at-end", EndingViewSet, "result-at-end")
router.register("publication-notices", PublicationViewSet, "publication-notice")
router.register("background", BackgroundViewSet, "background")
router.register("core-businesses", CoreBusinessViewSet, "core-business")
router.register("patent-families", PatentFamilyViewSet, "patent-family")
router.register("patent-applications", PatentApplicationViewSet, "patent-application")
router.register("patent-instructions", PatentInstructionViewSet, "patent-instruction")
router.register("patent-fees", PatentFeeViewSet, "patent-fee")
router.register("results", ResultRightsViewSet, "result-rights")
router.register("rights", RightsViewSet, "rights")
router.register("access-requests", AccessRequestViewSet, "access-request")
router.register("licence-offers", LicenceOfferViewSet, "licence-offer")
router.register("licence-applications", LicenceApplicationViewSet, "licence-application")
router.register("licences", LicenceViewSet, "licence")
router.register("royalty-statements", RoyaltyStatementViewSet, "royalty-statement")
router.register("licence-charges", LicenceChargeViewSet, "licence-charge")
router.register("distribution-parts", DistributionPartViewSet, "distribution-part")

urlpatterns = router.urls
