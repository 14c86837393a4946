"""How research is paid: own money, grants, research contracts, loans."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models import Consortium, Document, Organization
from consortium.models.base import Addressed, Dated, ends_after_start
from consortium.states import Role
from funding.models.declarations import FINANCE_READERS, MEMBER_READERS
from funding.states import INSTRUMENTS
from projects.models import Project

THEIR_READERS = (*MEMBER_READERS, Role.TECHNICAL_CONTACT)
"""A member's people who may read what pays for its work: who discloses results names it."""

INSTRUMENT_READERS = (*FINANCE_READERS, Role.SECRETARY, Role.PROJECTS, Role.IP, Role.FUNDER)


class FundingInstrumentQuerySet(models.QuerySet["FundingInstrument"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Staff in role, the people of who receives it, and of who pays it."""
        mine = access.own(user, on, *THEIR_READERS, organization="recipient")
        funder = access.own(user, on, *MEMBER_READERS, organization="funder")
        return self.filter(mine | funder | access.as_staff(user, on, *INSTRUMENT_READERS))


class FundingInstrument(Addressed, Dated):
    """What pays for research: its kind, who pays, under which contract, and how much.

    `recipient`: whose work it pays, null for the consortium's own. The kind may decide
    who owns what comes of it. What is paid out and back when comes with public money.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="instruments", verbose_name=_("consortium")
    )
    kind = models.CharField(_("kind of funding"), max_length=20, choices=INSTRUMENTS)
    title = models.CharField(_("title"), max_length=200)
    funder = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("paid by")
    )
    recipient = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recipient"),
    )
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="instruments",
        verbose_name=_("project"),
    )
    contract = models.CharField(_("contract number"), max_length=100, blank=True)
    amount = models.DecimalField(
        _("amount"), max_digits=20, decimal_places=3, null=True, blank=True
    )
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )

    objects = FundingInstrumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("funding instrument")
        verbose_name_plural = _("funding instruments")
        constraints = [
            ends_after_start("funding_instrument_period"),
            models.CheckConstraint(
                name="funding_instrument_amount",
                condition=Q(amount=None, unit="") | (Q(amount__gt=0) & ~Q(unit="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def organization(self) -> Organization | None:
        return self.recipient
