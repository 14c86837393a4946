"""What-if in the admin: who may look, what is shown and kept, the files, and bad input."""

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from consortium.models import Charter, Organization
from consortium.operations.charters import draft_charter
from consortium.rules.toml import write_toml
from consortium.states import Role
from funding.models import FigureView
from tests.cast import DUES, FEE, SALES, TODAY, Cast, appointed, canaries
from tests.factories.ledgers import fee, small
from tests.snapshot import tables

PAGE = "/admin/what-if/"
DOUBLED = {
    **DUES,
    "rule": [
        {"add": {"rate": "0.02", "of": "semiconductor_sales"}},
        {"at_least": {"const": "1000000"}},
    ],
}
DOCUMENT = {
    "code": "tried",
    "title": {"en": "A charter tried out", "zh": "试算章程"},
    "dues": {"levies": [DOUBLED]},
}
HIDDEN = [text for name in SALES for text in (*canaries(name), f"{SALES[name] / 50:,.2f}")]


def toml(**changes: Any) -> str:
    return write_toml(DOCUMENT | changes)


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def rows_of(response: Any) -> list[list[str]]:
    return list(csv.reader(StringIO(content_of(response).decode("utf-8-sig"))))


@pytest.fixture
def draft(cast: Cast) -> Charter:
    return draft_charter(
        consortium=cast.consortium,
        code="second",
        name_en="Second charter",
        starts_on=date(2027, 1, 1),
        sections={"dues": {"levies": [DOUBLED]}},
        by=cast.people["secretary"],
        on=TODAY,
    )


@pytest.fixture
def finance(cast: Cast, client: Client) -> Client:
    client.force_login(cast.people["finance"])
    return client


def test_a_draft_is_tried_from_its_page(cast: Cast, finance: Client, draft: Charter) -> None:
    page = reverse("admin:consortium_charter_change", args=[draft.pk])
    assert f"{PAGE}?charter={draft.uid}" in text_of(finance.get(page))
    text = text_of(finance.get(f"{PAGE}?charter={draft.uid}&scope=dues:USD"))
    assert "1,234,567.89 USD" in text
    assert "2,469,135.78 USD" in text
    assert "+1,234,567.89 USD" in text
    assert "The figure “Semiconductor sales” is missing." in text
    assert "Annual dues, January 1, 2026 (Declared)" in text
    assert text.index("Newcomer Ltd") < text.index("Rival Ltd") < text.index("Payer Ltd")


def test_what_the_document_does_away_with_is_in_the_total(
    cast: Cast, finance: Client, draft: Charter
) -> None:
    text = text_of(finance.get(f"{PAGE}?charter={draft.uid}"))
    assert "All levies in USD" in text
    assert "not levied" in text
    assert "1,239,567.89 USD" in text


def test_any_document_is_tried_without_being_stored(cast: Cast, finance: Client) -> None:
    before = Charter.objects.count()
    text = text_of(finance.post(PAGE, {"document": toml(), "scope": "dues:USD"}))
    assert "A charter tried out" in text
    assert "2,469,135.78 USD" in text
    assert "tried" in text[text.index("<textarea") :]
    file = SimpleUploadedFile("any.toml", toml().encode())
    assert "2,469,135.78 USD" in text_of(finance.post(PAGE, {"file": file, "scope": "dues:USD"}))
    assert Charter.objects.count() == before


def test_another_period_is_compared_with_what_was_assessed(
    cast: Cast, finance: Client, draft: Charter
) -> None:
    chosen = {"charter": draft.uid, "scope": "dues:USD", "period_dues": "2026-01-01"}
    text = text_of(finance.get(PAGE, chosen))
    assert "as assessed" in text
    assert 'value="2026-01-01" selected' in text


def test_a_levy_in_another_unit_has_one_period_to_choose(cast: Cast, finance: Client) -> None:
    fee_in_euro = {**FEE, "code": "dues", "unit": "EUR"}
    text = text_of(finance.post(PAGE, {"document": toml(dues={"levies": [fee_in_euro]})}))
    assert text.count('name="period_dues"') == 1
    assert "All levies in USD" in text


