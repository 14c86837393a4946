"""Papers: data that are never code, the same bytes each time, readable in both languages."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from consortium.papers import bound, download, render

TEMPLATE = Path(__file__).with_name("plain.typ")
ON = date(2026, 3, 2)


def paper(*texts: str, language: str = "en", on: date = ON) -> bytes:
    data = {"title": "A title", "texts": list(texts)}
    return render(TEMPLATE, data, language=language, on=on)


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def standard(pdf: bytes) -> tuple[str | None, str | None]:
    """Return what archival standard a document claims: part and level."""
    xmp: Any = PdfReader(BytesIO(pdf)).xmp_metadata
    return xmp.pdfaid_part, xmp.pdfaid_conformance


@pytest.mark.parametrize(
    "text",
    [
        '#panic("x") #import "y"',
        "*not bold* _nor slanted_ `nor code` $x^2$",
        "<label> @reference // no comment /* nor this */",
        "= no heading",
        "- no list",
        r"back\slash \n \u0041 \u{41}",
        "[content] {block} (list) \"double\" 'single' “both”",
        "{page} %(name)s {{ name }} <script>alert(1)</script>",
        "江海省集成电路装备产业技术创新战略联盟（筹）",
        "Łódź Ağaoğlu Žižek Ωmega Ѓорѓи",
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_looks_like_code_is_printed(text: str, language: str) -> None:
    said = pages(paper(text, language=language))[0]
    assert said.replace(" ", "").startswith(text.replace(" ", ""))


@pytest.mark.parametrize("text", ["שלום עולם", "مرحبا بالعالم"])
def test_text_from_right_to_left_is_printed(text: str) -> None:
    said = pages(paper(f"{text} Ltd"))[0]
    assert set(text) <= set(said)
    assert standard(paper(text)) == ("2", "A")


@pytest.mark.parametrize(
    "text", ["before\0after", "before\x1bafter", "before\u202eafter", "before\ud800after"]
)
def test_what_cannot_be_printed_gives_way_to_a_space(text: str) -> None:
    assert pages(paper(text))[0].startswith("before after")
    assert standard(paper(text)) == ("2", "A")


def test_a_character_that_no_font_has_costs_the_archival_form_only() -> None:
    pdf = paper("Smile \N{GRINNING FACE} Ltd")
    assert pages(pdf)[0].startswith("Smile")
    assert standard(pdf) == (None, None)


def test_the_same_data_give_the_same_bytes_and_the_day_is_the_one_given() -> None:
    assert paper("Text", "字") == paper("Text", "字")
    assert paper("Text") != paper("Text", on=date(2026, 3, 3))
    metadata: Any = PdfReader(BytesIO(paper("Text"))).metadata
    assert (metadata.title, metadata.creation_date.date()) == ("A title", ON)


def test_each_letter_counts_its_own_pages() -> None:
    said = pages(paper("Short", "Long " * 2000, "Short"))
    ends = [each.splitlines()[-1] for each in said]
    assert ends == [
        "Foot Page 1 of 1", "Foot Page 1 of 3", "Foot Page 2 of 3", "Foot Page 3 of 3",
        "Foot Page 1 of 1",
    ]  # fmt: skip


def test_a_word_longer_than_the_line_is_broken_and_an_account_number_is_not() -> None:
    lines = pages(paper("X" * 200))[0].splitlines()
    assert len([line for line in lines if line.startswith("X")]) > 1
    iban = "GB33BUKB20201555555555" + "0" * 12
    assert iban in pages(paper(f"Account {iban}"))[0]


def test_several_papers_are_bound_into_one() -> None:
    one, two = paper("One"), paper("Two", on=date(2026, 3, 3))
    whole = bound([one, two])
    assert [said.splitlines()[0] for said in pages(whole)] == ["One", "Two"]
    assert whole == bound(iter([one, two]))
    metadata: Any = PdfReader(BytesIO(whole)).metadata
    assert (metadata.title, metadata.creation_date.date()) == ("A title", ON)
    assert bound([one]) == one


def test_a_download_is_kept_by_nobody() -> None:
    response = download(b"%PDF", name="2026-00001.pdf", language="zh-hans")
    assert response.content == b"%PDF"
    assert dict(response.headers) == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="2026-00001.pdf"',
        "Content-Language": "zh-hans",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
