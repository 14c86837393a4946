"""The receipt of a submitted proposal: what came in, when, from whom, under which digest."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.numbers import format_percent
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from consortium import words
from consortium.papers import render
from projects.models import Participant, ProposalVersion
from projects.rules.moments import moment

TEMPLATE = Path(__file__).with_suffix(".typ")


def receipt(version: ProposalVersion, *, language: str) -> bytes:
    """Return a submitted version's receipt as PDF: the same bytes whenever it is asked for."""
    assert version.submitted_at is not None
    with override(language):
        data = {"title": _("Receipt of a proposal"), "words": captions(), **said(version)}
    return render(TEMPLATE, data, language=language, on=version.submitted_at.date())


def captions() -> dict[str, str]:
    """Return what stands beside the values."""
    found = {
        "number": _("number"),
        "version": _("version"),
        "call": _("call"),
        "proposal": _("title"),
        "submitted": _("submitted at"),
        "by": _("submitted by"),
        "digest": _("digest (SHA-256)"),
        "participant": _("participant"),
        "part": _("part"),
        "work": _("work"),
        "cost": _("cost"),
        "signed": _("signed"),
        "files": _("files"),
        "note": _(
            "The digest covers all that was submitted, signatures and files included."
            " The time is that of the server."
        ),
    }
    return {name: str(capfirst(text)) for name, text in found.items()}


def said(version: ProposalVersion) -> dict[str, Any]:
    """Return the receipt's values in words, in the language of the moment."""
    proposal = version.proposal
    zone = proposal.consortium.time_zone
    parties = version.participants.select_related("organization", "signed_by").order_by("pk")
    files = version.attachments.select_related("document").order_by("pk")
    assert version.submitted_at is not None
    return {
        "consortium": [str(proposal.consortium)],
        "number": proposal.number,
        "version": str(version.version),
        "call": f"{proposal.call.code} · {proposal.call}",
        "proposal": version.title,
        "submitted": moment(version.submitted_at, zone),
        "by": str(version.submitted_by or "—"),
        "digest": version.digest,
        "participants": [row(each, zone) for each in parties],
        "files": [[each.document.name, each.document.sha256] for each in files],
    }


def row(each: Participant, zone: str) -> list[str]:
    signed = moment(each.signed_at, zone) if each.signed_at else "—"
    who = each.signatory or str(each.signed_by or "")
    return [
        str(each.organization),
        str(each.get_part_display()),
        percent(each.work_share),
        percent(each.cost_share),
        " · ".join(filter(None, (signed, who))),
    ]


def percent(share: Decimal) -> str:
    return str(format_percent(share, format="#,##0.####%", locale=words.locale()))
