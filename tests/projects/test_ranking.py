"""The ranking of a call, against the pure rule and at the same cost for any number."""

import random
from decimal import Decimal
from typing import Any

import pytest

from projects.models import Call, Consensus, ReviewAssignment
from projects.reports.ranking import ranking, scores
from projects.rules.choices import Spread
from projects.rules.ranking import STANDS, Reach
from projects.rules.scores import Given, score
from projects.rules.section import Criterion
from tests.factories.projects import CRITERIA, SCREENED_ON, panel, propose, reviewed, section

D = Decimal


def test_ranking_by_hand(db: None) -> None:
    here = panel(budget=D(1200))
    for name, amount in (("best", "1000"), ("next", "2000"), ("same", "400"), ("weak", "100")):
        propose(here, name, amount=amount, own="0")
    propose(here, "unread")
    reviewed(here, "best", ann=("5", "5"), bob=("4", "2"))
    reviewed(here, "next", ann=("3", "3"), bob=("3", "3"))
    reviewed(here, "same", ann=("2.5", "4"), bob=("2.5", "4"))
    reviewed(here, "weak", ann=("5", "1.5"), bob=("5", "2"))
    found = ranking(call=here.call)
    names = {proposal.pk: name for name, proposal in here.proposals.items()}
    assert [
        (
            names[each.ranked.proposal],
            each.ranked.rank,
            each.scored.score,
            each.ranked.tie,
            each.reach,
        )
        for each in found.places
    ] == [
        # (100 + (2 × 80 + 40) ÷ 3) ÷ 2
        ("best", 1, D("83.333333"), None, Reach.WITHIN),
        ("next", 2, D("60.000000"), "novelty", Reach.OVER),
        ("same", 3, D("60.000000"), "novelty", Reach.OVER),
        ("weak", None, D("78.333333"), None, None),
    ]
    assert (found.left, found.unscored) == (D(200), 1)
    assert found.places[0].scored.flagged == ("use",)
    assert found.places[-1].scored.below == ("use",)


def test_ties_that_stand_share_their_rank(db: None) -> None:
    here = panel()
    for name in ("one", "two"):
        propose(here, name)
        reviewed(here, name, ann=("3", "3"))
    assert [(each.ranked.rank, each.ranked.tie) for each in ranking(call=here.call).places] == [
        (1, STANDS),
        (1, STANDS),
    ]


@pytest.mark.parametrize("spread", Spread)
def test_sql_computes_what_the_rule_says(db: None, spread: Spread) -> None:
    here = panel(body=section(spread=spread.value))
    chance = random.Random(7)
    given, agreed = [], {}
    for number in range(25):
        name = f"p{number}"
        proposal = propose(here, name)
        people = chance.sample(["ann", "bob", "cid"], chance.randint(1, 3))
        rows = {who: (half(chance), half(chance)) for who in people}
        reviewed(here, name, **rows)
        given += [
            Given(proposal.pk, here.people[who].pk, {"novelty": D(novelty), "use": D(use)})
            for who, (novelty, use) in rows.items()
        ]
        if number % 5 == 0:
            agreed[proposal.pk] = {"use": D("2.5")}
            Consensus.objects.create(
                consortium=here.consortium, proposal=proposal, criterion="use",
                score=D("2.5"), reason="r", on=SCREENED_ON,
            )  # fmt: skip
    criteria = [Criterion.model_validate(each) for each in CRITERIA]
    expected = score(criteria, given, spread=spread, consensus=agreed, flag_from=D(2))
    assert list(scores(here.call, 1)) == expected
    places = ranking(call=here.call, start=1, most=20).places
    by_proposal = {each.proposal: each for each in expected}
    assert len(places) == 20
    assert [each.scored for each in places] == [
        by_proposal[each.ranked.proposal] for each in places
    ]


def half(chance: random.Random) -> str:
    return str(D(chance.randint(0, 10)) / 2)


def test_released_and_unsubmitted_reviews_do_not_count(db: None) -> None:
    here = panel()
    propose(here, "one")
    reviewed(here, "one", ann=("5", "5"), bob=("1", "2"))
    ReviewAssignment.objects.filter(reviewer=here.people["bob"]).update(
        released_on=SCREENED_ON, release="r"
    )
    (place,) = ranking(call=here.call).places
    assert (place.scored.reviews, place.scored.score) == (1, D(100))


def test_costs_the_same_for_any_number(db: None, django_assert_num_queries: Any) -> None:
    here = panel(budget=D(1000))
    counts = []
    for names in (["a"], ["b", "c", "d"]):
        for name in names:
            propose(here, name)
            reviewed(here, name, ann=("3", "3"), bob=("4", "4"))
        call = Call.objects.select_related("charter", "consortium").get(pk=here.call.pk)
        with django_assert_num_queries(4) as queries:
            ranking(call=call)
        counts.append(len(queries.captured_queries))
    assert counts[0] == counts[1]
