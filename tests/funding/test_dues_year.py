"""A dues year's turns: estimates, true-ups, credits, joining and leaving, other currencies."""

from collections.abc import Mapping
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from consortium.errors import DomainError
from consortium.models import Consortium, Notice, ParkedItem
from consortium.operations.advance import advance
from consortium.operations.appointments import appoint
from consortium.reports.verify import verify
from consortium.states import Role
from funding.models import Assessment, Charge, CreditNote, Declaration, Transfer
from funding.operations.declarations import Figures, record_declaration
from funding.rules.choices import Grade
from funding.rules.figures import Declared
from tests.cast import person
from tests.factories.ledgers import balances, join, levy, member, small

YEAR, NEXT = date(2025, 1, 1), date(2026, 1, 1)
ASSESSED = date(2025, 2, 15)

pytestmark = pytest.mark.django_db


def declare(
    consortium: Consortium,
    name: str,
    values: Mapping[str, Declared],
    *,
    on: date,
    period: date = YEAR,
    **more: Any,
) -> Declaration:
    figures = Figures(levy="dues", period_starts_on=period, values=values, **more)
    return record_declaration(member=member(consortium, name), figures=figures, by=None, on=on)


def sales(amount: str) -> dict[str, Declared]:
    return {"semiconductor_sales": Decimal(amount)}


def versions(consortium: Consortium, name: str) -> list[tuple[int, Decimal, str]]:
    """Return a member's assessments: version, amount, category."""
    rows = Assessment.objects.filter(consortium=consortium, member=member(consortium, name))
    return list(rows.order_by("period_starts_on", "version").values_list("version", "amount",
                                                                        "category"))  # fmt: skip


def charged(consortium: Consortium) -> list[tuple[str, str, Decimal]]:
    """Return charges and credit notes: the member, the number, the amount."""
    rows = [*Charge.objects.filter(consortium=consortium).order_by("pk"),
            *CreditNote.objects.filter(consortium=consortium).order_by("pk")]  # fmt: skip
    return [(str(row.member), row.number, row.amount) for row in rows]


def sound(consortium: Consortium) -> bool:
    return list(verify(consortium=consortium)) == []


# True-ups


def test_a_higher_figure_charges_the_difference_and_a_lower_one_credits_it() -> None:
    consortium = small("small", levy(anchor="2025-01-01"), members="a")
    declare(consortium, "a", sales("300000000"), on=date(2025, 1, 10))
    advance(consortium=consortium, to=ASSESSED)
    declare(consortium, "a", sales("500000000"), on=date(2025, 3, 1), grade=Grade.CERTIFIED,
            correction=True)  # fmt: skip
    advance(consortium=consortium, to=date(2025, 3, 1))
    declare(consortium, "a", sales("250000000"), on=date(2025, 4, 1), grade=Grade.AUDITED,
            correction=True)  # fmt: skip
    advance(consortium=consortium, to=date(2025, 4, 1))
    assert [amount for _, amount, _ in versions(consortium, "a")] == [3000000, 5000000, 2500000]
    assert charged(consortium) == [
        ("a", "2025-00001", Decimal(3000000)),
        ("a", "2025-00002", Decimal(2000000)),
        ("a", "CN-2025-00001", Decimal(2500000)),
    ]
    # The first charge is taken off as far as it is open; nothing is left on account.
    taken = Transfer.objects.filter(key="credit:CN-2025-00001").order_by("leg")
    assert [(each.charge.number, each.amount) for each in taken if each.charge] == [
        ("2025-00001", Decimal(2500000))
    ]
    assert balances(consortium)["receivable a USD"] == 2500000
    assert sound(consortium)


def test_a_credit_beyond_what_is_open_stands_on_account() -> None:
    consortium = small("small", levy(anchor="2025-01-01"), members="a")
    declare(consortium, "a", sales("300000000"), on=date(2025, 1, 10))
    advance(consortium=consortium, to=ASSESSED)
    settle(Charge.objects.get())
    declare(consortium, "a", sales("200000000"), on=date(2025, 3, 1), correction=True)
    advance(consortium=consortium, to=date(2025, 3, 1))
    found = balances(consortium)
    assert (found["receivable a USD"], found["on_account a USD"]) == (0, -1000000)


