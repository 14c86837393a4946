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
    "Inventor",
    "OfferAcceptance",
    "OwnershipChange",
    "OwnershipShare",
    "PublicationAnswer",
    "PublicationNotice",
    "PublicationParty",
    "PublicationWatch",
    "Result",
    "ResultFunding",
    "ShareOffer",
]
