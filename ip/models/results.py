"""Results: what research brought about, and who owns which part of it since when."""

from datetime import date
from fractions import Fraction
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models import (
    Charter,
    Consortium,
    Document,
    MembershipTerm,
    Organization,
    User,
)
from consortium.models.base import (
    Addressed,
    Dated,
    DatedQuerySet,
    Named,
    date_range,
    ends_after_start,
    has_a_name,
)
from consortium.states import MEMBER_ROLES
from ip.rules.choices import Confidentiality
from ip.states import CONFIDENTIALITIES, IP_READERS, RESULT_KINDS, Cause
from projects.models import Project, ProjectParticipant


def inside_members(user: Any, on: date, *, at: str = "consortium") -> Q:
    """Return rows of consortia of which the user speaks for a member on the day.

    A licensee's people hold roles there too, yet it is no member. `at`: the path from the
    row to its consortium.
    """
    if not user.is_active:
        return access.NOTHING
    terms = MembershipTerm.objects.on(on).filter(
        member__consortium=OuterRef("consortium"), member__organization=OuterRef("organization")
    )
    spoken_for = user.appointments.on(on).filter(Exists(terms), role__in=MEMBER_ROLES)
    return Q(**{f"{at}__in": spoken_for.values("consortium")})


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """By its confidentiality: everyone, the consortium's members, its project, its owners.

        Staff in role see all; who disclosed it and its owners always do.
        """
        return self.filter(
            access.as_staff(user, on, *IP_READERS)
            | access.own(user, on, organization="disclosed_by")
            | self._owned_by(user, on)
            | Q(inside_members(user, on), confidentiality__in=OPEN_INSIDE)
            | Q(self._taken_part_in_by(user, on), confidentiality=Confidentiality.PROJECT)
            | (Q(confidentiality=Confidentiality.PUBLIC) if user.is_active else access.NOTHING)
        )

    def _owned_by(self, user: Any, on: date) -> Q:
        mine = access.own(user, on, consortium="result__consortium", organization="owner")
        shares = OwnershipShare.objects.on(on).filter(mine, result=OuterRef("pk"))
        return Q(Exists(shares))

    def _taken_part_in_by(self, user: Any, on: date) -> Q:
        mine = access.own(user, on, organization="body")
        parts = ProjectParticipant.objects.filter(mine, project=OuterRef("project"))
        return Q(Exists(parts))


OPEN_INSIDE = (Confidentiality.PUBLIC, Confidentiality.MEMBERS)


class Result(Addressed, Named):
    """What research brought about, as it was disclosed.

    `charter`: the one in force on the day it was complete, whose rules govern it.
    `disclosed_by`: the organization that disclosed it. `work_package`: its code in the
    project's plan. `tier`: a class of results of the charter, where it has such. `field`:
    of business, where the project recorded whose core business each is.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="results", verbose_name=_("consortium")
    )
    charter = models.ForeignKey(
        Charter, models.PROTECT, related_name="+", verbose_name=_("charter")
    )
    number = models.CharField(_("number"), max_length=40)
    kind = models.CharField(_("kind of result"), max_length=20, choices=RESULT_KINDS)
    tier = models.SlugField(_("tier"), max_length=50, blank=True)
    field = models.SlugField(_("field"), max_length=50, blank=True)
    confidentiality = models.CharField(
        _("who may read it"), max_length=20, choices=CONFIDENTIALITIES
    )
    summary = models.TextField(_("what it is"), blank=True)
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="results",
        verbose_name=_("project"),
    )
    work_package = models.SlugField(_("work package"), max_length=50, blank=True)
    completed_on = models.DateField(_("complete on"))
    disclosed_on = models.DateField(_("disclosed on"))
    disclosed_by = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("disclosed by")
    )
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [
            models.UniqueConstraint(fields=["consortium", "number"], name="ip_result_number"),
            models.CheckConstraint(
                name="ip_result_days", condition=Q(disclosed_on__gte=F("completed_on"))
            ),
            has_a_name("ip_result_name"),
        ]

    @property
    def organization(self) -> Organization:
        return self.disclosed_by


class OfResultQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(result__in=Result.objects.visible_to(user, on))


class OfResult(Addressed):
    """What belongs to a result and is seen by who sees the result."""

    result = models.ForeignKey(
        Result, models.PROTECT, related_name="%(class)ss", verbose_name=_("result")
    )

    objects = OfResultQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def consortium(self) -> Consortium:
        return self.result.consortium

    @property
    def organization(self) -> Organization:
        return self.result.disclosed_by


class Part(models.Model):
    """An exact part of a whole, as a fraction."""

    numerator = models.PositiveBigIntegerField(_("part: numerator"))
    denominator = models.PositiveBigIntegerField(_("part: denominator"))

    class Meta:
        abstract = True

    @property
    def part(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)


def within_one(name: str) -> models.CheckConstraint:
    condition = Q(numerator__gt=0, numerator__lte=F("denominator"))
    return models.CheckConstraint(condition=condition, name=name)


class OwnershipShareQuerySet(DatedQuerySet["OwnershipShare"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(result__in=Result.objects.visible_to(user, on))


class OwnershipShare(Addressed, Part, Dated):
    """An exact part of a result that an organization owns for a period.

    On each day from the result's completion on, its shares come to 1. `path`: the rule
    in the charter's `ip` section that gave it, where a rule did.
    """

    result = models.ForeignKey(
        Result, models.PROTECT, related_name="shares", verbose_name=_("result")
    )
    owner = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="shares",
        verbose_name=pgettext_lazy("ownership", "owner"),
    )
    cause = models.CharField(pgettext_lazy("ownership", "by"), max_length=20, choices=Cause.choices)
    path = models.CharField(_("rule"), max_length=100, blank=True)
    deed = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("deed")
    )

    objects = OwnershipShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("ownership share")
        verbose_name_plural = _("ownership shares")
        constraints = [
            within_one("ip_share_part"),
            ends_after_start("ip_share_period"),
            ExclusionConstraint(
                name="ip_share_once",
                expressions=[
                    (F("result"), RangeOperators.EQUAL),
                    (F("owner"), RangeOperators.EQUAL),
                    (date_range(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner}: {self.part}"

    @property
    def consortium(self) -> Consortium:
        return self.result.consortium

    @property
    def organization(self) -> Organization:
        return self.owner
