"""A small secretariat that moves in: its empty consortium, and the workbook it brings."""

from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

from consortium.models import Consortium
from funding.models import Charge, CutOver, OpeningItem
from funding.rules.cutover import SHEETS
from tests.cast import DUES, TODAY, Cast
from tests.factories.ledgers import fee, small

MONDAY = date(2026, 7, 6)
"""The day of the cut-over."""

ROWS: dict[str, list[tuple[Any, ...]]] = {
    "organizations": [
        ("91310000607342023U", "上海示例电子有限公司", "Shanghai Example", "enterprise", "CN"),
        ("", "示例研究所", "", "research_institute · 研究所", "CN"),
    ],
    "members": [
        ("91310000607342023U", "member", date(2025, 1, 1)),
        ("示例研究所", "member", date(2025, 7, 1)),
    ],
    "appointments": [
        ("Wang Xiao", "wang@example.com", "signatory · Signatory", "Shanghai Example", None),
        ("Li Qing", "li@example.org", "auditor", None, date(2026, 7, 1)),
    ],
    "seats": [
        ("91310000607342023U", "board · Board", "vice_chair", "Wang Xiao", date(2025, 3, 1), None),
    ],
    "open_items": [
        ("91310000607342023U", "dues", "OLD-17", date(2025, 3, 1), date(2025, 4, 30), 50000, "USD"),
        ("示例研究所", "fee", "OLD-04", date(2026, 6, 1), date(2026, 9, 30), 1250.5, "USD"),
    ],
    "credits": [("示例研究所", 800, "USD"), ("示例研究所", 100, "CNY")],
    "totals": [
        ("USD", "receivable", 51250.5, None),
        ("USD", "on_account", None, 800),
        ("USD", "opening", None, 50450.5),
        ("CNY", "on_account", None, 100),
        ("CNY", "opening", 100, None),
    ],
}  # fmt: skip


BOARD = {"bodies": [{"code": "board", "label": {"en": "Board"}, "kind": "board", "seats": 1}]}
"""Its one body, on which one member sits."""


def empty(sections: dict[str, Any] | None = None) -> Consortium:
    """Return a consortium nobody has joined yet, with dues that are secret and an open fee."""
    sections = {"governance": BOARD, **(sections or {})}
    return small("moving", DUES, fee(visibility="members"), members=(), sections=sections)


def workbook(**changes: list[tuple[Any, ...]]) -> bytes:
    """Return the secretariat's workbook, with some of its sheets changed.

    A text that begins with `=` becomes a formula.
    """
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for sheet in SHEETS:
            page = book.add_worksheet(sheet.code)
            page.write_row(0, 0, [each.code for each in sheet])
            for number, row in enumerate((ROWS | changes)[sheet.code], start=2):
                for place, value in enumerate(row):
                    page.write(number, place, value, day if isinstance(value, date) else None)
    return out.getvalue()


def move_some(cast: Cast, done_on: date | None = None) -> None:
    """Say that here and elsewhere came from other books, and that each of the dues did."""
    for each in (cast.consortium, cast.other):
        moved = CutOver.objects.create(
            consortium=each, on=TODAY, name="old.xlsx", proposed_on=TODAY, done_on=done_on
        )
        for charge in Charge.objects.filter(consortium=each, levy="dues", instalment=1):
            number = f"OLD-{charge.number}"
            OpeningItem.objects.create(
                consortium=each, cut_over=moved, charge=charge, number=number, issued_on=TODAY
            )
