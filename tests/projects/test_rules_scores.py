"""Scores: weighted, made comparable, flagged; properties over anything reviewers give."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from projects.rules.choices import Spread
from projects.rules.scores import (
    Given,
    MissingScore,
    OutOfScale,
    Scored,
    UnknownCriterion,
    score,
    standardized,
    total,
    wrong_scores,
)
from projects.rules.section import Criterion

D = Decimal


def criterion(code: str, weight: str, **more: object) -> Criterion:
    return Criterion(code=code, label={"en": code}, weight=D(weight), **more)  # type: ignore[arg-type]


NOVELTY = criterion("novelty", "2")
USE = criterion("use", "1", top=10, threshold=D(4))
CRITERIA = (NOVELTY, USE)


def review(proposal: int, reviewer: int, novelty: str, use: str) -> Given:
    return Given(proposal, reviewer, {"novelty": D(novelty), "use": D(use)})


def test_total_is_weighted_by_hand() -> None:
    # 100 × (2 × 4.5/5 + 1 × 7/10) ÷ 3 = 100 × 2.5/3
    assert total(CRITERIA, {"novelty": D("4.5"), "use": D(7)}) == Fraction(250, 3)


def test_score_by_hand() -> None:
    reviews = [review(1, 7, "5", "10"), review(1, 8, "2", "3"), review(2, 7, "3", "3.5")]
    assert score(CRITERIA, reviews, flag_from=D(3)) == [
        # (100 + 50) ÷ 2; 100 × (2 × 0.4 + 0.3) ÷ 3 = 36.666667; mean 68.333333
        Scored(
            1, 2, D("68.333333"), {"novelty": D("3.5"), "use": D("6.5")},
            {"novelty": D(3), "use": D(7)}, ("novelty", "use"), (),
        ),
        Scored(
            2, 1, D("51.666667"), {"novelty": D(3), "use": D("3.5")},
            {"novelty": D(0), "use": D(0)}, (), ("use",),
        ),
    ]  # fmt: skip


def test_consensus_replaces_every_score_and_ends_the_flag() -> None:
    reviews = [review(1, 7, "5", "10"), review(1, 8, "2", "3")]
    (found,) = score(CRITERIA, reviews, consensus={1: {"use": D(6)}}, flag_from=D(4))
    # novelty 3.5, use agreed 6: 100 × (2 × 0.7 + 0.6) ÷ 3
    assert (found.score, found.means["use"], found.flagged) == (D("66.666667"), D(6), ())


def test_standardized_by_hand() -> None:
    # A generous and a strict person who agree on the order: their totals become the same.
    found = standardized([1, 1, 1, 2, 2, 2], [Fraction(v) for v in (80, 90, 100, 0, 20, 40)])
    assert [round(value, 9) for value in found[:3]] != [80, 90, 100]
    assert [round(value, 20) for value in found[:3]] == [round(value, 20) for value in found[3:]]
    assert found[1] == 55


@pytest.mark.parametrize(
    ("own", "expected"),
    [([30], [30]), ([30, 50], [35, 55]), ([40, 40, 40], [45, 45, 45])],
    ids=["one review", "two reviews", "all alike"],
)
def test_few_reviews_are_not_stretched(own: list[int], expected: list[int]) -> None:
    others = {1: [], 2: [50], 3: [60]}[len(own)] if len(own) > 1 else []
    found = standardized(
        [1] * len(own) + [2] * len(others), [Fraction(each) for each in own + others]
    )
    middle = Fraction(sum(own + others), len(own + others))
    moved = [float(value) for value in found[: len(own)]]
    mean = Fraction(sum(own), len(own))
    wanted = own if len(own) == 1 else [float(middle + each - mean) for each in own]
    assert moved == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({"novelty": D(5), "use": D("0.5")}, []),
        ({"novelty": D("5.5"), "use": D(1)}, [OutOfScale]),
        ({"novelty": D("-0.5"), "use": D(1)}, [OutOfScale]),
        ({"novelty": D("1.25"), "use": D(1)}, [OutOfScale]),
        ({"novelty": D("NaN"), "use": D("Infinity")}, [OutOfScale, OutOfScale]),
        ({"novelty": D(1)}, [MissingScore]),
        ({"novelty": D(1), "use": D(1), "beauty": D(1)}, [UnknownCriterion]),
    ],
)
def test_scores_must_be_on_the_scale(
    scores: dict[str, Decimal], expected: list[type[Exception]]
) -> None:
    assert [type(each) for each in wrong_scores(CRITERIA, scores)] == expected


def test_whole_points_only_where_the_criterion_says_so() -> None:
    whole = (criterion("a", "1", halves=False),)
    (error,) = wrong_scores(whole, {"a": D("2.5")})
    assert error.values == {"criterion": "a", "score": D("2.5"), "top": 5, "step": 1}
    assert wrong_scores(whole, {}, complete=False) == []


# properties

halves = st.integers(0, 10).map(lambda each: D(each) / 2)
rows = st.lists(
    st.tuples(st.integers(1, 5), st.integers(1, 4), halves, halves),
    min_size=1,
    max_size=16,
    unique_by=lambda each: each[:2],
).map(lambda all: [Given(p, r, {"novelty": n, "use": u}) for p, r, n, u in all])


@given(rows, st.randoms(), st.sampled_from(Spread))
def test_order_of_reviews_does_not_matter(
    rows: list[Given], random: object, spread: Spread
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert score(CRITERIA, rows, spread=spread) == score(CRITERIA, shuffled, spread=spread)


@given(rows, st.data())
def test_a_better_score_never_harms(rows: list[Given], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(rows) - 1))
    better = rows[index]
    assume(better.scores["novelty"] < 5)
    raised = replace(
        better, scores={**better.scores, "novelty": better.scores["novelty"] + D("0.5")}
    )
    before = {each.proposal: each.score for each in score(CRITERIA, rows)}
    after = {
        each.proposal: each.score
        for each in score(CRITERIA, [*rows[:index], raised, *rows[index + 1 :]])
    }
    assert after.pop(better.proposal) > before.pop(better.proposal)
    assert after == before


@given(rows)
def test_a_better_score_is_not_standardized_away(rows: list[Given]) -> None:
    totals = [total(CRITERIA, each.scores) for each in rows]
    levelled = standardized([each.reviewer for each in rows], totals)
    for one, first in enumerate(rows):
        for other, second in enumerate(rows):
            if first.reviewer == second.reviewer and totals[one] > totals[other]:
                assert levelled[one] > levelled[other]
