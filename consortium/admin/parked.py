"""Parked items: due work the sweeps have given up on, and why."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import words
from consortium.admin import shown
from consortium.admin.acts import Act
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.models import ParkedItem
from consortium.operations.advance import retry_parked
from consortium.states import Role


class Retry(Act):
    name, title, icon = "retry", _("Try again"), "refresh"
    operation, variant = "consortium.retry_parked", "primary"
    submit, done = _("Try again"), _("The next sweep tries this item again.")
    note = _("Mend the cause first; otherwise the item is parked again.")

    def write(self) -> None:
        retry_parked(item=self.subject, **self.who)


@admin.register(ParkedItem)
class ParkedItemAdmin(ConsortiumAdmin):
    view_roles = frozenset({Role.SECRETARY, Role.FINANCE, Role.AUDITOR})
    acts = (Retry,)
    list_display = ("since", "sweep", "key", "why", "state", "consortium")
    list_display_links = ("key",)
    list_filter = (("consortium", ScopedFilter), "sweep", "reason")
    search_fields = ("key", "sweep", "reason")
    ordering = ("-attempts", "-since", "pk")
    select = ("consortium",)
    fields = ("key", "sweep", "consortium", "since", "state", "why")
    readonly_fields = ("why", "state")

    @display(description=_("reason"))
    def why(self, row: ParkedItem) -> str:
        return words.say(row.reason, row.values)

    @display(description=_("state"), ordering="attempts")
    def state(self, row: ParkedItem) -> str:
        if row.attempts >= ParkedItem.LIMIT:
            return shown.mark(_("Parked"), "bad")
        text = _("Failed %(count)s times, tried again") % {"count": row.attempts}
        return shown.mark(text, "warn")

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return the list: the item is gone."""
        return super().after(request, None, None)
