"""What owners want done about a patent, and what was paid for it."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models import Document, Organization
from consortium.states import Role
from funding.models.declarations import FINANCE_READERS
from ip.models.patents import OfApplication, PatentApplication
from ip.models.results import OwnershipShare
from ip.states import (
    CHOICES,
    IP_READERS,
    PATENT_DUE,
)


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
        Organization,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("ownership", "owner"),
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
        verbose_name=pgettext_lazy("fee", "paid by"),
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
