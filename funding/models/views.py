"""Who looked at secret figures."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models import Consortium, Member, Organization, User
from consortium.models.base import Addressed
from consortium.states import Role
from funding.models.declarations import MEMBER_READERS
from funding.states import Screen


class FigureViewQuerySet(models.QuerySet["FigureView"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """The auditor reads all; a member's people who looked at its figures, alone or with all."""
        mine = user.appointments.on(on).filter(role__in=MEMBER_READERS)
        whole = Q(member=None, consortium__in=mine.values("consortium"))
        own = access.own(user, on, *MEMBER_READERS)
        return self.filter(own | whole | access.as_staff(user, on, Role.AUDITOR))


class FigureView(Addressed):
    """One look at secret figures: by whom, when, whose and where. Sealed.

    `member` is null where the figures of many stood on one screen; `count` says of how many.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="figure_views", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figure_views",
        verbose_name=_("member"),
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("looked at by"))
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    screen = models.CharField(_("where"), max_length=20, choices=Screen.choices)
    subject = models.UUIDField(_("address"), null=True, blank=True)
    count = models.PositiveIntegerField(_("members"), default=1)

    objects = FigureViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("look at figures")
        verbose_name_plural = _("looks at figures")
        indexes = [
            models.Index(fields=["consortium", "at"]),
            models.Index(fields=["member", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.screen}: {self.user}"

    @property
    def organization(self) -> Organization | None:
        return self.member.organization if self.member else None
