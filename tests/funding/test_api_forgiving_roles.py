"""Concessions and payment plans over REST, verb by verb: what each person is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from funding.models import Concession, PaymentPlan
from funding.operations.concessions import grant_concession, refuse_concession, request_waiver
from tests.cast import person
from tests.factories.forgiveness import SECTIONS, TODAY, Alliance, alliance
from tests.funding.test_plans import plan_of

NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
CONCESSIONS, PLANS = "/api/v1/concessions/", "/api/v1/payment-plans/"
PDF = b"%PDF-1.4\n%canary"
EVERYBODY = (
    "finance", "colleague", "accountant", "auditor", "secretary", "a", "b", "outsider", "nobody",
)  # fmt: skip
"""Finance has proposed; the accountant is the second person; `a` owes, `b` is a rival."""


@pytest.fixture
def made(db: None, time_machine: Any) -> Alliance:
    time_machine.move_to(NOON, tick=True)
    sections = deepcopy(SECTIONS)
    sections["governance"]["decides"]["approve_write_off"]["second"] = "accountant"
    found, other = alliance(sections=sections), alliance("other")
    found.people |= {"outsider": other.people["a"], "nobody": person("nobody")}
    found.people["elsewhere"] = other.people["finance"]
    return found


@pytest.fixture
def answers(made: Alliance, api: Any) -> Any:
    """Return what each person is answered to the same request, leaving nothing behind."""

    def ask(path: str, body: Any = None, *, method: str = "post") -> dict[str, str]:
        found = {}
        for name in EVERYBODY:
            with undone():
                given = getattr(api(made.people[name]), method)(path, deepcopy(body))
                found[name] = said(given)
        return found

    return ask


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def said(answer: Any) -> str:
    """Return an answer's code: of what is refused, else its status."""
    if answer.streaming:
        assert b"".join(answer.streaming_content) == PDF
    if answer.status_code < 300:
        return str(answer.status_code)
    problem = answer.json()
    paths = {each["path"] for each in problem.get("errors", [])}
    return "absent" if answer.status_code == 404 else (" ".join(sorted(paths)) or problem["code"])


def expected(other: str, **own: str) -> dict[str, str]:
    return dict.fromkeys(EVERYBODY, other) | own


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("minutes.pdf", PDF, "application/pdf")


# Reading


def test_who_reads_which_concession(made: Alliance, answers: Any) -> None:
    granted = grant_concession(concession=made.propose(), by=made.people["accountant"], on=TODAY)
    refused = refuse_concession(
        concession=made.propose("write_off"), refusal="No", by=made.people["accountant"], on=TODAY
    )
    asked = request_waiver(
        charge=made.charge(), amount=made.open(), reason="Please", by=made.people["a"], on=TODAY
    )
    staff = dict.fromkeys(("finance", "colleague", "accountant", "auditor"), "200")
    for row, own in ((made.propose(), {}), (granted, {"a": "200"}), (refused, {}),
                     (asked, {"a": "200"})):  # fmt: skip
        path = f"{CONCESSIONS}{row.uid}/"
        assert answers(path, method="get") == expected("absent", **staff, **own)
        assert set(answers(f"{path}paper/", method="get").values()) == {"absent"}, "it has none"


def test_who_reads_which_plan(made: Alliance, answers: Any) -> None:
    plan = plan_of(made)
    staff = dict.fromkeys(("finance", "colleague", "accountant", "auditor", "a"), "200")
    assert answers(f"{PLANS}{plan.uid}/", method="get") == expected("absent", **staff)


def test_lists_hold_what_each_may_read(made: Alliance, api: Any) -> None:
    made.propose()
    plan_of(made)
    for path, own in ((CONCESSIONS, 0), (PLANS, 1)):
        counts = {
            name: len(api(made.people[name]).get(path).json()["results"]) for name in EVERYBODY
        }
        staff = dict.fromkeys(("finance", "colleague", "accountant", "auditor"), 1)
        assert counts == dict.fromkeys(EVERYBODY, 0) | staff | {"a": own}


# Deciding


