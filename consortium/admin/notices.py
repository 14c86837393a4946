"""The outbox: what people are told, in words, and whether it went out."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from unfold.decorators import display

from consortium import words
from consortium.admin import shown
from consortium.admin.acts import Act
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.models import Notice
from consortium.operations.notices import drop_notice
from consortium.states import NoticeState

KINDS = {NoticeState.SENT: "good", NoticeState.FAILED: "bad", NoticeState.SENDING: "note"}


WAITING = frozenset({NoticeState.WAITING, NoticeState.FAILED})


class DropNotice(Act):
    """Keep a notice from going out while outbound mail is held."""

    name, title, icon = "drop", _("Drop it"), "unsubscribe"
    operation, submit, done = "consortium.drop_notice", _("Drop it"), _("The notice is dropped.")
    note = _("It is never sent; whom it was for does not see it either.")
    reason = forms.CharField(label=_("reason"), max_length=300)

    @classmethod
    def fits(cls, subject: Notice) -> bool:
        return subject.consortium.outbound_held and subject.state in WAITING

    def write(self) -> Notice:
        return drop_notice(notice=self.subject, **self.plain(), **self.who)


@admin.register(Notice)
class NoticeAdmin(ConsortiumAdmin):
    acts = (DropNotice,)
    list_display = ("created_at", "worded", "recipient", "consortium", "standing_shown")
    list_display_links = ("worded",)
    list_filter = (("consortium", ScopedFilter), "state", "on")
    search_fields = ("recipient__name", "recipient__username", "code")
    ordering = ("-created_at", "-pk")
    select = ("consortium", "recipient")
    fields = (
        "worded", "receiver", "consortium", ("on", "created_at"), "standing_shown", "as_mailed",
        ("sent_at", "attempts", "failure"), "dropped_because",
    )  # fmt: skip
    readonly_fields = (
        "worded",
        "receiver",
        "standing_shown",
        "as_mailed",
        "created_at",
        "sent_at",
        "attempts",
        "failure",
        "dropped_because",
    )

    @display(description=_("notice"))
    def worded(self, row: Notice) -> str:
        return words.say(row.code, {"consortium": row.consortium.name, **row.values})

    @display(description=_("recipient"))
    def receiver(self, row: Notice) -> str:
        return f"{row.recipient} · {row.recipient.email or _('no mail address')}"

    @display(description=_("as it is mailed"))
    def as_mailed(self, row: Notice) -> str:
        """Return the sentence in the recipient's language, with its link."""
        with override(row.recipient.language or row.consortium.language):
            return f"{self.worded(row)} {row.href}".strip()

    @display(description=_("state"), ordering="state")
    def standing_shown(self, row: Notice) -> str:
        if row.state == NoticeState.WAITING and row.consortium.outbound_held:
            return shown.mark(_("Held"), "warn")
        return shown.mark(row.get_state_display(), KINDS.get(NoticeState(row.state), ""))
