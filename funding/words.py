"""How an amount came about, in the reader's language."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from consortium import words
from funding.rules.dues import Levy
from funding.rules.engine import Step


def label(text: Any) -> str:
    """Return a document's bilingual words in the reader's language."""
    return str(text.pick(get_language() or "en"))


def percent(rate: Decimal) -> str:
    return f"{words.amount((rate * 100).normalize() + 0)}%"


def step(step: Step, levy: Levy) -> str:
    """Return one line of an explanation: what the line of the rule says and did."""
    values, unit = step.values, levy.unit
    value = words.amount(Decimal(values["value"]), unit)
    if step.code == "add" and "rate" in values:
        return _("%(rate)s of %(input)s (%(figure)s)") % {
            "rate": percent(Decimal(values["rate"])),
            "input": label(levy.inputs[values["of"]].label),
            "figure": words.amount(Decimal(values["input"]), unit),
        }
    templates = {
        "add": (_("plus %(value)s"), _("plus %(value)s")),
        "at_least": (
            _("raised to the floor of %(value)s"),
            _("not below the floor of %(value)s"),
        ),
        "at_most": (_("lowered to the cap of %(value)s"), _("not above the cap of %(value)s")),
        "round": (_("rounded to %(value)s"), _("already a multiple of %(value)s")),
    }
    applied, not_applied = templates[step.code]
    return (applied if values["applied"] else not_applied) % {"value": value}


def explanation(steps: Iterable[Step], levy: Levy) -> list[dict[str, str]]:
    """Return the lines of an explanation, each with its label and the amount after it."""
    return [
        {
            "label": line_label(each, levy),
            "amount": format(each.amount, "f"),
        }
        for each in steps
    ]


def line_label(each: Step, levy: Levy) -> str:
    """Return a line's own words from the charter, if it has any, with what it did."""
    number = each.values["line"]
    own = levy.rule[number - 1].label if number else None
    said = step(each, levy)
    return f"{label(own)}: {said}" if own is not None else said
