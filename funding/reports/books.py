"""The consortium's books on any day, as known at any moment: headings, trial balance, ages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Min, Q, QuerySet, Sum

from consortium.models import Consortium, Member
from consortium.models.base import among
from funding.models import Charge, LedgerHeading, Transfer
from funding.reports.open_items import NONE, transfers
from funding.states import CHART, AccountKind

DAY = timedelta(days=1)
CLOSING = "close:"
"""How the keys begin under which a year's income and expense are carried over."""

AGES = (0, 30, 60, 90)
"""Where one age of open items ends and the next begins, in days past the due day."""


@dataclass(frozen=True)
class Heading:
    """A kind of account as the consortium numbers and names it; no names: as the product does."""

    kind: AccountKind
    number: str
    name_en: str = ""
    name_zh: str = ""


@dataclass(frozen=True)
class Balance:
    """What stands on an account of the chart: opening, what moved, and what it comes to.

    Balances are debits less credits. `member`: whose, where members are listed.
    """

    heading: Heading
    opening: Decimal = NONE
    debit: Decimal = NONE
    credit: Decimal = NONE
    member: Member | None = None

    @property
    def balance(self) -> Decimal:
        return self.opening + self.debit - self.credit


@dataclass(frozen=True)
class TrialBalance:
    """The balances of one unit, in the order of the chart; debits and credits are equal."""

    unit: str
    lines: list[Balance]

    @property
    def debit(self) -> Decimal:
        return sum((each.debit for each in self.lines), NONE)

    @property
    def credit(self) -> Decimal:
        return sum((each.credit for each in self.lines), NONE)

    @property
    def balance(self) -> Decimal:
        """Return what all balances come to, which is nothing."""
        return sum((each.balance for each in self.lines), NONE)


def headings(consortium: Consortium) -> dict[AccountKind, Heading]:
    """Return the chart of accounts in the order of its numbers."""
    own = {
        AccountKind(each.kind): Heading(
            AccountKind(each.kind), each.number, each.name_en, each.name_zh
        )
        for each in LedgerHeading.objects.filter(consortium=consortium)
    }
    whole = {kind: own.get(kind, Heading(kind, number)) for kind, number in CHART.items()}
    return dict(sorted(whole.items(), key=lambda item: (item[1].number, item[0].value)))


def trial_balance(
    consortium: Consortium,
    *,
    on: date,
    from_on: date | None = None,
    known_at: datetime | None = None,
    by_member: bool = False,
    before_closing: bool = False,
) -> dict[str, TrialBalance]:
    """Return the trial balance of each unit at the end of a day.

    `from_on`: what was booked before it is the opening balance. `by_member`: members'
    accounts one by one. `before_closing`: without what carries a year that ends on that
    day over to the surplus. Three queries, two more with members.
    """
    rows = transfers(on=on, known_at=known_at).filter(consortium=consortium)
    if before_closing:
        rows = rows.exclude(key__startswith=CLOSING, on=on)
    chart = headings(consortium)
    found: dict[tuple[str, AccountKind, int | None], Balance] = {}
    for side in ("debit", "credit"):
        for unit, kind, member, before, within in summed(rows, side, from_on, by_member):
            key = unit, AccountKind(kind), member
            line = found.get(key) or Balance(chart[AccountKind(kind)])
            sign = 1 if side == "debit" else -1
            moved = {side: getattr(line, side) + within}
            found[key] = replace(line, opening=line.opening + sign * before, **moved)
    return ordered(found, chart, by_member)


def summed(
    rows: QuerySet[Transfer], side: str, from_on: date | None, by_member: bool
) -> Iterator[tuple[Any, ...]]:
    """Yield unit, kind, member, and what was booked on one side before a day and since."""
    by = ["unit", f"{side}__kind", *([f"{side}__member"] if by_member else [])]
    within = Q() if from_on is None else Q(on__gte=from_on)
    before = Q(pk__in=[]) if from_on is None else Q(on__lt=from_on)
    sums = rows.values_list(*by).annotate(
        before=Sum("amount", filter=before, default=NONE),
        within=Sum("amount", filter=within, default=NONE),
    )
    for unit, kind, *member, earlier, later in sums.order_by():
        yield unit, kind, member[0] if member else None, earlier, later


