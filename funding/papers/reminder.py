"""The letter to a late payer: what a level of the charter says, and all that is late by then."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import batched
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from consortium import words
from consortium.papers import bound, render
from funding.models import Charge, DunningStep
from funding.papers.parts import amount
from funding.papers.request import BATCH, account, names, party, rules_of
from funding.reports.holds import collection
from funding.reports.standing import Late, late_charges, totals
from funding.rules.collection import NAMED, DunningLevel
from funding.words import label

TEMPLATE = Path(__file__).with_suffix(".typ")
RELATED = ("consortium", "member__organization", "charge__assessment__charter")


def reminders(steps: QuerySet[DunningStep], *, language: str) -> bytes:
    """Return letters for some steps, at least one, as one PDF: one for each member and day.

    A letter covers all that was taken for its member on its day and says what was known
    then, so that it reads the same whenever it is asked for.
    """
    groups: dict[tuple[int, date], list[DunningStep]] = defaultdict(list)
    read = steps.select_related(*RELATED).prefetch_related("charge__assessment__charter__sections")
    for step in read.order_by("on", "member", "-position", "charge__due_on", "pk"):
        groups[step.member_id, step.on].append(step)
    papers = []
    for batch in batched(groups.values(), BATCH):
        with override(language):
            data = {
                "title": _("Reminder of late payment"),
                "words": captions(),
                "letters": [letter(each) for each in batch],
            }
        papers.append(render(TEMPLATE, data, language=language, on=batch[0][0].on))
    return bound(papers)


def letter_of(step: DunningStep) -> QuerySet[DunningStep]:
    """Return the steps that stand in the same letter as one: its member's of its day."""
    return DunningStep.objects.filter(member=step.member_id, on=step.on)


def captions() -> dict[str, str]:
    """Return what stands beside the values."""
    said = {
        "payer": _("Payer"),
        "registration": _("registration number"),
        "date": _("Date"),
        "deadline": _("Please pay by"),
        "late": _("Late payments"),
        "number": _("Charge number"),
        "levy": _("Levy"),
        "due": _("Last day to pay"),
        "days": _("Days late"),
        "level": _("Level"),
        "open": pgettext("amount", "Open"),
        "total": _("In all"),
        "pay": _("Please pay to"),
        "payee": _("Issuer and payee"),
        "account": _("account"),
        "reference": _("Reference to quote"),
        "note": _("If you have paid in the meantime, please take this letter as settled."),
        "seal": _("Seal or signature"),
    }
    return {name: str(capfirst(text)) for name, text in said.items()}


def letter(steps: Sequence[DunningStep]) -> dict[str, Any]:
    """Return one letter in words, in the language of the moment; the highest level speaks first."""
    first, charge = steps[0], steps[0].charge
    known_at = max(step.recorded_at for step in steps)
    late = late_charges(
        consortium=first.consortium, on=first.on, members=[first.member_id], known_at=known_at
    )
    deadlines = [step.deadline_on for step in steps if step.deadline_on is not None]
    return {
        "consortium": names(charge.parties["on_behalf_of"]),
        "title": title(first),
        "payer": party(charge.parties["payer"]),
        "payee": party(charge.parties["issuer"]),
        "date": words.day(first.on),
        "deadline": words.day(min(deadlines)) if deadlines else "",
        "paragraphs": list(dict.fromkeys(said(step) for step in steps)),
        "account": account(charge),
        "numbers": ", ".join(step.charge.number for step in steps),
        "lines": lines(late),
        "totals": [
            words.amount(sum_, unit)
            for unit, sum_ in totals((each.unit, each.amount) for each in late).items()
        ],
        "contact": _("Questions? The secretariat of %(consortium)s will answer them.")
        % {"consortium": names(charge.parties["on_behalf_of"])[0]},
    }


def level_of(step: DunningStep) -> DunningLevel | None:
    return collection(step.charge.assessment.charter).level(step.level)


def title(step: DunningStep) -> str:
    level = level_of(step)
    return label(level.label) if level else step.level


def said(step: DunningStep) -> str:
    """Return what the charter's level says of a charge, with what its braces name."""
    level, charge = level_of(step), step.charge
    section, levy = rules_of(charge)
    values = {
        "member": names(charge.parties["payer"])[0],
        "number": charge.number,
        "levy": label(levy.label) if levy else charge.levy,
        "due": words.day(charge.due_on),
        "open": amount(step, section),
        "deadline": words.day(step.deadline_on) if step.deadline_on else _("as soon as you can"),
        "consortium": names(charge.parties["on_behalf_of"])[0],
    }
    text = level.text.pick(get_language() or "en") if level and level.text else ""
    if not text:
        text = _("The charge {number} for “{levy}” was due on {due}; {open} of it is still open.")
    return NAMED.sub(lambda found: values.get(found[1], found[0]), text)


def lines(late: Iterable[Late]) -> list[list[str]]:
    """Return what is late, line by line."""
    rows = list(late)
    related = Charge.objects.select_related("assessment__charter").prefetch_related(
        "assessment__charter__sections"
    )
    charges = related.in_bulk([each.pk for each in rows])
    found = []
    for each in rows:
        section, levy = rules_of(charges[each.pk])
        level = collection(charges[each.pk].assessment.charter).level(each.level)
        found.append(
            [
                each.number,
                label(levy.label) if levy else each.levy,
                words.day(each.due_on),
                str(each.days),
                label(level.label) if level else "",
                amount(each, section),
            ]
        )
    return found
