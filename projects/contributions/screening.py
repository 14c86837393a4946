"""What screening and decisions add: what is due, and what their codes read as."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from consortium import registry
from consortium.registry import DocketSource
from projects.reports import judging

MESSAGES: dict[str, Any] = {
    # screening
    "missing_score": _("There is no score for the criterion “%(criterion)s”."),
    "unknown_criterion": _("There is no criterion “%(criterion)s”, but: %(choices)s."),
    "out_of_scale": _(
        "The score %(score)s for “%(criterion)s” is not on its scale: 0 to %(top)s in steps of"
        " %(step)s."
    ),
    "call_still_open": _(
        "The call %(call)s closes on %(closes_on)s; its proposals stay sealed until then."
    ),
    "not_screened": _("%(proposal)s is not submitted in this call and stage, or was withdrawn."),
    "not_a_reviewer": _("%(reviewer)s is not appointed as a reviewer."),
    "conflict_of_interest": _("%(reviewer)s may not review %(proposal)s: %(conflict)s."),
    "reviewer_assigned_already": _("%(reviewer)s has %(proposal)s already."),
    "due_in_the_past": _("%(due_on)s has passed."),
    "assignment_released": _("The proposal was taken back from this reviewer on %(released_on)s."),
    "review_submitted": _("The review is submitted, and stays as it is."),
    "reason_missing": _("Please give a reason."),
    "not_your_assignment": _("Only %(reviewer)s can do this: the proposal is theirs to review."),
    "late_review": _(
        "The last day for this review was %(due_on)s. Ask the secretariat for more time."
    ),
    "paper_from_later": _("A paper dated %(paper_on)s cannot have come in on %(received_on)s."),
    "too_few_reviews": _("A consensus takes two reviews; there are %(count)s."),
    "consensus_reached": _("There is a consensus on “%(criterion)s” already."),
    "own_competitor": _("A member does not compete with itself."),
    "competitor_declared": _("%(organization)s is declared a competitor in this period already."),
    # decisions
    "nothing_to_decide": _("There is nothing left to decide about %(proposal)s."),
    "wrong_authority": _("By the charter the next to decide is: %(authority)s %(body)s"),
    "project_decided_in_the_future": _("%(decided_on)s is in the future."),
    "decided_too_early": _("%(decided_on)s is before the decision of %(after)s."),
    "proposal_not_invited": _("%(proposal)s was not invited to the second stage."),
    "already_invited": _("The proposal was invited on %(invited_on)s already."),
    "one_stage": _("The call %(call)s has one stage only."),
    "proposal_not_eligible": _("The proposal does not meet these rules: %(rules)s."),
    "proposal_not_reviewed": _("The charter asks for %(needed)s reviews; %(given)s are submitted."),
    "below_threshold": _("The proposal is below the threshold of: %(criteria)s."),
    "granted_not_positive": _("A granted amount is more than 0, not %(amount)s."),
    "invalid_votes": _("Votes are whole numbers under these names: %(needed)s."),
    # notices
    "reviews_assigned": _("There are proposals of the call %(call)s to review by %(due_on)s."),
    "proposal_decided": _("There is a decision on your proposal %(number)s."),
    # docket
    "reviews_missing": _("Reviews of the call %(call)s that are missing: %(count)s"),
    "proposals_to_decide": _("Proposals of the call %(call)s to decide on: %(count)s"),
    "reviewers_to_assign": _("Proposals of the call %(call)s that lack reviewers: %(count)s"),
}

registry.docket_sources.add(DocketSource("screening", judging.screening, judging.closed))
registry.add_messages(MESSAGES)
