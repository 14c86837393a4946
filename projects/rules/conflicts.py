"""Who may not judge a proposal, and why."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from projects.rules.groups import Groups


class Conflict(StrEnum):
    """Why a person does not review a proposal."""

    SELF = "self_review"
    PARTICIPANT = "speaks_for_participant"
    GROUP = "same_group"
    STAKE = "holds_a_stake"
    COMPETITOR = "declared_competitor"
    DEPENDENT = "not_independent"
    OUTSIDE = "not_of_a_member"
    RELEASED = "released_before"


@dataclass(frozen=True)
class Judge:
    """A reviewer, and the organizations it speaks or works for on the day."""

    person: int
    organizations: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Proposed:
    """A proposal: who takes part, who wrote or signed it, whom it was taken from before."""

    organizations: frozenset[int]
    people: frozenset[int] = frozenset()
    released: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Ties:
    """What binds organizations to each other on a day.

    `competitors`: pairs as declared; they count both ways and for whole groups.
    `members`: whom an independent reviewer is none of; None where it may be anybody.
    `screeners`: of one of whom every reviewer is; None where it may be anybody.
    """

    groups: Groups
    competitors: Collection[tuple[int, int]] = ()
    members: frozenset[int] | None = None
    screeners: frozenset[int] | None = None
    rivals: frozenset[tuple[int, int]] = field(init=False)
    inside: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        pairs = {(self.groups.of(one), self.groups.of(other)) for one, other in self.competitors}
        both = frozenset(pairs | {(other, one) for one, other in pairs})
        object.__setattr__(self, "rivals", both)
        inside = frozenset(self.groups.of(each) for each in self.members or ())
        object.__setattr__(self, "inside", inside)


def conflicts(judge: Judge, proposed: Proposed, ties: Ties) -> list[Conflict]:
    """Return every reason why a reviewer may not judge a proposal, each once."""
    return list(dict.fromkeys(found(judge, proposed, ties)))


def found(judge: Judge, proposed: Proposed, ties: Ties) -> Iterator[Conflict]:
    if judge.person in proposed.people:
        yield Conflict.SELF
    if judge.person in proposed.released:
        yield Conflict.RELEASED
    if ties.screeners is not None and not judge.organizations & ties.screeners:
        yield Conflict.OUTSIDE
    for mine in judge.organizations:
        if ties.groups.of(mine) in ties.inside:
            yield Conflict.DEPENDENT
        for theirs in proposed.organizations:
            yield from between(mine, theirs, ties)


def between(mine: int, theirs: int, ties: Ties) -> Iterator[Conflict]:
    groups = ties.groups
    if mine == theirs:
        yield Conflict.PARTICIPANT
    elif groups.same(mine, theirs):
        yield Conflict.GROUP
    elif groups.staked(mine, theirs):
        yield Conflict.STAKE
    if (groups.of(mine), groups.of(theirs)) in ties.rivals:
        yield Conflict.COMPETITOR
