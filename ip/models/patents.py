"""Patents: families, applications and their events, what owners want paid, and what was paid."""

from datetime import date
from typing import Any, Self

from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models import Consortium, Document, Organization, User
from consortium.models.base import Addressed
from consortium.states import Role
from funding.models.declarations import FINANCE_READERS
from ip.models.results import OfResult, OwnershipShare, Result
from ip.rules.offices import Applicants, RightKind, Route, Size
from ip.rules.patents import Filing, Happening
from ip.states import (
    APPLICANTS,
    CHOICES,
    HAPPENINGS,
    IP_READERS,
    PATENT_DUE,
    RIGHT_KINDS,
    ROUTES,
    SIZES,
)


class PatentFamily(OfResult):
    """The applications for one result that share a first filing.

    `title`: as it is filed. `priority_on`: the first filing's day, once there is one.
    """

    title = models.CharField(_("title"), max_length=200, validators=[MinLengthValidator(1)])
    priority_on = models.DateField(_("first filed on"), null=True, blank=True)
    registered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("registered by")
    )

    class Meta:
        verbose_name = _("patent family")
        verbose_name_plural = _("patent families")
        constraints = [
            models.CheckConstraint(name="ip_family_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title


class PatentApplicationQuerySet(models.QuerySet["PatentApplication"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Who sees the result sees what is applied for."""
        return self.filter(family__result__in=Result.objects.visible_to(user, on))


class PatentApplication(Addressed):
    """What is applied for at one office. Its days are its events; what is due is computed.

    `priority_on`: the day it claims, null for a first filing. `size`, `applicants`: what
    the office's fee reductions ask, as the office has it.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="patent_applications", verbose_name=_("consortium")
    )
    family = models.ForeignKey(
        PatentFamily, models.PROTECT, related_name="applications", verbose_name=_("patent family")
    )
    office = models.CharField(_("patent office"), max_length=2)
    kind = models.CharField(_("kind of right"), max_length=20, choices=RIGHT_KINDS)
    route = models.CharField(_("route"), max_length=10, choices=ROUTES, default=Route.DIRECT.value)
    priority_on = models.DateField(_("claims priority of"), null=True, blank=True)
    priority_restored = models.BooleanField(_("priority restored"), default=False)
    applicants = models.CharField(
        _("applicants"), max_length=10, choices=APPLICANTS, default=Applicants.SINGLE.value
    )
    size = models.CharField(
        _("size for fees"), max_length=10, choices=SIZES, default=Size.REGULAR.value
    )
    registered_on = models.DateField(_("registered on"))
    registered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("registered by")
    )

    objects = PatentApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("patent application")
        verbose_name_plural = _("patent applications")
        indexes = [models.Index(fields=["consortium", "office"], name="ip_application_office")]

    def __str__(self) -> str:
        return f"{self.office} · {self.family.title}"

    @property
    def organization(self) -> Organization:
        return self.family.result.disclosed_by

    @property
    def last_events(self) -> dict[Happening, "PatentEvent"]:
        """Return the event of each kind as it was recorded last."""
        rows = sorted(self.events.all(), key=lambda each: each.pk)
        return {Happening(each.kind): each for each in rows}

    @property
    def number(self) -> str:
        """Return the number the office gave it last, or nothing."""
        given = [each for each in self.last_events.values() if each.number]
        return max(given, key=lambda each: (each.happened_on, each.pk)).number if given else ""

    def filing(self, *, entered: frozenset[str] = frozenset()) -> Filing:
        """Return the application as the rules see it."""
        return Filing(
            office=self.office,
            kind=RightKind(self.kind),
            route=Route(self.route),
            priority_on=self.priority_on,
            happened={kind: each.happened_on for kind, each in self.last_events.items()},
            entered=entered,
            applicants=Applicants(self.applicants),
            size=Size(self.size),
        )


class OfApplicationQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(application__in=PatentApplication.objects.visible_to(user, on))


class OfApplication(Addressed):
    """What belongs to an application."""

    application = models.ForeignKey(
        PatentApplication, models.PROTECT, verbose_name=_("patent application")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        abstract = True

    @property
    def consortium(self) -> Consortium:
        return self.application.consortium

    @property
    def organization(self) -> Organization:
        return self.application.organization


class PatentEvent(OfApplication):
    """Something that happened to an application; of each kind the last one counts. Sealed.

    `number`: what the office gave it then, such as the publication's.
    """

    application = models.ForeignKey(
        PatentApplication,
        models.PROTECT,
        related_name="events",
        verbose_name=_("patent application"),
    )
    kind = models.CharField(_("what happened"), max_length=30, choices=HAPPENINGS)
    happened_on = models.DateField(_("happened on"))
    number = models.CharField(_("number"), max_length=40, blank=True)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )

    objects = OfApplicationQuerySet["PatentEvent"].as_manager()

    class Meta:
        verbose_name = _("patent event")
        verbose_name_plural = _("patent events")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_on.isoformat()}"


class OwnersQuerySet[M: models.Model](models.QuerySet[M]):
    """What owners want and pay: theirs and staff's, whoever else may read the result."""

    staff: tuple[Role, ...] = IP_READERS

    def visible_to(self, user: Any, on: date) -> Self:
        mine = access.own(user, on, consortium="result__consortium", organization="owner")
        result = OuterRef("application__family__result")
        shares = OwnershipShare.objects.on(on).filter(mine, result=result)
        staff = access.as_staff(user, on, *self.staff, at="application__consortium")
        return self.filter(staff | Q(Exists(shares)))


class FeesQuerySet[M: models.Model](OwnersQuerySet[M]):
    staff = (*IP_READERS, *FINANCE_READERS)


class OfDeadline(OfApplication):
    """What is said or paid about something due: its code, and of which part."""

    code = models.CharField(_("what is due"), max_length=30, choices=PATENT_DUE)
    part = models.CharField(pgettext_lazy("patent", "year or office"), max_length=10, blank=True)

    class Meta:
        abstract = True


class Instruction(OfDeadline):
    """What an owner wants done about something due; its last word counts. Sealed."""

    application = models.ForeignKey(
        PatentApplication,
        models.PROTECT,
        related_name="instructions",
        verbose_name=_("patent application"),
    )
    owner = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    choice = models.CharField(_("instruction"), max_length=10, choices=CHOICES)
    instructed_on = models.DateField(_("instructed on"))
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )

    objects = OwnersQuerySet["Instruction"].as_manager()

    class Meta:
        verbose_name = _("instruction on a patent")
        verbose_name_plural = _("instructions on patents")

    def __str__(self) -> str:
        return f"{self.owner}: {self.get_choice_display()}"

    @property
    def organization(self) -> Organization:
        return self.owner


