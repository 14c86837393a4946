"""What of sums over members may be shown: by hand, and against everything a reader can do."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from itertools import combinations, product
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.rules.disclosure import LEAST, NEAR, NOBODY, Cell, Shown, Tally, protected


def cell(*figures: int | str) -> Cell:
    return reduce(add, (Cell.of(Decimal(each)) for each in figures), NOBODY)


@pytest.mark.parametrize(
    ("figures", "safe"),
    [
        ((), True),
        ((0, 0), True),
        ((10, 10, 10, 10), False),
        ((10, 10, 10, 10, 0), False),
        ((10, 10, 10, 10, 10), True),
        # One has half of it, and more.
        ((40, 10, 10, 10, 10), True),
        ((41, 10, 10, 10, 10), False),
        # Two have four fifths of it, and more.
        ((40, 40, 7, 7, 6), True),
        ((41, 40, 7, 7, 6), False),
        # The second and the third know the largest to within what the others have.
        ((40, 30, 26, 2, 2), True),
        ((40, 30, 27, 2, 1), False),
        # Whoever is below zero may be as large as another is above.
        ((10, 10, 10, 10, 10, -1), False),
    ],
)
def test_what_a_sum_betrays(figures: tuple[int, ...], safe: bool) -> None:
    assert cell(*figures).safe == safe


@pytest.mark.parametrize(
    ("count", "of", "safe"),
    [(0, 3, True), (4, 20, False), (5, 20, True), (15, 20, True), (16, 20, False), (20, 20, False)],
)
def test_what_a_number_of_members_betrays(count: int, of: int, safe: bool) -> None:
    assert Tally(count, of).safe == safe


EVEN = (cell(10, 10, 10, 10, 10),)
LARGER = (cell(20, 20, 20, 20, 20),)


def test_nothing_is_held_back_without_need() -> None:
    assert protected({"a": EVEN, "b": LARGER}) == Shown(frozenset(), True)
    assert protected({}) == Shown(frozenset(), True)


def test_the_total_does_not_give_a_hidden_cell_back() -> None:
    two = (cell(3, 4),)
    assert protected({"a": EVEN, "b": LARGER, "c": two}) == Shown(frozenset("ac"), True)
    # One that is empty hides nothing, and is the last to be held back.
    nobody = (NOBODY,)
    assert protected({"a": nobody, "b": LARGER, "c": two}) == Shown(frozenset("bc"), True)


def test_a_total_that_is_one_member_is_held_back_alone() -> None:
    giant = (cell(10_000, 1, 1, 1, 1, 1),)
    assert protected({"a": EVEN, "b": giant}) == Shown(frozenset("b"), False)


def test_what_follows_from_another_is_held_back_with_it() -> None:
    paid, unpaid = cell(9, 9, 9, 9, 9), cell(1)
    found = protected({"a": (paid, unpaid), "b": (*LARGER, cell(1, 1, 1, 1, 1))})
    assert found == Shown(frozenset("ab"), True)


def test_of_parts_no_more_is_shown_than_of_the_whole() -> None:
    whole = Shown(frozenset("a"), False)
    assert protected({"a": EVEN, "b": LARGER}, within=whole) == whole


def test_of_states_of_all_members_one_gives_the_others_away() -> None:
    states = {"good": Tally(18, 20), "late": Tally(2, 20), "out": Tally(0, 20)}
    found = protected({key: (each,) for key, each in states.items()}, known=True)
    assert found == Shown(frozenset({"good", "late", "out"}), True)
    even = {"good": (Tally(10, 20),), "late": (Tally(10, 20),)}
    assert protected(even, known=True) == Shown(frozenset(), True)


# Against everything that can be added up and subtracted

GROUPS = st.dictionaries(
    st.sampled_from("abcd"),
    st.lists(st.integers(0, 60) | st.integers(0, 2000), max_size=9),
    max_size=4,
)


def derived(groups: Mapping[str, Sequence[int]], shown: Shown[str]) -> Iterator[list[int]]:
    """Yield the figures of each set of members whose sum follows from what is shown."""
    told = [{key} for key in groups if key not in shown.hidden]
    told += [set(groups)] if shown.total else []
    for signs in product((-1, 0, 1), repeat=len(told)):
        times = {
            key: sum(sign for sign, keys in zip(signs, told, strict=True) if key in keys)
            for key in groups
        }
        if set(times.values()) <= {0, 1}:
            yield [each for key in groups if times[key] for each in groups[key]]


@given(GROUPS)
def test_no_two_members_learn_a_third_ones_figure(groups: dict[str, list[int]]) -> None:
    shown = protected({key: (cell(*each),) for key, each in groups.items()})
    for figures in derived(groups, shown):
        there = [each for each in figures if each]
        assert not there or len(there) >= LEAST
        for place, looked_for in enumerate(there):
            others = there[:place] + there[place + 1 :]
            left = min(sum(others) - sum(pair) for pair in combinations(others, 2))
            assert left >= NEAR * looked_for


@given(GROUPS)
def test_no_hidden_cell_follows_from_what_is_shown(groups: dict[str, list[int]]) -> None:
    shown = protected({key: (cell(*each),) for key, each in groups.items()})
    found = [sorted(each) for each in derived(groups, shown)]
    for key in shown.hidden:
        if sum(groups[key]) and not cell(*groups[key]).safe:
            alone = sorted(groups[key])
            assert not any(
                [each for each in figures if each] == [each for each in alone if each]
                for figures in found
            )


@given(GROUPS, st.data())
def test_parts_keep_to_the_whole(groups: dict[str, list[int]], data: st.DataObject) -> None:
    paid = {
        key: [data.draw(st.integers(0, figure)) for figure in figures]
        for key, figures in groups.items()
    }
    whole = protected({key: (cell(*each),) for key, each in groups.items()})
    unpaid = {
        key: [all_ - part for all_, part in zip(groups[key], paid[key], strict=True)]
        for key in groups
    }
    shown = protected({key: (cell(*paid[key]), cell(*unpaid[key])) for key in groups}, within=whole)
    assert whole.hidden <= shown.hidden
    assert whole.total or not shown.total
    for measure in (paid, unpaid):
        for figures in derived(measure, shown):
            assert cell(*figures).safe
