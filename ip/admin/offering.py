"""What staff do with offers: offer a result for its owners, and withdraw an offer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium.admin.acts import Act
from ip.admin.acts import OnShare
from ip.models import LicenceOffer, OwnershipShare
from ip.operations.offering import Proffer, offer_licence, withdraw_offer
from ip.rules.choices import Party, Terms
from ip.states import OFFERS, TERMS


def countries(typed: str) -> list[str]:
    return [each.strip() for each in typed.split(",") if each.strip()]


class OfferLicence(OnShare):
    name, title, icon = "offer", _("Offer licences"), "storefront"
    operation = "ip.offer_licence"
    submit, done = pgettext_lazy("licence", "Offer"), _("It is on offer; the owners are told.")
    note = _("Only to those whom the charter does not keep it from on that day.")
    to = forms.ChoiceField(label=_("offered to"), choices=OFFERS)
    terms = forms.ChoiceField(label=pgettext_lazy("licence", "terms"), choices=TERMS)
    field = forms.SlugField(label=_("field of use"), required=False)
    territory = forms.CharField(
        label=_("territory"), required=False, help_text=_("Countries: CN, US; empty: all.")
    )
    says = forms.CharField(label=_("note"), widget=forms.Textarea, required=False)

    def write(self) -> LicenceOffer:
        data = self.cleaned_data
        proffer = Proffer(
            Party(data["to"]), Terms(data["terms"]), data["field"], countries(data["territory"]),
            data["says"],
        )  # fmt: skip
        return offer_licence(share=data["share"], proffer=proffer, **self.who)


class WithdrawOffer(Act):
    name, title, icon = "withdraw", _("Withdraw"), "undo"
    operation, variant = "ip.withdraw_offer", "danger"
    share = forms.ModelChoiceField(OwnershipShare.objects.none(), label=_("share of"))

    @classmethod
    def fits(cls, subject: LicenceOffer) -> bool:
        return subject.withdrawn_on is None

    def prepare(self) -> None:
        rows = self.subject.result.shares.on(self.today).select_related("owner").order_by("pk")
        field: Any = self.fields["share"]
        field.queryset, field.initial = rows, rows.first()

    def write(self) -> LicenceOffer:
        return withdraw_offer(offer=self.subject, **self.plain(), **self.who)
