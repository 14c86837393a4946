"""The figures sheet as a workbook: what goes out comes back, and every fault has its cell."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from consortium.models import AuditEvent
from funding.models import Declaration
from tests.cast import NOW
from tests.factories.seasons import LEVY, Season, opened, season
from tests.snapshot import built_once

SIZE, EXTERNAL, INTERNAL, STAFF = range(2, 6)
"""Columns; the address and the name stand before them."""

MIXED = deepcopy(LEVY)
MIXED["inputs"] |= {
    "size": {
        "kind": "choice",
        "label": {"en": "Size", "zh": "规模"},
        "choices": {
            "big": {"en": "Large", "zh": "大型"},
            "small": {"en": "=Small", "zh": "小型"},
        },
    },
    "listed": {"kind": "yes_no", "label": {"en": "Listed", "zh": "上市"}, "optional": True},
}
MIXED["rule"] += [
    {"add": {"table": ["size"], "rows": [
        {"when": {"size": "big"}, "then": {"const": "5000"}},
        {"when": {"size": "small"}, "then": {"const": "0"}},
    ]}},
    {"add": {"const": "1000"}, "when": {"listed": True}},
]  # fmt: skip

GOOD = ["Large", 120_000_000.5, 20_000_000, 50, "yes", "Declared", "J. Doe", date(2026, 2, 27)]


@pytest.fixture(autouse=True)
def on_the_day(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=True)


@pytest.fixture
@built_once
def three(db: None) -> Season:
    found = season(3, levy=MIXED)
    opened(found)
    return found


@pytest.fixture
def finance(three: Season, client: Client) -> Client:
    client.force_login(three.people["finance"])
    return client


def page(three: Season) -> str:
    return reverse("admin:funding_round_figures", args=[three.round.pk])


def downloaded(client: Client, three: Season) -> bytes:
    return bytes(client.get(page(three) + "?as=xlsx").content)


def table(content: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def changed(content: bytes, change: Callable[[list[list[Any]]], None]) -> bytes:
    """Return the workbook as somebody saved it again after filling it in."""
    rows = table(content)
    change(rows)
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                elif cell != "":
                    sheet.write(number, column, cell)
    return out.getvalue()


def fill(rows: list[list[Any]], number: int, values: list[Any]) -> None:
    rows[number][SIZE : SIZE + len(values)] = values


def read(client: Client, three: Season, content: bytes, name: str = "filled.xlsx") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(page(three), {"workbook": file, "_read": ""}, follow=True)


def faults(response: Any) -> list[tuple[str, str, str]]:
    return [(each.cell, each.member, each.text) for each in response.context["read"]["problems"]]


def entered(three: Season, response: Any) -> dict[str, Any]:
    """Return the form of the page as the browser sends it on."""
    form: dict[str, Any] = {"member": [], "_whole": ""}
    for row in response.context["rows"]:
        form["member"].append(row.member.pk)
        form |= {name: value for name, value in row.form.data.items() if value is not None}
    return form


def test_the_workbook_has_a_row_for_each_missing_member_and_typed_cells(
    three: Season, finance: Client
) -> None:
    content = downloaded(finance, three)
    rows = table(content)
    assert rows[0][0] == f"round {three.round.uid}"
    assert rows[0][1:] == [
        "name", "figure_size", "figure_sales-external", "figure_sales-internal", "figure_staff",
        "figure_listed", "grade", "signed_by", "paper_on", "fiscal_year",
    ]  # fmt: skip
    assert [row[1] for row in rows[2:]] == ["Firm 01 Ltd", "Firm 02 Ltd", "Firm 03 Ltd"]
    assert [row[0] for row in rows[2:]] == [str(each.uid) for each in three.members]
    with ZipFile(BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<dataValidation ") == 9
    assert "<formula1>lists!$C$1:$C$2</formula1>" in sheet
    assert "<sheetProtection" in sheet
    assert "<f>" not in sheet


def test_a_filled_workbook_is_read_first_and_entered_only_then(
    three: Season, finance: Client
) -> None:
    def both(rows: list[list[Any]]) -> None:
        fill(rows, 2, GOOD)
        fill(rows, 4, ["小型", "1,000,000", "0", "3", "", "", "A. Roe", "2026/2/28"])

    events = AuditEvent.objects.count()
    response = read(finance, three, changed(downloaded(finance, three), both))
    assert response.context["read"]["good"] == 2
    assert faults(response) == []
    assert not Declaration.objects.exists()
    assert AuditEvent.objects.count() == events
    after = finance.post(page(three), entered(three, response), follow=True)
    assert "2 declarations are entered." in after.content.decode()
    one, two = Declaration.objects.order_by("pk")
    assert one.inputs() == {
        "sales": Decimal("100000000.5"), "staff": Decimal(50), "size": "big", "listed": True,
    }  # fmt: skip
    assert two.inputs() == {"sales": Decimal(1000000), "staff": Decimal(3), "size": "small"}
    assert (two.paper_on, two.grade) == (date(2026, 2, 28), "declared")


def test_a_chinese_workbook_comes_back_to_an_english_desk(three: Season, finance: Client) -> None:
    finance.cookies["django_language"] = "zh-hans"
    content = downloaded(finance, three)
    assert [row[1] for row in table(content)[2:]] == ["第01公司", "第02公司", "第03公司"]
    finance.cookies["django_language"] = "en"
    values = ["大型", *GOOD[1:4], "是", *GOOD[5:]]
    response = read(finance, three, changed(content, lambda rows: fill(rows, 2, values)))
    assert (faults(response), response.context["read"]["good"]) == ([], 1)


def test_every_fault_is_named_with_its_cell(three: Season, finance: Client) -> None:
    def wrong(rows: list[list[Any]]) -> None:
        fill(rows, 2, ["Large", "a lot", *GOOD[2:]])
        fill(rows, 3, ["Huge", *GOOD[1:]])
        fill(rows, 4, ["Large", 123456789012345.67, *GOOD[2:6], "", "soon"])

    response = read(finance, three, changed(downloaded(finance, three), wrong))
    assert [(cell, member) for cell, member, _text in faults(response)] == [
        ("D3", "Firm 01 Ltd"), ("C4", "Firm 02 Ltd"), ("D5", "Firm 03 Ltd"),
        ("I5", "Firm 03 Ltd"), ("J5", "Firm 03 Ltd"),
    ]  # fmt: skip
    said = " ".join(text for *_, text in faults(response))
    assert "“a lot” is not an amount" in said
    assert "15 digits" in said
    text = response.content.decode()
    assert 'value="a lot"' in text
    assert not Declaration.objects.exists()


def test_what_only_the_domain_refuses_has_its_cell_too(three: Season, finance: Client) -> None:
    values = [*GOOD[:3], 5.5, *GOOD[4:7], date(2026, 3, 3)]
    content = changed(downloaded(finance, three), lambda rows: fill(rows, 3, values))
    assert [cell for cell, *_ in faults(read(finance, three, content))] == ["J4"]
    values[-1] = date(2026, 3, 1)
    content = changed(downloaded(finance, three), lambda rows: fill(rows, 3, values))
    assert faults(read(finance, three, content)) == [
        ("F4", "Firm 02 Ltd", "“R&D staff” is counted in whole numbers; 5.5 is not one.")
    ]


def test_what_was_entered_before_is_known_and_not_refused(three: Season, finance: Client) -> None:
    content = changed(downloaded(finance, three), lambda rows: fill(rows, 2, GOOD))
    finance.post(page(three), entered(three, read(finance, three, content)))
    again = read(finance, three, content)
    assert (again.context["read"]["known"], faults(again)) == (1, [])
    after = finance.post(page(three), entered(three, again), follow=True)
    assert "1 row was entered before." in after.content.decode()
    assert Declaration.objects.count() == 1


def test_changed_addresses_are_refused(three: Season, finance: Client) -> None:
    def swapped(rows: list[list[Any]]) -> None:
        for number in (2, 3, 4):
            fill(rows, number, GOOD)
        rows[2][0] = rows[3][0]
        rows[4][0] = "no address"

    response = read(finance, three, changed(downloaded(finance, three), swapped))
    assert [(cell, text.partition(",")[0]) for cell, _name, text in faults(response)] == [
        ("B3", "The row's hidden address belongs to Firm 02 Ltd"),
        ("B5", "The row's hidden address belongs to no member of this round; download it again."),
    ]
    assert response.context["read"]["good"] == 1

    def doubled(rows: list[list[Any]]) -> None:
        fill(rows, 2, GOOD)
        rows.append(list(rows[2]))

    response = read(finance, three, changed(downloaded(finance, three), doubled))
    assert faults(response) == [("B6", "Firm 01 Ltd", "Firm 01 Ltd stands in row 3 already.")]


def test_a_member_that_does_not_owe_the_levy_is_no_row(three: Season, finance: Client) -> None:
    content = changed(downloaded(finance, three), lambda rows: fill(rows, 2, GOOD))
    three.members[0].terms.update(ends_on="2025-06-01")
    assert [cell for cell, *_ in faults(read(finance, three, content))] == ["B3"]


def test_files_that_are_no_sheet_of_this_round_are_refused(three: Season, finance: Client) -> None:
    def said(content: bytes) -> str:
        return str(read(finance, three, content).content.decode())

    good = downloaded(finance, three)
    other = season(1, slug="rival")
    round = opened(other)

    def foreign(rows: list[list[Any]]) -> None:
        rows[0][0] = f"round {round.uid}"

    def without(rows: list[list[Any]]) -> None:
        for row in rows:
            del row[STAFF]

    assert "This is no figures sheet" in said(b"name,figure\n")
    assert "This is no figures sheet" in said(good[:400])
    assert "This is no figures sheet" in said(changed(good, lambda rows: rows.pop(0)))
    assert "another round" in said(changed(good, foreign))
    assert "Columns are missing (R&amp;D staff)" in said(changed(good, without))
    assert "The file is too large" in said(good + b"0" * 5 * 1024 * 1024)
    assert (
        "This is no figures sheet"
        in finance.post(page(three), {"_read": ""}, follow=True).content.decode()
    )
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("name", ["secretary", "auditor", "reader"])
def test_only_finance_staff_download_and_read_it(three: Season, finance: Client, name: str) -> None:
    content = downloaded(finance, three)
    finance.force_login(three.people[name])
    assert finance.get(page(three) + "?as=xlsx").status_code == 403
    assert read(finance, three, content).status_code == 403
