"""Shares against exact fractions; words that hint at what must not be shared."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules.choices import Handling
from projects.rules.moments import moment
from projects.rules.never_shared import Finding, findings, word_list
from projects.rules.section import NEVER_SHARED
from projects.rules.shares import total, whole

SHARE = st.integers(0, 10**6).map(lambda units: Decimal(units).scaleb(-6))


@given(st.lists(SHARE, max_size=40))
def test_a_total_is_the_exact_sum(shares: list[Decimal]) -> None:
    exact = sum((Fraction(each) for each in shares), start=Fraction(0))
    assert Fraction(total(shares)) == exact
    assert whole(shares) == (exact == 1)


@given(st.lists(SHARE, min_size=1, max_size=12), st.randoms())
def test_order_does_not_matter(shares: list[Decimal], random: object) -> None:
    again = list(shares)
    random.shuffle(again)  # type: ignore[attr-defined]
    assert total(again) == total(shares)


@given(st.lists(st.integers(1, 10**5), min_size=1, max_size=30))
def test_what_is_left_makes_the_whole(units: list[int]) -> None:
    shares = [Decimal(each).scaleb(-7) for each in units]
    rest = 1 - sum(shares)
    assert whole([*shares, rest])
    assert not whole([*shares, rest - Decimal("0.0000001")])


@pytest.mark.parametrize(
    ("shares", "expected", "is_whole"),
    [
        (["0.99"], "0.99", False),
        (["0.5", "0.5001"], "1.0001", False),
        (["100.01"], "100.01", False),
        (["0.333333", "0.333333", "0.333334"], "1", True),
        (["0.5000000", "0.50"], "1", True),
        ([], "0", False),
    ],
)
def test_totals_by_hand(shares: list[str], expected: str, is_whole: bool) -> None:
    given_shares = [Decimal(each) for each in shares]
    assert format(total(given_shares), "f") == expected
    assert whole(given_shares) == is_whole


def test_every_topic_has_words_in_both_languages() -> None:
    assert word_list().keys() == set(NEVER_SHARED)


ALL = dict.fromkeys(NEVER_SHARED, Handling.REFUSE)


def found(text: str, handlings: dict[str, Handling] = ALL) -> list[tuple[str, str]]:
    rows = findings(texts={"summary": text}, content={}, handlings=handlings)
    return [(each.topic, each.word) for each in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Our unit   prices fell.", [("prices", "unit   prices")]),
        ("UNIT PRICE", [("prices", "unit price")]),
        ("community pricelist", []),
        ("battery capacity", []),
        ("Production capacity of customers", [("capacity", "production capacity")]),
        ("本公司产能利用率与报价", [("capacity", "产能利用率"), ("prices", "报价")]),
        ("客户名单见附件", [("customers", "客户名单")]),
        ("采购价格", [("procurement", "采购价格")]),
        ("刻蚀速率", []),
    ],
)
def test_words(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_a_topic_the_charter_does_not_name_is_not_looked_for() -> None:
    assert found("unit price", {"capacity": Handling.FLAG}) == []


@given(st.text(max_size=200), st.sampled_from(sorted(NEVER_SHARED)), st.sampled_from(Handling))
def test_a_field_of_a_topic_is_handled_as_the_charter_says(
    text: str, topic: str, handling: Handling
) -> None:
    rows = list(findings(texts={}, content={topic: text}, handlings={topic: handling}))
    assert rows[0] == Finding(f"content.{topic}", topic, "", handling)
    assert all(each.handling == Handling.FLAG for each in rows[1:]), "a word never refuses"


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "UTC"])
@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_a_moment_reads_back(zone: str, naive: datetime) -> None:
    at = naive.replace(tzinfo=UTC)
    shown = datetime.fromisoformat(moment(at, zone))
    assert at - shown < timedelta(milliseconds=1)
    assert at.microsecond or shown == at
