"""Credit notes: what a member owes less than it was charged."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consortium.models import Consortium, Member, Organization
from consortium.models.base import Addressed
from funding.models.assessments import Assessment
from funding.models.declarations import open_or_own
from funding.states import CreditReason


class CreditNoteQuerySet(models.QuerySet["CreditNote"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(
            open_or_own(user, on, member="member", consortium="consortium", secret="secret")
        )


class CreditNote(Addressed):
    """What a member owes less than it was charged: numbered without gaps. Sealed.

    A true-up that lowers the dues credits the difference, a decision what it grants, a
    closed year what it left: to open charges first, the rest stays on the member's account.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="credit_notes", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="credit_notes", verbose_name=_("member")
    )
    assessment = models.OneToOneField(
        Assessment,
        models.PROTECT,
        null=True,
        related_name="credit_note",
        verbose_name=_("assessment"),
    )
    concession = models.OneToOneField(
        "funding.Concession",
        models.PROTECT,
        null=True,
        related_name="credit_note",
        verbose_name=_("concession"),
    )
    close = models.ForeignKey(
        "funding.YearClose",
        models.PROTECT,
        null=True,
        related_name="credit_notes",
        verbose_name=_("year close"),
    )
    reason = models.CharField(_("reason"), max_length=20, choices=CreditReason.choices)
    number = models.CharField(_("number"), max_length=40)
    levy = models.SlugField(_("levy"), max_length=50)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=20)
    secret = models.BooleanField(_("secret"))
    issued_on = models.DateField(_("issued on"))
    parties = models.JSONField(_("parties"))
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = CreditNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")
        constraints = [
            models.UniqueConstraint(fields=["consortium", "number"], name="funding_credit_number"),
            models.CheckConstraint(name="funding_credit_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="funding_credit_cause",
                condition=Q(assessment__isnull=False)
                ^ Q(concession__isnull=False)
                ^ Q(close__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["close", "member"], name="funding_credit_returned_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def organization(self) -> Organization:
        return self.member.organization

    def content(self) -> dict[str, Any]:
        """Return everything the digest covers."""
        return {
            "uid": str(self.uid),
            "member": self.member_id,
            "assessment": self.assessment_id,
            "reason": self.reason,
            "number": self.number,
            "levy": self.levy,
            "amount": f"{self.amount:.3f}",
            "unit": self.unit,
            "issued_on": self.issued_on,
            "parties": self.parties,
            # Left out where there is none: notes issued before there were any keep their digest.
            **({"concession": self.concession_id} if self.concession_id else {}),
            **({"close": self.close_id} if self.close_id else {}),
        }
