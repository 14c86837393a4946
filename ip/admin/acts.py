"""What staff do with results: evaluate, record agreements and deeds, give up and take shares."""

from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import clock, words
from consortium.admin.acts import Act, Scoped, Weighed
from consortium.models import Document, Organization
from consortium.reports.ceased import Ceased, ceased
from ip.admin.reading import Reads, part, parts_field
from ip.models import Evaluation, OwnershipChange, OwnershipShare, Result, ShareOffer
from ip.operations.evaluating import evaluate
from ip.operations.offers import abandon_share, accept_share
from ip.operations.ownership import Passing, agree_ownership, transfer_share
from ip.operations.succeeding import succeed_owner
from ip.reports.ceased import takers_of
from ip.states import Protection
from projects.admin.acts import filed


class Evaluate(Act):
    name, title, icon = "evaluate", pgettext_lazy("result", "Evaluate"), "balance"
    operation = "ip.evaluate"
    done = _("The decision is recorded; the owners are told.")
    protection = forms.ChoiceField(label=_("protection"), choices=Protection.choices)
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea)
    evaluated_on = forms.DateField(label=_("evaluated on"))

    def write(self) -> Evaluation:
        return evaluate(result=self.subject, **self.plain(), **self.who)


class Agree(Reads):
    name, title, icon = "agree", pgettext_lazy("ownership", "Agreement"), "handshake"
    operation = "ip.agree_ownership"
    done = _("The agreement is recorded; what was before stays.")
    note = _("It stands in place of the charter’s rule from its day on; attach the signed paper.")
    owners = parts_field(_("owners"))
    starts_on = forms.DateField(label=_("from"))
    paper = forms.FileField(label=_("signed agreement"))

    def clean_owners(self) -> dict[Organization, Fraction]:
        return self.parts(self.cleaned_data["owners"])

    def write(self) -> Result:
        data = self.cleaned_data
        return filed(
            self,
            "paper",
            lambda paper: agree_ownership(
                result=self.subject,
                parts=data["owners"],
                starts_on=data["starts_on"],
                paper=paper,
                **self.who,
            ),
        )


class OnShare(Act):
    """An act on one owner's share of the result."""

    share = forms.ModelChoiceField(OwnershipShare.objects.none(), label=_("share of"))

    def prepare(self) -> None:
        rows = self.subject.shares.on(self.today).select_related("owner").order_by("pk")
        self.fields["share"].queryset = rows  # type: ignore[attr-defined]


class Transfer(OnShare):
    name, title, icon = "transfer", pgettext_lazy("ownership", "Deed"), "swap_horiz"
    operation = "ip.transfer_share"
    done = _("The deed is recorded.")
    note = _("By a signed deed, a share passes from its day on, whole or in part, to anybody.")
    to = Scoped(
        Result._meta.get_field("disclosed_by"), label=pgettext_lazy("ownership", "passes to")
    )
    part = forms.CharField(
        label=_("part"), max_length=40, required=False, help_text=_("1/3; empty: the whole share.")
    )
    transferred_on = forms.DateField(label=_("date of the deed"))
    deed = forms.FileField(label=_("signed deed"))
    consent = forms.FileField(label=_("co-owners’ consent"), required=False)
    notified_on = forms.DateField(label=_("co-owners told on"), required=False)

    def clean_part(self) -> Fraction | None:
        typed = self.cleaned_data["part"]
        return part(typed) if typed else None

    def write(self) -> OwnershipChange:
        return filed(
            self, "deed", lambda deed: filed(self, "consent", lambda also: self.passed(deed, also))
        )

    def passed(self, deed: Document | None, consent: Document | None) -> OwnershipChange:
        plain = self.plain("to", "part", "transferred_on", "notified_on")
        passing = Passing(deed=deed, consent=consent, **plain)
        return transfer_share(share=self.cleaned_data["share"], passing=passing, **self.who)


class Abandon(OnShare):
    name, title, icon = "abandon", pgettext_lazy("share", "Give up"), "volunteer_activism"
    operation = "ip.abandon_share"
    done = _("The share is offered to the other owners first.")
    note = _("The other owners may take it first; it stays until one does, or may then lapse.")
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea, required=False)

    def write(self) -> ShareOffer:
        return abandon_share(**self.plain(), **self.who)


class Accept(OnShare):
    """Enter that an owner takes what another gives up."""

    name, title, icon = "accept", pgettext_lazy("share", "Take over"), "front_hand"
    operation = "ip.accept_share"
    done = _("The acceptance is recorded.")
    offer = forms.ModelChoiceField(ShareOffer.objects.none(), label=_("given up by"))

    @classmethod
    def fits(cls, subject: Result) -> bool:
        return subject.shareoffers.filter(settled_on=None).exists()

    def prepare(self) -> None:
        super().prepare()
        rows = self.subject.shareoffers.filter(settled_on=None).select_related("giver")
        self.fields["offer"].queryset = rows  # type: ignore[attr-defined]
        self.fields["share"].label = _("taken by")

    def write(self) -> ShareOffer:
        return accept_share(**self.plain(), **self.who)


class Succeed(Weighed, OnShare):
    """Let the share of an owner that is no more pass on."""

    name, title, icon = "succeed", pgettext_lazy("share", "Succession"), "family_history"
    operation = "ip.succeed_owner"
    submit, done = _("Let it pass"), _("The share has passed on; the owners are told.")
    note = _("To whom it is said to succeed its owner, else by the charter’s rule.")

    @classmethod
    def fits(cls, subject: Result) -> bool:
        return bool(ceased_owners(subject))

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["share"]
        field.queryset = field.queryset.filter(owner__in=ceased_owners(self.subject))

    def weigh(self) -> list[str]:
        share, result = self.cleaned_data["share"], self.subject
        gone = ceased_owners(result)[share.owner]
        owners = {each.owner: each.part for each in result.shares.on(self.today)}
        to = [f"{who} {part}" for who, part in takers_of(gone, result, owners).items()]
        said = {"result": result.number, "part": str(share.part)}
        if not to:
            return [words.say("ceasing_share_stays", said)]
        return [words.say("ceasing_share_passes", {**said, "to": to})]

    def write(self) -> Result:
        succeed_owner(**self.plain("share"), **self.who)
        found: Result = self.subject
        return found


def ceased_owners(result: Result) -> dict[Organization, Ceased]:
    """Return the owners of a result that are no more by today, with who succeeds each."""
    today = clock.today(result.consortium)
    owners = {each.owner_id for each in result.shares.on(today)}
    return {
        each.organization: each
        for each in ceased(result.consortium, today)
        if each.organization.pk in owners
    }


ACTS: tuple[Any, ...] = (Evaluate, Agree, Transfer, Abandon, Accept, Succeed)
