"""What an owner had that is no more passes: to its successor, else by the charter's rule."""

from datetime import date, timedelta

from django.db.models import Min

from consortium.access import in_one_transaction, operation
from consortium.errors import DomainError
from consortium.models import Cessation, Consortium, User
from consortium.operations.advance import each
from consortium.operations.audit import record
from consortium.reports.ceased import Ceased, ceased
from consortium.states import Role
from ip.models import OwnershipChange, OwnershipShare
from ip.operations.leaving import day_of
from ip.operations.offers import owners_on
from ip.operations.ownership import Gained, NotOwned, locked, pass_on, refuse_offered
from ip.operations.telling import tell_owners, tell_staff
from ip.reports.ceased import LeftBehind, left_behind, takers_of
from ip.states import Cause

DAY = timedelta(days=1)


class NotCeased(DomainError):
    """The owner goes on; it passes its share on by deed."""

    code = "owner_not_ceased"


class NobodySucceeds(DomainError):
    """Nobody is named, and by the charter's rule nobody is there to take over; agree on it."""

    code = "owner_without_heirs"


@operation(allow={Role.IP}, subject="share")
def succeed_owner(*, share: OwnershipShare, by: User | None, on: date) -> list[OwnershipChange]:
    """Let the share of an owner that is no more pass on, from the day it ceased.

    To its successor; where nobody is named, by the charter's rule of succession. Raises
    NotCeased, NotOwned, NobodySucceeds, OfferOpen.
    """
    consortium = share.result.consortium
    gone = next((e for e in ceased(consortium, on) if e.organization == share.owner), None)
    if gone is None:
        raise NotCeased(organization=str(share.owner))
    changes = pass_to_takers(gone, share, by, on)
    if not changes:
        raise NotOwned(organization=str(share.owner), on=on)
    return changes


def succeed_owners(*, consortium: Consortium, on: date) -> int:
    """Let every share pass whose owner has ceased by now and has a successor.

    Not while what cannot be taken back is withheld.
    """
    consortium.refresh_from_db(fields=["withheld_since"])
    if consortium.withheld_since is not None:
        return 0
    return each(
        consortium=consortium,
        sweep="succeeded_owners",
        on=on,
        items=list(left_behind(consortium, on, succeeded=True)),
        key=lambda item: f"{item.owner.organization.uid}:{item.share.result.number}",
        handle=lambda item: pass_one(item, on),
    )


def pass_one(item: LeftBehind, on: date) -> None:
    in_one_transaction(lambda: pass_to_takers(item.owner, item.share, None, on))


def next_succession(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which a share passes; None where no end of an owner is ahead."""
    named = Cessation.objects.filter(consortium=consortium, successor__isnull=False)
    if not named.exists():
        return None
    if next(left_behind(consortium, after + DAY, succeeded=True), None) is not None:
        return after + DAY
    day: date | None = named.filter(ceased_on__gt=after).aggregate(day=Min("ceased_on"))["day"]
    return day


def pass_to_takers(
    gone: Ceased, share: OwnershipShare, by: User | None, on: date
) -> list[OwnershipChange]:
    """Let what a ceased owner still has of a result pass; nothing where it has nothing more.

    Where ownership changed after the day it ceased, from the day of that change.
    """
    result = locked(share.result)
    day = day_of(result, gone.ceased_on)
    before = owners_on(result, day)
    mine = before.get(gone.organization.pk)
    if mine is None:
        return []
    refuse_offered(result, gone.organization)
    parts = {held.owner: held.part for held in before.values()}
    takers = {who.pk: part for who, part in takers_of(gone, result, parts).items()}
    if not takers:
        raise NobodySucceeds(organization=str(gone.organization), result=result.number)
    changes = pass_on(result, before, mine, takers, day, Gained(Cause.SUCCESSION), by)
    about = f"ceased:{gone.organization.uid}:{day.isoformat()}"
    tell_owners(result, "ownership_changed", on, about=about)
    tell_staff(result, "ownership_changed", on, about=about)
    record(consortium=result.consortium, action="succeed_owner", by=by, on=on, subject=result)
    return changes
