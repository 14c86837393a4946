"""Patents: families, applications and their events, what owners want paid, and what was paid."""

from datetime import date
from typing import Any, Self

from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consortium.models import Consortium, Document, Organization, User
from consortium.models.base import Addressed
from ip.models.results import OfResult, Result
from ip.rules.offices import Applicants, RightKind, Route, Size
from ip.rules.patents import Filing, Happening
from ip.states import (
    APPLICANTS,
    HAPPENINGS,
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
        """Return the event of each kind as it was recorded last, unless that was struck out."""
        rows = sorted(self.events.all(), key=lambda each: each.pk)
        last = {Happening(each.kind): each for each in rows}
        return {kind: each for kind, each in last.items() if not each.struck}

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

    `number`: what the office gave it then, such as the publication's. `struck`: a
    correction that says that it did not happen.
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
    struck = models.BooleanField(_("struck out"), default=False)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )

    objects = OfApplicationQuerySet["PatentEvent"].as_manager()

    class Meta:
        verbose_name = _("patent event")
        verbose_name_plural = _("patent events")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_on.isoformat()}"


class PatentCorrection(OfApplication):
    """What was wrong of an application, what it reads now, and why. Sealed.

    `before`, `after`: what changed, by its name; null where it did not happen.
    """

    application = models.ForeignKey(
        PatentApplication,
        models.PROTECT,
        related_name="corrections",
        verbose_name=_("patent application"),
    )
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    reason = models.TextField(_("reason"))
    corrected_on = models.DateField(_("corrected on"))

    objects = OfApplicationQuerySet["PatentCorrection"].as_manager()

    class Meta:
        verbose_name = _("correction of a patent application")
        verbose_name_plural = _("corrections of patent applications")

    def __str__(self) -> str:
        return f"{self.application}: {self.corrected_on.isoformat()}"


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
