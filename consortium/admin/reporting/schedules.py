"""Report schedules: what is made when, for whom, and how far it is."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from consortium import clock, registry, words
from consortium.admin import shown
from consortium.admin.acts import Act, ActWithin
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.exchange import NotThere
from consortium.admin.reporting import parameters
from consortium.models import ReportEdition, ReportSchedule, User
from consortium.models.reports import OVERSEERS, kind_label
from consortium.operations.editions import retry_report
from consortium.operations.schedules import change_schedule, schedule_report, stop_schedule
from consortium.reports.editions import failures, given_up
from consortium.reports.orders import kind_of
from consortium.rules.choices import Rhythm
from consortium.rules.rhythm import Timetable, written
from consortium.states import FILE_FORMATS, LANGUAGES, RHYTHMS, Role

SHOWN = 6
"""Dates to come, and periods past, on a schedule's page."""


class Details(Act):
    """What a schedule says besides its kind."""

    class Media:
        js = ("consortium/reports.js",)

    every = forms.ChoiceField(label=_("rhythm"), choices=RHYTHMS, initial=Rhythm.QUARTER.value)
    anchor_on = forms.DateField(
        label=_("a period starts on"), help_text=_("The others follow from it, before and after.")
    )
    days = forms.IntegerField(
        label=_("days after the period"), initial=0, min_value=0, max_value=366,
        help_text=_("Made so many days after the period's end, and as of that day."),
    )  # fmt: skip
    starts_on = forms.DateField(
        label=_("made from"), help_text=_("Reports that fall due earlier are not made.")
    )
    ends_on = forms.DateField(label=_("until (exclusive)"), required=False)
    language = forms.ChoiceField(label=_("language"), choices=LANGUAGES)
    formats = forms.MultipleChoiceField(label=_("formats"), choices=FILE_FORMATS)
    roles = forms.MultipleChoiceField(
        label=_("roles told"), choices=Role.choices, required=False,
        help_text=_("Everybody who holds one is told by a login link; it must be entitled."),
    )  # fmt: skip
    people = forms.CharField(
        label=_("people told"), required=False,
        help_text=_("User names or mail addresses, with commas; they lose it with their role."),
    )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        self.initial["language"] = get_language()
        for name in ("formats", "roles"):
            field: Any = self.fields[name]
            field.widget = UnfoldAdminCheckboxSelectMultipleWidget(choices=field.choices)

    def said(self, kind: str) -> dict[str, Any]:
        """Return what the operation is to be told."""
        given = self.cleaned_data
        return {
            "timetable": Timetable(
                Rhythm(given["every"]),
                given["anchor_on"],
                given["days"],
                given["starts_on"],
                given["ends_on"],
            ),
            "parameters": parameters.read(kind_of(kind), given),
            "language": given["language"],
            "formats": given["formats"],
            "roles": given["roles"],
            "people": [person(text) for text in given["people"].split(",") if text.strip()],
        }


def person(text: str) -> User:
    """Return an account by its exact name or address. Raises NotThere."""
    text = text.strip()
    lookup = "email__iexact" if "@" in text else "username"
    found = User.objects.filter(**{lookup: text}, is_active=True).first()
    if found is None:
        raise NotThere(column=gettext("people told"), value=text)
    return found


class Schedule(Details, ActWithin):
    name, title, operation = "add", _("Schedule a report"), "consortium.schedule_report"
    submit, done = _("Schedule"), _("The report is scheduled.")
    note = _("What is due already is made by the next daily tick.")
    kind = forms.ChoiceField(label=pgettext_lazy("report", "kind"))
    field_order = ("consortium_choice", "kind")

    def prepare(self) -> None:
        super().prepare()
        kinds = parameters.all_kinds()
        self.fields["kind"].choices = parameters.choices_of(kinds)  # type: ignore[attr-defined]
        for kind in kinds:
            self.fields.update(parameters.fields_of(kind))
        today = clock.today()
        self.initial = {**self.initial, "anchor_on": date(today.year, 1, 1), "starts_on": today}
        self.order_fields(self.field_order)

    def write(self) -> ReportSchedule:
        kind = self.cleaned_data["kind"]
        return schedule_report(consortium=self.consortium, kind=kind, **self.said(kind), **self.who)


class ChangeSchedule(Details):
    name, title, icon = "change-schedule", _("Change the schedule"), "edit_calendar"
    operation = "consortium.change_schedule"
    note = _("What was made stays as it is.")

    @classmethod
    def fits(cls, subject: ReportSchedule) -> bool:
        return subject.kind in {kind.code for kind in registry.report_kinds.all()}

    def prepare(self) -> None:
        super().prepare()
        row: ReportSchedule = self.subject
        kept = ("every", "anchor_on", "days", "starts_on", "ends_on", "language", "formats")
        self.initial = {**self.initial, **{name: getattr(row, name) for name in (*kept, "roles")}}
        self.initial["people"] = ", ".join(each.username for each in row.people.order_by("pk"))
        self.fields.update(parameters.fields_of(kind_of(row.kind), row.parameters))

    def write(self) -> ReportSchedule:
        said = self.said(self.subject.kind)
        return change_schedule(schedule=self.subject, **said, **self.who)


