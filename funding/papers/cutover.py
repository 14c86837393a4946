"""The cut-over workbook to be filled in: headers in both languages, lists, an example."""

from collections.abc import Callable, Iterable
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy
from xlsxwriter.utility import xl_col_to_name

from consortium.models import Charter, Consortium
from consortium.states import LANGUAGES, ORGANIZATION_KINDS, RANKS, Role
from funding.rules.cutover import SHEETS, Column, Kind, OpeningAccount, Sheet
from funding.rules.cutover.reading import BETWEEN, ROWS
from funding.states import AccountKind
from funding.words import label

FIRST = 2
"""The first row to fill in, counted from 0: codes, hidden, and headers stand above."""

HEADERS = {
    "organizations": _("Organizations that are not known here yet"),
    "members": _("Members"),
    "appointments": _("People and what they are appointed to"),
    "seats": _("Seats of members on the bodies of the charter"),
    "open_items": _("Items open on the cut-over day"),
    "credits": _("Credits on account"),
    "totals": _("Control totals: the trial balance of the cut-over day"),
    "registration_number": _("registration number"),
    "name_zh": _("name (Chinese)"),
    "name_en": _("name (English)"),
    "kind": _("kind"),
    "country": _("country, two letters"),
    "organization": _("organization: registration number or exact name"),
    "category": _("category"),
    "starts_on": _("from"),
    "person": _("person"),
    "email": _("mail address"),
    "role": _("role"),
    "body": pgettext_lazy("governance", "body"),
    "rank": _("rank"),
    "ends_on": _("until (exclusive)"),
    "levy": _("levy"),
    "number": _("former number"),
    "issued_on": _("issued on"),
    "due_on": _("due on"),
    "amount": _("amount"),
    "voucher": _("number of the voucher that was given for it already"),
    "unit": _("currency or unit"),
    "account": _("account"),
    "debit": _("debit"),
    "credit": _("credit"),
}
GUIDE = (
    _("Fill in the sheets to the right; leave those empty for which you have nothing."),
    _("Keep the names of the sheets, the hidden first row and the headers; write no formulas."),
    _("Name an organization everywhere by its registration number, or by its exact name."),
    _("An appointment without an organization is one of the secretariat's own people."),
    _("An open item is what is still unpaid of one bill; keep its number as the member knows it."),
    _("What is open and has its voucher already, such as an invoice sent with the bill, names it;"
      " for the others a voucher is missed once they are paid. Credits had theirs when they were"
      " paid."),
    _("The control totals are taken from the old books, not from this file: per currency or unit"
      " what members owe (debit), what stands on their account (credit), and the difference as"
      " opening balance on the other side."),
    _("The file is checked first; every mistake is told with its sheet and cell. Nothing comes"
      " over until all of it can, and the totals agree."),
)  # fmt: skip
EXAMPLE: dict[str, list[tuple[Any, ...]]] = {
    "organizations": [
        ("91310000607342023U", "上海示例电子有限公司", "Shanghai Example", "enterprise", "CN"),
        ("", "示例研究所", "Example Institute", "research_institute", "CN"),
    ],
    "members": [
        ("91310000607342023U", "full", date(2023, 1, 1)),
        ("示例研究所", "full", date(2024, 7, 1)),
    ],
    "appointments": [
        ("王晓", "wang@example.com", "signatory", "91310000607342023U", ""),
        ("李青", "li@example.org", "finance", "", date(2026, 7, 1)),
    ],
    "seats": [
        ("91310000607342023U", "board", "vice_chair", "王晓", date(2025, 3, 1), date(2028, 3, 1)),
    ],
    "open_items": [
        ("示例研究所", "dues", "2025-17", date(2025, 3, 1), date(2025, 4, 30), 50000, "CNY", ""),
        ("示例研究所", "dues", "2026-004", date(2026, 3, 1), date(2026, 4, 30), 12500.5, "CNY",
         "26112000000012345678"),
    ],
    "credits": [("示例研究所", 800, "CNY")],
    "totals": [
        ("CNY", "receivable", 62500.5, ""),
        ("CNY", "on_account", "", 800),
        ("CNY", "opening", "", 61700.5),
    ],
}  # fmt: skip


