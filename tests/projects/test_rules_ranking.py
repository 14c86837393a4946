"""The ranking: independent of order, ties shared and explained, the budget's cut."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from projects.rules.ranking import STANDS, Entry, Ranked, Reach, cut, rank

D = Decimal


def test_ties_are_broken_by_the_heaviest_criterion_or_stand() -> None:
    entries = [
        Entry(1, D(80), (D(4), D(3))),
        Entry(2, D(90), (D(5), D(5))),
        Entry(3, D(80), (D(3), D(5))),
        Entry(4, D(80), (D(3), D(5))),
        Entry(5, D(70), (D(1), D(1))),
        Entry(6, D(99), (D(5), D(0)), falls=True),
    ]
    assert rank(entries, ("novelty", "use")) == [
        Ranked(2, 1),
        Ranked(1, 2, "novelty"),
        Ranked(3, 3, STANDS),
        Ranked(4, 3, STANDS),
        Ranked(5, 5),
        Ranked(6, None),
    ]


def test_budget_is_cut_by_rank_and_says_what_still_fits() -> None:
    rows = [(1, D(50)), (2, D(60)), (3, D(30)), (4, D(30)), (5, D(20)), (None, D(1))]
    assert cut(rows, D(100)) == (
        [Reach.WITHIN, Reach.OVER, Reach.STILL_FITS, Reach.OVER, Reach.STILL_FITS, None],
        D(0),
    )


def test_a_tie_at_the_line_is_nobodys() -> None:
    assert cut([(1, D(50)), (2, D(30)), (2, D(30)), (4, D(20))], D(100)) == (
        [Reach.WITHIN, Reach.TIED, Reach.TIED, Reach.STILL_FITS],
        D(30),
    )


scores = st.integers(0, 4).map(Decimal)
entries = st.lists(st.tuples(scores, scores, scores, st.booleans()), max_size=12).map(
    lambda all: [Entry(key, a, (b, c), falls) for key, (a, b, c, falls) in enumerate(all)]
)


@given(entries, st.randoms())
def test_order_does_not_matter(entries: list[Entry], random: object) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(entries, ("a", "b")) == rank(shuffled, ("a", "b"))


@given(entries)
def test_ranks_count_who_is_better(entries: list[Entry]) -> None:
    by_key = {each.proposal: each for each in entries}
    for each in rank(entries, ("a", "b")):
        entry = by_key[each.proposal]
        better = sum(not other.falls and other.order < entry.order for other in entries)
        assert each.rank == (None if entry.falls else better + 1)


@given(entries)
def test_ties_are_symmetric(entries: list[Entry]) -> None:
    by_key = {each.proposal: each for each in entries}
    found = {each.proposal: each for each in rank(entries, ("a", "b"))}
    for one in entries:
        for other in entries:
            if (one.order, one.falls) == (other.order, other.falls) and one is not other:
                assert found[one.proposal].tie == found[other.proposal].tie == STANDS
    assert all(by_key[key].falls == (each.rank is None) for key, each in found.items())


amounts = st.integers(1, 50).map(Decimal)


@given(entries, st.lists(amounts, min_size=12, max_size=12), st.integers(0, 200).map(Decimal))
def test_never_more_than_the_budget(
    entries: list[Entry], amounts: list[Decimal], budget: Decimal
) -> None:
    ranked = rank(entries, ("a", "b"))
    reaches, left = cut([(each.rank, amounts[each.proposal]) for each in ranked], budget)
    spent = sum(
        amounts[each.proposal]
        for each, reach in zip(ranked, reaches, strict=True)
        if reach in (Reach.WITHIN, Reach.STILL_FITS)
    )
    assert spent + left == budget
    assert left >= 0
