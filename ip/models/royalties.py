"""What licences earn: statements of sales, charges, and how what came in was divided."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models import Consortium, Document, Organization, User
from consortium.models.base import Addressed
from consortium.periods import Period
from funding.models import MEMBER_READERS, Charge
from ip.models.applications import owned_by
from ip.models.licences import LicenceMilestone, OfLicence
from ip.models.results import Part
from ip.states import EARNING_READERS, PARTIES, Earning, SalesLine


class RoyaltyStatement(OfLicence):
    """What a licensee sold in a period, and the royalty on it. Sealed; the last version counts.

    `net`: sales less deductions; `finding`: what an audit found, where it corrected it.
    """

    starts_on = models.DateField(_("period from"))
    ends_on = models.DateField(_("period until (exclusive)"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    net = models.DecimalField(_("net sales"), max_digits=20, decimal_places=3)
    royalty = models.DecimalField(_("royalty"), max_digits=20, decimal_places=3)
    stated_on = models.DateField(_("stated on"))
    signed_by = models.CharField(_("signed by"), max_length=150)
    finding = models.TextField(_("finding of an audit"), blank=True)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    readers, staff = MEMBER_READERS, EARNING_READERS

    class Meta:
        verbose_name = _("royalty statement")
        verbose_name_plural = _("royalty statements")
        constraints = [
            models.UniqueConstraint(
                fields=["licence", "starts_on", "version"], name="ip_statement_once"
            ),
            models.CheckConstraint(
                name="ip_statement_period", condition=Q(ends_on__gt=F("starts_on"))
            ),
            models.CheckConstraint(name="ip_statement_royalty", condition=Q(royalty__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.licence} · {self.starts_on.isoformat()}"

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on)


class RoyaltyLineQuerySet(models.QuerySet["RoyaltyLine"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(statement__in=RoyaltyStatement.objects.visible_to(user, on))


class RoyaltyLine(Addressed):
    """A line of a royalty statement; a deduction is above zero and taken off. Sealed."""

    statement = models.ForeignKey(
        RoyaltyStatement, models.PROTECT, related_name="lines", verbose_name=_("royalty statement")
    )
    kind = models.CharField(_("kind of line"), max_length=20, choices=SalesLine.choices)
    label = models.CharField(pgettext_lazy("line", "text"), max_length=200)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)

    objects = RoyaltyLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a royalty statement")
        verbose_name_plural = _("lines of royalty statements")

    def __str__(self) -> str:
        return self.label

    @property
    def consortium(self) -> Consortium:
        return self.statement.consortium

    @property
    def organization(self) -> Organization:
        return self.statement.organization


class LicenceCharge(OfLicence):
    """Why a licensee was charged, and the day whose owners get it. Sealed."""

    charge = models.OneToOneField(
        Charge, models.PROTECT, related_name="licensing", verbose_name=_("charge")
    )
    earning = models.CharField(_("for"), max_length=20, choices=Earning.choices)
    statement = models.ForeignKey(
        RoyaltyStatement,
        models.PROTECT,
        null=True,
        related_name="charges",
        verbose_name=_("royalty statement"),
    )
    milestone = models.ForeignKey(
        LicenceMilestone,
        models.PROTECT,
        null=True,
        related_name="charges",
        verbose_name=_("milestone of a licence"),
    )
    counts_on = models.DateField(_("owners of the day"))

    readers, staff = MEMBER_READERS, EARNING_READERS

    class Meta:
        verbose_name = _("charge to a licensee")
        verbose_name_plural = _("charges to licensees")

    def __str__(self) -> str:
        return f"{self.licence} · {self.get_earning_display()}"


class OfOwnersQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Staff; of distributions the result's owners, never the licensee."""
        at = "earned__licence__result"
        return self.filter(
            access.as_staff(user, on, *EARNING_READERS, at=f"{at}__consortium")
            | owned_by(user, on, at, *MEMBER_READERS)
        )


class Distribution(Addressed):
    """What came in for a charge was divided. Sealed.

    `received`: what the licensee paid of the charge; `withheld`: of it, what had been
    given back to the licensee after it was divided, and is recovered here.
    """

    earned = models.OneToOneField(
        LicenceCharge, models.PROTECT, related_name="distribution", verbose_name=_("charge")
    )
    received = models.DecimalField(
        pgettext_lazy("money", "received"), max_digits=20, decimal_places=3
    )
    withheld = models.DecimalField(_("withheld"), max_digits=20, decimal_places=3)
    kept = models.DecimalField(_("kept by the consortium"), max_digits=20, decimal_places=3)
    distributed_on = models.DateField(_("distributed on"))

    objects = OfOwnersQuerySet.as_manager()

    class Meta:
        verbose_name = _("distribution")
        verbose_name_plural = _("distributions")
        constraints = [
            models.CheckConstraint(
                name="ip_distribution_amounts",
                condition=Q(withheld__gte=0, kept__gte=0, received__gte=F("withheld")),
            )
        ]

    def __str__(self) -> str:
        return str(self.earned)

    @property
    def consortium(self) -> Consortium:
        return self.earned.consortium

    @property
    def organization(self) -> Organization:
        return self.earned.licence.result.disclosed_by


class DistributionPartQuerySet(models.QuerySet["DistributionPart"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Staff, and the people of whose part it is; no owner sees another's."""
        at = "distribution__earned__licence__result__consortium"
        return self.filter(
            access.as_staff(user, on, *EARNING_READERS, at=at)
            | access.own(user, on, *MEMBER_READERS, consortium=at, organization="recipient")
        )


class DistributionPart(Addressed, Part):
    """What one organization got of it: as an owner by its part, or by a portion. Sealed."""

    distribution = models.ForeignKey(
        Distribution, models.PROTECT, related_name="parts", verbose_name=_("distribution")
    )
    recipient = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("distribution", "recipient"),
    )
    party = models.CharField(_("as"), max_length=20, choices=PARTIES)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)

    objects = DistributionPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a distribution")
        verbose_name_plural = _("parts of distributions")
        constraints = [
            models.UniqueConstraint(
                fields=["distribution", "recipient", "party"], name="ip_distribution_part_once"
            ),
            models.CheckConstraint(name="ip_distribution_part", condition=Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.distribution}"

    @property
    def consortium(self) -> Consortium:
        return self.distribution.consortium

    @property
    def organization(self) -> Organization:
        return self.recipient
