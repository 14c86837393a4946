"""Declaring figures: what is refused, versions, paper, and racing with the assessment."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from threading import Event, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from consortium.errors import Denied, DomainError, Several
from consortium.operations.advance import advance
from consortium.reports.verify import verify
from funding.models import Assessment, Charge, Declaration, DeclaredFigure, Round
from funding.operations.assess import assess
from funding.operations.declarations import Figures, declare, enter_declaration
from funding.rules.choices import Grade
from tests.cast import PERIOD, TODAY, Cast
from tests.factories.ledgers import declared, fee, levy, small

NEXT = date(2027, 1, 1)


def figures(*values: object, **changes: Any) -> Figures:
    given = dict(zip(["semiconductor_sales"], values, strict=False))
    return Figures(**{"levy": "dues", "period_starts_on": PERIOD, "values": given, **changes})


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[str, dict[str, Any]]:
    """Return what a call is refused with, having made sure that it wrote nothing."""
    before = Declaration.objects.count(), DeclaredFigure.objects.count()
    with pytest.raises(DomainError) as refused:
        call(**arguments)
    assert (Declaration.objects.count(), DeclaredFigure.objects.count()) == before
    error = refused.value
    if isinstance(error, Several):
        return "several", {each.code: each.values["input"] for each in error.errors}
    return error.code, error.values


def by_newcomer(cast: Cast, figures: Figures, **changes: Any) -> dict[str, Any]:
    given = {"member": cast.members["newcomer"], "by": cast.people["newcomer"], "on": TODAY}
    return {**given, "figures": figures, **changes}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (Decimal("-0.01"), "negative_input"),
        (Decimal("1e16"), "absurd_input"),
        (Decimal("1e400"), "absurd_input"),
        (Decimal("NaN"), "not_a_figure"),
        (Decimal("sNaN"), "not_a_figure"),
        (Decimal("Infinity"), "not_a_figure"),
        (Decimal("0.0001"), "not_a_figure"),
        (1.5, "not_a_figure"),
        (5, "not_a_figure"),
        ("5", "not_a_figure"),
        (None, "missing_input"),
        (True, "not_a_figure"),
    ],
)
def test_figure_that_cannot_be(cast: Cast, value: Any, code: str) -> None:
    found, values = refusal(declare, **by_newcomer(cast, figures(value)))
    assert (found, values["input"]) == (code, "semiconductor_sales")


@pytest.mark.parametrize("text", ["0", "0.001", "9999999999999999.999", "741300000"])
def test_figure_is_kept_exactly(cast: Cast, text: str) -> None:
    declaration = declare(**by_newcomer(cast, figures(Decimal(text))))
    assert declaration.figures.get().value == Decimal(text)


@pytest.mark.parametrize(
    ("changes", "code", "values"),
    [
        ({"values": {}}, "missing_input", {"input": "semiconductor_sales"}),
        (
            {"values": {"other": Decimal(1)}},
            "several",
            {"missing_input": "semiconductor_sales", "unknown_input": "other"},
        ),
        ({"levy": "x"}, "unknown_levy", {"levy": "x", "choices": ["dues", "fee"]}),
        (
            {"period_starts_on": date(2026, 1, 2)},
            "no_such_period",
            {"levy": "dues", "on": date(2026, 1, 2), "nearest": PERIOD},
        ),
        (
            {"period_starts_on": NEXT},
            "round_not_open",
            {"levy": "dues", "opens_on": date(2026, 11, 2)},
        ),
        (
            {"period_starts_on": date(2024, 1, 1)},
            "no_charter_in_force",
            {"consortium": "alliance", "on": date(2024, 1, 1)},
        ),
        ({"correction": True}, "nothing_to_correct", {"levy": "dues", "period": PERIOD}),
    ],
)
def test_declaration_that_cannot_be(
    cast: Cast, changes: dict[str, Any], code: str, values: dict[str, Any]
) -> None:
    given = figures(Decimal(1), **changes)
    assert refusal(declare, **by_newcomer(cast, given)) == (code, values)


def test_declaration_for_another_member_is_denied(cast: Cast) -> None:
    given = by_newcomer(cast, figures(Decimal(1)), by=cast.people["rival"])
    with pytest.raises(Denied):
        declare(**given)
    with pytest.raises(Denied):
        declare(**{**given, "by": cast.people["secretary"]})
    outsider = {"by": cast.people["outsider"], "member": cast.members["newcomer"]}
    with pytest.raises(Denied):
        declare(**{**given, **outsider})


def test_member_that_does_not_owe_the_levy(cast: Cast) -> None:
    cast.members["newcomer"].terms.update(category="guest")
    assert refusal(declare, **by_newcomer(cast, figures(Decimal(1)))) == (
        "not_liable",
        {"member": "Newcomer Ltd", "levy": "dues"},
    )


def test_versions(cast: Cast) -> None:
    first = declare(**by_newcomer(cast, figures(Decimal(1))))
    assert refusal(declare, **by_newcomer(cast, figures(Decimal(2))))[0] == "already_declared"
    second = declare(**by_newcomer(cast, figures(Decimal(3), correction=True)))
    assert [first.version, second.version] == [1, 2]
    advance(consortium=cast.consortium, to=date(2026, 3, 3))
    assert Assessment.objects.get(declaration=second).inputs == {"semiconductor_sales": "3.000"}
    third = declare(**by_newcomer(cast, figures(Decimal(400000000), correction=True)))
    advance(consortium=cast.consortium, to=date(2026, 3, 4))
    trued_up = Assessment.objects.get(declaration=third)
    assert (trued_up.version, trued_up.amount) == (2, Decimal(4000000))
    assert trued_up.charges.get().amount == Decimal(3000000)


@pytest.mark.parametrize(
    ("signed_by", "paper_on"),
    [("", TODAY), ("  ", TODAY), ("Wang", None), ("Wang", date(2026, 3, 3))],
)
def test_paper_that_is_incomplete(cast: Cast, signed_by: str, paper_on: date | None) -> None:
    given = by_newcomer(cast, figures(Decimal(1)), by=cast.people["finance"])
    code, values = refusal(enter_declaration, **given, signed_by=signed_by, paper_on=paper_on)
    assert (code, values) == ("paper_incomplete", {"paper_on": paper_on})


def test_paper_is_entered_on_a_members_behalf(cast: Cast) -> None:
    given = by_newcomer(cast, figures(Decimal(1), grade=Grade.CERTIFIED), by=cast.people["finance"])
    entered = enter_declaration(**given, signed_by=" Wang ", paper_on=date(2026, 2, 1))
    assert (entered.channel, entered.signed_by, entered.paper_on, entered.grade) == (
        "paper",
        "Wang",
        date(2026, 2, 1),
        "certified",
    )
    assert (entered.attested_by, entered.declared_on) == (cast.people["finance"], TODAY)


# The database behind it


def raw(call: Callable[[], Any]) -> str:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        call()
    return str(refused.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def copied(row: Any, **changes: Any) -> Callable[[], None]:
    """Return how to insert a row once more, changed."""

    def insert() -> None:
        again = type(row).objects.get(pk=row.pk)
        again.pk, again._state.adding = None, True
        if hasattr(again, "uid"):
            again.uid = type(row)._meta.get_field("uid").get_default()
        for name, value in changes.items():
            setattr(again, name, value)
        again.save(force_insert=True)

    return insert


def test_database_refuses_what_was_done_before(cast: Cast) -> None:
    charge = cast.charge("payer")
    assessment, transfer = charge.assessment, charge.transfers.get()
    declaration = assessment.declaration
    figure = declaration.figures.get()
    assert [
        raw(copied(declaration)),
        raw(copied(declaration, version=9, period_ends_on=PERIOD)),
        raw(copied(declaration, version=9, channel="paper")),
        raw(copied(figure)),
        raw(copied(figure, input="x", value=-1)),
        raw(copied(assessment)),
        raw(copied(assessment, version=9, amount=-1)),
        raw(copied(charge, number="x")),
        raw(copied(charge, instalment=2)),
        raw(copied(charge, instalment=2, number="x", amount=0)),
        raw(copied(transfer)),
        raw(copied(Round.objects.filter(consortium=cast.consortium).first())),
    ] == [
        "funding_declaration_version",
        "funding_declaration_period",
        "funding_declaration_paper",
        "funding_figure_once",
        "funding_figure_value",
        "funding_assessment_once",
        "funding_assessment_amount",
        "funding_charge_instalment",
        "funding_charge_number",
        "funding_charge_amount",
        "funding_transfer_once",
        "funding_round_once",
    ]


# At once


def in_thread(work: Callable[[], Any]) -> tuple[Thread, list[Any]]:
    """Run something on a connection of its own; the list receives its outcome."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(work())
        except DomainError as error:
            outcome.append(error.code)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread, outcome


