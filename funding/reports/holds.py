"""What holds the ladder of charges: blocks, payment plans, payments that are announced."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Case, F, Q, When
from django.db.models.functions import Greatest

from consortium.models import Charter
from consortium.models.base import among
from consortium.periods import Period
from funding.models import Charge, DunningBlock, PaymentNotice, PlannedCharge
from funding.rules.collection import CollectionSection

NO_RULES = CollectionSection()


class Owing(NamedTuple):
    """A charge as the ladder sees it; `charter`: the one whose rules count for it.

    `due_on`: for one brought over, the day of the cut-over at the earliest, so that its
    ladder begins there and no letter is written for the time before.
    """

    pk: int
    member: int
    unit: str
    due_on: date
    charter: int


def owing(charges: Collection[int]) -> list[Owing]:
    """Return some charges as the ladder sees them. One query."""
    brought = When(opening__isnull=False, then=Greatest("due_on", "issued_on"))
    rows = Charge.objects.filter(pk__in=among(charges)).order_by("pk")
    rows = rows.annotate(ladder_on=Case(brought, default=F("due_on")))
    fields = ("pk", "member_id", "unit", "ladder_on", "assessment__charter_id")
    return [Owing(*row) for row in rows.values_list(*fields)]


def rules_of(charters: Collection[int]) -> dict[int, CollectionSection]:
    """Return how what was charged under these charters is collected. Two queries."""
    found = Charter.objects.filter(pk__in=set(charters)).prefetch_related("sections")
    return {each.pk: collection(each) for each in found}


def collection(charter: Charter) -> CollectionSection:
    """Return a charter's rules of collection; without any there is no ladder."""
    section = next((each for each in charter.sections.all() if each.code == "collection"), None)
    rules: CollectionSection = section.parsed() if section else NO_RULES
    return rules


def holds(
    charges: Sequence[Owing], rules: Mapping[int, CollectionSection]
) -> dict[int, list[Period]]:
    """Return the periods in which nothing happens to some charges, by key. Three queries."""
    found: dict[int, list[Period]] = defaultdict(list)
    keys = [each.pk for each in charges]
    for charge, period in (*blocked(charges), *planned(keys), *announced(charges, rules)):
        if period.ends_on is None or period.ends_on > period.starts_on:
            found[charge].append(period)
    return found


def blocked(charges: Sequence[Owing]) -> Iterator[tuple[int, Period]]:
    of = by_member(charges)
    rows = DunningBlock.objects.filter(member__in=among(of))
    fields = ("member", "charge", "starts_on", "ends_on")
    for member, charge, starts_on, ends_on in rows.values_list(*fields):
        for each in of[member]:
            if charge in (None, each.pk):
                yield each.pk, Period(starts_on, ends_on)


def planned(charges: Collection[int]) -> Iterator[tuple[int, Period]]:
    """Yield how long a granted plan covers each charge: until it ends."""
    rows = PlannedCharge.objects.filter(charge__in=among(charges), plan__granted=True)
    fields = ("charge", "plan__decided_on", "plan__ended_on")
    for charge, decided_on, ended_on in rows.values_list(*fields):
        yield charge, Period(decided_on or date.max, ended_on)


def announced(
    charges: Sequence[Owing], rules: Mapping[int, CollectionSection]
) -> Iterator[tuple[int, Period]]:
    """Yield how long a member's word that it has paid counts: until it is known, or too old."""
    of = by_member(charges)
    rows = PaymentNotice.objects.filter(member__in=among(of)).filter(
        Q(charge=None) | Q(charge__in=among(each.pk for each in charges))
    )
    fields = ("member", "charge", "unit", "noticed_on", "refuted_on", "payment__booked_on")
    for member, charge, unit, noticed_on, refuted_on, booked_on in rows.values_list(*fields):
        for each in of[member]:
            if each.unit == unit and charge in (None, each.pk):
                transit = timedelta(days=rules[each.charter].transit_days)
                known = [day for day in (refuted_on, booked_on) if day is not None]
                yield each.pk, Period(noticed_on, min([noticed_on + transit, *known]))


def by_member(charges: Sequence[Owing]) -> dict[int, list[Owing]]:
    found: dict[int, list[Owing]] = defaultdict(list)
    for each in charges:
        found[each.member].append(each)
    return found
