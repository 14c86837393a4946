"""Dues runs: what is about to be assessed and charged, until a second person confirms."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models import Consortium, User
from consortium.models.base import Addressed
from consortium.states import SECOND_ROLES
from funding.models.declarations import FINANCE_READERS, Declaration, Round


class DuesRunQuerySet(models.QuerySet["DuesRun"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Finance staff and auditors, and whoever may be asked to confirm; no figures in it."""
        return self.filter(access.as_staff(user, on, *{*FINANCE_READERS, *SECOND_ROLES}))


class DuesRun(Addressed):
    """A preview of a round, proposed by one person and confirmed by another.

    `digest` covers every member's inputs and amount, so that what is confirmed is what
    was looked at; `through` is the last declaration it rests on. Once confirmed it is
    carried out batch by batch, by whoever comes first; then it is sealed.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="dues_runs", verbose_name=_("consortium")
    )
    round = models.ForeignKey(
        Round, models.PROTECT, related_name="runs", verbose_name=_("declaration round")
    )
    count = models.PositiveIntegerField(_("members"))
    digest = models.CharField(_("digest"), max_length=64)
    through = models.ForeignKey(
        Declaration, models.PROTECT, null=True, related_name="+", verbose_name=_("up to")
    )
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    confirmed_on = models.DateField(_("confirmed on"), null=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    done_on = models.DateField(_("carried out on"), null=True)

    objects = DuesRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("dues run")
        verbose_name_plural = _("dues runs")
        constraints = [
            models.UniqueConstraint(
                fields=["round"], name="funding_run_one_open", condition=Q(done_on=None)
            ),
            models.CheckConstraint(
                name="funding_run_two_people",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="funding_run_done",
                condition=Q(done_on=None) | Q(confirmed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.proposed_on.isoformat()}"
