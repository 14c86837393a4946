"""Dues of members that join, leave and change; figures in lines, in other currencies, of groups."""

from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from consortium.errors import DomainError
from consortium.models import Consortium, ParkedItem
from consortium.operations.advance import advance, retry_parked
from consortium.operations.members import admit, change_category, end_membership
from consortium.operations.organizations import record_control, register_organization
from consortium.reports.verify import verify
from funding.models import Assessment, Charge, CreditNote, DeclaredFigure, Round
from funding.operations.rates import record_rate
from funding.reports.preview import lines
from funding.reports.rounds import governing
from funding.rules.figures import Foreign, Lines
from tests.factories.ledgers import fee, join, levy, member, small
from tests.funding.test_dues_year import declare, sound, versions

YEAR, ASSESSED = date(2025, 1, 1), date(2025, 2, 15)
PRO_RATA = [{"add": {"const": "1200"}}, {"prorate": {"of": "member_months", "out_of": "12"}}]

pytestmark = pytest.mark.django_db


def amounts(consortium: Consortium, levy: str) -> list[tuple[str, int, Decimal]]:
    """Return the assessments of a levy: member, version, amount."""
    rows = Assessment.objects.filter(consortium=consortium, levy=levy).order_by("pk")
    return [(str(each.member), each.version, each.amount) for each in rows]


# Joining, leaving, changing


def test_who_joins_or_leaves_in_mid_year_owes_its_months() -> None:
    consortium = small("small", fee(anchor="2025-01-01", rule=PRO_RATA), members="ab")
    advance(consortium=consortium, to=date(2025, 3, 1))
    join(consortium, "late", date(2025, 9, 15))
    end_membership(member=member(consortium, "a"), ends_on=date(2025, 7, 1), by=None,
                   on=date(2025, 3, 2))  # fmt: skip
    advance(consortium=consortium, to=date(2025, 9, 15))
    assert amounts(consortium, "fee") == [
        ("a", 1, 1200), ("b", 1, 1200), ("a", 2, 600), ("late", 1, 400)]  # fmt: skip
    assert [(each.number, each.amount) for each in CreditNote.objects.all()] == [
        ("CN-2025-00001", Decimal(600))]  # fmt: skip
    assert sound(consortium)


def test_a_change_of_category_is_shared_between_the_levies_by_months() -> None:
    full = fee("full", anchor="2025-01-01", rule=PRO_RATA, categories=["member"])
    less = fee("less", anchor="2025-01-01", categories=["associate"],
               rule=[{"add": {"const": "120"}}, PRO_RATA[1]])  # fmt: skip
    consortium = small("small", full, less, members="a")
    advance(consortium=consortium, to=date(2025, 1, 31))
    change_category(member=member(consortium, "a"), category="associate",
                    from_on=date(2025, 5, 20), by=None, on=date(2025, 2, 1))  # fmt: skip
    advance(consortium=consortium, to=date(2025, 2, 2))
    # May belongs to the category on its first day.
    assert amounts(consortium, "full") == [("a", 1, 1200), ("a", 2, 500)]
    assert amounts(consortium, "less") == [("a", 1, 70)]
    assert sound(consortium)


def test_who_was_no_member_after_all_is_credited_in_full() -> None:
    consortium = small("small", fee(anchor="2025-01-01"), members="ab")
    advance(consortium=consortium, to=date(2025, 1, 5))
    member(consortium, "a").terms.update(ends_on=date(2024, 12, 1))
    advance(consortium=consortium, to=date(2025, 1, 6))
    assert versions(consortium, "a") == [(1, Decimal(5000), "member"), (2, Decimal(0), "")]
    assert CreditNote.objects.get().amount == 5000
    member(consortium, "a").terms.update(ends_on=None)
    advance(consortium=consortium, to=date(2025, 1, 8))
    assert versions(consortium, "a")[2:] == [(3, Decimal(5000), "member")]
    assert sound(consortium)


