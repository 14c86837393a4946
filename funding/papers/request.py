"""The request for payment of a charge: what its member is sent, and pays by."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import batched
from pathlib import Path
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from consortium import words
from consortium.errors import DomainError
from consortium.papers import bound, render
from consortium.rules.renminbi import capitals
from funding.models import Charge
from funding.papers.parts import Parts, amount
from funding.rules.dues import DuesSection, Levy
from funding.rules.engine import steps_from_trace
from funding.words import explanation, label

TEMPLATE = Path(__file__).with_suffix(".typ")
BATCH = 25
"""Letters set at once: what setting them takes in memory grows with their number."""


def payment_requests(charges: Sequence[Charge], *, language: str) -> bytes:
    """Return the requests of some charges, at least one, as one PDF in a language.

    A page each, or as many as it takes. Dated by the issue, so that a request reads the
    same whenever it is asked for. It holds the member's figures: for those only who may
    see the charge.
    """
    prefetch_related_objects(charges, "assessment__charter__sections", "assessment__charges")
    parts = Parts(charges)
    on = max(charge.issued_on for charge in charges)
    papers = []
    for batch in batched(charges, BATCH):
        with override(language):
            data = {
                "title": _("Payment request"),
                "words": captions(),
                "letters": [letter(each, parts) for each in batch],
            }
        papers.append(render(TEMPLATE, data, language=language, on=on))
    return bound(papers)


def captions() -> dict[str, str]:
    """Return what stands beside the values."""
    said = {
        "payer": _("Payer"),
        "registration": _("registration number"),
        "number": _("Charge number"),
        "issued": _("issued on"),
        "due": _("Last day to pay"),
        "amount": _("Amount due"),
        "capitals": _("In words"),
        "pay": _("Please pay to"),
        "payee": _("Issuer and payee"),
        "account": _("account"),
        "reference": _("Reference to quote"),
        "on_behalf": _("On behalf of"),
        "explanation": _("How the amount came about"),
        "step": _("What the charter's line did"),
        "after": _("Amount after it"),
        "assessed": _("Assessed"),
        "note": _(
            "This is a request for payment. It is neither an invoice nor a receipt; "
            "those are issued separately."
        ),
        "seal": _("Seal or signature"),
    }
    return {name: str(capfirst(text)) for name, text in said.items()}


def letter(charge: Charge, parts: Parts) -> dict[str, Any]:
    """Return one request in words, in the language of the moment."""
    section, levy = rules_of(charge)
    sides = charge.parties
    period = charge.assessment.period_starts_on, charge.assessment.period_ends_on
    issuer, consortium = names(sides["issuer"]), names(sides["on_behalf_of"])
    said = {
        "number": charge.number,
        "levy": label(levy.label) if levy else charge.levy,
        "period": words.period(*period),
        "issued": words.day(charge.issued_on),
        "due": words.day(charge.due_on),
        "account": account(charge),
    }
    return {
        **said,
        "consortium": consortium,
        "payer": party(sides["payer"]),
        "payee": party(sides["issuer"]),
        "on_behalf": consortium if consortium != issuer else None,
        "opening": opening(charge, said),
        "part": parts.said(charge, section),
        "amount": amount(charge, section),
        "capitals": in_capitals(charge),
        "steps": steps(charge, levy),
        "assessed": amount(charge.assessment, section),
        "contact": _("Questions? The secretariat of %(consortium)s will answer them.")
        % {"consortium": consortium[0]},
    }


def opening(charge: Charge, said: dict[str, str]) -> str:
    """Return the sentence that asks for the money."""
    return _(
        "Under “%(charter)s”, the amount below is due from your organization for “%(levy)s”, "
        "%(period)s. Please pay it no later than %(due)s and quote the number %(number)s."
    ) % {**said, "charter": charge.assessment.charter.name}


def rules_of(charge: Charge) -> tuple[DuesSection | None, Levy | None]:
    """Return the section and the levy a charge rests on, as far as they can still be read."""
    try:
        section: DuesSection = charge.assessment.charter.rules("dues")
        return section, section.levy(charge.levy)
    except DomainError:
        return None, None


def names(side: dict[str, str]) -> list[str]:
    """Return a party's names, the reader's language first."""
    order = ("name_zh", "name_en") if words.language() == "zh" else ("name_en", "name_zh")
    return list(dict.fromkeys(side[each] for each in order if side[each]))


def party(side: dict[str, str]) -> dict[str, Any]:
    return {"names": names(side), "number": side.get("registration_number", "")}


def in_capitals(charge: Charge) -> str:
    wanted = charge.unit == "CNY" and words.language() == "zh"
    return (capitals(charge.amount) if wanted else None) or ""


def account(charge: Charge) -> str:
    """Return where money is paid to; work and goods go to no account."""
    if not charge.unit.isupper():
        return ""
    return charge.parties["issuer"]["account"] or _("please ask the secretariat")


def steps(charge: Charge, levy: Levy | None) -> list[list[str]]:
    """Return each line of the explanation with the amount after it."""
    if levy is None:
        return []
    lines = explanation(steps_from_trace(charge.assessment.trace), levy)
    return [[line["label"], words.amount(Decimal(line["amount"]), charge.unit)] for line in lines]
