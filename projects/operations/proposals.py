"""Signing, submitting and withdrawing proposals."""

from datetime import date, datetime

from consortium.access import operation
from consortium.errors import DomainError, Several
from consortium.models import Document, User, digest
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.operations.notices import notify
from consortium.operations.numbering import fiscal_year, take_numbers
from consortium.states import Role
from projects.models import Participant, Proposal, ProposalVersion
from projects.operations.checks import refuse_wrong, told
from projects.operations.drafts import DraftChanged, locked, open_draft
from projects.operations.opening import refuse_barred, refuse_untimely
from projects.operations.telling import participants, people
from projects.operations.writing import Draft, drafted
from projects.reports.content import receipt_of, state_of
from projects.reports.readiness import lacking
from projects.rules.choices import Part
from projects.rules.moments import moment
from projects.rules.section import ProjectsSection


class SignatureIncomplete(DomainError):
    """A signature on paper needs who signed, and a date on the paper that is not to come."""

    code = "signature_incomplete"


class AlreadyWithdrawn(DomainError):
    code = "already_withdrawn"


class ProposalDecided(DomainError):
    """An authority has decided; what is granted is ended, not withdrawn."""

    code = "already_has_decision"


def refuse_incomplete(
    signatory: str, paper_on: date, paper: Document | None, row: Participant | Proposal, on: date
) -> None:
    """Raise where a paper says not who signed it when, or its scan is another consortium's."""
    if not signatory.strip() or paper_on > on:
        raise SignatureIncomplete(paper_on=paper_on)
    if paper is not None and paper.consortium_id != row.consortium_id:
        raise ForeignDocument(name=paper.name)


@operation(allow={Role.SIGNATORY}, subject="participant")
def sign(
    *, participant: Participant, state: str, at: datetime, by: User | None, on: date
) -> Participant:
    """Sign a draft as its participant's signatory, as it was read: `state` is its digest.

    Raises AlreadySubmitted, DraftChanged, ProposalsSuspended, NotAMember.
    """
    row = unsigned(participant, state)
    if row.member is not None:
        refuse_barred(row.version.proposal.call, row.member, on)
    row.signed_at, row.signed_by = at, by
    row.signatory, row.paper_on, row.paper = "", None, None
    row.save()
    tell_lead(row, on)
    record(consortium=row.consortium, action="sign", by=by, on=on, subject=row, sha256=state)
    return row


@operation(allow={Role.PROJECTS, Role.SECRETARY}, subject="participant")
def sign_on_paper(
    *,
    participant: Participant,
    signatory: str,
    paper_on: date,
    paper: Document | None = None,
    at: datetime,
    by: User | None,
    on: date,
) -> Participant:
    """Enter a participant's signature that it gave on paper, with the scan.

    Raises SignatureIncomplete, ForeignDocument, AlreadySubmitted, DraftChanged.
    """
    refuse_incomplete(signatory, paper_on, paper, participant, on)
    row = unsigned(participant)
    row.signed_at, row.signed_by = at, by
    row.signatory, row.paper_on, row.paper = signatory.strip(), paper_on, paper
    row.save()
    tell_lead(row, on)
    record(consortium=row.consortium, action="sign_on_paper", by=by, on=on, subject=row)
    return row


@operation(allow={Role.SIGNATORY}, subject="proposal")
def submit(*, proposal: Proposal, at: datetime, by: User | None, on: date) -> ProposalVersion:
    """Submit the draft as it was signed; `at` is the server's moment the request came in.

    Refused a moment after the closing time, with both times. Raises CallClosed, NotInvited,
    AlreadySubmitted, and what it lacks (Several things at once).
    """
    version = open_draft(proposal)
    refuse_barred(version.proposal.call, version.proposal.lead, on)
    seal(version, at=at, by=by, on=on)
    record(
        consortium=version.consortium,
        action="submit",
        by=by,
        on=on,
        subject=version,
        sha256=version.digest,
    )
    return version


@operation(allow={Role.SIGNATORY}, subject="proposal")
def withdraw(*, proposal: Proposal, at: datetime, by: User | None, on: date) -> Proposal:
    """Withdraw a proposal, submitted or not, until an authority has decided about it.

    While its call is open a next version brings it back. Raises AlreadyWithdrawn, ProposalDecided.
    """
    proposal = to_withdraw(proposal)
    proposal.withdrawn_at, proposal.withdrawn_by = at, by
    proposal.save(update_fields=["withdrawn_at", "withdrawn_by"])
    withdrawn(proposal, "withdraw", by, on)
    return proposal


