"""Declarations: the figures members gave, and on what paper."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import words
from consortium.admin import shown
from consortium.admin.base import ReadOnlyInline, ScopedFilter
from consortium.models import Document
from funding.admin.looks import Watched, note
from funding.admin.named import levy_name, with_levy_name
from funding.models import Declaration, DeclaredFigure
from funding.states import Screen


class FigureInline(ReadOnlyInline):
    model = DeclaredFigure
    fields = readonly_fields = ("input", "line", "amount")
    ordering = ("input", "pk")

    @display(description=_("value"))
    def amount(self, row: DeclaredFigure) -> str:
        if row.value is None:
            return row.choice or (gettext("yes") if row.answer else gettext("no"))
        return words.amount(row.value.normalize() + 0, row.unit)


@admin.register(Declaration)
class DeclarationAdmin(Watched):
    screen = Screen.DECLARATION
    inlines = (FigureInline,)
    list_display = (
        "member", "levy_shown", "period_shown", "version", "grade", "channel", "declared_on",
    )  # fmt: skip
    list_filter = (("consortium", ScopedFilter), "levy", "grade", "channel", "period_starts_on")
    search_fields = ("member__organization__name_en", "member__organization__name_zh")
    ordering = ("-period_starts_on", "member__organization__name_en", "-version", "pk")
    select = ("consortium", "member__organization", "member__consortium", "attested_by", "paper")
    fields = (
        ("member_shown", "consortium"), ("levy_shown", "period_shown"), ("grade", "version"),
        ("declared_on", "fiscal_year_ends_on"), ("channel", "attester"),
        ("signed_by", "paper_on"), ("scan", "source"), "round_link",
    )  # fmt: skip
    readonly_fields = (
        "member_shown",
        "attester",
        "levy_shown",
        "period_shown",
        "scan",
        "round_link",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_levy_name(super().get_queryset(request), starts_on="period_starts_on")

    @display(description=_("levy"), ordering="levy")
    def levy_shown(self, row: Any) -> str:
        return levy_name(row)

    @display(description=_("period"), ordering="period_starts_on")
    def period_shown(self, row: Declaration) -> str:
        return shown.period(row.period_starts_on, row.period_ends_on)

    @display(description=_("member"))
    def member_shown(self, row: Declaration) -> str:
        return shown.link(row.member)

    def title_of(self, obj: Declaration) -> str:
        return f"{obj.member} · {levy_name(obj)} {obj.period_starts_on.year}"

    @display(description=_("attested by"))
    def attester(self, row: Declaration) -> str:
        return str(row.attested_by or "—")

    @display(description=_("scan"))
    def scan(self, row: Declaration) -> str:
        if row.paper is None:
            return "—"
        href = reverse("admin:funding_declaration_scan", args=[row.pk])
        return format_html('<a class="desk-link" href="{}">{}</a>', href, row.paper.name)

    @display(description=_("round"))
    def round_link(self, row: Declaration) -> str:
        rounds = row.consortium.rounds
        return shown.link(rounds.filter(levy=row.levy, starts_on=row.period_starts_on).first())

    def get_urls(self) -> list[URLPattern]:
        scan = path(
            "<int:object_id>/scan/",
            self.admin_site.admin_view(self.scan_view),
            name="funding_declaration_scan",
        )
        return [scan, *super().get_urls()]

    def scan_view(self, request: HttpRequest, object_id: int) -> FileResponse:
        """Send the scan of a declaration that the reader may see, as a download."""
        row: Declaration = self.row(request, str(object_id))
        document: Document | None = row.paper
        if document is None:
            raise Http404
        note(request, Screen.DECLARATION, [row], row.uid)
        response = FileResponse(
            document.file.open("rb"),
            as_attachment=True,
            filename=document.name,
            content_type=document.content_type,
        )
        response["Cache-Control"] = "private, no-store"
        return response
