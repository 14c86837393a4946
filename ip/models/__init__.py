"""The tables of results, their owners and rights."""

from ip.models.background import Background
from ip.models.exclusivity import (
    AccessRequest,
    Exclusivity,
    ExclusivityChange,
    ExclusivityWatch,
)
from ip.models.making import Contribution, Evaluation, Inventor, ResultFunding
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
    "OwnershipShare",
    "Result",
    "ResultFunding",
]
