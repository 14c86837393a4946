"""Owners give their part up: the other owners may take it first; nobody wants it, it lapses."""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Min, QuerySet

from consortium.access import in_one_transaction, operation
from consortium.errors import DomainError
from consortium.models import Consortium, User
from consortium.operations.advance import each
from consortium.operations.audit import record
from consortium.states import Role
from ip.models import OfferAcceptance, OwnershipShare, Result, ShareOffer
from ip.operations.ownership import (
    Gained,
    NotOwned,
    locked,
    pass_on,
    refuse_offered,
)
from ip.operations.telling import inform, people_of, tell_owners, tell_staff
from ip.states import Cause

DAY = timedelta(days=1)
DAYS = 30
"""How long an offer stands where the charter says nothing of notice to co-owners."""

OWNERS = {Role.IP, Role.SIGNATORY}


class OfferOver(DomainError):
    """It was settled, or its time is over."""

    code = "share_offer_over"


class OfferElsewhere(DomainError):
    """Only another owner of the same result takes what is offered."""

    code = "share_offer_elsewhere"


class OfferTaken(DomainError):
    code = "share_offer_taken"


@operation(allow=OWNERS, subject="share")
def abandon_share(*, share: OwnershipShare, reason: str, by: User | None, on: date) -> ShareOffer:
    """Give a share up: the other owners may take it, for as long as the charter's notice.

    A sole owner's may lapse at once. Raises NotOwned, OfferOpen.
    """
    result = locked(share.result)
    before = owners_on(result, on)
    if share.owner_id not in before:
        raise NotOwned(organization=str(share.owner), on=on)
    refuse_offered(result, share.owner)
    days = result.charter.rules("ip").co_ownership.notice_days or DAYS
    offer = ShareOffer.objects.create(
        result=result,
        giver=share.owner,
        offered_on=on,
        until=on + timedelta(days=days),
        reason=reason,
        recorded_by=by,
    )
    others = [each for owner, each in before.items() if owner != share.owner_id]
    for other in others:
        people = people_of(result.consortium, other.owner, on)
        until = offer.until.isoformat()
        inform(result, people, "share_offered", on, str(offer.uid), until=until)
    if not others:
        settle(result, offer, on, by)
    record(consortium=result.consortium, action="abandon_share", by=by, on=on, subject=result)
    return offer


@operation(allow=OWNERS, subject="share")
def accept_share(
    *, share: OwnershipShare, offer: ShareOffer, by: User | None, on: date
) -> ShareOffer:
    """Take what another owner gives up; all that do share it by what each owns.

    It passes once all the others have accepted, else when the time is over. Raises
    OfferElsewhere, OfferOver, OfferTaken, NotOwned.
    """
    result = locked(share.result)
    offer = ShareOffer.objects.select_related("giver").get(pk=offer.pk)
    if offer.result_id != result.pk or offer.giver_id == share.owner_id:
        raise OfferElsewhere
    if offer.settled_on is not None or offer.until <= on:
        raise OfferOver(until=offer.until)
    before = owners_on(result, on)
    if share.owner_id not in before:
        raise NotOwned(organization=str(share.owner), on=on)
    accepted = set(offer.acceptances.values_list("taker", flat=True))
    if share.owner_id in accepted:
        raise OfferTaken(organization=str(share.owner))
    OfferAcceptance.objects.create(
        result=result, offer=offer, taker=share.owner, accepted_on=on, recorded_by=by
    )
    if before.keys() <= accepted | {share.owner_id, offer.giver_id}:
        settle(result, offer, on, by)
    record(consortium=result.consortium, action="accept_share", by=by, on=on, subject=result)
    return offer


def settle_offers(*, consortium: Consortium, on: date) -> int:
    """Let every offer whose time is over pass to who accepted, or lapse."""
    return each(
        consortium=consortium,
        sweep="share_offers",
        on=on,
        items=due(consortium, on).iterator(chunk_size=1000),
        key=lambda offer: str(offer.uid),
        handle=lambda offer: settle_one(offer, on),
    )


def next_offer(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which an offer's time is over."""
    waiting = ShareOffer.objects.filter(result__consortium=consortium, settled_on=None)
    day: date | None = waiting.aggregate(day=Min("until"))["day"]
    return max(day, after + DAY) if day is not None else None


def due(consortium: Consortium, on: date) -> QuerySet[ShareOffer]:
    offers = ShareOffer.objects.filter(until__lte=on, settled_on=None)
    return offers.filter(result__consortium=consortium).select_related("result").order_by("pk")


def settle_one(offer: ShareOffer, on: date) -> None:
    """Settle an offer whose time is over, from the day that was, unless it was done already."""

    def do() -> None:
        result = locked(offer.result)
        mine = ShareOffer.objects.select_related("giver").filter(pk=offer.pk, settled_on=None)
        for open_one in mine:
            settle(result, open_one, settling_day(result, open_one), None, told_on=on)

    in_one_transaction(do)


def settling_day(result: Result, offer: ShareOffer) -> date:
    """Return the offer's last day, or that of a later change, after which it comes."""
    last = result.shares.order_by("-starts_on").values_list("starts_on", flat=True).first()
    return max(offer.until, last) if last is not None else offer.until


def settle(
    result: Result, offer: ShareOffer, day: date, by: User | None, *, told_on: date | None = None
) -> None:
    """Let a part pass to the owners that accepted, by what each owns; or lapse with nobody."""
    before = owners_on(result, day)
    accepted = set(offer.acceptances.values_list("taker", flat=True))
    takers = {owner: share.part for owner, share in before.items() if owner in accepted}
    giver = before.get(offer.giver_id)
    offer.settled_on, offer.lapsed = day, giver is None or not takers
    offer.save(update_fields=["settled_on", "lapsed"])
    if giver is not None and takers:
        pass_on(
            result, before, giver, divided(giver.part, takers), day, Gained(Cause.ABANDONED), by
        )
    on = told_on or day
    code = "share_lapsed" if offer.lapsed else "ownership_changed"
    people = people_of(result.consortium, offer.giver, on)
    inform(result, people, code, on, str(offer.uid))
    tell_staff(result, code, on, about=str(offer.uid))
    if not offer.lapsed:
        tell_owners(result, code, on, about=str(offer.uid))


def divided(part: Fraction, takers: Mapping[int, Fraction]) -> dict[int, Fraction]:
    """Return a part divided by what each taker owns."""
    total = sum(takers.values(), start=Fraction(0))
    return {owner: part * own / total for owner, own in takers.items()}


def owners_on(result: Result, day: date) -> dict[int, OwnershipShare]:
    return {share.owner_id: share for share in result.shares.on(day).select_related("owner")}
