"""Writing reviews, submitting them for good, and agreeing where they differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from consortium.access import operation
from consortium.errors import DomainError, Several
from consortium.models import User, digest
from consortium.operations.audit import record
from consortium.rules.schema import plain
from consortium.states import Role
from projects.models import Consensus, Proposal, Review, ReviewAssignment
from projects.operations.assignments import ReasonMissing, refuse_others, unfinished
from projects.reports.terms import criteria_of
from projects.rules.scores import UnknownCriterion, off_scale, wrong_scores


class LateReview(DomainError):
    """The day has passed; staff may give more time, for a reason."""

    code = "late_review"


class TooFewReviews(DomainError):
    """A consensus is reached between at least two reviewers."""

    code = "too_few_reviews"


class ConsensusReached(DomainError):
    code = "consensus_reached"


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What a reviewer writes: a score by criterion, and words for two readers."""

    scores: Mapping[str, Decimal] = field(default_factory=dict)
    comment: str = ""
    feedback: str = ""


@operation(allow={Role.REVIEWER}, subject="assignment")
def save_review(
    *, assignment: ReviewAssignment, opinion: Opinion, by: User | None, on: date
) -> Review:
    """Keep a draft of one's review; scores may be missing but not off the scale.

    Raises NotYourAssignment, AssignmentReleased, ReviewSubmitted, LateReview, and what is
    wrong with the scores.
    """
    review = written(assignment, opinion, by, on, complete=False)
    review.save()
    record(consortium=review.consortium, action="save_review", by=by, on=on, subject=review)
    return review


@operation(allow={Role.REVIEWER}, subject="assignment")
def submit_review(
    *, assignment: ReviewAssignment, opinion: Opinion, at: datetime, by: User | None, on: date
) -> Review:
    """Submit one's review, sealed with its digest; its last day is still in time.

    Raises NotYourAssignment, AssignmentReleased, ReviewSubmitted, LateReview, and what is
    wrong with the scores (Several of them at once).
    """
    review = written(assignment, opinion, by, on, complete=True)
    review.submitted_at, review.digest = at, digest(content(review, at))
    review.save()
    ReviewAssignment.objects.filter(pk=assignment.pk).update(next_on=None)
    record(
        consortium=review.consortium,
        action="submit_review",
        by=by,
        on=on,
        subject=review,
        digest=review.digest,
    )
    return review


def written(
    assignment: ReviewAssignment, opinion: Opinion, by: User | None, on: date, *, complete: bool
) -> Review:
    """Return the review with what its writer says now, unsaved, after every check."""
    refuse_others(assignment, by)
    locked = unfinished(assignment)
    if on > locked.due_on:
        raise LateReview(due_on=locked.due_on, on=on)
    criteria = criteria_of(locked.proposal.call)
    errors = wrong_scores(criteria, opinion.scores, complete=complete)
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)
    review = Review.objects.filter(assignment=locked).first() or Review(assignment=locked)
    review.consortium = locked.consortium
    review.scores = {code: plain(score) for code, score in sorted(opinion.scores.items())}
    review.comment, review.feedback = opinion.comment, opinion.feedback
    return review


def content(review: Review, at: datetime) -> dict[str, object]:
    """Return what a review's digest covers."""
    assignment = review.assignment
    return {
        "review": review.uid,
        "proposal": assignment.proposal.uid,
        "reviewer": assignment.reviewer_id,
        "stage": assignment.stage,
        "scores": review.scores,
        "comment": review.comment,
        "feedback": review.feedback,
        "submitted_at": at,
    }


@operation(allow={Role.PROJECTS}, subject="proposal")
def record_consensus(
    *,
    proposal: Proposal,
    criterion: str,
    score: Decimal,
    reason: str,
    stage: int = 1,
    by: User | None,
    on: date,
) -> Consensus:
    """Record the score reviewers agreed on; it stands in place of theirs.

    Raises UnknownCriterion, OutOfScale, ReasonMissing, TooFewReviews, ConsensusReached.
    """
    Proposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    known = {each.code: each for each in criteria_of(proposal.call)}
    if criterion not in known:
        raise UnknownCriterion(criterion=criterion, choices=list(known))
    if error := off_scale(known[criterion], score):
        raise error
    if not reason.strip():
        raise ReasonMissing
    given = submitted_reviews(proposal, stage)
    if given < 2:
        raise TooFewReviews(count=given)
    same = {"proposal": proposal, "stage": stage, "criterion": criterion}
    if Consensus.objects.filter(**same).exists():
        raise ConsensusReached(criterion=criterion)
    agreed = Consensus.objects.create(
        consortium=proposal.consortium, score=score, reason=reason.strip()[:500], on=on,
        recorded_by=by, **same,
    )  # fmt: skip
    record(consortium=proposal.consortium, action="record_consensus", by=by, on=on, subject=agreed)
    return agreed


def submitted_reviews(proposal: Proposal, stage: int) -> int:
    return Review.objects.filter(
        assignment__proposal=proposal,
        assignment__stage=stage,
        assignment__released_on=None,
        submitted_at__isnull=False,
    ).count()
