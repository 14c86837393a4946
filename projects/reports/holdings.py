"""The portfolio: what runs on each theme and with each member, in money and in effort."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from consortium import money
from consortium.models import Consortium, Organization
from consortium.rules.schema import Text
from projects.models import Call, Plan, Project, ProjectParticipant
from projects.reports.plans import parsed
from projects.reports.standing import FINAL, stood
from projects.rules.workshare import by_organization


@dataclass
class Holding:
    """Projects that are not over: how many, their budget by unit, planned person-months."""

    projects: int = 0
    budget: dict[str, Decimal] = field(default_factory=dict)
    months: Decimal = Decimal(0)

    def add(self, unit: str, budget: Decimal | None, months: Decimal) -> None:
        self.projects += 1
        self.months += months
        if budget is not None:
            self.budget[unit] = self.budget.get(unit, Decimal(0)) + budget


@dataclass(frozen=True)
class Holdings:
    """The portfolio on a day by theme and by participant; a participant's budget is its share."""

    whole: Holding
    themes: Mapping[str, Holding]
    organizations: Mapping[Organization, Holding]


def holdings(*, consortium: Consortium, user: Any, on: date) -> Holdings:
    """Return the portfolio of the projects a reader may see, in as many queries for any number."""
    over = [each.value for each in FINAL]
    seen = Project.objects.visible_to(user, on).filter(consortium=consortium)
    projects = {each.pk: each for each in stood(seen, on).exclude(standing__in=over)}
    effort = efforts(projects)
    whole = Holding()
    themes: dict[str, Holding] = {}
    organizations: dict[Organization, Holding] = {}
    for key, project in projects.items():
        planned = sum(effort.get(key, {}).values(), start=Decimal(0))
        for each in (whole, themes.setdefault(project.theme, Holding())):
            each.add(project.unit, project.budget, planned)
    for part in parts_on(projects, on):
        project = projects[part.project_id]
        share = None
        if project.budget is not None:
            share = money.rounded(project.budget * part.cost_share, money.quantum(project.unit))
        months = effort.get(project.pk, {}).get(str(part.body.uid), Decimal(0))
        organizations.setdefault(part.body, Holding()).add(project.unit, share, months)
    return Holdings(whole, themes, organizations)


def parts_on(projects: Iterable[int], on: date) -> Iterable[ProjectParticipant]:
    """Return who takes part in projects on a day, or will once they have begun."""
    rows = ProjectParticipant.objects.filter(project__in=projects).exclude(ends_on__lte=on)
    return rows.select_related("body").order_by("pk")


def efforts(projects: Iterable[int]) -> dict[int, dict[str, Decimal]]:
    """Return the person-months of each participant by its address, in each plan in force."""
    plans = (
        Plan.objects.filter(project__in=projects, adopted=True)
        .order_by("project", "-version")
        .distinct("project")
    )
    return {
        plan.project_id: {each.key: each.effort for each in by_organization(parsed(plan))}
        for plan in plans
    }


def theme_labels(consortium: Consortium) -> dict[str, Text]:
    """Return what themes are called, by code, as the latest call that names each says."""
    calls = Call.objects.filter(consortium=consortium).order_by("opens_at", "pk")
    return {theme.code: theme.label for call in calls for theme in call.rules().themes}