def test_who_decides_a_concession(made: Alliance, answers: Any) -> None:
    path = f"{CONCESSIONS}{made.propose().uid}/"
    wrong = {"colleague": "wrong_granter", "auditor": "wrong_granter"}
    both = {"finance": "same_person_grants", "accountant": "200"}
    assert answers(f"{path}grant/") == expected("absent", **wrong, **both)
    # Any of finance staff may say no.
    refusing = {**both, "colleague": "200", "auditor": "wrong_granter"}
    assert answers(f"{path}refuse/", {"refusal": "No"}) == expected("absent", **refusing)
    early = dict.fromkeys(("finance", "colleague", "accountant", "auditor"), "not_granted")
    assert answers(f"{path}revoke/") == expected("absent", **early)


def test_who_takes_a_concession_back(made: Alliance, answers: Any) -> None:
    row = grant_concession(concession=made.propose(), by=made.people["accountant"], on=TODAY)
    found = answers(f"{CONCESSIONS}{row.uid}/revoke/")
    assert found == expected(
        "absent", finance="same_person_grants", colleague="wrong_granter", auditor="wrong_granter",
        accountant="200", a="denied",
    )  # fmt: skip


def test_who_decides_a_plan(made: Alliance, answers: Any) -> None:
    path = f"{PLANS}{plan_of(made).uid}/"
    both = {"finance": "same_person_grants", "accountant": "200", "a": "denied"}
    wrong = {"colleague": "wrong_granter", "auditor": "wrong_granter"}
    assert answers(f"{path}grant/") == expected("absent", **both, **wrong)
    no = {**both, "colleague": "200", "auditor": "wrong_granter"}
    assert answers(f"{path}refuse/", {"refusal": "No"}) == expected("absent", **no)
    early = {"finance": "plan_not_running", "colleague": "plan_not_running"}
    denied = dict.fromkeys(("accountant", "auditor", "a"), "denied")
    assert answers(f"{path}cancel/") == expected("absent", **early, **denied)


@pytest.mark.parametrize("asker", ["finance", "a"])
def test_only_who_asked_for_a_plan_changes_or_withdraws_it(
    made: Alliance, answers: Any, asker: str
) -> None:
    path = f"{PLANS}{plan_of(made, by=asker).uid}/"
    others = {"finance": "not_the_asker", "colleague": "not_the_asker", "a": "not_the_asker"}
    denied = {"accountant": "denied", "auditor": "denied"}
    assert answers(f"{path}withdraw/") == expected("absent", **denied, **{**others, asker: "200"})
    body = {
        "reason": "Cash is shorter",
        "instalments": [
            {"due_on": "2024-04-01", "amount": "1000.00"},
            {"due_on": "2024-05-01", "amount": "4000.00"},
        ],
    }
    assert answers(f"{path}amend/", body) == expected(
        "absent", **denied, **{**others, asker: "201"}
    )


def test_a_changed_plan_takes_the_place_of_the_one_that_waited(made: Alliance, api: Any) -> None:
    plan, client = plan_of(made, by="a"), api(made.people["a"])
    half = [{"due_on": day, "amount": "2500.00"} for day in ("2024-04-01", "2024-05-01")]
    new = client.post(f"{PLANS}{plan.uid}/amend/", {"reason": "In two", "instalments": half})
    assert (new.status_code, new.json()["state"]) == (201, "waiting")
    assert [each["amount"] for each in new.json()["instalments"]] == ["2500.00", "2500.00"]
    old = client.get(f"{PLANS}{plan.uid}/").json()
    assert (old["state"], old["ended_on"], old["decided_by"]) == (
        "withdrawn", TODAY.isoformat(), None,
    )  # fmt: skip
    late = api(made.people["accountant"]).post(f"{PLANS}{plan.uid}/grant/")
    assert late.json()["code"] == "already_answered"
    wrong = {"reason": "x", "instalments": [{**each, "amount": "1.00"} for each in half]}
    refused = client.post(f"{PLANS}{new.json()['uid']}/amend/", wrong)
    assert refused.json()["code"] == "instalments_differ"
    assert client.get(f"{PLANS}{new.json()['uid']}/").json()["state"] == "waiting"
    assert client.get(PLANS, {"open": "true"}).json()["results"][0]["uid"] == new.json()["uid"]


# Asking


