"""Concessions and payment plans in the admin: proposed, decided by another, shown."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from funding.models import Concession, CreditNote, PaymentPlan
from tests.factories.forgiveness import TODAY, Alliance, alliance
from tests.funding.test_plans import granted, plan_of

NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)


@pytest.fixture
def made(db: None, time_machine: Any) -> Alliance:
    time_machine.move_to(NOON, tick=True)
    return alliance()


def at(client: Client, made: Alliance, name: str) -> Client:
    client.force_login(made.people[name])
    return client


def page(row: Any, what: str = "change") -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{what}", args=[row.pk])


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


ADD = "/admin/funding/concession/add/"
PLAN = "/admin/funding/paymentplan/add/"


def test_a_waiver_from_the_charges_page_to_the_second_person(
    made: Alliance, client: Client
) -> None:
    charge = made.charge()
    at(client, made, "finance")
    address = f"{ADD}?charge={charge.pk}"
    assert address in text_of(client, page(charge))
    assert charge.number in text_of(client, address)
    sent = {"kind": "waiver", "charge": charge.pk, "amount": "1,234.50", "reason": "A hard year"}
    row_of = {"Location": client.post(address, sent).headers.get("Location")}
    row = Concession.objects.get()
    assert row_of["Location"] == page(row)
    own = text_of(client, page(row))
    assert "You have proposed it. Another person decides: Auditor." in own
    assert page(row, "grant") not in own
    assert "1,234.50 USD" in text_of(client, page(charge))
    assert at(client, made, "secretary").get(page(row)).status_code == 404
    at(client, made, "auditor")
    assert page(row) in text_of(client, "/admin/funding/concession/?decision=mine")
    assert page(row, "grant") in text_of(client, page(row))
    client.post(page(row, "grant"))
    row.refresh_from_db()
    assert row.granted
    done = text_of(client, page(row))
    assert f"concession:{row.uid}/0" in done
    client.post(page(row, "revoke"))
    assert "Taken back" in text_of(client, page(row))
    assert made.open() == 5000


def test_a_refund_and_a_credit_from_the_members_page(made: Alliance, client: Client) -> None:
    member = made.members["a"]
    at(client, made, "finance")
    assert f"{ADD}?member={member.pk}" in text_of(client, page(member))
    shared = {"member": member.pk, "reason": "Paid twice", "amount": "40"}
    client.post(ADD, {**shared, "kind": "credit", "levy": "fee"})
    note = CreditNote.objects.get()
    assert "40.00 USD" in text_of(client, page(note))
    assert page(note.concession) in text_of(client, page(note))
    assert note.number in text_of(client, page(member))
    assert note.number in text_of(client, "/admin/funding/creditnote/")
    refused = client.post(ADD, {**shared, "kind": "refund", "amount": "40.01"}).content.decode()
    assert "is more than stands on the member" in refused
    client.post(ADD, {**shared, "kind": "refund", "bank_reference": "RF-9"})
    assert made.credit() == 0
    wrong = client.post(ADD, {"kind": "refund", "amount": "1", "reason": "x"}).content.decode()
    assert "Choose a charge" in wrong


def test_refusing_takes_a_reason(made: Alliance, client: Client) -> None:
    row = made.propose()
    at(client, made, "auditor")
    assert client.post(page(row, "refuse"), {"refusal": ""}).status_code == 200
    client.post(page(row, "refuse"), {"refusal": "Not this year"})
    assert "Not this year" in text_of(client, page(row))
    assert page(row) in text_of(client, "/admin/funding/concession/?decision=refused")


def test_instalments_are_suggested_changed_and_sent(made: Alliance, client: Client) -> None:
    charge = made.charge()
    at(client, made, "finance")
    address = f"{PLAN}?charge={charge.pk}"
    assert address in text_of(client, page(charge))
    assert "5,000.00 USD" in text_of(client, address)
    sent = {"charges": [charge.pk], "count": "3", "first_on": "2024-03-15", "reason": "Short"}
    suggested = client.post(address, sent).content.decode()
    assert "2024-03-15 1,666.68\n2024-04-15 1,666.66" in suggested
    assert not PaymentPlan.objects.exists()
    wrong = client.post(address, {**sent, "schedule": "tomorrow 5"}).content.decode()
    assert "Line 1 is not a day and an amount" in wrong
    changed = {**sent, "schedule": "2024-03-15 4,000\n\n2024-05-01 1000.00"}
    client.post(address, changed)
    plan = PaymentPlan.objects.get()
    assert "You have proposed it" in text_of(client, page(plan))
    at(client, made, "auditor")
    assert page(plan) in text_of(client, "/admin/funding/paymentplan/?decision=mine")
    client.post(page(plan, "grant"))
    made.pay("4100")
    shown = text_of(client, page(plan))
    assert "4,000.00 USD" in shown
    assert "100.00 USD" in shown
    assert "Paid" in shown
    assert page(plan, "cancel") not in shown
    at(client, made, "finance")
    assert str(plan.proposed_on.year) in text_of(client, page(made.members["a"]))
    client.post(page(plan, "cancel"))
    plan.refresh_from_db()
    assert plan.ended_on == TODAY


def test_a_plan_without_a_charge_chosen_first(made: Alliance, client: Client) -> None:
    at(client, made, "finance")
    assert "charges" not in client.get(PLAN).context["form"].fields
    sent = {"charge": made.charge().pk, "count": "2", "first_on": "2024-03-15", "reason": "Short"}
    schedule = "2024-03-15 2500\n2024-04-15 2500"
    client.post(PLAN, {**sent, "schedule": schedule})
    assert PaymentPlan.objects.get().instalments.count() == 2


def test_a_missed_plan_is_shown_as_broken(
    made: Alliance, client: Client, time_machine: Any
) -> None:
    plan = granted(made)
    plan_of(made, name="b")
    PaymentPlan.objects.filter(pk=plan.pk).update(ended_on=date(2024, 3, 25), end="broken")
    at(client, made, "auditor")
    assert "Broken: an instalment was missed" in text_of(client, page(plan))
    assert "Late" in text_of(client, page(plan))
    listed = text_of(client, "/admin/funding/paymentplan/")
    assert "Waits for a second person" in listed


@pytest.mark.parametrize("path", ["/admin/funding/concession/", "/admin/funding/paymentplan/"])
def test_a_list_takes_as_many_queries_for_many_rows(
    made: Alliance, client: Client, path: str, django_assert_max_num_queries: Any
) -> None:
    at(client, made, "finance")
    client.get(path)
    counts = []
    for name in ("a", "b"):
        made.propose(name=name)
        made.propose("credit", "5", name=name)
        plan_of(made, name=name)
        with django_assert_max_num_queries(60) as asked:
            client.get(path)
        counts.append(len(asked))
    assert counts[0] == counts[1]
