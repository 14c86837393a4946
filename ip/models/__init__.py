"""The tables of results, their owners and rights."""

from ip.models.applications import LicenceApplication, NegotiationEntry
from ip.models.background import Background
from ip.models.exclusivity import (
    AccessRequest,
    Exclusivity,
    ExclusivityChange,
    ExclusivityWatch,
    Rearming,
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
from ip.models.openings import LicenceOffer
from ip.models.patent_fees import Instruction, PatentFee
from ip.models.patents import (
    PatentApplication,
    PatentCorrection,
    PatentEvent,
    PatentFamily,
    PatentWatch,
)
from ip.models.publishing import (
    PublicationAnswer,
    PublicationNotice,
    PublicationParty,
    PublicationWatch,
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
    "LicenceOffer",
    "LicenceWatch",
    "NegotiationEntry",
    "OfferAcceptance",
    "OwnershipChange",
    "OwnershipShare",
    "PatentApplication",
    "PatentCorrection",
    "PatentEvent",
    "PatentFamily",
    "PatentFee",
    "PatentWatch",
    "PublicationAnswer",
    "PublicationNotice",
    "PublicationParty",
    "PublicationWatch",
    "Rearming",
    "Result",
    "ResultFunding",
    "RoyaltyLine",
    "RoyaltyStatement",
    "ShareOffer",
]
