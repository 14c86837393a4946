"""A look at days to come, in words and laid out for programs."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from consortium import words
from consortium.registry import Figure
from consortium.reports.ahead import Ahead, Done, Group


def laid_out(found: Ahead) -> dict[str, Any]:
    """Return everything that was found, codes with the same in words."""
    return {
        "consortium": found.consortium.slug,
        "since": found.since,
        "to": found.to,
        "reached": found.reached,
        "complete": found.reached >= found.to,
        "days": [day(on, done) for on, done in found.days],
        "stands": [
            {
                "code": pair.then.code,
                "label": figure_label(pair.then),
                "now": sums(pair.now.count, pair.now.amounts),
                "then": sums(pair.then.count, pair.then.amounts),
            }
            for pair in found.figures
        ],
    }


def day(on: date, done: list[Done]) -> dict[str, Any]:
    return {
        "on": on,
        "sweeps": [
            {
                "sweep": each.sweep,
                "label": words.say(f"sweep_{each.sweep}", {}),
                "handled": each.count,
                "left": [group(left, found_in(left)) for left in each.groups],
            }
            for each in done
        ],
    }


def found_in(left: Group) -> list[dict[str, Any]]:
    return [
        {
            "text": words.say(each.code, each.values),
            "to": words.inside(each.to) if each.to else "",
            "amount": each.amount,
            "unit": each.unit,
        }
        for each in left.named
    ]


def group(left: Group, named: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "code": left.code,
        "label": words.say(f"ahead_{left.code}", {}),
        **sums(left.count, left.amounts),
        "named": named,
        "more": left.more,
    }


def sums(count: int, amounts: Mapping[str, Decimal]) -> dict[str, Any]:
    found = [{"unit": unit, "amount": amount} for unit, amount in sorted(amounts.items())]
    return {"count": count, "amounts": found}


def figure_label(figure: Figure) -> str:
    return words.say(figure.code, {"label": figure.label})
