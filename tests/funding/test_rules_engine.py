"""What a rule makes of figures: worked examples, an independent oracle, refusals."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consortium.errors import Several
from consortium.rules.schema import parse, plain
from funding.rules.choices import DecidedBy
from funding.rules.dues import Levy
from funding.rules.engine import (
    AbsurdAmount,
    AbsurdInput,
    BelowZero,
    MissingInput,
    NegativeInput,
    NotAFigure,
    Quote,
    Step,
    UnknownInput,
    compute,
    steps_from_trace,
)


def levy(*rule, unit="USD", inputs=("sales",)):
    return parse(
        Levy,
        {
            "code": "dues",
            "label": {"en": "Dues"},
            "categories": ["member"],
            "unit": unit,
            "trigger": {"kind": "period", "anchor": date(1988, 1, 1), "months": 12},
            "calendar": {"opens": {}, "closes": {}, "assess": {}, "due": {}},
            "inputs": {name: {"kind": "money", "label": {"en": name}} for name in inputs},
            "rule": list(rule),
        },
    )


def add(rate, of="sales"):
    return {"add": {"rate": rate, "of": of}}


def const(verb, amount):
    return {verb: {"const": amount}}


RULE = (add("0.01"), const("at_least", "1000000"), const("at_most", "15000000"))

# data/fee_schedules.json, sematech-1987: reason.com/1996/04/01/no-thanks-for-sharing/
# and nap.edu record 5707, page 86
EXAMPLES = [
    ("0", "1000000.00", "floor"),
    ("50000000", "1000000.00", "floor"),
    ("99999999.99", "1000000.00", "floor"),
    ("100000000", "1000000.00", "rate"),
    ("100000000.01", "1000000.00", "rate"),
    ("100010000", "1000100.00", "rate"),
    ("741300000", "7413000.00", "rate"),  # Harris, fiscal year 1991
    ("784100000", "7841000.00", "rate"),  # Harris, fiscal year 1990
    ("1265011000", "12650110.00", "rate"),  # Intel 1986, total revenue
    ("1499999999.99", "15000000.00", "rate"),
    ("1500000000", "15000000.00", "rate"),  # Intel 1987, Dataquest: exactly the cap
    ("1500000000.01", "15000000.00", "cap"),
    ("2874769000", "15000000.00", "cap"),  # Intel 1988, total revenue
]


@pytest.mark.parametrize(("sales", "dues", "by"), EXAMPLES)
@pytest.mark.parametrize("rounding", [(), (const("round", "0.01"),)])
def test_sematechs_published_rule(sales, dues, by, rounding):
    quote = compute(levy(*RULE, *rounding), {"sales": Decimal(sales)})

    assert (str(quote.amount), quote.unit, quote.decided_by) == (dues, "USD", by)


def test_every_step_is_kept():
    assert compute(levy(*RULE), {"sales": Decimal("1500000000.01")}) == Quote(
        amount=Decimal("15000000.00"),
        unit="USD",
        steps=(
            Step(
                "add",
                {
                    "line": 1,
                    "rate": "0.01",
                    "of": "sales",
                    "input": "1500000000.01",
                    "value": "15000000.0001",
                    "applied": True,
                },
                Decimal("15000000.0001"),
            ),
            Step(
                "at_least",
                {"line": 2, "const": "1000000", "value": "1000000", "applied": False},
                Decimal("15000000.0001"),
            ),
            Step(
                "at_most",
                {"line": 3, "const": "15000000", "value": "15000000", "applied": True},
                Decimal("15000000.00"),
            ),
            Step(
                "round",
                {"line": None, "const": "0.01", "value": "0.01", "applied": False},
                Decimal("15000000.00"),
            ),
        ),
    )


def test_a_trace_is_json_and_comes_back():
    quote = compute(levy(*RULE, const("round", "1")), {"sales": Decimal("741300000.555")})
    stored = json.loads(json.dumps(quote.trace()))

    assert stored[0] == {
        "code": "add",
        "values": {
            "line": 1,
            "rate": "0.01",
            "of": "sales",
            "input": "741300000.555",
            "value": "7413000.00555",
            "applied": True,
        },
        "amount": "7413000.00555",
    }
    assert stored[3]["values"] == {"line": 4, "const": "1", "value": "1", "applied": True}
    assert steps_from_trace(stored) == quote.steps


@pytest.mark.parametrize(
    ("rule", "unit", "sales", "amount"),
    [
        ((add("0.000525"),), "USD", "1000000.50", "525.00"),
        ((add("0.005"),), "USD", "1", "0.01"),  # half a cent, up
        ((add("0.005"),), "JPY", "100", "1"),  # half a yen, up
        ((add("0.005"),), "JPY", "99", "0"),
        ((add("0.01"),), "KWD", "0.05", "0.001"),
        ((add("0.01"), const("round", "100")), "USD", "14999", "100.00"),
        ((add("0.01"), const("round", "100")), "USD", "15000", "200.00"),
        ((add("0.01"), const("round", "0.05")), "CHF", "12.50", "0.15"),
        ((const("add", "500"), add("0.01"), const("add", "-50")), "USD", "1000", "460.00"),
        ((add("0.01"), add("-0.004")), "USD", "1000", "6.00"),
        ((add("0.01"), {"at_most": {"rate": "0.005", "of": "sales"}}), "USD", "1000", "5.00"),
    ],
)
def test_worked_by_hand(rule, unit, sales, amount):
    assert str(compute(levy(*rule, unit=unit), {"sales": Decimal(sales)}).amount) == amount


cents = st.decimals(0, 10**13, places=2)
rates = st.decimals(0, 1, places=6)


def oracle(sales, rate, at_least, at_most, quantum):
    """Return the dues by fractions alone, sharing nothing with the engine."""
    amount = min(max(Fraction(rate) * Fraction(sales), Fraction(at_least)), Fraction(at_most))
    return floor(amount / Fraction(quantum) + Fraction(1, 2)) * Fraction(quantum)


@given(cents, cents, rates, cents, cents, st.sampled_from(["USD", "JPY", "KWD"]))
def test_dues_agree_with_fractions_stay_in_bounds_and_grow(low, high, rate, one, other, unit):
    quantum = {"USD": "0.01", "JPY": "1", "KWD": "0.001"}[unit]
    at_least, at_most = (value.quantize(Decimal(quantum)) for value in sorted([one, other]))
    low, high = sorted([low, high])
    rule = levy(
        add(plain(rate)),
        const("at_least", plain(at_least)),
        const("at_most", plain(at_most)),
        unit=unit,
    )

    less = compute(rule, {"sales": low}).amount
    more = compute(rule, {"sales": high}).amount

    assert Fraction(less) == oracle(low, rate, at_least, at_most, quantum)
    assert Fraction(more) == oracle(high, rate, at_least, at_most, quantum)
    assert at_least <= less <= more <= at_most


@given(cents, rates, cents)
def test_the_last_bound_that_changed_the_amount_decided_it(sales, rate, bound):
    by_rate = Fraction(rate) * Fraction(sales)
    assume(by_rate != Fraction(bound))
    lines = {verb: levy(add(plain(rate)), const(verb, plain(bound))) for verb in BOUNDS}

    for verb, decided in BOUNDS.items():
        changes = by_rate < bound if verb == "at_least" else by_rate > bound
        expected = decided if changes else DecidedBy.RATE
        assert compute(lines[verb], {"sales": sales}).decided_by == expected


BOUNDS = {"at_least": DecidedBy.FLOOR, "at_most": DecidedBy.CAP}


@pytest.mark.parametrize(
    ("inputs", "error", "values"),
    [
        ({}, MissingInput, {"input": "sales"}),
        ({"sales": Decimal(-1)}, NegativeInput, {"input": "sales", "value": Decimal(-1)}),
        ({"sales": Decimal(10**16)}, AbsurdInput, {
            "input": "sales", "value": Decimal(10**16), "limit": Decimal(10**16)}),
        ({"sales": Decimal("NaN")}, NotAFigure, {"input": "sales", "value": "NaN"}),
        ({"sales": Decimal("Infinity")}, NotAFigure, {"input": "sales", "value": "Infinity"}),
        ({"sales": 1.5}, NotAFigure, {"input": "sales", "value": "1.5"}),
        ({"sales": Decimal("0.0001")}, NotAFigure, {
            "input": "sales", "value": "0.0001", "places": 3}),
        ({"sales": Decimal(1), "staff": Decimal(1)}, UnknownInput, {
            "input": "staff", "choices": ["sales"]}),
    ],
)  # fmt: skip
def test_a_wrong_figure_is_refused(inputs, error, values):
    with pytest.raises(error) as refused:
        compute(levy(*RULE), inputs)
    assert type(refused.value) is error
    assert refused.value.values == values


def test_all_wrong_figures_are_refused_together():
    rule = levy(add("0.01"), add("0.02", "grants"), inputs=("sales", "grants"))

    with pytest.raises(Several) as refused:
        compute(rule, {"sales": Decimal(-1), "staff": Decimal(1)})

    assert [(error.code, error.values["input"]) for error in refused.value.errors] == [
        ("missing_input", "grants"),
        ("negative_input", "sales"),
        ("unknown_input", "staff"),
    ]


def test_the_largest_figure_is_still_exact():
    sales = Decimal("9999999999999999.999")

    assert compute(levy(add("0.999999999999")), {"sales": sales}).amount == Decimal(
        "9999999999990000.00"
    )


def test_an_amount_below_zero_is_refused():
    with pytest.raises(BelowZero) as refused:
        compute(levy(add("0.01"), const("add", "-50")), {"sales": Decimal(4999)})
    assert refused.value.values == {"amount": Decimal("-0.01")}


def test_an_absurd_amount_is_refused():
    most = const("add", "9999999999999999")
    with pytest.raises(AbsurdAmount) as refused:
        compute(levy(most, most, inputs=()), {})
    assert refused.value.values == {
        "amount": Decimal("19999999999999998.00"),
        "limit": Decimal(10**16),
    }
