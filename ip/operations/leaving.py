"""Who left in breach gives its shares up to the other owners, where the charter says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from consortium.access import in_one_transaction
from consortium.models import Charter, Consortium, MembershipTerm
from consortium.operations.advance import each
from consortium.operations.audit import record
from consortium.rules.choices import BREACH
from ip.models import OwnershipChange, OwnershipShare, Result
from ip.operations.offers import owners_on
from ip.operations.ownership import Gained, locked, pass_on
from ip.operations.telling import inform, people_of, tell_owners, tell_staff
from ip.rules.leaving import pro_rata
from ip.states import Cause

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Forfeit:
    """A share that its owner held when it left in breach."""

    term: MembershipTerm
    share: OwnershipShare


def forfeit_shares(*, consortium: Consortium, on: date) -> int:
    """Let every share forfeited by now pass to the other owners, from the day of leaving.

    Not while what cannot be taken back is withheld. A sole owner's stays: nobody else
    is there to have it.
    """
    consortium.refresh_from_db(fields=["withheld_since"])
    if consortium.withheld_since is not None:
        return 0
    return each(
        consortium=consortium,
        sweep="forfeited_shares",
        on=on,
        items=list(forfeited(consortium, on)),
        key=lambda item: f"{item.term.uid}:{item.share.result.number}",
        handle=lambda item: in_one_transaction(lambda: forfeit(item, on)),
    )


def next_forfeit(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which a share is forfeited; None where no charter says so."""
    if not forfeiting(consortium):
        return None
    if next(forfeited(consortium, after + DAY), None) is not None:
        return after + DAY
    later = broken(consortium).filter(ends_on__gt=after).order_by("ends_on")
    return later.values_list("ends_on", flat=True).first()


def forfeiting(consortium: Consortium) -> list[Charter]:
    """Return the charters under which who leaves in breach loses its shares."""
    rows = Charter.objects.filter(consortium=consortium, sections__code="ip")
    return [
        each
        for each in rows.prefetch_related("sections")
        if each.rules("ip").leaving.forfeit_in_breach
    ]


def broken(consortium: Consortium) -> QuerySet[MembershipTerm]:
    terms = MembershipTerm.objects.filter(member__consortium=consortium, left__in=list(BREACH))
    return terms.select_related("member__organization")


def forfeited(consortium: Consortium, on: date) -> Iterator[Forfeit]:
    """Yield each share held on a day of leaving in breach that has not passed yet."""
    charters = forfeiting(consortium)
    if not charters:
        return
    for term in broken(consortium).filter(ends_on__lte=on).order_by("ends_on", "pk"):
        day = term.ends_on
        held = OwnershipShare.objects.filter(Q(ends_on=None) | Q(ends_on__gt=day))
        others = held.filter(result=OuterRef("result"), starts_on__lte=day)
        done = OwnershipChange.objects.filter(
            result=OuterRef("result"),
            cause=Cause.FORFEITED,
            giver=term.member.organization,
            changed_on__gte=day,
        )
        mine = held.filter(
            Exists(others.exclude(owner=term.member.organization)),
            ~Exists(done),
            result__charter__in=charters,
            result__consortium=consortium,
            owner=term.member.organization,
            starts_on__lt=day,
        )
        for share in mine.select_related("result__charter", "owner").order_by("pk"):
            yield Forfeit(term, share)


def forfeit(item: Forfeit, on: date) -> None:
    """Let a share pass by what each other owner has, unless it was done already.

    Where ownership changed after the day of leaving, from the day of that change, and no
    more than is left.
    """
    result, left_on = locked(item.share.result), item.term.ends_on
    assert left_on is not None
    giver = item.share.owner
    done = OwnershipChange.objects.filter(
        result=result, cause=Cause.FORFEITED, giver=giver, changed_on__gte=left_on
    )
    if done.exists():
        return
    day = day_of(result, left_on)
    before = owners_on(result, day)
    mine = before.get(giver.pk)
    others = {owner: share.part for owner, share in before.items() if owner != giver.pk}
    if mine is None or not others:
        return
    part = min(mine.part, item.share.part)
    pass_on(result, before, mine, pro_rata(part, others), day, Gained(Cause.FORFEITED), None)
    about = f"{item.term.uid}"
    people = people_of(result.consortium, giver, on)
    inform(result, people, "share_forfeited", on, about, left_on=left_on.isoformat())
    tell_owners(result, "ownership_changed", on, about=about)
    tell_staff(result, "share_forfeited", on, about=about, left_on=left_on.isoformat())
    record(consortium=result.consortium, action="forfeit_share", by=None, on=on, subject=result)


def day_of(result: Result, day: date) -> date:
    """Return a day, or that of a later change of ownership, after which it comes."""
    last = result.shares.order_by("-starts_on").values_list("starts_on", flat=True).first()
    return max(day, last) if last is not None else day
