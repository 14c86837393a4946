"""Which money a voucher accounts for, and which still lacks one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

NONE = Decimal(0)


@dataclass(frozen=True)
class Money:
    """An amount a member paid: by which payment, to which charge; keys.

    No charge: it stands on the member's account. No payment: it was paid from there.
    """

    payment: int | None
    charge: int | None
    amount: Decimal


@dataclass(frozen=True)
class Cover:
    """What of a voucher is for a charge or for a payment, one of the two; keys.

    Neither: what was vouchered before a cut-over of the credit that came over.
    """

    charge: int | None = None
    payment: int | None = None
    amount: Decimal = NONE

    def takes(self, money: Money) -> bool:
        if self.charge is not None:
            return money.charge == self.charge
        return money.payment == self.payment


def fill(paid: Sequence[Money], covers: Iterable[Cover]) -> tuple[list[Decimal], Decimal]:
    """Return what of each amount no voucher covers, and what of the vouchers fits nowhere.

    As much as can fits: a voucher makes way on one amount where it has room on another
    (the largest flow, by augmenting paths). A payment covers its charges before its credit.
    """
    filling = Filling(paid)
    over = NONE
    for cover in sorted(covers, key=lambda each: each.charge is None):
        over += filling.put(cover)
    return filling.rest, over


class Filling:
    """Which voucher is put to which money; `rest`: what is left of each amount."""

    def __init__(self, paid: Sequence[Money]) -> None:
        self.paid = paid
        self.rest = [each.amount for each in paid]
        self.places: list[list[int]] = []
        self.taken: dict[tuple[int, int], Decimal] = {}

    def put(self, cover: Cover) -> Decimal:
        """Put a voucher to what it is for; returns what of it finds no room."""
        places = [number for number, each in enumerate(self.paid) if cover.takes(each)]
        self.places.append(sorted(places, key=lambda number: self.paid[number].charge is None))
        wanted = cover.amount
        while wanted and (path := self.path(len(self.places) - 1)):
            wanted -= self.move(path, wanted)
        return wanted

    def path(self, cover: int) -> list[tuple[int, int]]:
        """Return the shortest way to room, as (voucher, place) pairs, each making way."""
        reached: dict[int, list[tuple[int, int]]] = {cover: []}
        waiting = [cover]
        for each in waiting:
            for place in self.places[each]:
                way = [*reached[each], (each, place)]
                if self.rest[place]:
                    return way
                there = [one for (one, at), part in self.taken.items() if at == place and part]
                for other in there:
                    if other not in reached:
                        reached[other] = way
                        waiting.append(other)
        return []

    def move(self, path: list[tuple[int, int]], wanted: Decimal) -> Decimal:
        """Take room along a path; returns how much."""
        steps = list(pairwise(path))
        gives = [self.taken[after, place] for (_each, place), (after, _to) in steps]
        part = min(wanted, self.rest[path[-1][1]], *gives)
        for (_each, place), (after, _to) in steps:
            self.taken[after, place] -= part
        for pair in path:
            self.taken[pair] = self.taken.get(pair, NONE) + part
        self.rest[path[-1][1]] -= part
        return part


def spread(
    amount: Decimal,
    subjects: Sequence[Cover],
    *,
    paid: Sequence[Money],
    covers: Sequence[Cover],
    most: Decimal,
) -> list[Cover]:
    """Return how a voucher's amount goes to charges and payments, each in full in turn.

    `most`: what the member paid in all; credit that paid a charge is not counted twice.
    What fits nowhere is left out, so the sum may be less than the amount.
    """
    found = list[Cover]()
    for subject in subjects:
        before = [*covers, *found]
        vouched = sum((each.amount for each in before), NONE)
        here = sum((each.amount for each in paid if subject.takes(each)), NONE)
        taken = min(amount, here, most - vouched)
        if taken > 0:
            _rest, over = fill(paid, before)
            _rest, more = fill(paid, [*before, replace(subject, amount=taken)])
            taken -= more - over
        if taken > 0:
            found.append(replace(subject, amount=taken))
            amount -= taken
    return found
