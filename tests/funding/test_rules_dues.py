"""The dues section: what a levy says, and each refusal with its exact path."""

from copy import deepcopy
from datetime import date

import pytest

from consortium import registry
from consortium.rules.documents import read_charter
from consortium.rules.schema import InvalidDocument, Problem, parse
from consortium.rules.toml import read_toml, write_toml
from funding.rules.choices import Issue, Visibility
from funding.rules.dues import CategoryNotLevied, DuesSection, UnknownLevy
from funding.rules.inputs import SUPPLIED
from funding.rules.terms import TERMS, VERBS, Line

LEVY = """
[[levies]]
code = "dues"
label = { en = "Dues", zh = "会费" }
categories = ["member", "partner"]
unit = "USD"
trigger = { kind = "period", anchor = 1988-01-01, months = 12 }
rule = [
  { add = { rate = "0.01", of = "sales" }, label = { en = "1% of sales" } },
  { at_least = { const = "1000000" } },
  { at_most = { const = "15000000" } },
  { round = { const = "0.01" } },
]

[levies.inputs.sales]
kind = "money"
label = { en = "Sales" }

[levies.calendar]
opens = { days = -60 }
closes = { months = 1 }
assess = { days = 45 }
due = { months = 3, days = -1 }
"""
SALES = {"kind": "money", "label": {"en": "Sales"}}
ADD = {"add": {"rate": "0.01", "of": "sales"}}
FLOOR = {"at_least": {"const": "5"}}
CAP = {"at_most": {"const": "4"}}
ROUND = {"round": {"const": "1"}}


def section(**changes):
    """Return the section's body with some of the levy's keys replaced."""
    body = read_toml(LEVY)
    body["levies"][0].update(deepcopy(changes))
    return body


def errors(body):
    with pytest.raises(InvalidDocument) as refused:
        parse(DuesSection, body, "dues")
    return list(refused.value.errors)


def test_a_section_is_read_and_written_without_loss():
    dues = parse(DuesSection, read_toml(LEVY))

    assert dues.body() == read_toml(LEVY)
    assert parse(DuesSection, read_toml(write_toml(dues.body()))) == dues
    assert parse(DuesSection, dues.stored()) == dues
    assert [line.verb for line in dues.levies[0].rule] == ["add", "at_least", "at_most", "round"]


def test_what_is_not_said_is_the_cautious_choice():
    levy = parse(DuesSection, read_toml(LEVY)).levy("dues")

    assert (levy.issue, levy.visibility) == (Issue.CONFIRMED, Visibility.SECRET)
    assert levy.basis.fiscal_years_back == 1


def test_every_verb_is_a_key_of_a_line():
    assert set(VERBS) == set(Line.model_fields) - {"label", "when"}


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ([ADD, FLOOR, CAP], [("rule[2].at_most", "below_floor", {
            "line": 1, "value": "4", "bound": "5"})]),
        ([ADD, CAP, FLOOR], [("rule[2].at_least", "above_cap", {
            "line": 1, "value": "5", "bound": "4"})]),
        ([FLOOR, ADD, CAP], [("rule[2].at_most", "below_floor", {
            "line": 0, "value": "4", "bound": "5"})]),
        ([ADD, ROUND, FLOOR], [("rule[1].round", "round_not_last", {"lines": 3})]),
        ([ADD, {"round": {"const": "0.001"}}], [("rule[1].round.const", "finer_than_unit", {
            "value": "0.001", "smallest": "0.01"})]),
        ([ADD, {"round": {"const": "0"}}], [("rule[1].round.const", "not_positive", {
            "value": "0"})]),
        ([ADD, {"round": {"rate": "1", "of": "sales"}}], [
            ("rule[1].round", "round_needs_const", {})]),
        ([ADD, {"at_least": {"const": "-5"}}], [("rule[1].at_least.const", "negative", {
            "value": "-5"})]),
        ([{"add": {"rate": "-0.01", "of": "sales"}}], [("rule[0].add.rate", "negative", {
            "value": "-0.01"})]),
        ([{"add": {"rate": "1.5", "of": "sales"}}], [("rule[0].add.rate", "rate_above_one", {
            "value": "1.5"})]),
        ([ADD, {"add": {"rate": "1", "of": "turnover"}}], [("rule[1].add.of", "not_an_input", {
            "input": "turnover", "choices": ["sales", *SUPPLIED, "category"]})]),
        ([{"add": {"const": "5"}}], [("inputs.sales", "unused_input", {"input": "sales"})]),
        ([], [("rule", "empty", {})]),
        ([{}], [("rule[0]", "no_verb", {"choices": list(VERBS)})]),
        ([{"label": {"en": "x"}}], [("rule[0]", "no_verb", {
            "choices": list(VERBS)})]),
        ([{**ADD, **FLOOR}], [("rule[0].at_least", "second_verb", {"first": "add"})]),
        ([{"divide": {"const": "2"}}], [("rule[0]", "no_verb", {"choices": list(VERBS)})]),
        ([{**ADD, "divide": {"const": "2"}}], [("rule[0].divide", "unknown_key", {})]),
        ([{"add": {"constant": "2"}}], [("rule[0].add", "not_a_term", {
            "choices": list(TERMS)})]),
        ([{"add": "2"}], [("rule[0].add", "not_a_term", {"choices": list(TERMS)})]),
        ([{"add": {"const": 2}}], [("rule[0].add.const", "amount_not_quoted", {"value": "2"})]),
        ([{"add": {"const": "2", "of": "sales"}}], [("rule[0].add.of", "unknown_key", {})]),
        ([{"add": {"rate": "1%", "of": "sales"}}], [("rule[0].add.rate", "not_an_amount", {
            "value": "1%"})]),
        ([{"add": {"rate": "0.01"}}], [("rule[0].add.of", "missing", {})]),
        ([{"add": {"slices": "sales", "rate": "1"}}], [("rule[0].add.parts", "missing", {}),
            ("rule[0].add.rate", "unknown_key", {})]),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_named_with_its_path(rule, found):
    expected = [Problem(f"dues.levies[0].{path}", code, values) for path, code, values in found]

    assert errors(section(rule=rule)) == expected


