"""What licences earned in a period: charged, settled, and divided among those entitled to it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from consortium.models import Consortium
from consortium.periods import Period
from funding.reports.open_items import NONE, open_amounts
from ip.models import Distribution, LicenceCharge, RoyaltyStatement
from ip.states import Earning


@dataclass
class Earned:
    """What one licence earned, in its currency.

    `net`: sales stated in the period less deductions, by the versions that count. Of what
    was charged in it: `settled`, `withheld`, `kept` by the consortium, and `given` to others.
    """

    number: str
    result: str
    licensee: str
    unit: str
    net: Decimal = NONE
    fees: Decimal = NONE
    royalties: Decimal = NONE
    settled: Decimal = NONE
    kept: Decimal = NONE
    given: Decimal = NONE

    @property
    def charged(self) -> Decimal:
        return self.fees + self.royalties

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        return self.net, self.fees, self.royalties, self.settled, self.kept, self.given


def earned(
    *, consortium: Consortium, period: Period, on: date, known_at: datetime | None
) -> dict[str, list[Earned]]:
    """Return by currency what each licence earned, by its number. Four queries."""
    here = Q(licence__result__consortium=consortium)
    within = Q(charge__issued_on__gte=period.starts_on, charge__issued_on__lte=on)
    within &= Q(charge__issued_on__lt=period.end)
    if known_at is not None:
        within &= Q(charge__recorded_at__lte=known_at)
    related = "licence__result", "licence__licensee"
    charges = list(
        LicenceCharge.objects.filter(here, within).select_related("charge", *related).order_by("pk")
    )
    keys = [each.charge_id for each in charges]
    still_open = open_amounts(keys, on=on, known_at=known_at)
    divided = {
        each.earned_id: each
        for each in Distribution.objects.filter(earned__in=charges, distributed_on__lte=on)
    }
    found: dict[int, Earned] = {}
    for each in charges:
        row, charge = row_of(found, each), each.charge
        row.royalties += charge.amount if each.earning == Earning.ROYALTY else NONE
        row.fees += charge.amount if each.earning != Earning.ROYALTY else NONE
        row.settled += charge.amount - still_open.get(charge.pk, NONE)
        if distribution := divided.get(each.pk):
            row.kept += distribution.kept
            row.given += distribution.received - distribution.withheld - distribution.kept
    stated = RoyaltyStatement.objects.filter(
        here, stated_on__lte=on, starts_on__gte=period.starts_on, starts_on__lt=period.end
    )
    last = stated.order_by("licence", "starts_on", "-version").distinct("licence", "starts_on")
    for statement in last.select_related(*related):
        row_of(found, statement).net += statement.net
    by_unit: dict[str, list[Earned]] = {}
    for row in sorted(found.values(), key=lambda row: (row.unit, row.number, row.result)):
        by_unit.setdefault(row.unit, []).append(row)
    return by_unit


def row_of(found: dict[int, Earned], of: LicenceCharge | RoyaltyStatement) -> Earned:
    licence = of.licence
    row = Earned(licence.number, licence.result.number, str(licence.licensee), licence.unit)
    return found.setdefault(licence.pk, row)
