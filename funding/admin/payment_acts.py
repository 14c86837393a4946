"""What finance staff do with payments."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from consortium import words
from consortium.admin.acts import Act, ActWithin, FigureField, Scoped
from consortium.admin.standing import standing
from consortium.models import Member
from funding.models import Charge, PayerAlias, Payment
from funding.operations.matching import Allocation, match_payment, undo_match
from funding.operations.payments import Received, record_payment, withdraw_payment
from funding.reports.matching import proposed
from funding.reports.open_items import open_amounts
from funding.reports.receipts import left

CHARGE = "charge-"


class RecordPayment(ActWithin):
    """Record a payment by hand, such as one that no statement will bring."""

    name, title = "add", _("Record a payment")
    operation, submit = "funding.record_payment", _("Record")
    done = _("The payment is recorded.")
    note = _(
        "Payments come in with the bank's statements; record by hand what no statement brings. The"
        " bank's reference keeps the same payment from being recorded twice."
    )
    amount = FigureField(label=_("amount"))
    unit = forms.CharField(label=_("currency"), max_length=3, required=False,
                           help_text=_("Empty: the consortium's own."))  # fmt: skip
    paid_on = forms.DateField(label=pgettext_lazy("value date", "paid on"))
    reference = forms.CharField(label=_("bank reference"), max_length=100)
    account = forms.CharField(
        label=_("account"), max_length=60, required=False, help_text=_("Ours, which received it.")
    )
    payer = forms.CharField(label=_("payer"), max_length=200, required=False)
    payer_account = forms.CharField(label=_("payer's account"), max_length=60, required=False)
    text = forms.CharField(label=_("remittance text"), max_length=500, required=False)

    def clean_unit(self) -> str:
        return str(self.cleaned_data["unit"]).strip().upper()

    def write(self) -> Payment:
        data = self.plain()
        data["unit"] = data["unit"] or self.consortium.currency
        return record_payment(consortium=self.consortium, received=Received(**data), **self.who)


class WithdrawPayment(Act):
    """Take back a payment that never came."""

    name, title, icon = "withdraw", _("It never came: take it back"), "undo"
    operation, submit = "funding.withdraw_payment", _("Take back")
    done = _("The payment is taken back.")
    note = _("It is reversed in the books; the row stays. For what was recorded wrongly by hand.")

    @classmethod
    def fits(cls, subject: Payment) -> bool:
        return subject.statement_id is None and bool(rest(subject) == subject.amount)

    def write(self) -> Payment:
        return withdraw_payment(payment=self.subject, **self.who)


def rest(payment: Any) -> Decimal:
    """Return what is left of a payment."""
    known = getattr(payment, "left", None)
    found: Decimal = left([payment.pk])[payment.pk] if known is None else known
    return found


class ChooseMember(Act):
    """Choose whom a payment, or a part of it, is put to."""

    name, title, icon = "split", _("Put to a member…"), "call_split"
    operation, submit = "funding.match_payment", pgettext_lazy("step", "Next")
    done = _("Say what it pays; nothing is booked yet.")
    note = _(
        "A payment may go to several members, one after the other, and pay several charges of each."
    )
    member = Scoped(PayerAlias._meta.get_field("member"), label=_("member"))

    @classmethod
    def fits(cls, subject: Payment) -> bool:
        return bool(rest(subject) > 0)

    def write(self) -> Member:
        member: Member = self.cleaned_data["member"]
        return member


class PutToMember(Act):
    """Put a payment, or a part of it, to a member: to charges, and the rest on its account."""

    name, title, icon = "put", _("What does it pay?"), "join"
    operation, submit = "funding.match_payment", _("Book it")
    done = _("The payment is put to the member.")
    amount = FigureField(label=_("of the payment"), required=False)

    @classmethod
    def fits(cls, subject: Payment) -> bool:
        return bool(rest(subject) > 0)

    @cached_property
    def member(self) -> Member | None:
        here = standing(self.request)
        seen = Member.objects.visible_to(here.user, here.today).select_related("organization")
        try:
            uid = forms.UUIDField().clean(self.request.GET.get("member"))
        except forms.ValidationError:
            return None
        return seen.filter(consortium=self.subject.consortium, uid=uid).first()

    @property
    def note(self) -> str:
        if self.member is None:
            return gettext("Choose a member first.")
        said = {
            "member": self.member,
            "left": words.amount(rest(self.subject), self.subject.unit),
        }
        return (
            gettext("%(left)s is left. What goes to no charge stays on the account of %(member)s.")
            % said
        )

    def prepare(self) -> None:
        if self.member is None:
            return
        self.fields["amount"].help_text = gettext("empty: all that is left")
        found = proposed(self.subject.consortium, [self.subject])
        paid = dict(found[0].proposal.allocations) if found else {}
        for charge, amount in self.opened:
            said = {
                "open": words.amount(amount, charge.unit),
                "due": words.day(charge.due_on),
            }
            self.fields[f"{CHARGE}{charge.pk}"] = FigureField(
                label=charge.number,
                required=False,
                initial=paid.get(charge.pk),
                help_text=gettext("%(open)s is open, due on %(due)s") % said,
            )

    @cached_property
    def opened(self) -> list[tuple[Charge, Decimal]]:
        """Return the member's open charges in the payment's currency, as they fall due."""
        charges = Charge.objects.filter(member=self.member, unit=self.subject.unit)
        amounts = open_amounts(charges.values_list("pk", flat=True))
        rows = charges.filter(pk__in=amounts).order_by("due_on", "pk")
        return [(each, amounts[each.pk]) for each in rows]

    def write(self) -> Payment:
        if self.member is None:
            self.add_error(None, gettext("Choose a member first."))
            return self.subject
        allocations = [
            Allocation(charge, amount)
            for charge, _open in self.opened
            if (amount := self.cleaned_data[f"{CHARGE}{charge.pk}"])
        ]
        match_payment(
            payment=self.subject,
            member=self.member,
            allocations=allocations,
            amount=self.cleaned_data["amount"],
            **self.who,
        )
        payment: Payment = self.subject
        return payment


class UndoMatch(Act):
    """Take back a match by reversal."""

    name, title, icon = "undo", _("Undo this match"), "undo"
    operation, submit = "funding.undo_match", _("Undo")
    done = _("The match is undone; the payment waits to be matched again.")
    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def write(self) -> Payment:
        return undo_match(payment=self.subject, number=self.cleaned_data["number"], **self.who)
