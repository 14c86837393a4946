"""Tables in and out: round trips, and every way a file can be wrong."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from consortium.admin.formats import CSV, XLSX
from consortium.models import Appointment, AuditEvent, Member, MembershipTerm, Organization
from tests.cast import Cast

ORGANIZATIONS = "name_en,name_zh,kind,country,registration_number\n"
TERMS = "name_en,category,starts_on,ends_on\n"


@pytest.fixture(autouse=True)
def cache_of_ones_own(settings: Any) -> None:
    """Keep the uploaded file out of the cache that other test runs empty."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture
def secretary(cast: Cast, client: Client) -> Client:
    client.force_login(cast.people["secretary"])
    return client


def dry_run(client: Client, model: str, content: bytes, name: str = "t.csv") -> Any:
    file = SimpleUploadedFile(name, content)
    kind = {"xlsx": "0", "csv": "1"}[name.rpartition(".")[2]]
    return client.post(
        reverse(f"admin:consortium_{model}_import"),
        {"import_file": file, "format": kind, "resource": ""},
    )


def import_all(client: Client, model: str, content: bytes, name: str = "t.csv") -> Any:
    form = dry_run(client, model, content, name).context["confirm_form"]
    return client.post(reverse(f"admin:consortium_{model}_process_import"), form.initial)


def export(client: Client, model: str, kind: str, query: str = "") -> bytes:
    page = reverse(f"admin:consortium_{model}_export") + query
    fields = client.get(page).context["form"].fields
    data = {name: "on" for name in fields if name not in ("format", "resource", "export_items")}
    response = client.post(page, {**data, "format": {"xlsx": "0", "csv": "1"}[kind]})
    assert response.status_code == 200
    return bytes(response.content)


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def test_organizations_come_in_row_by_row_through_the_operation(
    cast: Cast, secretary: Client
) -> None:
    before = AuditEvent.objects.filter(action="register_organization").count()
    text = ORGANIZATIONS + "New Ltd,新公司,enterprise,US,N-1\nUni,,university,DE,\n"
    preview = dry_run(secretary, "organization", text.encode())
    assert not Organization.objects.filter(name_en="New Ltd").exists()
    assert "New Ltd" in preview.content.decode()
    import_all(secretary, "organization", text.encode())
    assert Organization.objects.get(name_en="New Ltd").registered_by == cast.consortium
    assert AuditEvent.objects.filter(action="register_organization").count() == before + 2


def test_one_wrong_row_keeps_all_out_and_says_which(cast: Cast, secretary: Client) -> None:
    text = ORGANIZATIONS + "Good Ltd,,enterprise,US,G-1\nBad Ltd,,enterprise,XX,\n,,firm,US,\n"
    preview = dry_run(secretary, "organization", text.encode())
    said = preview.content.decode()
    assert "confirm_form" not in preview.context
    assert "is not a country" in said
    assert "is none of" in said
    assert not Organization.objects.filter(name_en="Good Ltd").exists()


def test_a_row_that_repeats_another_is_refused_one_that_is_there_is_skipped(
    cast: Cast, secretary: Client
) -> None:
    row = "Twice Ltd,,enterprise,US,T-1\n"
    twice = dry_run(secretary, "organization", (ORGANIZATIONS + row + row).encode())
    assert "repeats row 1" in twice.content.decode()
    import_all(secretary, "organization", (ORGANIZATIONS + row).encode())
    again = dry_run(secretary, "organization", (ORGANIZATIONS + row).encode())
    assert again.context["result"].totals["skip"] == 1
    changed = row.replace("Twice", "Other")
    other = dry_run(secretary, "organization", (ORGANIZATIONS + changed).encode())
    assert "is registered already" in other.content.decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name_en,category\nPayer Ltd,member\n", "columns are missing: starts_on"),
        ("name_en,category,starts_on,ends_on,colour\nx,y,2026-01-01,,red\n", "unknown"),
        (TERMS + "Payer Ltd,member,1.2.26x,\n", "is not a day"),
        (TERMS + "Payer Ltd,member,2026-02-30,\n", "is not a day"),
        (TERMS + "Payer Ltd,member,2026-01-01,\n", "is a member already"),
        (TERMS + "Outsider Ltd,member,2026-01-01,\n", "was not found"),
        (TERMS + "Payer Ltd,member,1999-01-01,2000-01-01\n", "outside"),
    ],
)
def test_what_is_wrong_with_terms_is_said(
    cast: Cast, secretary: Client, text: str, said: str
) -> None:
    preview = dry_run(secretary, "member", text.encode())
    assert "confirm_form" not in preview.context
    assert said in preview.content.decode()
    assert MembershipTerm.objects.count() == 5


