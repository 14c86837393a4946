"""What participants are told about their proposal: scores without names, words, decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from consortium import access
from consortium.models.base import uid_of
from projects.models import SPEAKERS, Decision, Participant, ProposalVersion, Review
from projects.reports.eligibility import latest
from projects.reports.ranking import scores
from projects.reports.terms import criteria_of
from projects.rules.scores import Scored
from projects.rules.section import Criterion
from projects.states import PROJECT_READERS


@dataclass(frozen=True)
class Feedback:
    """What a letter says; comments are in an order that tells nothing of who wrote them."""

    decision: Decision
    version: ProposalVersion
    criteria: Sequence[Criterion]
    scored: Scored | None
    comments: Sequence[str]


def feedback(decision: Decision) -> Feedback:
    """Return what the participants of a proposal are told with a decision."""
    proposal, stage = decision.proposal, decision.stage
    reviews = Review.objects.filter(
        assignment__proposal=proposal,
        assignment__stage=stage,
        assignment__released_on=None,
        submitted_at__isnull=False,
    ).exclude(feedback="")
    return Feedback(
        decision,
        latest([proposal])[proposal.pk],
        criteria_of(proposal.call),
        next(scores(proposal.call, stage, proposal.pk), None),
        [each.feedback for each in sorted(reviews, key=lambda each: str(uid_of(each)))],
    )


def reads_feedback(user: Any, decision: Decision, on: date) -> bool:
    """Say whether somebody may read the letter: participants' people and staff, no reviewer."""
    if access.holds(
        user,
        consortium=decision.consortium,
        on=on,
        roles=set(PROJECT_READERS),
        organization=None,
    ):
        return True
    parties = Participant.objects.filter(
        access.own(user, on, *SPEAKERS, organization="organization"),
        version__proposal=decision.proposal_id,
    )
    return parties.exists()