def settle(charge: Charge) -> None:
    """Take a charge off the receivable, as a payment will."""
    transfer = charge.transfers.get()
    Transfer.objects.create(
        consortium=charge.consortium, unit=charge.unit, debit=transfer.credit,
        credit=transfer.debit, amount=charge.amount, on=charge.due_on, key="paid", charge=charge,
    )  # fmt: skip


def test_the_same_amount_again_charges_nothing() -> None:
    consortium = small("small", levy(anchor="2025-01-01"), members="a")
    declare(consortium, "a", sales("1"), on=date(2025, 1, 10))
    advance(consortium=consortium, to=ASSESSED)
    declare(consortium, "a", sales("2"), on=date(2025, 3, 1), correction=True)
    advance(consortium=consortium, to=date(2025, 3, 5))
    assert [version for version, _, _ in versions(consortium, "a")] == [1, 2]
    assert len(charged(consortium)) == 1
    assert sound(consortium)


def test_nothing_is_charged_of_zero() -> None:
    free = levy(anchor="2025-01-01", rule=[{"add": {"rate": "0.01", "of": "semiconductor_sales"}}])
    consortium = small("small", free, members="a")
    declare(consortium, "a", sales("0"), on=date(2025, 1, 10))
    advance(consortium=consortium, to=ASSESSED)
    assert (versions(consortium, "a"), charged(consortium)) == ([(1, Decimal(0), "member")], [])
    assert sound(consortium)


def test_figures_are_final_after_the_calendars_last_day() -> None:
    calendar = {**levy()["calendar"], "final": {"months": 6}}
    consortium = small("small", levy(anchor="2025-01-01", calendar=calendar), members="ab")
    declare(consortium, "a", sales("1"), on=date(2025, 1, 10))
    for name, correction in (("a", True), ("b", False)):
        with pytest.raises(DomainError) as refused:
            declare(consortium, name, sales("2"), on=date(2025, 7, 1), correction=correction)
        assert (refused.value.code, refused.value.values["final_on"]) == (
            "round_final", date(2025, 7, 1))  # fmt: skip
    declare(consortium, "b", sales("2"), on=date(2025, 6, 30))


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (Grade.AUDITED, Grade.CERTIFIED, "less_founded"),
        (Grade.CERTIFIED, Grade.DECLARED, "less_founded"),
        (Grade.DECLARED, Grade.DECLARED, ""),
        (Grade.DECLARED, Grade.AUDITED, ""),
    ],
)
def test_better_founded_figures_are_not_replaced_by_weaker_ones(
    before: Grade, after: Grade, code: str
) -> None:
    consortium = small("small", levy(anchor="2025-01-01"), members="a")
    declare(consortium, "a", sales("1"), on=date(2025, 1, 10), grade=before)
    with pytest.raises(DomainError) if code else nullcontext() as refused:
        declare(consortium, "a", sales("2"), on=date(2025, 1, 11), grade=after, correction=True)
    assert (refused.value.code if refused else "") == code


# Estimates


