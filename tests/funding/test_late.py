"""Late interest and fees: what is counted, charged once, and where it is booked."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consortium.errors import DomainError
from consortium.models import Consortium
from consortium.operations.advance import advance
from consortium.reports.verify import verify
from consortium.rules.schema import InvalidDocument, parse
from consortium.states import Role
from funding.models import Assessment, Charge, DunningStep, Payment
from funding.operations import ledger
from funding.operations.late import NotForLate, charge_late
from funding.operations.ledger import Leg, transfer
from funding.operations.rates import ReferenceKnown, ReferenceOutOfRange, record_reference_rate
from funding.papers.request import payment_requests
from funding.reports.late import ReferenceMissing
from funding.rules.dues import Levy, UnknownLevy
from funding.rules.engine import steps_from_trace
from funding.states import AccountKind
from funding.words import explanation
from tests.cast import appointed
from tests.factories.ledgers import balances, fee, small
from tests.funding.test_papers import pages
from tests.snapshot import built_once

YEAR = date(2025, 1, 1)
DUE = date(2025, 2, 1)
DAY = timedelta(days=1)
RATE = {"rate": "base", "label": {"en": "base rate", "zh": "基准利率"}}

pytestmark = pytest.mark.django_db


def overdue(code: str, rule: list[Any], **changes: Any) -> dict[str, Any]:
    """Return a levy on late charges."""
    return {
        "code": code,
        "label": {"en": code.title()},
        "categories": ["member"],
        "unit": "USD",
        "trigger": {"kind": "overdue"},
        "calendar": {"due": {"days": 14}},
        "rule": rule,
        **changes,
    }


def interest(**changes: Any) -> dict[str, Any]:
    """Return nine points above the base rate, for each day of 365."""
    percent = [{"add": {"rate": "1", "of": "reference"}}, {"add": {"const": "9"}}]
    rule = [
        {"add": {"rate": "1", "of": "overdue_days"}},
        {"times": {"rate": "0.01", "of": "percent"}},
        {"prorate": {"part": "1", "out_of": "365"}},
    ]
    derived = {"percent": {"kind": "quantity", "label": {"en": "interest"}, "rule": percent}}
    return overdue("interest", rule, **{"derived": derived, "reference": RATE, **changes})


FLAT = overdue("reminder_fee", [{"add": {"const": "25"}}])


@pytest.fixture
@built_once
def late() -> Charge:
    """Return a charge of 36,500 due on 1 February 2025, and the base rate."""
    rules = fee("dues", "36500", anchor="2025-01-01")
    consortium = small("small", rules, interest(), FLAT, members="a")
    advance(consortium=consortium, to=YEAR)
    record_reference_rate(consortium=consortium, rate="base", starts_on=YEAR,
                          percent=Decimal("1"), by=None, on=YEAR)  # fmt: skip
    return Charge.objects.get()


def step(charge: Charge, on: date, level: str = "first", position: int = 1) -> DunningStep:
    return DunningStep.objects.create(
        consortium=charge.consortium, member=charge.member, charge=charge, level=level,
        position=position, on=on, amount=charge.amount, unit=charge.unit,
    )  # fmt: skip


def pay(charge: Charge, amount: str, *, paid_on: date, on: date) -> str:
    """Book and match a payment as the desk does; returns the match's key."""
    amount_, consortium = Decimal(amount), charge.consortium
    made = Payment.objects.create(
        consortium=consortium, reference=str(paid_on), amount=amount_, unit=charge.unit,
        paid_on=paid_on, booked_on=on,
    )  # fmt: skip
    kind, own = AccountKind, (charge.member, charge)
    received = Leg(kind.BANK, kind.UNASSIGNED, amount_, payment=made)
    transfer(consortium=consortium, unit=charge.unit, key=f"payment:{made.uid}", on=on,
             legs=[received])  # fmt: skip
    key = f"match:{made.uid}:1"
    legs = [
        Leg(kind.UNASSIGNED, kind.ON_ACCOUNT, amount_, charge.member),
        Leg(kind.ON_ACCOUNT, kind.RECEIVABLE, amount_, *own),
    ]
    transfer(consortium=consortium, unit=charge.unit, key=key, on=on, legs=legs)
    return key


def charged(levy: str = "interest") -> list[tuple[date, date, str]]:
    rows = Assessment.objects.filter(levy=levy).order_by("period_starts_on")
    return [(each.period_starts_on, each.period_ends_on, str(each.amount)) for each in rows]


