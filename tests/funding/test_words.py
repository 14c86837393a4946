"""What each line of a rule says it did, in the reader's language."""

from decimal import Decimal

from django.utils import translation

from funding.rules.engine import compute
from funding.words import explanation
from tests.funding.test_rules_terms import const, levy, table


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
