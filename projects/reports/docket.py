"""What is due in projects: every deadline, and what waits for staff."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet

from consortium import access
from consortium.models import Consortium
from consortium.registry import DocketItem, DocketSource
from consortium.reports.docket import list_of, told
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

SPEAKERS = frozenset({Role.SIGNATORY, Role.TECHNICAL_CONTACT})


def sources() -> Iterator[DocketSource]:
    """Yield a source of the docket for each kind of deadline and of what waits for staff."""
    for kind in deadlines.all():
        yield DocketSource(kind.code, partial(of_kind, kind), partial(waiting, kind))
    for code, model in (("deliverable_waits", Deliverable), ("report_waits", ProgressReport)):
        yield DocketSource(code, partial(handed_in, code, model), partial(to_look_at, model))
    yield DocketSource("project_plan_waits", plans, undecided)


def waiting(
    kind: Deadline, *, consortium: Consortium, user: Any, on: date, until: date
) -> QuerySet[Any]:
    """Return the rows of a kind the user may see that are due by a day, those passed included.

    What one person has to do is told to that person alone.
    """
    due = {"consortium": consortium, f"{kind.due}__lte": until}
    if kind.person:
        due[kind.person] = user
    rows: QuerySet[Any] = kind.model.objects.visible_to(user, on).filter(kind.open, **due)
    related = rows.select_related(*kind.related).prefetch_related(*kind.prefetched)
    return related.order_by(kind.due, "pk").distinct()


def of_kind(
    kind: Deadline, *, consortium: Consortium, user: Any, on: date, until: date
) -> Iterator[DocketItem]:
    """Yield the deadlines of a kind the user may see."""
    rows = waiting(kind, consortium=consortium, user=user, on=on, until=until)
    href = list_of(kind.model, consortium) if is_staff(user, consortium, on) else ""
    return told(rows, teller(kind, consortium=consortium, user=user, on=on), href=href)


def of_project(*, project: Project, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Yield every deadline of one project the user may see."""
    asked = {"consortium": project.consortium, "user": user, "on": on}
    for kind in deadlines.all():
        item = teller(kind, **asked)
        for row in waiting(kind, **asked, until=until):
            if kind.project(row) == project:
                yield item(row)


def teller(
    kind: Deadline, *, consortium: Consortium, user: Any, on: date
) -> Callable[[Any], DocketItem]:
    """Return what tells a deadline as the user meets it: on staff's page or over REST."""
    staff = is_staff(user, consortium, on)
    spoken_for = access.spoken_for(user, consortium=consortium, on=on, roles=SPEAKERS)

    def item(row: Any) -> DocketItem:
        name = row._meta.model_name
        return DocketItem(
            kind.code,
            getattr(row, kind.due),
            kind.values(row),
            href=f"/admin/projects/{name}/{row.pk}/change/"
            if staff
            else f"/api/v1/{PAGES[name]}/{row.uid}/",
            mine=bool(kind.person) or any(each.pk in spoken_for for each in kind.whose(row)),
        )

    return item


def to_look_at(
    model: Any, *, consortium: Consortium, user: Any, on: date, until: date
) -> QuerySet[Any]:
    """Return what was handed in and not looked at, where the user is one to do it."""
    if not is_staff(user, consortium, on):
        found: QuerySet[Any] = model.objects.none()
        return found
    found = model.objects.filter(OPEN, consortium=consortium, submitted_on__isnull=False)
    return found.select_related("project").order_by("submitted_on", "pk")


def handed_in(
    code: str, model: Any, *, consortium: Consortium, user: Any, on: date, until: date
) -> Iterator[DocketItem]:
    """Yield what was handed in and waits for project staff."""
    rows = to_look_at(model, consortium=consortium, user=user, on=on, until=until)

    def item(row: Any) -> DocketItem:
        return DocketItem(
            code,
            row.submitted_on,
            {"project": row.project.number, "item": row.code},
            href=f"/admin/projects/{row._meta.model_name}/{row.pk}/change/",
            mine=True,
        )

    return told(rows, item, href=list_of(model, consortium))


def undecided(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Plan]:
    """Return the plans nobody has decided on, where the user is one to do it."""
    if not is_staff(user, consortium, on):
        return Plan.objects.none()
    rows = Plan.objects.filter(consortium=consortium, decided_on=None)
    return rows.select_related("project").order_by("proposed_on", "pk")


def plans(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Yield the plans that were proposed and wait for project staff."""
    rows = undecided(consortium=consortium, user=user, on=on, until=until)

    def item(plan: Plan) -> DocketItem:
        return DocketItem(
            "project_plan_waits",
            plan.proposed_on,
            {"project": plan.project.number, "version": plan.version},
            href=f"/admin/projects/plan/{plan.pk}/change/",
            mine=plan.proposed_by_id != user.pk,
        )

    return told(rows, item, href=list_of(Plan, consortium))


def is_staff(user: Any, consortium: Consortium, on: date) -> bool:
    return access.holds(
        user, consortium=consortium, on=on, roles={Role.PROJECTS}, organization=None
    )
