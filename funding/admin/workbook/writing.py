"""Writing a figures sheet: typed cells, lists to choose from, and what to do with it."""

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from consortium import words
from consortium.admin.acts import FigureField
from consortium.models import Member
from funding.admin.figures import input_of
from funding.admin.workbook.columns import FIRST, MARK, columns_of, worded
from funding.models import Round
from funding.reports.rounds import Due
from funding.words import label


def written(round: Round, due: Due, members: Iterable[Member]) -> bytes:
    """Return a workbook in which these members' figures can be filled in."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        Writer(book, round, due).write(list(members))
    return out.getvalue()


class Writer:
    """Fills a workbook: the sheet itself, what to do with it, and what may be chosen."""

    def __init__(self, book: Any, round: Round, due: Due) -> None:
        self.round, self.due = round, due
        self.fields = columns_of(round, due)
        self.sheet = book.add_worksheet(_("Figures"))
        self.guide = book.add_worksheet(_("Instructions"))
        self.lists = book.add_worksheet("lists")
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.kinds = {
            kind: book.add_format({"locked": False, "num_format": pattern})
            for kind, pattern in (
                ("money", "#,##0.00"),
                ("count", "#,##0"),
                ("number", "General"),
                ("day", "yyyy-mm-dd"),
                ("text", "@"),
            )
        }

    def write(self, members: list[Member]) -> None:
        self.heading()
        cells = [self.kinds[self.kind(name)] for name in self.fields]
        for number, member in enumerate(members, start=FIRST):
            self.sheet.write_string(number, 0, str(member.uid))
            self.sheet.write_string(number, 1, str(member))
            for column, cell in enumerate(cells, start=FIRST):
                self.sheet.write_blank(number, column, None, cell)
        last = FIRST + max(len(members), 1) - 1
        for column, name in enumerate(self.fields, start=FIRST):
            allowed = self.allowed(name, column)
            self.sheet.data_validation(FIRST, column, last, column, allowed)
        self.sheet.protect("", {"format_columns": True, "format_rows": True})
        self.instructions()
        self.lists.hide()

    def heading(self) -> None:
        sheet = self.sheet
        sheet.write_row(0, 0, [f"{MARK}{self.round.uid}", "name", *self.fields])
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_column(0, 0, None, None, {"hidden": True})
        sheet.write_string(1, 1, capfirst(_("member")), self.head)
        sheet.set_column(1, 1, 34)
        for column, each in enumerate(self.fields.values(), start=FIRST):
            hint = f"\n({each.help_text})" if each.help_text else ""
            sheet.write_string(1, column, f"{capfirst(each.label)}{hint}", self.head)
        sheet.set_column(FIRST, FIRST + len(self.fields) - 1, 20)
        sheet.freeze_panes(FIRST, FIRST)

    def kind(self, name: str) -> str:
        """Return what kind of cell a field has."""
        each = self.fields[name]
        if isinstance(each, forms.DateField):
            return "day"
        if not isinstance(each, FigureField):
            return "text"
        domain = self.due.levy.inputs[input_of(name)].domain
        if domain.whole:
            return "count"
        return "money" if domain.money else "number"

    def allowed(self, name: str, column: int) -> dict[str, Any]:
        """Return what a spreadsheet lets people type in a field's cells."""
        each = self.fields[name]
        if isinstance(each, forms.ChoiceField):
            found = [text for _code, text in worded(each)]
            self.lists.write_column(0, column, found)
            letter = xl_col_to_name(column, col_abs=True)
            return {"validate": "list", "source": f"=lists!{letter}$1:{letter}${len(found)}"}
        if isinstance(each, forms.DateField):
            first, last = date(1990, 1, 1), date(2199, 12, 31)
            return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last}
        if isinstance(each, FigureField):
            return {
                "validate": "integer" if self.kind(name) == "count" else "decimal",
                "criteria": ">=",
                "value": 0,
                "error_title": str(each.label)[:32],
                "error_message": _("Write a number, zero or more."),
            }
        return {"validate": "length", "criteria": "<=", "value": 150}

    def instructions(self) -> None:
        period = words.period(self.round.starts_on, self.round.ends_on)
        lines = (
            f"{label(self.due.levy.label)} · {period}",
            _("Fill in a row for each paper; leave the rows of the others empty."),
            _("Write amounts as plain numbers, without a currency; choose where there is a list."),
            _("Say who signed the paper and its date."),
            _("Leave names, hidden cells and the order of columns as they are."),
            _("Then choose the file on the page “Enter figures”: it is read and judged first."),
        )
        self.guide.set_column(0, 0, 100)
        for number, line in enumerate(lines):
            self.guide.write_string(number, 0, line, self.head if number == 0 else None)
