"""Reports as files: typed, safe, complete in every format, and the same bytes each time."""

import json
import tracemalloc
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils.translation import override
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from consortium import registry
from consortium.papers.report import printed
from consortium.papers.report.pictures import ticks
from consortium.papers.report.workbook import Names
from consortium.periods import Period
from consortium.registry import Written
from consortium.rules.content import (
    CellKind,
    Chart,
    ChartKind,
    Column,
    Content,
    Frame,
    Part,
    Series,
    Table,
)
from tests.factories.contents import NAMES, figures, long_table, whole

LANGUAGES = ("en", "zh-hans")
FORMATS = ("pdf", "xlsx", "csv", "json")


def frame(language: str = "en") -> Frame:
    return Frame(
        slug="alliance",
        names=["The alliance", "江海联盟"],
        kind="dues",
        label="Dues",
        period=Period(date(2026, 7, 1), date(2026, 10, 1)),
        on=date(2026, 10, 12),
        known_at=datetime(2026, 10, 12, 3, 4, 5, tzinfo=UTC),
        language=language,
        parameters={"rows": 3},
    )


def file(format: str, content: Content, language: str = "en") -> tuple[Written, bytes]:
    out = BytesIO()
    with override(language):
        written = registry.report_formats[format].write(content, frame(language), out)
    return written, out.getvalue()


