"""What closing a fiscal year comes to, and how its surplus would go back to the members."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.db.models import IntegerField, Max, Q, Sum
from django.db.models.functions import Cast

from consortium.errors import DomainError
from consortium.models import Charter, Consortium, Member, digest
from consortium.models.base import among
from consortium.money import quantum
from consortium.periods import Period
from funding.models import Transfer, YearClose
from funding.reports.books import (
    DAY,
    TrialBalance,
    first_booked,
    next_year,
    trial_balance,
    year_start,
)
from funding.reports.open_items import NONE
from funding.rules.collection import CollectionSection
from funding.rules.surplus import apportioned
from funding.states import RESULT_ACCOUNTS, AccountKind


class NothingBooked(DomainError):
    """There are no books in this unit."""

    code = "nothing_booked"


@dataclass(frozen=True)
class Closing:
    """The books of a year as they stand before its result is carried over to the surplus."""

    consortium: Consortium
    unit: str
    period: Period

    @property
    def last_day(self) -> date:
        return self.period.end - DAY

    @cached_property
    def trial(self) -> TrialBalance:
        """Return the trial balance of the year, with what stood before it."""
        return self.upto(self.last_day, from_on=self.period.starts_on)

    def upto(self, on: date, from_on: date | None = None) -> TrialBalance:
        found = trial_balance(self.consortium, on=on, from_on=from_on, before_closing=True)
        return found.get(self.unit, TrialBalance(self.unit, []))

    @property
    def results(self) -> dict[AccountKind, Decimal]:
        """Return the balances of income (below zero) and expense that are not nothing."""
        lines = self.trial.lines
        return {
            each.heading.kind: each.balance
            for each in lines
            if each.heading.kind in RESULT_ACCOUNTS and each.balance
        }

    @property
    def surplus(self) -> Decimal:
        """Return what the year brought; below zero what it cost."""
        return -sum(self.results.values(), NONE)

    @property
    def unassigned(self) -> Decimal:
        """Return what came in by the last day and is not put to a member."""
        kinds = (each for each in self.trial.lines if each.heading.kind == AccountKind.UNASSIGNED)
        return -sum((each.balance for each in kinds), NONE)

    def digest(self, uid: UUID) -> str:
        """Return the digest of the trial balance; `uid`, of the row that keeps it, hides it."""
        lines = sorted(
            (each.heading.kind.value, *(f"{value:.3f}" for value in amounts))
            for each in self.trial.lines
            for amounts in [(each.opening, each.debit, each.credit)]
        )
        period = [each.isoformat() for each in (self.period.starts_on, self.period.end)]
        return digest({"uid": str(uid), "unit": self.unit, "period": period, "lines": lines})


def closing_of(close: YearClose) -> Closing:
    return Closing(close.consortium, close.unit, Period(close.starts_on, close.ends_on))


def to_close(consortium: Consortium, unit: str) -> Closing:
    """Return the first year of a unit that is not closed. Raises NothingBooked."""
    closed = YearClose.objects.filter(consortium=consortium, unit=unit, closed_on__isnull=False)
    last: date | None = closed.aggregate(on=Max("ends_on"))["on"]
    first = last or first_booked(consortium, unit)
    if first is None:
        raise NothingBooked(unit=unit)
    starts_on = last or year_start(consortium, first)
    return Closing(consortium, unit, Period(starts_on, next_year(consortium, starts_on)))


@dataclass(frozen=True)
class Share:
    """A member's part of a surplus: by what it paid of the levy in the year."""

    member: Member
    paid: Decimal
    amount: Decimal
    secret: bool


def surplus_levy(close: YearClose) -> str | None:
    """Return the levy by which the charter of a year's last day gives a surplus back."""
    on = close.ends_on - DAY
    try:
        charter = Charter.objects.in_force(consortium=close.consortium, on=on)
        section: CollectionSection = charter.rules("collection")
    except DomainError:
        return None
    return section.surplus.levy if section.surplus else None


def shares(close: YearClose, levy: str, amount: Decimal) -> list[Share]:
    """Return what each member that paid of a levy in a closed year gets back."""
    found = paid(close, levy)
    members = Member.objects.filter(pk__in=among(found)).select_related("organization")
    rows = [each for each in members.order_by("pk") if found[each.pk][0] > 0]
    if not rows:
        return []
    parts = apportioned(amount, [found[each.pk][0] for each in rows], quantum(close.unit))
    return [
        Share(member, found[member.pk][0], part, found[member.pk][1])
        for member, part in zip(rows, parts, strict=True)
        if part
    ]


def paid(close: YearClose, levy: str) -> Mapping[int, tuple[Decimal, bool]]:
    """Return what members paid of a levy in a year, less what was undone, and if it is secret."""
    own = {"unit": close.unit, "on__gte": close.starts_on, "on__lt": close.ends_on}
    rows = Transfer.objects.filter(consortium=close.consortium, charge__levy=levy, **own)
    there = Q(debit__kind=AccountKind.ON_ACCOUNT, credit__kind=AccountKind.RECEIVABLE)
    back = Q(debit__kind=AccountKind.RECEIVABLE, credit__kind=AccountKind.ON_ACCOUNT)
    sums = rows.values_list("charge__member").annotate(
        paid=Sum("amount", filter=there, default=NONE),
        undone=Sum("amount", filter=back, default=NONE),
        secret=Max(Cast("charge__secret", output_field=IntegerField())),
    )
    return {
        member: (paid - undone, bool(secret)) for member, paid, undone, secret in sums.order_by()
    }


def shares_digest(rows: list[Share], uid: UUID) -> str:
    """Return the digest of every member's part; `uid`, of the row that keeps it, hides it."""
    parts = [[str(each.member.uid), f"{each.amount:.3f}"] for each in rows]
    return digest({"uid": str(uid), "parts": parts})
