"""Charters as TOML: sections by the registry's schemas, exact round trip."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium import registry
from consortium.periods import Period
from consortium.rules.choices import Basis
from consortium.rules.documents import (
    CharterDocument,
    parse_charter,
    parse_section,
    read_charter,
)
from consortium.rules.schema import Amount, InvalidDocument, Problem, Rule, Text
from consortium.rules.toml import read_toml, write_toml


class Bakery(Rule):
    bread: Amount


@pytest.fixture(autouse=True)
def sections(monkeypatch):
    known: registry.Registry[registry.Section] = registry.Registry()
    known.add(registry.Section("bakery", 1, Bakery))
    monkeypatch.setattr(registry, "sections", known)


CHARTER = """
code = "first"
title = { en = "First", zh = "第一版" }
starts_on = 2020-01-01
ends_on = 2021-01-01
basis = "seed"

[bakery]
bread = "2.50"
"""


def errors(text):
    with pytest.raises(InvalidDocument) as refused:
        read_charter(text)
    return list(refused.value.errors)


def test_a_charter_is_read_and_written_without_loss():
    charter = read_charter(CHARTER)

    assert charter == CharterDocument(
        code="first",
        title=Text(en="First", zh="第一版"),
        starts_on=date(2020, 1, 1),
        ends_on=date(2021, 1, 1),
        basis=Basis.SEED,
        sections={"bakery": Bakery(bread="2.50")},
    )
    assert charter.period() == Period(date(2020, 1, 1), date(2021, 1, 1))
    assert charter.body() == read_toml(CHARTER)
    written = write_toml(charter.body())
    assert read_charter(written) == charter
    assert write_toml(read_charter(written).body()) == written
    assert parse_charter(charter.stored()) == charter


def test_a_draft_may_leave_its_days_open():
    charter = read_charter('code = "draft"\ntitle = { en = "Draft" }')

    assert charter == CharterDocument(code="draft", title=Text(en="Draft"))
    assert charter.period() is None


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('bread = "2.50"', "bread = 2.5", Problem("bakery.bread", "amount_not_quoted", {
            "value": "2.5"})),
        ('bread = "2.50"', 'braed = "2.50"\nbread = "1"', Problem("bakery.braed", "unknown_key")),
        ("[bakery]", "[sweets]", Problem("sweets", "unknown_section", {
            "section": "sweets", "choices": ["bakery"]})),
        ("[bakery]", "[[bakery]]", Problem("bakery", "wrong_type", {"expected": "table"})),
        ("[bakery]", "[sections.bakery]", Problem("sections", "unknown_section", {
            "section": "sections", "choices": ["bakery"]})),
        ('code = "first"', 'code = "first"\nsections = 1', Problem("sections", "unknown_section", {
            "section": "sections", "choices": ["bakery"]})),
        ('code = "first"', 'code = "first"\ncolour = "red"', Problem("colour", "unknown_key")),
        ('code = "first"', "", Problem("code", "missing")),
        ("ends_on = 2021", "ends_on = 2020", Problem("ends_on", "ends_before_start", {
            "starts_on": date(2020, 1, 1), "ends_on": date(2020, 1, 1)})),
        ("2021-01-01", "2021-02-30", Problem("", "not_toml", {"line": 5, "column": 11})),
        ('"2.50"', '"2.50', Problem("", "not_toml", {"line": 9, "column": 14})),
        ('basis = "seed"', 'basis = "seed"\nbasis = "seed"', Problem("", "not_toml", {
            "line": 7, "column": 15})),
        ('"2.50"', "[" * 5000, Problem("", "not_toml", {"line": 1, "column": 1})),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_path(old, new, problem):
    assert old in CHARTER
    assert errors(CHARTER.replace(old, new)) == [problem]


def test_problems_of_the_charter_and_of_its_sections_come_together():
    text = CHARTER.replace('code = "first"', "").replace('"2.50"', "1")

    assert errors(text) == [
        Problem("code", "missing"),
        Problem("bakery.bread", "amount_not_quoted", {"value": "1"}),
    ]


def test_a_stored_section_is_parsed_alone():
    assert parse_section("bakery", {"bread": "1"}, "bakery") == Bakery(bread="1")
    with pytest.raises(InvalidDocument) as refused:
        parse_section("sweets", {}, "sweets")
    assert [error.code for error in refused.value.errors] == ["unknown_section"]


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
scalars = st.booleans() | st.integers(-(2**60), 2**60) | texts | st.dates()
bodies = st.recursive(
    st.dictionaries(texts, scalars, max_size=4),
    lambda inner: st.dictionaries(
        texts, scalars | inner | st.lists(scalars, max_size=3) | st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)


@given(bodies)
def test_whatever_is_written_reads_back_equal(body):
    assert read_toml(write_toml(body)) == body
