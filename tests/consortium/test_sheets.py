"""Tables as files: what a spreadsheet reads is what was meant."""

from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from consortium.papers.sheets import Cell, download, print_csv, write_csv, write_xlsx

ROWS: list[list[Cell]] = [
    ["name", "amount", "on", "count", "none"],
    ["=1+1", Decimal("-5.00"), date(2026, 3, 2), 3, None],
    ["华信", Decimal("1234567890123456.78"), date(1999, 12, 31), 0, None],
]


def test_csv_keeps_numbers_and_marks_formulas() -> None:
    out = BytesIO()
    write_csv(ROWS, out)
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    assert out.getvalue().decode("utf-8-sig").split("\r\n") == [
        "name,amount,on,count,none",
        "'=1+1,-5.00,2026-03-02,3,",
        "华信,1234567890123456.78,1999-12-31,0,",
        "",
    ]
    text = StringIO()
    print_csv(ROWS, text)
    assert text.getvalue().splitlines()[1] == "'=1+1,-5.00,2026-03-02,3,"


def test_xlsx_keeps_types_and_what_a_number_cannot_hold_as_text() -> None:
    out = BytesIO()
    write_xlsx(ROWS, out)
    _head, first, second = (
        CalamineWorkbook.from_filelike(BytesIO(out.getvalue())).get_sheet_by_index(0).to_python()
    )
    assert first == ["'=1+1", -5.0, date(2026, 3, 2), 3.0, ""]
    assert second == ["华信", "1234567890123456.78", date(1999, 12, 31), 0.0, ""]


@pytest.mark.django_db  # a response that ends closes old connections
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_download_is_kept_by_nobody(kind: str) -> None:
    response = download(ROWS, kind=kind, name="表 a/b")
    try:
        assert response["Cache-Control"] == "private, no-store"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "attachment" in response["Content-Disposition"]
        assert b"".join(response.streaming_content)
    finally:
        response.close()
