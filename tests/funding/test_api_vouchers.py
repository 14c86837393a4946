"""Vouchers over REST: recorded, undone, listed and downloaded, each by whom it concerns."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funding.models import Voucher
from tests.cast import Cast
from tests.factories.vouching import PDF, pay, sheet

LIST = "/api/v1/vouchers/"


@pytest.fixture
def finance(cast: Cast, api: Any) -> Any:
    return api(cast.people["finance"])


def body(cast: Cast, **more: Any) -> dict[str, Any]:
    said = {
        "member": str(cast.members["payer"].uid),
        "kind": "dues_receipt",
        "number": "0001",
        "issued_on": "2026-03-01",
        "amount": "5000.00",
        "unit": "USD",
        "charges": [str(cast.charge("payer", "fee").uid)],
    }
    return {**said, **more}


def file(content: bytes = PDF, name: str = "v.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_voucher_is_recorded_filed_and_undone(cast: Cast, finance: Any) -> None:
    fee = cast.charge("payer", "fee")
    pay(cast.members["payer"], fee, "5000")
    made = finance.post(LIST, body(cast))
    assert made.status_code == 201
    voucher = made.json()
    item = {"charge": str(fee.uid), "payment": None, "reference": fee.number, "amount": "5000.00"}
    assert (voucher["items"], voucher["file"], voucher["reversed_by"]) == ([item], None, None)
    again = finance.post(LIST, body(cast))
    assert (again.status_code, again.json()["code"]) == (409, "voucher_number_taken")
    address = f"{LIST}{voucher['uid']}/"
    assert finance.get(f"{address}file/", headers={"Accept": "*/*"}).status_code == 404
    added = finance.post(f"{address}add-file/", {"file": file()}, format="multipart")
    assert added.json()["file"] == f"{address}file/"
    sent = finance.get(f"{address}file/", headers={"Accept": "*/*"})
    assert (b"".join(sent), sent["Content-Disposition"]) == (PDF, 'attachment; filename="v.pdf"')
    red = finance.post(f"{address}reverse/", {"number": "0002", "issued_on": "2026-03-02"}).json()
    assert (red["reverses"], red["items"]) == (voucher["uid"], [])
    assert finance.get(address).json()["reversed_by"] == red["uid"]
    twice = finance.post(f"{address}reverse/", {"number": "3", "issued_on": "2026-03-02"})
    assert (twice.status_code, twice.json()["code"]) == (409, "already_red")


def test_a_form_brings_the_pdf_and_nothing_stays_of_a_refused_one(cast: Cast, finance: Any) -> None:
    payment = pay(cast.members["payer"], cast.charge("payer", "fee"), "5000")
    form = body(cast, payments=f'["{payment.uid}"]', charges="[]")
    wrong = finance.post(LIST, {**form, "file": file(b"GIF89a")}, format="multipart")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "file_type_refused")
    more = {**form, "amount": "5000.01", "file": file()}
    refused = finance.post(LIST, more, format="multipart")
    assert (refused.status_code, refused.json()["code"]) == (422, "voucher_exceeds_paid")
    made = finance.post(LIST, {**form, "file": file()}, format="multipart")
    assert made.status_code == 201
    assert made.json()["items"][0]["reference"] == payment.reference


def test_a_list_is_recorded_whole_or_not(cast: Cast, finance: Any) -> None:
    fee = cast.charge("payer", "fee")
    pay(cast.members["payer"], fee, "5000")
    head = ["kind", "number", "issued_on", "amount", "charges"]

    def sent(*rows: list[Any]) -> Any:
        content = file(sheet(head, *rows), "list.xlsx")
        form = {"consortium": "alliance", "file": content}
        return finance.post(f"{LIST}import/", form, format="multipart")

    good = ["dues_receipt", "1", "2026-03-01", 5000, fee.number]
    refused = sent(good, ["dues_receipt", "2", "2026-03-01", 1, fee.number])
    assert refused.status_code == 422
    assert [each["code"] for each in refused.json()["errors"]] == ["voucher_row_refused"]
    assert not Voucher.objects.exists()
    assert (sent(good).status_code, Voucher.objects.count()) == (201, 1)


def test_what_misses_a_voucher_is_told_to_whom_it_concerns(cast: Cast, api: Any) -> None:
    for name in ("payer", "rival", "outsider"):
        pay(cast.members[name], cast.charge(name, "fee"), "5000")
    seen = {
        who: [
            each["member"]["name"]
            for each in api(cast.people[who]).get(f"{LIST}missing/?consortium=alliance").json()
        ]
        for who in ("payer", "newcomer", "technician", "secretary", "reader", "finance", "auditor")
    }
    both = ["Payer Ltd", "Rival Ltd"]
    assert seen == {
        "payer": ["Payer Ltd"],
        "newcomer": [],
        "technician": [],
        "secretary": [],
        "reader": [],
        "finance": both,
        "auditor": both,
    }
    absent = api(cast.people["payer"]).get(f"{LIST}missing/?consortium=elsewhere")
    assert absent.status_code == 400


def test_a_member_reads_and_downloads_its_own_only(cast: Cast, api: Any, finance: Any) -> None:
    pay(cast.members["payer"], cast.charge("payer", "fee"), "5000")
    form = {**body(cast), "charges": f'["{cast.charge("payer", "fee").uid}"]', "file": file()}
    uid = finance.post(LIST, form, format="multipart").json()["uid"]
    own = api(cast.people["payer"])
    assert [each["uid"] for each in own.get(LIST).json()["results"]] == [uid]
    assert b"".join(own.get(f"{LIST}{uid}/file/", headers={"Accept": "*/*"})) == PDF
    assert own.post(f"{LIST}{uid}/reverse/", {"number": "1", "issued_on": "2026-03-02"}
                    ).status_code == 403  # fmt: skip
    assert own.post(LIST, body(cast)).status_code == 403
    for who in ("rival", "technician", "secretary", "outsider"):
        other = api(cast.people[who])
        assert other.get(LIST).json()["results"] == []
        assert other.get(f"{LIST}{uid}/file/", headers={"Accept": "*/*"}).status_code == 404
        assert other.get(f"{LIST}?number=0001").json()["results"] == []


def test_the_list_costs_the_same_for_one_and_for_three(cast: Cast, finance: Any) -> None:
    costs = []
    for names in (("payer",), ("rival", "partner")):
        for name in names:
            pay(cast.members[name], cast.charge(name, "fee"), "5000")
            made = body(cast, member=str(cast.members[name].uid), number=name,
                        charges=[str(cast.charge(name, "fee").uid)])  # fmt: skip
            assert finance.post(LIST, made).status_code == 201
        with CaptureQueriesContext(connection) as queries:
            rows = finance.get(LIST).json()["results"]
        costs.append((len(rows), len(queries)))
    assert [rows for rows, _queries in costs] == [1, 3]
    assert costs[0][1] == costs[1][1]
