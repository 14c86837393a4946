"""What changes how a project stands: suspended, resumed, terminated, closed."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, User
from consortium.operations.audit import record
from consortium.operations.notices import appointed, notify
from consortium.states import Role
from projects.models import (
    Deliverable,
    Milestone,
    ProgressReport,
    Project,
    ProjectEvent,
)
from projects.operations.deadlines import TOLD
from projects.reports.deadlines import OPEN
from projects.reports.standing import standing
from projects.states import Happening, Standing

MOVES: dict[Happening, frozenset[Standing]] = {
    Happening.SUSPENDED: frozenset({Standing.AWAITING_CONTRACT, Standing.RUNNING}),
    Happening.RESUMED: frozenset({Standing.SUSPENDED}),
    Happening.TERMINATED: frozenset(
        {Standing.AWAITING_CONTRACT, Standing.RUNNING, Standing.SUSPENDED}
    ),
    Happening.CLOSED: frozenset({Standing.RUNNING}),
}
"""How a project must stand for something to happen to it."""


class WrongStanding(DomainError):
    """The project does not stand so that this can happen to it."""

    code = "project_wrong_standing"


class ReasonMissing(DomainError):
    code = "project_reason_missing"


class EventInFuture(DomainError):
    code = "project_event_in_future"


class EventBeforeLast(DomainError):
    """Something happened to the project later already."""

    code = "project_event_before_last"


class NotFinished(DomainError):
    """The final report is not accepted, or something planned is still open."""

    code = "project_not_finished"


@operation(allow={Role.PROJECTS}, subject="project")
def suspend_project(
    *,
    project: Project,
    reason: str,
    happened_on: date | None = None,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> ProjectEvent:
    """Suspend a project: nothing of it is reminded of until it is resumed. Raises WrongStanding."""
    return happen(project, Happening.SUSPENDED, reason, happened_on, paper, by, on)


@operation(allow={Role.PROJECTS}, subject="project")
def resume_project(
    *,
    project: Project,
    reason: str,
    happened_on: date | None = None,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> ProjectEvent:
    """Let a suspended project go on. Raises WrongStanding."""
    return happen(project, Happening.RESUMED, reason, happened_on, paper, by, on)


@operation(allow={Role.PROJECTS}, subject="project")
def terminate_project(
    *,
    project: Project,
    reason: str,
    happened_on: date | None = None,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> ProjectEvent:
    """End a project before its time; what is open is dropped. Raises WrongStanding."""
    return happen(project, Happening.TERMINATED, reason, happened_on, paper, by, on)


@operation(allow={Role.PROJECTS}, subject="project")
def close_project(
    *,
    project: Project,
    reason: str = "",
    happened_on: date | None = None,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> ProjectEvent:
    """Close a project: with its final report accepted and nothing open, or with a reason.

    Raises WrongStanding, NotFinished.
    """
    if not reason.strip():
        refuse_unfinished(project)
    return happen(project, Happening.CLOSED, reason, happened_on, paper, by, on)


def refuse_unfinished(project: Project) -> None:
    final = project.progressreports.filter(final=True, done_on__isnull=False).exists()
    waiting = [str(each) for each in project.deliverables.filter(OPEN).order_by("due_on", "pk")]
    if not final or waiting:
        raise NotFinished(project=project.number, final_report=final, deliverables=waiting)


def happen(
    project: Project,
    kind: Happening,
    reason: str,
    happened_on: date | None,
    paper: Document | None,
    by: User | None,
    on: date,
) -> ProjectEvent:
    """Write down what happened to a project, on a day after whatever happened before."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    day = happened_on or on
    if day > on:
        raise EventInFuture(on=day)
    last = project.projectevents.order_by("-on", "-pk").first()
    if last is not None and last.on > day:
        raise EventBeforeLast(on=day, last=last.on)
    now = standing(project, day)
    if now not in MOVES[kind]:
        raise WrongStanding(project=project.number, standing=now)
    if kind != Happening.CLOSED and not reason.strip():
        raise ReasonMissing(project=project.number)
    event = ProjectEvent.objects.create(
        consortium=project.consortium,
        project=project,
        kind=kind,
        on=day,
        reason=reason,
        paper=paper,
        recorded_by=by,
    )
    if kind in (Happening.TERMINATED, Happening.CLOSED):
        drop_open(project, day)
    announce(project, event, on)
    record(consortium=project.consortium, action=f"project_{kind.value}", by=by, on=on,
           subject=project)  # fmt: skip
    return event


def drop_open(project: Project, on: date) -> None:
    """Drop what a project still owed; what was done stays."""
    for model in (Milestone, Deliverable, ProgressReport):
        model.objects.filter(OPEN, project=project).update(dropped_on=on, next_on=None)
    project.contract_next_on = None
    project.save(update_fields=["contract_next_on"])


def announce(project: Project, event: ProjectEvent, on: date) -> None:
    people = {
        person
        for each in project.projectparticipants.select_related("body")
        for person in appointed(
            consortium=project.consortium, on=on, roles=TOLD, organization=each.body
        )
    }
    notify(
        consortium=project.consortium,
        to=people,
        code=f"project_{event.kind}",
        on=on,
        about=f"{project.uid}:{event.on.isoformat()}",
        project=project.number,
        happened_on=event.on.isoformat(),
    )
