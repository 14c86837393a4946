"""The algebra's verbs and terms against fractions alone, and each refusal with its path."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.rules.schema import InvalidDocument, parse, plain
from funding.rules.cells import UndecidedEdge
from funding.rules.dues import Levy
from funding.rules.engine import MissingInput, compute
from funding.rules.figures import NotAnOption, NotWhole
from funding.rules.tables import NoRow, SeveralRows

INPUTS = {
    "sales": {"kind": "money", "label": {"en": "sales"}, "optional": True},
    "staff": {"kind": "count", "label": {"en": "staff"}},
    "years": {"kind": "quantity", "label": {"en": "person-years"}},
    "rank": {"kind": "choice", "label": {"en": "rank"}, "choices": {
        "chair": {"en": "chair"}, "member": {"en": "member"}}},
    "small": {"kind": "yes_no", "label": {"en": "small"}},
}  # fmt: skip


def body(*rule, derived=None):
    text = str((rule, derived))
    used = {name: each for name, each in INPUTS.items() if f"'{name}'" in text}
    return {
        "code": "dues",
        "label": {"en": "Dues"},
        "categories": ["member"],
        "unit": "USD",
        "trigger": {"kind": "period", "anchor": date(2015, 1, 1), "months": 12},
        "calendar": {"opens": {}, "closes": {}, "assess": {}, "due": {}},
        "inputs": used,
        "derived": derived or {},
        "rule": list(rule),
    }


def levy(*rule, derived=None):
    return parse(Levy, body(*rule, derived=derived))


def const(verb, amount, **more):
    return {verb: {"const": amount}, **more}


def table(*rows, of=("sales",)):
    return {"add": {"table": list(of), "rows": [
        {"when": when, "then": {"const": then}} for when, then in rows]}}  # fmt: skip


def half_up(amount):
    return Decimal(floor(amount * 100 + Fraction(1, 2))) / 100


cents = st.decimals(0, 10**10, places=2)
positive = st.decimals("0.01", 10**6, places=2)


@given(cents, positive, positive, st.lists(st.tuples(positive, cents), max_size=4), cents,
       st.booleans())  # fmt: skip
def test_slices_agree_with_summing_each_part_by_hand(sales, above, step, widths, last, stepped):
    parts = [{"width": plain(width), "rate": plain(rate)} for width, rate in widths]
    term = {"slices": "sales", "above": plain(above), "parts": [*parts, {"rate": plain(last)}]}
    if stepped:
        term["step"] = plain(step)
    unit = Fraction(step) if stepped else Fraction(1)
    top = Fraction(above) + max(Fraction(sales) - Fraction(above), Fraction(0))
    if stepped:
        top = Fraction(above) + (top - Fraction(above)) // unit * unit
    low, expected = Fraction(above), Fraction(0)
    for width, rate in [*widths, (Decimal(10**12), last)]:
        high = low + Fraction(width)
        expected += max(min(top, high) - low, Fraction(0)) / unit * Fraction(rate)
        low = high

    if expected < 10**15:
        assert compute(levy({"add": term}), {"sales": sales}).amount == half_up(expected)


@given(cents, st.integers(0, 24), st.integers(1, 24), positive)
def test_times_and_prorate_are_exact(amount, part, whole, factor):
    rule = levy(const("add", plain(amount)), const("times", plain(factor)),
                {"prorate": {"part": str(part), "out_of": str(whole)}})  # fmt: skip
    exact = Fraction(amount) * Fraction(factor) * part / whole

    if exact < 10**15:
        assert compute(rule, {}).amount == half_up(exact)


@given(st.lists(cents, min_size=1, max_size=6, unique=True), cents, st.booleans())
def test_a_table_without_open_questions_has_a_row_for_every_figure(edges, sales, closed):
    edges = sorted(edges)
    lower, upper = ("at_least", "below") if closed else ("above", "at_most")
    cells = [{upper: plain(edges[0])}]
    cells += [{lower: plain(a), upper: plain(b)} for a, b in pairwise(edges)]
    cells += [{lower: plain(edges[-1])}]
    rows = [({"sales": cell}, str(index)) for index, cell in enumerate(cells)]
    rule = levy(table(*rows, ({"sales": "undeclared"}, "99")))
    below = [edge for edge in edges if (edge <= sales if closed else edge < sales)]

    assert list(rule.open_questions()) == []
    assert compute(rule, {"sales": sales}).amount == len(below)
    assert compute(rule, {}).amount == 99


TIERS = table(
    ({"sales": {"at_most_or_below": "10"}}, "1"),
    ({"sales": {"at_least_or_above": "10", "at_most": "20"}}, "2"),
    ({"sales": {"at_least": "20", "below": "30"}}, "3"),
    ({"sales": {"above": "30"}}, "4"),
)


@pytest.mark.parametrize(
    ("sales", "error", "values"),
    [
        ("10", UndecidedEdge, {"input": "sales", "value": "10"}),
        ("20", SeveralRows, {"inputs": "sales=20"}),
        ("30", NoRow, {"inputs": "sales=30"}),
        (None, NoRow, {"inputs": "sales=undeclared"}),
    ],
)
def test_a_quote_for_what_is_open_says_where(sales, error, values):
    with pytest.raises(error) as refused:
        compute(levy(TIERS), {"sales": None if sales is None else Decimal(sales)})
    assert refused.value.values == values


def test_what_a_table_leaves_open_is_listed_with_its_place():
    found = [(each.path, each.code, each.values) for each in levy(TIERS).open_questions()]

    assert found == [
        ("rule[0].add.rows[0].when.sales.at_most_or_below", "edge_undecided", {
            "input": "sales", "value": "10"}),
        ("rule[0].add.rows[1].when.sales.at_least_or_above", "edge_undecided", {
            "input": "sales", "value": "10"}),
        ("rule[0].add.rows[2]", "overlap", {"other": 1, "inputs": "sales: 20"}),
        ("rule[0].add.rows", "gap", {"inputs": "sales: 30"}),
        ("rule[0].add.rows", "gap", {"inputs": "sales: undeclared"}),
    ]  # fmt: skip


def test_counts_have_no_gap_between_whole_numbers():
    rule = levy(table(({"staff": {"at_most": "10"}}, "1"), ({"staff": {"at_least": "11"}}, "2"),
                      of=["staff"]))  # fmt: skip

    assert list(rule.open_questions()) == []
    with pytest.raises(NotWhole):
        compute(rule, {"staff": Decimal("10.5")})


def test_a_line_acts_only_when_its_cells_hold():
    rule = levy(
        const("add", "5"),
        const("add", "1", when={"small": True, "rank": ["chair"]}),
        {"add": {"rate": "0.1", "of": "sales"}, "when": {"sales": {"at_least": "0"}}},
    )

    assert compute(rule, {"small": True, "rank": "chair"}).amount == 6
    assert compute(rule, {"small": False, "rank": "chair", "sales": Decimal(10)}).amount == 6
    with pytest.raises(NotAnOption):
        compute(rule, {"small": True, "rank": "king"})


def test_an_undeclared_figure_is_no_number():
    with pytest.raises(MissingInput):
        compute(levy({"add": {"rate": "0.1", "of": "sales"}}), {})


def test_derived_inputs_follow_each_other_in_any_order():
    units = {"kind": "count", "label": {"en": "units"}}
    derived = {
        "all_units": {**units, "rule": [{"add": {"rate": "2", "of": "units"}}]},
        "units": {**units, "rule": [{"add": {"rate": "1", "of": "staff"}}]},
    }
    rule = levy({"add": {"rate": "10", "of": "all_units"}}, derived=derived)

    quote = compute(rule, {"staff": Decimal(3)})

    assert quote.amount == 60
    assert [(step.code, step.values["value"]) for step in quote.steps[:2]] == [
        ("derive", "3"), ("derive", "6")]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "path", "code"),
    [
        ({"times": {"const": "-1"}}, "rule[0].times.const", "negative"),
        ({"prorate": {"const": "1"}}, "rule[0].prorate", "prorate_needs_part"),
        ({"add": {"part": "1", "out_of": "2"}}, "rule[0].add", "part_not_prorated"),
        ({"prorate": {"out_of": "2"}}, "rule[0].prorate", "part_or_of"),
        ({"prorate": {"part": "1", "out_of": "0"}}, "rule[0].prorate.out_of", "not_positive"),
        ({"add": {"rate": "1", "of": "rank"}}, "rule[0].add.of", "not_a_number"),
        ({"add": {"slices": "staff", "parts": [{"rate": "1"}, {"rate": "2"}]}},
            "rule[0].add.parts[0].width", "slice_without_width"),
        ({"add": {"slices": "staff", "parts": [{"rate": "1", "width": "2"}]}},
            "rule[0].add.parts[0].width", "last_slice_ends"),
        ({**const("add", "1"), "when": {"staff": "many"}}, "rule[0].when.staff", "wrong_cell"),
        ({**const("add", "1"), "when": {"rank": {"above": "1"}}}, "rule[0].when.rank",
            "wrong_cell"),
        ({**const("add", "1"), "when": {"staff": {}}}, "rule[0].when.staff", "no_edge"),
        ({**const("add", "1"), "when": {"staff": {"above": "2", "below": "2"}}},
            "rule[0].when.staff", "empty_interval"),
        ({**const("add", "1"), "when": {"staff": {"above": "2", "at_least": "2"}}},
            "rule[0].when.staff.above", "second_edge"),
        ({**const("add", "1"), "when": {"staff": 5}}, "rule[0].when.staff", "not_a_cell"),
        ({**const("add", "1"), "when": {"colour": "red"}}, "rule[0].when.colour",
            "not_an_input"),
        (table(({"rank": "chair"}, "1"), of=["staff"]), "rule[0].add.rows[0].when.rank",
            "not_in_table"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named_with_its_path(line, path, code):
    with pytest.raises(InvalidDocument) as refused:
        levy(line)
    assert [(each.path, each.code) for each in refused.value.errors] == [(path, code)]


def test_an_input_derived_from_itself_and_a_taken_name_are_refused():
    rule = [{"add": {"rate": "1", "of": "units"}}]
    units = {"kind": "quantity", "label": {"en": "units"}, "rule": rule}
    with pytest.raises(InvalidDocument) as refused:
        levy(*rule, derived={"units": units, "joined_half": units})
    assert [(each.path, each.code) for each in refused.value.errors] == [
        ("derived.joined_half", "reserved_name"),
        ("derived.units", "circular"),
    ]
