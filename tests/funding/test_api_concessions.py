"""Concessions and payment plans over REST: who asks, who decides, who reads."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from funding.models import Concession, CreditNote, PaymentPlan
from tests.factories.forgiveness import TODAY, Alliance, alliance
from tests.funding.test_plans import granted, plan_of

NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
PATH, PLANS = "/api/v1/concessions/", "/api/v1/payment-plans/"


@pytest.fixture
def made(db: None, time_machine: Any) -> Alliance:
    time_machine.move_to(NOON, tick=True)
    return alliance()


@pytest.fixture
def client(made: Alliance, api: Any) -> Any:
    return lambda name: api(made.people[name])


def proposed(made: Alliance, **changes: Any) -> dict[str, Any]:
    return {
        "member": str(made.members["a"].uid),
        "kind": "waiver",
        "charge": str(made.charge().uid),
        "amount": "1500.00",
        "reason": "A hard year",
        **changes,
    }


def test_finance_proposes_and_the_second_person_grants(made: Alliance, client: Any) -> None:
    answer = client("finance").post(PATH, proposed(made))
    assert answer.status_code == 201
    row = answer.json()
    assert (row["state"], row["amount"], row["unit"]) == ("waiting", "1500.00", "USD")
    for name, code, status in (
        ("finance", "same_person_grants", 422),
        ("colleague", "wrong_granter", 422),
        ("auditor", "granted", 200),
        ("auditor", "already_answered", 409),
    ):
        answer = client(name).post(f"{PATH}{row['uid']}/grant/")
        assert answer.status_code == status, answer.json()
        assert answer.json().get("state") == code or answer.json()["code"] == code
    answer = client("auditor").post(f"{PATH}{row['uid']}/revoke/")
    assert answer.json()["state"] == "revoked"
    assert made.open() == 5000


def test_a_member_asks_for_a_waiver_and_reads_its_own(made: Alliance, client: Any) -> None:
    ask = {"charge": str(made.charge().uid), "amount": "800.00", "reason": "A hard year"}
    row = client("a").post(f"{PATH}ask/", ask).json()
    assert row["state"] == "waiting"
    assert client("b").post(f"{PATH}ask/", ask).json()["errors"][0]["path"] == "charge"
    assert client("finance").post(f"{PATH}ask/", ask).json()["code"] == "denied"
    assert client("a").post(f"{PATH}{row['uid']}/grant/").json()["code"] == "denied"
    refused = client("finance").post(f"{PATH}{row['uid']}/refuse/", {"refusal": "Pay, please"})
    assert refused.json()["state"] == "refused"
    assert client("a").get(f"{PATH}{row['uid']}/").json()["refusal"] == "Pay, please"
    made.propose("write_off", "5")
    waiting = made.propose()
    found = client("a").get(PATH).json()["results"]
    assert {each["kind"] for each in found} == {"waiver", "write_off"}
    assert len(found) == 2
    assert client("a").get(f"{PATH}{waiting.uid}/").status_code == 404
    assert client("b").get(PATH).json()["results"] == []
    assert client("b").get(f"{PATH}{row['uid']}/").status_code == 404


@pytest.mark.parametrize("name", ["a", "secretary", "auditor", "accountant"])
def test_others_than_finance_propose_nothing(made: Alliance, client: Any, name: str) -> None:
    """An accountant or a secretary sees the member, but not its secret charge."""
    without = {"charge": None, "kind": "credit", "unit": "USD", "levy": "fee"}
    body = {key: value for key, value in proposed(made, **without).items() if value}
    answer = client(name).post(PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "denied")
    assert not Concession.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": "5000.01"}, "concession_exceeds_open"),
        ({"amount": "-1"}, "concession_not_positive"),
        ({"amount": "0.001"}, "finer_than_unit"),
        ({"unit": "EUR"}, "concession_in_other_unit"),
        ({"amount": "much"}, "invalid"),
        ({"kind": "gift"}, "invalid"),
        ({"charge": str(uuid4())}, "invalid"),
        ({"reason": ""}, "invalid"),
        ({"kind": "refund"}, "takes_no_charge"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(
    made: Alliance, client: Any, changes: dict[str, Any], code: str
) -> None:
    answer = client("finance").post(PATH, proposed(made, **changes))
    assert answer.json()["code"] == code
    assert answer.status_code in (400, 422)
    assert not Concession.objects.exists()


def test_a_retried_request_forgives_once(made: Alliance, api: Any) -> None:
    client = api(made.people["finance"], **{"Idempotency-Key": "once"})
    for _again in range(2):
        assert client.post(PATH, proposed(made, amount="700.00")).status_code == 201
    assert made.open() == 4300


def test_a_credit_note_tells_its_concession(made: Alliance, client: Any) -> None:
    body = proposed(made, kind="credit", amount="30.00")
    row = client("finance").post(PATH, body).json()
    note = CreditNote.objects.get()
    assert row["credit_note"] == str(note.uid)
    seen = client("a").get(f"/api/v1/credit-notes/{note.uid}/").json()
    assert (seen["concession"], seen["assessment"]) == (row["uid"], None)
    assert client("b").get(f"/api/v1/credit-notes/{note.uid}/").status_code == 404


def test_a_member_asks_for_a_plan_from_a_proposal(made: Alliance, client: Any) -> None:
    charge = made.charge()
    asked = f"{PLANS}proposal/?charge={charge.uid}&instalments=3"
    found = client("a").get(asked).json()
    assert found == {
        "unit": "USD",
        "open": "5000.00",
        "instalments": [
            {"due_on": "2024-04-01", "amount": "1666.68"},
            {"due_on": "2024-05-01", "amount": "1666.66"},
            {"due_on": "2024-06-01", "amount": "1666.66"},
        ],
    }
    body = {
        "charges": [str(charge.uid)],
        "instalments": found["instalments"],
        "reason": "Short",
    }
    row = client("a").post(PLANS, body).json()
    assert row["state"] == "waiting"
    assert client("a").post(f"{PLANS}{row['uid']}/grant/").json()["code"] == "denied"
    assert client("auditor").post(f"{PLANS}{row['uid']}/grant/").json()["state"] == "running"
    made.pay("2000")
    paid = [each["paid"] for each in client("a").get(PLANS).json()["results"][0]["instalments"]]
    assert paid == ["1666.68", "333.32", "0.00"]
    assert client("a").get(asked).json()["code"] == "already_planned"
    assert client("b").get(PLANS).json()["results"] == []
    assert client("a").post(f"{PLANS}{row['uid']}/cancel/").json()["code"] == "denied"
    assert client("finance").post(f"{PLANS}{row['uid']}/cancel/").json()["state"] == "cancelled"


def test_what_is_open_of_anothers_charge_is_not_told(made: Alliance, client: Any) -> None:
    """Also where the levy is open to all members: what was paid of it is not."""
    hidden = made.charge("a")
    for name in ("b", "secretary"):
        own = client(name).get(f"{PLANS}proposal/?charge={hidden.uid}&instalments=3")
        absent = client(name).get(f"{PLANS}proposal/?charge={uuid4()}&instalments=3")
        assert (own.status_code, own.content) == (404, absent.content)
    wrong = client("a").get(f"{PLANS}proposal/?charge={'-' * 36}&instalments=3")
    assert wrong.status_code == 404
    assert client("a").get(f"{PLANS}proposal/?charge=x&instalments=1").status_code == 400


def test_a_plan_that_does_not_add_up_is_refused(made: Alliance, client: Any) -> None:
    due = [{"due_on": "2024-04-01", "amount": "1.00"}, {"due_on": "2024-05-01", "amount": "2.00"}]
    body = {"charges": [str(made.charge().uid)], "instalments": due, "reason": "Short"}
    answer = client("a").post(PLANS, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "instalments_differ")
    assert "5,000" in answer.json()["detail"]
    assert not PaymentPlan.objects.exists()


@pytest.mark.parametrize("path", [PATH, PLANS])
def test_a_list_takes_as_many_queries_for_many_rows(
    made: Alliance, client: Any, path: str, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for name in ("a", "b"):
        made.propose(name=name)
        made.propose("credit", "5", name=name)
        granted(made, name=name)
        plan_of(made, name=name, levies=["lab"])
        with django_assert_max_num_queries(30) as asked:
            rows = client("finance").get(path).json()["results"]
        counts.append(len(asked))
    assert len(rows) == 4
    assert counts[0] == counts[1]
    assert made.open() == Decimal(4995)
