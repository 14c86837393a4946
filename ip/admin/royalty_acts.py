"""What staff do with royalties: enter and correct statements, audit, divide what was paid."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consortium.admin.acts import Act, FigureField
from consortium.models import Document
from ip.admin.licence_acts import OnGranted
from ip.models import Distribution, Licence, RoyaltyStatement
from ip.operations.distributing import distribute
from ip.operations.royalties import (
    Line,
    Sales,
    correct_royalty,
    enter_royalty,
    request_audit,
)
from ip.reports.licences import upcoming
from ip.states import SalesLine
from projects.admin.acts import filed
from projects.admin.lines import TableField


def lines_field(label: Any, **more: Any) -> TableField:
    hint = _("A line each: text | amount, above 0.")
    return TableField("label", "amount", required_columns=2, label=label, help_text=hint, **more)


class Stating(Act):
    """A form with lines of sales and deductions."""

    sales = lines_field(_("sales"))
    deductions = lines_field(_("deductions"))
    signed_by = forms.CharField(label=_("signed by"), max_length=150)
    paper = forms.FileField(label=_("scan"), required=False)

    def clean_sales(self) -> list[Line]:
        return self.lines("sales", SalesLine.SALES)

    def clean_deductions(self) -> list[Line]:
        return self.lines("deductions", SalesLine.DEDUCTION)

    def lines(self, name: str, kind: SalesLine) -> list[Line]:
        rows = self.cleaned_data[name] or []
        return [Line(kind, row["label"], FigureField().clean(row["amount"])) for row in rows]

    def stated(self, starts_on: Any, paper: Document | None) -> Sales:
        data = self.cleaned_data
        return Sales(starts_on, [*data["sales"], *data["deductions"]], data["signed_by"], paper)


class EnterRoyalty(Stating, OnGranted):
    name, title, icon = "state", _("Enter a royalty statement"), "receipt_long"
    operation, variant = "ip.enter_royalty", "primary"
    submit, done = _("Enter"), _("The statement is entered; the royalty is charged.")
    starts_on = forms.DateField(label=_("period from"))
    field_order = ["starts_on", "sales", "deductions", "signed_by", "paper"]

    @classmethod
    def fits(cls, subject: Licence) -> bool:
        return super().fits(subject) and subject.every_months > 0

    def prepare(self) -> None:
        following = next(upcoming(self.subject), None)
        if following is not None:
            self.fields["starts_on"].initial = following[0].part.starts_on

    def write(self) -> RoyaltyStatement:
        day = self.cleaned_data["starts_on"]
        return filed(
            self,
            "paper",
            lambda paper: enter_royalty(
                licence=self.subject, sales=self.stated(day, paper), **self.who
            ),
        )


class RequestAudit(OnGranted):
    name, title, icon = "audit", _("Announce an audit"), "fact_check"
    operation = "ip.request_audit"
    submit, done = _("Announce"), _("The licensee is told.")
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea)

    @classmethod
    def fits(cls, subject: Licence) -> bool:
        return EnterRoyalty.fits(subject)

    def write(self) -> Licence:
        return request_audit(licence=self.subject, **self.plain(), **self.who)


class CorrectRoyalty(Stating):
    name, title, icon = "correct", _("Correct by an audit"), "edit_note"
    operation = "ip.correct_royalty"
    submit, done = _("Correct"), _("It is corrected; the difference is charged or credited.")
    note = _("Give all lines of the period as they should have been.")
    finding = forms.CharField(label=_("finding of an audit"), widget=forms.Textarea)

    @classmethod
    def fits(cls, subject: RoyaltyStatement) -> bool:
        later = subject.licence.royaltystatements.filter(
            starts_on=subject.starts_on, version__gt=subject.version
        )
        return not later.exists()

    def write(self) -> RoyaltyStatement:
        subject, finding = self.subject, self.cleaned_data["finding"]
        return filed(
            self,
            "paper",
            lambda paper: correct_royalty(
                statement=subject,
                sales=self.stated(subject.starts_on, paper),
                finding=finding,
                **self.who,
            ),
        )


class Distribute(Act):
    name, title, icon = "distribute", _("Divide what was paid"), "call_split"
    operation, variant = "ip.distribute", "primary"
    submit, done = _("Divide"), _("It is divided and credited.")
    note = _(
        "The charter’s portions first, the rest to the owners by their parts on the day it counts"
        " for; what cannot be divided goes to the largest part."
    )

    @classmethod
    def fits(cls, subject: Any) -> bool:
        return not hasattr(subject, "distribution")

    def write(self) -> Distribution:
        return distribute(earned=self.subject, **self.who)
