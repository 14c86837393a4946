"""Recorded facts and disagreements: each with a source, ids once, nothing but plain values."""

import pytest

from consortium.rules.choices import Agreement, Confidence, Row
from consortium.rules.facts import read_facts
from consortium.rules.schema import InvalidDocument, Problem
from consortium.rules.toml import read_toml, write_toml

FACTS = """
slug = "general"
title = { en = "General", zh = "概况" }

[[facts]]
id = "counts"
claim = { en = "Counts", zh = "数量" }
value = { "late 1970s" = [100, 200], US = 325 }
sources = ["the book"]
section = "3"
on = 1992-01-06
agrees_with_paper = "paper_only"
rows = ["money", "members"]

[[facts]]
id = "remembered"
claim = { en = "Remembered" }
from_memory = true
agrees_with_paper = "not_in_paper"

[[disagreements]]
id = "how-many"
topic = { en = "How many" }
paper = { en = "14" }
found = { en = "11" }
confidence = "contested"
facts = ["counts"]
rows = ["members"]
"""


def test_facts_are_read_and_written_without_loss():
    document = read_facts(FACTS)

    assert document.body() == read_toml(FACTS)
    assert read_facts(write_toml(document.body())) == document
    assert document.facts[0].rows == (Row.MONEY, Row.MEMBERS)
    assert document.facts[0].value == {"late 1970s": [100, 200], "US": 325}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('sources = ["the book"]', "", Problem("facts[0].sources", "no_source")),
        ('sources = ["the book"]', 'sources = [""]', Problem("facts[0].sources[0]", "empty")),
        ("from_memory = true", "from_memory = false", Problem("facts[1].sources", "no_source")),
        ('id = "remembered"', 'id = "counts"', Problem("facts[1].id", "twice", {
            "value": "counts", "other": "facts[0].id"})),
        ('id = "remembered"', 'id = "Counts"', Problem("facts[1].id", "not_a_slug", {
            "value": "Counts"})),
        ("US = 325", "US = 3.25", Problem("facts[0].value", "amount_not_quoted", {
            "value": "3.25"})),
        ("US = 325", "US = 1992-01-06", Problem("facts[0].value", "not_a_value", {
            "value": "1992-01-06"})),
        ("US = 325", "US = [[[[1]]]]", Problem("facts[0].value", "not_a_value", {
            "value": "[1]"})),
        ('"paper_only"', '"maybe"', Problem("facts[0].agrees_with_paper", "not_a_choice", {
            "value": "maybe", "choices": [each.value for each in Agreement]})),
        ('"money", "members"', '"money", "moneys"', Problem("facts[0].rows[1]", "not_a_choice", {
            "value": "moneys", "choices": [each.value for each in Row]})),
        ("on = 1992-01-06", 'organizations = ["ibm"]', Problem(
            "facts[0].organizations[0]", "unknown_organization", {"organization": "ibm"})),
        ('"money", "members"', '"money", "money"', Problem("facts[0].rows[1]", "twice", {
            "value": "money", "other": "rows[0]"})),
        ('facts = ["counts"]', 'facts = ["count"]', Problem(
            "disagreements[0].facts[0]", "unknown_fact", {"fact": "count"})),
        ('"contested"', '"sure"', Problem("disagreements[0].confidence", "not_a_choice", {
            "value": "sure", "choices": [each.value for each in Confidence]})),
        ('found = { en = "11" }', "", Problem("disagreements[0].found", "missing")),
        ('slug = "general"', 'slug = "general"\nname = "x"', Problem("name", "unknown_key")),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_path(old, new, problem):
    assert old in FACTS

    with pytest.raises(InvalidDocument) as refused:
        read_facts(FACTS.replace(old, new))

    assert refused.value.errors == (problem,)
