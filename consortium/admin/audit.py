"""The audit chain as a list: what was done, by whom and when."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import words
from consortium.admin import shown
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.models import AuditEvent
from consortium.states import Role


@admin.register(AuditEvent)
class AuditEventAdmin(ConsortiumAdmin):
    view_roles = frozenset({Role.SECRETARY, Role.AUDITOR})
    list_display = ("at", "what", "kind", "actor", "consortium", "number")
    list_display_links = ("what",)
    list_filter = (("consortium", ScopedFilter), "action", "on")
    search_fields = ("subject", "action", "by__username", "by__name")
    ordering = ("-at", "-pk")
    select = ("consortium", "by")
    fields = (
        "what", ("at", "on"), ("actor", "consortium"), "number", "about", "facts_shown",
        "previous", "digest",
    )  # fmt: skip
    readonly_fields = ("what", "actor", "about", "facts_shown")

    @display(description=_("what was done"), ordering="action")
    def what(self, row: AuditEvent) -> str:
        return words.say(f"did_{row.action}", row.facts)

    @display(description=_("by"), ordering="by__name")
    def actor(self, row: AuditEvent) -> str:
        return str(row.by or _("by itself"))

    @display(description=_("on what"))
    def kind(self, row: AuditEvent) -> str:
        label = row.subject.partition(":")[0]
        return str(apps.get_model(label)._meta.verbose_name) if label else "—"

    @display(description=_("facts"))
    def facts_shown(self, row: AuditEvent) -> str:
        return "; ".join(f"{name}: {value}" for name, value in row.facts.items()) or "—"

    @display(description=_("about"))
    def about(self, row: AuditEvent) -> str:
        label, _colon, uid = row.subject.partition(":")
        if not label:
            return "—"
        model: Any = apps.get_model(label)
        return shown.link_to_uid(model, uid)
