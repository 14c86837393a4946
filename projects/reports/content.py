"""A version's whole content as plain JSON: what is signed, and what a receipt covers."""

from datetime import UTC, datetime
from typing import Any

from consortium.models import digest
from projects.models import Attachment, Participant, ProposalVersion


def content_of(version: ProposalVersion) -> dict[str, Any]:
    """Return what a version proposes: no signature, no moment."""
    parties = version.participants.select_related("organization").prefetch_related("budget")
    files = version.attachments.select_related("document")
    return {
        "title": version.title,
        "summary": version.summary,
        "theme": version.theme,
        "content": version.content,
        "months": version.months,
        "stage": version.stage,
        "participants": sorted(map(party, parties), key=lambda each: each["organization"]),
        "attachments": sorted(map(file, files), key=lambda each: (each["sha256"], each["name"])),
    }


def state_of(version: ProposalVersion) -> str:
    """Return the digest of a version's content; whoever signs names the one they have read."""
    return digest(content_of(version))


def party(each: Participant) -> dict[str, Any]:
    lines = sorted(each.budget.all(), key=lambda line: (line.year, line.category))
    return {
        "organization": str(each.organization.uid),
        "part": each.part,
        "work_share": format(each.work_share.normalize(), "f"),
        "cost_share": format(each.cost_share.normalize(), "f"),
        "budget": [
            {
                "category": line.category,
                "year": line.year,
                "amount": format(line.amount.normalize(), "f"),
                "own": format(line.own.normalize(), "f"),
            }
            for line in lines
        ],
    }


def file(each: Attachment) -> dict[str, Any]:
    document = each.document
    return {
        "title": each.title,
        "name": document.name,
        "size": document.size,
        "sha256": document.sha256,
    }


def signature(each: Participant) -> dict[str, Any]:
    return {
        "organization": str(each.organization.uid),
        "at": instant(each.signed_at),
        "by": str(each.signed_by.uid) if each.signed_by else None,
        "signatory": each.signatory,
        "paper_on": each.paper_on.isoformat() if each.paper_on else None,
        "paper": each.paper.sha256 if each.paper else None,
    }


def receipt_of(version: ProposalVersion) -> dict[str, Any]:
    """Return all that a submitted version's digest covers, signatures and moment included."""
    proposal = version.proposal
    parties = version.participants.select_related("organization", "signed_by", "paper")
    return {
        "consortium": proposal.consortium.slug,
        "call": str(proposal.call.uid),
        "proposal": str(proposal.uid),
        "number": proposal.number,
        "version": version.version,
        "submitted_at": instant(version.submitted_at),
        "submitted_by": version.submitted_by and str(version.submitted_by.uid),
        "flags": version.flags,
        "signatures": sorted(map(signature, parties), key=lambda each: each["organization"]),
        **content_of(version),
    }


def instant(at: datetime | None) -> str | None:
    """Return a moment in its one form, whatever time zone it came in."""
    return at.astimezone(UTC).isoformat() if at else None