def test_interest_is_charged_once_from_the_due_day(late: Charge) -> None:
    on = DUE + 30 * DAY
    taken = step(late, on)
    charge_late(step=taken, levy_code="interest", on=on)
    charge_late(step=taken, levy_code="interest", on=on)
    assert charged() == [(DUE, on, "300.000")]
    made = Charge.objects.get(levy="interest")
    assert (made.amount, made.due_on, made.instalment) == (300, on + 14 * DAY, 1)
    assert made.assessment.subject == late.uid
    assert made.assessment.inputs == {
        "overdue_days": "1095000.000", "reference": "1.0000"}  # fmt: skip
    assert balances(late.consortium)["late_income  USD"] == -300
    assert balances(late.consortium)["receivable a USD"] == 36800
    assert list(verify(consortium=late.consortium)) == []


def test_the_next_level_counts_on_where_the_last_one_ended(late: Charge) -> None:
    charge_late(step=step(late, DUE + 30 * DAY), levy_code="interest", on=DUE + 30 * DAY)
    pay(late, "18250", paid_on=DUE + 40 * DAY, on=DUE + 45 * DAY)
    again = step(late, DUE + 60 * DAY, "second", 2)
    charge_late(step=again, levy_code="interest", on=DUE + 60 * DAY)
    # Ten days on 36,500 and, from the day it was paid, twenty on the half.
    assert charged()[1:] == [(DUE + 30 * DAY, DUE + 60 * DAY, "200.000")]


def test_a_match_undone_counts_as_if_it_had_never_been(late: Charge) -> None:
    key = pay(late, "36500", paid_on=DUE + 5 * DAY, on=DUE + 6 * DAY)
    ledger.reverse(consortium=late.consortium, key=key, on=DUE + 20 * DAY)
    on = DUE + 30 * DAY
    charge_late(step=step(late, on), levy_code="interest", on=on)
    assert charged() == [(DUE, on, "300.000")]


def test_what_comes_to_nothing_is_not_charged(late: Charge) -> None:
    pay(late, "36500", paid_on=DUE, on=DUE + 3 * DAY)
    charge_late(step=step(late, DUE + 30 * DAY), levy_code="interest", on=DUE + 30 * DAY)
    assert charged() == []


def test_a_fee_is_charged_with_each_level_but_not_on_a_fee(late: Charge) -> None:
    for number in (1, 2):
        on = DUE + 30 * number * DAY
        charge_late(step=step(late, on, f"level_{number}", number), levy_code="reminder_fee", on=on)
    assert [amount for *_, amount in charged("reminder_fee")] == ["25.000", "25.000"]
    own = Charge.objects.filter(levy="reminder_fee")[0]
    charge_late(step=step(own, DUE + 90 * DAY), levy_code="reminder_fee", on=DUE + 90 * DAY)
    charge_late(step=step(late, DUE, "early", 3), levy_code="interest", on=DUE)
    assert (len(charged("reminder_fee")), charged()) == (2, [])


def test_days_of_grace_are_not_counted() -> None:
    grace = interest(trigger={"kind": "overdue", "after_days": 10})
    consortium = small("small", fee("dues", "36500", anchor="2025-01-01"), grace, members="a")
    advance(consortium=consortium, to=YEAR)
    made = Charge.objects.get()
    on = DUE + 30 * DAY
    with pytest.raises(ReferenceMissing) as refused:
        charge_late(step=step(made, on), levy_code="interest", on=on)
    assert (refused.value.values["rate"].en, refused.value.values["on"]) == (
        "base rate", DUE + 10 * DAY)  # fmt: skip
    for starts_on, percent in ((YEAR, "1"), (DUE + 11 * DAY, "50")):
        record_reference_rate(consortium=consortium, rate="base", starts_on=starts_on,
                              percent=Decimal(percent), by=None, on=YEAR)  # fmt: skip
    charge_late(step=DunningStep.objects.get(), levy_code="interest", on=on)
    assert charged() == [(DUE + 10 * DAY, on, "200.000")]


def test_only_levies_on_late_charges_are_charged(late: Charge) -> None:
    taken = step(late, DUE + DAY)
    with pytest.raises(NotForLate):
        charge_late(step=taken, levy_code="dues", on=DUE + DAY)
    with pytest.raises(UnknownLevy):
        charge_late(step=taken, levy_code="absent", on=DUE + DAY)


