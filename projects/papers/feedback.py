"""The letter that tells participants what reviewers found and an authority decided."""

from pathlib import Path
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from consortium import words
from consortium.papers import render
from projects.models import Decision
from projects.reports.feedback import Feedback, feedback
from projects.words import said

TEMPLATE = Path(__file__).with_suffix(".typ")


def feedback_letter(decision: Decision, *, language: str) -> bytes:
    """Return the letter of a decision as PDF in a language, dated by the decision.

    Names no reviewer. For those only who take part in the proposal, and for staff.
    """
    found = feedback(decision)
    with override(language):
        data = {"title": _("Decision on your proposal"), "words": captions(), **letter(found)}
    return render(TEMPLATE, data, language=language, on=decision.on)


def captions() -> dict[str, str]:
    """Return what stands beside the values."""
    said = {
        "to": _("lead participant"),
        "number": _("Proposal number"),
        "call": _("call"),
        "decided": _("decided on"),
        "by": _("decided by"),
        "outcome": _("outcome"),
        "amount": _("amount granted"),
        "scores": _("Scores by criterion"),
        "criterion": _("criterion"),
        "score": _("mean of the reviews"),
        "of": _("of at most"),
        "total": _("weighted total, in per cent"),
        "comments": _("What reviewers say"),
        "conditions": _("conditions"),
        "reason": _("Reasons"),
        "note": _("Reviewers are not named. Questions are answered by the secretariat."),
    }
    return {name: str(capfirst(text)) for name, text in said.items()}


def letter(found: Feedback) -> dict[str, Any]:
    """Return the letter's values in words, in the language of the moment."""
    decision, proposal = found.decision, found.decision.proposal
    call = proposal.call
    amount = decision.amount
    authority = str(decision.get_authority_display())
    return {
        "consortium": names(proposal.consortium),
        "lead": names(proposal.lead.organization),
        "number": proposal.number,
        "call": call.name,
        "proposal": found.version.title,
        "decided": words.day(decision.on),
        "by": f"{authority} · {decision.body}" if decision.body else authority,
        "outcome": str(decision.get_outcome_display()),
        "amount": words.amount(amount, call.unit) if amount is not None else "",
        "conditions": decision.conditions,
        "reason": decision.reason,
        "scores": rows(found),
        "total": words.amount(round(found.scored.score, 2)) if found.scored else "",
        "comments": list(found.comments),
    }


def rows(found: Feedback) -> list[list[str]]:
    """Return criterion, mean and top of the scale; nothing where nobody has reviewed."""
    if found.scored is None:
        return []
    return [
        [said(each.label), words.amount(round(found.scored.means[each.code], 2)), str(each.top)]
        for each in found.criteria
    ]


def names(row: Any) -> list[str]:
    """Return names, the reader's language first."""
    order = ("name_zh", "name_en") if words.language() == "zh" else ("name_en", "name_zh")
    return list(dict.fromkeys(getattr(row, each) for each in order if getattr(row, each)))
