"""Curves: every end is what the engine computes, and in between nothing happens unseen."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consortium.errors import DomainError
from consortium.rules.schema import InvalidDocument, parse, plain
from funding.rules.curve import MOST, curve, reach
from funding.rules.dues import Levy
from funding.rules.stretches import Against

SUPPLIED = {"membership_year": Decimal(50), "joined_month": None, "joined_half": None}
INPUTS = {
    "sales": {"kind": "money", "label": {"en": "sales"}},
    "staff": {"kind": "count", "label": {"en": "staff"}},
    "rank": {"kind": "choice", "label": {"en": "rank"}, "choices": {
        "chair": {"en": "chair"}, "member": {"en": "member"}}},
}  # fmt: skip


def levy(*rule, derived=None):
    text = str((rule, derived))
    return parse(Levy, {
        "code": "dues",
        "label": {"en": "Dues"},
        "categories": ["member"],
        "unit": "USD",
        "trigger": {"kind": "period", "anchor": date(2015, 1, 1), "months": 12},
        "calendar": {"opens": {}, "closes": {}, "assess": {}, "due": {}},
        "inputs": {name: each for name, each in INPUTS.items() if f"'{name}'" in text},
        "derived": derived or {},
        "rule": list(rule),
    })  # fmt: skip


def against(rule, figure="sales", **others):
    return Against(rule, figure, others, SUPPLIED)


def drawn(rule, figure="sales", to=None, **others):
    """Return each piece as text: its figures with their edges, and its amounts or refusal."""
    levy = against(rule, figure, **others)
    found = curve(levy, to or reach(levy))
    return [
        (
            (f">{each.above}" if each.above is not None else str(each.first)),
            (f"<{each.below}" if each.below is not None else str(each.last)),
            *(map(str, each.amounts) if each.amounts else [each.refused.code]),
        )
        for each in found.pieces
    ], found.goes_on


def one_percent(**bounds):
    return [{"add": {"rate": "0.01", "of": "sales"}},
            *({verb: {"const": value}} for verb, value in bounds.items())]  # fmt: skip


def table(*rows, of="sales"):
    return {"add": {"table": [of], "rows": [
        {"when": {of: when}, "then": {"const": then}} for when, then in rows]}}  # fmt: skip


FLOOR_AND_CAP = one_percent(at_least="1000000", at_most="15000000")


@pytest.mark.parametrize(
    ("rule", "expected", "goes_on"),
    [
        (FLOOR_AND_CAP, [
            ("0", "100000000", "1000000.00", "1000000.00"),
            ("100000000", "1500000000", "1000000.00", "15000000.00"),
            ("1500000000", "1800000000", "15000000.00", "15000000.00")], True),
        ([*FLOOR_AND_CAP, {"round": {"const": "1000000"}}], [
            ("0", "100000000", "1000000.00", "1000000.00"),
            ("100000000", "1500000000", "1000000.00", "15000000.00"),
            ("1500000000", "1800000000", "15000000.00", "15000000.00")], True),
        (one_percent(at_least="10", times="3"), [
            ("0", "1000", "30.00", "30.00"), ("1000", "2000", "30.00", "60.00")], True),
        ([{"add": {"rate": "0.03", "of": "sales"}}, {"at_most": {"const": "1"}}], [
            ("0", "33.333", "0.00", "1.00"), ("33.334", "40", "1.00", "1.00")], True),
        ([table(({"at_most": "10"}, "1"), ({"above": "10", "below": "20"}, "2"),
                ({"at_least": "20"}, "3"))], [
            ("0", "10", "1.00", "1.00"), (">10", "<20", "2.00", "2.00"),
            ("20", "24", "3.00", "3.00")], True),
        ([table(({"at_most_or_below": "10"}, "1"),
                ({"at_least_or_above": "10", "below": "20"}, "2"),
                ({"above": "20"}, "3"))], [
            ("0", "<10", "1.00", "1.00"), ("10", "10", "undecided_edge"),
            (">10", "<20", "2.00", "2.00"), ("20", "20", "no_row"),
            (">20", "24", "3.00", "3.00")], True),
        ([{"add": {"slices": "sales", "above": "10", "parts": [
            {"rate": "1", "width": "20"}, {"rate": "0.5"}]}}], [
            ("0", "10", "0.00", "0.00"), ("10", "30", "0.00", "20.00"),
            ("30", "60", "20.00", "35.00")], True),
        ([{"add": {"slices": "sales", "step": "10", "parts": [{"rate": "1"}]}},
          {"at_most": {"const": "2"}}], [
            ("0", "<10", "0.00", "0.00"), ("10", "<20", "1.00", "1.00"),
            ("20", "24", "2.00", "2.00")], True),
        ([{"add": {"const": "5"}}, {"add": {"rate": "-0.1", "of": "sales"}}], [
            ("0", "50", "5.00", "0.00"), (">50", "60", "below_zero")], True),
    ],
)  # fmt: skip
def test_corners_and_steps_stand_where_the_rule_puts_them(rule, expected, goes_on):
    assert drawn(levy(*rule)) == (expected, goes_on)


def test_of_counts_there_are_only_whole_ones():
    tiers = table(({"at_least": "1", "at_most": "10"}, "600"), ({"at_least": "11"}, "750"),
                  of="staff")  # fmt: skip

    assert drawn(levy(tiers), "staff") == (
        [("0", "0", "no_row"), ("1", "10", "600.00", "600.00"), ("11", "14", "750.00", "750.00")],
        True,
    )


def test_derived_inputs_and_the_rest_of_the_inputs_count():
    units = {"kind": "count", "label": {"en": "units"}, "rule": [
        {"add": {"rate": "0.1", "of": "sales"}}, {"round": {"const": "1"}}]}  # fmt: skip
    rule = levy(
        {"add": {"rate": "7", "of": "units"}},
        {"add": {"const": "100"}, "when": {"rank": "chair", "sales": {"above": "20"}}},
        {"at_most": {"const": "121"}},
        derived={"units": units},
    )

    assert drawn(rule, rank="chair")[0][:4] == [
        ("0", "<5", "0.00", "0.00"),
        ("5", "<15", "7.00", "7.00"),
        ("15", "20", "14.00", "14.00"),
        (">20", "<25", "114.00", "114.00"),
    ]
    assert drawn(rule, to=Decimal(16), rank="member") == (
        [("0", "<5", "0.00", "0.00"), ("5", "<15", "7.00", "7.00"), ("15", "16", "14.00", "14.00")],
        False,
    )


def test_an_endless_staircase_is_drawn_for_a_dozen_steps():
    rule = levy({"add": {"slices": "sales", "step": "10", "parts": [{"rate": "1"}]}})

    found, goes_on = drawn(rule)

    assert (len(found), found[-1], goes_on) == (13, ("120", "120", "12.00", "12.00"), False)


def test_more_steps_than_can_be_seen_are_a_slope():
    rule = levy({"add": {"slices": "sales", "step": "10", "parts": [{"rate": "1"}]}},
                {"at_most": {"const": "150"}})  # fmt: skip

    assert drawn(rule) == (
        [("0", "1500", "0.00", "150.00"), ("1500", "1800", "150.00", "150.00")],
        True,
    )


def test_steps_of_several_lines_add_up_to_more_than_can_be_seen():
    def stairs(above):
        return {"add": {"slices": "sales", "above": above, "step": "100",
                        "parts": [{"rate": "0.3"}]}}  # fmt: skip

    found = curve(against(levy(*(stairs(str(n * 17)) for n in range(5)))), Decimal(2500))

    assert found.smoothed
    assert len(found.pieces) <= MOST
    for each in found.pieces:
        assert each.amounts == (climbed(each.first), climbed(each.last))
    middles = [(climbed((each.first + each.last) / 2), sum(each.amounts) / 2)
               for each in found.pieces]  # fmt: skip
    assert any(abs(step - slope) > Decimal("0.01") for step, slope in middles)


def climbed(figure):
    """Return what five staircases, one starting 17 after the other, come to."""
    steps = [(figure - n * 17) // 100 for n in range(5)]
    return Decimal("0.3") * sum(each for each in steps if each > 0)


def test_gaps_between_many_rows_do_not_make_more_pieces_than_there_may_be():
    cuts = [str(10 * n) for n in range(1, 81)]
    cells = [{"below": cuts[0]}]
    cells += [{"above": low, "below": high} for low, high in pairwise(cuts)]
    rule = levy(table(*((cell, str(n)) for n, cell in enumerate(cells)), ({"above": "800"}, "1")))

    pieces = curve(against(rule), Decimal(900)).pieces

    assert 90 <= len(pieces) <= MOST
    assert pieces[0].first == 0
    for before, after in pairwise(pieces):
        assert after.first in (before.last, before.last + Decimal("0.001"))


def test_what_never_changes_has_no_reach_and_what_is_bent_has_many_points():
    assert reach(against(levy(*one_percent()))) is None
    assert (
        reach(against(levy({"add": {"const": "1"}, "when": {"sales": {"at_least": "0"}}}))) is None
    )
    square = levy(*one_percent(), {"times": {"rate": "1", "of": "sales"}})
    found = curve(against(square), Decimal(160))
    assert [(each.last, each.amounts[1]) for each in found.pieces[:2]] == [(10, 1), (20, 4)]
    assert len(found.pieces) == 16


# whatever the rule

figures = st.decimals(0, 1000, places=1).map(plain)
rates = st.decimals(0, 1, places=2).map(plain)
changes = st.decimals(-1, 1, places=2).map(plain)
factors = st.sampled_from(["0", "0.5", "1", "3"])
edges = st.sampled_from([
    ("at_most", "above"), ("below", "at_least"), ("at_most_or_below", "at_least_or_above"),
    ("below", "above"), ("at_most", "at_least")])  # fmt: skip


@st.composite
def tables(draw):
    (upper, lower), cuts = draw(edges), sorted(draw(st.sets(figures, min_size=1)), key=Decimal)
    cells = [{upper: cuts[0]}]
    cells += [{lower: low, upper: high} for low, high in pairwise(cuts)]
    terms = st.one_of(
        figures.map(lambda each: {"const": each}),
        rates.map(lambda each: {"rate": each, "of": "sales"}),
    )
    rows = [{"when": {"sales": cell}, "then": draw(terms)} for cell in [*cells, {lower: cuts[-1]}]]
    return {"table": ["sales"], "rows": rows}


@st.composite
def slices(draw, stairs=True):
    widths = draw(st.lists(st.decimals(1, 500, places=1).map(plain), max_size=3))
    parts = [{"width": width, "rate": draw(changes)} for width in widths]
    term = {"slices": "sales", "above": draw(figures), "parts": [*parts, {"rate": draw(rates)}]}
    step = draw(st.none() | st.sampled_from(["100", "150.5"])) if stairs else None
    return term | ({"step": step} if step else {})


def a_line(stairs, of="sales"):
    term = st.one_of(
        changes.map(lambda each: {"rate": each, "of": of}),
        changes.map(lambda each: {"const": each}),
        slices(stairs),
        tables(),
    )
    bound = figures.map(lambda each: {"const": each}) | rates.map(lambda e: {"rate": e, "of": of})
    half = st.just({"prorate": {"part": "7", "out_of": "12"}})
    line = st.one_of(
        term.map(lambda each: {"add": each}),
        bound.map(lambda each: {"at_least": each}),
        bound.map(lambda each: {"at_most": each}),
        factors.map(lambda each: {"times": {"const": each}}),
        half,
    )
    when = st.none() | figures.map(lambda each: {of: {"above": each}})
    return st.builds(lambda line, when: line | ({"when": when} if when else {}), line, when)


@st.composite
def levies(draw, stairs=True):
    lines = [{"add": draw(tables() | slices(stairs))}, *draw(st.lists(a_line(stairs), max_size=4))]
    derived = {}
    if stairs and draw(st.booleans()):
        base, rate = draw(st.sampled_from([("0", "0.01"), ("40", "-0.015")]))
        derived["units"] = {"kind": "quantity", "label": {"en": "units"}, "rule": [
            {"add": {"const": base}}, {"add": {"rate": rate, "of": "sales"}},
            {"round": {"const": "1"}}]}  # fmt: skip
        lines.append({"add": {"rate": "2.5", "of": "units"}})
    try:
        return levy(*lines, derived=derived)
    except InvalidDocument:
        assume(False)


def computed(levy, figure):
    try:
        return levy.computed(figure)
    except DomainError:
        return None


@settings(max_examples=100, deadline=None)
@given(levies(), st.data())
def test_between_two_points_nothing_happens_unseen(rule, data):
    levy, to = against(rule), Decimal(2500)
    found = curve(levy, to)
    pieces = found.pieces
    step = Decimal("0.001")
    cent = Decimal("0.01")

    assert (pieces[0].first, pieces[-1].last) == (0, to)
    for before, after in pairwise(pieces):
        assert after.first in (before.last, before.last + step)
    assert len(pieces) <= MOST
    for each in pieces:
        figure = data.draw(st.decimals(each.first, each.last, places=3))
        if found.smoothed:  # more steps than can be seen are the slope that they follow
            figure = each.first
        if each.amounts is None:
            assert not computed(levy, figure)  # within half a cent of zero there may be 0
            continue
        low, high = each.amounts
        assert (computed(levy, each.first), computed(levy, each.last)) == (low, high)
        part = (figure - each.first) / ((each.last - each.first) or 1)
        assert abs(computed(levy, figure) - (low + part * (high - low))) <= cent


@settings(max_examples=50, deadline=None)
@given(levies(stairs=False), st.decimals(1, 10**6, places=3))
def test_beyond_the_last_change_the_line_goes_on(rule, step):
    levy = against(rule)
    to = reach(levy) or Decimal(1)
    beyond = [computed(levy, to + step * number) for number in range(3)]

    if curve(levy, to).goes_on and None not in beyond:
        assert abs(beyond[0] - 2 * beyond[1] + beyond[2]) <= Decimal("0.02")
