"""How members stand on a day: what is late, since when, on which level, what rests because of it.

Computed from charges, transfers, steps and suspensions; nothing of it is stored.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, Sum

from consortium.models import Consortium, Member, Suspension
from funding.models import DunningStep, ExitProposal
from funding.reports.enforcing import ARREARS
from funding.reports.open_items import NONE, transfers
from funding.rules.choices import Standing
from funding.states import AccountKind

AGES = (30, 90, 180)
"""Days late at most, of each age but the last."""


@dataclass(frozen=True)
class Late:
    """A charge that is open after its due day; `level`: the last one taken, with its place."""

    pk: int
    member: int
    number: str
    levy: str
    unit: str
    due_on: date
    amount: Decimal
    days: int
    level: str = ""
    position: int = 0

    @property
    def age(self) -> int:
        """Return the number of its age, from 0."""
        return sum(self.days > limit for limit in AGES)


@dataclass
class Stands:
    """How one member stands on a day."""

    member: int
    late: list[Late] = field(default_factory=list)
    rights: list[str] = field(default_factory=list)
    exit_proposed: bool = False

    @property
    def state(self) -> Standing:
        if self.exit_proposed:
            return Standing.EXIT_PROPOSED
        if self.rights:
            return Standing.SUSPENDED
        return Standing.LATE if self.late else Standing.GOOD

    @property
    def days(self) -> int:
        """Return the days the oldest charge is late; 0 where none is."""
        return max((each.days for each in self.late), default=0)

    @property
    def position(self) -> int:
        return max((each.position for each in self.late), default=0)

    @property
    def level(self) -> str:
        """Return the highest level taken for what is late."""
        return max(((each.position, each.level) for each in self.late), default=(0, ""))[1]

    @property
    def arrears(self) -> dict[str, Decimal]:
        """Return what is late by unit."""
        return totals((each.unit, each.amount) for each in self.late)


def late_charges(
    *,
    consortium: Consortium,
    on: date,
    members: Collection[int] | None = None,
    known_at: datetime | None = None,
) -> list[Late]:
    """Return the charges that are open after their due day, oldest first. Two queries."""
    rows = transfers(on=on, known_at=known_at).filter(consortium=consortium, charge__due_on__lt=on)
    if members is not None:
        rows = rows.filter(charge__member__in=members)
    kind = AccountKind.RECEIVABLE
    fields = ("pk", "member", "number", "levy", "unit", "due_on")
    sums = (
        rows.values_list(*(f"charge__{name}" for name in fields))
        .annotate(
            owed=Sum("amount", filter=Q(debit__kind=kind), default=NONE),
            settled=Sum("amount", filter=Q(credit__kind=kind), default=NONE),
        )
        .order_by("charge__due_on", "charge")
    )
    found = [
        (dict(zip(fields, own, strict=True)), owed - settled)
        for *own, owed, settled in sums
        if owed > settled
    ]
    levels = last_levels(consortium, on, members)
    return [
        Late(
            **own,
            amount=amount,
            days=(on - own["due_on"]).days,
            position=levels.get(own["pk"], (0, ""))[0],
            level=levels.get(own["pk"], (0, ""))[1],
        )
        for own, amount in found
    ]


def last_levels(
    consortium: Consortium, on: date, members: Collection[int] | None
) -> dict[int, tuple[int, str]]:
    steps = DunningStep.objects.filter(consortium=consortium, on__lte=on)
    if members is not None:
        steps = steps.filter(member__in=members)
    last = steps.order_by("charge", "-position").distinct("charge")
    return {
        charge: (position, level)
        for charge, position, level in last.values_list("charge", "position", "level")
    }


def standing(
    *, consortium: Consortium, on: date, members: Collection[int] | None = None
) -> dict[int, Stands]:
    """Return how each member of a day, and whoever else owes something late, stands then.

    Five queries, however many they are. `members`: these only.
    """
    belong = Member.objects.filter(consortium=consortium)
    if members is not None:
        belong = belong.filter(pk__in=members)
    found = {pk: Stands(pk) for pk in belong.on(on).order_by("pk").values_list("pk", flat=True)}
    for late in late_charges(consortium=consortium, on=on, members=members):
        found.setdefault(late.member, Stands(late.member)).late.append(late)
    suspended = Suspension.objects.on(on).filter(member__in=list(found), cause=ARREARS)
    for member, right in suspended.order_by("right").values_list("member", "right"):
        found[member].rights.append(right)
    proposals = ExitProposal.objects.filter(
        Q(decided_on=None) | Q(decided_on__gt=on), member__in=list(found), proposed_on__lte=on
    )
    for member in proposals.values_list("member", flat=True):
        found[member].exit_proposed = True
    return found


@dataclass(frozen=True)
class Row:
    """What is late in one unit on one level: amounts and charges by age, and in all."""

    unit: str
    position: int
    level: str
    amounts: tuple[Decimal, ...]
    counts: tuple[int, ...]

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, NONE)

    @property
    def count(self) -> int:
        return sum(self.counts)


def board(late: Iterable[Late]) -> list[Row]:
    """Return what is late by unit, level and age, the lowest level first."""
    groups: dict[tuple[str, int, str], list[Late]] = defaultdict(list)
    for each in late:
        groups[each.unit, each.position, each.level].append(each)
    return [row(key, groups[key]) for key in sorted(groups)]


def sum_rows(rows: Iterable[Row]) -> list[Row]:
    """Return one row for each unit that sums up its levels."""
    by_unit: dict[str, list[Row]] = defaultdict(list)
    for each in rows:
        by_unit[each.unit].append(each)
    return [
        Row(
            unit,
            0,
            "",
            tuple(sum(column, NONE) for column in zip(*(r.amounts for r in own), strict=True)),
            tuple(sum(column) for column in zip(*(r.counts for r in own), strict=True)),
        )
        for unit, own in by_unit.items()
    ]


def row(key: tuple[str, int, str], late: Iterable[Late]) -> Row:
    amounts, counts = [NONE] * (len(AGES) + 1), [0] * (len(AGES) + 1)
    for each in late:
        amounts[each.age] += each.amount
        counts[each.age] += 1
    return Row(*key, tuple(amounts), tuple(counts))


def totals(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for unit, amount in amounts:
        found[unit] += amount
    return dict(found)


def arrears_days(*, consortium: Consortium, on: date) -> dict[Member, int]:
    """Return for each member of a day how many days its oldest late charge is late."""
    found = standing(consortium=consortium, on=on)
    return by_member({key: each.days for key, each in found.items()})


def arrears(*, consortium: Consortium, on: date) -> dict[Member, Decimal]:
    """Return for each member of a day what is late, in the consortium's currency."""
    unit, found = consortium.currency, standing(consortium=consortium, on=on)
    return by_member({key: each.arrears.get(unit, NONE) for key, each in found.items()})


def by_member[T](values: dict[int, T]) -> dict[Member, T]:
    members = Member.objects.in_bulk(list(values))
    return {members[key]: value for key, value in values.items()}