def test_members_go_out_and_come_back_the_same(cast: Cast, secretary: Client) -> None:
    out = export(secretary, "member", "csv")
    names = {line["name_en"] for line in lines(out)}
    assert names == {"Payer Ltd", "Partner Ltd", "Rival Ltd", "Newcomer Ltd"}
    back = dry_run(secretary, "member", out)
    assert back.context["result"].totals["skip"] == 4
    sheet = export(secretary, "member", "xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert len(rows) == 5
    assert dry_run(secretary, "member", sheet, "t.xlsx").context["result"].totals["skip"] == 4


def test_a_former_member_comes_back_by_import(cast: Cast, secretary: Client) -> None:
    Organization.objects.create(
        name_zh="归来公司", kind="enterprise", country="CN", registered_by=cast.consortium
    )
    text = "name_zh,category,starts_on,ends_on\n归来公司,member,2025/1/1,2026-01-01\n"
    import_all(secretary, "member", text.encode("gb18030"))
    assert Member.objects.get(organization__name_zh="归来公司").terms.count() == 1


def test_appointments_come_in_by_user_name(cast: Cast, secretary: Client) -> None:
    head = "username,role,name_en,starts_on,ends_on\n"
    wrong = dry_run(
        secretary, "appointment", (head + "ghost,reader,,2026-01-01,\n").encode()
    ).content.decode()
    assert "was not found" in wrong
    text = head + "nobody,reader,,2026-01-01,\nnobody,finance_contact,Rival Ltd,2026-01-01,\n"
    import_all(secretary, "appointment", text.encode())
    held = Appointment.objects.filter(user=cast.people["nobody"]).order_by("role")
    assert [each.role for each in held] == ["finance_contact", "reader"]


@pytest.mark.parametrize("name", ["finance", "reader", "auditor"])
def test_only_the_secretary_imports(cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast.people[name])
    for model in ("organization", "member", "appointment"):
        assert client.get(reverse(f"admin:consortium_{model}_import")).status_code == 403


def test_exports_hold_visible_rows_only(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["reader"])
    assert {line["slug"] for line in lines(export(client, "consortium", "csv"))} == {"alliance"}
    organizations = {line["name_en"] for line in lines(export(client, "organization", "csv"))}
    assert "Outsider Ltd" not in organizations
    assert "Payer Ltd" in organizations


def test_no_text_becomes_a_formula(cast: Cast, secretary: Client) -> None:
    name = '=HYPERLINK("http://evil","x")'
    Organization.objects.filter(pk=cast.members["payer"].organization_id).update(name_en=name)
    found = [line["name_en"] for line in lines(export(secretary, "organization", "csv"))]
    assert f"'{name}" in found
    assert name not in found
    for start in ("+1", "-1", "@x"):
        dataset = CSV().create_dataset(f"name\n{start}\n".encode())
        assert CSV().create_dataset(CSV().export_data(dataset))[0] == (start,)
        assert XLSX().create_dataset(XLSX().export_data(dataset))[0] == (start,)


def test_a_confirmation_that_comes_too_late_asks_for_the_file_again(
    cast: Cast, secretary: Client
) -> None:
    text = ORGANIZATIONS + "Late Ltd,,enterprise,US,L-1\n"
    form = dry_run(secretary, "organization", text.encode()).context["confirm_form"]
    cache.clear()
    page = reverse("admin:consortium_organization_process_import")
    response = secretary.post(page, form.initial, follow=True)
    assert "no longer there" in response.content.decode()
    assert not Organization.objects.filter(name_en="Late Ltd").exists()


def test_what_has_changed_since_the_dry_run_keeps_all_rows_out(
    cast: Cast, secretary: Client
) -> None:
    text = ORGANIZATIONS + "One Ltd,,enterprise,US,O-1\nTwo Ltd,,enterprise,US,O-2\n"
    form = dry_run(secretary, "organization", text.encode()).context["confirm_form"]
    Organization.objects.create(
        name_en="Quicker Ltd",
        kind="enterprise",
        country="US",
        registration_number="O-2",
        registered_by=cast.consortium,
    )
    page = reverse("admin:consortium_organization_process_import")
    response = secretary.post(page, form.initial, follow=True)
    said = [str(each) for each in response.context["messages"]]
    assert said == [
        "Nothing was imported: row 2: An organization with number O-2 is registered already."
    ]
    assert not Organization.objects.filter(name_en="One Ltd").exists()


def test_a_file_that_is_no_table_is_refused(cast: Cast, secretary: Client) -> None:
    response = dry_run(secretary, "member", b"\x00\x01not a workbook", "t.xlsx")
    assert response.status_code == 200
    assert "confirm_form" not in response.context
    empty = dry_run(secretary, "member", b"")
    assert empty.status_code == 200
