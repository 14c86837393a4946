"""Plans of projects: the one in force, what is wrong with one, and what it measures to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from consortium.models import Organization
from consortium.periods import Period, add_months
from consortium.rules.schema import Problem, parse
from projects.models import Facility, Plan, Project
from projects.rules.plan import Mark, ProjectPlan, WorkPackage
from projects.rules.section import ProjectsSection
from projects.rules.workshare import (
    Elsewhere,
    Measured,
    by_country,
    by_organization,
    by_part,
    by_site,
    elsewhere,
)


def in_force(project: Project) -> Plan | None:
    """Return the plan adopted last."""
    return project.plans.filter(adopted=True).order_by("-version").first()


def parsed(plan: Plan) -> ProjectPlan:
    return parse(ProjectPlan, plan.body)


def due_on(project: Project, mark: Mark) -> date:
    """Return the last day of a mark's month; of month 0, the project's first day."""
    last = add_months(project.starts_on, mark.due) - timedelta(days=1)
    return max(last, project.starts_on)


def period_of(project: Project, package: WorkPackage) -> Period:
    """Return the days of a work package."""
    start = project.starts_on
    return Period(add_months(start, package.starts), add_months(start, package.ends))


def parties(project: Project) -> dict[str, Organization]:
    """Return the organizations that take part in a project, by address."""
    rows = project.projectparticipants.select_related("body")
    return {str(each.body.uid): each.body for each in rows}


@dataclass(frozen=True)
class Split:
    """How a plan shares the work out, and what of it the charter does not want so."""

    sites: list[Measured]
    parts: list[Measured]
    organizations: list[Measured]
    countries: list[Measured]
    elsewhere: list[Elsewhere]

    @property
    def fits(self) -> bool:
        return all(each.fits for each in (*self.sites, *self.parts)) and not self.elsewhere


def split(project: Project, plan: ProjectPlan) -> Split:
    """Return how a plan shares the work out, against the project's charter."""
    rules: ProjectsSection = project.charter.rules("projects")
    countries = {uid: each.country for uid, each in parties(project).items()}
    return Split(
        sites=by_site(plan, rules.sites),
        parts=by_part(plan, rules.parts),
        organizations=by_organization(plan),
        countries=by_country(plan, countries),
        elsewhere=list(elsewhere(plan, rules.parts, countries)),
    )


def problems(project: Project, plan: ProjectPlan) -> Iterator[Problem]:
    """Yield what is wrong with a plan in this project, by path."""
    end = add_months(project.starts_on, plan.months)
    if end > project.ends_on:
        yield Problem("months", "after_project_end", {"ends_on": project.ends_on.isoformat()})
    known = parties(project)
    places = {
        str(each.uid): each for each in Facility.objects.filter(consortium=project.consortium)
    }
    homes = {each.part: each.country for each in project.charter.rules("projects").parts}
    for index, package in enumerate(plan.packages):
        path = f"packages[{index}]"
        yield from wrong_parties(path, package, known)
        yield from wrong_place(path, package, places, period_of(project, package))
        yield from wrong_part(path, package, known, homes)
    for name in ("milestones", "deliverables"):
        for index, mark in enumerate(getattr(plan, name)):
            if mark.responsible is not None and mark.responsible not in known:
                yield Problem(f"{name}[{index}].responsible", "not_participant")


def wrong_parties(
    path: str, package: WorkPackage, known: Mapping[str, Organization]
) -> Iterator[Problem]:
    if package.responsible not in known:
        yield Problem(f"{path}.responsible", "not_participant")
    for who in package.effort:
        if who not in known:
            yield Problem(f"{path}.effort.{who}", "not_participant")
    for index, task in enumerate(package.tasks):
        if task.responsible is not None and task.responsible not in known:
            yield Problem(f"{path}.tasks[{index}].responsible", "not_participant")


def wrong_place(
    path: str, package: WorkPackage, places: Mapping[str, Facility], period: Period
) -> Iterator[Problem]:
    if package.facility is None:
        return
    place = places.get(package.facility)
    if place is None:
        yield Problem(f"{path}.facility", "unknown_facility")
    elif place.kind != package.site.value:
        yield Problem(f"{path}.facility", "facility_differs", {"kind": place.kind})
    elif not place.period.contains(period.starts_on) or (
        place.ends_on is not None and place.ends_on < period.end
    ):
        yield Problem(f"{path}.facility", "facility_not_open")


def wrong_part(
    path: str,
    package: WorkPackage,
    known: Mapping[str, Organization],
    homes: Mapping[str, str],
) -> Iterator[Problem]:
    if package.part is None or not homes:
        return
    if package.part not in homes:
        values = {"part": package.part, "choices": list(homes)}
        yield Problem(f"{path}.part", "unknown_part", values)
        return
    country = homes[package.part]
    for who in (package.responsible, *package.effort):
        if who in known and known[who].country != country:
            yield Problem(f"{path}.part", "part_elsewhere", {"country": country})
            return
