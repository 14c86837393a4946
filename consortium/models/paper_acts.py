"""Acts of members that staff entered from paper: who signed what, when, with the scan."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models.audit import AuditEvent
from consortium.models.base import Addressed
from consortium.models.consortia import Consortium
from consortium.models.organizations import Organization
from consortium.models.records import Document
from consortium.models.users import User
from consortium.states import MEMBER_ROLES, Role


class PaperActQuerySet(models.QuerySet["PaperAct"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Whoever may do the act reads its paper: staff all, a member its own; auditors too.

        A member's signatory reads all of its member's.
        """
        seen = access.as_staff(user, on, Role.AUDITOR) | access.own(
            user, on, Role.SIGNATORY, organization="organization"
        )
        for role in Role:
            codes = [each.code for each in access.operations.values() if role in each.allow]
            if role in MEMBER_ROLES:
                mine = access.own(user, on, role, organization="organization")
            else:
                mine = access.as_staff(user, on, role)
            seen |= mine & Q(operation__in=codes)
        return self.filter(seen)


class PaperAct(Addressed):
    """A member's act as its paper says it: the paper is the act, what was entered follows it.

    Sealed. `event`: what was entered, in the audit chain; `operation`: its code.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="paper_acts", verbose_name=_("consortium")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="paper_acts", verbose_name=_("on behalf of")
    )
    event = models.ForeignKey(
        AuditEvent, models.PROTECT, related_name="paper_acts", verbose_name=_("what was done")
    )
    operation = models.CharField(_("act"), max_length=60)
    signatory = models.CharField(_("signed by"), max_length=150)
    paper_on = models.DateField(_("date on the paper"))
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name=_("scan")
    )
    entered_on = models.DateField(_("entered on"))
    entered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = PaperActQuerySet.as_manager()

    class Meta:
        verbose_name = _("act on paper")
        verbose_name_plural = _("acts on paper")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "organization"], name="consortium_paper_act_once"
            ),
            models.CheckConstraint(name="consortium_paper_act_signed", condition=~Q(signatory="")),
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.signatory}"
