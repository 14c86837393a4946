"""Projects: how each stands, its plan as a picture, and what is due and done of it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from projects.admin.acts import (
    Close,
    ProposePlan,
    Resume,
    SignContract,
    Suspend,
    Terminate,
)
from projects.admin.gantt import gantt
from projects.admin.holdings import ByStanding
from projects.admin.opening import OpenProject
from projects.admin.risks import OpenRisk, ReviseRisk, risks
from projects.models import Plan, Project
from projects.reports.holdings import theme_labels
from projects.reports.plans import Split, in_force, parsed, parties, split
from projects.reports.standing import stood
from projects.rules.workshare import Measured
from projects.states import PROJECT_READERS, SITES, Standing

KINDS = {
    Standing.AWAITING_CONTRACT: "warn",
    Standing.RUNNING: "good",
    Standing.SUSPENDED: "warn",
    Standing.TERMINATED: "bad",
    Standing.CLOSED: "",
}
READERS = frozenset(PROJECT_READERS)


@admin.register(Project)
class ProjectAdmin(ConsortiumAdmin):
    view_roles = READERS
    adds = OpenProject
    acts = (SignContract, ProposePlan, OpenRisk, Suspend, Resume, Terminate, Close)
    page_template = "projects/project.html"
    list_display = ("number", "title_shown", "lead", "theme", "stands", "starts_on", "ends_on",
                    "consortium")  # fmt: skip
    list_filter = (("consortium", ScopedFilter), ByStanding, "theme", "starts_on",
                   ("projectparticipants__body", ScopedFilter))  # fmt: skip
    search_fields = ("number", "name_en", "name_zh")
    ordering = ("-starts_on", "-pk")
    select = ("consortium", "lead__organization", "charter", "proposal")
    fields = (
        ("number", "consortium"), ("name_en", "name_zh"), ("lead", "theme_shown"),
        ("period_shown", "stands"), ("budget_shown", "charter"),
        ("decided_on", "contract_due_on"),
    )  # fmt: skip
    readonly_fields = ("theme_shown", "period_shown", "stands", "budget_shown")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return stood(super().get_queryset(request), self.today(request))

    @display(description=_("title"), ordering="name_en")
    def title_shown(self, row: Project) -> str:
        return row.name

    @display(description=_("topic"))
    def theme_shown(self, row: Project) -> str:
        return words.inside(theme_labels(row.consortium).get(row.theme, row.theme or "—"))

    @display(description=pgettext_lazy("project", "standing"))
    def stands(self, row: Any) -> str:
        now = Standing(row.standing)
        return shown.mark(now.label, KINDS[now])

    @display(description=_("period"), ordering="starts_on")
    def period_shown(self, row: Project) -> str:
        return shown.period(row.starts_on, row.ends_on)

    @display(description=_("budget"))
    def budget_shown(self, row: Project) -> str:
        return words.amount(row.budget, row.unit) if row.budget is not None else "—"

    def title_of(self, obj: Project) -> str:
        return f"{obj.number} · {obj.name}"

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return the plan that was proposed, or the project."""
        if isinstance(result, Plan):
            return reverse("admin:projects_plan_change", args=[result.pk])
        return super().after(request, obj, result)

    def page(self, request: HttpRequest, obj: Project) -> dict[str, Any]:
        on = clock.today(obj.consortium)
        plan = in_force(obj)
        body = parsed(plan) if plan else None
        parts = obj.projectparticipants.select_related("body").order_by("pk")
        return {
            "on": on,
            "plan": plan,
            "gantt": gantt(obj, body, on) if body else None,
            "split": rows_of(split(obj, body), obj) if body else [],
            "parts": [
                {
                    "row": each,
                    "work": shown.share(each.work_share),
                    "cost": shown.share(each.cost_share),
                }
                for each in parts
            ],
            "milestones": obj.milestones.select_related("responsible").order_by("due_on", "pk"),
            "deliverables": obj.deliverables.select_related("responsible").order_by("due_on", "pk"),
            "reports": obj.progressreports.select_related("responsible").order_by("due_on", "pk"),
            "events": obj.projectevents.order_by("-on", "-pk"),
            "risks": risks(obj),
            "may_revise": self.standing(request).may(ReviseRisk.operation, obj),
            "secondments": obj.secondments.select_related("facility").order_by("starts_on", "pk"),
            "versions": obj.plans.order_by("-version"),
        }


def rows_of(found: Split, project: Project) -> list[dict[str, Any]]:
    """Return how the work is shared out as rows of one table."""
    names = {uid: str(each) for uid, each in parties(project).items()}
    sites = {code: str(label) for code, label in SITES}
    territories = words.locale().territories
    rows = [row(_("site"), sites.get(each.key, each.key), each) for each in found.sites]
    rows += [row(_("part"), each.key or "—", each) for each in found.parts if found.parts[0].key]
    rows += [
        row(_("country"), territories.get(each.key, each.key), each) for each in found.countries
    ]
    rows += [
        row(_("participant"), names.get(each.key, each.key), each) for each in found.organizations
    ]
    return rows


def row(kind: Any, name: str, each: Measured) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": name,
        "effort": words.amount(each.effort),
        "share": shown.share(round(each.share, 4)),
        "wanted": shown.share(each.wanted),
        "fits": each.fits,
    }
