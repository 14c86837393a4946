"""A member's account over some time: what was charged, credited and paid, and what is open."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from consortium.models import Member
from funding.models import Account, Charge, Concession, Transfer
from funding.reports.open_items import NONE, balances, open_amounts, transfers
from funding.states import MEMBER_ACCOUNTS, AccountKind, ConcessionKind, Entry

DAY = timedelta(days=1)
REVERSED = "reverse:"

ENTRIES = {
    "charge": Entry.CHARGE,
    "credit": Entry.CREDIT_NOTE,
    "match": Entry.PAYMENT,
    "allocate": Entry.ALLOCATION,
    "opening": Entry.OPENING,
}
CONCESSIONS = {
    ConcessionKind.WAIVER: Entry.WAIVER,
    ConcessionKind.WRITE_OFF: Entry.WRITE_OFF,
    ConcessionKind.CREDIT: Entry.CREDIT,
    ConcessionKind.REFUND: Entry.REFUND,
}


@dataclass(frozen=True)
class Part:
    """What an entry did to one charge: above zero it owes more, below zero less."""

    charge: Charge
    amount: Decimal


@dataclass(frozen=True)
class Line:
    """One event on a member's account; `after`: what it owes then, below zero its credit.

    `of`: what is reversed, where it is a reversal. `reference`: the paper's number, or
    the bank's reference.
    """

    on: date
    key: str
    entry: Entry
    of: Entry | None
    reference: str
    amount: Decimal
    after: Decimal
    parts: list[Part]
    row: Any = None


@dataclass(frozen=True)
class Open:
    """A charge of which something is open, and how many days it is late."""

    charge: Charge
    amount: Decimal
    late: int


@dataclass
class Statement:
    """A member's account in one unit: balances are what it owes, below zero its credit."""

    member: Member
    unit: str
    from_on: date
    on: date
    opening: Decimal = NONE
    lines: list[Line] = field(default_factory=list)
    open: list[Open] = field(default_factory=list)
    on_account: Decimal = NONE

    @property
    def balance(self) -> Decimal:
        return self.lines[-1].after if self.lines else self.opening

    @property
    def owed(self) -> Decimal:
        """Return what is open of all charges."""
        return sum((each.amount for each in self.open), NONE)

    @property
    def overdue(self) -> Decimal:
        return sum((each.amount for each in self.open if each.late), NONE)


def member_statements(
    member: Member, *, from_on: date, on: date, known_at: datetime | None = None
) -> list[Statement]:
    """Return a member's statements from a day to the end of another, one for each unit.

    As many queries however much there is. A unit without account has no statement.
    """
    accounts = Account.objects.filter(member=member, kind__in=MEMBER_ACCOUNTS)
    kinds = {each.pk: each for each in accounts}
    found = {
        unit: Statement(member, unit, from_on, on)
        for unit in sorted({each.unit for each in kinds.values()})
    }
    for key, balance in balances(accounts, on=from_on - DAY, known_at=known_at).items():
        found[kinds[key].unit].opening += balance
    for key, balance in balances(accounts, on=on, known_at=known_at).items():
        if kinds[key].kind == AccountKind.ON_ACCOUNT:
            found[kinds[key].unit].on_account -= balance
    add_lines(found, kinds, transfers(on=on, known_at=known_at).filter(on__gte=from_on))
    for each in open_items(member, on=on, known_at=known_at):
        found[each.charge.unit].open.append(each)
    return list(found.values())


def open_items(member: Member, *, on: date, known_at: datetime | None = None) -> list[Open]:
    """Return a member's open charges by their due day."""
    charges = {
        each.pk: each
        for each in Charge.objects.filter(member=member, issued_on__lte=on).order_by("due_on", "pk")
    }
    amounts = open_amounts(charges, on=on, known_at=known_at)
    return [
        Open(each, amounts[key], max(0, (on - each.due_on).days))
        for key, each in charges.items()
        if key in amounts
    ]


def add_lines(
    found: dict[str, Statement], accounts: dict[int, Account], rows: QuerySet[Transfer]
) -> None:
    """Add the events on some accounts to their statements, in the order they count."""
    own = list(accounts)
    moved = list(
        rows.filter(Q(debit__in=own) | Q(credit__in=own))
        .select_related("charge", "payment")
        .order_by("on", "recorded_at", "key", "leg")
    )
    concessions = conceded(each.key for each in moved)
    for unit, statement in found.items():
        after = statement.opening
        of_unit = [each for each in moved if each.unit == unit]
        for key, legs in groupby(of_unit, key=lambda each: each.key):
            line = line_of(key, list(legs), accounts, concessions, after)
            statement.lines.append(line)
            after = line.after


def line_of(
    key: str,
    legs: list[Transfer],
    accounts: dict[int, Account],
    concessions: dict[str, Concession],
    before: Decimal,
) -> Line:
    """Return one event: its legs on the member's accounts, summed up."""
    amount, parts = NONE, dict[int, Part]()
    for leg in legs:
        for account, change in ((leg.debit_id, leg.amount), (leg.credit_id, -leg.amount)):
            if account not in accounts:
                continue
            amount += change
            if leg.charge and accounts[account].kind == AccountKind.RECEIVABLE:
                so_far = parts.get(leg.charge.pk)
                change += so_far.amount if so_far else NONE
                parts[leg.charge.pk] = Part(leg.charge, change)
    plain = key.removeprefix(REVERSED)
    entry, reference, row = called(plain, legs, concessions)
    reversal = plain != key
    return Line(
        on=legs[0].on,
        key=key,
        entry=Entry.REVERSAL if reversal else entry,
        of=entry if reversal else None,
        reference=reference,
        amount=amount,
        after=before + amount,
        parts=list(parts.values()),
        row=row,
    )


def called(
    key: str, legs: list[Transfer], concessions: dict[str, Concession]
) -> tuple[Entry, str, Any]:
    """Return what an event is, the number it goes by, and the row it is about."""
    kind, _, rest = key.partition(":")
    if kind == "concession" and (concession := concessions.get(rest)):
        of = concession.charge.number if concession.charge else concession.bank_reference
        return CONCESSIONS[ConcessionKind(concession.kind)], of, concession
    entry = ENTRIES.get(kind, Entry.OTHER)
    payment = next((leg.payment for leg in legs if leg.payment), None)
    if entry == Entry.CHARGE:
        return entry, rest, legs[0].charge
    if payment is not None:
        return Entry.PAYMENT if entry == Entry.OTHER else entry, payment.reference, payment
    return entry, rest if entry == Entry.CREDIT_NOTE else "", None


def conceded(keys: Iterable[str]) -> dict[str, Concession]:
    """Return the concessions that some events carry out, by their addresses."""
    asked = {
        UUID(rest)
        for key in keys
        for kind, _, rest in [key.removeprefix(REVERSED).partition(":")]
        if kind == "concession"
    }
    rows = Concession.objects.filter(uid__in=asked).select_related("charge")
    return {str(each.uid): each for each in rows}
