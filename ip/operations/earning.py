"""What licensees are charged: transfer fees, royalties, milestones; and when to look again."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import User
from consortium.operations.audit import record
from consortium.states import Role
from funding.models import Charge
from funding.operations.charging import Event, account_of, correct_charge
from funding.rules.choices import Occasion
from ip.models import Licence, LicenceCharge, LicenceMilestone, LicenceWatch, RoyaltyStatement
from ip.reports.licences import next_look
from ip.states import Earning

DAY = timedelta(days=1)
OCCASIONS = {
    Earning.FEE: Occasion.LICENCE_FEE,
    Earning.MILESTONE: Occasion.LICENCE_FEE,
    Earning.ROYALTY: Occasion.ROYALTY,
}


class LicenceNotGranted(DomainError):
    """Only a licence that was granted ends or earns."""

    code = "licence_not_granted"


class MilestoneReached(DomainError):
    code = "licence_milestone_reached"


class ReachedOutside(DomainError):
    """A milestone is reached while the licence runs, and not ahead."""

    code = "licence_reached_outside"


def charge_licensee(
    licence: Licence,
    earning: Earning,
    amount: Decimal,
    subject: UUID,
    counts_on: date,
    on: date,
    *,
    statement: RoyaltyStatement | None = None,
    milestone: LicenceMilestone | None = None,
) -> LicenceCharge | None:
    """Charge a licensee for what a licence earned, or credit it where that came to less.

    `subject`: what is charged for, the same for every version of it; `counts_on`: the day
    whose owners get it. Raises NoLevyForIt and what charging raises.
    """
    event = Event(OCCASIONS[earning], counts_on, subject, licence.unit)
    member = account_of(licence.consortium, licence.licensee)
    charge = correct_charge(member=member, event=event, amount=amount, on=on)
    if not isinstance(charge, Charge):
        return None
    return LicenceCharge.objects.create(
        licence=licence,
        charge=charge,
        earning=earning,
        statement=statement,
        milestone=milestone,
        counts_on=counts_on,
    )


@operation(allow={Role.IP}, subject="milestone")
def reach_milestone(
    *, milestone: LicenceMilestone, reached_on: date, by: User | None, on: date
) -> LicenceMilestone:
    """Record that a milestone was reached, and charge it.

    Raises LicenceNotGranted, MilestoneReached, ReachedOutside, NoLevyForIt.
    """
    rows = LicenceMilestone.objects.select_for_update(of=("self",))
    milestone = rows.select_related("licence__result__consortium").get(pk=milestone.pk)
    licence = milestone.licence
    if licence.granted_on is None:
        raise LicenceNotGranted(licence=licence.number)
    if milestone.reached_on is not None:
        raise MilestoneReached(reached_on=milestone.reached_on)
    if reached_on > on or not licence.term.contains(reached_on):
        raise ReachedOutside(day=reached_on)
    milestone.reached_on = reached_on
    milestone.save(update_fields=["reached_on"])
    charge_licensee(
        licence, Earning.MILESTONE, milestone.amount, milestone.uid, reached_on, on,
        milestone=milestone,
    )  # fmt: skip
    record(consortium=licence.consortium, action="reach_milestone", by=by, on=on, subject=milestone)
    return milestone


def watch(licence: Licence, on: date) -> None:
    """Set when a licence is looked at next, after a day."""
    LicenceWatch.objects.update_or_create(
        licence=licence,
        defaults={"consortium": licence.consortium, "next_on": next_look(licence, on - DAY)},
    )
