"""Plans in versions: proposed by one person, decided by another, carried out as dates."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import User, digest
from consortium.operations.audit import record
from consortium.rules.schema import InvalidDocument, parse
from consortium.states import Role
from projects.models import Deliverable, Milestone, Plan, Project
from projects.operations.course import ReasonMissing, WrongStanding
from projects.operations.deadlines import schedule
from projects.reports.plans import due_on, parsed, parties, problems
from projects.reports.standing import FINAL, standing
from projects.rules.plan import Mark, ProjectPlan


class PlanOpen(DomainError):
    """A version that was proposed before is not decided yet."""

    code = "plan_open"


class PlanDecided(DomainError):
    code = "plan_decided"


class SamePersonDecides(DomainError):
    """Whoever proposes a plan does not decide on it."""

    code = "same_person_decides"


@operation(allow={Role.PROJECTS, Role.SIGNATORY, Role.TECHNICAL_CONTACT}, subject="project")
def propose_plan(
    *, project: Project, body: Mapping[str, Any], reason: str = "", by: User | None, on: date
) -> Plan:
    """Propose a plan, or a change of the one in force with its reason.

    By the lead's people or staff. Raises InvalidDocument with every path, PlanOpen,
    ReasonMissing, WrongStanding.
    """
    project = locked(project, on)
    plan = parse(ProjectPlan, dict(body))
    found = tuple(problems(project, plan))
    if found:
        raise InvalidDocument(found)
    versions = project.plans.order_by("-version")
    last = versions.first()
    if last is not None and last.decided_on is None:
        raise PlanOpen(project=project.number, version=last.version)
    if versions.filter(adopted=True).exists() and not reason.strip():
        raise ReasonMissing(project=project.number)
    row = Plan.objects.create(
        consortium=project.consortium,
        project=project,
        version=last.version + 1 if last is not None else 1,
        body=plan.stored(),
        reason=reason,
        proposed_on=on,
        proposed_by=by,
    )
    said = digest(row.body)
    record(
        consortium=project.consortium, action="propose_plan", by=by, on=on, subject=row, plan=said
    )
    return row


@operation(allow={Role.PROJECTS}, subject="plan")
def decide_plan(*, plan: Plan, adopt: bool, by: User | None, on: date) -> Plan:
    """Adopt or refuse a proposed plan, as another person than who proposed it.

    An adopted one makes, moves and drops milestones and deliverables by their codes.
    Raises PlanDecided, SamePersonDecides, WrongStanding, InvalidDocument.
    """
    project = locked(plan.project, on)
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.decided_on is not None:
        raise PlanDecided(project=project.number, version=plan.version)
    if by is not None and plan.proposed_by_id == by.pk:
        raise SamePersonDecides(person=str(by))
    if adopt:
        body = parsed(plan)
        found = tuple(problems(project, body))
        if found:
            raise InvalidDocument(found)
        for model, marks in ((Milestone, body.milestones), (Deliverable, body.deliverables)):
            carry_out(model, {mark.code: mark for mark in marks}, project, on)
    plan.adopted, plan.decided_on, plan.decided_by = adopt, on, by
    plan.save(update_fields=["adopted", "decided_on", "decided_by"])
    record(
        consortium=project.consortium,
        action="decide_plan",
        by=by,
        on=on,
        subject=plan,
        adopted=adopt,
    )
    return plan


def locked(project: Project, on: date) -> Project:
    """Lock a project that is not over. Raises WrongStanding."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    now = standing(project, on)
    if now in (each.value for each in FINAL):
        raise WrongStanding(project=project.number, standing=now)
    return project


def carry_out(model: Any, marks: Mapping[str, Mark], project: Project, on: date) -> None:
    """Make, move and drop what is due of a project; what was handed in or done stays."""
    rows = {each.code: each for each in model.objects.filter(project=project)}
    known = parties(project)
    for code, row in rows.items():
        handed_in = row.done_on or getattr(row, "submitted_on", None)
        if code not in marks and not handed_in and row.dropped_on is None:
            row.dropped_on, row.next_on = on, None
            row.save(update_fields=["dropped_on", "next_on"])
    for code, mark in marks.items():
        row = rows.get(code) or model(consortium=project.consortium, project=project, code=code)
        if row.done_on or getattr(row, "submitted_on", None):
            continue
        row.title = mark.title.pick(project.consortium.language)[:200]
        row.responsible = known[mark.responsible] if mark.responsible else None
        moved = row.pk is None or row.dropped_on is not None or row.due_on != due_on(project, mark)
        row.due_on, row.dropped_on = due_on(project, mark), None
        if moved:
            schedule(row, on=on)
        row.save()
