"""What finance staff do about vouchers: record one or a list, undo one, add its file."""

from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium.admin.acts import Act, ActWithin, FigureField
from consortium.admin.standing import standing
from consortium.models import Document
from funding.models import Charge, Voucher
from funding.operations.voucher_changes import file_voucher, reverse_voucher
from funding.operations.voucher_list import (
    charges_of,
    member_of,
    payments_of,
    record_vouchers,
)
from funding.operations.vouchers import NUMBER, PAYER, ForNothing, Issued, record_voucher
from funding.reports.vouchers import missing
from funding.rules.voucher_list import numbers
from funding.states import VoucherKind
from projects.admin.acts import filed

PDF = _("PDF, at most 20 MB.")


class RecordVoucher(ActWithin):
    """Record a voucher that was issued elsewhere."""

    name, title = "add", _("Record a voucher")
    operation, submit = "funding.record_voucher", _("Record")
    done = _("The voucher is recorded.")
    note = _(
        "Vouchers are issued in the systems of the tax and finance authorities; here you record"
        " which one a member got for what it paid. Of several charges each is covered in full in"
        " turn."
    )
    kind = forms.ChoiceField(label=pgettext_lazy("voucher", "kind"), choices=VoucherKind)
    number = forms.CharField(label=pgettext_lazy("voucher", "number"), max_length=NUMBER)
    issued_on = forms.DateField(label=_("issued on"))
    amount = FigureField(label=_("amount"))
    charges = forms.CharField(
        label=_("charges"),
        required=False,
        help_text=_("Their numbers, separated by commas."),
    )
    payments = forms.CharField(
        label=_("payments"),
        required=False,
        help_text=_("Bank references, where it is for payments as a whole."),
    )
    payer = forms.CharField(
        label=_("payer"),
        max_length=PAYER,
        required=False,
        help_text=_("The name that stands on it; empty: the member's."),
    )
    file = forms.FileField(label=_("file"), required=False, help_text=PDF)

    @cached_property
    def asked(self) -> Charge | None:
        """Return the charge whose page or line the reader comes from."""
        here = standing(self.request)
        try:
            uid = forms.UUIDField().clean(self.request.GET.get("charge"))
        except forms.ValidationError:
            return None
        return Charge.objects.visible_to(here.user, here.today).filter(uid=uid).first()

    def prepare(self) -> None:
        super().prepare()
        if self.asked is None:
            return
        where, today = self.asked.consortium, standing(self.request).today
        self.fields["consortium_choice"].initial = where.pk
        self.fields["charges"].initial = self.asked.number
        lacking = missing(where, on=today, members=[self.asked.member_id])
        found = next((each for each in lacking if each.charge == self.asked), None)
        if found is not None:
            self.fields["amount"].initial = format(found.missing.normalize(), "f")

    def write(self) -> Voucher:
        def recorded(document: Document | None) -> Voucher:
            data = self.cleaned_data
            charges = charges_of(self.consortium, numbers(data["charges"]))
            payments = payments_of(self.consortium, numbers(data["payments"]))
            if not (charges or payments):
                raise ForNothing
            issued = Issued(
                kind=VoucherKind(data["kind"]),
                unit=(charges or payments)[0].unit,
                **self.plain("number", "issued_on", "amount", "payer"),
            )
            return record_voucher(
                member=member_of(charges, payments),
                issued=issued,
                charges=charges,
                payments=payments,
                document=document,
                **self.who,
            )

        found: Voucher = filed(self, "file", recorded)
        return found


class UploadVouchers(ActWithin):
    """Record a whole list of vouchers from a spreadsheet."""

    name, title = "upload", _("Record a list of vouchers")
    operation, submit = "funding.record_vouchers", _("Record all")
    done = _("The vouchers of the list are recorded.")
    note = _(
        "Download the list of what misses a voucher, fill in kind, number and day, and choose it"
        " here: all of it is recorded, or nothing and you read why. Rows without a number are"
        " left out."
    )
    file = forms.FileField(label=_("file"), help_text=_("XLSX, XLS or CSV, at most 5 MB."))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > 5 * 1024 * 1024:
            raise forms.ValidationError(_("The file is too large."))
        return file

    def write(self) -> list[Voucher]:
        content = self.cleaned_data["file"].read()
        return record_vouchers(consortium=self.consortium, content=content, **self.who)


class ReverseVoucher(Act):
    """Record the red voucher that undoes one."""

    name, title, icon = "reverse", _("Record its red voucher"), "undo"
    operation, submit = "funding.reverse_voucher", _("Record")
    done = _("The red voucher is recorded; what was paid misses a voucher again.")
    note = _("For a voucher that was undone where it was issued, in full.")
    number = forms.CharField(label=_("number of the red voucher"), max_length=NUMBER)
    issued_on = forms.DateField(label=_("issued on"))
    file = forms.FileField(label=_("file"), required=False, help_text=PDF)

    @classmethod
    def fits(cls, subject: Voucher) -> bool:
        return subject.reverses_id is None and not hasattr(subject, "reversed_by")

    def write(self) -> Voucher:
        def reversed_by(document: Document | None) -> Voucher:
            said = self.plain("number", "issued_on")
            return reverse_voucher(voucher=self.subject, **said, document=document, **self.who)

        found: Voucher = filed(self, "file", reversed_by)
        return found


class FileVoucher(Act):
    """Add the PDF of a voucher that was recorded without it."""

    name, title, icon = "add-file", _("Add its PDF"), "attach_file"
    operation, submit = "funding.file_voucher", _("Add")
    done = _("The file is added.")
    file = forms.FileField(label=_("file"), help_text=PDF)

    @classmethod
    def fits(cls, subject: Voucher) -> bool:
        return subject.document_id is None

    def write(self) -> Voucher:
        def added(document: Document) -> Voucher:
            return file_voucher(voucher=self.subject, document=document, **self.who)

        found: Voucher = filed(self, "file", added)
        return found
