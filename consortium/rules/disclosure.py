"""Which sums over members may be shown to readers who may see no single member's figure.

A table is a fixed set of groups no member is twice in, with their total. Whoever reads
it may be a member that knows its own figure, or two that tell each other theirs, and may
add up and subtract what is shown. Source of the rules: ESSNet SDC, "Handbook on
Statistical Disclosure Control", version 1.2 (2010), chapter 4: least number, (n, k)
dominance, p per cent and secondary suppression; the figures are this product's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Protocol, Self

ZERO = Decimal(0)
LEAST = 5
"""So many members at least stand behind what is shown."""

ONE, TWO = Decimal("0.5"), Decimal("0.8")
"""The largest part of a sum that one member, or two of them, may have."""

NEAR = Decimal("0.1")
"""Two members must not be able to tell a third one's figure to within this part of it."""

LARGEST = 3
"""The one looked for, and the two who look."""


class Guarded(Protocol):
    """What is behind a number that is shown: whether it may be, and the same with others."""

    @property
    def safe(self) -> bool: ...

    @property
    def size(self) -> Decimal: ...

    def __add__(self, other: Self) -> Self: ...


@dataclass(frozen=True, slots=True)
class Cell:
    """A sum over members: of how many that have a figure at all, and the largest of these.

    `below`: one of them is below zero, so that nothing can be said of the others' size.
    """

    count: int = 0
    total: Decimal = ZERO
    largest: tuple[Decimal, ...] = ()
    below: bool = False

    @classmethod
    def of(cls, figure: Decimal) -> "Cell":
        """Return what stands behind one member's figure; zero is none."""
        return cls(1, figure, (abs(figure),), figure < 0) if figure else NOBODY

    def __add__(self, other: "Cell") -> "Cell":
        if not other.count:
            return self
        largest = self.largest
        # Most members are none of the largest, and there may be very many.
        if len(largest) < LARGEST or other.largest[0] > largest[-1]:
            largest = tuple(sorted((*largest, *other.largest), reverse=True)[:LARGEST])
        below = self.below or other.below
        return Cell(self.count + other.count, self.total + other.total, largest, below)

    @property
    def size(self) -> Decimal:
        return abs(self.total)

    @property
    def safe(self) -> bool:
        """Say whether it may be shown. That nobody has a figure betrays none."""
        if not self.count:
            return True
        if self.below or self.count < LEAST:
            return False
        first, second, third = self.largest
        dominated = first > ONE * self.total or first + second > TWO * self.total
        return not dominated and self.total - first - second - third >= NEAR * first


NOBODY = Cell()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of `of` members are something, of which each is one thing or another.

    Where nearly all of them are, it tells what each of them is.
    """

    count: int
    of: int

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.count + other.count, self.of)

    @property
    def size(self) -> Decimal:
        return Decimal(self.count)

    @property
    def safe(self) -> bool:
        return not self.count or (self.count >= LEAST and self.of - self.count >= LEAST)


@dataclass(frozen=True)
class Shown[K]:
    """Which groups of a table are held back, and whether its total is shown."""

    hidden: frozenset[K]
    total: bool


def protected[K, G: Guarded](
    groups: Mapping[K, Sequence[G]],
    *,
    within: Shown[K] | None = None,
    whole: Sequence[G] = (),
    known: bool = False,
) -> Shown[K]:
    """Return what of a table is shown, so that no sum or difference of it gives more away.

    Each group has one or more measures that are shown or held back together, since one
    follows from the others. `within`: the table of what these are parts of, of which no
    more may be shown here than there. `whole`: further measures of the total, which alone
    they do not allow to be told. `known`: the total is known to everyone anyway. With a
    total, what is held back in all is the total less what is shown; so groups are added to
    it, the smallest first, until that may be told as well.
    """
    hidden = {key for key, measures in groups.items() if not all(each.safe for each in measures)}
    hidden |= within.hidden if within else set()
    tellable = safe(groups, groups) and all(each.safe for each in whole)
    shows = known or (tellable and (within is None or within.total))
    if not shows and not hidden:
        # Else the total is the sum of what is shown.
        hidden = set(groups)
    if shows:
        for key in sorted(groups.keys() - hidden, key=lambda key: order(groups[key])):
            if safe(groups, hidden):
                break
            hidden.add(key)
    return Shown(frozenset(hidden), shows)


def order(measures: Sequence[Guarded]) -> tuple[bool, Decimal]:
    """Return what sorts groups by what is lost with them; empty ones protect no other."""
    size = sum((each.size for each in measures), ZERO)
    return not size, size


def safe[K, G: Guarded](groups: Mapping[K, Sequence[G]], keys: Iterable[K]) -> bool:
    """Say whether the sum of some groups may be told, in each measure."""
    columns = zip(*(groups[key] for key in keys), strict=True)
    return all(reduce(add, column).safe for column in columns)