def template(consortium: Consortium | None, on: date) -> bytes:
    """Return an empty workbook; of a consortium with the levies of its charter on a day."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        Writer(book, *named_by_charter(consortium, on)).write()
    return out.getvalue()


def named_by_charter(consortium: Consortium | None, on: date) -> tuple[list[str], list[str]]:
    """Return the levies and the bodies to choose from, each by its code and name."""
    charter = Charter.objects.adopted().on(on).filter(consortium=consortium).first()
    sections = {each.code: each.parsed() for each in charter.sections.all()} if charter else {}
    levies = sections["dues"].levies if "dues" in sections else ()
    bodies = sections["governance"].bodies if "governance" in sections else ()
    return coded(levies), coded(bodies)


def coded(entries: Iterable[Any]) -> list[str]:
    return [f"{each.code} {BETWEEN} {label(each.label)}" for each in entries]


def both(text: Any) -> str:
    """Return a text in each language, once where they are the same."""
    said = []
    for language, _name in LANGUAGES:
        with override(language):
            said.append(str(text))
    return " / ".join(dict.fromkeys(capfirst(each) for each in said))


def named(choices: Iterable[tuple[str, Any]]) -> list[str]:
    return [f"{code} {BETWEEN} {both(name)}" for code, name in choices]


class Writer:
    """Fills a workbook: the guide, a sheet for each table, the example, and the lists."""

    def __init__(self, book: Any, levies: list[str], bodies: list[str]) -> None:
        self.book = book
        accounts = [(each.value, AccountKind(each.value).label) for each in OpeningAccount]
        self.choices = {
            "kind": named(ORGANIZATION_KINDS),
            "role": named(Role.choices),
            "account": named(accounts),
            "levy": levies,
            "rank": named(RANKS),
            "body": bodies,
        }
        self.head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8EEF4"}
        )
        self.title = book.add_format({"bold": True, "font_size": 13})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.cells = {
            Kind.TEXT: book.add_format({"num_format": "@"}),
            Kind.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
            Kind.AMOUNT: book.add_format({"num_format": "#,##0.00"}),
        }

    def write(self) -> None:
        guide = self.book.add_worksheet("guide")
        tables = [(sheet, self.book.add_worksheet(sheet.code)) for sheet in SHEETS]
        example = self.book.add_worksheet("example")
        self.lists = self.book.add_worksheet("lists")
        self.fill_lists()
        self.explain(guide)
        for sheet, page in tables:
            self.table(sheet, page)
        self.show_example(example)
        self.lists.hide()

    def fill_lists(self) -> None:
        for column, choices in enumerate(self.choices.values()):
            self.lists.write_column(0, column, choices)

    def explain(self, page: Any) -> None:
        page.set_column(0, 0, 110)
        page.write_string(0, 0, both(_("Cut-over workbook")), self.title)
        for number, line in enumerate(GUIDE, start=1):
            page.write_string(number, 0, both(line).replace(" / ", "\n"), self.wrapped)

    def table(self, sheet: Sheet, page: Any) -> None:
        page.write_row(0, 0, [each.code for each in sheet])
        page.set_row(0, None, None, {"hidden": True})
        for place, column in enumerate(sheet):
            self.header(page, 1, place, column)
            page.set_column(place, place, 24, self.cells[column.kind])
            if allowed := self.allowed(column):
                page.data_validation(FIRST, place, FIRST + ROWS - 1, place, allowed)
        page.freeze_panes(FIRST, 0)

    def header(self, page: Any, row: int, place: int, column: Column) -> None:
        star = " *" if column.required else ""
        page.write_string(row, place, f"{both(HEADERS[column.code])}{star}", self.head)

    def allowed(self, column: Column) -> dict[str, Any] | None:
        """Return what a spreadsheet lets people type in a column's cells."""
        if choices := self.choices.get(column.code):
            letter = xl_col_to_name(list(self.choices).index(column.code), col_abs=True)
            return {"validate": "list", "source": f"=lists!{letter}$1:{letter}${len(choices)}"}
        if column.kind == Kind.DAY:
            first, last = date(1900, 1, 1), date(2199, 12, 31)
            return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last}
        if column.kind == Kind.AMOUNT:
            return {"validate": "decimal", "criteria": ">=", "value": 0}
        return {"validate": "length", "criteria": "<=", "value": column.longest}

    def show_example(self, page: Any) -> None:
        page.set_column(0, max(len(sheet.columns) for sheet in SHEETS) - 1, 24)
        row = 0
        for sheet in SHEETS:
            page.write_string(
                row, 0, f"{sheet.code} {BETWEEN} {both(HEADERS[sheet.code])}", self.title
            )
            for place, column in enumerate(sheet):
                self.header(page, row + 1, place, column)
            for number, values in enumerate(EXAMPLE[sheet.code], start=row + 2):
                for place, (column, value) in enumerate(zip(sheet, values, strict=True)):
                    self.put(page, number, place, column, value)
            row += len(EXAMPLE[sheet.code]) + 3

    def put(self, page: Any, row: int, place: int, column: Column, value: Any) -> None:
        style = self.cells[column.kind]
        write: dict[type, Callable[..., Any]] = {
            date: page.write_datetime, int: page.write_number, float: page.write_number,
        }  # fmt: skip
        if value != "":
            write.get(type(value), page.write_string)(row, place, value, style)
