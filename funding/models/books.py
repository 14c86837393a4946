"""The consortium's books: its chart of accounts, and the years that are closed."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models import Consortium, User
from consortium.models.base import Addressed, Named, has_a_name
from consortium.states import SECOND_ROLES
from funding.models.declarations import FINANCE_READERS
from funding.models.receipts import FinanceQuerySet
from funding.states import AccountKind


class LedgerHeading(Addressed, Named):
    """How a consortium's own chart of accounts numbers and names one kind of account.

    Kinds without one are called as the product calls them.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="ledger_headings", verbose_name=_("consortium")
    )
    kind = models.CharField(_("kind"), max_length=30, choices=AccountKind.choices)
    number = models.CharField(_("account number"), max_length=20)

    objects = FinanceQuerySet["LedgerHeading"].as_manager()

    class Meta:
        verbose_name = _("ledger heading")
        verbose_name_plural = _("chart of accounts")
        constraints = [
            models.UniqueConstraint(fields=["consortium", "kind"], name="funding_heading_kind"),
            models.UniqueConstraint(fields=["consortium", "number"], name="funding_heading_number"),
            has_a_name("funding_heading_name"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class ClosingQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Finance staff and auditors, and whoever may be asked to agree."""
        return self.filter(access.as_staff(user, on, *{*FINANCE_READERS, *SECOND_ROLES}))


class YearClose(Addressed):
    """A fiscal year of the books in one unit, closed by two people. Sealed once closed.

    Closing carries income and expense over to the surplus under the key
    `close:<unit>:<ends_on>`; from then on nothing is booked in it. `surplus`: what the
    year brought, below zero what it cost.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="year_closes", verbose_name=_("consortium")
    )
    unit = models.CharField(_("unit"), max_length=20)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until (exclusive)"))
    surplus = models.DecimalField(_("surplus"), max_digits=20, decimal_places=3)
    digest = models.CharField(_("digest of the trial balance"), max_length=64)
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    closed_on = models.DateField(_("closed on"), null=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )

    objects = ClosingQuerySet["YearClose"].as_manager()

    class Meta:
        verbose_name = _("year close")
        verbose_name_plural = _("year closes")
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "unit", "ends_on"], name="funding_close_once"
            ),
            models.CheckConstraint(
                name="funding_close_period", condition=Q(ends_on__gt=F("starts_on"))
            ),
            models.CheckConstraint(
                name="funding_close_two_people",
                condition=Q(closed_by=None) | ~Q(closed_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.starts_on.isoformat()}"

    def content(self) -> dict[str, Any]:
        """Return everything that was closed."""
        return {
            "unit": self.unit,
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "surplus": f"{self.surplus:.3f}",
            "digest": self.digest,
        }


class SurplusReturn(Addressed):
    """What of a closed year's surplus goes back to the members, agreed by two people.

    Sealed once confirmed: then each member that paid of the levy in that year has a
    credit note. `digest` covers every member's part, so that what is confirmed is what
    was looked at.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="surplus_returns", verbose_name=_("consortium")
    )
    close = models.OneToOneField(
        YearClose,
        models.PROTECT,
        related_name="surplus_return",
        verbose_name=_("year close"),
    )
    levy = models.SlugField(_("levy"), max_length=50)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    count = models.PositiveIntegerField(_("members"))
    digest = models.CharField(_("digest"), max_length=64)
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    confirmed_on = models.DateField(_("confirmed on"), null=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )

    objects = ClosingQuerySet["SurplusReturn"].as_manager()

    class Meta:
        verbose_name = _("surplus returned")
        verbose_name_plural = _("surplus returned")
        constraints = [
            models.CheckConstraint(name="funding_return_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="funding_return_two_people",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.close)
