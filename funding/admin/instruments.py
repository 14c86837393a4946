"""What pays for research."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from consortium import words
from consortium.admin.acts import Act, ActWithin, FigureField, Scoped
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from funding.models import INSTRUMENT_READERS, FundingInstrument
from funding.operations.instruments import Funding, end_instrument, record_instrument
from funding.rules.choices import InstrumentKind
from funding.states import INSTRUMENTS
from projects.admin.acts import filed
from projects.models import Project


class RecordInstrument(ActWithin):
    name, title, icon = "add", _("Record funding"), "savings"
    operation = "funding.record_instrument"
    kind = forms.ChoiceField(label=_("kind of funding"), choices=INSTRUMENTS)
    title_given = forms.CharField(label=_("title"), max_length=200)
    funder = Scoped(FundingInstrument._meta.get_field("funder"), label=_("paid by"))
    recipient = Scoped(
        FundingInstrument._meta.get_field("recipient"), label=_("recipient"), required=False,
        help_text=_("Whose work it pays; empty: the consortium’s own."),
    )  # fmt: skip
    project = forms.ModelChoiceField(Project.objects.none(), label=_("project"), required=False)
    contract = forms.CharField(label=_("contract number"), max_length=100, required=False)
    amount = FigureField(label=_("amount"), required=False)
    unit = forms.CharField(
        label=_("unit"), max_length=20, required=False,
        help_text=_("Empty: the consortium’s currency."),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("from"))
    ends_on = forms.DateField(label=_("until (exclusive)"), required=False)
    paper = forms.FileField(label=_("scan"), required=False)

    def prepare(self) -> None:
        super().prepare()
        here = self.fields["consortium_choice"].queryset  # type: ignore[attr-defined]
        rows = Project.objects.filter(consortium__in=here).order_by("pk")
        self.fields["project"].queryset = rows  # type: ignore[attr-defined]

    def write(self) -> FundingInstrument:
        data: dict[str, Any] = self.plain(
            "funder", "recipient", "project", "contract", "amount", "unit", "starts_on", "ends_on"
        )
        data["kind"] = InstrumentKind(self.cleaned_data["kind"])
        data["title"] = self.cleaned_data["title_given"]
        return filed(
            self,
            "paper",
            lambda paper: record_instrument(
                consortium=self.consortium, funding=Funding(paper=paper, **data), **self.who
            ),
        )


class EndInstrument(Act):
    name, title, icon = "end", pgettext_lazy("instrument", "End"), "event_busy"
    operation = "funding.end_instrument"
    ends_on = forms.DateField(label=_("until (exclusive)"))

    @classmethod
    def fits(cls, subject: FundingInstrument) -> bool:
        return subject.ends_on is None

    def write(self) -> FundingInstrument:
        return end_instrument(instrument=self.subject, **self.plain(), **self.who)


@admin.register(FundingInstrument)
class FundingInstrumentAdmin(ConsortiumAdmin):
    view_roles = frozenset(INSTRUMENT_READERS)
    adds, acts = RecordInstrument, (EndInstrument,)
    list_display = ("title", "kind", "funder", "recipient", "project", "starts_on", "ends_on",
                    "consortium")  # fmt: skip
    list_filter = (("consortium", ScopedFilter), "kind")
    search_fields = ("title", "contract")
    ordering = ("starts_on", "pk")
    select = ("consortium", "funder", "recipient", "project")
    fields = (("title", "kind"), ("funder", "recipient"), ("project", "contract"),
              ("amount_shown", "consortium"), ("starts_on", "ends_on"))  # fmt: skip
    readonly_fields = ("amount_shown",)

    @display(description=_("amount"))
    def amount_shown(self, row: FundingInstrument) -> str:
        return words.amount(row.amount, row.unit) if row.amount is not None else "—"
