"""Documents become strict objects, or every problem with its exact path and code."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from consortium.rules.choices import Basis
from consortium.rules.schema import (
    LAX,
    LIMIT,
    Amount,
    Code,
    Day,
    InvalidDocument,
    MonthDay,
    Problem,
    Rule,
    Slug,
    Text,
    parse,
    plain,
    repeated,
)


class Leaf(Rule):
    kind: Literal["leaf"] = "leaf"
    size: Amount

    def problems(self):
        if self.size == 13:
            yield Problem("size", "unlucky", {"size": 13})
            yield Problem("", "unlucky_leaf")


class Price(Rule):
    price: Amount


class Tree(Rule):
    name: Slug
    count: int = 0
    evergreen: bool = False
    planted_on: Day | None = None
    basis: Annotated[Basis | None, LAX] = None
    leaves: Annotated[tuple[Leaf, ...], LAX, Field(min_length=1)]
    notes: dict[Code, Text] = {}


NOON = datetime(1900, 1, 1, 12, tzinfo=UTC)
LEAVES = [{"size": "1.50"}]


def problems(body, path=""):
    with pytest.raises(InvalidDocument) as refused:
        parse(Tree, body, path)
    return list(refused.value.errors)


def test_a_document_becomes_an_object_and_the_same_document_again():
    body = {
        "name": "old-oak",
        "count": 3,
        "planted_on": date(1900, 1, 1),
        "basis": "seed",
        "leaves": [{"size": "1.50"}, {"kind": "leaf", "size": "-0.000000001"}],
        "notes": {"bark": {"zh": "树皮"}},
    }

    tree = parse(Tree, body)

    assert tree == Tree(
        name="old-oak",
        count=3,
        planted_on=date(1900, 1, 1),
        basis=Basis.SEED,
        leaves=(Leaf(size=Decimal("1.50")), Leaf(size=Decimal("-0.000000001"))),
        notes={"bark": Text(zh="树皮")},
    )
    assert tree.body() == body
    assert tree.stored() == {**body, "planted_on": "1900-01-01"}
    assert parse(Tree, tree.stored()) == tree


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"nmae": "x"}, Problem("nmae", "unknown_key")),
        ({"odd key": "x"}, Problem('"odd key"', "unknown_key")),
        ({"name": 7}, Problem("name", "wrong_type", {"expected": "text"})),
        ({"count": "7"}, Problem("count", "wrong_type", {"expected": "whole_number"})),
        ({"count": True}, Problem("count", "wrong_type", {"expected": "whole_number"})),
        ({"evergreen": 1}, Problem("evergreen", "wrong_type", {"expected": "true_or_false"})),
        ({"leaves": {}}, Problem("leaves", "wrong_type", {"expected": "list"})),
        ({"leaves": []}, Problem("leaves", "empty")),
        ({"leaves": [5]}, Problem("leaves[0]", "wrong_type", {"expected": "table"})),
        ({"leaves": [{}]}, Problem("leaves[0].size", "missing")),
        ({"basis": "guess"}, Problem("basis", "not_a_choice", {
            "value": "guess", "choices": ["seed", "other_source", "assumption"]})),
        ({"leaves": [{"size": "1", "kind": "x"}]}, Problem("leaves[0].kind", "not_a_choice", {
            "value": "x", "choices": ["leaf"]})),
        ({"notes": {"Bark": {"en": "b"}}}, Problem("notes.Bark", "not_a_code", {
            "value": "Bark"})),
        ({"notes": {"bark": {}}}, Problem("notes.bark", "empty_text")),
        ({"notes": {"bark": {"en": " "}}}, Problem("notes.bark", "empty_text")),
        ({"name": "Oak"}, Problem("name", "not_a_slug", {
            "value": "Oak"})),
        ({"name": "o" * 51}, Problem("name", "not_a_slug", {"value": "o" * 51})),
        ({"planted_on": 1900}, Problem("planted_on", "not_a_day", {"value": "1900"})),
        ({"planted_on": "1900-02-30"}, Problem("planted_on", "not_a_day", {
            "value": "1900-02-30"})),
        ({"planted_on": NOON}, Problem("planted_on", "not_a_day", {
            "value": "1900-01-01 12:00:00+00:00"})),
        ({"planted_on": date(1, 1, 1)}, Problem("planted_on", "absurd_day", {
            "value": "0001-01-01"})),
        ({"count": "\x00"}, Problem("count", "unstorable_text")),
        ({"notes": {"bark": {"en": "\ud800"}}}, Problem("notes.bark.en", "unstorable_text")),
        ({"a\x00": 1}, Problem("", "unstorable_text")),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_path(change, problem):
    assert problems({"name": "oak", "leaves": LEAVES, **change}) == [problem]


@pytest.mark.parametrize(
    ("size", "code", "values"),
    [
        (1.5, "amount_not_quoted", {"value": "1.5"}),
        (float("nan"), "amount_not_quoted", {"value": "nan"}),
        (15, "amount_not_quoted", {"value": "15"}),
        (True, "amount_not_quoted", {"value": "True"}),
        ("1,5", "not_an_amount", {"value": "1,5"}),
        ("1e6", "not_an_amount", {"value": "1e6"}),
        ("1_000", "not_an_amount", {"value": "1_000"}),
        ("007", "not_an_amount", {"value": "007"}),
        (" 1", "not_an_amount", {"value": " 1"}),
        ("1\n", "not_an_amount", {"value": "1\n"}),
        ("１", "not_an_amount", {"value": "１"}),
        ("NaN", "not_an_amount", {"value": "NaN"}),
        ("", "not_an_amount", {"value": ""}),
        (None, "not_an_amount", {"value": "None"}),
        (Decimal("inf"), "not_an_amount", {"value": "Infinity"}),
        ("10000000000000000", "amount_too_large", {
            "value": "10000000000000000", "limit": "10000000000000000"}),
        ("0.0000000000001", "too_many_decimals", {"value": "0.0000000000001", "decimals": 12}),
    ],
)  # fmt: skip
def test_amounts_are_text_with_all_their_digits(size, code, values):
    assert problems({"name": "oak", "leaves": [{"size": size}]}) == [
        Problem("leaves[0].size", code, values)
    ]


@given(st.decimals(-LIMIT + 1, LIMIT - 1, places=3) | st.decimals(-2, 2, places=12))
def test_every_amount_comes_back_as_written(amount):
    written = plain(amount)

    price = parse(Price, {"price": written})

    assert price == Price(price=amount)
    assert price.body() == {"price": written}


def test_all_problems_are_reported_at_once_below_the_given_path():
    body = {"nmae": 1, "leaves": [{"size": "13"}, {"size": 1.5, "kind": "x"}]}

    assert problems(body, "forest[2]") == [
        Problem("forest[2].name", "missing"),
        Problem("forest[2].leaves[0].size", "unlucky", {"size": 13}),
        Problem("forest[2].leaves[0]", "unlucky_leaf"),
        Problem("forest[2].leaves[1].kind", "not_a_choice", {"value": "x", "choices": ["leaf"]}),
        Problem("forest[2].leaves[1].size", "amount_not_quoted", {"value": "1.5"}),
        Problem("forest[2].nmae", "unknown_key"),
    ]


def test_a_body_that_is_no_table_is_refused():
    assert problems([1]) == [Problem("", "wrong_type", {"expected": "table"})]


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        (Text(en="dues", zh="会费"), "en", "dues"),
        (Text(en="dues", zh="会费"), "zh-hans", "会费"),
        (Text(en="dues", zh="会费"), "zh_CN", "会费"),
        (Text(en="dues"), "zh", "dues"),
        (Text(zh="会费"), "en-us", "会费"),
    ],
)
def test_text_falls_back_to_the_other_language(text, language, words):
    assert text.pick(language) == words


def test_a_day_of_the_year_exists():
    assert parse(MonthDay, {"month": 2, "day": 29}) == MonthDay(month=2, day=29)
    with pytest.raises(InvalidDocument) as refused:
        parse(MonthDay, {"month": 4, "day": 31})
    assert refused.value.errors == (Problem("day", "too_large", {"limit": 30}),)
    with pytest.raises(InvalidDocument) as refused:
        parse(MonthDay, {"month": 13, "day": 0})
    assert refused.value.errors == (
        Problem("month", "too_large", {"limit": 12}),
        Problem("day", "too_small", {"limit": 1}),
    )


def test_repeated_names_point_to_the_first():
    assert list(repeated(["a", "b", "a", "a"], "x[{}].code")) == [
        Problem("x[2].code", "twice", {"value": "a", "other": "x[0].code"}),
        Problem("x[3].code", "twice", {"value": "a", "other": "x[0].code"}),
    ]
