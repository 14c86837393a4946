"""What each member's dues come to, and what it is asked to pay."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from consortium.models import Charter, Consortium, Member, Organization
from consortium.models.base import Addressed
from funding.models.declarations import Declaration, Round, open_or_own

NO_SUBJECT = UUID(int=0)
"""Stands for no subject where subjects are compared: a null equals nothing."""


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(
            open_or_own(user, on, member="member", consortium="consortium", secret="secret")
        )

    def current(self) -> Self:
        """Return the last version of each member's dues for a levy, subject and period."""
        about = Value(NO_SUBJECT, models.UUIDField())
        # Only corrections can be newer; said, it spares comparing all with all.
        corrections = self.model.objects.filter(version__gt=1)
        newer = corrections.alias(about=Coalesce("subject", about)).filter(
            about=Coalesce(OuterRef("subject"), about),
            member=OuterRef("member"),
            levy=OuterRef("levy"),
            period_starts_on=OuterRef("period_starts_on"),
            version__gt=OuterRef("version"),
        )
        return self.exclude(Exists(newer))


class Assessment(Addressed):
    """A member's dues for one period of a levy, with inputs and numeric trace. Sealed.

    A correction is the next version. The explanation is rendered from the trace
    when it is read, in the reader's language. `subject` is the project
    participation a project levy is for, or null.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="assessments", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="assessments", verbose_name=_("member")
    )
    levy = models.SlugField(_("levy"), max_length=50)
    subject = models.UUIDField(_("subject"), null=True, blank=True)
    period_starts_on = models.DateField(_("period from"))
    period_ends_on = models.DateField(_("period until (exclusive)"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    charter = models.ForeignKey(
        Charter, models.PROTECT, related_name="+", verbose_name=_("charter")
    )
    declaration = models.ForeignKey(
        Declaration,
        models.PROTECT,
        null=True,
        related_name="assessments",
        verbose_name=_("declaration"),
    )
    category = models.SlugField(_("category"), max_length=40)
    inputs = models.JSONField(_("inputs"))
    trace = models.JSONField(_("trace"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=20)
    secret = models.BooleanField(_("secret"))
    assessed_on = models.DateField(_("assessed on"))
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.UniqueConstraint(
                fields=["levy", "member", "subject", "period_starts_on", "version"],
                name="funding_assessment_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="funding_assessment_amount", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="funding_assessment_period",
                condition=Q(period_ends_on__gt=F("period_starts_on")),
            ),
        ]
        indexes = [models.Index(fields=["consortium", "levy", "period_starts_on"])]

    def __str__(self) -> str:
        return f"{self.member} · {self.levy} {self.period_starts_on.isoformat()}"

    @property
    def organization(self) -> Organization:
        return self.member.organization

    def content(self) -> dict[str, Any]:
        """Return everything the digest covers."""
        return assessment_content(vars(self))


def assessment_period(row: Mapping[str, Any]) -> list[str]:
    return [row["period_starts_on"].isoformat(), row["period_ends_on"].isoformat()]


def assessment_content(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything the digest of an assessment covers, from its columns."""
    return {
        # Random and unseen by others, so that no amount can be guessed from a digest.
        "uid": str(row["uid"]),
        "member": row["member_id"],
        "levy": row["levy"],
        "subject": str(row["subject"]) if row["subject"] else None,
        "period": assessment_period(row),
        "version": row["version"],
        "charter": row["charter_id"],
        "declaration": row["declaration_id"],
        "category": row["category"],
        "inputs": row["inputs"],
        "trace": row["trace"],
        "amount": f"{row['amount']:.3f}",
        "unit": row["unit"],
        "assessed_on": row["assessed_on"].isoformat(),
    }


class ChargeQuerySet(models.QuerySet["Charge"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(
            open_or_own(user, on, member="member", consortium="consortium", secret="secret")
        )

    def of_round(self, round: Round) -> Self:
        return self.filter(
            consortium=round.consortium_id,
            levy=round.levy,
            assessment__period_starts_on=round.starts_on,
        )


class Charge(Addressed):
    """What a member owes: numbered without gaps, due on a day, parties as they were. Sealed."""

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="charges", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="charges", verbose_name=_("member")
    )
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="charges", verbose_name=_("assessment")
    )
    instalment = models.PositiveSmallIntegerField(_("instalment"), default=1)
    number = models.CharField(_("number"), max_length=40)
    levy = models.SlugField(_("levy"), max_length=50)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=20)
    secret = models.BooleanField(_("secret"))
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"))
    parties = models.JSONField(_("parties"))
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "instalment"], name="funding_charge_instalment"
            ),
            models.UniqueConstraint(fields=["consortium", "number"], name="funding_charge_number"),
            models.CheckConstraint(name="funding_charge_amount", condition=Q(amount__gt=0)),
        ]
        indexes = [models.Index(fields=["consortium", "due_on"])]

    def __str__(self) -> str:
        return self.number

    @property
    def organization(self) -> Organization:
        return self.member.organization

    @property
    def counts_on(self) -> date:
        """Return the day from which it is late: what was brought over, not before it came."""
        return max(self.due_on, self.issued_on) if hasattr(self, "opening") else self.due_on

    def content(self) -> dict[str, Any]:
        """Return everything the digest covers."""
        return charge_content(vars(self))


def charge_content(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything the digest of a charge covers, from its columns."""
    return {
        # Random and unseen by others, so that no amount can be guessed from a digest.
        "uid": str(row["uid"]),
        "member": row["member_id"],
        "assessment": row["assessment_id"],
        "instalment": row["instalment"],
        "number": row["number"],
        "levy": row["levy"],
        "amount": f"{row['amount']:.3f}",
        "unit": row["unit"],
        "issued_on": row["issued_on"].isoformat(),
        "due_on": row["due_on"].isoformat(),
        "parties": row["parties"],
    }
