"""Drafting a proposal: started by a member, replaced as a whole, with its files."""

from datetime import date, datetime

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, Member, User
from consortium.operations.audit import record
from consortium.operations.documents import file_document
from projects.models import Attachment, Call, Proposal, ProposalVersion
from projects.operations.checks import refuse_wrong
from projects.operations.opening import CallNotOpen, refuse_barred, refuse_untimely
from projects.operations.telling import TOLD
from projects.operations.writing import (
    Draft,
    copy_files,
    drafted,
    restore,
    signatures,
    unsign,
    write,
)
from projects.reports.content import state_of

FILES = 30
"""Attachments a version may have."""


class AlreadySubmitted(DomainError):
    """What is submitted is sealed; a change is a new version."""

    code = "already_submitted"


class DraftOpen(DomainError):
    """There is a draft; finish that one."""

    code = "already_drafting"


class DraftChanged(DomainError):
    """Somebody has changed the draft since it was read."""

    code = "proposal_changed"


class TooManyFiles(DomainError):
    code = "too_many_files"


@operation(allow=set(TOLD), subject="member")
def start_proposal(
    *, member: Member, call: Call, draft: Draft, at: datetime, by: User | None, on: date
) -> Proposal:
    """Start a proposal under an open call, with the member as its lead.

    Raises CallNotOpen, CallClosed, NotAMember, ProposalsSuspended, InArrears, and what
    `write_draft` raises.
    """
    if call.consortium_id != member.consortium_id:
        raise CallNotOpen(call=call.code, opens_at=None)
    refuse_untimely(call, at)
    refuse_barred(call, member, on)
    proposal = Proposal.objects.create(
        consortium=member.consortium, call=call, lead=member, created_by=by
    )
    version = ProposalVersion(proposal=proposal, version=1)
    refuse_wrong(proposal, draft, on)
    write(version, draft)
    record(consortium=member.consortium, action="start_proposal", by=by, on=on, subject=proposal)
    return proposal


@operation(allow=set(TOLD), subject="proposal")
def write_draft(
    *, proposal: Proposal, draft: Draft, state: str = "", by: User | None, on: date
) -> ProposalVersion:
    """Replace all that a draft says; every signature on it falls, unless nothing changed.

    `state`: the digest of what the writer has read, if it is to be compared. Raises
    AlreadySubmitted, DraftChanged, and what is wrong with the draft (Several of them at once).
    """
    version = open_draft(proposal)
    proposal = version.proposal
    before = state_of(version)
    if state and state != before:
        raise DraftChanged()
    kept = signatures(version)
    refuse_wrong(proposal, draft, on)
    write(version, draft)
    after = state_of(version)
    if after == before:
        restore(version, kept)
        return version
    record(
        consortium=proposal.consortium,
        action="write_draft",
        by=by,
        on=on,
        subject=version,
        sha256=after,
    )
    return version


@operation(allow=set(TOLD), subject="proposal")
def revise(*, proposal: Proposal, at: datetime, by: User | None, on: date) -> ProposalVersion:
    """Begin the next version as an unsigned copy of the last one submitted.

    After the first stage has closed it is of the second, for those invited. Raises
    DraftOpen, CallClosed, NotInvited.
    """
    proposal = locked(proposal)
    last, draft, call = proposal.current(), proposal.draft(), proposal.call
    stage = 2 if call.ends_at is not None and at > call.closes_at else 1
    refuse_untimely(call, at, stage=stage, invited=proposal.invited_on is not None)
    if draft is not None and draft.stage < stage:
        return moved_on(draft, stage, by, on)
    if draft is not None or last is None:
        raise DraftOpen()
    version = ProposalVersion(proposal=proposal, version=last.version + 1, stage=stage)
    write(version, drafted(last))
    copy_files(last, version)
    record(consortium=proposal.consortium, action="revise", by=by, on=on, subject=version)
    return version


@operation(allow=set(TOLD), subject="proposal")
def attach(
    *, proposal: Proposal, name: str, content: bytes, title: str = "", by: User | None, on: date
) -> Attachment:
    """Attach a file to the draft; its type is judged by its content, signatures fall.

    Raises AlreadySubmitted, TooManyFiles, FileTooLarge, FileTypeRefused, FileUnpacksTooLarge.
    """
    version = open_draft(proposal)
    if version.attachments.count() >= FILES:
        raise TooManyFiles(limit=FILES)
    consortium = proposal.consortium
    document = file_document(consortium=consortium, name=name, content=content, by=by, on=on)
    try:
        attachment = Attachment.objects.create(
            version=version, document=document, title=title[:200]
        )
        unsign(version)
        record(consortium=consortium, action="attach", by=by, on=on, subject=attachment)
    except BaseException:
        # The row is rolled back with the transaction; the file is not.
        document.file.delete(save=False)
        raise
    return attachment


@operation(allow=set(TOLD), subject="proposal")
def detach(
    *, proposal: Proposal, attachment: Attachment, by: User | None, on: date
) -> ProposalVersion:
    """Take a file off the draft; signatures fall. Raises AlreadySubmitted."""
    version = open_draft(proposal)
    document: Document = attachment.document
    if attachment.version_id != version.pk:
        raise AlreadySubmitted(number=proposal.number)
    attachment.delete()
    unsign(version)
    record(
        consortium=proposal.consortium,
        action="detach",
        by=by,
        on=on,
        subject=version,
        sha256=document.sha256,
    )
    return version


# Parts of these


def moved_on(draft: ProposalVersion, stage: int, by: User | None, on: date) -> ProposalVersion:
    """Let a draft that was left over from the first stage go on in the second, unsigned."""
    draft.stage = stage
    draft.save(update_fields=["stage"])
    unsign(draft)
    record(consortium=draft.consortium, action="revise", by=by, on=on, subject=draft)
    return draft


def locked(proposal: Proposal) -> Proposal:
    """Return a proposal that nobody else writes until this is done."""
    rows = Proposal.objects.select_for_update(of=("self",))
    return rows.select_related("call", "consortium", "lead__organization").get(pk=proposal.pk)


def open_draft(proposal: Proposal) -> ProposalVersion:
    """Return the draft of a proposal, locked. Raises AlreadySubmitted."""
    proposal = locked(proposal)
    version = proposal.draft()
    if version is None:
        raise AlreadySubmitted(number=proposal.number)
    version.proposal = proposal
    return version
