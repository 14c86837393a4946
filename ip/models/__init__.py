"""The tables of results, their owners and rights."""

from ip.models.background import Background
from ip.models.exclusivity import (
    AccessRequest,
    Exclusivity,
    ExclusivityChange,
    ExclusivityWatch,
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
    "ShareOffer",
]