class StopSchedule(Act):
    name, title, icon = "stop", _("Stop the schedule"), "event_busy"
    operation = "consortium.stop_schedule"
    submit, done = _("Stop"), _("Nothing more is made by this schedule.")
    note = _("What was made stays and can be read.")

    @classmethod
    def fits(cls, subject: ReportSchedule) -> bool:
        return subject.ends_on is None or subject.ends_on > clock.today(subject.consortium)

    def write(self) -> ReportSchedule:
        return stop_schedule(schedule=self.subject, **self.who)


class RetryReports(Act):
    name, title, icon, variant = "retry", _("Try again"), "refresh", "primary"
    operation = "consortium.retry_report"
    submit, done = _("Try again"), _("What could be made is made; the page shows what is left.")
    note = _("Mend the cause first. Everything the schedule lacks is made now.")

    @classmethod
    def fits(cls, subject: ReportSchedule) -> bool:
        return subject.editions.filter(done_on=None).exists()

    def write(self) -> None:
        retry_report(schedule=self.subject, **self.who)


class KindFilter(admin.SimpleListFilter):
    """Rows by what kind of report they are."""

    title, parameter_name = pgettext_lazy("report", "kind"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return parameters.choices_of(parameters.all_kinds())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(ReportSchedule)
class ReportScheduleAdmin(ConsortiumAdmin):
    view_roles = frozenset(OVERSEERS)
    adds, acts = Schedule, (RetryReports, ChangeSchedule, StopSchedule)
    page_template = "consortium/report_schedule.html"
    list_display = ("kind_shown", "every", "next_shown", "formats_shown", "told", "consortium")
    list_display_links = ("kind_shown",)
    list_filter = (("consortium", ScopedFilter), KindFilter, "every")
    ordering = ("consortium", "kind", "pk")
    select = ("consortium",)
    fields = (
        ("kind_shown", "consortium"), ("every", "anchor_on", "days"), ("starts_on", "ends_on"),
        ("formats_shown", "language"), ("told", "named"), "parameters_shown",
    )  # fmt: skip
    readonly_fields = ("kind_shown", "formats_shown", "told", "named", "parameters_shown")

    @display(description=pgettext_lazy("report", "kind"), ordering="kind")
    def kind_shown(self, row: ReportSchedule) -> str:
        return kind_label(row.kind)

    @display(description=_("next due"))
    def next_shown(self, row: ReportSchedule) -> str:
        table = row.timetable
        coming = table.coming(clock.today(row.consortium))
        return shown.day(table.due_on(coming[0])) if coming else shown.mark(_("Ended"))

    @display(description=_("formats"))
    def formats_shown(self, row: ReportSchedule) -> str:
        labels = dict(FILE_FORMATS)
        return ", ".join(str(labels[each]) for each in row.formats)

    @display(description=_("roles told"))
    def told(self, row: ReportSchedule) -> str:
        return ", ".join(str(Role(role).label) for role in row.roles) or "—"

    @display(description=_("people told"))
    def named(self, row: ReportSchedule) -> str:
        return ", ".join(str(person) for person in row.people.order_by("pk")) or "—"

    @display(description=_("parameters"))
    def parameters_shown(self, row: ReportSchedule) -> str:
        return parameters_said(row.kind, row.parameters)

    def page(self, request: HttpRequest, obj: ReportSchedule) -> dict[str, Any]:
        table, today = obj.timetable, clock.today(obj.consortium)
        coming = [
            {"period": written(period), "due_on": table.due_on(period)}
            for period in table.coming(today, SHOWN)
        ]
        return {"coming": coming, "editions": progress(obj)}


def parameters_said(kind: str, given: dict[str, Any]) -> str:
    """Return parameters as they are called: `List every member: yes`."""
    found = registry.report_kinds.get(kind)
    labels = found.labels if found else {}
    yes = {True: gettext("yes"), False: gettext("no")}
    said = [
        f"{labels.get(name, name)}: {yes[value] if isinstance(value, bool) else value}"
        for name, value in given.items()
    ]
    return "; ".join(said) or "—"


def progress(schedule: ReportSchedule) -> list[dict[str, Any]]:
    """Return the last periods: how many files are there of how many, and what failed why."""
    lost = given_up(schedule.consortium)
    editions = schedule.editions.order_by("-on", "-pk")[: 2 * SHOWN]
    return [
        {
            "period": written(edition.period),
            "on": edition.on,
            "made": (made := edition.reports.count()),
            "expected": max(edition.expected, made),
            "mark": mark(edition, lost[str(edition.uid)]),
            "href": reports_of(edition),
            "failures": [words.say(each.reason, each.values) for each in failures(edition)[:SHOWN]],
        }
        for edition in editions
    ]


def mark(edition: ReportEdition, lost: int) -> Any:
    if edition.done_on is not None:
        return shown.mark(_("Complete"), "good")
    if lost:
        return shown.mark(_("%(count)s failed") % {"count": lost}, "bad")
    return shown.mark(_("Being made"), "note")


def reports_of(edition: ReportEdition) -> str:
    return f"/admin/consortium/report/?edition__id__exact={edition.pk}"
