"""Money that came in: payments, the statements they were read from, and who pays as whom."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models import Consortium, Document, Member, Organization, User
from consortium.models.base import Addressed
from funding.models.assessments import Charge
from funding.models.declarations import FINANCE_READERS, MEMBER_READERS
from funding.states import PaymentNoticeState


class FinanceQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, user: Any, on: date) -> Self:
        """It mixes levies and members: finance staff and auditors."""
        return self.filter(access.as_staff(user, on, *FINANCE_READERS))


class OwnQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, user: Any, on: date) -> Self:
        """It tells what a member owes or pays: its own people, finance staff and auditors."""
        return self.filter(
            access.own(user, on, *MEMBER_READERS) | access.as_staff(user, on, *FINANCE_READERS)
        )


class BankStatement(Addressed):
    """A statement as the bank gave it, read once; the same file again changes nothing. Sealed.

    `account`: the consortium's own, as the statement names it.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="bank_statements", verbose_name=_("consortium")
    )
    name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name=_("file")
    )
    account = models.CharField(_("account"), max_length=60, blank=True)
    unit = models.CharField(_("currency"), max_length=20)
    lines = models.PositiveIntegerField(_("lines"))
    received = models.PositiveIntegerField(_("new payments"))
    known = models.PositiveIntegerField(_("payments known before"))
    imported_on = models.DateField(_("imported on"))
    imported_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("imported by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = FinanceQuerySet["BankStatement"].as_manager()

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        constraints = [
            models.UniqueConstraint(fields=["consortium", "sha256"], name="funding_statement_once")
        ]

    def __str__(self) -> str:
        return self.name


class StatementLayout(Addressed):
    """Where the columns of a bank's spreadsheet stand, kept for the next one.

    `columns`: our name of each field → the header or number of its column.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="statement_layouts", verbose_name=_("consortium")
    )
    name = models.CharField(_("name"), max_length=100)
    columns = models.JSONField(_("columns"), default=dict)
    unit = models.CharField(_("currency"), max_length=20)

    objects = FinanceQuerySet["StatementLayout"].as_manager()

    class Meta:
        verbose_name = _("statement layout")
        verbose_name_plural = _("statement layouts")
        constraints = [
            models.UniqueConstraint(fields=["consortium", "name"], name="funding_layout_name")
        ]

    def __str__(self) -> str:
        return self.name


class PayerAlias(Addressed):
    """Under which name or account a member pays, learned from what staff confirmed."""

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="payer_aliases", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="payer_aliases", verbose_name=_("member")
    )
    payer = models.CharField(_("payer"), max_length=200, blank=True)
    payer_account = models.CharField(_("payer's account"), max_length=60, blank=True)
    learned_on = models.DateField(_("learned on"))
    learned_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("learned by")
    )

    objects = FinanceQuerySet["PayerAlias"].as_manager()

    class Meta:
        verbose_name = _("payer alias")
        verbose_name_plural = _("payer aliases")
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "payer", "payer_account"], name="funding_alias_once"
            ),
            models.CheckConstraint(
                name="funding_alias_names", condition=~Q(payer="") | ~Q(payer_account="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payer or self.payer_account} → {self.member}"


class PaymentNotice(Addressed):
    """A member's word that it has paid; unknown until the bank shows it or staff refute it.

    It moves no money. While it is unknown it holds the ladder for the charter's
    `transit_days`. A payment settles it; a refutation says why it does not count.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="payment_notices", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="payment_notices", verbose_name=_("member")
    )
    charge = models.ForeignKey(
        Charge,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payment_notices",
        verbose_name=_("charge"),
    )
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=20)
    paid_on = models.DateField(_("paid on"))
    reference = models.CharField(_("bank reference"), max_length=100, blank=True)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proof")
    )
    noticed_on = models.DateField(_("told on"))
    noticed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("told by")
    )
    refuted_on = models.DateField(_("refuted on"), null=True, blank=True)
    refuted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("refuted by")
    )
    refutation = models.CharField(_("why refuted"), max_length=300, blank=True)

    objects = OwnQuerySet["PaymentNotice"].as_manager()

    class Meta:
        verbose_name = _("payment notice")
        verbose_name_plural = _("payment notices")
        constraints = [
            models.CheckConstraint(name="funding_notice_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="funding_notice_refuted",
                condition=Q(refuted_on=None) | ~Q(refutation=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.paid_on.isoformat()}"

    @property
    def organization(self) -> Organization:
        return self.member.organization

    @property
    def state(self) -> PaymentNoticeState:
        if self.refuted_on is not None:
            return PaymentNoticeState.REFUTED
        return (
            PaymentNoticeState.SETTLED if hasattr(self, "payment") else PaymentNoticeState.UNKNOWN
        )


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Finance staff and auditors; a member's people see those that were put to its account."""
        transfers: Any = self.model._meta.get_field("transfers").related_model
        own = access.own(user, on, *MEMBER_READERS, organization="credit__member__organization")
        booked = transfers.objects.filter(
            own, payment__isnull=False, reverses=None, reversed_by=None
        )
        return self.filter(
            access.as_staff(user, on, *FINANCE_READERS) | Q(pk__in=booked.values("payment"))
        )


class Payment(Addressed):
    """Money on the consortium's account, as the bank or a person recorded it. Sealed.

    Whose it is and what it pays are transfers, so that a wrong match is reversed and
    nothing of the payment changes. `reference`: the bank's own, once per account.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="payments", verbose_name=_("consortium")
    )
    statement = models.ForeignKey(
        BankStatement,
        models.PROTECT,
        null=True,
        related_name="payments",
        verbose_name=_("bank statement"),
    )
    notice = models.OneToOneField(
        PaymentNotice,
        models.PROTECT,
        null=True,
        related_name="payment",
        verbose_name=_("payment notice"),
    )
    account = models.CharField(_("account"), max_length=60, blank=True)
    reference = models.CharField(_("bank reference"), max_length=100)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=20)
    paid_on = models.DateField(pgettext_lazy("value date", "paid on"))
    payer = models.CharField(_("payer"), max_length=200, blank=True)
    payer_account = models.CharField(_("payer's account"), max_length=60, blank=True)
    text = models.CharField(_("remittance text"), max_length=500, blank=True)
    booked_on = models.DateField(_("booked on"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    digest = models.CharField(max_length=64)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "account", "reference"], name="funding_payment_once"
            ),
            models.CheckConstraint(name="funding_payment_amount", condition=Q(amount__gt=0)),
        ]
        indexes = [models.Index(fields=["consortium", "paid_on"])]

    def __str__(self) -> str:
        return self.reference

    def content(self) -> dict[str, Any]:
        """Return everything the digest covers."""
        return {
            "uid": str(self.uid),
            "statement": self.statement_id,
            "account": self.account,
            "reference": self.reference,
            "amount": f"{self.amount:.3f}",
            "unit": self.unit,
            "paid_on": self.paid_on,
            "payer": self.payer,
            "payer_account": self.payer_account,
            "text": self.text,
            "booked_on": self.booked_on,
        }
