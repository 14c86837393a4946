"""Who owns a result changes on a day: by agreement or by deed; what was before stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, Organization, User
from consortium.operations.audit import record
from consortium.states import Role
from ip.models import OwnershipChange, OwnershipShare, Result, ShareOffer
from ip.operations.soundness import (
    AgreementPaperMissing,
    refuse_foreign_paper,
    refuse_parts,
    refuse_too_fine,
)
from ip.operations.telling import tell_owners
from ip.rules.choices import Consent
from ip.rules.clauses import CoOwnership
from ip.states import Cause


class ChangeOutside(DomainError):
    """Ownership changes from a result's completion on, and never ahead of its day."""

    code = "ownership_change_outside"


class ChangedLater(DomainError):
    """It changed on a later day already; changes are recorded in their order."""

    code = "ownership_changed_later"


class NotOwned(DomainError):
    """The organization owns no part of the result on that day."""

    code = "share_not_owned"


class ExceedsShare(DomainError):
    """Nobody transfers more than it owns, or nothing at all."""

    code = "share_exceeded"


class SameOwner(DomainError):
    code = "share_same_owner"


class DeedMissing(DomainError):
    """A part passes by a signed deed."""

    code = "deed_missing"


class ConsentMissing(DomainError):
    """The charter asks for the agreement of all co-owners, in writing."""

    code = "co_owners_consent_missing"


class NoticeMissing(DomainError):
    """The charter asks that the co-owners are told so many days before."""

    code = "co_owners_notice_missing"


class OfferOpen(DomainError):
    """The part is offered to the co-owners until a day."""

    code = "share_offer_open"


@dataclass(frozen=True)
class Passing:
    """What passes: to whom, which part (None: all), from which day, by which papers."""

    to: Organization
    part: Fraction | None = None
    transferred_on: date | None = None
    deed: Document | None = None
    consent: Document | None = None
    notified_on: date | None = None


@operation(allow={Role.IP}, subject="result")
def agree_ownership(
    *,
    result: Result,
    parts: Mapping[Organization, Fraction],
    starts_on: date,
    paper: Document | None,
    by: User | None,
    on: date,
) -> Result:
    """Enter what the participants agreed: from a day on these own it, whatever the rule says.

    Raises SharesNotWhole, PartTooFine, AgreementPaperMissing, ForeignDocument,
    ChangeOutside, ChangedLater.
    """
    result = locked(result)
    refuse_parts(parts, "parts")
    if paper is None:
        raise AgreementPaperMissing
    refuse_foreign_paper(result.consortium_id, paper)
    before = shares_on(result, starts_on, on)
    gone = OwnershipShare.objects.filter(pk__in=[share.pk for share in before.values()])
    gone.filter(starts_on=starts_on).delete()
    gone.update(ends_on=starts_on)
    OwnershipShare.objects.bulk_create(
        row(result, organization.pk, part, starts_on, Gained(Cause.AGREEMENT, paper))
        for organization, part in parts.items()
    )
    OwnershipChange.objects.create(
        result=result, cause=Cause.AGREEMENT, changed_on=starts_on, deed=paper, recorded_by=by
    )
    tell_owners(result, "ownership_changed", on, about=starts_on.isoformat())
    record(consortium=result.consortium, action="agree_ownership", by=by, on=on, subject=result)
    return result


@operation(allow={Role.IP}, subject="share")
def transfer_share(
    *, share: OwnershipShare, passing: Passing, by: User | None, on: date
) -> OwnershipChange:
    """Enter a deed by which an owner's share passes, whole or in part, to any organization.

    Raises DeedMissing, NotOwned, ExceedsShare, SameOwner, OfferOpen, ConsentMissing,
    NoticeMissing, ForeignDocument, PartTooFine, ChangeOutside, ChangedLater.
    """
    result = locked(share.result)
    day = passing.transferred_on or on
    if passing.deed is None:
        raise DeedMissing
    for paper in (passing.deed, passing.consent):
        refuse_foreign_paper(result.consortium_id, paper)
    before = shares_on(result, day, on)
    mine = before.get(share.owner_id)
    if mine is None:
        raise NotOwned(organization=str(share.owner), on=day)
    refuse_offered(result, share.owner)
    part = mine.part if passing.part is None else passing.part
    refuse_passing(mine, part, passing)
    refuse_without_others(result, before, mine, passing, day)
    gained = Gained(
        Cause.DEED, passing.deed, consent=passing.consent, notified_on=passing.notified_on
    )
    (change,) = pass_on(result, before, mine, {passing.to.pk: part}, day, gained, by)
    tell_owners(result, "ownership_changed", on, about=str(change.uid))
    record(consortium=result.consortium, action="transfer_share", by=by, on=on, subject=result)
    return change