def missing(*ways: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return levy(anchor="2025-01-01", missing=list(ways), **changes)


def test_who_does_not_declare_is_estimated_from_the_year_before() -> None:
    consortium = small("small", missing({"previous": "1.1"}), members="ab")
    declare(consortium, "a", sales("300000000.005"), on=date(2025, 1, 10))
    advance(consortium=consortium, to=date(2026, 2, 15))
    estimate = Declaration.objects.get(period_starts_on=NEXT)
    assert (estimate.grade, estimate.channel, estimate.inputs()) == (
        "estimated", "estimated", {"semiconductor_sales": Decimal("330000000.006")})  # fmt: skip
    assert [(str(each.member), each.amount) for each in Assessment.objects.order_by("pk")] == [
        ("a", Decimal("3000000.00")), ("a", Decimal("3300000.00"))]  # fmt: skip
    # Nothing is known of b in any year: it is named, and waited for.
    item = ParkedItem.objects.filter(sweep="estimate_missing").first()
    assert item is not None
    assert item.reason == "cannot_estimate"


def test_a_members_own_figures_replace_the_estimate_without_being_a_correction() -> None:
    high = {"figures": {"semiconductor_sales": "1500000000"}}
    consortium = small("small", missing({"previous": "1.1"}, high), members="a")
    advance(consortium=consortium, to=ASSESSED)
    assert versions(consortium, "a") == [(1, Decimal(15000000), "member")]
    declare(consortium, "a", sales("200000000"), on=date(2025, 3, 1))
    advance(consortium=consortium, to=date(2025, 3, 1))
    assert versions(consortium, "a")[1:] == [(2, Decimal(2000000), "member")]
    assert charged(consortium)[1:] == [("a", "CN-2025-00001", Decimal(13000000))]
    assert sound(consortium)


def test_the_highest_class_is_assumed_where_the_charter_says_so() -> None:
    """As ETSI does: who neither declares nor agrees a class gets the highest."""
    rows = [
        {"when": {"turnover": {"at_most": "135"}}, "then": {"const": "2"}},
        {"when": {"turnover": {"above": "135"}}, "then": {"const": "45"}},
        {"when": {"turnover": "undeclared"}, "then": {"const": "45"}},
    ]
    classes = missing(
        {"figures": {"size": "standard"}},
        inputs={
            "turnover": {"kind": "quantity", "label": {"en": "turnover"}, "optional": True},
            "size": {"kind": "choice", "label": {"en": "size"},
                     "choices": {"standard": {"en": "standard"}, "sme": {"en": "SME"}}},
        },
        rule=[{"add": {"table": ["turnover"], "rows": rows}},
              {"times": {"const": "0.5"}, "when": {"size": "sme"}}],
    )  # fmt: skip
    consortium = small("small", classes, members="ab")
    declare(consortium, "a", {"turnover": Decimal(100), "size": "sme"}, on=date(2025, 1, 10))
    advance(consortium=consortium, to=ASSESSED)
    assert [(str(each.member), each.amount, each.inputs) for each in
            Assessment.objects.order_by("pk")] == [
        ("a", Decimal(1), {"size": "sme", "turnover": "100.000"}),
        ("b", Decimal(45), {"size": "standard"}),
    ]  # fmt: skip
    assert sound(consortium)


def test_who_joins_after_closing_is_waited_for() -> None:
    high = {"figures": {"semiconductor_sales": "1500000000"}}
    consortium = small("small", missing(high), members="a")
    advance(consortium=consortium, to=date(2025, 3, 1))
    join(consortium, "late", date(2025, 3, 2))
    advance(consortium=consortium, to=date(2025, 6, 1))
    assert [str(each.member) for each in Assessment.objects.all()] == ["a"]


# Asking


def test_members_are_reminded_on_the_calendars_days_and_told_of_the_closing() -> None:
    calendar = {**levy()["calendar"], "remind": [{"days": 10}, {"days": 20}]}
    consortium = small("small", levy(anchor="2025-01-01", calendar=calendar), members="ab")
    people(consortium)
    advance(consortium=consortium, to=date(2025, 1, 14))
    declare(consortium, "a", sales("1"), on=date(2025, 1, 15))
    advance(consortium=consortium, to=date(2025, 2, 20))
    told = Notice.objects.filter(consortium=consortium).order_by("on", "pk")
    assert [(each.code, each.on, each.recipient.username) for each in told] == [
        ("figures_requested", date(2024, 11, 2), "of a"),
        ("figures_requested", date(2024, 11, 2), "of b"),
        ("figures_reminder", date(2025, 1, 11), "of a"),
        ("figures_reminder", date(2025, 1, 11), "of b"),
        ("figures_reminder", date(2025, 1, 21), "of b"),
        ("round_has_closed", date(2025, 2, 1), "finance"),
        ("payment_requested", date(2025, 2, 15), "of a"),
    ]
    assert told.get(code="round_has_closed").values["missing"] == 1


def people(consortium: Consortium) -> None:
    """Appoint a signatory for each member, and finance staff."""
    since = consortium.starts_on
    holders = [("finance", Role.FINANCE, None)]
    holders += [(f"of {each}", Role.SIGNATORY, each.organization)
                for each in consortium.members.all()]  # fmt: skip
    for name, role, organization in holders:
        appoint(
            consortium=consortium, user=person(name), role=role, organization=organization,
            starts_on=since, by=None, on=since,
        )  # fmt: skip
