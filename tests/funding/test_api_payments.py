"""Payments over REST: recorded, matched, undone, announced, and imported as a file."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from funding.models import Payment, PaymentNotice
from funding.operations.matching import match_payment
from funding.reports.open_items import open_amount
from tests.cast import TODAY, Cast
from tests.factories.banking import paid
from tests.factories.statements import CHINESE

SAID = {"unit": "USD", "paid_on": "2026-02-27"}


@pytest.fixture
def finance(cast: Cast, api: Any) -> Any:
    return api(cast.people["finance"])


def test_a_payment_is_recorded_matched_and_undone(cast: Cast, finance: Any) -> None:
    body = {**SAID, "consortium": "alliance", "amount": "6000.00", "reference": "R1"}
    made = finance.post("/api/v1/payments/", body)
    assert made.status_code == 201
    assert finance.post("/api/v1/payments/", body).json() == made.json()
    taken = finance.post("/api/v1/payments/", {**body, "amount": "1"})
    assert (taken.status_code, taken.json()["code"]) == (409, "reference_taken")
    fee, address = cast.charge("payer", "fee"), f"/api/v1/payments/{made.json()['uid']}"
    match = {
        "member": str(cast.members["payer"].uid),
        "allocations": [{"charge": str(fee.uid), "amount": "5000"}],
    }
    found = finance.post(f"{address}/match/", match).json()
    assert (found["left"], found["matches"][0]["credit"]) == ("0.00", "1000.00")
    assert open_amount(fee) == 0
    again = finance.post(f"{address}/match/", match)
    assert (again.status_code, again.json()["code"]) == (409, "already_assigned")
    undone = finance.post(f"{address}/undo/", {"number": 1}).json()
    assert (undone["left"], undone["matches"][0]["undone_on"]) == ("6000.00", "2026-03-02")
    assert finance.post(f"{address}/withdraw/").json()["left"] == "0.00"


def test_a_key_makes_a_match_safe_to_repeat(cast: Cast, finance: Any) -> None:
    payment = paid(cast.consortium, "5000")
    address = f"/api/v1/payments/{payment.uid}/match/"
    body = {"member": str(cast.members["payer"].uid), "amount": "1"}
    answers = [finance.post(address, body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert len(answers[0].json()["matches"]) == 1


def test_all_safe_ones_are_confirmed(cast: Cast, finance: Any) -> None:
    paid(cast.consortium, "5000", text=cast.charge("payer", "fee").number)
    paid(cast.consortium, "7")
    found = finance.post("/api/v1/payments/confirm-safe/", {"consortium": "alliance"})
    assert found.json() == {"matched": 1, "refused": 0, "rest": 1}


def test_a_member_reads_its_part_of_a_payment_and_no_more(cast: Cast, api: Any) -> None:
    payment = paid(cast.consortium, "9999", payer="Agent", text="for two", account="OURS")
    for name, amount in (("payer", "5000"), ("rival", "4999")):
        match_payment(payment=payment, member=cast.members[name], amount=Decimal(amount), by=None,
                      on=TODAY)  # fmt: skip
    (row,) = api(cast.people["payer"]).get("/api/v1/payments/").json()["results"]
    assert (row["amount"], row["left"], row["payer"], row["text"], row["account"]) == (
        "5000.00", None, "", "", "",
    )  # fmt: skip
    assert [each["member"]["name"] for each in row["matches"]] == ["Payer Ltd"]
    (row,) = api(cast.people["finance"]).get("/api/v1/payments/").json()["results"]
    assert (row["amount"], row["payer"], len(row["matches"])) == ("9999.00", "Agent", 2)


@pytest.mark.parametrize("path", ["payments", "payment-notices"])
def test_a_list_takes_as_many_queries_for_one_row_as_for_three(
    cast: Cast, finance: Any, path: str, django_assert_num_queries: Any
) -> None:
    counts = []
    for _ in range(2):
        for name in ("payer", "rival"):
            payment = paid(cast.consortium, "1")
            match_payment(payment=payment, member=cast.members[name], by=None, on=TODAY)
            PaymentNotice.objects.create(
                consortium=cast.consortium, member=cast.members[name], amount=1, unit="USD",
                paid_on=TODAY, noticed_on=TODAY,
            )  # fmt: skip
        with django_assert_num_queries(counts[0] if counts else 10**6, exact=False) as found:
            assert finance.get(f"/api/v1/{path}/").status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_a_member_announces_a_payment_and_reads_the_answer(cast: Cast, api: Any) -> None:
    payer, finance = api(cast.people["payer"]), api(cast.people["finance"])
    proof = SimpleUploadedFile("proof.pdf", b"%PDF-1.4\n")
    body = {**SAID, "member": str(cast.members["payer"].uid), "amount": "5000.00"}
    made = payer.post("/api/v1/payment-notices/", {**body, "proof": proof}, format="multipart")
    assert (made.status_code, made.json()["state"]) == (201, "unknown")
    assert PaymentNotice.objects.get().paper is not None
    again = payer.post("/api/v1/payment-notices/", body)
    assert (again.status_code, again.json()["code"]) == (409, "already_noticed")
    address = f"/api/v1/payment-notices/{made.json()['uid']}/"
    assert payer.post(f"{address}refute/", {"reason": "x"}).status_code == 403
    assert finance.post(f"{address}refute/", {"reason": "nothing came"}).status_code == 200
    assert payer.get(address).json()["refutation"] == "nothing came"
    assert payer.get("/api/v1/payment-notices/?open=true").json()["results"] == []


def test_a_statement_is_uploaded_once(cast: Cast, finance: Any, api: Any) -> None:
    def upload(client: Any, content: bytes) -> Any:
        file = SimpleUploadedFile("s.csv", content)
        body = {"consortium": "alliance", "file": file}
        return client.post("/api/v1/bank-statements/", body, format="multipart")

    made = upload(finance, CHINESE.encode())
    assert (made.status_code, made.json()["received"]) == (201, 2)
    assert upload(finance, CHINESE.encode()).json() == made.json()
    assert Payment.objects.count() == 2
    wrong = upload(finance, b"date,amount\nsoon,5\n2026-02-27,x\n")
    assert (wrong.status_code, [each["code"] for each in wrong.json()["errors"]]) == (
        422, ["statement_not_a_day", "statement_not_an_amount"],
    )  # fmt: skip
    assert upload(api(cast.people["payer"]), b"x").status_code == 403
    assert api(cast.people["payer"]).get("/api/v1/bank-statements/").json()["results"] == []
