"""Entering a proposal that came to the secretariat on paper, signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, Member, Organization, User
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.states import Role
from projects.models import Call, Proposal, ProposalVersion
from projects.operations.checks import refuse_wrong
from projects.operations.opening import CallNotOpen, refuse_barred, refuse_untimely
from projects.operations.proposals import SignatureIncomplete, seal
from projects.operations.writing import Draft, write
from projects.rules.moments import moment


class ReceivedLater(DomainError):
    """A paper cannot have been received in the future."""

    code = "received_later"


@dataclass(frozen=True, kw_only=True)
class OnPaper:
    """A signature on paper: by whom, dated when."""

    signatory: str
    paper_on: date


@operation(allow={Role.PROJECTS, Role.SECRETARY}, subject="member")
def enter_proposal(
    *,
    member: Member,
    call: Call,
    draft: Draft,
    signatures: Mapping[Organization, OnPaper],
    paper: Document | None = None,
    received_at: datetime,
    at: datetime,
    by: User | None,
    on: date,
) -> ProposalVersion:
    """Enter a signed paper on a member's behalf, submitted as of when it was received.

    Raises ReceivedLater, SignatureIncomplete, ForeignDocument, and what `submit` raises.
    """
    zone = call.consortium.time_zone
    if received_at > at:
        raise ReceivedLater(received_at=moment(received_at, zone), at=moment(at, zone))
    if call.consortium_id != member.consortium_id:
        raise CallNotOpen(call=call.code, opens_at=None)
    if paper is not None and paper.consortium_id != member.consortium_id:
        raise ForeignDocument(name=paper.name)
    refuse_untimely(call, received_at)
    refuse_barred(call, member, on)
    proposal = Proposal(consortium=member.consortium, call=call, lead=member, created_by=by)
    refuse_wrong(proposal, draft, on)
    proposal.save(force_insert=True)
    version = ProposalVersion(proposal=proposal, version=1)
    write(version, draft)
    sign_all(version, signatures, paper, received_at, by, on)
    seal(version, at=received_at, by=by, on=on)
    record(
        consortium=member.consortium, action="enter_proposal", by=by, on=on, subject=version,
        sha256=version.digest,
    )  # fmt: skip
    return version


def sign_all(
    version: ProposalVersion,
    signatures: Mapping[Organization, OnPaper],
    paper: Document | None,
    at: datetime,
    by: User | None,
    on: date,
) -> None:
    """Put the signatures of a paper to a version's participants."""
    for row in version.participants.select_related("organization"):
        given = signatures.get(row.organization)
        if given is None:
            continue
        if not given.signatory.strip() or given.paper_on > on:
            raise SignatureIncomplete(paper_on=given.paper_on)
        row.signed_at, row.signed_by = at, by
        row.signatory, row.paper_on, row.paper = given.signatory.strip(), given.paper_on, paper
        row.save()
