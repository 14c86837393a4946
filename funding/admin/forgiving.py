"""What staff do about concessions: propose, grant, refuse, take back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium.admin.acts import Act, FigureField, Scoped
from consortium.models import Consortium, Document, Member
from funding.models import Charge, Concession
from funding.operations.concessions import (
    Ask,
    grant_concession,
    propose_concession,
    refuse_concession,
    revoke_concession,
)
from funding.reports.concessions import is_revoked
from funding.states import ConcessionKind
from projects.admin.acts import filed


class ProposeConcession(Act):
    """Propose to forgive a charge, to credit it, or to pay back what stands on account."""

    name, title, icon = "add", _("Waive, write off, credit or refund"), "money_off"
    operation, submit = "funding.propose_concession", _("Propose")
    done = _("It is recorded. Above the charter's limit it waits for a second person.")
    note = _(
        "A waiver and a write-off take off what is open of a charge; a credit note reduces a charge"
        " and puts the rest on account; a refund pays back what stands on account."
    )
    kind = forms.ChoiceField(label=pgettext_lazy("concession", "kind"), choices=ConcessionKind)
    charge = Scoped(
        Concession._meta.get_field("charge"),
        label=_("charge"),
        required=False,
        help_text=_("None for a refund, or for a credit that is for no charge."),
    )
    member = Scoped(
        Concession._meta.get_field("member"),
        label=_("member"),
        required=False,
        help_text=_("Where no charge is named."),
    )
    amount = FigureField(label=_("amount"))
    unit = forms.CharField(
        label=_("unit"),
        max_length=20,
        required=False,
        help_text=_("Where no charge is named; the consortium's currency if left out."),
    )
    levy = forms.SlugField(
        label=_("levy"),
        max_length=50,
        required=False,
        help_text=_("Code of the levy a credit is of, where no charge is named."),
    )
    reason = forms.CharField(label=_("reason"), max_length=500, widget=forms.Textarea({"rows": 3}))
    bank_reference = forms.CharField(
        label=_("bank reference"), max_length=100, required=False, help_text=_("Of a refund.")
    )
    scan = forms.FileField(
        label=_("scan"), required=False, help_text=_("PDF or picture, at most 20 MB.")
    )

    def prepare(self) -> None:
        for name in ("charge", "member", "kind"):
            self.fields[name].initial = self.request.GET.get(name)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not (cleaned.get("charge") or cleaned.get("member")):
            raise forms.ValidationError(_("Choose a charge, or a member where there is none."))
        return cleaned

    @property
    def whose(self) -> Member:
        cleaned = self.cleaned_data
        found: Member = cleaned["member"] or cleaned["charge"].member
        return found

    @property
    def consortium(self) -> Consortium:
        return self.whose.consortium

    def write(self) -> Concession:
        def propose(paper: Document | None) -> Concession:
            return propose_concession(member=self.whose, ask=self.ask(paper), **self.who)

        found: Concession = filed(self, "scan", propose)
        return found

    def ask(self, paper: Document | None) -> Ask:
        cleaned = self.cleaned_data
        charge: Charge | None = cleaned["charge"]
        unit = cleaned["unit"].upper() if charge is None else cleaned["unit"]
        return Ask(
            ConcessionKind(cleaned["kind"]),
            unit=unit or (charge.unit if charge else self.consortium.currency),
            charge=charge,
            paper=paper,
            **self.plain("amount", "reason", "levy", "bank_reference"),
        )


class GrantConcession(Act):
    """Grant what another person has proposed."""

    name, title, icon = "grant", _("Grant"), "verified"
    operation, variant = "funding.grant_concession", "primary"
    submit, done = _("Grant"), _("It is granted and posted.")
    note = _("It is posted at once, as far as the charge or the credit still allows it.")

    @classmethod
    def fits(cls, subject: Concession) -> bool:
        return subject.decided_on is None

    def write(self) -> Concession:
        return grant_concession(concession=self.subject, **self.who)


class RefuseConcession(Act):
    """Refuse what another person has proposed, with the reason."""

    name, title, icon = "refuse", _("Refuse"), "block"
    operation = "funding.refuse_concession"
    submit, done = _("Refuse"), _("It is refused.")
    refusal = forms.CharField(label=_("reason"), max_length=300)

    @classmethod
    def fits(cls, subject: Concession) -> bool:
        return subject.decided_on is None

    def write(self) -> Concession:
        return refuse_concession(concession=self.subject, **self.plain("refusal"), **self.who)


class RevokeConcession(Act):
    """Take back what was granted, such as a write-off that is paid after all."""

    name, title, icon = "revoke", _("Take back"), "undo"
    operation = "funding.revoke_concession"
    submit, done = _("Take back"), _("It is taken back; what it posted is reversed.")
    note = _("Everything it posted is reversed, dated today. The charge is owed again.")

    @classmethod
    def fits(cls, subject: Concession) -> bool:
        return bool(subject.granted) and not is_revoked(subject)

    def write(self) -> Concession:
        return revoke_concession(concession=self.subject, **self.who)
