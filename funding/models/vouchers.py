"""Vouchers: the receipts and invoices that others issued for what members paid."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium.models import Consortium, Document, Member, Organization, User
from consortium.models.base import Addressed
from funding.models.assessments import Charge
from funding.models.receipts import OwnQuerySet, Payment
from funding.states import VoucherKind


class VoucherQuerySet(OwnQuerySet["Voucher"]):
    def standing(self) -> Self:
        """Return what counts: neither a red reversal nor reversed by one."""
        undone = Voucher.objects.filter(reverses=OuterRef("pk"))
        return self.filter(~Exists(undone), reverses=None)


class Voucher(Addressed):
    """A receipt or invoice as the tax or finance authority's system gave it. Sealed.

    It is recorded here and never issued here. `amount`: of a red reversal too above zero;
    a reversal is a row of its own that names the one it undoes. Its file may come later,
    once.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="vouchers", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="vouchers", verbose_name=_("member")
    )
    kind = models.CharField(
        pgettext_lazy("voucher", "kind"), max_length=20, choices=VoucherKind.choices
    )
    number = models.CharField(pgettext_lazy("voucher", "number"), max_length=60)
    issued_on = models.DateField(_("issued on"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=20)
    payer = models.CharField(_("payer"), max_length=200, blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
        verbose_name=_("reverses"),
    )
    recorded_on = models.DateField(_("recorded on"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = VoucherQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("paper", "voucher")
        verbose_name_plural = pgettext_lazy("paper", "vouchers")
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "kind", "number"], name="funding_voucher_once"
            ),
            models.CheckConstraint(name="funding_voucher_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="funding_voucher_number", condition=~Q(number="")),
        ]
        indexes = [models.Index(fields=["consortium", "issued_on"])]

    def __str__(self) -> str:
        return self.number

    @property
    def organization(self) -> Organization:
        return self.member.organization


class VoucherItemQuerySet(models.QuerySet["VoucherItem"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Who sees the voucher sees what it is for."""
        return self.filter(voucher__in=Voucher.objects.visible_to(user, on).values("pk"))


class VoucherItem(models.Model):
    """What of a voucher is for a charge, or for a payment as a whole. Sealed."""

    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="items")
    charge = models.ForeignKey(
        Charge, models.PROTECT, null=True, related_name="vouched", verbose_name=_("charge")
    )
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, related_name="vouched", verbose_name=_("payment")
    )
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)

    objects = VoucherItemQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("paper", "part of a voucher")
        verbose_name_plural = pgettext_lazy("paper", "parts of a voucher")
        constraints = [
            models.UniqueConstraint(fields=["voucher", "charge"], name="funding_vouched_charge"),
            models.UniqueConstraint(fields=["voucher", "payment"], name="funding_vouched_payment"),
            models.CheckConstraint(name="funding_vouched_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="funding_vouched_one_thing",
                condition=Q(charge=None, payment__isnull=False)
                | Q(charge__isnull=False, payment=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.charge or self.payment)
