"""How a result came about: who made it, what paid for it, and how it is to be protected."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models import Organization, User
from funding.models import FundingInstrument
from ip.models.results import OfResult, Part, within_one
from ip.states import IP_READERS, Protection
from projects.models import OfProject, OfProjectQuerySet


class CoreBusinessQuerySet(OfProjectQuerySet["CoreBusiness"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """The project's participants, project staff, and staff who record results."""
        return super().visible_to(user, on) | self.filter(access.as_staff(user, on, *IP_READERS))


class CoreBusiness(OfProject):
    """Whose core business a field is in a project, so that its results go there."""

    field = models.SlugField(_("field"), max_length=50)
    body = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    objects = CoreBusinessQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("core business")
        verbose_name_plural = _("core businesses")
        constraints = [
            models.UniqueConstraint(fields=["project", "field"], name="ip_core_business_once")
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.body}"


class Contribution(OfResult, Part):
    """What part of a result's work an organization did. Sealed."""

    generator = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("organization")
    )

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.UniqueConstraint(fields=["result", "generator"], name="ip_contribution_once"),
            within_one("ip_contribution_part"),
        ]

    def __str__(self) -> str:
        return f"{self.generator}: {self.part}"


class Inventor(OfResult, Part):
    """A person who made a part of a result, and the employer on that day. Sealed."""

    name = models.CharField(_("inventor"), max_length=150)
    employer = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("employer")
    )

    class Meta:
        verbose_name = _("inventor")
        verbose_name_plural = _("inventors")
        constraints = [
            models.UniqueConstraint(fields=["result", "name", "employer"], name="ip_inventor_once"),
            within_one("ip_inventor_part"),
        ]

    def __str__(self) -> str:
        return self.name


class ResultFunding(OfResult):
    """What paid for a result's work. Sealed."""

    instrument = models.ForeignKey(
        FundingInstrument, models.PROTECT, related_name="results", verbose_name=_("funding")
    )

    class Meta:
        verbose_name = _("funding of a result")
        verbose_name_plural = _("funding of results")
        constraints = [
            models.UniqueConstraint(fields=["result", "instrument"], name="ip_funding_once")
        ]

    def __str__(self) -> str:
        return f"{self.result}: {self.instrument}"


class Evaluation(OfResult):
    """How a result is to be protected, as it was decided on a day. Sealed; the last counts."""

    protection = models.CharField(_("protection"), max_length=20, choices=Protection.choices)
    reason = models.TextField(_("reason"))
    evaluated_on = models.DateField(_("evaluated on"))
    evaluated_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("evaluated by")
    )

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")

    def __str__(self) -> str:
        return f"{self.result}: {self.get_protection_display()}"