def one(*blocks: Any) -> Content:
    return Content("T", iter([Part("p", "P", iter(blocks))]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("format", FORMATS)
def test_the_same_report_is_the_same_bytes(format: str, language: str) -> None:
    first, again = file(format, whole(), language), file(format, whole(), language)
    assert first == again
    assert file(format, whole(rows=61), language)[1] != first[1]


def test_empty_reports_are_files_all_the_same() -> None:
    nothing = [file(format, Content("T", iter([]))) for format in FORMATS]
    assert [written.suffix for written, _ in nothing] == [".pdf", ".xlsx", ".csv", ".json"]
    assert json.loads(nothing[3][1])["parts"] == []
    assert [bool(PdfReader(BytesIO(nothing[0][1])).pages), nothing[2][1]] == [True, b""]


# CSV


def test_one_table_is_one_text_file() -> None:
    written, data = file("csv", one(long_table(2)))
    assert (written.suffix, written.content_type) == (".csv", "text/csv; charset=utf-8")
    words = "Annual dues of the year and a fee for the pilot line"
    assert data.decode("utf-8-sig").split("\r\n") == [
        'Number,Member,"What it is for, in some words",Due on,Level,Open (JPY),Days late',
        f"2026-000000,{NAMES[0]},{words},2026-01-01,reminder,0,0",
        f"2026-000001,{NAMES[1]},{words},2026-02-01,reminder,1000,1",
        ",,,,,5,",
        "",
    ]


def test_several_tables_are_files_of_an_archive_that_tells_no_time() -> None:
    written, data = file("csv", whole(rows=3))
    assert written == Written(".zip", "application/zip")
    with ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        assert names == [
            "01-categories.csv", "02-empty.csv", "03-bars.csv", "04-stacked.csv", "05-lines.csv",
            "06-long.csv", "07-windows.csv", "08-none.csv", "09-nothing.csv", "10-items.csv",
        ]  # fmt: skip
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        rows = archive.read(names[0]).decode("utf-8-sig").split("\r\n")
        items = archive.read(names[-1]).decode("utf-8-sig")
        windows = archive.read("07-windows.csv").decode("utf-8-sig").split("\r\n")
    assert rows == [
        "Category,Members,Assessed (CNY),Collection rate",
        "副理事长单位,12,1234567.50,0.875",
        "Member,3,suppressed,suppressed",
        "Observer,,-0.5,",
        "Total,15,9999999999.99,1",
        "",
    ]
    assert ",'=1+2," in items
    assert windows[4].endswith(",独占,2024-04-01,")


# XLSX


def test_a_workbook_has_typed_cells_on_a_sheet_per_table() -> None:
    _written, data = file("xlsx", whole(rows=5))
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    assert book.sheet_names == [
        "About", "Dues by category", "Waivers", "Paid and late", "Stacked", "Counts", "By name",
        "Exclusivity", "Nothing", "No windows", "Open items",
    ]  # fmt: skip
    about = dict(book.get_sheet_by_name("About").to_python())
    assert about["Period"] == "July 1, 2026 – September 30, 2026"
    assert about["As of the end of"] == "October 12, 2026"
    assert about["Figures"] == "Cells with fewer than five contributors are suppressed."
    assert book.get_sheet_by_name("Dues by category").to_python() == [
        ["Category", "Members", "Assessed (CNY)", "Collection rate"],
        ["副理事长单位", 12.0, 1234567.5, 0.875],
        ["Member", 3.0, "suppressed", "suppressed"],
        ["Observer", "", -0.5, ""],
        ["Total", 15.0, 9999999999.99, 1.0],
    ]
    items = book.get_sheet_by_name("Open items").to_python()
    assert items[3] == [
        "2026-000002", "'=1+2", "Annual dues of the year and a fee for the pilot line",
        date(2026, 3, 1), "reminder", 2000.0, 2.0,
    ]  # fmt: skip


def sheets(data: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(data)) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_workbook_freezes_headings_filters_rows_and_computes_nothing() -> None:
    parts = sheets(file("xlsx", one(long_table(5)))[1])
    table = parts["xl/worksheets/sheet2.xml"]
    assert '<pane ySplit="1" topLeftCell="A2"' in table
    assert '<autoFilter ref="A1:G6"/>' in table  # the total stays outside
    assert not [name for name, text in parts.items() if "<f>" in text]
    assert 'formatCode="#,##0.00"' not in parts["xl/styles.xml"]  # yen have no decimals
    assert "2026-10-12T00:00:00Z" in parts["docProps/core.xml"]


def test_names_of_sheets_are_short_plain_and_told_apart() -> None:
    names = Names({"About"})
    assert [names.of(title) for title in ("about", "A/B: [c]", "", "x" * 40, "X" * 40)] == [
        "about 2", "A B c", "–", "x" * 31, "X" * 29 + " 2",
    ]  # fmt: skip


# JSON


def test_json_has_codes_as_keys_and_decimals_as_text() -> None:
    found = json.loads(file("json", whole(rows=2))[1])
    assert {name: found[name] for name in found if name != "parts"} == {
        "consortium": "alliance", "kind": "dues", "member": None, "starts_on": "2026-07-01",
        "ends_on": "2026-10-01", "on": "2026-10-12", "known_at": "2026-10-12T03:04:05+00:00",
        "language": "en", "parameters": {"rows": 3}, "title": "Dues and results",
        "subtitle": "For the board",
    }  # fmt: skip
    table, note, empty = found["parts"][0]["blocks"]
    held = {"suppressed": True}
    assert table["rows"] == [
        {"category": "副理事长单位", "members": 12, "dues": "1234567.50", "rate": "0.875"},
        {"category": "Member", "members": 3, "dues": held, "rate": held},
        {"category": "Observer", "members": None, "dues": "-0.5", "rate": None},
    ]
    assert table["total"] == {
        "category": "Total", "members": 15, "dues": "9999999999.99", "rate": "1",
    }  # fmt: skip
    assert (table["unit"], empty["rows"], note["type"]) == ("CNY", [], "note")
    kinds = [block["type"] for block in found["parts"][1]["blocks"]]
    assert kinds == ["chart"] * 4 + ["timeline", "chart", "timeline"]
    assert found["parts"][1]["blocks"][0]["series"][0]["values"] == [
        "2500000", "3100000", "900000", None,
    ]  # fmt: skip


# PDF


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pdf_has_a_cover_contents_numbered_pages_and_repeated_headings(language: str) -> None:
    _written, data = file("pdf", whole(), language)
    reader: Any = PdfReader(BytesIO(data))
    said = pages(data)
    cover, contents, numbers, *others = said
    assert "Dues and results" in cover
    assert "For the board" in cover
    assert "江海联盟" in cover
    assert "Dues by category" in contents
    assert "1,234,567.50" in numbers
    assert (reader.xmp_metadata.pdfaid_part, reader.xmp_metadata.pdfaid_conformance) == ("2", "A")
    assert reader.metadata.title == "Dues and results"
    lying = [page.mediabox.width > page.mediabox.height for page in reader.pages]
    long = [text for text, lies in zip(said, lying, strict=True) if lies]
    assert len(long) > 1
    assert all("Due on" in text and "Days late" in text for text in long)
    assert all(str(len(said) - 1) in text.split("\n")[-1] for text in (*others, contents))


def test_headings_break_no_more_than_a_page_asks_for() -> None:
    texts = [["P-2026-0001"], ["江海华信半导体装备股份有限公司"], ["1.00"]]
    few = [Column("number", "编号"), Column("name", "单位"),
           Column("paid", "已开具应缴款", CellKind.MONEY)]  # fmt: skip
    columns, lies = printed.fitted(Table("t", "T", few, [], "CNY"), texts)
    assert not lies
    assert [(each["width"], each["flexible"]) for each in columns] == [
        (11, False), (30, True), (18, False),
    ]  # fmt: skip
    many = [few[0], few[1], *[few[2]] * 5]
    columns, lies = printed.fitted(Table("t", "T", many, [], "CNY"), [*texts[:2], *[["1.00"]] * 5])
    assert not lies
    assert [each["width"] for each in columns[2:]] == [6] * 5
    many = [few[0], few[1], *[few[2]] * 6]
    columns, lies = printed.fitted(Table("t", "T", many, [], "CNY"), [*texts[:2], *[["1.00"]] * 6])
    assert lies
    assert {each["width"] for each in columns[2:]} == {9}


def test_a_part_lies_as_a_whole_and_a_chart_of_nothing_is_left_out() -> None:
    drawn = Chart("c", "Open items", ChartKind.BARS, ["a"], [Series("n", [1])])
    nothing = Chart("d", "None", ChartKind.BARS, ["a", "b"], [Series("n", [None, 0])])
    found = printed.part_of(Part("p", "P", [long_table(2), drawn, nothing]))
    assert found["wide"]
    assert [(each["kind"], each["title"]) for each in found["blocks"]] == [
        ("table", "Open items"), ("picture", ""),
    ]  # fmt: skip
    assert 'width="711' in found["blocks"][1]["svg"]


def test_a_pdf_says_what_is_suppressed_and_what_is_not_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(printed, "ROWS", 20)
    said = " ".join(pages(file("pdf", one(*figures("JPY").blocks, long_table(41)))[1]))
    assert "suppressed" in said
    assert "21 more rows are in the workbook and the text table only." in said
    assert "1,234,567.5" in said  # exact, also where yen have no decimals
    assert "19,000" in said
    assert "Nothing to report." in said


@pytest.mark.parametrize(
    ("first", "last", "marks"),
    [
        ("2026-01-05", "2026-01-20", 8),
        ("2026-01-05", "2026-05-20", 4),
        ("2024-06-01", "2027-06-01", 6),
        ("1987-08-01", "2026-06-01", 8),
    ],
)
def test_time_lines_are_marked_at_even_distances(first: str, last: str, marks: int) -> None:
    found = ticks(date.fromisoformat(first), date.fromisoformat(last))
    assert len(found) == marks
    assert found == sorted(set(found))


# Long tables


@pytest.mark.parametrize("format", ["xlsx", "csv", "json"])
def test_memory_does_not_grow_with_the_rows(format: str) -> None:
    file(format, one(long_table(10)))  # what is loaded once
    few, many = (peak(format, rows) for rows in (1_000, 5_000))
    assert many < few * 1.5 + 200_000


def peak(format: str, rows: int) -> int:
    """Return the most memory a table of so many rows took, in bytes."""

    class Nowhere(BytesIO):
        def write(self, data: Any) -> int:
            return len(data)

    out: Any = Nowhere() if format == "json" else open("/dev/null", "wb")  # noqa: SIM115
    tracemalloc.start()
    try:
        registry.report_formats[format].write(one(long_table(rows)), frame(), out)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        out.close()