@operation(allow={Role.PROJECTS, Role.SECRETARY}, subject="proposal")
def withdraw_on_paper(
    *,
    proposal: Proposal,
    signatory: str,
    paper_on: date,
    paper: Document | None = None,
    at: datetime,
    by: User | None,
    on: date,
) -> Proposal:
    """Enter that the lead has withdrawn its proposal on paper, with the scan.

    Raises SignatureIncomplete, ForeignDocument, AlreadyWithdrawn, ProposalDecided.
    """
    refuse_incomplete(signatory, paper_on, paper, proposal, on)
    proposal = to_withdraw(proposal)
    proposal.withdrawn_at, proposal.withdrawn_by = at, by
    proposal.withdrawal_signatory = signatory.strip()
    proposal.withdrawal_on, proposal.withdrawal_paper = paper_on, paper
    proposal.save()
    withdrawn(proposal, "withdraw_on_paper", by, on)
    return proposal


# Parts of these


def to_withdraw(proposal: Proposal) -> Proposal:
    """Return a proposal that can be withdrawn, locked. Raises AlreadyWithdrawn, ProposalDecided."""
    proposal = locked(proposal)
    if proposal.withdrawn_at is not None:
        raise AlreadyWithdrawn(number=str(proposal))
    if proposal.decisions.exists():
        raise ProposalDecided(number=str(proposal))
    return proposal


def withdrawn(proposal: Proposal, action: str, by: User | None, on: date) -> None:
    """Tell everybody in a proposal that it is withdrawn, and record it."""
    last = proposal.current()
    if last is not None:
        inform(last, "proposal_withdrawn", on)
    record(consortium=proposal.consortium, action=action, by=by, on=on, subject=proposal)


def unsigned(participant: Participant, state: str | None = None) -> Participant:
    """Return a participant of an open draft that has not changed since it was read."""
    version = open_draft(participant.version.proposal)
    row = version.participants.select_related("organization", "member").filter(
        organization=participant.organization_id
    ).first()  # fmt: skip
    if row is None or (state is not None and state != state_of(version)):
        raise DraftChanged()
    row.version = version
    return row


def seal(version: ProposalVersion, *, at: datetime, by: User | None, on: date) -> None:
    """Submit a version whose proposal is locked: number, digest, and word to everybody in it."""
    proposal = version.proposal
    refuse_untimely(proposal.call, at, stage=version.stage, invited=proposal.invited_on is not None)
    draft = drafted(version)
    refuse_unready(version, draft, on)
    section: ProjectsSection = proposal.call.charter.rules("projects")
    version.flags = [
        {"path": each.path, "topic": each.topic, "word": each.word} for each in told(section, draft)
    ]
    if not proposal.number:
        (number,) = take_numbers(consortium=proposal.consortium, kind="proposal", on=on)
        proposal.number = f"PR-{fiscal_year(proposal.consortium, on)}-{number:04d}"
    proposal.submitted, proposal.withdrawn_at, proposal.withdrawn_by = True, None, None
    proposal.withdrawal_signatory, proposal.withdrawal_on = "", None
    proposal.withdrawal_paper = None
    proposal.save()
    version.submitted_at, version.submitted_by = at, by
    version.digest = digest(receipt_of(version))
    version.save()
    inform(version, "proposal_submitted", on, at=moment(at, proposal.consortium.time_zone))


def refuse_unready(version: ProposalVersion, draft: Draft, on: date) -> None:
    """Raise what is wrong with a draft or still lacking, all of it at once."""
    errors: list[DomainError] = []
    try:
        # Again: the call's terms may have changed since it was written.
        refuse_wrong(version.proposal, draft, on)
    except Several as several:
        errors += several.errors
    except DomainError as error:
        errors.append(error)
    errors += lacking(version)
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)


def inform(version: ProposalVersion, code: str, on: date, **values: str) -> None:
    """Tell a version's participants, each person once, what became of it."""
    proposal = version.proposal
    notify(
        consortium=proposal.consortium,
        to=participants(version=version, on=on),
        code=code,
        on=on,
        about=f"{proposal.uid}:{version.version}",
        href=f"/api/v1/proposals/{proposal.uid}/",
        number=proposal.number,
        call={"en": proposal.call.name_en, "zh": proposal.call.name_zh},
        **values,
    )


def tell_lead(participant: Participant, on: date) -> None:
    """Tell the lead's signatories when everybody else has signed."""
    version = participant.version
    proposal = version.proposal
    left = version.participants.filter(signed_at=None).exclude(part=Part.SUBCONTRACTOR.value)
    if left.exclude(organization=proposal.lead.organization).exists():
        return
    notify(
        consortium=proposal.consortium,
        to=people(
            consortium=proposal.consortium,
            on=on,
            roles=[Role.SIGNATORY],
            organization=proposal.lead.organization,
        ),
        code="proposal_signed",
        on=on,
        about=f"{proposal.uid}:{state_of(version)}",
        href=f"/api/v1/proposals/{proposal.uid}/",
        call={"en": proposal.call.name_en, "zh": proposal.call.name_zh},
    )
