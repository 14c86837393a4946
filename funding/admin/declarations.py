"""Declarations: the figures members gave, and on what paper."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import words
from consortium.admin import shown
from consortium.admin.base import ScopedFilter
from consortium.errors import DomainError
from consortium.models import Document
from funding.admin.looks import Watched, note
from funding.admin.named import levy_name, with_levy_name
from funding.models import Declaration, DeclaredFigure
from funding.reports.rounds import governing
from funding.rules.dues import Levy
from funding.states import Screen
from funding.words import figure, input_label, label


@admin.register(Declaration)
class DeclarationAdmin(Watched):
    screen = Screen.DECLARATION
    page_template, page_first = "funding/declaration.html", False
    list_display = (
        "member", "levy_shown", "period_shown", "version", "grade", "channel", "declared_on",
    )  # fmt: skip
    list_filter = (("consortium", ScopedFilter), "levy", "grade", "channel", "period_starts_on")
    search_fields = ("member__organization__name_en", "member__organization__name_zh")
    ordering = ("-period_starts_on", "member__organization__name_en", "-version", "pk")
    select = ("consortium", "member__organization", "member__consortium", "attested_by", "paper")
    fields = (
        ("member_shown", "consortium"), ("levy_shown", "period_shown"), ("grade", "version"),
        ("declared_on", "fiscal_year"), ("channel", "attester"),
        ("signed_by", "paper_on"), ("scan", "source"), "round_link",
    )  # fmt: skip
    readonly_fields = (
        "member_shown",
        "attester",
        "fiscal_year",
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

    @display(description=_("last day of the fiscal year"))
    def fiscal_year(self, row: Declaration) -> str:
        ends_on = row.fiscal_year_ends_on
        return shown.day(ends_on - timedelta(days=1) if ends_on else None)

    @display(description=_("attested by"))
    def attester(self, row: Declaration) -> str:
        return str(row.attested_by or "—")

    @display(description=_("scan"))
    def scan(self, row: Declaration) -> str:
        if row.paper is None:
            return "—"
        href = reverse("admin:funding_declaration_scan", args=[row.pk])
        return format_html('<a class="desk-link" href="{}">{}</a>', href, row.paper.name)

    def page(self, request: HttpRequest, obj: Declaration) -> dict[str, Any]:
        """Return the figures in the charter's words, or by their codes where it has gone."""
        levy = levy_of(obj)
        if levy is None:
            return {"figures": [(name, [], str(each)) for name, each in obj.inputs().items()]}
        rows = list(obj.figures.order_by("pk"))
        figures = {**dict.fromkeys(levy.inputs), **obj.inputs()}
        return {
            "figures": [
                (
                    capfirst(input_label(name, levy)),
                    lines_of(name, levy, rows),
                    figure(name, value, levy),
                )
                for name, value in figures.items()
            ]
        }

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


def levy_of(declaration: Declaration) -> Levy | None:
    """Return the levy a declaration is for, None where its charter no longer says."""
    try:
        due = governing(
            consortium=declaration.consortium,
            levy=declaration.levy,
            period_starts_on=declaration.period_starts_on,
        )
    except DomainError:
        return None
    return due.levy


def lines_of(name: str, levy: Levy, rows: Iterable[DeclaredFigure]) -> list[tuple[str, str]]:
    """Return the lines a figure was declared in, each with its signed amount."""
    asked = levy.inputs.get(name)
    named = {each.code: label(each.label) for each in asked.lines} if asked else {}
    return [
        (named.get(each.line, each.line), words.amount(each.value, each.unit or levy.unit_of(name)))
        for each in rows
        if each.input == name and each.line and each.value is not None
    ]
