"""Looking into a bank's file before it is taken in: lines, columns, what is wrong in which cell."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium import clock, words
from consortium.admin.acts import ActWithin
from consortium.admin.standing import standing
from consortium.errors import DomainError, Several
from consortium.models import Consortium
from consortium.words import explain
from funding.models import BankStatement, StatementLayout
from funding.operations.statements import Looked, import_statement, look_into, save_layout
from funding.rules.statements import FIELDS
from funding.rules.statements.reading import LARGEST
from funding.rules.statements.sheets import rows_of
from funding.rules.statements.values import written

OPERATION = "funding.import_statement"
KEPT = 60 * 60
"""Seconds for which a chosen file waits to be taken in."""

SHOWN, FIRST_ROWS = 50, 12

NAMES = {
    "paid_on": _("day"),
    "credit": _("money that came"),
    "debit": _("money that went"),
    "amount": _("amount with sign"),
    "side": _("came or went"),
    "payer": _("payer"),
    "payer_account": _("payer's account"),
    "reference": _("bank reference"),
    "text": _("remittance text"),
    "unit": _("currency"),
    "account": _("our account"),
}


class UploadStatement(ActWithin):
    """Choose a file, to be looked into before anything is recorded."""

    name, title = "add", _("Import a bank statement")
    operation, submit = OPERATION, _("Look into it")
    done = _("The file is read. Nothing is recorded yet.")
    note = _(
        "XLSX, XLS or CSV as the bank's online service saves it, camt.053 or MT940. You see what it"
        " brings before anything is recorded; lines that are known already stay as they are."
    )
    file = forms.FileField(label=_("file"), help_text=_("At most 5 MB."))
    layout = forms.ModelChoiceField(
        StatementLayout.objects.none(),
        label=_("layout"),
        required=False,
        help_text=_("Empty: columns are found by their headers."),
    )
    account = forms.CharField(
        label=_("our account"), max_length=60, required=False,
        help_text=_("Where the file does not name it."),
    )  # fmt: skip
    unit = forms.CharField(
        label=_("currency"), max_length=3, required=False,
        help_text=_("Where the file does not name it; empty: the consortium's own."),
    )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        here = standing(self.request)
        seen = StatementLayout.objects.visible_to(here.user, here.today)
        self.fields["layout"].queryset = seen.order_by("name")  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(gettext("The file is too large."))
        return file

    def write(self) -> str:
        data, token = self.cleaned_data, str(uuid4())
        layout: StatementLayout | None = data["layout"]
        if layout is not None and layout.consortium_id != self.consortium.pk:
            layout = None
        kept = {
            "consortium": self.consortium.pk,
            "name": data["file"].name,
            "content": data["file"].read(),
            "account": data["account"],
            "unit": data["unit"].strip().upper() or (layout.unit if layout else ""),
            "columns": layout.columns if layout else None,
        }
        cache.set(key_of(self.request, token), kept, KEPT)
        return token


def key_of(request: HttpRequest, token: str) -> str:
    return f"statement:{request.user.pk}:{token}"


class Preview:
    """The page of a chosen file."""

    def __init__(self, screen: Any, request: HttpRequest, token: str) -> None:
        self.screen, self.request, self.token = screen, request, token

    @cached_property
    def kept(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = cache.get(key_of(self.request, self.token))
        return found

    @cached_property
    def consortium(self) -> Consortium | None:
        where = standing(self.request).where(OPERATION)
        asked = self.kept["consortium"] if self.kept else None
        return next((each for each in where if each.pk == asked), None)

    @property
    def columns(self) -> Mapping[str, str | int] | None:
        """Return the columns as they were typed, or those of the layout."""
        if self.request.method != "POST":
            return self.kept["columns"] if self.kept else None
        typed = {name: self.request.POST.get(f"column-{name}", "").strip() for name in FIELDS}
        found = {name: int(text) if text.isascii() and text.isdecimal() else text
                 for name, text in typed.items() if text}  # fmt: skip
        return found or None

    def answer(self) -> HttpResponse:
        if self.kept is None or self.consortium is None:
            messages.warning(self.request, gettext("Choose the file again."))
            return HttpResponseRedirect(reverse("admin:funding_bankstatement_add"))
        found, errors = self.looked()
        if "_import" in self.request.POST and found is not None and not errors:
            return self.taken()
        return self.page(found, errors)

    @property
    def given(self) -> dict[str, Any]:
        assert self.kept is not None
        assert self.consortium is not None
        names = ("content", "account", "unit")
        return {
            **{name: self.kept[name] for name in names},
            "consortium": self.consortium,
            "columns": self.columns,
            "on": clock.today(self.consortium),
        }

    def looked(self) -> tuple[Looked | None, list[DomainError]]:
        """Return what the file would bring, and what is wrong with it."""
        try:
            found = look_into(**self.given)
        except DomainError as error:
            return None, error.errors if isinstance(error, Several) else [error]
        return found, found.faults

    def taken(self) -> HttpResponse:
        assert self.kept is not None
        assert self.consortium is not None
        by: Any = self.request.user
        try:
            statement = import_statement(**self.given, name=self.kept["name"], by=by)
            if name := self.request.POST.get("layout", "").strip():
                save_layout(
                    consortium=self.consortium,
                    name=name,
                    columns=self.columns or {},
                    unit=statement.unit,
                    by=by,
                    on=clock.today(self.consortium),
                )
        except DomainError as error:
            return self.page(None, [error])
        cache.delete(key_of(self.request, self.token))
        said = gettext("%(new)s payments are new, %(known)s were known.") % {
            "new": statement.received, "known": statement.known,
        }  # fmt: skip
        messages.success(self.request, said)
        return HttpResponseRedirect(
            f"{reverse('admin:matching')}?consortium={self.consortium.slug}"
        )

    def page(self, found: Looked | None, errors: list[DomainError]) -> HttpResponse:
        assert self.kept is not None
        columns = dict(self.columns or (found.statement.columns if found else {}))
        table = found is None or found.statement.kind == "table"
        context = {
            **self.screen.admin_site.each_context(self.request),
            "opts": BankStatement._meta,
            "title": gettext("What this statement brings"),
            "name": self.kept["name"],
            "found": found,
            "new": [shown_line(line, found.unit) for line, _r in found.new] if found else [],
            "known": [shown_line(line, found.unit) for line, _p in found.known] if found else [],
            "total": words.amount(sum_of(found), found.unit) if found and found.new else "",
            "errors": [explain(each) for each in errors[:SHOWN]],
            "more": len(errors) > SHOWN,
            "columns": [(name, NAMES[name], columns.get(name, "")) for name in FIELDS]
            if table
            else [],
            "rows": self.first_rows() if found is None else [],
        }
        return TemplateResponse(self.request, "funding/statement_preview.html", context)

    def first_rows(self) -> list[list[str]]:
        """Return how the file begins, where its columns have to be named by hand."""
        assert self.kept is not None
        try:
            rows = rows_of(self.kept["content"])
        except DomainError:
            return []
        return [[written(cell)[:40] for cell in row[:20]] for row in rows[:FIRST_ROWS]]


def sum_of(found: Looked) -> Any:
    return sum(line.amount for line, _received in found.new)


def shown_line(line: Any, unit: str) -> dict[str, Any]:
    return {
        "row": line.row,
        "on": words.day(line.paid_on),
        "amount": words.amount(line.amount, unit),
        "payer": line.payer or line.payer_account,
        "text": line.text,
        "reference": line.reference,
    }
