"""Risks of projects: written down on a project's page, looked at again, closed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium.admin import shown
from consortium.admin.acts import Act
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.models import Organization
from projects.models import Project, Risk
from projects.operations.risks import close_risk, open_risk, revise_risk
from projects.reports.standing import FINAL
from projects.states import PROJECT_READERS


class Graded(Act):
    """An act that says how likely a risk is, how bad, and what is done about it."""

    likelihood = forms.IntegerField(
        label=_("likelihood"), min_value=1, max_value=5, help_text=_("From 1 to 5.")
    )
    impact = forms.IntegerField(
        label=_("impact"), min_value=1, max_value=5, help_text=_("From 1 to 5.")
    )
    response = forms.CharField(label=_("response"), widget=forms.Textarea, required=False)


class OpenRisk(Graded):
    """Write down a risk of a project."""

    name, title, icon = "risk", _("Write a risk down"), "warning"
    operation = "projects.open_risk"
    done = _("The risk is written down.")
    risk = forms.CharField(label=_("risk"), max_length=200)
    owner = forms.ModelChoiceField(
        queryset=Organization.objects.none(), label=_("owner"), required=False
    )
    field_order = ("risk", "likelihood", "impact", "response", "owner")

    @classmethod
    def fits(cls, subject: Any) -> bool:
        return subject.standing not in {each.value for each in FINAL}

    def prepare(self) -> None:
        bodies = self.subject.projectparticipants.values("body")
        rows = Organization.objects.filter(pk__in=bodies)
        self.fields["owner"].queryset = rows.order_by("pk")  # type: ignore[attr-defined]

    def write(self) -> Risk:
        data = self.plain("likelihood", "impact", "response", "owner")
        title = self.cleaned_data["risk"]
        return open_risk(project=self.subject, title=title, **data, **self.who)


class ReviseRisk(Graded):
    name, title, icon = "revise", _("Look at it again"), "edit"
    operation = "projects.revise_risk"

    @classmethod
    def fits(cls, subject: Risk) -> bool:
        return subject.closed_on is None

    def prepare(self) -> None:
        for name, field in self.fields.items():
            field.initial = getattr(self.subject, name)

    def write(self) -> Risk:
        return revise_risk(risk=self.subject, **self.plain(), **self.who)


class CloseRisk(Act):
    name, title, icon = "close", _("It is gone"), "task_alt"
    operation = "projects.close_risk"

    @classmethod
    def fits(cls, subject: Risk) -> bool:
        return subject.closed_on is None

    def write(self) -> Risk:
        return close_risk(risk=self.subject, **self.who)


@admin.register(Risk)
class RiskAdmin(ConsortiumAdmin):
    view_roles = frozenset(PROJECT_READERS)
    acts = (ReviseRisk, CloseRisk)
    list_display = ("title", "project", "likelihood", "impact", "owner", "closed_on", "consortium")
    list_filter = (("consortium", ScopedFilter), "impact", "likelihood")
    search_fields = ("title", "project__number")
    ordering = (F("closed_on").asc(nulls_first=True), "-impact", "-likelihood", "pk")
    select = ("consortium", "project", "owner")
    fields = (("title", "project_link"), ("likelihood", "impact"), ("owner", "opened_on"),
              "response", "closed_on")  # fmt: skip
    readonly_fields = ("project_link",)

    @display(description=_("project"), ordering="project__number")
    def project_link(self, row: Risk) -> str:
        return shown.link(row.project, row.project.number)

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return to the project, where all its risks are."""
        return reverse("admin:projects_project_change", args=[obj.project_id]) + "#risks"


def risks(project: Project) -> QuerySet[Risk]:
    """Return a project's risks, open ones first, of these the gravest."""
    rows = project.risks.select_related("owner")
    return rows.order_by(
        F("closed_on").asc(nulls_first=True), -F("impact") * F("likelihood"), "-pk"
    )
