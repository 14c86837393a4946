"""What each line of a rule says it did, in the reader's language."""

from decimal import Decimal

from django.utils import translation

from consortium.errors import Several
from consortium.rules.schema import parse
from funding.operations.declarations import NothingToCorrect
from funding.rules.dues import Levy
from funding.rules.engine import compute
from funding.rules.figures import NotAnOption, NotWhole
from funding.rules.inputs import LinesMissing
from funding.words import explanation, refusal
from tests.factories.seasons import LEVY
from tests.funding.test_rules_terms import const, levy, table

BY_RANK = {
    "add": {
        "table": ["rank"],
        "rows": [
            {"when": {"rank": "chair"}, "then": {"const": "900"}},
            {"when": {"rank": "member"}, "then": {"const": "100"}},
        ],
    }
}


def test_each_verb_and_term_is_explained() -> None:
    rule = levy(
        table(({"rank": "chair"}, "900"), ({"rank": "member"}, "100"), of=["rank"]),
        {"add": {"rate": "0.01", "of": "sales"}},
        {"add": {"slices": "staff", "above": "5", "parts": [{"rate": "-2.50"}]}},
        const("times", "0.9", label={"en": "Discount"}),
        {"prorate": {"part": "1", "out_of": "2"}},
        const("at_least", "500"),
        const("at_most", "1000"),
        const("round", "10"),
    )
    inputs = {"rank": "member", "sales": Decimal(100000), "staff": Decimal(45)}
    with translation.override("en"):
        said = explanation(compute(rule, inputs).steps, rule)
    assert [(each["label"], each["amount"]) for each in said] == [
        ("plus 100.00 USD (rank: member)", "100.00"),
        ("1% of sales (100,000.00 USD)", "1100.00"),
        ("minus 100.00 USD (staff: 45)", "1000.00"),
        ("Discount: times 0.9", "900.00"),
        ("pro rata, 1 of 2", "450.00"),
        ("raised to the floor of 500.00 USD", "500.00"),
        ("not above the cap of 1,000.00 USD", "500.00"),
        ("already a multiple of 10.00 USD", "500.00"),
    ]


def test_refusals_name_figures_lines_and_choices_as_the_charter_does() -> None:
    choice = {
        "kind": "choice",
        "label": {"en": "Rank"},
        "choices": {"chair": {"en": "Chair"}, "member": {"en": "Member"}},
    }
    asked = {**LEVY["inputs"], "rank": choice}
    rule = parse(Levy, {**LEVY, "inputs": asked, "rule": [*LEVY["rule"], BY_RANK]})
    wrong = [
        LinesMissing(input="sales", lines=["internal"]),
        NotWhole(input="sales.external", value=Decimal("1.5")),
        NotAnOption(input="rank", value="x", choices=["chair", "member"]),
        NothingToCorrect(levy="dues", period="2026-01-01"),
    ]
    with translation.override("en"):
        assert refusal(Several(wrong), rule).split("\n") == [
            "“Relevant sales” is declared in lines; state these, if only as 0: Within the group.",
            "“External sales” is counted in whole numbers; 1.5 is not one.",
            "“x” is not a choice for “Rank”; expected: Chair, Member.",
            "There is no declaration for “dues” from January 1, 2026 yet.",
        ]
