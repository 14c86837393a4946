"""The outbox: what people are told, in words, and whether it went out."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import words
from consortium.admin import shown
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.models import Notice
from consortium.states import NoticeState

KINDS = {NoticeState.SENT: "good", NoticeState.FAILED: "bad", NoticeState.SENDING: "note"}


@admin.register(Notice)
class NoticeAdmin(ConsortiumAdmin):
    list_display = ("created_at", "worded", "recipient", "consortium", "standing_shown")
    list_display_links = ("worded",)
    list_filter = (("consortium", ScopedFilter), "state", "on")
    search_fields = ("recipient__name", "recipient__username", "code")
    ordering = ("-created_at", "-pk")
    select = ("consortium", "recipient")
    fields = (
        "worded", "receiver", "consortium", ("on", "created_at"), "standing_shown",
        ("sent_at", "attempts", "failure"),
    )  # fmt: skip
    readonly_fields = (
        "worded",
        "receiver",
        "standing_shown",
        "created_at",
        "sent_at",
        "attempts",
        "failure",
    )

    @display(description=_("notice"))
    def worded(self, row: Notice) -> str:
        return words.say(row.code, {"consortium": row.consortium.name, **row.values})

    @display(description=_("recipient"))
    def receiver(self, row: Notice) -> str:
        return str(row.recipient)

    @display(description=_("state"), ordering="state")
    def standing_shown(self, row: Notice) -> str:
        if row.state == NoticeState.WAITING and row.consortium.outbound_held:
            return shown.mark(_("Held"), "warn")
        return shown.mark(row.get_state_display(), KINDS.get(NoticeState(row.state), ""))