@pytest.mark.parametrize(
    ("changes", "path", "code", "values"),
    [
        ({"categories": []}, "categories", "empty", {}),
        ({"categories": ["a", "a"]}, "categories[1]", "twice", {
            "value": "a", "other": "categories[0]"}),
        ({"unit": "XQQ"}, "unit", "unknown_unit", {"unit": "XQQ"}),
        ({"unit": ""}, "unit", "empty", {}),
        ({"code": "Dues"}, "code", "not_a_code", {"value": "Dues"}),
        ({"unit": "days"}, "unit", "unknown_unit", {"unit": "days"}),
        ({"inputs": {"sales": {**SALES, "unit": "EUR"}}}, "inputs.sales.unit", "unit_differs", {
            "unit": "EUR", "levy_unit": "USD"}),
        ({"inputs": {"sales": {**SALES, "kind": "colour"}}}, "inputs.sales.kind", "not_a_choice", {
            "value": "colour", "choices": ["money", "count", "quantity", "choice", "yes_no"]}),
        ({"inputs": {"sales": {"kind": "money"}}}, "inputs.sales.label", "missing", {}),
        ({"issue": "now"}, "issue", "not_a_choice", {
            "value": "now", "choices": ["automatic", "confirmed"]}),
        ({"basis": {"fiscal_years_back": 0}}, "basis.fiscal_years_back", "too_small", {"limit": 1}),
        ({"trigger": {"kind": "moon", "anchor": date(1988, 1, 1), "months": 12}},
            "trigger.kind", "not_a_choice", {
                "value": "moon", "choices": ["period", "admission", "overdue", "occasion"]}),
        ({"trigger": {"kind": "period", "anchor": date(1988, 1, 1), "months": 0}},
            "trigger.months", "too_small", {"limit": 1}),
        ({"colour": "red"}, "colour", "unknown_key", {}),
    ],
)  # fmt: skip
def test_a_wrong_levy_is_named_with_its_path(changes, path, code, values):
    assert errors(section(**changes)) == [Problem(f"dues.levies[0].{path}", code, values)]


def calendar(opens, closes, assess, due):
    return {
        "opens": {"days": opens},
        "closes": {"days": closes},
        "assess": {"days": assess},
        "due": due,
    }


@pytest.mark.parametrize(
    ("days", "path", "other", "starts_on"),
    [
        (calendar(0, -1, 45, {"days": 90}), "closes", "opens", date(1988, 1, 1)),
        (calendar(0, 31, 30, {"days": 90}), "assess", "closes", date(1988, 1, 1)),
        (calendar(0, 31, 45, {"days": 44}), "due", "assess", date(1988, 1, 1)),
        # 60 days after 1 January are 1 March of a leap year, but two months are too
        (calendar(0, 31, 60, {"months": 2}), "due", "assess", date(1989, 1, 1)),
    ],
)
def test_a_calendar_out_of_order_in_any_year_is_refused(days, path, other, starts_on):
    assert errors(section(calendar=days)) == [
        Problem(
            f"dues.levies[0].calendar.{path}",
            "out_of_order",
            {"other": other, "starts_on": starts_on},
        )
    ]


def test_one_code_stands_for_one_levy():
    body = section()
    body["levies"].append(deepcopy(body["levies"][0]))

    assert errors(body) == [
        Problem("dues.levies[1].code", "twice", {
            "value": "dues", "other": "levies[0].code"})
    ]  # fmt: skip


def test_an_in_kind_unit_is_declared_in_the_section():
    body = section(unit="days", inputs={}, rule=[{"add": {"const": "60"}}])
    body["units"] = {"days": {"en": "Person-days", "zh": "人日"}}

    assert parse(DuesSection, body).levies[0].unit == "days"


def test_a_wrong_line_is_named_by_its_place_in_the_charter(monkeypatch):
    sections: registry.Registry[registry.Section] = registry.Registry()
    sections.add(registry.Section("dues", 1, DuesSection))
    monkeypatch.setattr(registry, "sections", sections)
    text = 'code = "x"\ntitle = { en = "X" }\n' + LEVY.replace("levies", "dues.levies")

    with pytest.raises(InvalidDocument) as refused:
        read_charter(text.replace('"15000000"', '"999999.99"'))

    values = {"line": 1, "value": "999999.99", "bound": "1000000"}
    assert refused.value.errors == (
        Problem("dues.levies[0].rule[2].at_most", "below_floor", values),
    )


def test_a_levy_is_found_by_its_code_and_says_who_owes_it():
    dues = parse(DuesSection, read_toml(LEVY))

    dues.levy("dues").require("partner")
    with pytest.raises(UnknownLevy) as unknown:
        dues.levy("entrance")
    assert unknown.value.values == {"levy": "entrance", "choices": ["dues"]}
    with pytest.raises(CategoryNotLevied) as exempt:
        dues.levy("dues").require("observer")
    assert exempt.value.values == {
        "levy": "dues",
        "category": "observer",
        "choices": ["member", "partner"],
    }


def test_the_schema_for_editors_names_every_term():
    schema = DuesSection.model_json_schema()

    assert set(TERMS) == {"const", "rate", "out_of", "slices", "table"}
    assert {"Const", "Rate", "Line", "Levy"} <= set(schema["$defs"])