def test_an_amount_by_category_needs_no_question() -> None:
    rows = [{"when": {"category": "member"}, "then": {"const": "800"}},
            {"when": {"category": "chair"}, "then": {"const": "5000"}}]  # fmt: skip
    ranks = fee(anchor="2025-01-01", categories=["member", "chair"],
                rule=[{"add": {"table": ["category"], "rows": rows}}])  # fmt: skip
    consortium = small("small", ranks, members="ab")
    change_category(member=member(consortium, "b"), category="chair", from_on=date(2024, 6, 1),
                    by=None, on=date(2024, 6, 1))  # fmt: skip
    advance(consortium=consortium, to=YEAR)
    assert amounts(consortium, "fee") == [("a", 1, 800), ("b", 1, 5000)]
    assert sound(consortium)


def test_an_entrance_fee_is_owed_once_by_who_joins() -> None:
    days = {"opens": {}, "closes": {}, "assess": {}, "due": {"days": 30}}
    entrance = fee("entrance", trigger={"kind": "admission"}, calendar=days)
    consortium = small("small", entrance, members="a")
    advance(consortium=consortium, to=date(2025, 3, 1))
    join(consortium, "b", date(2025, 3, 10))
    end_membership(member=member(consortium, "a"), ends_on=date(2025, 4, 1), by=None,
                   on=date(2025, 3, 10))  # fmt: skip
    admit(consortium=consortium, organization=member(consortium, "a").organization,
          category="member", starts_on=date(2025, 6, 1), by=None, on=date(2025, 6, 1))  # fmt: skip
    advance(consortium=consortium, to=date(2025, 9, 1))
    assert [(str(each.member), each.issued_on, each.due_on) for each in
            Charge.objects.order_by("pk")] == [
        ("a", date(2024, 1, 1), date(2024, 1, 31)),
        ("b", date(2025, 3, 10), date(2025, 4, 9)),
    ]  # fmt: skip
    assert sound(consortium)


def test_an_amount_in_yen_has_no_decimals() -> None:
    yen = levy(anchor="2025-01-01", unit="JPY",
               rule=[{"add": {"rate": "0.0033", "of": "semiconductor_sales"}}])  # fmt: skip
    consortium = small("small", yen, members="a")
    declare(consortium, "a", {"semiconductor_sales": Decimal("1000000150")}, on=date(2025, 1, 10))
    advance(consortium=consortium, to=ASSESSED)
    charge = Charge.objects.get()
    assert (charge.unit, charge.amount) == ("JPY", Decimal(3300000))  # 3,300,000.495
    assert sound(consortium)


# Lines


LINES = {"semiconductor_sales": {
    "kind": "money", "label": {"en": "sales"},
    "lines": [{"code": "external", "label": {"en": "external sales"}},
              {"code": "internal", "label": {"en": "internal transfers"}},
              {"code": "excluded", "label": {"en": "exclusions"}, "minus": True}],
}}  # fmt: skip


def lined(**amounts: str) -> dict[str, Lines]:
    return {"semiconductor_sales": Lines({k: Decimal(v) for k, v in amounts.items()})}


def test_a_figure_is_the_sum_of_its_signed_lines() -> None:
    consortium = small("small", levy(anchor="2025-01-01", inputs=LINES), members="a")
    given = lined(external="500000000", internal="250000000.5", excluded="50000000.25")
    declaration = declare(consortium, "a", given, on=date(2025, 1, 10))
    assert list(DeclaredFigure.objects.order_by("pk").values_list("line", "value")) == [
        ("external", Decimal(500000000)), ("internal", Decimal("250000000.5")),
        ("excluded", Decimal("-50000000.25"))]  # fmt: skip
    assert declaration.inputs() == {"semiconductor_sales": Decimal("700000000.25")}
    advance(consortium=consortium, to=ASSESSED)
    assert Assessment.objects.get().amount == Decimal("7000000.00")
    assert sound(consortium)