def test_a_phase_of_a_case_is_tried_on_ones_own_members(cast: Cast, finance: Client) -> None:
    type(cast.other).objects.filter(pk=cast.other.pk).update(is_reference=True)
    phase = Charter.objects.get(consortium=cast.other)
    page = reverse("admin:consortium_charter_change", args=[phase.pk])
    assert f"{PAGE}?charter={phase.uid}" in text_of(finance.get(page))
    text = text_of(finance.get(f"{PAGE}?charter={phase.uid}"))
    assert "tried on the members of The alliance" in text
    assert "Outsider Ltd" not in text


@pytest.mark.parametrize("name", ["secretary", "reader", "other_secretary"])
def test_staff_without_figures_do_not_get_in(
    cast: Cast, client: Client, draft: Charter, name: str
) -> None:
    client.force_login(cast.people[name])
    for response in (
        client.get(f"{PAGE}?charter={draft.uid}"),
        client.post(PAGE, {"document": toml()}),
        client.get(f"{PAGE}?charter={draft.uid}&as=csv"),
    ):
        assert response.status_code == 403
        assert not [each for each in HIDDEN if each in response.content.decode()]
    page = client.get(reverse("admin:consortium_charter_change", args=[draft.pk]))
    assert PAGE not in page.content.decode()
    assert not FigureView.objects.exists()


@pytest.mark.parametrize("name", ["payer", "rival", "technician", "nobody", "accountant"])
def test_people_without_a_desk_do_not_get_in(
    cast: Cast, client: Client, draft: Charter, name: str
) -> None:
    client.force_login(cast.people[name])
    assert client.get(f"{PAGE}?charter={draft.uid}").status_code == 302
    assert client.post(PAGE, {"document": toml()}).status_code == 302


def test_finance_of_a_rival_consortium_sees_its_own_members_only(
    cast: Cast, client: Client, draft: Charter
) -> None:
    elsewhere = appointed("other_finance", cast.other, Role.FINANCE)
    client.force_login(elsewhere)
    assert client.get(f"{PAGE}?charter={draft.uid}").status_code == 404
    absent = client.get(f"{PAGE}?charter={uuid4()}")
    assert absent.status_code == 404
    foreign = client.post(PAGE, {"document": toml(), "consortium": "alliance"})
    assert foreign.status_code == 404
    text = text_of(client.post(PAGE, {"document": toml(), "scope": "dues:USD"}))
    assert "Outsider Ltd" in text
    mine = set(canaries("outsider"))
    hidden = [each for name in SALES for each in canaries(name) if each not in mine]
    assert not [each for each in hidden if each in text]
    assert "Payer Ltd" not in text


def test_each_look_is_recorded_and_nothing_else_is_written(
    cast: Cast, finance: Client, draft: Charter
) -> None:
    def contents() -> dict[str, int]:
        with connection.cursor() as cursor:
            found = {}
            for table in tables():
                cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t)) FROM {table} t")
                found[table] = cursor.fetchone()
        return found

    before = contents()
    finance.get(f"{PAGE}?charter={draft.uid}")
    finance.post(PAGE, {"document": toml()})
    rows_of(finance.get(f"{PAGE}?charter={draft.uid}&as=csv"))
    after = contents()
    assert [name for name in after if after[name] != before[name]] == ["funding_figureview"]
    assert list(FigureView.objects.order_by("pk").values_list("screen", "count", "subject")) == [
        ("what_if", 4, draft.uid),
        ("what_if", 4, None),
        ("what_if", 4, draft.uid),
    ]
    assert {view.user for view in FigureView.objects.all()} == {cast.people["finance"]}


