"""Exchange rates, as the secretariat records them."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models import Consortium, User
from consortium.models.base import Addressed
from funding.models.declarations import INSIDERS
from funding.rules.engine import Rate


class ExchangeRateQuerySet(models.QuerySet["ExchangeRate"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Published numbers, open to members and staff."""
        return self.filter(access.in_consortium(user, on, *INSIDERS))

    def published(
        self, *, consortium: Consortium, rate: str, into: str, until: date
    ) -> dict[str, Rate]:
        """Return the last rate of each currency published up to a day."""
        rows = self.filter(consortium=consortium, rate=rate, into=into, on__lte=until).order_by(
            "on", "version"
        )
        return {row.unit: Rate(row.value, row.on) for row in rows}


class ExchangeRate(Addressed):
    """What one unit of a currency was worth, by the charter's named rate on a day. Sealed.

    A mistake is corrected by the next version, which counts for what is not yet assessed.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="exchange_rates", verbose_name=_("consortium")
    )
    rate = models.SlugField(pgettext_lazy("of exchange", "rate"), max_length=50)
    unit = models.CharField(_("currency"), max_length=20)
    into = models.CharField(_("into"), max_length=20)
    on = models.DateField(_("published on"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    value = models.DecimalField(_("value of one"), max_digits=20, decimal_places=10)
    source = models.CharField(_("source"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = ExchangeRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "rate", "unit", "into", "on", "version"],
                name="funding_rate_version",
            ),
            models.CheckConstraint(name="funding_rate_value", condition=Q(value__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.rate} {self.unit} {self.on.isoformat()}"
