"""What finance staff do with credit on a member's account: pay a charge from it, and undo that."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium import words
from consortium.admin.acts import Act, FigureField
from consortium.models import Member
from funding.admin.planning import said
from funding.models import Charge
from funding.operations.matching import allocate_credit, undo_allocation
from funding.reports.open_items import open_amounts
from funding.states import AccountKind


class AllocateCredit(Act):
    """Pay a charge from what stands on the member's account."""

    name, title, icon = "allocate", _("Pay a charge from the credit"), "price_check"
    operation, submit = "funding.allocate_credit", _("Book it")
    done = _("The charge is paid from the credit on account.")
    charge = forms.ModelChoiceField(Charge.objects.none(), label=_("charge"))
    amount = FigureField(
        label=_("amount"), required=False, help_text=_("Empty: as much as can be paid.")
    )

    @classmethod
    def fits(cls, subject: Any) -> bool:
        return subject.kind == AccountKind.ON_ACCOUNT and bool(subject.standing < 0)

    @property
    def note(self) -> str:
        credit = words.amount(self.credit, self.subject.unit)
        return gettext("%(credit)s stands on the account of %(member)s.") % {
            "credit": credit,
            "member": self.subject.member,
        }

    @property
    def credit(self) -> Decimal:
        found: Decimal = -self.subject.standing
        return found

    @cached_property
    def open(self) -> dict[int, Decimal]:
        """Return what is open of the member's charges in the account's unit."""
        charges = Charge.objects.filter(member=self.subject.member, unit=self.subject.unit)
        return open_amounts(charges.values_list("pk", flat=True))

    def prepare(self) -> None:
        field = self.fields["charge"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Charge.objects.filter(pk__in=self.open).order_by("due_on", "number")
        field.label_from_instance = lambda obj: said(obj, self.open)  # type: ignore[method-assign]
        if not self.open:
            field.help_text = gettext("Nothing is open in this unit.")

    def write(self) -> Member:
        charge: Charge = self.cleaned_data["charge"]
        member: Member = self.subject.member
        amount = self.cleaned_data["amount"]
        if amount is None:
            amount = min(self.credit, self.open[charge.pk])
        allocate_credit(member=member, charge=charge, amount=amount, **self.who)
        return member


class UndoAllocation(Act):
    """Put what paid a charge back on the member's account, by reversal."""

    name, title, icon = "unallocate", _("Put it back on the account"), "undo"
    operation, submit = "funding.undo_allocation", _("Undo")
    done = _("It is put back; the charge is open again.")
    uid = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def fits(cls, subject: Any) -> bool:
        return bool(subject.kind == AccountKind.ON_ACCOUNT)

    def write(self) -> Member:
        uid = self.cleaned_data["uid"]
        return undo_allocation(member=self.subject.member, uid=uid, **self.who)
