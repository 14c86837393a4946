"""Statements, notices and payers in the admin: looked into, taken in, answered."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from funding.models import BankStatement, PayerAlias, Payment, PaymentNotice, StatementLayout
from tests.cast import Cast
from tests.factories.statements import CHINESE, MT940

ADD = "/admin/funding/bankstatement/add/"


@pytest.fixture
def finance(cast: Cast, client: Client) -> Client:
    client.force_login(cast.people["finance"])
    return client


def choose(client: Client, cast: Cast, content: str | bytes, **more: Any) -> str:
    """Choose a file; returns where it is looked into."""
    data = content.encode() if isinstance(content, str) else content
    form = {"consortium_choice": cast.consortium.pk, "file": SimpleUploadedFile("s.csv", data)}
    response = client.post(ADD, {**form, **more})
    assert response.status_code == 302, response.content.decode()
    return str(response.headers["Location"])


def test_a_statement_is_looked_into_and_taken_in(cast: Cast, finance: Client) -> None:
    page = choose(finance, cast, CHINESE)
    text = finance.get(page).content.decode()
    for part in ("2 new payments", "1,239,567.89 CNY", "甲钢铁有限公司", "6222000011112222",
                 "贷方发生额(元)", "1 line is money that went"):  # fmt: skip
        assert part in text, part
    assert not Payment.objects.exists()
    response = finance.post(page, {"_import": ""})
    assert response.headers["Location"] == "/admin/matching/?consortium=alliance"
    statement = BankStatement.objects.get()
    assert (statement.received, statement.imported_by) == (2, cast.people["finance"])
    assert finance.get(page).headers["Location"] == ADD
    detail = f"/admin/funding/bankstatement/{statement.pk}/"
    assert "20260227001" in finance.get(f"{detail}change/").content.decode()
    file = finance.get(f"{detail}file/")
    assert b"".join(file) == CHINESE.encode()
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    known = finance.get(choose(finance, cast, CHINESE + "\n")).content.decode()
    assert "0 new payments" in known
    assert "2 known before" in known


def test_columns_are_named_by_hand_and_kept(cast: Cast, finance: Client) -> None:
    page = choose(finance, cast, "W1,W2\n2026-02-27,5\n", unit="eur", account="A1")
    text = finance.get(page).content.decode()
    assert "names the day and the amount" in text
    assert "<td>W1</td>" in text
    columns = {"column-paid_on": "W1", "column-credit": "2"}
    assert "1 new payment" in finance.post(page, {**columns, "_again": ""}).content.decode()
    finance.post(page, {**columns, "_import": "", "layout": "My bank"})
    layout = StatementLayout.objects.get()
    assert (layout.name, layout.columns) == ("My bank", {"paid_on": "W1", "credit": 2})
    payment = Payment.objects.get()
    assert (payment.unit, payment.account) == ("EUR", "A1")
    again = choose(finance, cast, "W1,W2\n2026-02-28,6\n", layout=layout.pk)
    assert "1 new payment" in finance.get(again).content.decode()
    path = f"/admin/funding/statementlayout/{layout.pk}/"
    assert "paid_on: W1" in finance.get(f"{path}change/").content.decode()
    finance.post(f"{path}drop/")
    assert not StatementLayout.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("date,amount\nsoon,5\n2026-02-27,x\n2026-03-09,5", "B3: “x” is no amount."),
        ("date,amount\n2026-03-09,5", "Line 2: March 9, 2026 is still to come"),
        (b"\x89PNG\x00", "no bank statement that can be read"),
        (b"<!DOCTYPE a><a/>", "declares a document type"),
        (MT940.replace("EUR", "XQX"), "XQX"),
    ],
)
def test_what_is_wrong_is_shown_and_nothing_taken_in(
    cast: Cast, finance: Client, content: str | bytes, said: str
) -> None:
    page = choose(finance, cast, content)
    assert said in finance.get(page).content.decode()
    assert finance.post(page, {"_import": ""}).status_code == 200
    assert not BankStatement.objects.exists()
    assert not Payment.objects.exists()


def test_anothers_file_is_not_there(cast: Cast, finance: Client) -> None:
    page = choose(finance, cast, CHINESE)
    for who in ("root", "auditor"):
        finance.force_login(cast.people[who])
        assert finance.get(page).status_code == 302
    finance.force_login(cast.people["auditor"])
    assert finance.get(ADD).status_code == 403


def test_a_notice_is_taken_down_and_refuted(cast: Cast, finance: Client) -> None:
    form = {
        "member": cast.members["payer"].pk, "charge": cast.charge("payer", "fee").pk,
        "amount": "5,000", "paid_on": "2026-03-01",
        "proof": SimpleUploadedFile("proof.pdf", b"%PDF-1.4\n"),
    }  # fmt: skip
    add = "/admin/funding/paymentnotice/add/"
    refused = finance.post(add, {**form, "charge": cast.charge("rival", "fee").pk})
    assert "is not whom this belongs to" in refused.content.decode()
    form["proof"] = SimpleUploadedFile("proof.pdf", b"%PDF-1.4\n")
    finance.post(add, form)
    notice = PaymentNotice.objects.get()
    assert notice.paper is not None
    path = f"/admin/funding/paymentnotice/{notice.pk}/"
    assert "Unknown" in finance.get(f"{path}change/").content.decode()
    finance.post(f"{path}refute/", {"reason": "nothing came"})
    assert "nothing came" in finance.get(f"{path}change/").content.decode()
    assert finance.get(f"{path}refute/").status_code == 403


def test_payers_are_named_changed_and_forgotten(cast: Cast, finance: Client) -> None:
    add = "/admin/funding/payeralias/add/"
    payer, rival = cast.members["payer"], cast.members["rival"]
    assert "the account, or both" in finance.post(add, {"member": payer.pk}).content.decode()
    finance.post(add, {"member": payer.pk, "payer": "Mother Ltd"})
    alias = PayerAlias.objects.get()
    path = f"/admin/funding/payeralias/{alias.pk}/"
    finance.post(f"{path}change-member/", {"member": rival.pk})
    assert PayerAlias.objects.get().member == rival
    finance.post(f"{path}drop/")
    assert not PayerAlias.objects.exists()


def test_the_desk_says_how_many_wait(cast: Cast, finance: Client) -> None:
    finance.post(choose(finance, cast, CHINESE), {"_import": ""})
    assert "Receipts to match: 2" in finance.get("/admin/").content.decode()
    finance.force_login(cast.people["auditor"])
    assert "Receipts to match" not in finance.get("/admin/").content.decode()