def test_it_has_no_rounds(late: Charge) -> None:
    consortium = late.consortium
    advance(consortium=consortium, to=DUE + 90 * DAY)
    assert set(consortium.rounds.values_list("levy", flat=True)) == {"dues"}


def test_it_is_explained(late: Charge) -> None:
    charge_late(step=step(late, DUE + 30 * DAY), levy_code="interest", on=DUE + 30 * DAY)
    made = Assessment.objects.get(levy="interest")
    levy = made.charter.rules("dues").levy("interest")
    from_trace = [line["label"] for line in explanation(steps_from_trace(made.trace), levy)]
    assert from_trace == [
        "open amounts added up day by day: 1,095,000",
        "base rate: 1",
        "interest: 10",
        "1.00 USD × open amounts added up day by day (1,095,000)",
        "times 0.1 (0.01 × interest, 10)",
        "pro rata, 1 of 365",
        "already a multiple of 0.01 USD",
    ]


def test_a_request_names_the_late_charge(late: Charge) -> None:
    charge_late(step=step(late, DUE + 30 * DAY), levy_code="interest", on=DUE + 30 * DAY)
    made = [late, Charge.objects.get(levy="interest")]
    text = " ".join(pages(payment_requests(made, language="en")))
    assert (
        text.count("It is charged because charge 2025-00001, due on February 1, 2025, is late.")
        == 1
    )


def test_staff_read_it_in_the_admin_and_over_rest(late: Charge, client: Client, api: Any) -> None:
    charge_late(step=step(late, DUE + 30 * DAY), levy_code="interest", on=DUE + 30 * DAY)
    made = Charge.objects.get(levy="interest")
    finance = appointed("finance", late.consortium, Role.FINANCE)
    client.force_login(finance)
    page = client.get(reverse("admin:funding_assessment_change", args=[made.assessment.pk]))
    assert "pro rata, 1 of 365" in page.content.decode()
    page = client.get(reverse("admin:funding_charge_change", args=[made.pk]))
    assert "1 of 1" in page.content.decode()
    found = api(finance).get(f"/api/v1/assessments/{made.assessment.uid}/").json()
    assert (found["subject"], found["explanation"][1]["label"]) == (str(late.uid), "base rate: 1")
    assert api(finance).get(f"/api/v1/charges/{made.uid}/").json()["instalments"] == 1
    draft = reverse("admin:consortium_charter_change", args=[made.assessment.charter.pk])
    assert client.get(draft).status_code == 200


# Reference rates


def test_a_reference_rate_is_corrected_by_its_next_version(late: Charge) -> None:
    record = recorder(late.consortium)
    with pytest.raises(ReferenceKnown):
        record("2")
    assert record("2", correction=True).version == 2


@pytest.mark.parametrize("percent", ["-100", "1000", "1.00001"])
def test_an_absurd_reference_rate_is_refused(late: Charge, percent: str) -> None:
    with pytest.raises(ReferenceOutOfRange):
        recorder(late.consortium)(percent, correction=True)


def recorder(consortium: Consortium) -> Callable[..., Any]:
    def record(percent: str, **more: Any) -> Any:
        what = {"rate": "base", "starts_on": YEAR, "percent": Decimal(percent)}
        return record_reference_rate(consortium=consortium, **what, by=None, on=YEAR, **more)

    return record


# What a charter may say


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"issue": "confirmed"}, "issue", "not_when_late"),
        ({"inputs": {"x": {"kind": "count", "label": {"en": "x"}}}}, "inputs.x", "unused_input"),
        ({"instalments": [{"due": [{"days": 1}, {"days": 2}]}]}, "instalments", "not_when_late"),
        ({"calendar": {"opens": {}, "due": {}}}, "calendar.opens", "not_when_late"),
        ({"reference": None}, "reference", "reference_unnamed"),
        ({"trigger": {"kind": "admission"}}, "reference", "only_when_late"),
    ],
)
def test_what_only_rounds_have_is_refused(changes: dict[str, Any], path: str, code: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        parse(Levy, interest(**changes))
    assert (path, code) in [(each.path, each.code) for each in refused.value.errors]


def test_other_levies_know_nothing_of_late_charges() -> None:
    body = fee(rule=[{"add": {"rate": "1", "of": "overdue_days"}}])
    body["trigger"]["anchor"] = YEAR
    with pytest.raises(DomainError) as refused:
        parse(Levy, body)
    assert isinstance(refused.value, InvalidDocument)
    assert [each.code for each in refused.value.errors] == ["not_an_input"]
