"""Bank statements: a file is looked into first, and only then taken in."""

from typing import Any

from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium.admin import additions
from consortium.admin.acts import Act
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from funding.admin.statement_preview import Preview, UploadStatement
from funding.models import FINANCE_READERS, BankStatement, StatementLayout
from funding.operations.statements import drop_layout


@admin.register(BankStatement)
class BankStatementAdmin(ConsortiumAdmin):
    view_roles = frozenset(FINANCE_READERS)
    adds = UploadStatement
    list_display = ("name", "account", "unit", "lines", "received", "known", "imported_on")
    list_filter = (("consortium", ScopedFilter), "unit", "imported_on")
    search_fields = ("name", "account")
    ordering = ("-imported_on", "-pk")
    select = ("consortium", "imported_by", "document")
    fields = (
        ("name", "consortium"), ("account", "unit"), ("lines", "received", "known", "went"),
        ("imported_on", "imported_by"), "payments_shown",
    )  # fmt: skip
    readonly_fields = ("went", "payments_shown")

    @display(description=_("debits, not imported"))
    def went(self, row: BankStatement) -> int:
        return row.lines - row.received - row.known

    @display(description=_("payments"))
    def payments_shown(self, row: BankStatement) -> str:
        return ", ".join(str(each) for each in row.payments.order_by("pk")[:100]) or "—"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("look/<uuid:token>/", wrap(self.look), name="funding_bankstatement_look"),
            path("<int:object_id>/file/", wrap(self.file), name="funding_bankstatement_file"),
            *super().get_urls(),
        ]

    def look(self, request: HttpRequest, token: Any) -> HttpResponse:
        """Show what a file that was chosen would bring, or take it in."""
        return Preview(self, request, str(token)).answer()

    def file(self, request: HttpRequest, object_id: int) -> FileResponse:
        """Answer with the file as the bank gave it."""
        statement: BankStatement = self.row(request, str(object_id))
        document = statement.document
        if document is None:
            raise Http404
        try:
            content = document.file.open("rb")
        except OSError:
            raise Http404 from None
        response = FileResponse(
            content, as_attachment=True, filename=document.name, content_type=document.content_type
        )
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def buttons(self, request: HttpRequest, obj: BankStatement) -> list[dict[str, Any]]:
        found = super().buttons(request, obj)
        if obj.document_id is not None:
            href = reverse("admin:funding_bankstatement_file", args=[obj.pk])
            found.append(additions.button(_("The file"), "download", href))
        return found

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return where a chosen file is looked into."""
        if isinstance(result, str):
            return reverse("admin:funding_bankstatement_look", args=[result])
        return super().after(request, obj, result)


class DropLayout(Act):
    """Forget where a bank's columns stand."""

    name, title, icon = "drop", _("Forget this layout"), "delete"
    operation, submit = "funding.drop_layout", _("Forget")
    done = _("The layout is forgotten.")

    def write(self) -> None:
        drop_layout(layout=self.subject, **self.who)


@admin.register(StatementLayout)
class StatementLayoutAdmin(ConsortiumAdmin):
    view_roles = frozenset(FINANCE_READERS)
    acts = (DropLayout,)
    list_display = ("name", "unit", "columns_shown", "consortium")
    list_filter = (("consortium", ScopedFilter),)
    search_fields = ("name",)
    ordering = ("name", "pk")
    select = ("consortium",)
    fields = (("name", "consortium"), "unit", "columns_shown")
    readonly_fields = ("columns_shown",)

    @display(description=_("columns"))
    def columns_shown(self, row: StatementLayout) -> str:
        return ", ".join(f"{field}: {column}" for field, column in row.columns.items())

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        return reverse(self.url_name("changelist"))
