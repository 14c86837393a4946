"""What a member owes: a levy's rule on declared figures, with every step kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from consortium import money
from consortium.errors import DomainError, Several
from consortium.rules.schema import LIMIT, plain
from funding.rules.cells import Answer, all_hold, undecided
from funding.rules.choices import DecidedBy
from funding.rules.dues import Levy
from funding.rules.exact import WIDE, Exact, is_whole, nearest, shown
from funding.rules.figures import AbsurdInput as AbsurdInput
from funding.rules.figures import Figure, Foreign, Given, Inputs, NotWhole
from funding.rules.figures import MissingInput as MissingInput
from funding.rules.figures import NegativeInput as NegativeInput
from funding.rules.figures import NotAFigure as NotAFigure
from funding.rules.figures import UnknownInput as UnknownInput
from funding.rules.inputs import input_errors
from funding.rules.instalments import Instalments
from funding.rules.terms import VERBS, Line
from funding.rules.triggers import CalendarOffset

NOTHING = Decimal(0)


class NotSupplied(DomainError):
    """The rule looks at when a member joined, and that was not said."""

    code = "not_supplied"


class RateMissing(DomainError):
    """A figure is in another currency, and the charter's rate for it is not recorded."""

    code = "rate_missing"


class BelowZero(DomainError):
    """The rule's lines bring the amount below zero."""

    code = "below_zero"


class AbsurdAmount(DomainError):
    """The rule's lines bring the amount to 10^16 or more."""

    code = "absurd_amount"


@dataclass(frozen=True)
class Rate:
    """What one unit of a currency is worth in the levy's unit, as published on a day."""

    value: Decimal
    on: date


class Step(NamedTuple):
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
    """An amount in a unit, and how it came about.

    `due`: from the period's first day, when its instalments are; empty where it has none.
    """

    amount: Decimal
    unit: str
    steps: tuple[Step, ...]
    due: tuple[CalendarOffset, ...] = ()

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
    levy: Levy,
    inputs: Mapping[str, Figure],
    supplied: Mapping[str, Figure] | None = None,
    rates: Mapping[str, Rate] | None = None,
) -> Quote:
    """Return what a levy's rule makes of declared figures, in the levy's unit.

    `supplied`: what the engine knows of the membership (`SUPPLIED`); `rates`: by
    currency, for figures in others than the levy's. Exact until the end, then rounded
    once, half up, to the `round` line or to the unit's smallest amount. Raises what
    `input_errors` yields (or Several of them), NotSupplied, RateMissing, NoRow,
    SeveralRows, UndecidedEdge, BelowZero, AbsurdAmount.
    """
    errors = list(input_errors(levy.inputs, inputs))
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)
    smallest = money.quantum(levy.unit)
    figures = _Figures(levy, inputs, supplied or {}, rates or {})
    running: Exact = NOTHING
    steps = figures.steps
    last = ""
    for number, line in enumerate(levy.rule, start=1):
        if not acts(line, figures.exact):
            continue
        before, value = running, line.term.value(figures.exact)
        last, running = line.verb, VERBS[line.verb](running, value)
        values = {"line": number, **line.term.trace(figures.shown), "value": _text(value)}
        values["applied"] = running is not before and running != before
        steps.append(Step(last, values, shown(running, smallest)))
    if last != "round":
        before, running = running, nearest(running, smallest)
        steps.append(_unit_step(smallest, running, applied=running != before))
    due = next((each.due for each in levy.instalments if acts(each, figures.exact)), ())
    return Quote(_checked(running, smallest), levy.unit, tuple(steps), due)