def test_who_proposes(made: Alliance, answers: Any) -> None:
    body = {"kind": "credit", "amount": "5.00", "unit": "USD", "levy": "fee", "reason": "x",
            "member": str(made.members["a"].uid)}  # fmt: skip
    absent = {"outsider": "member", "nobody": "member"}
    assert answers(CONCESSIONS, body) == expected(
        "denied", finance="201", colleague="201", **absent
    )
    ask = {"charge": str(made.charge().uid), "amount": "800.00", "reason": "x"}
    unseen = dict.fromkeys(("b", "outsider", "nobody", "secretary"), "charge")
    assert answers(f"{CONCESSIONS}ask/", ask) == expected("denied", a="201", **unseen)
    plan = {
        "charges": [str(made.charge().uid)], "reason": "x",
        "instalments": [{"due_on": day, "amount": "2500.00"}
                        for day in ("2024-04-01", "2024-05-01")],
    }  # fmt: skip
    hidden = dict.fromkeys(unseen, "charges.0")
    assert answers(PLANS, plan) == expected(
        "denied", finance="201", colleague="201", a="201", **hidden
    )
    proposal = f"{PLANS}proposal/?charge={made.charge().uid}&instalments=2"
    staff = dict.fromkeys(("finance", "colleague", "accountant", "auditor", "a"), "200")
    assert answers(proposal, method="get") == expected("absent", **staff)


def test_of_another_consortium_and_of_none_everything_is_absent(
    made: Alliance, answers: Any, api: Any
) -> None:
    waiting, plan = made.propose(), plan_of(made)
    client = api(made.people["elsewhere"])
    for base, uid, verbs in (
        (CONCESSIONS, waiting.uid, ("grant", "refuse", "revoke")),
        (PLANS, plan.uid, ("grant", "refuse", "cancel", "amend", "withdraw")),
    ):
        for verb in verbs:
            assert client.post(f"{base}{uid}/{verb}/", {"refusal": "No"}).status_code == 404
            assert set(answers(f"{base}{uuid4()}/{verb}/").values()) == {"absent"}
    assert Concession.objects.get().decided_on is None
    assert PaymentPlan.objects.get().decided_on is None


# Papers


def test_a_paper_is_filed_with_the_concession_and_read_by_who_reads_it(
    made: Alliance, api: Any, answers: Any
) -> None:
    body = {"member": str(made.members["a"].uid), "kind": "waiver", "amount": "800.00",
            "charge": str(made.charge().uid), "reason": "Minutes of 1 March"}  # fmt: skip
    client = api(made.people["finance"])
    row = client.post(CONCESSIONS, {**body, "scan": scan()}, format="multipart")
    assert row.status_code == 201, row.json()
    path = row.json()["paper"]
    assert b"".join(client.get(path).streaming_content) == PDF
    staff = dict.fromkeys(("finance", "colleague", "accountant", "auditor", "a"), "200")
    assert answers(path, method="get") == expected("absent", **staff)
    text = SimpleUploadedFile("a.pdf", b"no paper", "application/pdf")
    wrong = client.post(CONCESSIONS, {**body, "scan": text}, format="multipart")
    assert wrong.json()["code"] == "file_type_refused"
    beyond = client.post(
        CONCESSIONS, {**body, "amount": "9000", "scan": scan()}, format="multipart"
    )
    assert beyond.json()["code"] == "concession_exceeds_open"
    assert made.consortium.documents.count() == 1


def test_a_member_asks_with_a_paper(made: Alliance, api: Any) -> None:
    ask = {"charge": str(made.charge().uid), "amount": "800.00", "reason": "x", "scan": scan()}
    row = api(made.people["a"]).post(f"{CONCESSIONS}ask/", ask, format="multipart").json()
    assert b"".join(api(made.people["a"]).get(row["paper"]).streaming_content) == PDF
    assert api(made.people["b"]).get(row["paper"]).status_code == 404


def test_the_proof_of_a_payment_is_read_by_who_reads_the_notice(
    made: Alliance, api: Any, answers: Any
) -> None:
    told = {"member": str(made.members["a"].uid), "amount": "5.00", "unit": "USD",
            "paid_on": "2024-02-28"}  # fmt: skip
    client, base = api(made.people["a"]), "/api/v1/payment-notices/"
    assert client.post(base, {**told, "amount": "6.00"}).json()["proof"] is None
    row = client.post(base, {**told, "proof": scan()}, format="multipart").json()
    assert b"".join(client.get(row["proof"]).streaming_content) == PDF
    staff = dict.fromkeys(("finance", "colleague", "accountant", "auditor", "a"), "200")
    assert answers(row["proof"], method="get") == expected("absent", **staff)