@dataclass(frozen=True)
class Gained:
    """By what somebody has or gains a part; `consent`, `notified_on`: of the co-owners."""

    cause: Cause
    deed: Document | None = None
    path: str = ""
    consent: Document | None = None
    notified_on: date | None = None


def locked(result: Result) -> Result:
    """Return a result whose ownership nobody else changes before this transaction ends."""
    rows = Result.objects.select_for_update(of=("self",)).select_related("consortium", "charter")
    return rows.get(pk=result.pk)


def refuse_no_owner(share: OwnershipShare, result: int, on: date) -> None:
    if share.result_id != result or not share.period.contains(on):
        raise NotOwned(organization=str(share.owner), on=on)


def shares_on(result: Result, day: date, on: date) -> dict[int, OwnershipShare]:
    """Return each owner's share on the day of a change. Raises ChangeOutside, ChangedLater."""
    if not result.completed_on <= day <= on:
        raise ChangeOutside(day=day, completed_on=result.completed_on)
    later = result.shares.filter(starts_on__gt=day).order_by("-starts_on").first()
    if later is not None:
        raise ChangedLater(day=day, last=later.starts_on)
    return {share.owner_id: share for share in result.shares.on(day).select_related("owner")}


def refuse_offered(result: Result, owner: Organization) -> None:
    offer = ShareOffer.objects.filter(result=result, giver=owner, settled_on=None).first()
    if offer is not None:
        raise OfferOpen(until=offer.until)


def refuse_passing(mine: OwnershipShare, part: Fraction, passing: Passing) -> None:
    """Raise unless somebody else gets some of what is owned, and no more."""
    if passing.to.pk == mine.owner_id:
        raise SameOwner(organization=str(passing.to))
    if not 0 < part <= mine.part:
        raise ExceedsShare(part=str(part), owned=str(mine.part))


def refuse_without_others(
    result: Result,
    before: Mapping[int, OwnershipShare],
    mine: OwnershipShare,
    passing: Passing,
    day: date,
) -> None:
    """Raise unless the other owners agreed or were told, as the charter asks."""
    rule: CoOwnership = result.charter.rules("ip").co_ownership
    others = [
        str(share.owner)
        for owner, share in before.items()
        if owner not in (mine.owner_id, passing.to.pk)
    ]
    if not others:
        return
    if rule.transfer == Consent.ALL and passing.consent is None:
        raise ConsentMissing(owners=others)
    told_by = day - timedelta(days=rule.notice_days)
    told_late = passing.notified_on is None or passing.notified_on > told_by
    if rule.transfer == Consent.NOTICE and told_late:
        raise NoticeMissing(owners=others, days=rule.notice_days, by=told_by)


def pass_on(
    result: Result,
    before: Mapping[int, OwnershipShare],
    giver: OwnershipShare,
    to: Mapping[int, Fraction],
    day: date,
    gained: Gained,
    by: User | None,
) -> list[OwnershipChange]:
    """Let parts of a share pass from a day on; the parts come to what the giver loses."""
    after = {giver.owner_id: giver.part - sum(to.values(), start=Fraction(0))}
    for taker, part in to.items():
        after[taker] = part + (before[taker].part if taker in before else Fraction(0))
    refuse_too_fine(after.values())
    for owner, part in after.items():
        had = before.get(owner)
        if had is not None:
            end(had, day)
        kept = Gained(Cause(giver.cause), giver.deed, giver.path)
        if part:
            new = row(result, owner, part, day, kept if owner == giver.owner_id else gained)
            new.save(force_insert=True)
    return OwnershipChange.objects.bulk_create(
        OwnershipChange(
            **register_entry(gained),
            result=result,
            changed_on=day,
            giver=giver.owner,
            taker_id=taker,
            numerator=part.numerator,
            denominator=part.denominator,
            recorded_by=by,
        )
        for taker, part in to.items()
    )


def register_entry(gained: Gained) -> dict[str, Any]:
    """Return what the register of changes keeps of how a part was gained."""
    return {
        "cause": gained.cause,
        "deed": gained.deed,
        "consent": gained.consent,
        "notified_on": gained.notified_on,
    }


def end(share: OwnershipShare, day: date) -> None:
    """End a share on a day; one that began on that very day never held."""
    if share.starts_on == day:
        share.delete()
    else:
        share.ends_on = share.period.ended(day).ends_on
        share.save(update_fields=["ends_on"])


def row(
    result: Result, owner: int, part: Fraction, starts_on: date, gained: Gained
) -> OwnershipShare:
    return OwnershipShare(
        result=result,
        owner_id=owner,
        numerator=part.numerator,
        denominator=part.denominator,
        starts_on=starts_on,
        cause=gained.cause,
        path=gained.path,
        deed=gained.deed,
    )
