"""What staff do with licences: propose, enter consents, grant and end."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium.admin.acts import Act, FigureField
from ip.admin.application_acts import OnApplication
from ip.models import (
    Licence,
    LicenceConsent,
    LicenceEnding,
    LicenceMilestone,
    OwnershipShare,
)
from ip.operations.earning import reach_milestone
from ip.operations.granting import Decided, end_licence, grant_licence
from ip.operations.licensing import Offered, enter_consent, propose_licence
from ip.rules.choices import LicenceKind
from ip.states import LICENCE_KINDS, LicenceEnds
from projects.admin.acts import filed
from projects.admin.lines import TableField


class ProposeLicence(OnApplication):
    name, title, icon = "propose", _("Propose a licence"), "edit_document"
    operation, variant = "ip.propose_licence", "primary"
    submit, done = _("Propose"), _("The terms are put down; the owners are told.")
    note = _("Uses, field and territory are those applied for. Another person grants it.")
    kind = forms.ChoiceField(label=_("kind of licence"), choices=LICENCE_KINDS)
    starts_on = forms.DateField(label=_("from"))
    ends_on = forms.DateField(label=_("until (exclusive)"), required=False)
    sublicensing = forms.BooleanField(label=_("may sublicense"), required=False)
    unit = forms.CharField(label=_("currency"), max_length=3, min_length=3)
    fee = FigureField(label=_("transfer fee"), initial="0")
    rate = FigureField(
        label=_("royalty: part of net sales"), initial="0", help_text=_("0.05 for 5%.")
    )
    minimum = FigureField(label=_("least royalty a year"), initial="0")
    anchor = forms.DateField(label=_("royalty periods counted from"), required=False)
    every_months = forms.IntegerField(
        label=_("months of a royalty period"), initial=0, min_value=0, max_value=12
    )
    within_days = forms.IntegerField(
        label=_("days to state a royalty"), initial=60, min_value=0, max_value=366
    )
    most_favoured = forms.BooleanField(label=_("most-favoured terms"), required=False)
    milestones = TableField(
        "name",
        "amount",
        required_columns=2,
        label=_("milestone payments"),
        help_text=_("A line each: milestone | amount."),
    )

    def prepare(self) -> None:
        self.fields["kind"].initial = self.subject.kind
        self.fields["unit"].initial = self.subject.consortium.currency

    def clean_milestones(self) -> dict[str, Any]:
        rows = self.cleaned_data["milestones"] or []
        return {each["name"]: FigureField().clean(each["amount"]) for each in rows}

    def write(self) -> Licence:
        data = self.plain()
        data["kind"] = LicenceKind(data["kind"])
        return propose_licence(application=self.subject, offered=Offered(**data), **self.who)


class OnProposed(Act):
    """An act on a licence that was not granted yet."""

    @classmethod
    def fits(cls, subject: Licence) -> bool:
        return subject.granted_on is None and subject.application.closed_on is None


class EnterConsent(OnProposed):
    name, title, icon = "consent", _("Enter an owner’s consent"), "handshake"
    operation = "ip.enter_consent"
    submit, done = _("Enter"), _("The consent is entered.")
    share = forms.ModelChoiceField(
        queryset=OwnershipShare.objects.none(), label=pgettext_lazy("ownership", "owner")
    )
    agreed_on = forms.DateField(label=_("agreed on"))
    paper = forms.FileField(label=_("scan"), required=False)

    def prepare(self) -> None:
        rows = self.subject.result.shares.on(self.today).select_related("owner").order_by("pk")
        self.fields["share"].queryset = rows  # type: ignore[attr-defined]

    def write(self) -> LicenceConsent:
        given = {"licence": self.subject, **self.plain("share", "agreed_on")}
        return filed(self, "paper", lambda paper: enter_consent(paper=paper, **given, **self.who))


class GrantLicence(OnProposed):
    name, title, icon = "grant", pgettext_lazy("licence", "Grant"), "verified"
    operation, variant = "ip.grant_licence", "primary"
    submit, done = (
        pgettext_lazy("licence", "Grant"),
        _("The licence is granted; a transfer fee is charged."),
    )
    note = _(
        "By another person than proposed it. The body, its day and paper only where the charter"
        " lets a body grant; the day the co-owners were told where it asks for notice."
    )
    body = forms.SlugField(label=_("decided by"), required=False)
    decided_on = forms.DateField(label=_("decided on"), required=False)
    notified_on = forms.DateField(label=_("co-owners told on"), required=False)
    paper = forms.FileField(label=_("scan"), required=False)

    def write(self) -> Licence:
        given = self.plain("body", "decided_on", "notified_on")
        return filed(
            self,
            "paper",
            lambda paper: grant_licence(
                licence=self.subject, decided=Decided(paper=paper, **given), **self.who
            ),
        )


class OnGranted(Act):
    """An act on a licence that was granted."""

    @classmethod
    def fits(cls, subject: Licence) -> bool:
        return subject.granted_on is not None


class EndLicence(OnGranted):
    name, title, icon = "end", _("End"), "event_busy"
    operation, variant = "ip.end_licence", "danger"
    submit, done = _("End"), _("The end is recorded; what it has earned stays owed.")
    ends_on = forms.DateField(label=_("until (exclusive)"))
    cause = forms.ChoiceField(label=pgettext_lazy("end", "by"), choices=LicenceEnds.choices)
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea)
    paper = forms.FileField(label=_("scan"), required=False)

    @classmethod
    def fits(cls, subject: Licence) -> bool:
        return super().fits(subject) and not hasattr(subject, "ending")

    def write(self) -> LicenceEnding:
        given = {"licence": self.subject, **self.plain("ends_on", "reason")}
        cause = LicenceEnds(self.cleaned_data["cause"])
        return filed(
            self, "paper", lambda paper: end_licence(cause=cause, paper=paper, **given, **self.who)
        )


class ReachMilestone(OnGranted):
    name, title, icon = "reach", _("Milestone reached"), "flag"
    operation = "ip.reach_milestone"
    submit, done = _("Record"), _("It is recorded and charged.")
    milestone = forms.ModelChoiceField(
        queryset=LicenceMilestone.objects.none(), label=_("milestone")
    )
    reached_on = forms.DateField(label=_("reached on"))

    @classmethod
    def fits(cls, subject: Licence) -> bool:
        return super().fits(subject) and subject.licencemilestones.filter(reached_on=None).exists()

    def prepare(self) -> None:
        rows = self.subject.licencemilestones.filter(reached_on=None).order_by("pk")
        self.fields["milestone"].queryset = rows  # type: ignore[attr-defined]

    def write(self) -> LicenceMilestone:
        return reach_milestone(**self.plain(), **self.who)
