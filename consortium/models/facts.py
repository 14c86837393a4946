"""What the reference cases record besides their charters: facts, and where sources disagree."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium.models.consortia import Consortium
from consortium.models.organizations import Organization
from consortium.rules import facts, schema


class RecordedQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Return all: they are published."""
        return self.all() if user.is_active else self.none()

    def concerning(self, row: str) -> Self:
        """Return those that concern a row of the comparison."""
        return self.filter(body__rows__contains=[row])


class Recorded(models.Model):
    """An entry of a case's document, or of the general one where there is no consortium."""

    consortium = models.ForeignKey(
        Consortium,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("reference case"),
    )
    code = models.SlugField(_("code"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    body = models.JSONField(_("body"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.code


class Fact(Recorded):
    """One recorded fact with its sources; the body's only definition is `FactEntry`.

    `organizations`: those its body names by their keys, so that it is found beside them.
    """

    organizations = models.ManyToManyField(
        Organization, blank=True, related_name="facts", verbose_name=_("organizations")
    )

    objects = RecordedQuerySet["Fact"].as_manager()

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")

    def entry(self) -> facts.FactEntry:
        return schema.parse(facts.FactEntry, self.body)


class Disagreement(Recorded):
    """A point on which sources contradict each other; its body's definition is its entry's."""

    objects = RecordedQuerySet["Disagreement"].as_manager()

    class Meta:
        verbose_name = _("disagreement between sources")
        verbose_name_plural = _("disagreements between sources")

    def entry(self) -> facts.DisagreementEntry:
        return schema.parse(facts.DisagreementEntry, self.body)
