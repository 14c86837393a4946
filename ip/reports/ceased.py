"""What owners that are no more still own, and to whom it passes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from consortium.models import Consortium, Member, Organization
from consortium.registry import PreviewLine
from consortium.reports.ceased import Ceased, ceased
from ip.models import OwnershipShare, Result, ShareOffer
from ip.reports.charters import section_of
from ip.reports.leaving import MOST, held_on, licences_of
from ip.rules.leaving import heirs


@dataclass(frozen=True)
class LeftBehind:
    """A share whose owner is no more."""

    owner: Ceased
    share: OwnershipShare


def shares_of(consortium: Consortium, owner: Organization) -> QuerySet[OwnershipShare]:
    """Return what an organization owns, without what is offered to the co-owners by now."""
    offered = ShareOffer.objects.filter(
        result=OuterRef("result"), giver=OuterRef("owner"), settled_on=None
    )
    rows = OwnershipShare.objects.filter(
        ~Exists(offered), owner=owner, ends_on=None, result__consortium=consortium
    )
    return rows.select_related("result__consortium", "result__charter", "owner").order_by("pk")


def left_behind(consortium: Consortium, on: date, *, succeeded: bool) -> Iterator[LeftBehind]:
    """Yield each share of owners that have ceased by a day, with a successor or without one."""
    for owner in ceased(consortium, on):
        if (owner.successor is not None) == succeeded:
            for share in shares_of(consortium, owner.organization):
                yield LeftBehind(owner, share)


def takers_of(
    owner: Ceased, result: Result, shares: Mapping[Organization, Fraction]
) -> dict[Organization, Fraction]:
    """Return to whom a ceased owner's part passes: its successor, else by the charter's rule.

    `shares`: the result's owners of the day; empty where nobody takes over.
    """
    gone = owner.organization
    if owner.successor is not None:
        return {owner.successor: shares[gone]}
    consortium = result.consortium
    members = Member.objects.filter(consortium=consortium).on(owner.ceased_on)
    host = consortium.host_unit
    return heirs(
        section_of(result.charter).leaving.succession,
        shares[gone],
        others={who: part for who, part in shares.items() if who != gone},
        members=[
            each.organization
            for each in members.select_related("organization").order_by("pk")
            if each.organization != gone
        ],
        host=host if host != gone else None,
    )


def ceasing(
    *,
    consortium: Consortium,
    organization: Organization,
    successor: Organization | None,
    user: Any,
    ceased_on: date,
    on: date,
) -> Iterator[PreviewLine]:
    """Yield what becomes of each share a ceasing organization owns, and of its licences."""
    owner = Ceased(organization, ceased_on, successor)
    seen = Result.objects.visible_to(user, on)
    for share in shares_of(consortium, organization).filter(result__in=seen)[:MOST]:
        held = held_on(share.result.shares.all(), ceased_on).select_related("owner")
        parts = {each.owner: each.part for each in held}
        if organization not in parts:
            continue
        passes = takers_of(owner, share.result, parts)
        said = {"result": share.result.number, "part": str(parts[organization])}
        to = [f"{who} {part}" for who, part in passes.items()]
        if successor is not None:
            yield PreviewLine("ceasing_share_passes", {**said, "to": to})
        else:
            code = "ceasing_share_rule" if to else "ceasing_share_stays"
            yield PreviewLine(code, {**said, "to": to} if to else said)
    yield from licences_of(consortium, organization, user, ceased_on, on)