def ordered(
    found: dict[tuple[str, AccountKind, int | None], Balance],
    chart: dict[AccountKind, Heading],
    by_member: bool,
) -> dict[str, TrialBalance]:
    members = named(key[2] for key in found) if by_member else {}
    places = {kind: place for place, kind in enumerate(chart)}
    keys = sorted(found, key=lambda key: (key[0], places[key[1]], key[2] or 0))
    return {
        unit: TrialBalance(
            unit,
            [
                replace(found[key], member=members.get(key[2]) if key[2] else None)
                for key in of_unit
            ],
        )
        for unit, of_unit in groupby(keys, key=lambda key: key[0])
    }


def named(members: Iterable[int | None]) -> dict[int, Member]:
    rows = Member.objects.filter(pk__in=among(filter(None, set(members))))
    return {each.pk: each for each in rows.select_related("organization")}


def year_start(consortium: Consortium, on: date) -> date:
    """Return the first day of the fiscal year a day lies in."""
    begins = date(on.year, consortium.fiscal_year_month, consortium.fiscal_year_day)
    return begins if on >= begins else begins.replace(year=on.year - 1)


def next_year(consortium: Consortium, on: date) -> date:
    """Return the first day of the fiscal year after the one a day lies in."""
    begins = year_start(consortium, on)
    return begins.replace(year=begins.year + 1)


def first_booked(consortium: Consortium, unit: str) -> date | None:
    """Return the day of the first transfer in a unit."""
    found: date | None = Transfer.objects.filter(consortium=consortium, unit=unit).aggregate(
        on=Min("on")
    )["on"]
    return found


@dataclass(frozen=True)
class Aged:
    """What is open in one unit, by how long it is late: not yet, up to 30 days, … , beyond 90."""

    unit: str
    amounts: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, NONE)


def aging(
    consortium: Consortium,
    *,
    on: date,
    known_at: datetime | None = None,
    member: Member | None = None,
) -> dict[str, Aged]:
    """Return what is open on a day by its age, of all members or of one. Two queries."""
    rows = transfers(on=on, known_at=known_at).filter(consortium=consortium, charge__isnull=False)
    if member is not None:
        rows = rows.filter(charge__member=member)
    kind = AccountKind.RECEIVABLE
    sums = (
        rows.values_list("unit", "charge__due_on")
        .annotate(
            owed=Sum("amount", filter=Q(debit__kind=kind), default=NONE),
            settled=Sum("amount", filter=Q(credit__kind=kind), default=NONE),
        )
        .order_by()
    )
    found: dict[str, list[Decimal]] = {}
    for unit, due_on, owed, settled in sums:
        if owed != settled:
            amounts = found.setdefault(unit, [NONE] * (len(AGES) + 1))
            amounts[age(due_on, on)] += owed - settled
    return {unit: Aged(unit, tuple(amounts)) for unit, amounts in sorted(found.items())}


def age(due_on: date, on: date) -> int:
    """Return which of the ages a charge is of on a day: 0 where it is not late."""
    late = (on - due_on).days
    return next((place for place, edge in enumerate(AGES) if late <= edge), len(AGES))


def secret_members(consortium: Consortium) -> list[int]:
    """Return the members whose account holds secret amounts."""
    rows = Charge.objects.filter(consortium=consortium, secret=True).order_by()
    return list(rows.values_list("member", flat=True).distinct())


def secret_among(members: Iterable[int]) -> list[int]:
    """Return those of some members, of any consortia, whose account holds secret amounts."""
    rows = Charge.objects.filter(member__in=among(members), secret=True).order_by()
    return list(rows.values_list("member", flat=True).distinct())
