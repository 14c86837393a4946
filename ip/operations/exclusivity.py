"""Exclusivity: promised when a result is disclosed or its project ends, moved by decision."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, Document, Organization, User
from consortium.operations.adoption import DecidedInTheFuture, WrongBody
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.operations.notices import appointed, notify
from consortium.states import Role
from ip.models import Exclusivity, ExclusivityChange, ExclusivityWatch, Result
from ip.reports.charters import Charters, exclusivity_rule, rule_at
from ip.reports.exclusivity import Kept, first_step, kept, work_of
from ip.rules.choices import Event
from ip.rules.clauses import Exclusivity as Rule
from ip.rules.windows import ExclusivityOver, decided, starting

SPEAKERS = (Role.SIGNATORY, Role.TECHNICAL_CONTACT)
STAFF = {Role.IP, Role.SECRETARY}


class NotExclusive(DomainError):
    """No exclusivity was promised, or it has not begun; there is nothing to move."""

    code = "not_exclusive"


class NobodyMoves(DomainError):
    """The charter lets nobody prolong (or end early) what it promises."""

    code = "exclusivity_nobody_moves"


class SameEnd(DomainError):
    """It ends on that day already."""

    code = "exclusivity_same_end"


class DecisionReasonMissing(DomainError):
    """A decision on an exclusivity says why."""

    code = "exclusivity_reason_missing"


def promise(result: Result, *, on: date) -> Exclusivity | None:
    """Promise what the result's charter says, and watch it; None where nothing starts yet.

    Once only: what is promised stays. Called when a result is disclosed, and again when
    its project has ended, where that is what it is counted from.
    """
    charters = Charters.of(result)
    work = work_of(result)
    for path, rule in exclusivity_rule(charters.sections[result.charter_id], work):
        starts_on = start_of(rule, result)
        if starts_on is None:
            ExclusivityWatch.objects.get_or_create(
                result=result, defaults={"consortium": result.consortium, "awaited": True}
            )
            return None
        ends_on = charters.promised(result.charter_id, path, starts_on).period.end
        row, _new = Exclusivity.objects.get_or_create(
            result=result,
            defaults={
                "charter_id": result.charter_id,
                "path": path,
                "starts_on": starts_on,
                "ends_on": ends_on,
            },
        )
        watch(result, on=on)
        return row
    return None


def start_of(rule: Rule, result: Result) -> date | None:
    """Return the day a rule counts from; without a project there is none to wait for."""
    if rule.starts == Event.PROJECT_END and result.project_id is None:
        return result.completed_on
    return starting(
        rule,
        completed_on=result.completed_on,
        disclosed_on=result.disclosed_on,
        project_ends_on=work_of(result, ended=True).project_ends_on,
    )


def watch(result: Result, *, on: date) -> None:
    """Have a result's exclusivity looked at on its next step's day."""
    found = kept(result)
    ExclusivityWatch.objects.update_or_create(
        result=result,
        defaults={
            "consortium": result.consortium,
            "next_on": first_step(found, on=on) if found is not None else None,
            "awaited": False,
        },
    )


@operation(allow=STAFF, subject="result")
def decide_exclusivity(
    *,
    result: Result,
    ends_on: date,
    body: str,
    reason: str,
    decided_on: date,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> ExclusivityChange:
    """Record that the body the charter names let an exclusivity end earlier or later.

    Raises NotExclusive, SameEnd, NobodyMoves, WrongBody, ExclusivityOver,
    EndsBeforeDecision, DecidedInTheFuture, DecisionReasonMissing, ForeignDocument.
    """
    result = Result.objects.select_for_update(of=("self",)).get(pk=result.pk)
    if decided_on > on:
        raise DecidedInTheFuture(decided_on=decided_on)
    if not reason.strip():
        raise DecisionReasonMissing(number=result.number)
    if paper is not None and paper.consortium_id != result.consortium_id:
        raise ForeignDocument(name=paper.name)
    found = kept(result)
    if found is None or found.window.period.ends_on is None:
        raise NotExclusive(number=result.number)
    decided(found.window, ends_on=ends_on, on=decided_on)
    refuse_wrong(found, ends_on, body, on)
    change = ExclusivityChange.objects.create(
        result=result, ends_on=ends_on, body=body, reason=reason, decided_on=decided_on,
        paper=paper, recorded_by=by,
    )  # fmt: skip
    ExclusivityWatch.objects.filter(result=result).update(next_on=on)
    announce(result, "exclusivity_moved", on=on, about=f"{change.uid}:{ends_on}", ends_on=ends_on)
    record(
        consortium=result.consortium, action="decide_exclusivity", by=by, on=on, subject=result,
        ends_on=ends_on.isoformat(),
    )  # fmt: skip
    return change


def refuse_wrong(found: Kept, ends_on: date, body: str, on: date) -> None:
    """Refuse who may not move it, and what nobody can: to close again what is open."""
    ends = found.window.period.end
    rule = rule_at(found.section, found.window.path)
    if ends_on == ends:
        raise SameEnd(ends_on=ends)
    if ends_on > ends and ends <= on:
        raise ExclusivityOver(ends_on=ends)
    named = rule.extend_by if ends_on > ends else rule.release_by
    if named is None:
        raise NobodyMoves(ends_on=ends)
    if body != named:
        raise WrongBody(body=body, choices=[named])


def announce(result: Result, code: str, *, on: date, about: str, **days: date) -> None:
    """Tell the people of a result's owners and the staff for intellectual property."""
    owners = [share.owner for share in result.shares.on(on).select_related("owner")]
    notify(
        consortium=result.consortium,
        to=concerned(result.consortium, owners, on),
        code=code,
        on=on,
        about=f"{result.uid}:{about}",
        number=result.number,
        **{name: day.isoformat() for name, day in days.items()},
    )


def concerned(consortium: Consortium, owners: list[Organization], on: date) -> set[User]:
    people = {
        person
        for owner in owners
        for person in appointed(consortium=consortium, on=on, roles=SPEAKERS, organization=owner)
    }
    return people | set(appointed(consortium=consortium, on=on, roles=[Role.IP]))
