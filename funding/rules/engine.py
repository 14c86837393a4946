"""What a member owes: a levy's rule on declared figures, with every step kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from consortium import money
from consortium.errors import DomainError, Several
from consortium.rules.schema import LIMIT, plain
from funding.rules.cells import Answer, all_hold, undecided
from funding.rules.choices import DecidedBy
from funding.rules.dues import Levy
from funding.rules.inputs import SUPPLIED, Figure, Given, Inputs, NotWhole, errors_of, exact
from funding.rules.inputs import AbsurdInput as AbsurdInput
from funding.rules.inputs import MissingInput as MissingInput
from funding.rules.inputs import NegativeInput as NegativeInput
from funding.rules.inputs import NotAFigure as NotAFigure
from funding.rules.inputs import UnknownInput as UnknownInput
from funding.rules.numbers import WIDE, decimal, nearest
from funding.rules.terms import VERBS, Line

SHOWN_EXPONENT = -15
SHOWN = Decimal(1).scaleb(SHOWN_EXPONENT)
"""Decimals a step shows at most: every rate of a figure in full, never-ending ones cut."""


class NotSupplied(DomainError):
    """The rule looks at when a member joined, and that was not said."""

    code = "not_supplied"


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


def compute(
    levy: Levy, inputs: Mapping[str, Figure], supplied: Mapping[str, Figure] | None = None
) -> Quote:
    """Return what a levy's rule makes of declared figures, in the levy's unit.

    `supplied`: what the engine knows of the membership (`SUPPLIED`). Exact until the
    end, then rounded once, half up, to the `round` line or to the unit's smallest
    amount. Raises MissingInput, UnknownInput, NotAFigure, NegativeInput, AbsurdInput,
    NotWhole, NotAnOption (or Several of them), NotSupplied, NoRow, SeveralRows,
    UndecidedEdge, BelowZero, AbsurdAmount.
    """
    errors = list(input_errors(levy, inputs))
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)
    smallest = money.quantum(levy.unit)
    figures = _Figures(levy, inputs, supplied or {})
    running = Fraction(0)
    steps = [] if not levy.derived else figures.derive(_shown(running, smallest))
    last = ""
    for number, line in enumerate(levy.rule, start=1):
        if not acts(line, figures.exact):
            continue
        before, value = running, line.term.value(figures.exact)
        last, running = line.verb, VERBS[line.verb](running, value)
        values = {"line": number, **line.term.trace(figures.shown), "value": _text(value)}
        values["applied"] = running != before
        steps.append(Step(line.verb, values, _shown(running, smallest)))
    if last != "round":
        before, running = running, nearest(running, Fraction(smallest))
        steps.append(_unit_step(smallest, running, applied=running != before))
    return Quote(_checked(running, smallest), levy.unit, tuple(steps))


def input_errors(levy: Levy, inputs: Mapping[str, object]) -> Iterable[DomainError]:
    """Yield what is wrong with figures for a levy; each error names its `input`."""
    for name, asked in levy.inputs.items():
        if name not in inputs and not asked.optional:
            yield MissingInput(input=name)
    for name, value in inputs.items():
        if name not in levy.inputs:
            yield UnknownInput(input=name, choices=list(levy.inputs))
        else:
            yield from errors_of(name, levy.scope[name], value)


class _Figures:
    """Every input of one computation: exact, and as the trace shows it."""

    def __init__(
        self, levy: Levy, inputs: Mapping[str, Figure], supplied: Mapping[str, Figure]
    ) -> None:
        self.levy = levy
        for name in SUPPLIED:
            if name in levy.used and name not in supplied:
                raise NotSupplied(input=name)
        known = {name: inputs.get(name) for name in levy.inputs}
        self.shown: dict[str, Figure] = {**known, **supplied}
        self.exact: dict[str, Given] = {name: exact(each) for name, each in self.shown.items()}

    def derive(self, start: Decimal) -> list[Step]:
        """Compute the derived inputs, each after those it needs, and return their steps."""
        steps: list[Step] = []
        for name in self.levy.derived:
            self._derive(name, start, steps)
        return steps

    def _derive(self, name: str, start: Decimal, steps: list[Step]) -> None:
        if name in self.exact:
            return
        derived = self.levy.derived[name]
        for line in derived.rule:
            for needed in line.used:
                if needed in self.levy.derived:
                    self._derive(needed, start, steps)
        running = Fraction(0)
        for line in derived.rule:
            if acts(line, self.exact):
                running = VERBS[line.verb](running, line.term.value(self.exact))
        if running < 0:
            raise NegativeInput(input=name, value=_shown(running, Decimal(1)))
        if derived.domain.whole and running.denominator != 1:
            raise NotWhole(input=name, value=_shown(running, Decimal(1)))
        self.exact[name], self.shown[name] = running, _shown(running, Decimal(1))
        values = {"line": None, "of": name, "value": _text(running), "applied": True}
        steps.append(Step("derive", values, start))


def acts(line: Line, inputs: Inputs) -> bool:
    """Return whether a line's `when` holds. Raises UndecidedEdge."""
    if line.when is None:
        return True
    answer = all_hold(line.when, inputs)
    if answer is Answer.UNDECIDED:
        raise undecided(line.when, inputs)
    return answer is Answer.YES


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
