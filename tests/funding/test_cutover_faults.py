"""What is wrong with a cut-over workbook: each fault by its sheet and cell, and nothing kept."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from django.utils import translation

from consortium.errors import DomainError
from consortium.models import Consortium, Member, Organization, User
from consortium.words import explain
from funding.models import Charge, CutOver, Transfer
from funding.operations.cutover import CutOverRefused, check_cutover, propose_cutover
from funding.papers.cutover import EXAMPLE, template
from funding.rules.cutover import SHEETS, read
from funding.rules.cutover.reading import BookTooLarge, BookUnreadable, SheetMissing
from tests.factories.moving import MONDAY, ROWS, empty, workbook

AMBIGUOUS = [*ROWS["organizations"], ("", "示例研究所", "Another", "other", "US")]


@pytest.fixture
def consortium(db: None) -> Consortium:
    return empty()


def faults(consortium: Consortium, content: bytes) -> list[tuple[str, str]]:
    """Return what a workbook is refused for: each cell and the code of what is wrong."""
    with pytest.raises(CutOverRefused) as refused:
        check_cutover(consortium=consortium, content=content, day=MONDAY, on=MONDAY)
    found = [error.values for error in refused.value.errors]
    return [(f"{each['sheet']}!{each['cell']}", each["why"].code) for each in found]


def changed(sheet: str, row: int, **cells: Any) -> dict[str, list[tuple[Any, ...]]]:
    """Return a sheet of which some cells of a row say something else, by their column."""
    places = [each.code for one in SHEETS if one.code == sheet for each in one]
    rows = [list(each) for each in ROWS[sheet]]
    for column, value in cells.items():
        rows[row][places.index(column)] = value
    return {sheet: [tuple(each) for each in rows]}


NOT_LISTED = [(cell, "cutover_no_member") for cell in ("open_items!A4", "credits!A3", "credits!A4")]

WRONG: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("a formula", changed("open_items", 0, amount="=1+1"),
     [("open_items!F3", "cutover_formula")]),
    ("a formula for a text", changed("members", 1, category='="member"'),
     [("members!B4", "cutover_formula")]),
    ("no day", changed("members", 0, starts_on="soon"), [("members!C3", "cutover_no_day")]),
    ("no amount", changed("credits", 0, amount="much"), [("credits!B3", "cutover_no_amount")]),
    ("below zero", changed("credits", 0, amount=-1), [("credits!B3", "cutover_no_amount")]),
    ("nothing", changed("credits", 0, amount=0), [("credits!B3", "cutover_nothing_open")]),
    ("too fine", changed("credits", 0, amount=0.001), [("credits!B3", "finer_than_unit")]),
    ("empty", changed("open_items", 1, number=""), [("open_items!C4", "cutover_cell_empty")]),
    ("too long", changed("open_items", 1, number="N" * 41),
     [("open_items!C4", "cutover_cell_too_long")]),
    ("no kind", changed("organizations", 0, kind="club"),
     [("organizations!D3", "cutover_no_choice")]),
    ("no country", changed("organizations", 0, country="XX"),
     [("organizations!E3", "unknown_country")]),
    ("a number mistyped", changed("organizations", 1, registration_number="91310000607342023X"),
     [("organizations!A4", "wrong_registration_number")]),
    ("a number no longer exact", changed("organizations", 1, registration_number=9131000060734202),
     [("organizations!A4", "cutover_digits")]),
    ("the same number twice", {"organizations": [ROWS["organizations"][0]] * 2
                               + ROWS["organizations"][1:]},
     [("organizations!A4", "cutover_repeated")]),
    ("two of one name", {"organizations": AMBIGUOUS},
     [(cell, "cutover_ambiguous")
      for cell in ("members!A4", "open_items!A4", "credits!A3", "credits!A4")]),
    ("unknown organization", changed("members", 1, organization="Nobody"),
     [("members!A4", "cutover_unknown_organization"), *NOT_LISTED]),
    ("no member", {"members": ROWS["members"][:1]}, NOT_LISTED),
    ("a member twice", {"members": [*ROWS["members"], ROWS["members"][0]]},
     [("members!A5", "cutover_repeated")]),
    ("no such category", changed("members", 0, category="gold"),
     [("members!B3", "cutover_unknown_category")]),
    ("before the consortium", changed("members", 0, starts_on=date(2020, 1, 1)),
     [("members!C3", "term_outside_consortium")]),
    ("no mail address", changed("appointments", 0, email="wang"),
     [("appointments!B3", "cutover_no_email")]),
    ("no such role", changed("appointments", 0, role="king"),
     [("appointments!C3", "cutover_no_choice")]),
    ("a member's role for nobody", changed("appointments", 1, role="signatory"),
     [("appointments!D4", "organization_missing")]),
    ("no such body", changed("seats", 0, body="senate"), [("seats!B3", "no_such_body")]),
    ("no such rank", changed("seats", 0, rank="king"), [("seats!C3", "cutover_no_choice")]),
    ("a seat before joining", changed("seats", 0, starts_on=date(2024, 6, 1)),
     [("seats!E3", "seat_of_no_member")]),
    ("a seat that ends before", changed("seats", 0, ends_on=date(2025, 2, 1)),
     [("seats!F3", "ends_before_start")]),
    ("a body of one seat", {"seats": [*ROWS["seats"], ("示例研究所", *ROWS["seats"][0][1:4],
                                                       date(2026, 1, 1), None)]},
     [("seats!B4", "body_full")]),
    ("a seat of nobody", changed("seats", 0, organization="Nobody"),
     [("seats!A3", "cutover_unknown_organization")]),
    ("no such levy", changed("open_items", 0, levy="tithe"), [("open_items!B3", "unknown_levy")]),
    ("wrong currency", changed("open_items", 0, unit="CNY"),
     [("open_items!G3", "cutover_other_unit")]),
    ("no currency", changed("credits", 1, unit="XYZ"), [("credits!C4", "unknown_currency")]),
    ("issued later", changed("open_items", 1, issued_on=MONDAY + timedelta(days=1)),
     [("open_items!D4", "cutover_after_day")]),
    ("due before", changed("open_items", 1, due_on=date(2026, 5, 1)),
     [("open_items!E4", "cutover_due_before_issue")]),
    ("a number of two items", changed("open_items", 1, number="OLD-17"),
     [("open_items!C4", "cutover_repeated")]),
    ("a wrong total", changed("totals", 0, debit=51250.4),
     [("totals!C3", "cutover_total_differs")]),
    ("a total for nothing", {"totals": [*ROWS["totals"], ("EUR", "receivable", 5, "")]},
     [("totals!C8", "cutover_total_differs")]),
    ("no total", {"totals": ROWS["totals"][:-1]}, [("totals!A7", "cutover_total_missing")]),
    ("a total twice", {"totals": [*ROWS["totals"], ROWS["totals"][0]]},
     [("totals!A8", "cutover_repeated")]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), [each[1:] for each in WRONG],
                         ids=[each[0] for each in WRONG])  # fmt: skip
def test_each_fault_is_told_with_its_cell(
    consortium: Consortium, changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert faults(consortium, workbook(**changes)) == expected


def test_all_faults_are_told_at_once_and_nothing_is_kept(consortium: Consortium) -> None:
    content = workbook(
        **changed("organizations", 1, kind="club"),
        **changed("members", 0, category="gold"),
        **changed("open_items", 1, due_on="never"),
    )
    people = User.objects.count()
    with pytest.raises(CutOverRefused) as refused:
        propose_cutover(
            consortium=consortium, name="b.xlsx", content=content, day=MONDAY, by=None, on=MONDAY
        )
    with translation.override("en"):
        assert explain(refused.value).splitlines() == [
            (
                "Cell organizations!D4: “club” is none of the choices; choose from: enterprise,"
                " university, research_institute, intermediary, government, other."
            ),
            (
                "Cell members!B3: The charter of the cut-over day has no category “gold”."
                " It has: member."
            ),
            "Cell open_items!E4: “never” is no day; write it as 2026-07-01.",
        ]
    for model in (CutOver, Charge, Transfer, Member, Organization):
        assert not model._default_manager.exists()
    assert User.objects.count() == people


def book_of(*sheets: str) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name in sheets:
            book.add_worksheet(name)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", BookUnreadable),
        (b"PK\x03\x04 cut short", BookUnreadable),
        (b"%PDF-1.4", BookUnreadable),
        (workbook()[:-200], BookUnreadable),
        (bytes(6 * 1024 * 1024), BookTooLarge),
        (book_of("members"), SheetMissing),
    ],
    ids=["empty", "no_archive", "another_kind", "cut_short", "too_large", "sheets_missing"],
)
def test_what_is_no_such_workbook_is_refused(content: bytes, error: type[DomainError]) -> None:
    with pytest.raises(error):
        read(content)


def test_columns_that_are_gone_are_named(consortium: Consortium) -> None:
    found = faults(consortium, book_of(*(each.code for each in SHEETS)))
    assert found == [(f"{each.code}!A1", "cutover_column_missing") for each in SHEETS]


def test_the_template_is_read_and_its_example_fits(db: None) -> None:
    consortium = empty()
    with translation.override("zh-hans"):
        content = template(consortium, MONDAY)
    assert read(content).counts == {each.code: 0 for each in SHEETS}
    book = read(workbook(**EXAMPLE))
    assert book.faults == []
    assert book.counts == {code: len(rows) for code, rows in EXAMPLE.items()}
