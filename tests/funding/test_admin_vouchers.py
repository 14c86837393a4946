"""Vouchers in the admin: what misses one, recorded one by one and as a list, undone, filed."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from funding.models import Voucher
from tests.cast import Cast
from tests.factories.vouching import PDF, pay, sheet

MISSING = "/admin/vouchers/missing/"
ADD, UPLOAD = "/admin/funding/voucher/add/", "/admin/funding/voucher/upload/"


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    for name in ("payer", "rival", "outsider"):
        pay(cast.members[name], cast.charge(name, "fee"), "5000")
    client.force_login(cast.people["finance"])
    return client


def form(cast: Cast, **more: Any) -> dict[str, Any]:
    said = {"kind": "dues_receipt", "number": "0001", "issued_on": "2026-03-01",
            "charges": cast.charge("payer", "fee").number, "amount": "5,000.00"}  # fmt: skip
    return {"consortium_choice": cast.consortium.pk, **said, **more}


def text(response: Any) -> str:
    return response.content.decode()


def test_what_misses_a_voucher_leads_to_recording_it(cast: Cast, desk: Client) -> None:
    fee = cast.charge("payer", "fee")
    page = text(desk.get(MISSING))
    assert "Payer Ltd" in page
    assert "Rival Ltd" in page
    assert "Outsider Ltd" not in page
    assert "10,000.00" in page
    filled = text(desk.get(f"{ADD}?charge={fee.uid}"))
    assert f'value="{fee.number}"' in filled
    assert 'value="5000"' in filled
    made = desk.post(ADD, form(cast, file=SimpleUploadedFile("v.pdf", PDF)))
    voucher = Voucher.objects.get()
    assert made.headers["Location"] == reverse("admin:funding_voucher_change", args=[voucher.pk])
    own = text(desk.get(made.headers["Location"]))
    assert fee.number in own
    sent = desk.get(reverse("admin:funding_voucher_file", args=[voucher.pk]))
    assert b"".join(sent) == PDF
    assert "Payer Ltd" not in text(desk.get(MISSING))
    assert "0001" in text(desk.get(reverse("admin:funding_charge_change", args=[fee.pk])))


def test_the_page_names_ages_and_nothing_where_nothing_misses(cast: Cast, desk: Client) -> None:
    assert "Nothing of this age." in text(desk.get(f"{MISSING}?age=3"))
    assert "Payer Ltd" in text(desk.get(f"{MISSING}?age=0"))
    head = ["Kind", "Number", "Date", "Amount", "Charges"]
    rows = [["Dues receipt", name, "2026-03-01", 5000, cast.charge(name, "fee").number]
            for name in ("payer", "rival")]  # fmt: skip
    upload = SimpleUploadedFile("list.xlsx", sheet(head, *rows))
    given = {"consortium_choice": cast.consortium.pk, "file": upload}
    assert desk.post(UPLOAD, given).status_code == 302
    assert Voucher.objects.count() == 2
    assert "Everything that is paid has its voucher." in text(desk.get(MISSING))


def test_a_list_with_faults_says_each_by_its_row(cast: Cast, desk: Client) -> None:
    rows = sheet(["Kind", "Number", "Date", "Amount", "Charges"],
                 ["ticket", "1", "2026-03-01", 5000, "x"],
                 ["Dues receipt", "2", "2026-03-01", 5000, "x"])  # fmt: skip
    given = {"consortium_choice": cast.consortium.pk, "file": SimpleUploadedFile("l.xlsx", rows)}
    page = text(desk.post(UPLOAD, given))
    assert "A2: “ticket” is no kind of voucher." in page
    assert "Row 3: There is no charge x." in page
    assert not Voucher.objects.exists()


def test_the_list_to_fill_in_is_a_workbook(desk: Client) -> None:
    sent = desk.get(f"{MISSING}?as=xlsx")
    assert sent["Content-Disposition"] == 'attachment; filename="vouchers-alliance-2026-03-02.xlsx"'
    assert b"".join(sent).startswith(b"PK")


def test_what_is_refused_is_said_above_the_form(cast: Cast, desk: Client) -> None:
    page = text(desk.post(ADD, form(cast, amount="5000.01")))
    assert "Only 5,000 USD of this is paid and has no voucher yet" in page
    other = text(desk.post(ADD, form(cast, charges="")))
    assert "Say which charges or payments it is for." in other


def test_a_voucher_is_undone_and_filed_later(cast: Cast, desk: Client) -> None:
    desk.post(ADD, form(cast))
    voucher = Voucher.objects.get()
    undo = reverse("admin:funding_voucher_reverse", args=[voucher.pk])
    file = reverse("admin:funding_voucher_add-file", args=[voucher.pk])
    assert desk.post(file, {"file": SimpleUploadedFile("v.pdf", PDF)}).status_code == 302
    assert desk.get(file).status_code == 403
    desk.post(undo, {"number": "0002", "issued_on": "2026-03-02"})
    assert Voucher.objects.get(number="0002").reverses == voucher
    assert desk.get(undo).status_code == 403
    rows = text(desk.get("/admin/funding/voucher/?state=red"))
    assert "Red voucher of 0001" in rows
    assert "-5,000.00" in rows


@pytest.mark.parametrize("who", ["auditor", "secretary", "reader", "other_secretary"])
def test_only_finance_records_and_only_finance_readers_look(
    cast: Cast, desk: Client, client: Client, who: str
) -> None:
    desk.post(ADD, form(cast))
    client.force_login(cast.people[who])
    page = reverse("admin:funding_voucher_change", args=[Voucher.objects.get().pk])
    reads = 200 if who == "auditor" else 403
    assert client.get(MISSING).status_code == reads
    assert client.get(page).status_code == reads
    assert client.get(f"{page.removesuffix('change/')}file/").status_code == (
        404 if who == "auditor" else 403
    )
    for address in (ADD, UPLOAD):
        assert client.get(address).status_code == 403
        assert client.post(address, form(cast, number="2")).status_code == 403
    charge = client.get(
        reverse("admin:funding_charge_change", args=[cast.charge("payer", "fee").pk])
    )
    assert ("0001" in text(charge)) == (who == "auditor")
