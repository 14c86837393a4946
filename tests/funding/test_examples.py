"""The published fee schedules in docs/examples, each with its published examples."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from consortium import registry
from consortium.rules.admission import AdmissionSection
from consortium.rules.documents import read_charter
from consortium.rules.governance import GovernanceSection
from consortium.rules.toml import read_toml, write_toml
from funding.rules.cells import UndecidedEdge
from funding.rules.collection import CollectionSection
from funding.rules.dues import DuesSection
from funding.rules.engine import compute
from funding.rules.figures import read
from funding.rules.inputs import LATE
from funding.rules.instalments import split
from funding.rules.supplied import Stay, period_of, supplied
from funding.rules.tables import NoRow

EXAMPLES = Path(__file__).parents[2] / "docs/examples"
CHARTERS = sorted(path.stem for path in EXAMPLES.glob("*.toml") if not path.stem.startswith("ip-"))
CASES = [
    pytest.param(name, example, id=f"{name}-{number}")
    for name in CHARTERS
    for number, example in enumerate(json.loads((EXAMPLES / f"{name}.examples.json").read_text()))
]


@pytest.fixture(autouse=True)
def sections_alone(monkeypatch):
    sections: registry.Registry[registry.Section] = registry.Registry()
    sections.add(
        registry.Section("admission", 1, AdmissionSection),
        registry.Section("governance", 1, GovernanceSection),
        registry.Section("dues", 1, DuesSection),
        registry.Section("collection", 1, CollectionSection),
    )
    monkeypatch.setattr(registry, "sections", sections)


def charter(name):
    return read_charter((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8"))


def quoted(name, example):
    levy = charter(name).sections["dues"].levy(example["levy"])
    levy.require(example["category"])
    given = {each: read(each, levy.scope[each], text) for each, text in example["input"].items()}
    known = {name: given.pop(name) for name in LATE if name in given and levy.for_late}
    if "joined_on" in example:
        joined_on, on = (date.fromisoformat(example[each]) for each in ("joined_on", "on"))
        category = example["category"]
        stays = [Stay(category, joined_on)]
        known = supplied(levy, stays, period_of(levy, on), category)
    return compute(levy, given, known)


def derived(quote):
    steps = [each.values for each in quote.steps if each.code == "derive"]
    return {values["of"]: values["value"] for values in steps}


@pytest.mark.parametrize(("name", "example"), CASES)
def test_a_published_example(name, example):
    if example["amount"] is None:
        with pytest.raises((UndecidedEdge, NoRow)) as refused:
            quoted(name, example)
        assert refused.value.values
    else:
        quote = quoted(name, example)
        assert quote.amount == Decimal(example["amount"])
        assert derived(quote).items() >= example.get("derived", {}).items()
        if "instalments" in example:
            parts = split(quote.amount, len(quote.due), quote.unit)
            assert parts == [Decimal(each) for each in example["instalments"]]


def test_every_quotable_example_is_here():
    amounts = [case.values[1]["amount"] for case in CASES]

    assert len(CHARTERS) == 33
    assert (len(amounts), amounts.count(None)) == (324, 23)


@pytest.mark.parametrize("name", CHARTERS)
def test_a_schedule_is_read_and_written_without_loss(name):
    text = (EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")
    document = charter(name)

    assert document.body() == read_toml(text)
    assert read_charter(write_toml(document.body())) == document
    assert any(each["amount"] is None for each in cases_of(name)) <= bool(questions(name))


def cases_of(name):
    return [case.values[1] for case in CASES if case.values[0] == name]


def questions(name):
    return list(charter(name).sections["dues"].open_questions())


def test_what_a_source_leaves_open_is_listed():
    found = {name: len(questions(name)) for name in CHARTERS if questions(name)}

    assert [(each.path, each.code, each.values) for each in questions("gsma-associate")][:2] == [
        ("levies[0].rule[0].add.rows[0].when.turnover.at_most_or_below", "edge_undecided", {
            "input": "turnover", "value": "50000000"}),
        ("levies[0].rule[0].add.rows[1].when.turnover.at_least_or_above", "edge_undecided", {
            "input": "turnover", "value": "50000000"}),
    ]  # fmt: skip
    assert found == {
        "acma-new-merchant": 12,
        "acma-old-merchant": 12,
        "calconnect": 19,
        "council-of-industries-2018": 10,
        "dti-verband-2015": 1,
        "etsi-2010": 8,
        "gsma-associate": 10,
    }
