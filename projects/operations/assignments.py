"""Giving proposals to reviewers, and taking them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from consortium.access import operation
from consortium.errors import DomainError, Several
from consortium.models import User, digest
from consortium.operations.audit import record
from consortium.operations.notices import notify
from consortium.states import Role
from projects.models import Call, Proposal, Review, ReviewAssignment
from projects.operations.deadlines import schedule
from projects.reports.conflicts import bench, reviewers
from projects.reports.terms import closing_day, screened
from projects.states import Interest


class CallStillOpen(DomainError):
    """Proposals stay sealed until the day after the call has closed."""

    code = "call_still_open"


class NotScreened(DomainError):
    """The proposal is not submitted in this call and stage, or it was withdrawn."""

    code = "not_screened"


class NotAReviewer(DomainError):
    code = "not_a_reviewer"


class ConflictOfInterest(DomainError):
    """`conflict` says why this person may not judge this proposal."""

    code = "conflict_of_interest"


class AlreadyAssigned(DomainError):
    code = "reviewer_assigned_already"


class DueInThePast(DomainError):
    code = "due_in_the_past"


class AssignmentReleased(DomainError):
    code = "assignment_released"


class ReviewSubmitted(DomainError):
    """The review is sealed; nothing about it changes any more."""

    code = "review_submitted"


class ReasonMissing(DomainError):
    code = "reason_missing"


class NotYourAssignment(DomainError):
    """Only the reviewer writes a review or declares a conflict."""

    code = "not_your_assignment"


@dataclass(frozen=True)
class Pair:
    """A proposal and who is to review it."""

    proposal: Proposal
    reviewer: User


@operation(allow={Role.PROJECTS}, subject="call")
def assign_reviewers(
    *, call: Call, pairs: Sequence[Pair], stage: int = 1, due_on: date, by: User | None, on: date
) -> list[ReviewAssignment]:
    """Give proposals to reviewers, all of them or none, until a day.

    Raises CallStillOpen, DueInThePast, and for each pair NotScreened, NotAReviewer,
    ConflictOfInterest, AlreadyAssigned (Several of them at once).
    """
    Call.objects.select_for_update(no_key=True).get(pk=call.pk)
    refuse_open(call, stage, on)
    if due_on < on:
        raise DueInThePast(due_on=due_on)
    refuse_pairs(call, pairs, stage, on)
    rows = [
        ReviewAssignment(
            consortium=call.consortium,
            proposal=each.proposal,
            reviewer=each.reviewer,
            stage=stage,
            assigned_on=on,
            assigned_by=by,
            due_on=due_on,
        )
        for each in pairs
    ]
    for row in rows:
        row.proposal.call = call
        schedule(row, on=on)
    ReviewAssignment.objects.bulk_create(rows)
    tell_reviewers(call, stage, [each.reviewer for each in pairs], due_on, on)
    record(
        consortium=call.consortium,
        action="assign_reviewers",
        by=by,
        on=on,
        subject=call,
        count=len(rows),
        digest=digest(sorted([str(each.proposal.uid), each.reviewer.pk] for each in pairs)),
    )
    return rows


def tell_reviewers(call: Call, stage: int, people: Sequence[User], due_on: date, on: date) -> None:
    notify(
        consortium=call.consortium,
        to=people,
        code="reviews_assigned",
        on=on,
        about=f"{call.uid}:{stage}:{on.isoformat()}:{due_on.isoformat()}",
        href="/api/v1/assignments/",
        call=call.code,
        due_on=due_on.isoformat(),
    )


def refuse_open(call: Call, stage: int, on: date) -> None:
    closes_on = closing_day(call, stage)
    if on <= closes_on:
        raise CallStillOpen(call=call.code, closes_on=closes_on)


def refuse_pairs(call: Call, pairs: Sequence[Pair], stage: int, on: date) -> None:
    """Raise what speaks against any of the pairs, all of it at once."""
    known = set(screened(call, stage).values_list("pk", flat=True))
    people = {each.pk for each in reviewers(call.consortium, on)}
    proposals = {each.proposal.pk: each.proposal for each in pairs}
    judges = {each.reviewer.pk: each.reviewer for each in pairs}
    standing = bench(call, proposals.values(), judges.values(), stage=stage, on=on)
    given = set(
        ReviewAssignment.objects.filter(
            proposal__in=proposals, stage=stage, released_on=None
        ).values_list("proposal", "reviewer")
    )
    errors: list[DomainError] = []
    for each in pairs:
        key = each.proposal.pk, each.reviewer.pk
        said = {"proposal": str(each.proposal), "reviewer": str(each.reviewer)}
        if key[0] not in known:
            errors.append(NotScreened(proposal=str(each.proposal)))
        elif key[1] not in people:
            errors.append(NotAReviewer(reviewer=str(each.reviewer)))
        elif key in given:
            errors.append(AlreadyAssigned(**said))
        elif found := standing.between(key[1], key[0]):
            errors += [ConflictOfInterest(**said, conflict=Interest(each)) for each in found]
        given.add(key)
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)


@operation(allow={Role.PROJECTS}, subject="assignment")
def release_assignment(
    *, assignment: ReviewAssignment, reason: str, by: User | None, on: date
) -> ReviewAssignment:
    """Take a proposal back from a reviewer, for a reason.

    Raises ReasonMissing, AssignmentReleased, ReviewSubmitted.
    """
    locked = taken_back(assignment, reason, on)
    record(consortium=locked.consortium, action="release_assignment", by=by, on=on, subject=locked)
    return locked


@operation(allow={Role.REVIEWER}, subject="assignment")
def declare_conflict(
    *, assignment: ReviewAssignment, reason: str, by: User | None, on: date
) -> ReviewAssignment:
    """Declare a conflict of one's own with a proposal; it is taken back at once.

    Raises NotYourAssignment, ReasonMissing, AssignmentReleased, ReviewSubmitted.
    """
    refuse_others(assignment, by)
    locked = taken_back(assignment, reason, on)
    record(consortium=locked.consortium, action="declare_conflict", by=by, on=on, subject=locked)
    return locked


@operation(allow={Role.PROJECTS}, subject="assignment")
def extend_assignment(
    *, assignment: ReviewAssignment, due_on: date, reason: str, by: User | None, on: date
) -> ReviewAssignment:
    """Give a reviewer until another day, also when the first one has passed.

    Raises ReasonMissing, DueInThePast, AssignmentReleased, ReviewSubmitted.
    """
    locked = unfinished(assignment)
    if not reason.strip():
        raise ReasonMissing
    if due_on < on:
        raise DueInThePast(due_on=due_on)
    locked.due_on, locked.extension = due_on, reason.strip()[:300]
    schedule(locked, on=on)
    locked.save(update_fields=["due_on", "extension", "next_on"])
    record(
        consortium=locked.consortium,
        action="extend_assignment",
        by=by,
        on=on,
        subject=locked,
        due_on=due_on.isoformat(),
    )
    return locked


def taken_back(assignment: ReviewAssignment, reason: str, on: date) -> ReviewAssignment:
    locked = unfinished(assignment)
    if not reason.strip():
        raise ReasonMissing
    locked.released_on, locked.release, locked.next_on = on, reason.strip()[:300], None
    locked.save(update_fields=["released_on", "release", "next_on"])
    return locked


def unfinished(assignment: ReviewAssignment) -> ReviewAssignment:
    """Return an assignment, locked, that waits for its review.

    Raises AssignmentReleased, ReviewSubmitted.
    """
    rows = ReviewAssignment.objects.select_for_update(of=("self",))
    locked = rows.select_related("proposal__call__charter", "consortium", "reviewer").get(
        pk=assignment.pk
    )
    if locked.released_on is not None:
        raise AssignmentReleased(released_on=locked.released_on)
    if Review.objects.filter(assignment=locked, submitted_at__isnull=False).exists():
        raise ReviewSubmitted
    return locked


def refuse_others(assignment: ReviewAssignment, by: User | None) -> None:
    if by is None or by.pk != assignment.reviewer_id:
        raise NotYourAssignment(reviewer=str(assignment.reviewer))
