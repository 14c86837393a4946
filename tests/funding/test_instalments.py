"""Charges in instalments: split, numbered, due and posted."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium import money
from consortium.models import Consortium, Notice
from consortium.operations.advance import advance
from consortium.operations.appointments import appoint
from consortium.reports.verify import verify
from consortium.rules.schema import InvalidDocument, parse
from consortium.states import Role
from funding.models import Assessment, Charge, CreditNote, OpenItem
from funding.operations.assess import assess
from funding.papers.request import payment_requests
from funding.rules.dues import Levy
from funding.rules.instalments import split
from tests.cast import person
from tests.factories.ledgers import balances, declared, fee, levy, member, small
from tests.funding.test_papers import pages

YEAR = date(2025, 1, 1)
QUARTERS = [{"months": 1}, {"months": 4}, {"months": 7}, {"months": 10}]
HALVES = [{"months": 1}, {"months": 7}]


def yearly(code: str = "fee", **changes: Any) -> dict[str, Any]:
    return fee(code, anchor="2025-01-01", issue="automatic", **changes)


def charges(consortium: Consortium) -> list[tuple[str, int, str, date]]:
    rows = Charge.objects.filter(consortium=consortium).order_by("number")
    return [(row.number, row.instalment, str(row.amount), row.due_on) for row in rows]


# Splitting


@given(st.integers(1, 10**14), st.integers(2, 60), st.sampled_from(["USD", "JPY", "KWD", "days"]))
def test_parts_are_whole_and_add_up(pieces: int, count: int, unit: str) -> None:
    smallest = money.quantum(unit)
    amount = pieces * smallest
    parts = split(amount, count, unit)
    assert sum(parts) == amount
    assert len(parts) == min(count, pieces)
    assert all(part > 0 and part % smallest == 0 for part in parts)
    assert len(set(parts[1:])) <= 1
    assert 0 <= parts[0] - parts[-1] < len(parts) * smallest


@pytest.mark.parametrize(
    ("amount", "count", "unit", "parts"),
    [
        ("100", 3, "USD", ["33.34", "33.33", "33.33"]),
        ("0.02", 4, "USD", ["0.01", "0.01"]),
        ("100", 3, "JPY", ["34", "33", "33"]),
        ("18700", 4, "USD", ["4675", "4675", "4675", "4675"]),
    ],
)
def test_the_remainder_is_on_the_first(
    amount: str, count: int, unit: str, parts: list[str]
) -> None:
    assert split(Decimal(amount), count, unit) == [Decimal(each) for each in parts]


# What a charter may say


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"instalments": [{"due": [{"months": 1}]}]}, "instalments[0].due", "one_instalment"),
        ({"instalments": [{"due": [{"months": 7}, {"months": 1}]}]},
            "instalments[0].due[1]", "out_of_order"),
        ({"instalments": [{"due": [{"days": -1}, {"months": 1}]}]},
            "instalments[0].due[0]", "out_of_order"),
        ({"instalments": [{"when": {"size": "big"}, "due": HALVES}]},
            "instalments[0].when.size", "not_an_input"),
        ({"instalments": [{"when": {"category": "guest"}, "due": HALVES}]},
            "instalments[0].when.category", "wrong_cell"),
        ({"instalments": [{"due": HALVES}, {"due": QUARTERS}]},
            "instalments[1]", "never_reached"),
    ],
)  # fmt: skip
def test_wrong_instalments_are_named(changes: dict[str, Any], path: str, code: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        parse(Levy, fee(trigger=TRIGGER, **changes))
    assert [(each.path, each.code) for each in refused.value.errors] == [(path, code)]


TRIGGER = {"kind": "period", "anchor": YEAR, "months": 12}


def test_an_input_may_serve_to_choose_instalments_only() -> None:
    sales = {"sales": {"kind": "money", "label": {"en": "sales"}}}
    edge = {"at_least_or_above": "5"}
    rules = parse(
        Levy,
        fee(
            trigger=TRIGGER,
            inputs=sales,
            instalments=[{"when": {"sales": edge}, "due": HALVES}],
        ),
    )
    assert [(each.path, each.code) for each in rules.open_questions()] == [
        ("instalments[0].when.sales.at_least_or_above", "edge_undecided")
    ]


# Charging


@pytest.mark.django_db
def test_a_charge_for_each_instalment_numbered_without_gaps() -> None:
    rules = yearly(instalments=[{"due": QUARTERS}])
    consortium = small("small", rules, members="ab")
    advance(consortium=consortium, to=YEAR)
    days = [date(2025, month, 1) for month in (2, 5, 8, 11)]
    parts = [(number, "1250.000", day) for number, day in enumerate(days, start=1)]
    assert charges(consortium) == [
        (f"2025-{number:05d}", *part) for number, part in enumerate([*parts, *parts], start=1)
    ]
    items = OpenItem.objects.filter(consortium=consortium).values_list("next_on", flat=True)
    assert sorted(items) == sorted([day + timedelta(days=1) for day in days] * 2)
    assert balances(consortium)["receivable a USD"] == 5000
    assert list(verify(consortium=consortium)) == []


@pytest.mark.django_db
def test_figures_choose_who_pays_in_instalments_and_a_difference_is_one_charge() -> None:
    when = {"semiconductor_sales": {"at_least": "200000000"}}
    wanted = {"when": when, "due": [{"months": 3}, {"months": 9}]}
    consortium = small("small", levy(anchor="2025-01-01", instalments=[wanted]), members="ab")
    declared(consortium, "a", "300000001", period=YEAR, on=date(2025, 1, 10))
    declared(consortium, "b", "100000000", period=YEAR, on=date(2025, 1, 10))
    advance(consortium=consortium, to=date(2025, 2, 15))
    assert charges(consortium) == [
        ("2025-00001", 1, "1500000.010", date(2025, 4, 1)),
        ("2025-00002", 2, "1500000.000", date(2025, 10, 1)),
        ("2025-00003", 1, "1000000.000", date(2025, 3, 31)),
    ]
    declared(consortium, "a", "400000001", period=YEAR, on=date(2025, 3, 1), correction=True)
    advance(consortium=consortium, to=date(2025, 3, 1))
    assert charges(consortium)[3:] == [("2025-00004", 1, "1000000.000", date(2025, 4, 14))]
    declared(consortium, "a", "250000001", period=YEAR, on=date(2025, 4, 1), correction=True)
    advance(consortium=consortium, to=date(2025, 4, 1))
    assert CreditNote.objects.get(consortium=consortium).amount == Decimal("1500000")
    assert list(verify(consortium=consortium)) == []


@pytest.mark.django_db
def test_charged_late_every_instalment_is_due_later_and_tiny_ones_are_fewer() -> None:
    rules = yearly(amount="0.02", instalments=[{"due": QUARTERS}])
    consortium = small("small", rules, members="a")
    late = YEAR + timedelta(days=100)
    advance(consortium=consortium, to=date(2024, 12, 31))
    round = consortium.rounds.filter(starts_on=YEAR).first()
    assert round is None
    consortium.advanced_to = late - timedelta(days=1)
    consortium.save(update_fields=["advanced_to"])
    advance(consortium=consortium, to=late)
    assert charges(consortium) == [
        ("2025-00001", 1, "0.010", late + (date(2025, 2, 1) - YEAR)),
        ("2025-00002", 2, "0.010", late + (date(2025, 5, 1) - YEAR)),
    ]


@pytest.mark.django_db
def test_people_are_told_once_of_the_first_instalment() -> None:
    consortium = small("small", yearly(instalments=[{"due": HALVES}]), members="a")
    appoint(
        consortium=consortium,
        user=person("anna"),
        role=Role.FINANCE_CONTACT,
        organization=member(consortium, "a").organization,
        starts_on=consortium.starts_on,
        by=None,
        on=consortium.starts_on,
    )
    advance(consortium=consortium, to=YEAR)
    told = Notice.objects.get(consortium=consortium, code="payment_requested")
    assert (told.values["number"], told.values["due_on"]) == ("2025-00001", "2025-02-01")


@pytest.mark.django_db
def test_assessing_twice_charges_once() -> None:
    consortium = small("small", yearly(instalments=[{"due": HALVES}]), members="a")
    advance(consortium=consortium, to=YEAR)
    assess(round=consortium.rounds.get(), by=None, on=YEAR)
    assert (Assessment.objects.count(), Charge.objects.count()) == (1, 2)


@pytest.mark.django_db
def test_a_request_says_which_part_it_is() -> None:
    wanted = {"due": [{"months": 3}, {"months": 9}]}
    consortium = small("small", levy(anchor="2025-01-01", instalments=[wanted]), members="a")
    declared(consortium, "a", "300000000", period=YEAR, on=date(2025, 1, 10))
    advance(consortium=consortium, to=date(2025, 2, 15))
    declared(consortium, "a", "400000000", period=YEAR, on=date(2025, 3, 1), correction=True)
    advance(consortium=consortium, to=date(2025, 3, 1))
    made = list(Charge.objects.filter(consortium=consortium).order_by("number"))
    text = " ".join(pages(payment_requests(made, language="en")))
    assert "This is instalment 2 of 2; in all 3,000,000.00 USD are due." in text
    assert (
        "The dues now come to 4,000,000.00 USD; 3,000,000.00 USD was charged before; this"
        " request is for the difference." in text
    )
