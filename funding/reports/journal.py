"""The ledger as a journal: every event with its legs, in one order, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from consortium.models import Consortium, Member
from funding.models import Account
from funding.reports.books import Heading, first_booked, headings
from funding.reports.open_items import transfers
from funding.states import AccountKind

CHUNK = 2000


class Side(NamedTuple):
    """An account as the journal names it: its kind, and whose it is."""

    kind: AccountKind
    member: int | None


class Leg(NamedTuple):
    """An amount moved from one account to another, and what it was for."""

    number: int
    debit: Side
    credit: Side
    amount: Decimal
    unit: str
    charge: str | None
    payment: str | None


@dataclass(frozen=True)
class Event:
    """What happened under one key; `reverses`: the key it takes back."""

    on: date
    key: str
    recorded_at: datetime
    reverses: str | None
    legs: list[Leg]


@dataclass(frozen=True)
class Journal:
    """The books of a consortium from a day to the end of another, as known at a moment."""

    consortium: Consortium
    on: date
    from_on: date | None = None
    known_at: datetime | None = None

    @cached_property
    def chart(self) -> dict[AccountKind, Heading]:
        return headings(self.consortium)

    @cached_property
    def members(self) -> dict[int, Member]:
        rows = Member.objects.filter(consortium=self.consortium).order_by("pk")
        return {each.pk: each for each in rows.select_related("organization")}

    @cached_property
    def numbers(self) -> dict[int, int]:
        """Return each member's number in the journal: the first one's is 1, for good."""
        return {pk: place for place, pk in enumerate(self.members, start=1)}

    @cached_property
    def accounts(self) -> dict[int, tuple[Side, str]]:
        """Return every account and its unit, in the order of the chart."""
        rows = Account.objects.filter(consortium=self.consortium)
        places = {kind: place for place, kind in enumerate(self.chart)}
        found = [
            (places[AccountKind(kind)], member or 0, unit, pk, Side(AccountKind(kind), member))
            for pk, kind, member, unit in rows.values_list("pk", "kind", "member", "unit")
        ]
        return {pk: (side, unit) for *_, unit, pk, side in sorted(found)}

    @property
    def units(self) -> list[str]:
        return sorted({unit for _, unit in self.accounts.values()})

    @cached_property
    def first_on(self) -> date:
        """Return the first day of the books, or of the part of them."""
        days = [first_booked(self.consortium, unit) for unit in self.units]
        return self.from_on or min([day for day in days if day], default=self.on)

    def events(self) -> Iterator[Event]:
        """Yield every event by its day and key; what is read at once does not grow with them."""
        rows = transfers(on=self.on, known_at=self.known_at).filter(consortium=self.consortium)
        if self.from_on is not None:
            rows = rows.filter(on__gte=self.from_on)
        names = (
            "on", "key", "leg", "recorded_at", "reverses__key", "debit", "credit", "amount", "unit",
            "charge__number", "payment__reference",
        )  # fmt: skip
        lines = rows.order_by("on", "key", "leg").values_list(*names).iterator(chunk_size=CHUNK)
        for (on, key), legs in groupby(lines, key=lambda row: (row[0], row[1])):
            found = list(legs)
            _, _, _, recorded_at, reverses, *_ = found[0]
            yield Event(on, key, recorded_at, reverses, [self.leg(*row) for row in found])

    def leg(
        self, on: date, key: str, number: int, recorded_at: datetime, reverses: str | None,
        debit: int, credit: int, amount: Decimal, unit: str, charge: str | None,
        payment: str | None,
    ) -> Leg:  # fmt: skip
        sides = self.accounts[debit][0], self.accounts[credit][0]
        return Leg(number, *sides, amount, unit, charge, payment)
