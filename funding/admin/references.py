"""Reference rates of late interest: recorded by the names charters give them."""

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
from consortium.rules.schema import Text
from funding.admin.named import rate_name, with_reference_name
from funding.models import ReferenceRate
from funding.operations.rates import record_reference_rate
from funding.reports.references import references
from funding.words import label

OPERATION = "funding.record_reference_rate"


class RecordReference(Act):
    """Record a reference rate that a charter names, as it holds from a day on."""

    name, title, icon = "add", _("Record a reference rate"), "percent"
    operation = OPERATION
    submit, done = _("Record"), _("The reference rate is recorded.")
    note = _("Late interest is charged at the rate that holds on the first day it is counted for.")
    rate = forms.ChoiceField(label=_("reference rate"))
    percent = FigureField(label=_("percent a year"))
    starts_on = forms.DateField(label=_("from"))
    source = forms.CharField(label=_("source"), max_length=300, required=False)

    def prepare(self) -> None:
        offered = dict(self.offered())
        several = len({key.partition("/")[0] for key in offered}) > 1
        choices = [
            (key, f"{consortium}: {label(text)}" if several else label(text))
            for key, (consortium, text) in offered.items()
        ]
        self.fields["rate"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            self.fields["rate"].help_text = _("No charter of yours names a reference rate.")
        for field in ("rate", "starts_on"):
            self.fields[field].initial = self.request.GET.get(field)

    def offered(self) -> Iterator[tuple[str, tuple[Consortium, Text]]]:
        for consortium in standing(self.request).where(self.operation):
            for code, text in references(consortium).items():
                yield f"{consortium.slug}/{code}", (consortium, text)

    @property
    def consortium(self) -> Consortium:
        return dict(self.offered())[self.cleaned_data["rate"]][0]

    def write(self) -> ReferenceRate:
        _slug, rate = self.cleaned_data["rate"].split("/")
        data = self.plain("percent", "starts_on", "source")
        return record_reference_rate(consortium=self.consortium, rate=rate, **data, **self.who)


class CorrectReference(Act):
    """Replace a reference rate that was recorded wrongly by its next version."""

    name, title, icon = "correct", _("Correct the rate"), "edit"
    operation = OPERATION
    submit, done = _("Correct"), _("The reference rate is corrected.")
    note = _("The next version counts for what is not yet charged.")
    percent = FigureField(label=_("percent a year"))
    source = forms.CharField(label=_("source"), max_length=300, required=False)

    @classmethod
    def fits(cls, subject: ReferenceRate) -> bool:
        return not newer(subject).exists()

    def write(self) -> ReferenceRate:
        row = self.subject
        return record_reference_rate(
            consortium=row.consortium,
            rate=row.rate,
            starts_on=row.starts_on,
            **self.plain("percent", "source"),
            correction=True,
            **self.who,
        )


def newer(row: Any) -> QuerySet[ReferenceRate]:
    """Return the later versions of a reference rate, of a row or of the row outside."""

    def of(name: str) -> Any:
        return OuterRef(name) if row is OuterRef else getattr(row, name)

    same = {name: of(name) for name in ("consortium", "rate", "starts_on")}
    return ReferenceRate.objects.filter(**same, version__gt=of("version"))


@admin.register(ReferenceRate)
class ReferenceRateAdmin(ConsortiumAdmin):
    adds, acts = RecordReference, (CorrectReference,)
    list_display = ("named", "shown_percent", "starts_on", "version_shown", "source", "consortium")
    list_display_links = ("named",)
    list_filter = (("consortium", ScopedFilter), "rate", "starts_on")
    search_fields = ("rate", "source")
    ordering = ("-starts_on", "rate", "-version", "pk")
    select = ("consortium", "recorded_by")
    fields = (
        ("named", "consortium"), ("shown_percent", "starts_on"), ("version_shown", "source"),
        ("recorder", "recorded_at"),
    )  # fmt: skip
    readonly_fields = ("named", "shown_percent", "version_shown", "recorder", "recorded_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReferenceRate]:
        rows = super().get_queryset(request)
        return with_reference_name(rows).annotate(replaced=Exists(newer(OuterRef)))

    @display(description=_("reference rate"), ordering="rate")
    def named(self, row: Any) -> str:
        return rate_name(row)

    @display(description=_("percent a year"), ordering="percent")
    def shown_percent(self, row: ReferenceRate) -> str:
        return f"{words.amount(row.percent.normalize() + 0)}%"

    @display(description=_("version"), ordering="version")
    def version_shown(self, row: Any) -> Any:
        replaced = pgettext("rate", "replaced")
        return shown.mark(f"{row.version} · {replaced}") if row.replaced else row.version

    @display(description=_("recorded by"))
    def recorder(self, row: ReferenceRate) -> str:
        return str(row.recorded_by or "—")

    def title_of(self, obj: Any) -> str:
        return f"{rate_name(obj)} · {shown.day(obj.starts_on)}"

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return where an act leads: to the rate it recorded."""
        return reverse(self.url_name("change"), args=[result.pk])
