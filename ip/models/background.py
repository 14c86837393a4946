"""What members brought in: knowledge and rights they had before or beside the research."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models import Consortium, Document, Member, Organization, User
from consortium.models.base import Addressed, Dated, DatedQuerySet, ends_after_start
from consortium.states import MEMBER_ROLES
from ip.states import IP_READERS, RESULT_KINDS
from projects.models import Project


class BackgroundQuerySet(DatedQuerySet["Background"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """The consortium's members, since they work with it; and staff in role."""
        return self.filter(access.in_consortium(user, on, *MEMBER_ROLES, *IP_READERS))


class Background(Addressed, Dated):
    """Something a member brings in, or keeps out (`excluded`), for all projects or for one.

    In force from `starts_on`; where the charter's add-only rule holds it never ends.
    `approved_on`: the day the body the charter names agreed, where it names one.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="background", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="background", verbose_name=_("member")
    )
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="background",
        verbose_name=_("project"),
    )
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=RESULT_KINDS)
    reference = models.CharField(_("patent or registration number"), max_length=100, blank=True)
    description = models.TextField(_("description"), blank=True)
    limits = models.TextField(_("limits of access"), blank=True)
    excluded = models.BooleanField(_("kept out"), default=False)
    approved_on = models.DateField(_("approved on"), null=True)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("approval recorded by")
    )
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )

    objects = BackgroundQuerySet.as_manager()

    class Meta:
        verbose_name = _("background")
        verbose_name_plural = _("background")
        constraints = [ends_after_start("ip_background_period")]

    def __str__(self) -> str:
        return self.title

    @property
    def organization(self) -> Organization:
        return self.member.organization
