"""What is paid and misses a voucher, by age, and the list to fill in and send back."""

from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.text import slugify
from django.utils.translation import get_language, gettext, gettext_lazy

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.pages import ConsortiumPage
from consortium.admin.standing import standing as roles_of
from consortium.models import Consortium
from consortium.papers.sheets import WRITERS, put, saved
from funding.admin.arrears import LINES, READERS, ages
from funding.admin.voucher_acts import RecordVoucher
from funding.models import CutOver
from funding.reports.vouchers import Missing, missing
from funding.rules.voucher_list import COLUMNS, KINDS
from funding.rules.vouchers import NONE


class MissingVouchers(ConsortiumPage):
    """Paid charges without a voucher, the longest paid first."""

    roles = READERS
    title = gettext_lazy("Missing vouchers")
    template_name = "funding/missing_vouchers.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        consortium = self.consortium()
        on = clock.today(consortium)
        found = missing(consortium, on=on)
        if request.GET.get("as") == "xlsx":
            return listed(found, name=slugify(f"vouchers-{consortium.slug}-{on.isoformat()}"))
        age = request.GET.get("age", "")
        picked = [each for each in found if age in ("", str(each.age))]
        return self.page(
            consortium=consortium,
            on=words.day(on),
            since=moved_in(consortium),
            ages=[{"number": str(n), "label": text} for n, text in enumerate(ages())],
            rows=board(found),
            lines=[line(each) for each in picked[:LINES]],
            more=len(picked) - LINES,
            age=age,
            may_record=roles_of(request).may(RecordVoucher.operation, consortium),
        )


def moved_in(consortium: Consortium) -> str:
    """Return the day of the cut-over, before which vouchers were given elsewhere."""
    done = CutOver.objects.filter(consortium=consortium, done_on__isnull=False).first()
    return words.day(done.on) if done else ""


def board(found: list[Missing]) -> list[dict[str, Any]]:
    """Return what is missing by unit and age, with counts."""
    rows = []
    for unit in sorted({each.charge.unit for each in found}):
        here = [each for each in found if each.charge.unit == unit]
        groups = [[each for each in here if each.age == n] for n, _label in enumerate(ages())]
        rows.append({"unit": unit, "cells": [summed(group) for group in groups],
                     "total": summed(here)})  # fmt: skip
    return rows


def summed(found: list[Missing]) -> dict[str, Any]:
    if not found:
        return {"amount": "", "count": 0}
    total = sum((each.missing for each in found), NONE)
    return {"amount": words.amount(total, found[0].charge.unit), "count": len(found)}


def line(each: Missing) -> dict[str, Any]:
    return {
        "member": shown.link(each.charge.member),
        "charge": shown.link(each.charge),
        "uid": each.charge.uid,
        "paid_on": words.day(each.paid_on),
        "days": each.days,
        "paid": words.amount(each.paid, each.charge.unit),
        "missing": words.amount(each.missing, each.charge.unit),
    }


def listed(found: list[Missing], *, name: str) -> FileResponse:
    """Answer with the list to fill in: a row for each charge that misses a voucher."""
    return saved(
        lambda out: write_list(found, out),
        name=f"{name}.xlsx",
        content_type=WRITERS["xlsx"][1],
    )


def write_list(found: list[Missing], out: IO[bytes]) -> None:
    """Write the list as XLSX in the reader's language; numbers are text, to keep each digit."""
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        money = book.add_format({"num_format": "#,##0.00#"})
        styles = {"amount": money, "issued_on": day}
        for column, (field, names) in enumerate(COLUMNS.items()):
            sheet.set_column(column, column, 22, styles.get(field, text))
            sheet.write_string(0, column, names[language][0], bold)
        last = len(COLUMNS)
        sheet.set_column(last, last, 14, day)
        sheet.write_string(0, last, gettext("Paid on"), bold)
        sheet.freeze_panes(1, 0)
        chosen = [names[0 if language == "en" else 1] for names in KINDS.values()]
        rule = {"validate": "list", "source": [each.capitalize() for each in chosen]}
        sheet.data_validation(1, 0, max(len(found), 1), 0, rule)
        at = {field: column for column, field in enumerate(COLUMNS)}
        for row, each in enumerate(found, start=1):
            charge = each.charge
            put(sheet, row, at["amount"], each.missing, money)
            put(sheet, row, last, each.paid_on, day)
            said = {"unit": charge.unit, "payer": str(charge.member), "charges": charge.number}
            for field, value in said.items():
                put(sheet, row, at[field], value, text)
