"""What a member owes for a period: membership and figures put through a levy's rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from consortium import money
from consortium.periods import Period
from consortium.rules.schema import plain
from funding.rules.dues import Levy
from funding.rules.engine import Quote, Rate, Step, compute, rates_in, steps_from_trace
from funding.rules.figures import Figure, Foreign
from funding.rules.inputs import CATEGORY
from funding.rules.supplied import Stay, owes, supplied

type Stored = str | bool | dict[str, str] | None
"""A figure as JSON keeps it."""


@dataclass(frozen=True)
class Outcome:
    """A member's dues for a period: in which category, from which inputs, how much.

    `category` is empty where the member does not owe the levy (any more).
    """

    category: str
    inputs: dict[str, Stored]
    quote: Quote


def outcome(
    levy: Levy,
    period: Period,
    stays: Sequence[Stay],
    figures: Mapping[str, Figure],
    rates: Mapping[str, Rate],
) -> Outcome:
    """Return what a member owes of a levy for a period. Raises what `compute` raises.

    `stays`: its membership, oldest first; `figures`: as declared. Nothing is owed for a
    period in which the member is in none of the levy's categories.
    """
    category = owes(levy, stays, period)
    if category is None:
        return Outcome("", {}, nothing(levy))
    known = supplied(levy, stays, period, category) if levy.supplied else {}
    quote = compute(levy, figures, known, rates)
    return Outcome(category, {**stored(figures), **stored(known)}, quote)


def nothing(levy: Levy) -> Quote:
    """Return the quote of a member that does not owe the levy."""
    zero = Decimal(0).quantize(money.quantum(levy.unit))
    step = Step("not_liable", {"line": None, "applied": True}, zero)
    return Quote(zero, levy.unit, (step,))


def again(levy: Levy, inputs: Mapping[str, Stored], trace: Sequence[Mapping[str, Any]]) -> Quote:
    """Return what a levy's rule makes of stored inputs, by the rates a trace was made with."""
    steps = steps_from_trace(trace)
    if any(step.code == "not_liable" for step in steps):
        return nothing(levy)
    given = {name: restored(levy, name, value) for name, value in inputs.items()}
    known = {name: given.pop(name) for name in levy.supplied if name in given}
    return compute(levy, given, known, rates_in(steps))


def stored(figures: Mapping[str, Figure]) -> dict[str, Stored]:
    """Return figures as JSON: numbers as text, other currencies with their code."""
    return {name: _stored(value) for name, value in figures.items()}


def _stored(value: Figure) -> Stored:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Foreign):
        return {"amount": plain(value.amount), "unit": value.unit}
    return value


def restored(levy: Levy, name: str, value: Stored) -> Figure:
    """Return a figure that was stored as JSON."""
    if isinstance(value, dict):
        return Foreign(Decimal(value["amount"]), value["unit"])
    numeric = name != CATEGORY and levy.scope[name].numeric
    return Decimal(value) if numeric and isinstance(value, str) else value
