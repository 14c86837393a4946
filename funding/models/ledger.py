"""The ledger: accounts and the transfers between them."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models import Consortium, Member
from consortium.models.base import Addressed
from funding.models.assessments import Charge
from funding.models.declarations import FINANCE_READERS, MEMBER_READERS
from funding.models.receipts import Payment
from funding.states import AccountKind


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """A member's balance mixes its levies, so only its own people and finance staff see it."""
        return self.filter(
            access.own(user, on, *MEMBER_READERS) | access.as_staff(user, on, *FINANCE_READERS)
        )


class Account(Addressed):
    """Where one kind of money stands, in one unit; for a member or for the consortium.

    `unit`: ISO 4217 code, or a declared in-kind unit such as `days`.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="accounts", verbose_name=_("consortium")
    )
    kind = models.CharField(_("kind"), max_length=30, choices=AccountKind.choices)
    member = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accounts",
        verbose_name=_("member"),
    )
    unit = models.CharField(_("unit"), max_length=20)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "kind", "member", "unit"],
                name="funding_account_once",
                nulls_distinct=False,
            ),
            # What the transfers' composite foreign keys point at.
            models.UniqueConstraint(
                fields=["id", "consortium", "unit"], name="funding_account_tenant"
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(
            str(part) for part in (self.get_kind_display(), self.member, self.unit) if part
        )


class TransferQuerySet(models.QuerySet["Transfer"]):
    def visible_to(self, user: Any, on: date) -> Self:
        seen = Account.objects.visible_to(user, on).values("pk")
        return self.filter(Q(debit__in=seen) | Q(credit__in=seen))


class Transfer(Addressed):
    """An amount moved from one account to another: balanced by construction. Sealed.

    One business event is one `key` with as many legs as it needs; a mistake is
    reversed by another transfer, never changed. `on` is the day it counts for,
    `recorded_at` the moment it became known.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="transfers", verbose_name=_("consortium")
    )
    unit = models.CharField(_("unit"), max_length=20)
    debit = models.ForeignKey(
        Account, models.PROTECT, related_name="debits", verbose_name=_("debit")
    )
    credit = models.ForeignKey(
        Account, models.PROTECT, related_name="credits", verbose_name=_("credit")
    )
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    on = models.DateField(_("on"))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    key = models.CharField(_("event"), max_length=120)
    leg = models.PositiveSmallIntegerField(_("leg"), default=0)
    charge = models.ForeignKey(
        Charge,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers",
        verbose_name=_("charge"),
    )
    payment = models.ForeignKey(
        Payment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers",
        verbose_name=_("payment"),
    )
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
        verbose_name=_("reverses"),
    )

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "key", "leg"], name="funding_transfer_once"
            ),
            models.CheckConstraint(name="funding_transfer_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="funding_transfer_two_accounts", condition=~Q(debit=F("credit"))
            ),
        ]
        indexes = [
            models.Index(fields=["debit", "on"]),
            models.Index(fields=["credit", "on"]),
        ]

    def __str__(self) -> str:
        return f"{self.key}/{self.leg}"
