"""The tables of results, their owners and rights."""

from ip.models.background import Background
from ip.models.exclusivity import (
    AccessRequest,
    Exclusivity,
    ExclusivityChange,
    ExclusivityWatch,
    Rearming,
)
from ip.models.making import Contribution, Evaluation, Inventor, ResultFunding
from ip.models.offers import LicenceOffer
from ip.models.results import OwnershipShare, Result

__all__ = [
    "AccessRequest",
    "Background",
    "Contribution",
    "Evaluation",
    "Exclusivity",
    "ExclusivityChange",
    "ExclusivityWatch",
    "Inventor",
    "LicenceOffer",
    "OwnershipShare",
    "Rearming",
    "Result",
    "ResultFunding",
]