def test_what_is_open_to_all_members_is_no_look_at_figures(cast: Cast, client: Client) -> None:
    """Where neither the document nor the charter in force holds a secret levy."""
    small("open", fee(visibility="members"), starts_on=date(2025, 1, 1))
    client.force_login(cast.people["root"])
    document = toml(dues={"levies": [{**FEE, "code": "other"}]})
    assert "5,000.00 USD" in text_of(
        client.post(PAGE, {"document": document, "consortium": "open"})
    )
    assert not FigureView.objects.exists()


def test_the_file_for_spreadsheets_holds_numbers_and_no_formulas(
    cast: Cast, finance: Client, draft: Charter
) -> None:
    payer = cast.members["payer"].organization
    Organization.objects.filter(pk=payer.pk).update(name_en='=HYPERLINK("http://x")')
    chosen = {"charter": draft.uid, "scope": "dues:USD", "as": "csv"}
    response = finance.get(PAGE, chosen)
    assert "no-store" in response.headers["Cache-Control"]
    assert "what-if-alliance-second.csv" in response.headers["Content-Disposition"]
    head, *rows = rows_of(response)
    assert head[2:8] == ["member", "category", "as things stand", "rests on",
                         "under the document", "difference"]  # fmt: skip
    by_name = {row[2]: row for row in rows}
    assert by_name["'=HYPERLINK(\"http://x\")"][4:8] == [
        "1234567.89", "computed", "2469135.78", "1234567.89"]  # fmt: skip
    assert by_name["Newcomer Ltd"][6] == ""
    content = content_of(finance.get(PAGE, {**chosen, "as": "xlsx"}))
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    found = {row[2]: row for row in sheet}
    assert found['\'=HYPERLINK("http://x")'][6] == 2469135.78


def test_a_file_of_everything_names_each_levy(cast: Cast, finance: Client, draft: Charter) -> None:
    _head, *rows = rows_of(finance.get(f"{PAGE}?charter={draft.uid}&as=csv"))
    assert {row[0] for row in rows} == {"Annual dues", "Membership fee"}
    assert len(rows) == 8


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"document": "code = 'x'\nfoo ="}, "line 2"),
        ({"document": ""}, "is missing"),
        ({"document": toml(dues={"levies": []})}, "not levied"),
        ({"document": write_toml({"code": "x", "title": {"en": "X"}})}, "dues"),
        ({"document": toml(), "period_dues": "2027-02-01"}, "January 1, 2027"),
        ({"document": toml(), "period_dues": "soon"}, "Enter a valid date"),
        ({"document": toml(), "period_other": "2027-01-01"}, "has no levy “other”"),
        ({"document": "x" * 1_000_001}, "at most 1000000 characters"),
        ({"file": SimpleUploadedFile("x.toml", b"\xff\xfe\x00")}, "not text in UTF-8"),
    ],
)
def test_bad_input_is_said_and_nothing_typed_is_lost(
    cast: Cast, finance: Client, given: dict[str, Any], said: str
) -> None:
    text = text_of(finance.post(PAGE, given))
    assert said in text
    if "foo" in given.get("document", ""):
        assert "foo =" in text[text.index("<textarea") :]


def test_it_reads_in_chinese(cast: Cast, finance: Client, draft: Charter) -> None:
    finance.cookies["django_language"] = "zh-hans"
    text = text_of(finance.post(PAGE, {"document": toml(), "scope": "dues:USD"}))
    assert "试算章程" in text
    assert "年度会费" in text
    assert 'lang="zh-hans"' in text
    assert rows_of(finance.get(f"{PAGE}?charter={draft.uid}&as=csv"))[1][0] == "年度会费"


def test_as_many_queries_for_many_members_as_for_few(
    cast: Cast, finance: Client, draft: Charter, django_assert_max_num_queries: Any
) -> None:
    page = f"{PAGE}?charter={draft.uid}"
    finance.get(page)
    with django_assert_max_num_queries(40) as four:
        finance.get(page)
    for name in ("newcomer", "rival", "partner"):
        cast.members[name].terms.update(ends_on="2025-06-01")
    with django_assert_max_num_queries(40) as one:
        finance.get(page)
    assert len(four) == len(one)
