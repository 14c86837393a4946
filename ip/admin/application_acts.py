"""What staff do with applications for licences: enter them, talk, answer for owners, close."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium.admin.acts import Act, ActWithin, Scoped
from consortium.models import Document
from ip.admin.offering import countries
from ip.models import LicenceApplication, NegotiationEntry, OwnershipShare, Result
from ip.operations.applying import (
    LICENSED_USES,
    Wanted,
    answer_application,
    enter_application,
    refuse_application,
    withdraw_application,
    write_entry,
)
from ip.rules.choices import LicenceKind, Use
from ip.states import LICENCE_KINDS, USES
from projects.admin.acts import filed

LICENSABLE = [(value, label) for value, label in USES if value in set(LICENSED_USES)]


class EnterApplication(ActWithin):
    name, title, icon = "add", _("Enter a licence application"), "request_page"
    operation = "ip.enter_application"
    done = _("The application is entered; the owners are told.")
    note = _("From paper. Who may use the system applies itself; so do companies appointed here.")
    result = forms.ModelChoiceField(
        queryset=Result.objects.none(), label=_("result"), required=False
    )
    offer = Scoped(
        LicenceApplication._meta.get_field("offer"), label=_("or through an offer"), required=False
    )
    applicant = Scoped(LicenceApplication._meta.get_field("applicant"), label=_("applicant"))
    kind = forms.ChoiceField(label=_("kind of licence"), choices=LICENCE_KINDS)
    uses = forms.MultipleChoiceField(
        label=_("uses"), choices=LICENSABLE, widget=forms.CheckboxSelectMultiple
    )
    field = forms.SlugField(label=_("field of use"), required=False)
    territory = forms.CharField(
        label=_("territory"), required=False, help_text=_("Countries: CN, US; empty: all.")
    )
    months = forms.IntegerField(label=_("term in months"), required=False, min_value=1)
    text = forms.CharField(label=_("what for"), widget=forms.Textarea)
    applied_on = forms.DateField(label=_("applied on"))
    paper = forms.FileField(label=_("scan"), required=False)

    def prepare(self) -> None:
        super().prepare()
        here = self.fields["consortium_choice"].queryset  # type: ignore[attr-defined]
        rows = Result.objects.filter(consortium__in=here).order_by("number")
        self.fields["result"].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        result: Any = self.cleaned_data.get("result")
        offer: Any = self.cleaned_data.get("offer")
        if (result is None) == (offer is None):
            self.add_error("result", _("Name either the result or an offer of it."))
            return self.cleaned_data
        result = self.cleaned_data["result"] = result or offer.result
        if result.consortium != self.cleaned_data.get("consortium_choice"):
            self.add_error("result", _("It is of another consortium."))
        return self.cleaned_data

    def write(self) -> LicenceApplication:
        data = self.cleaned_data
        wanted = Wanted(
            kind=LicenceKind(data["kind"]),
            uses={Use(each) for each in data["uses"]},
            territory=countries(data["territory"]),
            **self.plain("text", "field", "months", "offer"),
        )
        given = {
            "result": data["result"],
            "wanted": wanted,
            **self.plain("applicant", "applied_on"),
        }
        return filed(
            self, "paper", lambda paper: enter_application(paper=paper, **given, **self.who)
        )


class OnApplication(Act):
    """An act on an application that is still open."""

    @classmethod
    def fits(cls, subject: LicenceApplication) -> bool:
        return subject.closed_on is None


class WriteEntry(OnApplication):
    name, title, icon = "write", _("Write into the negotiation"), "forum"
    operation = "ip.write_entry"
    submit, done = _("Write"), _("It is written; both sides are told.")
    note = _("Both sides read it.")
    text = forms.CharField(label=pgettext_lazy("entry", "text"), widget=forms.Textarea)
    file = forms.FileField(label=_("file"), required=False)

    def write(self) -> NegotiationEntry:
        def say(file: Document | None) -> NegotiationEntry:
            return write_entry(
                application=self.subject, file=file, **self.plain("text"), **self.who
            )

        return filed(self, "file", say)


class AnswerForOwner(OnApplication):
    """Enter what one of the owners answers."""

    name, title, icon = "answer", _("Enter an owner’s answer"), "reply"
    operation = "ip.answer_application"
    submit, done = _("Enter"), _("It is written; both sides are told.")
    note = _("Both sides read it, as said by the owner.")
    share = forms.ModelChoiceField(
        queryset=OwnershipShare.objects.none(), label=pgettext_lazy("ownership", "owner")
    )
    text = forms.CharField(label=pgettext_lazy("entry", "text"), widget=forms.Textarea)
    file = forms.FileField(label=_("file"), required=False)

    def prepare(self) -> None:
        rows = self.subject.result.shares.on(self.today).select_related("owner").order_by("pk")
        self.fields["share"].queryset = rows  # type: ignore[attr-defined]

    def write(self) -> NegotiationEntry:
        given = {"application": self.subject, **self.plain("share", "text")}
        return filed(self, "file", lambda file: answer_application(file=file, **given, **self.who))


class RefuseApplication(OnApplication):
    name, title, icon = "refuse", _("Refuse"), "block"
    operation, variant = "ip.refuse_application", "danger"
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea)

    def write(self) -> LicenceApplication:
        return refuse_application(application=self.subject, **self.plain(), **self.who)


class WithdrawApplication(OnApplication):
    name, title, icon = "withdraw", _("Withdraw"), "undo"
    operation = "ip.withdraw_application"
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea, required=False)

    def write(self) -> LicenceApplication:
        return withdraw_application(application=self.subject, **self.plain(), **self.who)
