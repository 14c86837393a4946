"""Versions of plans: what each changes, and the decision of a second person."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.decorators import display

from consortium import clock
from consortium.admin import shown
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.rules.toml import write_toml
from projects import words
from projects.admin.acts import DecidePlan
from projects.admin.gantt import gantt
from projects.admin.projects import READERS, rows_of
from projects.models import Facility, Plan, Project
from projects.reports.plans import parsed, parties, split
from projects.rules.changes import changes


@admin.register(Plan)
class PlanAdmin(ConsortiumAdmin):
    view_roles = READERS
    acts = (DecidePlan,)
    page_template = "projects/plan.html"
    list_display = ("project", "version", "decision", "proposed_on", "reason", "consortium")
    list_filter = (("consortium", ScopedFilter), "proposed_on", "adopted")
    search_fields = ("project__number",)
    ordering = ("-proposed_on", "-pk")
    select = ("consortium", "project__charter", "proposed_by", "decided_by")
    fields = (("project_link", "version"), ("decision", "reason"), ("proposed", "decided"))
    readonly_fields = ("project_link", "decision", "proposed", "decided")

    @display(description=_("project"), ordering="project__number")
    def project_link(self, row: Plan) -> str:
        return shown.link(row.project, row.project.number)

    @display(description=_("decision"), ordering="adopted")
    def decision(self, row: Plan) -> str:
        if row.adopted is None:
            return shown.mark(pgettext("plan", "proposed"), "warn")
        if row.adopted:
            return shown.mark(pgettext("plan", "adopted"), "good")
        return shown.mark(pgettext("plan", "refused"), "bad")

    @display(description=_("proposed"))
    def proposed(self, row: Plan) -> str:
        return f"{shown.day(row.proposed_on)} · {row.proposed_by or '—'}"

    @display(description=_("decided"))
    def decided(self, row: Plan) -> str:
        return f"{shown.day(row.decided_on)} · {row.decided_by or '—'}"

    def title_of(self, obj: Plan) -> str:
        return f"{obj.project.number} · v{obj.version}"

    def page(self, request: HttpRequest, obj: Plan) -> dict[str, Any]:
        body = parsed(obj)
        before = obj.project.plans.filter(adopted=True, version__lt=obj.version)
        last = before.order_by("-version").first()
        known = names(obj.project)
        return {
            "gantt": gantt(obj.project, body, clock.today(obj.consortium)),
            "split": rows_of(split(obj.project, body), obj.project),
            "before": last,
            "changes": [words.change(each, known) for each in changes(parsed(last), body)]
            if last
            else [],
            "toml": write_toml(obj.body),
        }


def names(project: Project) -> dict[str, str]:
    """Return the names of a plan's organizations and facilities, by address."""
    places = Facility.objects.filter(consortium=project.consortium)
    return {
        **{uid: str(each) for uid, each in parties(project).items()},
        **{str(each.uid): str(each) for each in places},
    }
