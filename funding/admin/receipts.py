"""Payment notices and the names under which members pay."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import FileResponse, HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import words
from consortium.admin import shown
from consortium.admin.acts import Act, FigureField, Scoped
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.filed import filed_link, filed_url
from consortium.models import Consortium, Document
from consortium.papers.filed import attachment
from funding.models import FINANCE_READERS, PayerAlias, PaymentNotice
from funding.operations.aliases import drop_alias, name_payer
from funding.operations.payment_notices import notice_payment, refute_notice
from funding.states import PaymentNoticeState
from projects.admin.acts import filed

MARKS = {
    PaymentNoticeState.UNKNOWN: "warn",
    PaymentNoticeState.SETTLED: "good",
    PaymentNoticeState.REFUTED: "bad",
}


class NoticePayment(Act):
    """Take down on a member's behalf that it has paid."""

    name, title = "add", _("Take down a payment notice")
    operation, submit = "funding.notice_payment", _("Take down")
    done = _("The notice is taken down.")
    note = _("A member says that it has paid. No money is moved; it waits for the bank.")
    member = Scoped(PaymentNotice._meta.get_field("member"), label=_("member"))
    charge = Scoped(PaymentNotice._meta.get_field("charge"), label=_("charge"), required=False)
    amount = FigureField(label=_("amount"))
    unit = forms.CharField(label=_("currency"), max_length=3, required=False,
                           help_text=_("Empty: the consortium's own."))  # fmt: skip
    paid_on = forms.DateField(label=_("paid on"))
    reference = forms.CharField(label=_("bank reference"), max_length=100, required=False)
    proof = forms.FileField(label=_("proof"), required=False,
                            help_text=_("PDF or picture, at most 20 MB."))  # fmt: skip

    @property
    def consortium(self) -> Consortium:
        found: Consortium = self.cleaned_data["member"].consortium
        return found

    def write(self) -> PaymentNotice:
        data = self.plain()
        data.pop("proof")
        data["unit"] = data["unit"].strip().upper() or self.consortium.currency

        def notice(paper: Document | None) -> PaymentNotice:
            return notice_payment(**data, paper=paper, **self.who)

        found: PaymentNotice = filed(self, "proof", notice)
        return found


class RefuteNotice(Act):
    """Say that a payment that was announced did not come."""

    name, title, icon = "refute", _("It did not come: refute"), "block"
    operation, submit = "funding.refute_notice", _("Refute")
    done = _("The notice is refuted, and the member is told.")
    note = _("The notice no longer holds reminders. The member is told, and reads the reason.")
    reason = forms.CharField(label=_("why refuted"), max_length=300)

    @classmethod
    def fits(cls, subject: PaymentNotice) -> bool:
        return subject.state == PaymentNoticeState.UNKNOWN

    def write(self) -> PaymentNotice:
        return refute_notice(notice=self.subject, **self.plain(), **self.who)


@admin.register(PaymentNotice)
class PaymentNoticeAdmin(ConsortiumAdmin):
    view_roles = frozenset(FINANCE_READERS)
    adds, acts = NoticePayment, (RefuteNotice,)
    list_display = ("member", "said", "paid_on", "reference", "state", "consortium")
    list_filter = (("consortium", ScopedFilter), "paid_on", "refuted_on")
    search_fields = (
        "reference", "member__organization__name_en", "member__organization__name_zh",
    )  # fmt: skip
    ordering = ("-noticed_on", "-pk")
    select = (
        "consortium", "member__organization", "charge", "payment", "noticed_by", "refuted_by",
        "paper",
    )  # fmt: skip
    fields = (
        ("member", "consortium"), ("said", "paid_on"), ("charge", "reference"), ("state", "proof"),
        ("noticed_on", "noticed_by"), ("refuted_on", "refuted_by"), "refutation", "payment_shown",
    )  # fmt: skip
    readonly_fields = ("said", "state", "proof", "payment_shown")

    def get_urls(self) -> list[URLPattern]:
        return [filed_url(self, self.proof_view), *super().get_urls()]

    def proof_view(self, request: HttpRequest, object_id: int) -> FileResponse:
        """Send the proof of a notice that the reader may see, as a download."""
        return attachment(self.row(request, str(object_id)).paper)

    @display(description=_("proof"))
    def proof(self, row: PaymentNotice) -> str:
        return filed_link(row, row.paper)

    @display(description=_("amount"), ordering="amount")
    def said(self, row: PaymentNotice) -> str:
        return words.amount(row.amount, row.unit)

    @display(description=_("state"))
    def state(self, row: PaymentNotice) -> Any:
        return shown.mark(row.state.label, MARKS[row.state])

    @display(description=_("payment"))
    def payment_shown(self, row: PaymentNotice) -> str:
        return shown.link(getattr(row, "payment", None))


class NamePayer(Act):
    """Say under which name or account a member pays."""

    name, title = "add", _("Name a payer")
    operation, submit = "funding.name_payer", _("Remember")
    done = _("It is remembered who pays so.")
    note = _("Payments of this payer are proposed for the member.")
    member = Scoped(PayerAlias._meta.get_field("member"), label=_("member"))
    payer = forms.CharField(label=_("payer"), max_length=200, required=False)
    payer_account = forms.CharField(label=_("payer's account"), max_length=60, required=False)

    @property
    def consortium(self) -> Consortium:
        found: Consortium = self.cleaned_data["member"].consortium
        return found

    def write(self) -> PayerAlias:
        return name_payer(consortium=self.consortium, **self.plain(), **self.who)


class ChangePayer(Act):
    """Say that another member pays so."""

    name, title, icon = "change-member", _("Another member pays so"), "edit"
    operation, done = "funding.name_payer", _("It is remembered who pays so.")
    member = Scoped(PayerAlias._meta.get_field("member"), label=_("member"))

    def write(self) -> PayerAlias:
        alias: PayerAlias = self.subject
        return name_payer(
            consortium=alias.consortium,
            member=self.cleaned_data["member"],
            payer=alias.payer,
            payer_account=alias.payer_account,
            **self.who,
        )


class DropAlias(Act):
    """Forget who pays so."""

    name, title, icon = "drop", _("Forget who pays so"), "delete"
    operation, submit, done = "funding.drop_alias", _("Forget"), _("It is forgotten who pays so.")

    def write(self) -> None:
        drop_alias(alias=self.subject, **self.who)


@admin.register(PayerAlias)
class PayerAliasAdmin(ConsortiumAdmin):
    view_roles = frozenset(FINANCE_READERS)
    adds, acts = NamePayer, (ChangePayer, DropAlias)
    list_display = ("named", "payer_account", "member", "learned_on", "consortium")
    list_filter = (("consortium", ScopedFilter), "learned_on")
    search_fields = (
        "payer", "payer_account", "member__organization__name_en", "member__organization__name_zh",
    )  # fmt: skip
    ordering = ("payer", "payer_account", "pk")
    select = ("consortium", "member__organization", "learned_by")
    fields = (("payer", "payer_account"), ("member", "consortium"), ("learned_on", "learned_by"))

    @display(description=_("payer"), ordering="payer")
    def named(self, row: PayerAlias) -> str:
        return row.payer or "—"

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        if result is None:
            return reverse(self.url_name("changelist"))
        return super().after(request, obj, result)
