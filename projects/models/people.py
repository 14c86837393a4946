"""Facilities, and the people members send to work in them."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models import Consortium, Document, Member, Organization, User
from consortium.models.base import (
    Addressed,
    Dated,
    DatedQuerySet,
    Named,
    date_range,
    ends_after_start,
    has_a_name,
)
from projects.models.calls import INSIDERS
from projects.models.execution import Project
from projects.models.proposals import SPEAKERS
from projects.states import PAYERS, PROJECT_READERS, FacilityKind


class FacilityQuerySet(DatedQuerySet["Facility"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(access.in_consortium(user, on, *INSIDERS))


class Facility(Addressed, Named, Dated):
    """A place where research is done: joint, the host institute's, or a member's."""

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="facilities", verbose_name=_("consortium")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=FacilityKind.choices)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organization"),
    )
    place = models.CharField(_("place"), max_length=200, blank=True)

    objects = FacilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")
        constraints = [
            ends_after_start("projects_facility_period"),
            has_a_name("projects_facility_name"),
            models.CheckConstraint(
                name="projects_facility_whose",
                condition=Q(kind=FacilityKind.JOINT) | Q(organization__isnull=False),
            ),
        ]


class SecondmentQuerySet(DatedQuerySet["Secondment"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """The home member's people, the person, and project staff."""
        return self.filter(
            access.own(user, on, *SPEAKERS, organization="home__organization")
            | Q(user=user)
            | access.as_staff(user, on, *PROJECT_READERS)
        )


class Secondment(Addressed, Dated):
    """A member's person sent to a facility for a period, under a letter of three parties.

    `ends_on` is where it ends as agreed or extended; `handed_back_on` the day access ended.
    `person` is unique to the human being, by home member.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="secondments", verbose_name=_("consortium")
    )
    home = models.ForeignKey(
        Member, models.PROTECT, related_name="secondments", verbose_name=_("home member")
    )
    person = models.CharField(_("person"), max_length=150)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="secondments",
        verbose_name=_("account"),
    )  # fmt: skip
    facility = models.ForeignKey(
        Facility, models.PROTECT, related_name="secondments", verbose_name=_("facility")
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="secondments",
        verbose_name=_("project"),
    )  # fmt: skip
    pays = models.CharField(_("paid by"), max_length=20, choices=PAYERS)
    letter_on = models.DateField(_("letter signed on"), null=True, blank=True)
    letter = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("tripartite letter"),
    )  # fmt: skip
    undertaking_on = models.DateField(
        _("undertaking on IP and secrecy signed on"), null=True, blank=True
    )
    agreed_until = models.DateField(_("first agreed until (exclusive)"))
    handed_back_on = models.DateField(_("handed back on"), null=True, blank=True)
    next_on = models.DateField(null=True, editable=False)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    objects = SecondmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("secondment")
        verbose_name_plural = _("secondments")
        constraints = [
            ends_after_start("projects_secondment_period"),
            ExclusionConstraint(
                name="projects_secondment_once",
                expressions=[
                    (F("home"), RangeOperators.EQUAL),
                    (F("person"), RangeOperators.EQUAL),
                    (date_range(), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(
                fields=["consortium", "next_on"],
                name="projects_secondment_due",
                condition=Q(next_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.facility}"

    @property
    def organization(self) -> Organization:
        return self.home.organization
