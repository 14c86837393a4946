"""What happened to charges that were not paid in time, and what holds it off."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models import Consortium, Document, Member, Organization, User
from consortium.models.base import Addressed, Dated, DatedQuerySet, ends_after_start
from consortium.states import Role
from funding.models.assessments import Charge
from funding.models.declarations import FINANCE_READERS, INSIDERS, MEMBER_READERS
from funding.models.receipts import OwnQuerySet
from funding.states import ExitOutcome

STANDING_READERS = (*FINANCE_READERS, Role.SECRETARY)
"""Staff who may read how a member stands: a suspension tells of arrears."""


class StandingQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, user: Any, on: date) -> Self:
        """It tells of arrears: the member's own people, its secretariat and auditors."""
        return self.filter(
            access.own(user, on, *MEMBER_READERS) | access.as_staff(user, on, *STANDING_READERS)
        )


class OpenItem(models.Model):
    """When a charge is to be looked at again; never more than a reminder to look.

    What there is to do is found from the facts of that day. `next_on`: null when the
    charge is settled or its ladder has ended; a transfer on the charge sets it anew.
    It is written with the charge, so that a sweep with nothing due reads one index entry.
    """

    charge = models.OneToOneField(
        Charge, models.PROTECT, primary_key=True, related_name="item", verbose_name=_("charge")
    )
    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="+", verbose_name=_("consortium")
    )
    next_on = models.DateField(_("looked at next on"), null=True)

    class Meta:
        verbose_name = _("open item")
        verbose_name_plural = _("open items")
        indexes = [
            models.Index(
                fields=["consortium", "next_on"],
                name="funding_item_due",
                condition=Q(next_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.charge)


class DunningStep(Addressed):
    """One level of the ladder taken for a charge, once. Sealed.

    `amount`: what was open of the charge on the day.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="dunning_steps", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="dunning_steps", verbose_name=_("member")
    )
    charge = models.ForeignKey(
        Charge, models.PROTECT, related_name="dunning_steps", verbose_name=_("charge")
    )
    level = models.SlugField(_("level"), max_length=50)
    position = models.PositiveSmallIntegerField(_("place on the ladder"))
    on = models.DateField(_("on"))
    deadline_on = models.DateField(_("deadline"), null=True)
    amount = models.DecimalField(_("open amount"), max_digits=20, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=20)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = OwnQuerySet["DunningStep"].as_manager()

    class Meta:
        verbose_name = _("dunning step")
        verbose_name_plural = _("dunning steps")
        constraints = [
            models.UniqueConstraint(fields=["charge", "level"], name="funding_step_once"),
            models.UniqueConstraint(fields=["charge", "position"], name="funding_step_place"),
            models.CheckConstraint(name="funding_step_amount", condition=Q(amount__gt=0)),
        ]
        indexes = [
            models.Index(fields=["consortium", "on"]),
            models.Index(fields=["consortium", "level"], name="funding_step_level"),
            models.Index(fields=["member"]),
        ]

    def __str__(self) -> str:
        return f"{self.charge} · {self.level}"

    @property
    def organization(self) -> Organization:
        return self.member.organization


class Enforcement(Addressed):
    """What a level did beyond its letter, once: a right suspended, an exit. Sealed.

    `effect`: `suspend_<right>` or `exit`. Without it, the step still waits.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="enforcements", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="enforcements", verbose_name=_("member")
    )
    step = models.ForeignKey(
        DunningStep, models.PROTECT, related_name="enforcements", verbose_name=_("dunning step")
    )
    effect = models.SlugField(_("effect"), max_length=40)
    on = models.DateField(_("on"))
    dropped = models.BooleanField(_("no longer called for"), default=False)

    objects = StandingQuerySet["Enforcement"].as_manager()

    class Meta:
        verbose_name = _("enforcement")
        verbose_name_plural = _("enforcements")
        constraints = [
            models.UniqueConstraint(fields=["step", "effect"], name="funding_enforcement_once")
        ]

    def __str__(self) -> str:
        return f"{self.step} · {self.effect}"

    @property
    def organization(self) -> Organization:
        return self.member.organization


class BlockQuerySet(DatedQuerySet["DunningBlock"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Its reason is for those who collect, not for who is collected from."""
        return self.filter(access.as_staff(user, on, *FINANCE_READERS))


class DunningBlock(Addressed, Dated):
    """Until a day nothing happens to a late charge, or to any of a member's, with the reason."""

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="dunning_blocks", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="dunning_blocks", verbose_name=_("member")
    )
    charge = models.ForeignKey(
        Charge,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dunning_blocks",
        verbose_name=_("charge"),
    )
    reason = models.CharField(_("reason"), max_length=300)
    blocked_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("blocked by")
    )

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("dunning block")
        verbose_name_plural = _("dunning blocks")
        constraints = [
            ends_after_start("funding_block_period"),
            models.CheckConstraint(name="funding_block_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.starts_on.isoformat()}"

    @property
    def organization(self) -> Organization:
        return self.member.organization


class ExitProposal(Addressed):
    """The end of a membership over arrears, put to the body the charter names."""

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="exit_proposals", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="exit_proposals", verbose_name=_("member")
    )
    step = models.OneToOneField(
        DunningStep, models.PROTECT, related_name="exit_proposal", verbose_name=_("dunning step")
    )
    proposed_on = models.DateField(_("proposed on"))
    decided_on = models.DateField(_("decided on"), null=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=ExitOutcome.choices, blank=True)
    body = models.CharField(_("decided by"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )

    objects = StandingQuerySet["ExitProposal"].as_manager()

    class Meta:
        verbose_name = _("exit proposal")
        verbose_name_plural = _("exit proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["member"], name="funding_exit_one_open", condition=Q(decided_on=None)
            ),
            models.CheckConstraint(
                name="funding_exit_decided",
                condition=Q(decided_on=None, outcome="")
                | Q(~Q(outcome=""), decided_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.proposed_on.isoformat()}"

    @property
    def organization(self) -> Organization:
        return self.member.organization


class ReferenceRateQuerySet(models.QuerySet["ReferenceRate"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Published numbers, open to members and staff."""
        return self.filter(access.in_consortium(user, on, *INSIDERS))

    def in_force(self, *, consortium: int, rate: str, on: date) -> Self:
        """Return what was recorded of a rate up to a day, what holds on it first."""
        own = self.filter(consortium=consortium, rate=rate, starts_on__lte=on)
        return own.order_by("-starts_on", "-version")


class ReferenceRate(Addressed):
    """A published rate that late interest follows, from a day on, in percent a year. Sealed.

    A mistake is corrected by the next version.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="reference_rates", verbose_name=_("consortium")
    )
    rate = models.SlugField(_("reference rate"), max_length=50)
    starts_on = models.DateField(_("from"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    percent = models.DecimalField(_("percent a year"), max_digits=9, decimal_places=4)
    source = models.CharField(_("source"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = ReferenceRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("reference rate")
        verbose_name_plural = _("reference rates")
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "rate", "starts_on", "version"],
                name="funding_reference_rate_once",
            ),
            models.CheckConstraint(
                name="funding_reference_rate_range", condition=Q(percent__gt=-100, percent__lt=1000)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rate} {self.starts_on.isoformat()}"
