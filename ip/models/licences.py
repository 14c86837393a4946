"""Licences: what was granted to whom, on which terms, who agreed, and how it ended."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models import Consortium, Document, Organization, User
from consortium.models.base import Addressed, Dated, ends_after_start
from consortium.periods import Period
from consortium.states import Role
from ip.models.applications import LicenceApplication, owned_by
from ip.models.results import OfResult, OfResultQuerySet
from ip.rules.choices import LicenceKind
from ip.rules.licensing import Price, Scope
from ip.rules.royalties import Royalty
from ip.states import LICENCE_KINDS, LICENCE_READERS, USES, LicenceEnds

AMOUNT: dict[str, Any] = {"max_digits": 20, "decimal_places": 3, "default": Decimal(0)}
NEVER = date.max


class LicenceQuerySet(OfResultQuerySet["Licence"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """The licensee's own people, the result's owners, and staff for results and money."""
        return self.open_to(user, on, staff=LICENCE_READERS)

    def open_to(self, user: Any, on: date, *roles: Role, staff: tuple[Role, ...]) -> Self:
        """Staff in role; of the licensee's and the owners' people those in the roles, or all."""
        at = "result__consortium"
        return self.filter(
            access.as_staff(user, on, *staff, at=at)
            | access.own(user, on, *roles, consortium=at, organization="licensee")
            | owned_by(user, on, "result", *roles)
        )

    def granted(self) -> Self:
        """Return licences that were granted, each with `until`: its end as it came about."""
        ends = Least(Coalesce("ends_on", NEVER), Coalesce("ending__ends_on", NEVER))
        return self.filter(granted_on__isnull=False).annotate(until=ends)

    def running(self, on: date) -> Self:
        return self.granted().filter(starts_on__lte=on, until__gt=on)


class Licence(OfResult, Dated):
    """A licence of a result: proposed by one person, granted by another; then sealed.

    `fee`: the transfer fee; `rate`: part of net sales; `minimum`: of the royalty a year,
    in `unit`. Royalties are stated for periods of `every_months` counted from `anchor`,
    within `within_days` of their end; 0 months: none are. `most_favoured`: told when
    another gets better terms. `body`, `decided_on`, `paper`: whose decision granted it,
    where a body does; `notified_on`: the day the co-owners were told, where they must be.
    """

    number = models.CharField(_("number"), max_length=40)
    application = models.ForeignKey(
        LicenceApplication, models.PROTECT, related_name="licences", verbose_name=_("application")
    )
    licensee = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("licensee")
    )
    kind = models.CharField(_("kind of licence"), max_length=20, choices=LICENCE_KINDS)
    uses = ArrayField(models.CharField(max_length=20, choices=USES), verbose_name=_("uses"))
    field = models.SlugField(_("field of use"), max_length=50, blank=True)
    territory = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, verbose_name=_("territory")
    )
    sublicensing = models.BooleanField(_("may sublicense"), default=False)
    unit = models.CharField(_("currency"), max_length=3)
    fee = models.DecimalField(_("transfer fee"), **AMOUNT)
    rate = models.DecimalField(
        _("royalty: part of net sales"), max_digits=9, decimal_places=8, default=Decimal(0)
    )
    minimum = models.DecimalField(_("least royalty a year"), **AMOUNT)
    anchor = models.DateField(_("royalty periods counted from"))
    every_months = models.PositiveSmallIntegerField(_("months of a royalty period"), default=0)
    within_days = models.PositiveSmallIntegerField(_("days to state a royalty"), default=60)
    most_favoured = models.BooleanField(_("most-favoured terms"), default=False)
    body = models.SlugField(_("decided by"), max_length=50, blank=True)
    decided_on = models.DateField(_("decided on"), null=True)
    notified_on = models.DateField(_("co-owners told on"), null=True)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name=_("scan")
    )
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    granted_on = models.DateField(_("granted on"), null=True)
    granted_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("person", "granted by"),
    )

    objects = LicenceQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        constraints = [
            models.UniqueConstraint(fields=["result", "number"], name="ip_licence_number"),
            ends_after_start("ip_licence_period"),
            models.CheckConstraint(
                name="ip_licence_amounts",
                condition=Q(fee__gte=0, rate__gte=0, rate__lte=1, minimum__gte=0),
            ),
            models.CheckConstraint(
                name="ip_licence_stated", condition=Q(rate=0, minimum=0) | Q(every_months__gt=0)
            ),
            models.CheckConstraint(
                name="ip_licence_granted",
                condition=Q(granted_on=None, granted_by=None) | Q(granted_on__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["application"],
                name="ip_licence_one_granted",
                condition=Q(granted_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.licensee}"

    @property
    def organization(self) -> Organization:
        return self.licensee

    @property
    def term(self) -> Period:
        """Return the days it runs, as it came about."""
        ending = LicenceEnding.objects.filter(licence=self).first()
        if ending is None:
            return self.period
        return Period(self.starts_on, max(self.starts_on, ending.ends_on))

    @property
    def scope(self) -> Scope:
        return Scope(LicenceKind(self.kind), self.term, self.field, tuple(self.territory))

    @property
    def price(self) -> Price:
        return Price(self.unit, self.fee, self.rate, self.minimum)

    @property
    def royalty(self) -> Royalty:
        return Royalty(self.rate, self.minimum, self.unit, self.anchor, self.every_months)


class OfLicenceQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, user: Any, on: date) -> Self:
        model: Any = self.model
        seen = Licence.objects.open_to(user, on, *model.readers, staff=model.staff)
        return self.filter(licence__in=seen)


class OfLicence(Addressed):
    """What belongs to a licence and is seen by who sees the licence.

    `readers`: of the licensee's and the owners' people only these roles; empty: all.
    `staff`: of staff these roles.
    """

    readers: ClassVar[tuple[Role, ...]] = ()
    staff: ClassVar[tuple[Role, ...]] = LICENCE_READERS

    licence = models.ForeignKey(
        Licence, models.PROTECT, related_name="%(class)ss", verbose_name=_("licence")
    )

    objects = OfLicenceQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def consortium(self) -> Consortium:
        return self.licence.consortium

    @property
    def organization(self) -> Organization:
        return self.licence.licensee


class LicenceMilestone(OfLicence):
    """A payment due when something is reached. Sealed once it was."""

    name = models.CharField(_("milestone"), max_length=200)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    reached_on = models.DateField(_("reached on"), null=True)

    class Meta:
        verbose_name = _("milestone of a licence")
        verbose_name_plural = _("milestones of licences")
        constraints = [
            models.CheckConstraint(name="ip_milestone_amount", condition=Q(amount__gt=0)),
            models.UniqueConstraint(fields=["licence", "name"], name="ip_milestone_once"),
        ]

    def __str__(self) -> str:
        return self.name


class LicenceConsent(OfLicence):
    """An owner of the result agrees that it is licensed on these terms. Sealed."""

    owner = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("ownership", "owner"),
    )
    agreed_on = models.DateField(_("agreed on"))
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("consent to a licence")
        verbose_name_plural = _("consents to licences")
        constraints = [models.UniqueConstraint(fields=["licence", "owner"], name="ip_consent_once")]

    def __str__(self) -> str:
        return f"{self.licence}: {self.owner}"


class LicenceEnding(OfLicence):
    """A licence ended before its term. Sealed."""

    licence = models.OneToOneField(
        Licence, models.PROTECT, related_name="ending", verbose_name=_("licence")
    )
    ends_on = models.DateField(_("until (exclusive)"))
    cause = models.CharField(pgettext_lazy("end", "by"), max_length=20, choices=LicenceEnds.choices)
    reason = models.TextField(_("reason"))
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )
    recorded_on = models.DateField(_("recorded on"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("end of a licence")
        verbose_name_plural = _("ends of licences")

    def __str__(self) -> str:
        return f"{self.licence}: {self.ends_on.isoformat()}"


class LicenceWatch(models.Model):
    """When a licence is looked at next, to tell what is due; never more than a reminder."""

    licence = models.OneToOneField(
        Licence, models.PROTECT, primary_key=True, related_name="watch", verbose_name=_("licence")
    )
    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="+", verbose_name=_("consortium")
    )
    next_on = models.DateField(_("looked at next on"), null=True)

    class Meta:
        verbose_name = _("licence watch")
        verbose_name_plural = _("licence watches")
        indexes = [
            models.Index(
                fields=["consortium", "next_on"],
                name="ip_licence_watch_due",
                condition=Q(next_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.licence)
