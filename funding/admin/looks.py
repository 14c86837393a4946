"""Looks at secret figures: each is recorded, and the auditor reads who looked."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.standing import standing
from consortium.models import Charter, Consortium, Member
from consortium.states import Role
from funding.models import (
    Account,
    Assessment,
    Charge,
    CreditNote,
    Declaration,
    FigureView,
    Round,
    Transfer,
)
from funding.operations.rates import note_view
from funding.reports.books import secret_among
from funding.states import Screen

SUBJECTS: dict[str, type[Model]] = {
    "declaration": Declaration,
    "assessment": Assessment,
    "round": Round,
    "charter": Charter,
    "charge": Charge,
    "credit_note": CreditNote,
    "account": Account,
    "transfer": Transfer,
    "member": Member,
}
"""What may have stood on a screen, where it was one thing."""


def note(request: HttpRequest, screen: Screen, rows: Iterable[Any], subject: Any = None) -> None:
    """Record a look at rows that each have a member; those that are open to all are left out."""
    by_consortium: dict[int, list[Any]] = {}
    for row in rows:
        if row.secret:
            by_consortium.setdefault(row.consortium_id, []).append(row)
    for found in by_consortium.values():
        note_view(
            consortium=found[0].consortium,
            screen=screen,
            by=standing(request).user,
            members=[row.member_id for row in found],
            subject=subject,
        )


def note_members(
    request: HttpRequest,
    screen: Screen,
    consortium: Consortium,
    members: Iterable[int],
    subject: Any = None,
) -> None:
    """Record a look at the accounts of some members; those with nothing secret are left out."""
    seen = secret_among(members)
    by = standing(request).user
    note_view(consortium=consortium, screen=screen, by=by, members=seen, subject=subject)


class Watched(ConsortiumAdmin):
    """A screen on which figures stand: opening a row's page, or the list, is recorded.

    `screen`: what a row's page is called; `list_screen`: the list, if it shows amounts.
    """

    screen: ClassVar[Screen]
    list_screen: ClassVar[Screen | None] = None

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None:
            note(request, self.screen, [obj], obj.uid)
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        found = getattr(response, "context_data", None) or {}
        if self.list_screen is not None and "cl" in found:
            note(request, self.list_screen, found["cl"].result_list)
        return response


@admin.register(FigureView)
class FigureViewAdmin(ConsortiumAdmin):
    view_roles = frozenset({Role.AUDITOR})
    list_display = ("at", "looked", "screen", "whose", "what", "consortium")
    list_display_links = ("at",)
    list_filter = (("consortium", ScopedFilter), "screen", "at")
    search_fields = (
        "user__name", "user__username",
        "member__organization__name_en", "member__organization__name_zh",
    )  # fmt: skip
    ordering = ("-at", "-pk")
    select = ("consortium", "user", "member__organization")
    fields = (("at", "looked"), ("screen", "whose"), ("what", "consortium"))
    readonly_fields = ("at", "looked", "whose", "what")

    def get_queryset(self, request: HttpRequest) -> QuerySet[FigureView]:
        keys = {
            f"{name}_key": Subquery(
                model._default_manager.filter(uid=OuterRef("subject")).values("pk")[:1]
            )
            for name, model in SUBJECTS.items()
        }
        return super().get_queryset(request).annotate(**keys)

    @display(description=gettext_lazy("looked at by"), ordering="user__name")
    def looked(self, row: FigureView) -> str:
        return str(row.user)

    @display(description=gettext_lazy("whose figures"), ordering="count")
    def whose(self, row: FigureView) -> str:
        if row.member is not None:
            return str(row.member)
        said = ngettext("%(count)s member", "%(count)s members", row.count)
        return said % {"count": row.count}

    @display(description=gettext_lazy("what"))
    def what(self, row: Any) -> str:
        """Link to what was looked at; its page decides whether the reader may open it."""
        for name, model in SUBJECTS.items():
            key = getattr(row, f"{name}_key")
            if key is not None:
                href = reverse(
                    f"admin:{model._meta.label_lower.replace('.', '_')}_change", args=[key]
                )
                return format_html(
                    '<a class="desk-link" href="{}">{}</a>', href, model._meta.verbose_name
                )
        return "—"

    def title_of(self, obj: FigureView) -> str:
        return f"{obj.get_screen_display()} · {obj.user}"