class PatentFee(OfDeadline):
    """A fee that was paid to an office, surcharge included. Sealed; undone by a row of its own.

    `payer`: the owner that paid it itself; null where the consortium paid, whose owners
    are then charged. `undoes`: the fee that was recorded by mistake.
    """

    application = models.ForeignKey(
        PatentApplication,
        models.PROTECT,
        related_name="fees",
        verbose_name=_("patent application"),
    )
    paid_on = models.DateField(pgettext_lazy("value date", "paid on"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    unit = models.CharField(_("currency"), max_length=3)
    payer = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("paid by"),
    )
    undoes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_by",
        verbose_name=_("undoes"),
    )

    objects = FeesQuerySet["PatentFee"].as_manager()

    class Meta:
        verbose_name = _("patent fee")
        verbose_name_plural = _("patent fees")
        constraints = [
            models.CheckConstraint(name="ip_fee_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="ip_fee_undoes", condition=Q(undoes=None) | ~Q(undoes=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} · {self.code} {self.part}".strip()


class PatentWatch(models.Model):
    """When an application is looked at next; never more than a reminder to look."""

    application = models.OneToOneField(
        PatentApplication,
        models.PROTECT,
        primary_key=True,
        related_name="watch",
        verbose_name=_("patent application"),
    )
    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="+", verbose_name=_("consortium")
    )
    next_on = models.DateField(_("looked at next on"), null=True)

    class Meta:
        verbose_name = _("patent watch")
        verbose_name_plural = _("patent watches")
        indexes = [
            models.Index(
                fields=["consortium", "next_on"],
                name="ip_patent_watch_due",
                condition=Q(next_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.application)