@pytest.mark.django_db(transaction=True)
def test_correction_during_the_assessment_waits_and_is_trued_up() -> None:
    consortium = small("small", levy(anchor="2025-01-01"), members="a")
    advance(consortium=consortium, to=date(2025, 2, 1))
    declared(consortium, "a", "100000000", period=date(2025, 1, 1), on=date(2025, 2, 1))
    waiting = Event()

    def correct() -> Declaration:
        waiting.set()
        return declared(
            consortium, "a", "200000000", period=date(2025, 1, 1), on=date(2025, 2, 15),
            correction=True,
        )  # fmt: skip

    with transaction.atomic():
        assess(round=Round.objects.get(), by=None, on=date(2025, 2, 15))
        thread, outcome = in_thread(correct)
        waiting.wait(5)
        thread.join(0.5)
        assert outcome == [], "the correction waits for the assessment"
    thread.join(10)
    assert [str(each) for each in outcome] == ["a · dues 2025-01-01"]
    assert Declaration.objects.count() == 2
    assess(round=Round.objects.get(), by=None, on=date(2025, 2, 16))
    assert list(Charge.objects.order_by("pk").values_list("amount", flat=True)) == [
        Decimal(1000000), Decimal(1000000)]  # fmt: skip
    assert list(verify(consortium=consortium)) == []


