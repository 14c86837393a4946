"""What the authorities of the charter decide about proposals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, User, digest
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.operations.notices import appointed, notify
from consortium.rules.schema import plain
from consortium.states import Role
from projects.models import Decision, Participant, Proposal
from projects.operations.assignments import NotScreened, refuse_open
from projects.operations.reviews import submitted_reviews
from projects.operations.start import begin
from projects.reports.eligibility import eligibility, latest
from projects.reports.ranking import scores
from projects.reports.terms import rule_label, section_of, stage_of
from projects.rules.choices import Authority
from projects.rules.section import DecidedBy
from projects.states import AUTHORITIES, Outcome


class NothingToDecide(DomainError):
    """Every authority has decided, or one has refused."""

    code = "nothing_to_decide"


class WrongAuthority(DomainError):
    """The charter names another authority to decide next."""

    code = "wrong_authority"


class ResolvedInTheFuture(DomainError):
    code = "project_decided_in_the_future"


class DecidedTooEarly(DomainError):
    """A decision is not earlier than the one before it."""

    code = "decided_too_early"


class GrantedUninvited(DomainError):
    """In a call of two stages only who was invited to the second one is granted."""

    code = "proposal_not_invited"


class NotEligibleProposal(DomainError):
    """A rule of the charter or the call is not met, `rules` says which."""

    code = "proposal_not_eligible"


class NotReviewed(DomainError):
    """The charter asks for more reviews before a proposal is granted."""

    code = "proposal_not_reviewed"


class BelowThreshold(DomainError):
    code = "below_threshold"


class AmountNotPositive(DomainError):
    code = "granted_not_positive"


class InvalidVotes(DomainError):
    code = "invalid_votes"


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """What was decided: by which body, with which votes, on which paper.

    `amount`: granted, in the call's unit. `votes`: counts under for, against, abstained.
    """

    outcome: Outcome
    body: str = ""
    amount: Decimal | None = None
    conditions: str = ""
    reason: str = ""
    votes: Mapping[str, int] | None = None
    paper: Document | None = None


VOTES = {"for", "against", "abstained"}


@operation(allow={Role.PROJECTS, Role.SECRETARY}, subject="proposal")
def decide(
    *,
    proposal: Proposal,
    authority: Authority,
    resolution: Resolution,
    decided_on: date,
    by: User | None,
    on: date,
) -> Decision:
    """Record what the next authority of the charter decided; granted by all, the project starts.

    Raises NotScreened, CallStillOpen, NothingToDecide, WrongAuthority, ResolvedInTheFuture,
    DecidedTooEarly, InvalidVotes, AmountNotPositive, ForeignDocument; for a grant also
    GrantedUninvited, NotEligibleProposal, NotReviewed, BelowThreshold.
    """
    locked = in_screening(proposal)
    stage = stage_of(locked)
    refuse_open(locked.call, stage, decided_on)
    refuse_wrong(locked, resolution, decided_on, on)
    named = next_authority(locked, stage)
    if named is None:
        raise NothingToDecide(proposal=str(locked))
    body = resolution.body or named.by or ""
    if named.authority != authority or (named.by and body != named.by):
        raise WrongAuthority(authority=called(named), body=named.by or "")
    if resolution.outcome == Outcome.GRANTED:
        refuse_grant(locked, stage, on)
    decision = kept(locked, stage, named, body, resolution, decided_on, by)
    tell_participants(locked, decision, on)
    if resolution.outcome == Outcome.GRANTED and next_authority(locked, stage) is None:
        begin(locked, starts_on=decided_on, by=by, on=on)
    record(
        consortium=locked.consortium,
        action="decide",
        by=by,
        on=on,
        subject=decision,
        digest=decision.digest,
    )
    return decision


def in_screening(proposal: Proposal) -> Proposal:
    """Return a proposal, locked, that can be decided on. Raises NotScreened."""
    rows = Proposal.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("call__charter", "call__consortium", "consortium", "lead").get(
        pk=proposal.pk
    )
    if not locked.submitted or locked.withdrawn_at is not None:
        raise NotScreened(proposal=str(locked))
    return locked


def refuse_wrong(proposal: Proposal, resolution: Resolution, decided_on: date, on: date) -> None:
    """Raise what is wrong with a resolution by itself."""
    if decided_on > on:
        raise ResolvedInTheFuture(decided_on=decided_on)
    last = Decision.objects.filter(proposal=proposal).order_by("-on").first()
    if last is not None and decided_on < last.on:
        raise DecidedTooEarly(decided_on=decided_on, after=last.on)
    votes = resolution.votes
    if votes is not None and (
        votes.keys() != VOTES or any(type(each) is not int or each < 0 for each in votes.values())
    ):
        raise InvalidVotes(needed=sorted(VOTES))
    if resolution.amount is not None and resolution.amount <= 0:
        raise AmountNotPositive(amount=resolution.amount)
    paper = resolution.paper
    if paper is not None and paper.consortium_id != proposal.consortium_id:
        raise ForeignDocument(name=paper.name)


def next_authority(proposal: Proposal, stage: int) -> DecidedBy | None:
    """Return who decides next; None when all have, or one has refused."""
    taken = Decision.objects.filter(proposal=proposal, stage=stage).exclude(
        outcome=Outcome.DEFERRED
    )
    outcomes = list(taken.order_by("pk").values_list("outcome", flat=True))
    if Outcome.REFUSED in outcomes:
        return None
    named: Sequence[DecidedBy] = section_of(proposal.call).decisions
    return named[len(outcomes)] if len(outcomes) < len(named) else None


def refuse_grant(proposal: Proposal, stage: int, on: date) -> None:
    """Raise what keeps a proposal from being granted, whoever would grant it."""
    call = proposal.call
    if call.rules().stages == 2 and proposal.invited_on is None:
        raise GrantedUninvited(proposal=str(proposal))
    findings = eligibility(call, [proposal], on=on)[proposal.pk]
    failed = [rule_label(call, each.code) for each in findings if each.refuses]
    if failed:
        raise NotEligibleProposal(rules=failed)
    needed = section_of(call).screening.reviewers
    given = submitted_reviews(proposal, stage)
    if given < needed:
        raise NotReviewed(given=given, needed=needed)
    found = next(scores(call, stage, proposal.pk), None)
    if found is not None and found.below:
        raise BelowThreshold(criteria=list(found.below))


def called(named: DecidedBy) -> Any:
    """Return what the charter calls an authority, or what it is."""
    return named.label or dict(AUTHORITIES)[named.authority.value]


def kept(
    proposal: Proposal,
    stage: int,
    named: DecidedBy,
    body: str,
    resolution: Resolution,
    decided_on: date,
    by: User | None,
) -> Decision:
    """Write the decision with the digest of all it says."""
    decision = Decision(
        consortium=proposal.consortium,
        proposal=proposal,
        stage=stage,
        authority=named.authority.value,
        body=body,
        outcome=resolution.outcome,
        on=decided_on,
        amount=resolution.amount,
        conditions=resolution.conditions,
        reason=resolution.reason,
        votes=dict(resolution.votes) if resolution.votes is not None else None,
        paper=resolution.paper,
        recorded_by=by,
    )
    decision.digest = digest(content(decision))
    decision.save(force_insert=True)
    return decision


def content(decision: Decision) -> dict[str, object]:
    """Return what a decision's digest covers."""
    amount, paper = decision.amount, decision.paper
    version = latest([decision.proposal])[decision.proposal_id]
    return {
        "decision": decision.uid,
        "proposal": decision.proposal.uid,
        "submitted": version.digest,
        **{
            name: getattr(decision, name)
            for name in ("stage", "authority", "body", "on", "conditions", "reason", "votes")
        },
        "outcome": str(decision.outcome),
        "amount": plain(amount.normalize()) if amount is not None else None,
        "paper": paper.sha256 if paper is not None else None,
    }


def tell_participants(proposal: Proposal, decision: Decision, on: date) -> None:
    """Tell the participants' people that there is a decision, and where to read it."""
    version = latest([proposal])[proposal.pk]
    people = [
        person
        for each in Participant.objects.filter(version=version).select_related("organization")
        for person in appointed(
            consortium=proposal.consortium,
            on=on,
            roles=[Role.SIGNATORY, Role.TECHNICAL_CONTACT],
            organization=each.organization,
        )
    ]
    notify(
        consortium=proposal.consortium,
        to=people,
        code="proposal_decided",
        on=on,
        about=str(decision.uid),
        href=f"/api/v1/decisions/{decision.uid}/",
        number=proposal.number,
    )
