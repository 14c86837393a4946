"""Reports: reading them, and making one at once."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import FileResponse, HttpRequest
from django.urls import URLPattern
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import words
from consortium.admin.acts import ActWithin, Scoped
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.filed import filed_link, filed_url
from consortium.admin.reporting import parameters
from consortium.admin.reporting.schedules import KindFilter, parameters_said
from consortium.models import Report
from consortium.models.reports import kind_label
from consortium.operations.reports import produce_report
from consortium.papers.filed import attachment
from consortium.reports.orders import kind_of
from consortium.rules.rhythm import period_of
from consortium.states import FILE_FORMATS, LANGUAGES


class MakeReport(ActWithin):
    """Make a report now."""

    class Media:
        js = ("consortium/reports.js",)

    name, title, operation = "add", _("Make a report"), "consortium.produce_report"
    submit, done = _("Make it"), _("The report is made.")
    kind = forms.ChoiceField(label=pgettext_lazy("report", "kind"))
    period = forms.CharField(
        label=_("period"), max_length=30,
        help_text=_("2026, 2026-H2, 2026-Q3, 2026-10 or 2026-07-01..2026-10-01 (exclusive)."),
    )  # fmt: skip
    as_of = forms.DateField(
        label=_("as of"), required=False, help_text=_("The end of this day. Empty: today.")
    )
    format = forms.ChoiceField(label=_("format"), choices=FILE_FORMATS)
    language = forms.ChoiceField(label=_("language"), choices=LANGUAGES)
    member = Scoped(
        Report._meta.get_field("member"), label=_("member"), required=False,
        help_text=_("Only for what is written once per member."),
    )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        self.initial["language"] = get_language()
        kinds = parameters.kinds_for(self.request)
        self.fields["kind"].choices = parameters.choices_of(kinds)  # type: ignore[attr-defined]
        for kind in kinds:
            self.fields.update(parameters.fields_of(kind))

    def write(self) -> Report:
        given = self.cleaned_data
        return produce_report(
            consortium=self.consortium,
            kind=given["kind"],
            period=period_of(given["period"].strip()),
            as_of=given["as_of"],
            parameters=parameters.read(kind_of(given["kind"]), given),
            language=given["language"],
            format=given["format"],
            member=given["member"],
            **self.who,
        )


@admin.register(Report)
class ReportAdmin(ConsortiumAdmin):
    adds = MakeReport
    list_display = ("made_at", "kind_shown", "span", "whose", "format", "file_shown", "consortium")
    list_display_links = ("kind_shown",)
    list_filter = (
        ("consortium", ScopedFilter), KindFilter, "format", "language", "starts_on", "made_at",
    )  # fmt: skip
    search_fields = ("member__organization__name_en", "member__organization__name_zh")
    ordering = ("-made_at", "-pk")
    select = ("consortium", "member__organization", "document", "edition__schedule")
    fields = (
        ("kind_shown", "consortium"), ("span", "on"), "file_shown", ("whose", "version"),
        ("format", "language"), "parameters_shown", ("made_at", "made_by", "known_at"), "digest",
    )  # fmt: skip
    readonly_fields = (
        "kind_shown", "span", "whose", "file_shown", "parameters_shown", "made_at", "digest",
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        return [filed_url(self, self.file_view), *super().get_urls()]

    def file_view(self, request: HttpRequest, object_id: int) -> FileResponse:
        """Send a report that the reader may see, as a download."""
        return attachment(self.row(request, str(object_id)).document)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "edition__id__exact" or super().lookup_allowed(lookup, value, request)

    @display(description=pgettext_lazy("report", "kind"), ordering="kind")
    def kind_shown(self, row: Report) -> str:
        return kind_label(row.kind)

    @display(description=_("period"), ordering="starts_on")
    def span(self, row: Report) -> str:
        return words.period(*row.period)

    @display(description=_("member"))
    def whose(self, row: Report) -> str:
        return str(row.member) if row.member else "—"

    @display(description=_("file"))
    def file_shown(self, row: Report) -> str:
        return filed_link(row, row.document)

    @display(description=_("parameters"))
    def parameters_shown(self, row: Report) -> str:
        return parameters_said(row.kind, row.parameters)

    @display(description="SHA-256")
    def digest(self, row: Report) -> str:
        return row.document.sha256
