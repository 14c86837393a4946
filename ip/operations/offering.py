"""Results offered for licensing by hand, and offers withdrawn; who applies through one."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from consortium.access import holds, operation
from consortium.errors import DomainError
from consortium.models import User
from consortium.operations.audit import record
from consortium.states import Role
from ip.models import Licence, LicenceOffer, OwnershipShare
from ip.operations.exclusivity import announce
from ip.operations.ownership import locked, refuse_no_owner
from ip.reports.charters import section_of
from ip.reports.exclusivity import Telling, kept
from ip.rules.choices import LicenceKind, Party, Terms
from ip.rules.licensing import refuse_offer
from ip.states import OFFERS


class OfferedTo(DomainError):
    """One offers a result to members, to domestic organizations, or to anyone."""

    code = "licence_offer_to_nobody"


class OfferRepeated(DomainError):
    """The same is on offer to the same class already."""

    code = "licence_offer_repeated"


class OfferWithdrawn(DomainError):
    """The offer does not stand: it was withdrawn, or is not published yet."""

    code = "licence_offer_withdrawn"


class OfferedByCharter(DomainError):
    """The charter opened the result; owners do not take that back, staff may."""

    code = "licence_offer_by_charter"


@dataclass(frozen=True)
class Proffer:
    """To whom and on which terms; empty field and territory: all of them."""

    to: Party
    terms: Terms
    field: str = ""
    territory: Collection[str] = ()
    note: str = ""


@operation(allow={Role.IP, Role.SIGNATORY}, subject="share")
def offer_licence(
    *, share: OwnershipShare, proffer: Proffer, by: User | None, on: date
) -> LicenceOffer:
    """Offer licences of a result to a class of parties, as one of its owners or for it.

    Raises NotOwned, OfferedTo, OfferRepeated, and while the charter keeps the class out
    ClassBarred, KeptOut or NotOpened, with its clause.
    """
    result = locked(share.result)
    refuse_no_owner(share, result.pk, on)
    if proffer.to not in dict(OFFERS):
        raise OfferedTo(party=proffer.to.value)
    section, found = section_of(result.charter), kept(result)
    refuse_offer(section, found.window if found is not None else None, proffer.to, on)
    limits = {"field": proffer.field, "territory": sorted(set(proffer.territory))}
    standing = LicenceOffer.objects.standing(on).filter(result=result, to=proffer.to, **limits)
    if standing.exists():
        raise OfferRepeated(number=result.number)
    offer = LicenceOffer.objects.create(
        result=result, charter=result.charter, to=proffer.to, terms=proffer.terms,
        home=section.home or "" if proffer.to == Party.DOMESTIC else "",
        note=proffer.note, published_on=on, **limits,
    )  # fmt: skip
    announce(result, Telling.OPENS.value, on=on, about=str(offer.uid), opened_on=on)
    record(consortium=result.consortium, action="offer_licence", by=by, on=on, subject=offer)
    return offer


@operation(allow={Role.IP, Role.SIGNATORY}, subject="share")
def withdraw_offer(
    *, share: OwnershipShare, offer: LicenceOffer, by: User | None, on: date
) -> LicenceOffer:
    """Withdraw an offer from a day on, as one of the owners or for it; staff also a charter's.

    Raises NotOwned, OfferWithdrawn, OfferedByCharter.
    """
    result = locked(offer.result)
    refuse_no_owner(share, result.pk, on)
    offer = LicenceOffer.objects.select_for_update().get(pk=offer.pk)
    if offer.withdrawn_on is not None:
        raise OfferWithdrawn(number=result.number)
    here: dict[str, Any] = {"consortium": result.consortium, "on": on, "organization": None}
    if offer.path and by is not None and not holds(by, roles={Role.IP}, **here):
        raise OfferedByCharter(number=result.number)
    offer.withdrawn_on = on
    offer.save(update_fields=["withdrawn_on"])
    announce(result, "licence_offer_over", on=on, about=str(offer.uid), over_on=on)
    record(consortium=result.consortium, action="withdraw_offer", by=by, on=on, subject=offer)
    return offer


def withdraw_overtaken(licence: Licence, on: date) -> None:
    """Withdraw the owners' own offers that an exclusive or sole licence leaves no room for.

    What the charter opened stays offered: it counts again when the licence ends.
    """
    if licence.scope.kind == LicenceKind.NON_EXCLUSIVE:
        return
    result = licence.result
    for offer in LicenceOffer.objects.standing(on).filter(result=result, path=""):
        offered = replace(licence.scope, field=offer.field, territory=offer.territory)
        if licence.scope.meets(offered):
            offer.withdrawn_on = on
            offer.save(update_fields=["withdrawn_on"])
            announce(result, "licence_offer_over", on=on, about=str(offer.uid), over_on=on)
