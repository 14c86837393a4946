"""The charter's `dues` section: levies, each with its rule, trigger and calendar."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from consortium import money
from consortium.errors import DomainError
from consortium.rules.schema import LAX, Code, Problem, Rule, Text, plain, repeated
from consortium.rules.standards import currencies
from funding.rules.choices import Issue, Visibility
from funding.rules.terms import Const, Line, Rate
from funding.rules.triggers import Calendar, Trigger


class UnknownLevy(DomainError):
    code = "unknown_levy"


class CategoryNotLevied(DomainError):
    code = "category_not_levied"


Unit = Annotated[str, Field(min_length=1, max_length=20)]
"""An ISO 4217 code, or an in-kind unit declared in the section, such as `days`."""


class MoneyInput(Rule):
    """A figure a member declares, in a currency (the levy's unit unless said)."""

    kind: Literal["money"]
    label: Text
    unit: Unit | None = None


Input = MoneyInput
"""The kinds of input; one more kind makes this a union discriminated by `kind`."""


class FiguresBasis(Rule):
    """Which figures count: those of the nth last fiscal year ended before the period."""

    fiscal_years_back: Annotated[int, Field(ge=1, le=10)] = 1


class Levy(Rule):
    """What members of some categories owe once per period, and how it is computed.

    Amounts are in `unit`, rounded half up at the end: to the rule's `round` line,
    or to the unit's smallest amount.
    """

    code: Code
    label: Text
    categories: Annotated[tuple[Code, ...], LAX, Field(min_length=1)]
    unit: Unit
    trigger: Trigger
    calendar: Calendar
    inputs: dict[Code, Input] = {}
    basis: FiguresBasis = FiguresBasis()
    rule: Annotated[tuple[Line, ...], LAX, Field(min_length=1)]
    issue: Annotated[Issue, LAX] = Issue.CONFIRMED
    visibility: Annotated[Visibility, LAX] = Visibility.SECRET

    def require(self, category: str) -> None:
        """Raise CategoryNotLevied unless members of this category owe the levy."""
        if category not in self.categories:
            values = {"levy": self.code, "category": category}
            raise CategoryNotLevied(**values, choices=list(self.categories))

    def problems(self) -> Iterable[Problem]:
        yield from repeated(self.categories, "categories[{}]")
        yield from self._input_problems()
        for index, line in enumerate(self.rule):
            for problem in self._line_problems(index, line):
                yield problem.under(f"rule[{index}]")
        for problem in self.calendar.out_of_order(self.trigger):
            yield problem.under("calendar")

    def _input_problems(self) -> Iterator[Problem]:
        used = {name for line in self.rule for name in line.term.used()}
        for name, declared in self.inputs.items():
            if name not in used:
                yield Problem(f"inputs.{name}", "unused_input", {"input": name})
            if declared.unit is not None and declared.unit != self.unit:
                values = {"unit": declared.unit, "levy_unit": self.unit}
                yield Problem(f"inputs.{name}.unit", "unit_differs", values)

    def _line_problems(self, index: int, line: Line) -> Iterator[Problem]:
        path, number = line.number()
        term = line.term
        if isinstance(term, Rate):
            if term.of not in self.inputs:
                values = {"input": term.of, "choices": list(self.inputs)}
                yield Problem(f"{line.verb}.of", "unknown_input", values)
            elif term.rate > 1:
                yield Problem(path, "rate_above_one", {"value": plain(term.rate)})
        if index == 0 and line.verb == "add" and number < 0:
            yield Problem(path, "negative", {"value": plain(number)})
        if line.verb == "round":
            yield from self._round_problems(index, path, number)
        else:
            yield from self._bound_problems(index, line)

    def _round_problems(self, index: int, path: str, quantum: Decimal) -> Iterator[Problem]:
        smallest = money.quantum(self.unit)
        if quantum % smallest:
            values = {"value": plain(quantum), "smallest": plain(smallest)}
            yield Problem(path, "finer_than_unit", values)
        if index != len(self.rule) - 1:
            yield Problem("round", "round_not_last", {"lines": len(self.rule)})

    def _bound_problems(self, index: int, line: Line) -> Iterator[Problem]:
        """Yield each earlier floor above this cap, or cap below this floor.

        `line` counts from 0, as paths do: `rule[2].at_most` below the floor of line 1.
        """
        if line.verb not in ("at_least", "at_most") or not isinstance(line.term, Const):
            return
        floor = line.verb == "at_least"
        for number, earlier in enumerate(self.rule[:index]):
            if not isinstance(earlier.term, Const):
                continue
            ours, theirs = line.term.const, earlier.term.const
            values = {"line": number, "value": plain(ours), "bound": plain(theirs)}
            if not floor and earlier.verb == "at_least" and ours < theirs:
                yield Problem("at_most", "below_floor", values)
            if floor and earlier.verb == "at_most" and ours > theirs:
                yield Problem("at_least", "above_cap", values)


class DuesSection(Rule):
    """What members owe under a charter; `units` names the in-kind units used."""

    units: dict[Code, Text] = {}
    levies: Annotated[tuple[Levy, ...], LAX] = ()

    def levy(self, code: str) -> Levy:
        """Return the levy of a code, or raise UnknownLevy."""
        for levy in self.levies:
            if levy.code == code:
                return levy
        raise UnknownLevy(levy=code, choices=[levy.code for levy in self.levies])

    def problems(self) -> Iterable[Problem]:
        yield from repeated([levy.code for levy in self.levies], "levies[{}].code")
        for index, levy in enumerate(self.levies):
            if levy.unit not in self.units and levy.unit not in currencies():
                yield Problem(f"levies[{index}].unit", "unknown_unit", {"unit": levy.unit})
