"""Exchange rates: recorded by the names charters give them, corrected by the next version."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.decorators import display

from consortium import words
from consortium.admin import shown
from consortium.admin.acts import Act, FigureField
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.standing import standing
from consortium.models import Consortium
from funding.admin.named import rate_name, with_rate_name
from funding.models import ExchangeRate
from funding.operations.rates import record_rate
from funding.reports.exchanges import Named, named
from funding.words import label

OPERATION = "funding.record_rate"


class RecordRate(Act):
    """Record what a currency was worth, by a rate that a charter names."""

    name, title, icon = "add", _("Record an exchange rate"), "currency_exchange"
    operation = OPERATION
    submit, done = _("Record"), _("The rate is recorded.")
    note = _(
        "The rate a charter names counts as last published up to the day the charter says; the one"
        " of an earlier day serves until it is recorded."
    )
    rate = forms.ChoiceField(label=_("exchange rate"))
    unit = forms.ChoiceField(label=_("currency"))
    value = FigureField(label=_("value of one"))
    published_on = forms.DateField(label=_("published on"))
    source = forms.CharField(label=_("source"), max_length=300, required=False)

    def prepare(self) -> None:
        offered = dict(self.offered())
        several = len({key.partition("/")[0] for key in offered}) > 1
        choices = [
            (key, f"{consortium}: {said(each)}" if several else said(each))
            for key, (consortium, each) in offered.items()
        ]
        units = sorted({unit for _consortium, each in offered.values() for unit in each.units})
        self.fields["rate"].choices = choices  # type: ignore[attr-defined]
        self.fields["unit"].choices = [(unit, unit) for unit in units]  # type: ignore[attr-defined]
        if not choices:
            self.fields["rate"].help_text = _("No charter of yours names an exchange rate.")
        for field in ("rate", "unit", "published_on"):
            self.fields[field].initial = self.request.GET.get(field)

    def offered(self) -> Iterator[tuple[str, tuple[Consortium, Named]]]:
        for consortium in standing(self.request).where(self.operation):
            for each in named(consortium):
                yield f"{consortium.slug}/{each.rate}/{each.into}", (consortium, each)

    @property
    def consortium(self) -> Consortium:
        return dict(self.offered())[self.cleaned_data["rate"]][0]

    def write(self) -> ExchangeRate:
        _slug, rate, into = self.cleaned_data["rate"].split("/")
        data = self.plain("unit", "value", "published_on", "source")
        return record_rate(consortium=self.consortium, rate=rate, into=into, **data, **self.who)


class CorrectRate(Act):
    """Replace a rate that was recorded wrongly by its next version."""

    name, title, icon = "correct", _("Correct the rate"), "edit"
    operation = OPERATION
    submit, done = _("Correct"), _("The rate is corrected.")
    note = _("The next version counts for what is not yet assessed.")
    value = FigureField(label=_("value of one"))
    source = forms.CharField(label=_("source"), max_length=300, required=False)

    @classmethod
    def fits(cls, subject: ExchangeRate) -> bool:
        return not newer(subject).exists()

    def write(self) -> ExchangeRate:
        row = self.subject
        return record_rate(
            consortium=row.consortium,
            rate=row.rate,
            unit=row.unit,
            into=row.into,
            published_on=row.on,
            **self.plain("value", "source"),
            correction=True,
            **self.who,
        )


def said(each: Named) -> str:
    return f"{label(each.label)} → {each.into}"


def newer(row: Any) -> QuerySet[ExchangeRate]:
    """Return the later versions of a rate, of a row or of the row outside."""

    def of(name: str) -> Any:
        return OuterRef(name) if row is OuterRef else getattr(row, name)

    same = {name: of(name) for name in ("consortium", "rate", "unit", "into", "on")}
    return ExchangeRate.objects.filter(**same, version__gt=of("version"))


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ConsortiumAdmin):
    adds, acts = RecordRate, (CorrectRate,)
    list_display = ("named", "unit", "worth", "on", "version_shown", "source", "consortium")
    list_display_links = ("named",)
    list_filter = (("consortium", ScopedFilter), "rate", "unit", "on")
    search_fields = ("rate", "source")
    ordering = ("-on", "rate", "unit", "-version", "pk")
    select = ("consortium", "recorded_by")
    fields = (
        ("named", "consortium"), ("unit", "worth"), ("on", "version_shown"), "source",
        ("recorder", "recorded_at"),
    )  # fmt: skip
    readonly_fields = ("named", "worth", "version_shown", "recorder", "recorded_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExchangeRate]:
        rows = super().get_queryset(request)
        return with_rate_name(rows).annotate(replaced=Exists(newer(OuterRef)))

    @display(description=_("exchange rate"), ordering="rate")
    def named(self, row: Any) -> str:
        return rate_name(row)

    @display(description=_("value of one"), ordering="value")
    def worth(self, row: ExchangeRate) -> str:
        return words.amount(row.value, row.into)

    @display(description=_("version"), ordering="version")
    def version_shown(self, row: Any) -> Any:
        replaced = pgettext("rate", "replaced")
        return shown.mark(f"{row.version} · {replaced}") if row.replaced else row.version

    @display(description=_("recorded by"))
    def recorder(self, row: ExchangeRate) -> str:
        return str(row.recorded_by or "—")

    def title_of(self, obj: Any) -> str:
        return f"{rate_name(obj)} · {obj.unit} · {shown.day(obj.on)}"

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return where an act leads: to the rate it recorded."""
        return reverse(self.url_name("change"), args=[result.pk])
