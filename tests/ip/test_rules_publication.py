"""When a paper may appear: DESCA's days, Lambert's choices, and what objections do to them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ip.rules.choices import Review, Stance
from ip.rules.publication import Outcome, Reply, Reviewed, closes_on, next_change, outcome
from ip.rules.section import Publication
from tests.factories.regimes import phase, regime

NOTICED = date(2026, 3, 1)
TWO = frozenset({"beta", "gamma"})
LAMBERT = {
    days: Publication(notice_days=days, objection_days=days, delay_days=90) for days in (30, 60, 90)
}
"""The days in brackets in Lambert's publication clause."""


def desca() -> Publication:
    found = regime("ip-desca").publication
    assert found is not None
    return found


def said(party: str, stance: str, day: date) -> Reply[str]:
    return Reply(party, Stance(stance), day)


def of(*replies: Reply[str], parties: frozenset[str] = TWO) -> Reviewed[str]:
    return Reviewed(NOTICED, parties, replies)


def on(rule: Publication, reviewed: Reviewed[str], day: date) -> tuple[str, date | None]:
    found = outcome(rule, reviewed, day)
    return found.review.value, found.from_on


def test_desca_silence_for_thirty_days_and_forty_five_of_notice() -> None:
    rule, silent = desca(), of()
    assert on(rule, silent, NOTICED) == ("waiting", date(2026, 4, 15))
    assert on(rule, silent, date(2026, 3, 31)) == ("waiting", date(2026, 4, 15))
    assert on(rule, silent, date(2026, 4, 1)) == ("early", date(2026, 4, 15))
    assert on(rule, silent, date(2026, 4, 14)) == ("early", date(2026, 4, 15))
    assert on(rule, silent, date(2026, 4, 15)) == ("deemed", date(2026, 4, 15))


def test_desca_an_objection_puts_it_off_for_ninety_days_at_most() -> None:
    rule, objected = desca(), of(said("beta", "delay", date(2026, 3, 31)))
    assert on(rule, objected, date(2026, 3, 30)) == ("waiting", date(2026, 4, 15))
    assert on(rule, objected, date(2026, 3, 31)) == ("objected", date(2026, 6, 29))
    assert on(rule, objected, date(2026, 6, 28)) == ("objected", date(2026, 6, 29))
    assert on(rule, objected, date(2026, 6, 29)) == ("delayed", date(2026, 6, 29))


def test_the_last_of_several_objections_counts_and_repeating_one_gains_nothing() -> None:
    rule = desca()
    both = of(said("beta", "delay", date(2026, 3, 2)), said("gamma", "change", date(2026, 3, 20)))
    assert on(rule, both, date(2026, 3, 20)) == ("objected", date(2026, 6, 18))
    again = of(said("beta", "delay", date(2026, 3, 2)), said("beta", "change", date(2026, 3, 20)))
    assert on(rule, again, date(2026, 3, 20)) == ("objected", date(2026, 5, 31))


def test_an_objection_taken_back_delays_no_more() -> None:
    rule = desca()
    back = of(said("beta", "delay", date(2026, 3, 2)), said("beta", "consent", date(2026, 4, 20)))
    assert on(rule, back, date(2026, 4, 19)) == ("objected", date(2026, 5, 31))
    assert on(rule, back, date(2026, 4, 20)) == ("deemed", date(2026, 4, 15))


def test_when_all_have_consented_nobody_waits() -> None:
    agreed = of(
        said("beta", "consent", date(2026, 3, 4)), said("gamma", "consent", date(2026, 3, 9))
    )
    assert on(desca(), agreed, date(2026, 3, 8)) == ("waiting", date(2026, 4, 15))
    assert on(desca(), agreed, date(2026, 3, 9)) == ("consented", date(2026, 3, 9))


