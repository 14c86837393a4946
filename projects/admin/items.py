"""What is due of projects: milestones, deliverables and progress reports."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import FileResponse, HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.decorators import display

from consortium import clock
from consortium.admin import shown
from consortium.admin.acts import Act
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.papers.filed import attachment
from projects.admin.acts import filed
from projects.admin.files import file_link
from projects.admin.projects import READERS
from projects.models import Deliverable, Milestone, ProgressReport
from projects.operations.items import (
    accept_deliverable,
    reach_milestone,
    send_back_deliverable,
    submit_deliverable,
)
from projects.operations.progress import accept_report, send_back_report, submit_report


class Reach(Act):
    name, title, icon = "reach", _("Reached"), "flag"
    operation = "projects.reach_milestone"
    done = _("The milestone is reached.")
    reached_on = forms.DateField(label=_("reached on"))

    @classmethod
    def fits(cls, subject: Milestone) -> bool:
        return subject.done_on is None and subject.dropped_on is None

    def write(self) -> Milestone:
        return reach_milestone(milestone=self.subject, **self.plain(), **self.who)


def waits(row: Any) -> bool:
    return row.done_on is None and row.dropped_on is None and row.submitted_on is not None


def owed(row: Any) -> bool:
    return row.done_on is None and row.dropped_on is None and row.submitted_on is None


class EnterDeliverable(Act):
    name, title, icon = "submit", _("Enter from paper"), "upload_file"
    operation = "projects.submit_deliverable"
    submitted_on = forms.DateField(label=_("handed in on"))
    document = forms.FileField(label=_("file"))

    @classmethod
    def fits(cls, subject: Deliverable) -> bool:
        return owed(subject)

    def write(self) -> Any:
        day = self.cleaned_data["submitted_on"]
        return filed(
            self,
            "document",
            lambda file: submit_deliverable(
                deliverable=self.subject, document=file, submitted_on=day, **self.who
            ),
        )


class EnterReport(Act):
    name, title, icon = "submit", _("Enter from paper"), "upload_file"
    operation = "projects.submit_report"
    submitted_on = forms.DateField(label=_("handed in on"))
    text = forms.CharField(label=_("progress"), widget=forms.Textarea, required=False)
    document = forms.FileField(label=_("file"), required=False)

    @classmethod
    def fits(cls, subject: ProgressReport) -> bool:
        return owed(subject)

    def write(self) -> Any:
        data = self.plain("submitted_on", "text")
        return filed(
            self,
            "document",
            lambda file: submit_report(report=self.subject, document=file, **data, **self.who),
        )


class Accept(Act):
    """Accept what was handed in."""

    name, title, icon, variant = "accept", _("Accept"), "task_alt", "primary"
    submit, done = _("Accept"), _("It is accepted; the participant is told.")
    run: ClassVar[Any]
    subject_name: ClassVar[str]

    @classmethod
    def fits(cls, subject: Any) -> bool:
        return waits(subject)

    def write(self) -> Any:
        return type(self).run(**{self.subject_name: self.subject}, **self.plain(), **self.who)


class SendBack(Accept):
    """Send back what was handed in, with what is missing."""

    name, title, icon, variant = "send-back", _("Send back"), "undo", "default"
    submit, done = _("Send back"), _("It is sent back; the participant is told.")
    remark = forms.CharField(label=_("remark"), max_length=500)


class AcceptDeliverable(Accept):
    operation, subject_name = "projects.accept_deliverable", "deliverable"
    run = staticmethod(accept_deliverable)


class SendBackDeliverable(SendBack):
    operation, subject_name = "projects.send_back_deliverable", "deliverable"
    run = staticmethod(send_back_deliverable)


class AcceptReport(Accept):
    operation, subject_name = "projects.accept_report", "report"
    run = staticmethod(accept_report)


class SendBackReport(SendBack):
    operation, subject_name = "projects.send_back_report", "report"
    run = staticmethod(send_back_report)


class ItemAdmin(ConsortiumAdmin):
    """What the lists of due things share."""

    view_roles = READERS
    list_display: Any = ("due_on", "project_link", "code", "title", "who", "state", "consortium")
    list_display_links: Any = ("code",)
    list_filter: Any = (("consortium", ScopedFilter), "due_on", "done_on")
    search_fields = ("code", "title", "project__number")
    ordering = ("due_on", "pk")
    select = ("consortium", "project__lead__organization", "responsible")
    fields: Any = (("project_link", "code"), ("title", "who"), ("due_on", "state"))
    readonly_fields: Any = ("project_link", "who", "state")

    @display(description=_("project"), ordering="project__number")
    def project_link(self, row: Any) -> str:
        return shown.link(row.project, row.project.number)

    @display(description=_("responsible"))
    def who(self, row: Any) -> str:
        return str(row.organization)

    @display(description=_("state"))
    def state(self, row: Any) -> str:
        """Return done, handed in, late, dropped or open, as of today."""
        if row.done_on is not None:
            return shown.mark(f"{pgettext('item', 'done')} {shown.day(row.done_on)}", "good")
        if row.dropped_on is not None:
            return shown.mark(pgettext("item", "dropped"))
        if getattr(row, "submitted_on", None) is not None:
            return shown.mark(pgettext("item", "handed in"), "note")
        late = row.due_on < clock.today(row.consortium)
        return shown.mark(
            pgettext("item", "overdue") if late else pgettext("item", "open"),
            "bad" if late else "",
        )


@admin.register(Milestone)
class MilestoneAdmin(ItemAdmin):
    acts = (Reach,)


class HandedAdmin(ItemAdmin):
    """Things that are handed in with a file."""

    def get_urls(self) -> list[URLPattern]:
        meta = self.model._meta
        return [
            path(
                "<int:object_id>/file/",
                self.admin_site.admin_view(self.file_view),
                name=f"{meta.app_label}_{meta.model_name}_file",
            ),
            *super().get_urls(),
        ]

    def file_view(self, request: HttpRequest, object_id: int) -> FileResponse:
        return attachment(self.row(request, str(object_id)).document)

    @display(description=_("file"))
    def file_link(self, row: Any) -> str:
        return file_link(row)


@admin.register(Deliverable)
class DeliverableAdmin(HandedAdmin):
    acts = (EnterDeliverable, AcceptDeliverable, SendBackDeliverable)
    fields = (*ItemAdmin.fields, ("submitted_on", "file_link"), "remark")
    readonly_fields = (*ItemAdmin.readonly_fields, "file_link")


@admin.register(ProgressReport)
class ReportAdmin(HandedAdmin):
    acts = (EnterReport, AcceptReport, SendBackReport)
    list_display = ("due_on", "project_link", "code", "final", "who", "state", "consortium")
    fields = (
        ("project_link", "who"), ("period_shown", "final"), ("due_on", "state"), "text",
        "effort_shown", ("submitted_on", "file_link"), "remark",
    )  # fmt: skip
    readonly_fields = (*ItemAdmin.readonly_fields, "file_link", "period_shown", "effort_shown")

    @display(description=_("period"), ordering="starts_on")
    def period_shown(self, row: ProgressReport) -> str:
        return shown.period(row.starts_on, row.ends_on)

    @display(description=_("person-months"))
    def effort_shown(self, row: ProgressReport) -> str:
        return ", ".join(f"{code}: {months}" for code, months in row.effort.items()) or "—"
