"""Results offered to those they opened to."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium.models import Charter
from ip.models.results import OfResult, OfResultQuerySet, Result, inside_members
from ip.rules.choices import Party
from ip.states import PARTIES, TERMS


class LicenceOfferQuerySet(OfResultQuerySet["LicenceOffer"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Who sees the result; and while it stands, those it is made to, wherever they are."""
        seen = Q(result__in=Result.objects.visible_to(user, on))
        if not user.is_active:
            return self.none()
        spoken_for = user.appointments.on(on).exclude(organization=None)
        domestic = Q(to=Party.DOMESTIC, home__in=spoken_for.values("organization__country"))
        members = Q(inside_members(user, on, at="result__consortium"), to=Party.MEMBER)
        return self.filter(seen | (stands(on) & (Q(to=Party.ANYONE) | domestic | members)))

    def standing(self, on: date) -> Self:
        return self.filter(stands(on))


def stands(on: date) -> Q:
    return Q(Q(withdrawn_on=None) | Q(withdrawn_on__gt=on), published_on__lte=on)


class LicenceOffer(OfResult):
    """A result opened to a class of parties on terms; published on the day it opened.

    `path`: the rule in the charter's `ip` section that opened it; empty where it was
    offered by hand, then `field` and `territory` (ISO 3166 countries) may limit it, empty
    means all, and `note` says more. `home`: the country whose organizations are domestic.
    """

    charter = models.ForeignKey(
        Charter, models.PROTECT, related_name="+", verbose_name=_("charter")
    )
    path = models.CharField(_("rule"), max_length=100, blank=True)
    to = models.CharField(_("offered to"), max_length=20, choices=PARTIES)
    home = models.CharField(_("home country"), max_length=2, blank=True)
    terms = models.CharField(pgettext_lazy("licence", "terms"), max_length=20, choices=TERMS)
    field = models.SlugField(_("field of use"), max_length=50, blank=True)
    territory = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, verbose_name=_("territory")
    )
    note = models.TextField(_("note"), blank=True)
    published_on = models.DateField(_("published on"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)

    objects = LicenceOfferQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("licence offer")
        verbose_name_plural = _("licence offers")
        constraints = [
            models.UniqueConstraint(
                fields=["result", "to", "published_on"],
                name="ip_opening_once",
                condition=~Q(path=""),
            ),
            models.CheckConstraint(
                name="ip_opening_period",
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("published_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result}: {self.get_to_display()}"

    def stands(self, on: date) -> bool:
        withdrawn = self.withdrawn_on is not None and self.withdrawn_on <= on
        return self.published_on <= on and not withdrawn