@pytest.mark.parametrize(
    ("days", "last", "free"),
    [
        (30, date(2026, 3, 31), date(2026, 4, 1)),
        (60, date(2026, 4, 30), date(2026, 5, 1)),
        (90, date(2026, 5, 30), date(2026, 5, 31)),
    ],
)
def test_lambert_thirty_sixty_or_ninety_days(days: int, last: date, free: date) -> None:
    rule = LAMBERT[days]
    assert on(rule, of(), last) == ("waiting", free)
    assert on(rule, of(), free) == ("deemed", free)
    late = of(said("beta", "delay", last))
    assert on(rule, late, free) == ("objected", last + timedelta(days=90))


def test_lambert_d_and_the_domestic_model_give_thirty_days() -> None:
    for rule in (regime("ip-lambert-d").publication, phase("domestic", "agreement").publication):
        assert rule is not None
        assert on(rule, of(), date(2026, 4, 1)) == ("deemed", date(2026, 4, 1))


def test_where_silence_is_no_consent_it_waits_for_everybody() -> None:
    rule = Publication(notice_days=30, objection_days=30, delay_days=0, deemed_consent=False)
    half = of(said("beta", "consent", date(2026, 3, 2)))
    assert on(rule, half, date(2026, 3, 31)) == ("waiting", None)
    assert on(rule, half, date(2027, 1, 1)) == ("silent", None)
    both = of(*half.replies, said("gamma", "consent", date(2026, 6, 1)))
    assert on(rule, both, date(2026, 6, 1)) == ("consented", date(2026, 6, 1))


def test_with_nobody_to_object_only_the_notice_runs() -> None:
    alone = of(parties=frozenset())
    assert on(desca(), alone, NOTICED) == ("waiting", date(2026, 4, 15))
    assert on(desca(), alone, date(2026, 4, 15)) == ("deemed", date(2026, 4, 15))


days = st.integers(0, 120)
rules = st.builds(
    lambda notice, objection, delay, deemed: Publication(
        notice_days=max(notice, objection),
        objection_days=objection,
        delay_days=delay,
        deemed_consent=deemed,
    ),
    days, days, days, st.booleans(),
)  # fmt: skip
replies = st.lists(
    st.tuples(st.sampled_from(["beta", "gamma"]), st.sampled_from(list(Stance)), days), max_size=5
)


@given(rule=rules, given=replies, day=st.integers(0, 400))
def test_what_a_review_says_comes_true(
    rule: Publication, given: list[tuple[str, Stance, int]], day: int
) -> None:
    """Unless somebody says more, it may appear from the day that was named, and not before."""
    today = NOTICED + timedelta(days=day)
    past = [
        Reply(party, stance, NOTICED + timedelta(days=at))
        for party, stance, at in sorted(given, key=lambda each: each[2])
        if at <= day and (stance == Stance.CONSENT or at <= rule.objection_days)
    ]
    reviewed = of(*past)
    found = outcome(rule, reviewed, today)
    free = {Review.CONSENTED, Review.DEEMED, Review.DELAYED}
    assert (found.review in free) == (found.from_on is not None and found.from_on <= today)
    if found.from_on is not None and found.from_on > today:
        then = outcome(rule, reviewed, found.from_on)
        assert then.review in free
        assert outcome(rule, reviewed, found.from_on - timedelta(days=1)).review not in free
    longest = max(rule.notice_days, rule.objection_days + 1, rule.objection_days + rule.delay_days)
    if found.from_on is not None and found.review != Review.CONSENTED:
        assert found.from_on <= NOTICED + timedelta(days=longest)
    change = next_change(rule, reviewed, today)
    if change is None:
        ever = outcome(rule, reviewed, today + timedelta(days=500))
        assert ever.review == found.review


def test_the_days_of_change() -> None:
    rule = desca()
    assert closes_on(rule, NOTICED) == date(2026, 4, 1)
    assert next_change(rule, of(), NOTICED) == date(2026, 4, 1)
    assert next_change(rule, of(), date(2026, 4, 1)) == date(2026, 4, 15)
    assert next_change(rule, of(), date(2026, 4, 15)) is None
    assert outcome(rule, of(), date(2026, 4, 15)) == Outcome(Review.DEEMED, date(2026, 4, 15))
