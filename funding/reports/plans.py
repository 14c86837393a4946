"""Payment plans: which are kept, and which charges they hold off the ladder until when."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from consortium.models import Charter
from consortium.models.base import among
from funding.models import Charge, PaymentPlan, PlanInstalment, PlannedCharge
from funding.reports.concessions import collection_of, section_of
from funding.reports.open_items import open_amounts
from funding.rules.collection import Plans
from funding.rules.plans import Instalment, breaks_on, total

DAY = timedelta(days=1)
NONE = Decimal(0)


@dataclass
class PlanStanding:
    """How a granted plan stands on a day: what is due when, what is settled and open of it."""

    charges: list[int] = field(default_factory=list)
    instalments: list[Instalment] = field(default_factory=list)
    grace_days: int = 0
    open: Decimal = NONE

    @property
    def settled(self) -> Decimal:
        """Return what was settled since it was granted: then all of it was open."""
        return total(self.instalments) - self.open

    @property
    def breaks_on(self) -> date | None:
        return breaks_on(self.instalments, self.settled, self.grace_days)

    def kept(self, on: date) -> bool:
        """Say whether every instalment due before the days of grace is settled."""
        return self.breaks_on is None or on < self.breaks_on


def running(on: date) -> QuerySet[PaymentPlan]:
    """Return the plans that were granted and have not ended, on a day."""
    return PaymentPlan.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=on), granted=True, decided_on__lte=on
    )


def standings(plans: Iterable[int], on: date) -> dict[int, PlanStanding]:
    """Return how plans stand on a day, by their keys. As many queries for many as for one."""
    found: dict[int, PlanStanding] = defaultdict(PlanStanding)
    keys = list(plans)
    rows = PlannedCharge.objects.filter(plan__in=among(keys)).order_by("pk")
    planned = list(rows.values_list("plan_id", "charge_id", "charge__assessment__charter_id"))
    grace = grace_days({charter for _plan, _charge, charter in planned})
    still_open = open_amounts({charge for _plan, charge, _charter in planned}, on=on)
    for plan, charge, charter in planned:
        standing = found[plan]
        standing.charges.append(charge)
        standing.open += still_open.get(charge, NONE)
        standing.grace_days = max(standing.grace_days, grace[charter])
    instalments = PlanInstalment.objects.filter(plan__in=among(keys))
    for plan, due_on, amount in instalments.values_list("plan_id", "due_on", "amount"):
        found[plan].instalments.append(Instalment(due_on, amount))
    return dict(found)


def grace_days(charters: set[int]) -> dict[int, int]:
    """Return the days of grace of some charters, by their keys."""
    rows = Charter.objects.filter(pk__in=charters).prefetch_related("sections")
    sections = {each.pk: section_of(each) for each in rows}
    return {pk: section.grace_days if section else 0 for pk, section in sections.items()}


def kept(plans: Iterable[int], on: date) -> dict[int, bool]:
    """Say of each plan whether it is kept on a day."""
    return {pk: standing.kept(on) for pk, standing in standings(plans, on).items()}


def plans_holding(charges: Iterable[int], on: date) -> dict[int, PlanStanding]:
    """Return the plans, by their keys, that are kept on a day and pay off one of the charges."""
    own = PlannedCharge.objects.filter(charge__in=among(charges))
    plans = running(on).filter(pk__in=own.values("plan")).values_list("pk", flat=True)
    found = standings(plans, on)
    return {pk: standing for pk, standing in found.items() if standing.kept(on)}


def held_by_plan(charges: Iterable[int], on: date) -> dict[int, date]:
    """Return the charges that a plan holds off the ladder, each with the day to look again.

    It is the first day on which the plan would be broken.
    """
    keys = set(charges)
    return {
        charge: standing.breaks_on or on + DAY
        for standing in plans_holding(keys, on).values()
        for charge in standing.charges
        if charge in keys
    }


def limits_of(charges: Iterable[Charge]) -> Plans:
    """Return how far a plan for some charges may stretch: where charters differ, the least."""
    sections = [collection_of(each) for each in charges]
    plans = [section.plans if section else Plans() for section in sections]
    return Plans(
        instalments=min(each.instalments for each in plans),
        months=min(each.months for each in plans),
    )
