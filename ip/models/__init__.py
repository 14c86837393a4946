"""The tables of results, their owners and rights."""

from ip.models.applications import LicenceApplication, NegotiationEntry
from ip.models.background import Background
from ip.models.exclusivity import (
    AccessRequest,
    Exclusivity,
    ExclusivityChange,
    ExclusivityWatch,
)
from ip.models.licences import (
    Licence,
    LicenceConsent,
    LicenceEnding,
    LicenceMilestone,
    LicenceWatch,
)
from ip.models.making import Contribution, CoreBusiness, Evaluation, Inventor, ResultFunding
from ip.models.offers import OfferAcceptance, OwnershipChange, ShareOffer
from ip.models.patents import (
    Instruction,
    PatentApplication,
    PatentEvent,
    PatentFamily,
    PatentFee,
    PatentWatch,
)
from ip.models.results import OwnershipShare, Result
from ip.models.royalties import (
    Distribution,
    DistributionPart,
    LicenceCharge,
    RoyaltyLine,
    RoyaltyStatement,
)

__all__ = [
    "AccessRequest",
    "Background",
    "Contribution",
    "CoreBusiness",
    "Distribution",
    "DistributionPart",
    "Evaluation",
    "Exclusivity",
    "ExclusivityChange",
    "ExclusivityWatch",
    "Instruction",
    "Inventor",
    "Licence",
    "LicenceApplication",
    "LicenceCharge",
    "LicenceConsent",
    "LicenceEnding",
    "LicenceMilestone",
    "LicenceWatch",
    "NegotiationEntry",
    "OfferAcceptance",
    "OwnershipChange",
    "OwnershipShare",
    "PatentApplication",
    "PatentEvent",
    "PatentFamily",
    "PatentFee",
    "PatentWatch",
    "Result",
    "ResultFunding",
    "RoyaltyLine",
    "RoyaltyStatement",
    "ShareOffer",
]
