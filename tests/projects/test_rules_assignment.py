"""Reviewers for proposals: enough, allowed, and no fuller than needed."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from projects.rules.assignment import Plan, assign


def test_load_is_even() -> None:
    everybody = {proposal: [1, 2, 3] for proposal in range(6)}
    plan = assign(wanted=dict.fromkeys(range(6), 2), allowed=everybody, load={})
    assert Counter(reviewer for _, reviewer in plan.pairs) == {1: 4, 2: 4, 3: 4}
    assert plan.short == {}


def test_who_has_much_gets_less() -> None:
    plan = assign(
        wanted=dict.fromkeys(range(4), 1), allowed={key: [1, 2] for key in range(4)}, load={1: 4}
    )
    assert Counter(reviewer for _, reviewer in plan.pairs) == {2: 4}


def test_says_what_is_short() -> None:
    assert assign(wanted={1: 2, 2: 1, 3: 0}, allowed={1: [9], 3: [9]}, load={}) == Plan(
        ((1, 9),), {1: 1, 2: 1}
    )
    assert assign(wanted={}, allowed={}, load={}) == Plan((), {})


problems = st.tuples(
    st.dictionaries(st.integers(1, 8), st.integers(1, 3), max_size=8),
    st.dictionaries(st.integers(1, 8), st.lists(st.integers(1, 5), unique=True), max_size=8),
    st.dictionaries(st.integers(1, 5), st.integers(0, 4), max_size=5),
)


@given(problems)
def test_nobody_in_conflict_nobody_twice_nobody_spared(problem: tuple[dict, dict, dict]) -> None:  # type: ignore[type-arg]
    wanted, allowed, load = problem
    plan = assign(wanted=wanted, allowed=allowed, load=load)
    given = Counter(proposal for proposal, _ in plan.pairs)
    assert len(set(plan.pairs)) == len(plan.pairs)
    assert all(reviewer in allowed[proposal] for proposal, reviewer in plan.pairs)
    for proposal, count in wanted.items():
        enough = min(count, len(allowed.get(proposal, [])))
        assert given[proposal] == enough
        assert plan.short.get(proposal, 0) == count - enough


@given(problems)
def test_no_single_change_evens_the_load(problem: tuple[dict, dict, dict]) -> None:  # type: ignore[type-arg]
    wanted, allowed, load = problem
    plan = assign(wanted=wanted, allowed=allowed, load=load)
    full = Counter(load) + Counter(reviewer for _, reviewer in plan.pairs)
    for proposal, reviewer in plan.pairs:
        taken = {one for each, one in plan.pairs if each == proposal}
        for other in set(allowed[proposal]) - taken:
            assert full[other] + 1 >= full[reviewer]
