"""What is forgiven, credited or paid back, and what may be paid in parts."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models import (
    Charter,
    CharterSection,
    Consortium,
    Document,
    Member,
    Organization,
    User,
)
from consortium.models.base import Addressed
from consortium.states import SECOND_ROLES
from funding.models.assessments import Charge
from funding.models.declarations import FINANCE_READERS, MEMBER_READERS
from funding.states import ConcessionKind, PlanEnd


def two_people(name: str) -> models.CheckConstraint:
    """Where a second person is needed, who proposed does not decide."""
    condition = Q(needs_second=False) | Q(decided_by=None) | ~Q(decided_by=F("proposed_by"))
    return models.CheckConstraint(name=name, condition=condition)


def decided_whole(name: str) -> models.CheckConstraint:
    """A decision has its day and its answer, or there is none."""
    open_ = Q(decided_on=None, granted=None, decided_by=None)
    return models.CheckConstraint(
        name=name, condition=open_ | Q(decided_on__isnull=False, granted__isnull=False)
    )


def asked_to_agree(user: Any, on: date) -> Q:
    """Return what waits in consortia whose charter may ask the user to agree.

    That is who holds the role its governance names, or any that can be second where it
    names none; and what they have decided themselves.
    """
    if not user.is_active:
        return access.NOTHING
    governance = CharterSection.objects.filter(
        charter__in=Charter.objects.adopted().on(on),
        charter__consortium=OuterRef("consortium"),
        code="governance",
    )
    named = governance.values(named=KT("body__decides__approve_write_off__second"))
    held = user.appointments.on(on).filter(consortium=OuterRef("consortium"))
    held = held.filter(role__in=SECOND_ROLES).annotate(named=Subquery(named[:1]))
    able = Exists(held.filter(Q(named=None) | Q(named=F("role"))))
    return Q(decided_by=user.pk) | (Q(able) & Q(decided_on=None))


class ConcessionQuerySet(models.QuerySet["Concession"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Finance staff, auditors and who may be asked to agree; of a member's people,
        what was granted and what each of them asked for.
        """
        staff = access.as_staff(user, on, *FINANCE_READERS) | asked_to_agree(user, on)
        theirs = Q(granted=True) | Q(proposed_by=user.pk)
        return self.filter(staff | (access.own(user, on, *MEMBER_READERS) & theirs))


class Concession(Addressed):
    """A waiver, write-off, credit or refund: proposed with its reason, then decided.

    Sealed once decided. Granting it posts the transfers that carry it out, under the key
    `concession:<uid>`. Above the charter's limit, another person than its proposer decides.
    `charge`: what it is for; a refund, and a credit for no charge, have none.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="concessions", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="concessions", verbose_name=_("member")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=ConcessionKind.choices)
    charge = models.ForeignKey(
        Charge,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="concessions",
        verbose_name=_("charge"),
    )
    levy = models.SlugField(_("levy"), max_length=50, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=20)
    reason = models.CharField(_("reason"), max_length=500)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )
    bank_reference = models.CharField(_("bank reference"), max_length=100, blank=True)
    needs_second = models.BooleanField(_("needs a second person"))
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    decided_on = models.DateField(_("decided on"), null=True)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("person", "decided by"),
    )
    granted = models.BooleanField(_("granted"), null=True)
    refusal = models.CharField(_("why refused"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = ConcessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("concession")
        verbose_name_plural = _("concessions")
        constraints = [
            models.CheckConstraint(name="funding_concession_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="funding_concession_charge",
                condition=Q(kind__in=[ConcessionKind.CREDIT, ConcessionKind.REFUND])
                | Q(charge__isnull=False),
            ),
            models.CheckConstraint(name="funding_concession_reason", condition=~Q(reason="")),
            two_people("funding_concession_two_people"),
            decided_whole("funding_concession_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.member}"

    @property
    def organization(self) -> Organization:
        return self.member.organization


class PlanQuerySet(models.QuerySet["PaymentPlan"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """The member's people, finance staff and auditors; and who may be asked to agree."""
        staff = access.as_staff(user, on, *FINANCE_READERS) | asked_to_agree(user, on)
        return self.filter(staff | access.own(user, on, *MEMBER_READERS))


class PaymentPlan(Addressed):
    """An agreement to pay charges in instalments; while it is kept it holds the ladder.

    Asked for by the member or its secretariat, then decided; sealed but for its end.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="payment_plans", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="payment_plans", verbose_name=_("member")
    )
    unit = models.CharField(_("unit"), max_length=20)
    charges = models.ManyToManyField(
        Charge, through="PlannedCharge", related_name="payment_plans", verbose_name=_("charges")
    )
    reason = models.CharField(_("reason"), max_length=500)
    needs_second = models.BooleanField(_("needs a second person"))
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    decided_on = models.DateField(_("decided on"), null=True)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("person", "decided by"),
    )
    granted = models.BooleanField(_("granted"), null=True)
    refusal = models.CharField(_("why refused"), max_length=300, blank=True)
    ended_on = models.DateField(_("ended on"), null=True)
    end = models.CharField(_("how it ended"), max_length=20, choices=PlanEnd.choices, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment plan")
        verbose_name_plural = _("payment plans")
        constraints = [
            two_people("funding_plan_two_people"),
            decided_whole("funding_plan_decided"),
            models.CheckConstraint(
                name="funding_plan_ended",
                condition=Q(ended_on=None, end="") | Q(~Q(end=""), ended_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.proposed_on.isoformat()}"

    @property
    def organization(self) -> Organization:
        return self.member.organization


class PartQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that are seen with their plan."""

    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(plan__in=PaymentPlan.objects.visible_to(user, on))


class PlannedCharge(models.Model):
    """A charge that a plan pays off."""

    plan = models.ForeignKey(PaymentPlan, models.CASCADE, related_name="planned")
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="planned")

    objects = PartQuerySet["PlannedCharge"].as_manager()

    class Meta:
        verbose_name = _("planned charge")
        verbose_name_plural = _("planned charges")
        constraints = [
            models.UniqueConstraint(fields=["plan", "charge"], name="funding_planned_once")
        ]

    def __str__(self) -> str:
        return str(self.charge)


class PlanInstalment(models.Model):
    """What is to be paid by a day under a plan."""

    plan = models.ForeignKey(PaymentPlan, models.CASCADE, related_name="instalments")
    due_on = models.DateField(_("due on"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)

    objects = PartQuerySet["PlanInstalment"].as_manager()

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ("due_on", "pk")
        constraints = [
            models.UniqueConstraint(fields=["plan", "due_on"], name="funding_instalment_day"),
            models.CheckConstraint(name="funding_instalment_amount", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return self.due_on.isoformat()