@pytest.mark.parametrize(
    ("given", "code", "values"),
    [
        ({"semiconductor_sales": Decimal(5)}, "lines_missing",
         {"lines": ["external", "internal", "excluded"]}),
        (lined(external="1", internal="0"), "lines_missing", {"lines": ["excluded"]}),
        (lined(external="1", internal="0", excluded="0", other="1"), "unknown_line",
         {"line": "other"}),
        (lined(external="1", internal="-1", excluded="0"), "negative_input",
         {"input": "semiconductor_sales.internal"}),
        (lined(external="1", internal="0", excluded="2"), "negative_input",
         {"input": "semiconductor_sales"}),
        (lined(external="1.0005", internal="0", excluded="0"), "not_a_figure", {}),
    ],
)  # fmt: skip
def test_wrong_lines_are_named(given: Any, code: str, values: dict[str, Any]) -> None:
    consortium = small("small", levy(anchor="2025-01-01", inputs=LINES), members="a")
    with pytest.raises(DomainError) as refused:
        declare(consortium, "a", given, on=date(2025, 1, 10))
    assert refused.value.code == code
    assert refused.value.values.items() >= values.items()
    assert not DeclaredFigure.objects.exists()


# Other currencies


ABROAD = {
    "inputs": {"semiconductor_sales": {"kind": "money", "label": {"en": "sales"},
                                       "currencies": ["EUR", "JPY"]}},
    "exchange": {"rate": "ecb", "label": {"en": "ECB reference rate"}},
}  # fmt: skip


def rate(consortium: Consortium, value: str, on: date, **more: Any) -> None:
    record_rate(consortium=consortium, rate="ecb", unit="EUR", into="USD", published_on=on,
                value=Decimal(value), by=None, on=date(2025, 1, 5), **more)  # fmt: skip


def test_another_currency_is_converted_by_the_rate_of_the_charters_day() -> None:
    consortium = small("small", levy(anchor="2025-01-01", **ABROAD), members="a")
    for value, on in (("1.04", date(2024, 12, 30)), ("1.0389", date(2024, 12, 31)),
                      ("9", date(2025, 1, 2))):  # fmt: skip
        rate(consortium, value, on)
    given = {"semiconductor_sales": Foreign(Decimal("300000000"), "EUR")}
    declare(consortium, "a", given, on=date(2025, 1, 10))
    advance(consortium=consortium, to=ASSESSED)
    assessment = Assessment.objects.get()
    assert assessment.amount == Decimal("3116700.00")
    assert assessment.inputs == {"semiconductor_sales": {"amount": "300000000.000", "unit": "EUR"}}
    assert assessment.trace[0] == {
        "code": "convert", "amount": "0.00",
        "values": {"line": None, "of": "semiconductor_sales", "amount": "300000000.000",
                   "unit": "EUR", "rate": "1.0389000000", "on": "2024-12-31",
                   "value": "311670000.0000000000000", "applied": True},
    }  # fmt: skip
    assert sound(consortium)


def test_a_missing_rate_parks_the_member_alone_and_is_made_good() -> None:
    consortium = small("small", levy(anchor="2025-01-01", **ABROAD), members="ab")
    declare(consortium, "a", {"semiconductor_sales": Foreign(Decimal(1), "EUR")},
            on=date(2025, 1, 10))  # fmt: skip
    declare(consortium, "b", {"semiconductor_sales": Decimal(1)}, on=date(2025, 1, 10))
    advance(consortium=consortium, to=ASSESSED)
    assert [str(each.member) for each in Assessment.objects.all()] == ["b"]
    item = ParkedItem.objects.get()
    assert (item.reason, item.values["unit"]) == ("rate_missing", "EUR")
    rate(consortium, "1.04", date(2024, 12, 31))
    advance(consortium=consortium, to=date(2025, 2, 16))
    assert sorted(str(each.member) for each in Assessment.objects.all()) == ["a", "b"]
    assert not ParkedItem.objects.exists()


