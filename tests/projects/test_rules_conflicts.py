"""Who belongs together, and who may not judge whom."""

from fractions import Fraction

import pytest

from projects.rules.conflicts import Conflict, Judge, Proposed, Ties, conflicts
from projects.rules.groups import groups

HALF = Fraction(1, 2)


def share(percent: int) -> Fraction:
    return Fraction(percent, 100)


def test_chains_of_majorities_make_one_group() -> None:
    # 1 holds 2, 2 holds 3; 1 and 2 together hold 4; a half is no majority.
    found = groups(
        [(2, 1, share(51)), (3, 2, share(100)), (4, 1, share(30)), (4, 2, share(25)), (5, 1, HALF)]
    )
    assert {each: found.of(each) for each in range(1, 7)} == {1: 1, 2: 1, 3: 1, 4: 1, 5: 5, 6: 6}
    assert found.staked(3, 5)
    assert not found.staked(3, 6)


def test_a_group_that_is_bought_goes_along_whatever_the_order() -> None:
    found = groups([(1, 2, share(60)), (2, 3, share(60)), (3, 4, share(60))])
    assert [found.of(each) for each in (1, 2, 3, 4)] == [4, 4, 4, 4]


def test_circles_of_control_end() -> None:
    found = groups([(1, 2, share(60)), (2, 1, share(60))])
    assert found.same(1, 2)


def test_fifty_fifty_is_in_neither_group_but_both_have_a_say() -> None:
    found = groups([(9, 1, HALF), (9, 2, HALF)])
    assert not found.same(1, 9)
    assert found.staked(1, 9)
    assert found.staked(9, 2)
    assert not found.staked(1, 2)


CONTROL = groups([(2, 1, share(80)), (3, 1, share(20)), (6, 5, share(100))])
TIES = Ties(CONTROL, competitors=[(1, 6)])


@pytest.mark.parametrize(
    ("organizations", "expected"),
    [
        ({1}, [Conflict.PARTICIPANT]),
        ({2}, [Conflict.GROUP]),
        ({3}, [Conflict.STAKE]),
        ({4}, []),
        ({5}, [Conflict.COMPETITOR]),
        ({6}, [Conflict.COMPETITOR]),
        (set(), []),
        ({1, 6}, [Conflict.PARTICIPANT, Conflict.COMPETITOR]),
    ],
)
def test_conflicts_by_organization(organizations: set[int], expected: list[Conflict]) -> None:
    judge = Judge(70, frozenset(organizations))
    assert sorted(conflicts(judge, Proposed(frozenset({1})), TIES)) == sorted(expected)


def test_own_proposal_and_one_released_before() -> None:
    proposed = Proposed(frozenset({1}), people=frozenset({70}), released=frozenset({71}))
    assert conflicts(Judge(70), proposed, TIES) == [Conflict.SELF]
    assert conflicts(Judge(71), proposed, TIES) == [Conflict.RELEASED]


def test_independent_experts_are_of_no_member_nor_its_group() -> None:
    ties = Ties(CONTROL, members=frozenset({1, 5}))
    found = {
        organization: conflicts(
            Judge(70, frozenset({organization})), Proposed(frozenset({9})), ties
        )
        for organization in (1, 2, 4, 6)
    }
    outside = [Conflict.DEPENDENT]
    assert found == {1: outside, 2: outside, 4: [], 6: outside}


def test_where_members_screen_reviewers_are_of_one() -> None:
    ties = Ties(CONTROL, screeners=frozenset({1, 5}))
    found = {
        organization: conflicts(
            Judge(70, frozenset({organization})), Proposed(frozenset({9})), ties
        )
        for organization in (1, 2, 5)
    }
    # A member's subsidiary is no member.
    assert found == {1: [], 2: [Conflict.OUTSIDE], 5: []}
    assert conflicts(Judge(70), Proposed(frozenset({9})), ties) == [Conflict.OUTSIDE]
