"""The charter's `dues` section: levies, each with its rule, trigger and calendar."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from consortium.errors import DomainError
from consortium.rules.problems import key
from consortium.rules.schema import LAX, Code, Problem, Rule, Text, repeated
from consortium.rules.standards import currencies
from funding.rules import checks
from funding.rules.choices import Issue, Visibility
from funding.rules.inputs import SUPPLIED, Domain, Input, Unit
from funding.rules.terms import Line
from funding.rules.triggers import Calendar, Trigger


class UnknownLevy(DomainError):
    code = "unknown_levy"


class CategoryNotLevied(DomainError):
    code = "category_not_levied"


class Derived(Rule):
    """An input computed by lines of its own, such as units from a turnover."""

    kind: Literal["money", "count", "quantity"]
    label: Text
    rule: Annotated[tuple[Line, ...], LAX, Field(min_length=1)]

    @property
    def domain(self) -> Domain:
        return Domain(whole=self.kind == "count", money=self.kind == "money")


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
    derived: dict[Code, Derived] = {}
    basis: FiguresBasis = FiguresBasis()
    rule: Annotated[tuple[Line, ...], LAX, Field(min_length=1)]
    issue: Annotated[Issue, LAX] = Issue.CONFIRMED
    visibility: Annotated[Visibility, LAX] = Visibility.SECRET

    def require(self, category: str) -> None:
        """Raise CategoryNotLevied unless members of this category owe the levy."""
        if category not in self.categories:
            values = {"levy": self.code, "category": category}
            raise CategoryNotLevied(**values, choices=list(self.categories))

    @cached_property
    def scope(self) -> dict[str, Domain]:
        """Return every input a line may use: declared, derived, and what the engine supplies."""
        declared = {name: each.domain for name, each in self.inputs.items()}
        derived = {name: each.domain for name, each in self.derived.items()}
        return declared | derived | SUPPLIED

    @cached_property
    def used(self) -> frozenset[str]:
        """Return the inputs that are used in any line."""
        rules = [self.rule, *(each.rule for each in self.derived.values())]
        return frozenset(name for rule in rules for line in rule for name in line.used)

    def problems(self) -> Iterable[Problem]:
        yield from repeated(self.categories, "categories[{}]")
        yield from self._input_problems()
        yield from self._derived_problems()
        yield from checks.rule_problems(self.rule, self.scope, self.unit)
        for problem in self.calendar.out_of_order(self.trigger):
            yield problem.under("calendar")

    def open_questions(self) -> Iterator[Problem]:
        """Yield what the rule leaves open: undecided edges, gaps and overlaps."""
        for name, each in self.derived.items():
            for problem in checks.open_questions(each.rule, self.scope):
                yield problem.under(f"derived.{key(name)}")
        yield from checks.open_questions(self.rule, self.scope)

    def _input_problems(self) -> Iterator[Problem]:
        for name, declared in self.inputs.items():
            if name in SUPPLIED:
                yield Problem(f"inputs.{name}", "reserved_name", {"name": name})
            elif name not in self.used:
                yield Problem(f"inputs.{name}", "unused_input", {"input": name})
            if declared.unit is not None and declared.unit != self.unit:
                values = {"unit": declared.unit, "levy_unit": self.unit}
                yield Problem(f"inputs.{name}.unit", "unit_differs", values)

    def _derived_problems(self) -> Iterator[Problem]:
        for name, each in self.derived.items():
            path = f"derived.{key(name)}"
            if name in SUPPLIED or name in self.inputs:
                yield Problem(path, "reserved_name", {"name": name})
            elif name not in self.used:
                yield Problem(path, "unused_input", {"input": name})
            for problem in checks.rule_problems(each.rule, self.scope, None):
                yield problem.under(path)
        yield from checks.circles({name: each.rule for name, each in self.derived.items()})


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

    def open_questions(self) -> Iterator[Problem]:
        """Yield what the levies leave open: a draft may, a charter in force may not."""
        for index, levy in enumerate(self.levies):
            for problem in levy.open_questions():
                yield problem.under(f"levies[{index}]")

    def unready(self) -> Iterator[Problem]:
        """Yield what keeps the section from being in force: open questions, figures not collected.

        Members declare amounts of money; other figures can be quoted but not declared yet.
        """
        yield from self.open_questions()
        for index, levy in enumerate(self.levies):
            collected = {
                name
                for name, each in levy.inputs.items()
                if each.kind == "money" and not each.optional
            }
            for name in sorted((levy.used | set(levy.inputs)) - collected - set(levy.derived)):
                yield Problem(f"levies[{index}].inputs", "not_collected", {"input": name})
