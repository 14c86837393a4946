"""Recorded facts with their sources, and where sources disagree; to be read."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import words
from consortium.admin import shown
from consortium.admin.base import ConsortiumAdmin, ReadOnlyInline
from consortium.models import Consortium, Disagreement, Fact
from consortium.rules.schema import Text
from consortium.states import AGREEMENTS, CONFIDENCES, ROWS

BREAK = mark_safe("<br>")
GENERAL = "general"
LONG = re.compile(r"\d{5,}")
MARKS = {"yes": "good", "partly": "warn", "no": "bad", "high": "bad", "medium": "warn"}


def figure_said(value: Any) -> str:
    """Return a fact's value in a line: lists by commas, tables as name and value."""
    if isinstance(value, list):
        mark = "; " if any(isinstance(each, dict) for each in value) else ", "
        return mark.join(figure_said(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(
            f"{key.replace('_', ' ')}: {figure_said(each)}" for key, each in value.items()
        )
    text = str(value)
    return words.amount(Decimal(text)) if LONG.fullmatch(text) else text


class CaseFilter(admin.SimpleListFilter):
    title, parameter_name = _("reference case"), "case"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        cases = Consortium.objects.filter(is_reference=True).order_by("starts_on")
        return [*((each.slug, each.name) for each in cases), (GENERAL, _("General"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == GENERAL:
            return queryset.filter(consortium=None)
        return queryset.filter(consortium__slug=self.value()) if self.value() else queryset


class RowFilter(admin.SimpleListFilter):
    title, parameter_name = _("row of the comparison"), "row"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(ROWS)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.concerning(self.value()) if self.value() else queryset  # type: ignore[attr-defined]


class AgreementFilter(admin.SimpleListFilter):
    title, parameter_name = _("against the paper"), "agreement"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(AGREEMENTS)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(body__agrees_with_paper=self.value()) if self.value() else queryset


class ConfidenceFilter(admin.SimpleListFilter):
    title, parameter_name = _("confidence"), "confidence"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(CONFIDENCES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(body__confidence=self.value()) if self.value() else queryset


def said(row: Any, key: str) -> str:
    """Return a text of an entry in the reader's language."""
    text = row.body.get(key)
    return words.inside(Text(**text)) if text else "—"


class RecordedAdmin(ConsortiumAdmin):
    """What a case's document records: read-only for everyone."""

    class Media:
        css = {"all": ["consortium/charter.css"]}

    ordering = ("consortium__starts_on", "position")
    select = ("consortium",)

    @display(description=_("reference case"), ordering="consortium__starts_on")
    def case(self, row: Any) -> Any:
        return row.consortium.name if row.consortium else _("General")

    @display(description=_("rows of the comparison"))
    def rows(self, row: Any) -> Any:
        labels = dict(ROWS)
        where = reverse("admin:compare")
        slug = row.consortium.slug if row.consortium else ""
        links = [(f"{where}#{each}-{slug}", labels[each]) for each in row.body.get("rows", [])]
        return format_html_join(", ", '<a class="desk-link" href="{}">{}</a>', links) or "—"

    @display(description=_("note"))
    def note(self, row: Any) -> str:
        return said(row, "note")

    @display(description=_("from memory"), boolean=True)
    def from_memory(self, row: Any) -> bool:
        return bool(row.body.get("from_memory", False))


class FactInline(ReadOnlyInline):
    """The facts of a case, on its own page."""

    model = Fact
    fields = readonly_fields = ("claim", "figure", "sources")
    ordering = ("position",)

    @display(description=_("fact"))
    def claim(self, row: Fact) -> Any:
        return shown.link(row, said(row, "claim"))

    @display(description=_("value"))
    def figure(self, row: Fact) -> str:
        return figure_of(row)

    @display(description=_("sources"))
    def sources(self, row: Fact) -> Any:
        return sources_of(row)


def figure_of(row: Fact) -> str:
    """Return a fact's value with its unit."""
    value = row.body.get("value")
    if value is None:
        return "—"
    return f"{figure_said(value)} {row.body.get('unit', '')}".strip()


def sources_of(row: Fact) -> Any:
    """Return a fact's sources, one to a line."""
    found = row.body.get("sources", [])
    if not found:
        return shown.mark(_("From memory"), "warn")
    return format_html_join(BREAK, "{}", ((each,) for each in found))


def told(rows: Iterable[Fact]) -> list[dict[str, Any]]:
    """Return what facts say, for a page that shows them beside something else."""
    return [
        {
            "claim": shown.link(row, said(row, "claim")),
            "figure": figure_of(row),
            "note": said(row, "note"),
        }
        for row in rows
    ]


def told_of(organizations: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """Return what facts say of each of some organizations."""
    concerned = Fact.organizations.through._default_manager.filter(
        organization__in=list(organizations)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for each in concerned.select_related("fact").order_by("fact__position"):
        found.setdefault(each.organization_id, []).extend(told([each.fact]))
    return found


@admin.register(Fact)
class FactAdmin(RecordedAdmin):
    list_display = ("claim", "case", "brief", "when", "agreement", "sources")
    list_display_links = ("claim",)
    list_filter = (CaseFilter, RowFilter, AgreementFilter)
    search_fields = ("code", "body__claim__en", "body__claim__zh", "body__sources")
    fields = readonly_fields = (
        "claim", "case", "figure", "when", "agreement", "paper_says", "sources",
        "from_memory", "note", "concerned", "rows", "disputed", "code",
    )  # fmt: skip

    def title_of(self, obj: Fact) -> str:
        return said(obj, "claim")

    @display(description=_("fact"))
    def claim(self, row: Fact) -> str:
        return said(row, "claim")

    @display(description=_("value"))
    def figure(self, row: Fact) -> str:
        return figure_of(row)

    @display(description=_("value"))
    def brief(self, row: Fact) -> str:
        return Truncator(self.figure(row)).chars(70)

    @display(description=_("when"))
    def when(self, row: Fact) -> str:
        return str(row.body.get("when") or row.body.get("on") or "—")

    @display(description=_("against the paper"))
    def agreement(self, row: Fact) -> str:
        code = row.body["agrees_with_paper"]
        return shown.mark(dict(AGREEMENTS).get(code, code), MARKS.get(code, "note"))

    @display(description=_("the paper says"))
    def paper_says(self, row: Fact) -> str:
        return said(row, "paper_says")

    @display(description=_("sources"))
    def sources(self, row: Fact) -> Any:
        return sources_of(row)

    @display(description=_("organizations"))
    def concerned(self, row: Fact) -> Any:
        found = row.organizations.order_by("pk")
        return format_html_join(", ", "{}", ((shown.link(each),) for each in found)) or "—"

    @display(description=_("sources disagree"))
    def disputed(self, row: Fact) -> Any:
        found = Disagreement.objects.filter(
            consortium=row.consortium, body__facts__contains=[row.code]
        )
        links = ((shown.link(each, said(each, "topic")),) for each in found)
        return format_html_join(", ", "{}", links) or "—"


@admin.register(Disagreement)
class DisagreementAdmin(RecordedAdmin):
    list_display = ("topic", "case", "paper", "found", "confidence")
    list_display_links = ("topic",)
    list_filter = (CaseFilter, RowFilter, ConfidenceFilter)
    search_fields = (
        "code", "body__topic__en", "body__topic__zh", "body__paper__en", "body__paper__zh",
        "body__found__en", "body__found__zh",
    )  # fmt: skip
    fields = readonly_fields = (
        "topic", "case", "paper", "found", "confidence", "from_memory", "facts", "rows", "code",
    )  # fmt: skip

    def title_of(self, obj: Disagreement) -> str:
        return said(obj, "topic")

    @display(description=_("point"))
    def topic(self, row: Disagreement) -> str:
        return said(row, "topic")

    @display(description=_("the paper says"))
    def paper(self, row: Disagreement) -> str:
        return said(row, "paper")

    @display(description=_("others say"))
    def found(self, row: Disagreement) -> str:
        return said(row, "found")

    @display(description=_("how sure that the paper is not right"))
    def confidence(self, row: Disagreement) -> str:
        code = row.body["confidence"]
        return shown.mark(dict(CONFIDENCES).get(code, code), MARKS.get(code, "note"))

    @display(description=_("facts it rests on"))
    def facts(self, row: Disagreement) -> Any:
        found = Fact.objects.filter(code__in=row.body.get("facts", [])).order_by("position")
        links = ((shown.link(each, said(each, "claim")),) for each in found)
        return format_html_join(BREAK, "{}", links) or "—"
