"""The portfolio's page: projects by theme and by member, in money and in person-months."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from consortium import clock, words
from consortium.admin.desk import LYING
from consortium.admin.pages import ConsortiumPage
from projects.admin.pipeline import READERS
from projects.admin.portfolio import bars, named
from projects.reports.holdings import Holding, holdings
from projects.reports.standing import FINAL
from projects.states import Standing

GOING_ON = "open"


class ByStanding(admin.SimpleListFilter):
    """Projects by how they stand today; those that are not over together."""

    title, parameter_name = pgettext_lazy("project", "standing"), "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(GOING_ON, pgettext_lazy("project", "Not over")), *Standing.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == GOING_ON:
            return queryset.exclude(standing__in=[each.value for each in FINAL])
        return queryset.filter(standing=self.value()) if self.value() else queryset


class Portfolio(ConsortiumPage):
    """What runs, by theme and by member."""

    roles = READERS
    template_name = "projects/portfolio.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        consortium = self.consortium()
        on = clock.today(consortium)
        found = holdings(consortium=consortium, user=request.user, on=on)
        projects = reverse("admin:projects_project_changelist")
        only = f"{projects}?consortium__id__exact={consortium.pk}&standing={GOING_ON}"
        themes = {code: (held, f"{only}&theme={code}") for code, held in found.themes.items()}
        members = {
            str(each): (held, f"{only}&projectparticipants__body__id__exact={each.pk}")
            for each, held in found.organizations.items()
        }
        self.title = _("Portfolio")
        return self.page(
            consortium=consortium,
            consortia=self.consortia(),
            on=words.day(on),
            whole=line(_("In all"), found.whole, only),
            blocks=[
                block(_("By theme"), _("Theme"), named(themes, consortium)),
                block(_("By member"), _("Participant"), members),
            ],
            options=json.dumps(LYING),
        )


def block(title: str, heading: str, lines: Mapping[str, tuple[Holding, str]]) -> dict[str, Any]:
    """Return a table and its chart, the most person-months first."""
    ordered = sorted(lines.items(), key=lambda each: (-each[1][0].months, each[0]))
    return {
        "title": title,
        "heading": heading,
        "lines": [line(name, held, href) for name, (held, href) in ordered],
        "chart": json.dumps(bars({name: float(held.months) for name, (held, _href) in ordered})),
    }


def line(name: str, held: Holding, href: str) -> dict[str, Any]:
    amounts = [words.amount(amount, unit) for unit, amount in sorted(held.budget.items())]
    return {
        "name": name,
        "href": href,
        "projects": held.projects,
        "budget": amounts or ["—"],
        "months": words.amount(held.months) if held.months else "—",
    }
