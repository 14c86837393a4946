"""The order of proposals by score, what broke a tie, and how far the money goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

STANDS = "stands"
"""Said of a tie that nothing broke: the proposals share their rank."""


@dataclass(frozen=True)
class Entry:
    """A proposal to be ranked; `means` by criterion, the heaviest first, break ties.

    `falls`: under a threshold, or not eligible; it comes last, without a rank.
    """

    proposal: int
    score: Decimal
    means: tuple[Decimal, ...] = ()
    falls: bool = False

    @property
    def order(self) -> tuple[Decimal, ...]:
        return (-self.score, *(-each for each in self.means))


@dataclass(frozen=True)
class Ranked:
    """A proposal's rank; `tie`: the criterion that broke a tie in score, or that it stands."""

    proposal: int
    rank: int | None
    tie: str | None = None


class Reach(StrEnum):
    """Where a proposal lies as to the call's budget."""

    WITHIN = "within"
    STILL_FITS = "still_fits"
    TIED = "tied"
    OVER = "over"


def rank(entries: Iterable[Entry], criteria: Sequence[str] = ()) -> list[Ranked]:
    """Return proposals by score, then by their criteria, the heaviest first.

    Those alike in all share a rank, and the next ones are numbered after them (1, 2, 2,
    4). `criteria`: the names of `means`.
    """
    ordered = sorted(entries, key=lambda each: (each.falls, *each.order, each.proposal))
    ranked, place = list[Ranked](), 0
    for index, each in enumerate(ordered):
        tie = tie_of(ordered, index, criteria)
        before = ordered[index - 1] if index else None
        if before is None or (before.falls, before.order) != (each.falls, each.order):
            place = index + 1
        ranked.append(Ranked(each.proposal, None if each.falls else place, tie))
    return ranked


def tie_of(rows: Sequence[Entry], index: int, criteria: Sequence[str]) -> str | None:
    """Return what broke a tie in score; `rows` are in order, all of them or those around."""
    row = rows[index]
    near = [*rows[max(index - 1, 0) : index], *rows[index + 1 : index + 2]]
    same = [each for each in near if (each.score, each.falls) == (row.score, row.falls)]
    if any(each.means == row.means for each in same):
        return STANDS
    alike = [next(n for n, mean in enumerate(row.means) if mean != each.means[n]) for each in same]
    # Those next to it are most like it: what tells it from them tells it from all.
    return criteria[max(alike)] if alike else None


def cut(
    ranked: Sequence[tuple[int | None, Decimal]], budget: Decimal
) -> tuple[list[Reach | None], Decimal]:
    """Return how far a budget goes down a ranking, and what is left of it.

    Each is its rank and the amount asked for, best first. Whoever fits is within; after
    the first that does not, one that fits is marked so. Those who share a rank fit
    together or not at all: `tied` says that some of them would.
    """
    left, missed, found = budget, False, list[Reach | None]()
    least = min((amount for place, amount in ranked if place is not None), default=budget)
    for place, group in groupby(ranked, key=lambda each: each[0]):
        if left < least:  # nobody fits any more
            rest = ranked[len(found) :]
            return found + [None if place is None else Reach.OVER for place, _ in rest], left
        amounts = [amount for _, amount in group]
        together = sum(amounts, start=Decimal(0))
        if place is None:
            found += [None] * len(amounts)
        elif together <= left:
            found += [Reach.STILL_FITS if missed else Reach.WITHIN] * len(amounts)
            left -= together
        else:
            some = any(amount <= left for amount in amounts)
            found += [Reach.TIED if some and len(amounts) > 1 else Reach.OVER] * len(amounts)
            missed = True
    return found, left
