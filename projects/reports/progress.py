"""Which progress reports the periods of running projects ask for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from consortium.models import Consortium, Organization
from consortium.periods import Period, index_on, nth
from projects.models import ProgressReport, Project
from projects.reports.standing import FINAL, stood
from projects.rules.choices import Part
from projects.rules.section import ProjectsSection, Reporting
from projects.states import Standing

REPORTING = (Part.LEAD.value, Part.PARTNER.value)
"""Subcontractors report to who hired them."""


@dataclass(frozen=True)
class Asked:
    """A report a participant owes for a period, by a day."""

    project: Project
    organization: Organization
    period: Period
    due_on: date
    final: bool


def running(consortium: Consortium, on: date) -> Iterator[tuple[Project, Reporting]]:
    """Yield the projects that run on a day and that the charter asks to report."""
    rows: QuerySet[Any] = Project.objects.filter(consortium=consortium, starts_on__lte=on)
    rows = rows.select_related("consortium", "charter", "lead__organization").prefetch_related(
        "charter__sections", "projectparticipants__body"
    )
    # One that is over asks for nothing more, though days before its end be swept later.
    rows = stood(rows, on).exclude(projectevents__kind__in=FINAL)
    for project in rows.filter(standing=Standing.RUNNING).order_by("pk"):
        rules: ProjectsSection = project.charter.rules("projects")
        if rules.reporting is not None:
            yield project, rules.reporting


def asked(project: Project, reporting: Reporting, on: date) -> Iterator[Asked]:
    """Yield every report of the periods that have begun, and the final one."""
    last = min(on, project.ends_on - timedelta(days=1))
    days = timedelta(days=reporting.days)
    for n in range(index_on(project.starts_on, reporting.months, last) + 1):
        period = nth(project.starts_on, reporting.months, n)
        period = period.common(Period(project.starts_on, project.ends_on))
        for each in project.projectparticipants.all():
            if each.part in REPORTING and each.period.overlaps(period):
                yield Asked(project, each.body, period, period.end + days, False)
    whole = Period(project.starts_on, project.ends_on)
    yield Asked(project, project.lead.organization, whole, project.ends_on + days, True)


def missing(consortium: Consortium, on: date) -> list[Asked]:
    """Return the reports that are asked for by a day and have no row yet."""
    here = list(running(consortium, on))
    known = set(
        ProgressReport.objects.filter(project__in=[project.pk for project, _ in here]).values_list(
            "project", "responsible", "starts_on", "final"
        )
    )
    return [
        each
        for project, reporting in here
        for each in asked(project, reporting, on)
        if (project.pk, each.organization.pk, each.period.starts_on, each.final) not in known
    ]


def next_period(consortium: Consortium, after: date) -> date | None:
    """Return the next day on which a period of a running project begins."""
    days = []
    for project, reporting in running(consortium, after):
        if project.ends_on > after:
            n = index_on(project.starts_on, reporting.months, after)
            start = nth(project.starts_on, reporting.months, n + 1).starts_on
            days += [start] if start < project.ends_on else []
    later = Project.objects.filter(consortium=consortium, starts_on__gt=after)
    first = later.order_by("starts_on").values_list("starts_on", flat=True).first()
    return min([*days, *([first] if first else [])], default=None)
