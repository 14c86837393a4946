"""Writing reviews, submitting them for good, and agreeing where they differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from consortium.access import operation
from consortium.errors import DomainError, Several
from consortium.models import Document, User, digest
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.rules.schema import plain
from consortium.states import Role
from projects.models import Consensus, Proposal, Review, ReviewAssignment
from projects.operations.assignments import ReasonMissing, refuse_others, unfinished
from projects.operations.entering import ReceivedLater
from projects.reports.terms import criteria_of
from projects.rules.moments import moment
from projects.rules.scores import UnknownCriterion, off_scale, wrong_scores


class LateReview(DomainError):
    """The day has passed; staff may give more time, for a reason."""

    code = "late_review"


class PaperFromLater(DomainError):
    """A paper is not dated after the day it came in."""

    code = "paper_from_later"


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
    refuse_others(assignment, by)
    review = written(assignment, opinion, on, complete=False)
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
    refuse_others(assignment, by)
    review = sealed(written(assignment, opinion, on, complete=True), at)
    record(
        consortium=review.consortium,
        action="submit_review",
        by=by,
        on=on,
        subject=review,
        digest=review.digest,
    )
    return review


@operation(allow={Role.PROJECTS, Role.SECRETARY}, subject="assignment")
def enter_review(
    *,
    assignment: ReviewAssignment,
    opinion: Opinion,
    paper_on: date,
    paper: Document | None = None,
    received_at: datetime,
    at: datetime,
    by: User | None,
    on: date,
) -> Review:
    """Enter a review that came on paper on its reviewer's behalf, submitted as of when it came.

    The day it came in counts against the last one. Raises ReceivedLater, PaperFromLater,
    ForeignDocument, AssignmentReleased, ReviewSubmitted, LateReview, and what is wrong with
    the scores (Several of them at once).
    """
    zone = assignment.consortium.time_zone
    if received_at > at:
        raise ReceivedLater(received_at=moment(received_at, zone), at=moment(at, zone))
    received_on = received_at.astimezone(ZoneInfo(zone)).date()
    if paper_on > received_on:
        raise PaperFromLater(paper_on=paper_on, received_on=received_on)
    if paper is not None and paper.consortium_id != assignment.consortium_id:
        raise ForeignDocument(name=paper.name)
    review = written(assignment, opinion, received_on, complete=True)
    review.paper_on, review.paper, review.entered_by = paper_on, paper, by
    sealed(review, received_at)
    record(
        consortium=review.consortium,
        action="enter_review",
        by=by,
        on=on,
        subject=review,
        digest=review.digest,
    )
    return review


def written(assignment: ReviewAssignment, opinion: Opinion, on: date, *, complete: bool) -> Review:
    """Return the review with what its writer says on a day, unsaved, after every check."""
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


def sealed(review: Review, at: datetime) -> Review:
    """Submit a review for good; nobody is reminded of it any more."""
    review.submitted_at, review.digest = at, digest(content(review, at))
    review.save()
    ReviewAssignment.objects.filter(pk=review.assignment_id).update(next_on=None)
    return review


def content(review: Review, at: datetime) -> dict[str, object]:
    """Return what a review's digest covers."""
    assignment, paper = review.assignment, review.paper
    on_paper = {"paper_on": review.paper_on, "paper": paper and paper.sha256}
    return {
        "review": review.uid,
        "proposal": assignment.proposal.uid,
        "reviewer": assignment.reviewer_id,
        "stage": assignment.stage,
        "scores": review.scores,
        "comment": review.comment,
        "feedback": review.feedback,
        "submitted_at": at,
        **(on_paper if review.paper_on is not None else {}),
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