def test_a_member_that_keeps_failing_is_left_until_somebody_retries() -> None:
    consortium = small("small", levy(anchor="2025-01-01", **ABROAD), members="a")
    declare(consortium, "a", {"semiconductor_sales": Foreign(Decimal(1), "EUR")},
            on=date(2025, 1, 10))  # fmt: skip
    advance(consortium=consortium, to=date(2025, 3, 1))
    assert ParkedItem.objects.get().attempts == ParkedItem.LIMIT
    rate(consortium, "1.04", date(2024, 12, 31))
    advance(consortium=consortium, to=date(2025, 3, 2))
    assert not Assessment.objects.exists()
    retry_parked(item=ParkedItem.objects.get(), by=None, on=date(2025, 3, 2))
    advance(consortium=consortium, to=date(2025, 3, 3))
    assert Assessment.objects.get().assessed_on == date(2025, 3, 3)


@pytest.mark.parametrize(
    ("unit", "code"), [("CHF", "wrong_currency"), ("EUR", ""), ("USD", "")]
)  # fmt: skip
def test_only_the_charters_currencies_are_taken(unit: str, code: str) -> None:
    consortium = small("small", levy(anchor="2025-01-01", **ABROAD), members="a")
    given = {"semiconductor_sales": Foreign(Decimal(1), unit)}
    with pytest.raises(DomainError) if code else nullcontext() as refused:
        declare(consortium, "a", given, on=date(2025, 1, 10))
    assert (refused.value.code if refused else "") == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"value": Decimal(0)}, "rate_not_positive"),
        ({"value": Decimal("1.00000000001")}, "rate_not_positive"),
        ({"unit": "XXQ"}, "unknown_currency"),
        ({"published_on": date(2025, 1, 6)}, "rate_in_the_future"),
        ({}, "rate_known"),
    ],
)
def test_wrong_rates_are_refused(changes: dict[str, Any], code: str) -> None:
    consortium = small("small", levy(anchor="2025-01-01", **ABROAD))
    rate(consortium, "1.04", date(2025, 1, 2))
    given = {"rate": "ecb", "unit": "EUR", "into": "USD", "published_on": date(2025, 1, 2),
             "value": Decimal("1.05"), **changes}  # fmt: skip
    with pytest.raises(DomainError) as refused:
        record_rate(consortium=consortium, by=None, on=date(2025, 1, 5), **given)
    assert refused.value.code == code
    rate(consortium, "1.05", date(2025, 1, 2), correction=True)
    assert list(consortium.exchange_rates.order_by("version").values_list("version", "value")) == [
        (1, Decimal("1.04")), (2, Decimal("1.05"))]  # fmt: skip


# Groups


def test_members_of_one_group_are_pointed_out_in_the_preview() -> None:
    grouped = levy(anchor="2025-01-01", basis={"group": True}, issue="confirmed")
    consortium = small("small", grouped, members="abc")
    parent = register_organization(consortium=consortium, name_en="parent", kind="enterprise",
                                   country="US", by=None, on=date(2024, 1, 1))  # fmt: skip
    for name, share in (("a", "0.8"), ("b", "0.6"), ("c", "0.5")):
        record_control(
            consortium=consortium, organization=member(consortium, name).organization,
            controller=parent, share=Decimal(share), starts_on=date(2024, 1, 1), by=None,
            on=date(2024, 1, 1),
        )  # fmt: skip
        declare(consortium, name, {"semiconductor_sales": Decimal(1)}, on=date(2025, 1, 10))
    advance(consortium=consortium, to=ASSESSED)
    round = Round.objects.get()
    due = governing(consortium=consortium, levy="dues", period_starts_on=YEAR)
    found = {each.entry.party.name: [values["member"] for code, values in each.reasons
                                     if code == "same_group"]
             for each in lines(round=round, due=due, on=ASSESSED)}  # fmt: skip
    assert found == {"a": ["b"], "b": ["a"], "c": []}
    assert list(verify(consortium=consortium)) == []
