"""The outbox: what people are told, each thing once."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models.base import Addressed
from consortium.models.consortia import Consortium
from consortium.states import NoticeState, Role


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """One's own but what was dropped; the whole outbox to the secretary, who releases it."""
        own = Q(recipient=user) & ~Q(state=NoticeState.DROPPED)
        return self.filter(own | access.as_staff(user, on, Role.SECRETARY))

    def waiting(self) -> Self:
        """Return what is still to go out."""
        return self.filter(sent_at=None).exclude(state=NoticeState.DROPPED)


class Notice(Addressed):
    """One message to one person: a code and values, worded when read; never a figure.

    The dedupe key contains the reference date, so a moved date tells anew and a
    repeated sweep does not. Sending waits while the consortium's outbound is held.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="notices", verbose_name=_("consortium")
    )
    recipient = models.ForeignKey(
        "consortium.User", models.PROTECT, related_name="notices", verbose_name=_("recipient")
    )
    code = models.SlugField(_("subject"), max_length=60)
    values = models.JSONField(_("values"), default=dict)
    href = models.CharField(_("link"), max_length=300, blank=True)
    on = models.DateField(_("on"))
    dedupe_key = models.CharField(_("dedupe key"), max_length=300)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=NoticeState.choices, default=NoticeState.WAITING
    )
    claimed_at = models.DateTimeField(_("claimed at"), null=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    failure = models.CharField(_("failure"), max_length=300, blank=True, editable=False)
    dropped_because = models.CharField(_("why dropped"), max_length=300, blank=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "dedupe_key"], name="consortium_notice_once"
            ),
            models.CheckConstraint(
                name="consortium_notice_dropped",
                condition=Q(state=NoticeState.DROPPED) ^ Q(dropped_because=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="consortium_notice_waiting",
                condition=~Q(state=NoticeState.SENT),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} → {self.recipient}"