class _Figures:
    """Every input of one computation: exact, and as the trace shows it."""

    def __init__(
        self,
        levy: Levy,
        inputs: Mapping[str, Figure],
        supplied: Mapping[str, Figure],
        rates: Mapping[str, Rate],
    ) -> None:
        self.levy, self.rates = levy, rates
        self.start = shown(NOTHING, money.quantum(levy.unit))
        self.steps: list[Step] = []
        self.shown: dict[str, Any] = {}
        self.exact: dict[str, Given] = {}
        for name in levy.inputs:
            self._take(name, inputs.get(name))
        for name in levy.supplied:
            if name not in supplied:
                raise NotSupplied(input=name) if levy.has_rounds else MissingInput(input=name)
            self._take(name, supplied[name])
            if not levy.has_rounds:
                self._note(name)
        for name in levy.derived:
            self._derive(name)

    def _take(self, name: str, value: Figure) -> None:
        asked = self.levy.inputs.get(name)
        if isinstance(value, Decimal) and asked is not None and asked.unit is not None:
            value = Foreign(value, asked.unit)
        if isinstance(value, Foreign):
            value = self._converted(name, value)
        self.shown[name] = value
        self.exact[name] = value

    def _converted(self, name: str, value: Foreign) -> Decimal:
        """Return an amount in the levy's unit, unrounded, and note how it was converted."""
        if value.unit == self.levy.unit:
            return value.amount
        rate, exchange = self.rates.get(value.unit), self.levy.exchange
        if rate is None or exchange is None:
            raise RateMissing(
                input=name, unit=value.unit, rate=exchange.label if exchange else None
            )
        converted = WIDE.multiply(value.amount, rate.value)
        values = {
            "line": None,
            "of": name,
            "amount": plain(value.amount),
            "unit": value.unit,
            "rate": plain(rate.value),
            "on": rate.on.isoformat(),
            "value": plain(converted),
            "applied": True,
        }
        self.steps.append(Step("convert", values, self.start))
        return converted

    def _derive(self, name: str) -> None:
        """Compute a derived input after those it needs, and note what it came to."""
        if name in self.exact:
            return
        derived = self.levy.derived[name]
        for line in derived.rule:
            for needed in line.used:
                if needed in self.levy.derived:
                    self._derive(needed)
        running: Exact = NOTHING
        for line in derived.rule:
            if acts(line, self.exact):
                running = VERBS[line.verb](running, line.term.value(self.exact))
        if running < 0:
            raise NegativeInput(input=name, value=shown(running))
        if derived.domain.whole and not is_whole(running):
            raise NotWhole(input=name, value=shown(running))
        self.exact[name], self.shown[name] = running, shown(running)
        self._note(name)

    def _note(self, name: str) -> None:
        """Note the value of an input that nobody declared."""
        value = self.exact[name]
        said = value if isinstance(value, str) else _text(value)
        values = {"line": None, "of": name, "value": said, "applied": True}
        self.steps.append(Step("derive", values, self.start))


def rates_in(steps: Iterable[Step]) -> dict[str, Rate]:
    """Return the rates a trace was computed with, by currency."""
    return {
        step.values["unit"]: Rate(
            Decimal(step.values["rate"]), date.fromisoformat(step.values["on"])
        )
        for step in steps
        if step.code == "convert"
    }


def acts(line: Line | Instalments, inputs: Inputs) -> bool:
    """Return whether the `when` of a line or of instalments holds. Raises UndecidedEdge."""
    if line.when is None:
        return True
    answer = all_hold(line.when, inputs)
    if answer is Answer.UNDECIDED:
        raise undecided(line.when, inputs)
    return answer is Answer.YES


def _unit_step(smallest: Decimal, amount: Exact, *, applied: bool) -> Step:
    text = plain(smallest)
    values = {"line": None, "const": text, "value": text, "applied": applied}
    return Step("round", values, shown(amount, smallest))


def _checked(running: Exact, smallest: Decimal) -> Decimal:
    """Return the rounded amount with the unit's decimals."""
    amount = shown(running, smallest)
    if amount < 0:
        raise BelowZero(amount=amount)
    if amount >= LIMIT:
        raise AbsurdAmount(amount=amount, limit=LIMIT)
    return amount


def _text(value: Exact) -> str:
    return plain(shown(value))