@pytest.mark.django_db(transaction=True)
def test_two_declarations_at_once_are_one() -> None:
    consortium = small("small", levy(anchor="2025-01-01"), members="a")

    def work() -> Declaration:
        return declared(consortium, "a", "1", period=date(2025, 1, 1), on=date(2025, 1, 1))

    threads = [in_thread(work) for _ in range(4)]
    for thread, _ in threads:
        thread.join(20)
    outcomes = [str(outcome[0])[:9] for _, outcome in threads]
    assert sorted(outcomes) == ["a · dues ", "already_d", "already_d", "already_d"]


@pytest.mark.django_db(transaction=True)
def test_ticks_at_once_charge_once_and_without_gaps() -> None:
    consortium = small(
        "small",
        fee(anchor="2024-01-01"),
        fee("second", anchor="2024-01-01"),
        levy(anchor="2024-01-01"),
        members="abcdef",
    )
    for name in "abcdef":
        declared(consortium, name, "123456789", period=date(2024, 1, 1), on=date(2024, 1, 1))

    def work() -> str:
        advance(consortium=type(consortium).objects.get(pk=consortium.pk), to=date(2024, 3, 1))
        return "done"

    threads = [in_thread(work) for _ in range(4)]
    for thread, _ in threads:
        thread.join(60)
    assert [outcome for _, outcome in threads] == [["done"]] * 4
    numbers = Charge.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"2024-{n:05d}" for n in range(1, 19)]
    assert list(verify(consortium=consortium)) == []
    consortium.refresh_from_db()
    assert consortium.advanced_to == date(2024, 3, 1)


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_after_a_rollback() -> None:
    consortium = small("small", fee(anchor="2024-01-01"), members="ab")
    charging = Round.objects.filter(levy="fee")
    advance(consortium=consortium, to=date(2023, 12, 31))
    due_round = Round.objects.create(
        consortium=consortium, levy="fee", starts_on=date(2024, 1, 1), ends_on=date(2025, 1, 1),
        opened_on=date(2024, 1, 1),
    )  # fmt: skip
    with transaction.atomic():
        assert assess(round=due_round, by=None, on=date(2024, 1, 1)).written == 2
        transaction.set_rollback(True)
    assert Charge.objects.count() == 0
    assess(round=charging.get(), by=None, on=date(2024, 1, 1))
    numbers = Charge.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == ["2024-00001", "2024-00002"]
