"""The tables of results, their owners and rights."""

from ip.models.background import Background
from ip.models.exclusivity import (
    AccessRequest,
    Exclusivity,
    ExclusivityChange,
    ExclusivityWatch,
    Rearming,
)
from ip.models.making import Contribution, CoreBusiness, Evaluation, Inventor, ResultFunding
from ip.models.offers import OfferAcceptance, OwnershipChange, ShareOffer
from ip.models.openings import LicenceOffer
from ip.models.patents import (
    Instruction,
    PatentApplication,
    PatentEvent,
    PatentFamily,
    PatentFee,
    PatentWatch,
)
from ip.models.publishing import (
    PublicationAnswer,
    PublicationNotice,
    PublicationParty,
    PublicationWatch,
)
from ip.models.results import OwnershipShare, Result

__all__ = [
    "AccessRequest",
    "Background",
    "Contribution",
    "CoreBusiness",
    "Evaluation",
    "Exclusivity",
    "ExclusivityChange",
    "ExclusivityWatch",
    "Instruction",
    "Inventor",
    "LicenceOffer",
    "OfferAcceptance",
    "OwnershipChange",
    "OwnershipShare",
    "PatentApplication",
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
    "ShareOffer",
]
