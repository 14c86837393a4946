"""Organizations and who controls them."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models.base import (
    Addressed,
    Dated,
    DatedQuerySet,
    Named,
    date_range,
    ends_after_start,
    has_a_name,
)
from consortium.states import OFFICE_ROLES, ORGANIZATION_KINDS, Role

OUTWARD = (Role.SECRETARY, Role.IP, Role.AUDITOR)
"""Staff who deal with organizations outside, and who audit that."""


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Those that belong to a consortium one belongs to, and those of reference cases.

        An organization that only rivals elsewhere deal with stays unseen. One that no
        consortium has admitted is seen by those who registered it or keep its account.
        """
        seen = self.model.objects.filter(
            Q(
                access.in_consortium(user, on, at="members__consortium"),
                members__terms__isnull=False,
            )
            | access.as_staff(user, on, *OFFICE_ROLES, at="members__consortium")
            | access.as_staff(user, on, *OUTWARD, at="registered_by")
            | access.as_staff(user, on, *OUTWARD, at="known_to")
            | Q(members__consortium__is_reference=True)
            | Q(pk__in=user.appointments.on(on).values("organization"))
        )
        return self.filter(pk__in=seen.values("pk"))


class Organization(Addressed, Named):
    """A legal entity or body that can be a member, a partner or a funder."""

    kind = models.CharField(_("kind"), max_length=30, choices=ORGANIZATION_KINDS)
    country = models.CharField(
        _("country"),
        max_length=2,
        validators=[RegexValidator(r"^[A-Z]{2}$")],
        help_text=_("Two letters, ISO 3166-1: CN, US, DE …"),
    )
    registration_number = models.CharField(
        _("registration number"),
        max_length=40,
        blank=True,
        help_text=_("In China the 18-character unified social credit code."),
    )
    registered_by = models.ForeignKey(
        "consortium.Consortium",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("registered by"),
    )

    known_to = models.ManyToManyField(
        "consortium.Consortium",
        related_name="+",
        blank=True,
        editable=False,
        verbose_name=_("also entered by"),
    )

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            has_a_name("consortium_organization_name"),
            models.UniqueConstraint(
                name="consortium_organization_registration",
                fields=["country", "registration_number"],
                condition=~Q(registration_number=""),
            ),
        ]


class ControlQuerySet(DatedQuerySet["Control"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Group structure is seen by the organizations concerned, secretaries and auditors."""
        parties = user.appointments.on(on).exclude(organization=None).values("organization")
        staff = access.as_staff(
            user, on, Role.SECRETARY, Role.AUDITOR, at="organization__members__consortium"
        )
        seen = self.model.objects.filter(
            staff | Q(organization__in=parties) | Q(controller__in=parties)
        )
        return self.filter(pk__in=seen.values("pk"))


class Control(Addressed, Dated):
    """A dated share of one organization held by another; eligibility and conflicts read it."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="controls", verbose_name=_("organization")
    )
    controller = models.ForeignKey(
        Organization, models.PROTECT, related_name="controlled", verbose_name=_("controller")
    )
    share = models.DecimalField(
        _("share"), max_digits=7, decimal_places=6, help_text=_("1 is the whole: 0.51 for 51%.")
    )

    objects = ControlQuerySet.as_manager()

    class Meta:
        verbose_name = _("control")
        verbose_name_plural = _("controls")
        constraints = [
            ends_after_start("consortium_control_period"),
            models.CheckConstraint(
                name="consortium_control_share", condition=Q(share__gt=0, share__lte=1)
            ),
            models.CheckConstraint(
                name="consortium_control_other", condition=~Q(organization=F("controller"))
            ),
            ExclusionConstraint(
                name="consortium_control_once",
                expressions=[
                    (F("organization"), RangeOperators.EQUAL),
                    (F("controller"), RangeOperators.EQUAL),
                    (date_range(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.controller} → {self.organization}"


class CessationQuerySet(models.QuerySet["Cessation"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Staff who deal with organizations; the people of who ceased and of who succeeds it."""
        return self.filter(
            access.as_staff(user, on, *OUTWARD)
            | access.own(user, on, organization="organization")
            | access.own(user, on, organization="successor")
        )


class Cessation(Addressed):
    """That an organization is no more from a day on, and who succeeds to all it had, if anybody.

    Each consortium keeps its own: what one was told moves nothing in another. `evidence`:
    what shows it, such as the register's entry.
    """

    consortium = models.ForeignKey(
        "consortium.Consortium",
        models.PROTECT,
        related_name="cessations",
        verbose_name=_("consortium"),
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="cessations", verbose_name=_("organization")
    )
    ceased_on = models.DateField(
        _("no more from"), help_text=_("The first day on which it is not there any more.")
    )
    successor = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successions",
        verbose_name=_("successor"),
    )
    evidence = models.CharField(_("what shows it"), max_length=500)

    objects = CessationQuerySet.as_manager()

    class Meta:
        verbose_name = _("ceased organization")
        verbose_name_plural = _("ceased organizations")
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "organization"], name="consortium_cessation_once"
            ),
            models.CheckConstraint(
                name="consortium_cessation_other",
                condition=Q(successor=None) | ~Q(organization=F("successor")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organization)
