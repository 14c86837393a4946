"""What a member owes: a levy's rule on declared figures, with every step kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from consortium import money
from consortium.errors import DomainError, Several
from consortium.rules.schema import LIMIT, plain
from funding.rules.choices import DecidedBy
from funding.rules.dues import Levy
from funding.rules.terms import VERBS, WIDE, decimal, nearest

PLACES = 3
"""Decimals of a figure; the tables keep numeric(20,3)."""

SHOWN_EXPONENT = -15
SHOWN = Decimal(1).scaleb(SHOWN_EXPONENT)
"""Decimals a step shows at most: every rate of a figure in full, never-ending ones cut."""


class MissingInput(DomainError):
    """A figure the rule needs is not there."""

    code = "missing_input"


class UnknownInput(DomainError):
    """The levy declares no such input."""

    code = "unknown_input"


class NotAFigure(DomainError):
    """NaN, infinite, a float, or with more decimals than are kept."""

    code = "not_a_figure"


class NegativeInput(DomainError):
    code = "negative_input"


class AbsurdInput(DomainError):
    """10^16 or more: beyond any company's figure in any currency.

    The largest turnovers in the smallest currencies are near 10^15; numeric(20,3)
    ends below 10^17, so that ten such figures can still be added up.
    """

    code = "absurd_input"


class BelowZero(DomainError):
    """The rule's lines bring the amount below zero."""

    code = "below_zero"


class AbsurdAmount(DomainError):
    """The rule's lines bring the amount to 10^16 or more."""

    code = "absurd_amount"


@dataclass(frozen=True)
class Step:
    """What one line did: the verb, the numbers it used, the running amount after it.

    `values`: `line` (from 1, or None for the rounding to the unit), the term's own
    numbers (`const`, or `rate`, `of` and `input`), its `value`, and whether it
    `applied`, that is, changed the running amount. Numbers in `values` are text.
    """

    code: str
    values: dict[str, Any]
    amount: Decimal


@dataclass(frozen=True)
class Quote:
    """An amount in a unit, and how it came about."""

    amount: Decimal
    unit: str
    steps: tuple[Step, ...]

    def trace(self) -> list[dict[str, Any]]:
        """Return the steps as JSON, without words."""
        return [
            {"code": step.code, "values": step.values, "amount": plain(step.amount)}
            for step in self.steps
        ]

    @property
    def decided_by(self) -> DecidedBy:
        return decided_by(self.steps)


def steps_from_trace(trace: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Return the steps a stored trace was made from."""
    return tuple(
        Step(step["code"], dict(step["values"]), Decimal(step["amount"])) for step in trace
    )


def decided_by(steps: Iterable[Step]) -> DecidedBy:
    """Return whether a floor or cap changed the amount; the last one that did decides.

    A figure whose dues land exactly on a bound is decided by the rate.
    """
    decided = DecidedBy.RATE
    for step in steps:
        if step.values["applied"] and step.code in ("at_least", "at_most"):
            decided = DecidedBy.FLOOR if step.code == "at_least" else DecidedBy.CAP
    return decided


def compute(levy: Levy, inputs: Mapping[str, Decimal]) -> Quote:
    """Return what a levy's rule makes of declared figures, in the levy's unit.

    Exact until the end, then rounded once, half up, to the `round` line or to the
    unit's smallest amount. Raises MissingInput, UnknownInput, NotAFigure,
    NegativeInput, AbsurdInput (or Several of them), BelowZero, AbsurdAmount.
    """
    errors = list(input_errors(levy, inputs))
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)
    smallest = money.quantum(levy.unit)
    exact = {name: Fraction(value) for name, value in inputs.items()}
    running = Fraction(0)
    steps = []
    for number, line in enumerate(levy.rule, start=1):
        before, value = running, line.term.value(exact)
        running = VERBS[line.verb](running, value)
        values = {"line": number, **line.term.trace(inputs), "value": _text(value)}
        values["applied"] = running != before
        steps.append(Step(line.verb, values, _shown(running, smallest)))
    if levy.rule[-1].verb != "round":
        before, running = running, nearest(running, Fraction(smallest))
        steps.append(_unit_step(smallest, running, applied=running != before))
    return Quote(_checked(running, smallest), levy.unit, tuple(steps))


def input_errors(levy: Levy, inputs: Mapping[str, object]) -> Iterable[DomainError]:
    """Yield what is wrong with figures for a levy; each error names its `input`."""
    for name in levy.inputs:
        if name not in inputs:
            yield MissingInput(input=name)
    for name, value in inputs.items():
        if name not in levy.inputs:
            yield UnknownInput(input=name, choices=list(levy.inputs))
        elif not isinstance(value, Decimal) or not value.is_finite():
            yield NotAFigure(input=name, value=str(value))
        elif value < 0:
            yield NegativeInput(input=name, value=value)
        elif value >= LIMIT:
            yield AbsurdInput(input=name, value=value, limit=LIMIT)
        elif -int(value.as_tuple().exponent) > PLACES:
            yield NotAFigure(input=name, value=str(value), places=PLACES)


def _unit_step(smallest: Decimal, amount: Fraction, *, applied: bool) -> Step:
    text = plain(smallest)
    values = {"line": None, "const": text, "value": text, "applied": applied}
    return Step("round", values, _shown(amount, smallest))


def _checked(running: Fraction, smallest: Decimal) -> Decimal:
    """Return the rounded amount with the unit's decimals."""
    amount = _shown(running, smallest)
    if amount < 0:
        raise BelowZero(amount=amount)
    if amount >= LIMIT:
        raise AbsurdAmount(amount=amount, limit=LIMIT)
    return amount


def _shown(value: Fraction, smallest: Decimal) -> Decimal:
    """Return a running amount with at least the unit's decimals and all it needs."""
    amount = decimal(value)
    exponent = int(amount.as_tuple().exponent)
    if exponent > int(smallest.as_tuple().exponent):
        return WIDE.quantize(amount, smallest)
    return WIDE.quantize(amount, SHOWN) if exponent < SHOWN_EXPONENT else amount


def _text(value: Fraction) -> str:
    return plain(_shown(value, Decimal(1)))
