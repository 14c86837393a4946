"""What members bring in, and whose core business what is in a project."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from consortium.admin import shown
from consortium.admin.acts import Act, ActWithin
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.models import Member, Organization
from ip.admin.results import READERS
from ip.models import Background, CoreBusiness
from ip.operations.background import (
    Brought,
    add_background,
    approve_background,
    end_background,
    record_core_business,
)
from ip.rules.choices import ResultKind
from ip.states import RESULT_KINDS
from projects.admin.acts import filed
from projects.models import Project


class AddBackground(ActWithin):
    name, title, icon = "add", _("List background"), "inventory"
    operation = "ip.add_background"
    member = forms.ModelChoiceField(Member.objects.none(), label=_("member"))
    project = forms.ModelChoiceField(
        Project.objects.none(), label=_("project"), required=False,
        help_text=_("Empty: for all projects."),
    )  # fmt: skip
    title_given = forms.CharField(label=_("title"), max_length=200)
    kind = forms.ChoiceField(label=_("kind"), choices=RESULT_KINDS)
    excluded = forms.BooleanField(label=_("kept out"), required=False)
    reference = forms.CharField(
        label=_("patent or registration number"), max_length=100, required=False
    )
    description = forms.CharField(label=_("description"), widget=forms.Textarea, required=False)
    limits = forms.CharField(label=_("limits of access"), widget=forms.Textarea, required=False)
    starts_on = forms.DateField(label=_("from"))
    paper = forms.FileField(label=_("scan"), required=False)

    def prepare(self) -> None:
        super().prepare()
        here = self.fields["consortium_choice"].queryset  # type: ignore[attr-defined]
        for name, model in (("member", Member), ("project", Project)):
            rows = model._default_manager.filter(consortium__in=here).order_by("pk")
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        for name in ("member", "project"):
            row = self.cleaned_data.get(name)
            if row is not None and row.consortium != self.cleaned_data.get("consortium_choice"):
                self.add_error(name, _("It is of another consortium."))
        return self.cleaned_data

    def write(self) -> Background:
        data = self.plain("project", "excluded", "reference", "description", "limits", "starts_on")
        data["title"] = self.cleaned_data["title_given"]
        data["kind"] = ResultKind(self.cleaned_data["kind"])
        return filed(
            self,
            "paper",
            lambda paper: add_background(
                member=self.cleaned_data["member"], brought=Brought(paper=paper, **data), **self.who
            ),
        )


class ApproveBackground(Act):
    name, title, icon = "approve", pgettext_lazy("background", "Approve"), "verified"
    operation = "ip.approve_background"
    note = _("Of the body that the charter names.")
    approved_on = forms.DateField(label=_("approved on"))
    paper = forms.FileField(label=_("scan"), required=False)

    @classmethod
    def fits(cls, subject: Background) -> bool:
        return subject.approved_on is None

    def write(self) -> Background:
        day = self.cleaned_data["approved_on"]
        return filed(
            self,
            "paper",
            lambda paper: approve_background(
                background=self.subject, approved_on=day, paper=paper, **self.who
            ),
        )


class EndBackground(Act):
    name, title, icon = "end", pgettext_lazy("background", "End"), "event_busy"
    operation = "ip.end_background"
    ends_on = forms.DateField(label=_("until (exclusive)"))

    @classmethod
    def fits(cls, subject: Background) -> bool:
        return subject.ends_on is None

    def write(self) -> Background:
        return end_background(background=self.subject, **self.plain(), **self.who)


@admin.register(Background)
class BackgroundAdmin(ConsortiumAdmin):
    view_roles = READERS
    adds, acts = AddBackground, (ApproveBackground, EndBackground)
    list_display = ("title", "member", "project", "kind", "state", "starts_on", "ends_on",
                    "consortium")  # fmt: skip
    list_filter = (("consortium", ScopedFilter), "kind", "excluded")
    search_fields = ("title", "reference")
    ordering = ("starts_on", "pk")
    select = ("consortium", "member__organization", "project")
    fields = (("title", "kind"), ("member", "project"), ("starts_on", "ends_on"),
              ("reference", "state"), "approved_on", "description", "limits")  # fmt: skip
    readonly_fields = ("state",)

    @display(description=_("state"))
    def state(self, row: Background) -> str:
        return shown.mark(_("kept out"), "warn") if row.excluded else shown.mark(_("brought in"))


class RecordCoreBusiness(ActWithin):
    name, title, icon = "add", _("Record a core business"), "storefront"
    operation = "ip.record_core_business"
    note = _("Results disclosed later in this field go to it, where the charter says so.")
    project = forms.ModelChoiceField(Project.objects.none(), label=_("project"))
    field = forms.RegexField(r"^[a-z0-9_-]+$", label=_("field of business"), max_length=50)
    body = forms.ModelChoiceField(Organization.objects.none(), label=_("organization"))

    def prepare(self) -> None:
        super().prepare()
        here = self.fields["consortium_choice"].queryset  # type: ignore[attr-defined]
        rows = Project.objects.filter(consortium__in=here).order_by("pk")
        self.fields["project"].queryset = rows  # type: ignore[attr-defined]
        bodies = Organization.objects.filter(project_parts__project__in=rows).distinct()
        self.fields["body"].queryset = bodies.order_by("pk")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        project = self.cleaned_data.get("project")
        if project is not None and project.consortium != self.cleaned_data.get("consortium_choice"):
            self.add_error("project", _("It is of another consortium."))
        return self.cleaned_data

    def write(self) -> CoreBusiness:
        data = self.plain("project", "field")
        return record_core_business(organization=self.cleaned_data["body"], **data, **self.who)


@admin.register(CoreBusiness)
class CoreBusinessAdmin(ConsortiumAdmin):
    view_roles = READERS
    adds = RecordCoreBusiness
    list_display = ("field", "body", "project", "consortium")
    list_filter = (("consortium", ScopedFilter),)
    search_fields = ("field", "project__number")
    ordering = ("project", "field")
    select = ("consortium", "project", "body")
    fields = (("project", "field"), "body")
