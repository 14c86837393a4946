"""What is due in projects: every deadline, and what waits for staff."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from consortium import access
from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.states import Role
from projects.models import Deliverable, Plan, ProgressReport, Project
from projects.reports.deadlines import OPEN, Deadline, deadlines

PAGES = {
    "project": "projects",
    "milestone": "milestones",
    "deliverable": "deliverables",
    "progressreport": "progress-reports",
    "secondment": "secondments",
    "reviewassignment": "assignments",
}
"""Where REST shows a kind of row."""


def due(
    *, consortium: Consortium, user: Any, on: date, until: date, project: Project | None = None
) -> Iterator[DocketItem]:
    """Yield every deadline the user may see, those that have passed included.

    What one person has to do is told to that person alone.

    `project`: of one project only.
    """
    staff = is_staff(user, consortium, on)
    spoken_for = set(
        user.appointments.on(on)
        .filter(consortium=consortium, role__in=(Role.SIGNATORY, Role.TECHNICAL_CONTACT))
        .values_list("organization", flat=True)
    )
    for kind in deadlines.all():
        rows = kind.model.objects.visible_to(user, on).filter(
            kind.open, consortium=consortium, **{f"{kind.due}__lte": until}
        )
        if kind.person:
            rows = rows.filter(**{kind.person: user})
        rows = rows.select_related(*kind.related).prefetch_related(*kind.prefetched)
        for row in rows.order_by(kind.due, "pk").distinct():
            if project is not None and kind.project(row) != project:
                continue
            yield item(kind, row, user, staff=staff, spoken_for=spoken_for)


def item(
    kind: Deadline, row: Any, user: Any, *, staff: bool, spoken_for: set[int | None]
) -> DocketItem:
    """Return one deadline as the user meets it: on staff's page or over REST."""
    name = row._meta.model_name
    mine = any(each.pk in spoken_for for each in kind.whose(row)) or bool(kind.person)
    return DocketItem(
        kind.code,
        getattr(row, kind.due),
        kind.values(row),
        href=f"/admin/projects/{name}/{row.pk}/change/"
        if staff
        else f"/api/v1/{PAGES[name]}/{row.uid}/",
        mine=mine,
    )


def to_decide(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Yield what was handed in or proposed and waits for project staff."""
    if not is_staff(user, consortium, on):
        return
    for code, model in (("deliverable_waits", Deliverable), ("report_waits", ProgressReport)):
        rows = model.objects.filter(OPEN, consortium=consortium, submitted_on__isnull=False)
        for row in rows.select_related("project").order_by("submitted_on", "pk"):
            yield DocketItem(
                code,
                row.submitted_on or until,
                {"project": row.project.number, "item": row.code},
                href=f"/admin/projects/{row._meta.model_name}/{row.pk}/change/",
                mine=True,
            )
    plans = Plan.objects.filter(consortium=consortium, decided_on=None)
    for plan in plans.select_related("project").order_by("proposed_on", "pk"):
        yield DocketItem(
            "project_plan_waits",
            plan.proposed_on,
            {"project": plan.project.number, "version": plan.version},
            href=f"/admin/projects/plan/{plan.pk}/change/",
            mine=plan.proposed_by_id != user.pk,
        )


def is_staff(user: Any, consortium: Consortium, on: date) -> bool:
    return access.holds(
        user, consortium=consortium, on=on, roles={Role.PROJECTS}, organization=None
    )
