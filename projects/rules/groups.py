"""Groups of organizations under one control, from who holds how much of whom."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

MAJORITY = Fraction(1, 2)
"""A group that holds more than this of an organization controls it."""

INFLUENCE = Fraction(1, 5)
"""From this share on a holder has a say (IAS 28, CAS 2: significant influence)."""

type Holding = tuple[int, int, Fraction]
"""An organization, who holds it, and the share."""


@dataclass(frozen=True)
class Groups:
    """Which organizations act as one, and which groups have a say in which others."""

    heads: Mapping[int, int]
    stakes: frozenset[tuple[int, int]] = frozenset()

    def of(self, organization: int) -> int:
        """Return the head of an organization's group: itself where nobody controls it."""
        return self.heads.get(organization, organization)

    def same(self, one: int, other: int) -> bool:
        return self.of(one) == self.of(other)

    def staked(self, one: int, other: int) -> bool:
        """Say whether one's group has a say in the other's, or the other way round."""
        pair = self.of(one), self.of(other)
        return pair in self.stakes or pair[::-1] in self.stakes


def groups(holdings: Iterable[Holding]) -> Groups:
    """Return the groups that holdings make.

    A group controls an organization of which its members together hold more than half;
    what it controls belongs to it, and so on until nothing more joins.
    """
    held: dict[int, dict[int, Fraction]] = defaultdict(dict)
    for organization, holder, share in holdings:
        held[organization][holder] = held[organization].get(holder, Fraction(0)) + share
    heads: dict[int, int] = {}
    while joined := joining(held, heads):
        for organization, head in joined.items():
            heads = {each: head if old == organization else old for each, old in heads.items()}
            heads[organization] = head
    return Groups(heads, stakes(held, heads))


def joining(held: Mapping[int, Mapping[int, Fraction]], heads: Mapping[int, int]) -> dict[int, int]:
    """Return the first organization that a group controls and that is not yet in it."""
    for organization in sorted(held):
        if organization not in heads:
            for head, share in by_group(held[organization], heads).items():
                if share > MAJORITY and head != organization:
                    return {organization: head}
    return {}


def by_group(holders: Mapping[int, Fraction], heads: Mapping[int, int]) -> dict[int, Fraction]:
    found: dict[int, Fraction] = defaultdict(Fraction)
    for holder, share in holders.items():
        found[heads.get(holder, holder)] += share
    return found


def stakes(
    held: Mapping[int, Mapping[int, Fraction]], heads: Mapping[int, int]
) -> frozenset[tuple[int, int]]:
    return frozenset(
        (head, heads.get(organization, organization))
        for organization, holders in held.items()
        for head, share in by_group(holders, heads).items()
        if share >= INFLUENCE and head != heads.get(organization, organization)
    )
