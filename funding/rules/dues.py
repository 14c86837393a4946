"""The charter's `dues` section: levies, each with its rule, trigger and calendar."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from consortium.errors import DomainError
from consortium.rules.problems import key
from consortium.rules.schema import LAX, Code, Problem, Rule, Text, repeated
from consortium.rules.standards import currencies
from funding.rules import checks, instalments
from funding.rules.bases import Estimate, Exchange, FiguresBasis, Reference
from funding.rules.choices import Issue, Occasion, Visibility
from funding.rules.figures import Domain, Figure, read
from funding.rules.inputs import (
    CATEGORY,
    LATE,
    OF_MONTHS,
    ON_OCCASION,
    SUPPLIED,
    Input,
    Unit,
    input_errors,
)
from funding.rules.instalments import Instalments
from funding.rules.terms import Line
from funding.rules.triggers import (
    AdmissionTrigger,
    Calendar,
    OccasionTrigger,
    OverdueTrigger,
    Trigger,
)


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


class Levy(Rule):
    """What members of some categories owe, when, and how it is computed.

    Amounts are in `unit`, rounded half up at the end: to the rule's `round` line,
    or to the unit's smallest amount. `missing`: how figures that were not declared
    are found on the day of assessment, the first way that works; without it they are
    waited for. `instalments`: the first entry that holds splits what is owed; without
    one it is due at once. `reference`: for what is charged to who pays late. What is
    charged on an occasion names no categories: whom it concerns owes it, member or not.
    """

    code: Code
    label: Text
    categories: Annotated[tuple[Code, ...], LAX] = ()
    unit: Unit
    trigger: Trigger
    calendar: Calendar
    inputs: dict[Code, Input] = {}
    derived: dict[Code, Derived] = {}
    basis: FiguresBasis = FiguresBasis()
    exchange: Exchange | None = None
    reference: Reference | None = None
    missing: Annotated[tuple[Estimate, ...], LAX] = ()
    instalments: Annotated[tuple[Instalments, ...], LAX] = ()
    rule: Annotated[tuple[Line, ...], LAX, Field(min_length=1)]
    issue: Annotated[Issue, LAX] = Issue.CONFIRMED
    visibility: Annotated[Visibility, LAX] = Visibility.SECRET

    def require(self, category: str) -> None:
        """Raise CategoryNotLevied unless members of this category owe the levy."""
        if category not in self.categories:
            values = {"levy": self.code, "category": category}
            raise CategoryNotLevied(**values, choices=list(self.categories))

    @property
    def for_late(self) -> bool:
        """Say whether it is charged to who pays another charge late, outside all rounds."""
        return isinstance(self.trigger, OverdueTrigger)

    @property
    def occasion(self) -> Occasion | None:
        """Return what it is charged for when that happens, outside all rounds."""
        return self.trigger.of if isinstance(self.trigger, OccasionTrigger) else None

    @property
    def has_rounds(self) -> bool:
        """Say whether it is assessed in rounds."""
        return not self.for_late and self.occasion is None

    @cached_property
    def engine(self) -> dict[str, Domain]:
        """Return what the engine supplies: of a late charge, an occasion or a membership."""
        if self.occasion is not None:
            return ON_OCCASION
        known = LATE if self.for_late else SUPPLIED
        return known | {CATEGORY: Domain(options=self.categories)}

    @cached_property
    def scope(self) -> dict[str, Domain]:
        """Return every input a line may use: declared, derived, and what the engine supplies."""
        declared = {name: each.domain for name, each in self.inputs.items()}
        derived = {name: each.domain for name, each in self.derived.items()}
        return declared | derived | self.engine

    @cached_property
    def used(self) -> frozenset[str]:
        """Return the inputs that are used in any line, or to choose instalments."""
        rules = [self.rule, *(each.rule for each in self.derived.values())]
        in_lines = {name for rule in rules for line in rule for name in line.used}
        return frozenset(in_lines.union(*(each.when or () for each in self.instalments)))

    @cached_property
    def supplied(self) -> tuple[str, ...]:
        """Return the inputs the engine must supply."""
        return tuple(name for name in self.engine if name in self.used)

    def unit_of(self, name: str) -> str:
        """Return the unit in which a plain figure is meant."""
        return self.inputs[name].unit or self.unit

    def assumed(self, estimate: Estimate) -> dict[str, Figure]:
        """Return the figures an estimate names. Raises what they break, KeyError aside."""
        given = (estimate.figures or {}).items()
        return {
            name: value if isinstance(value, bool) else read(name, self.inputs[name].domain, value)
            for name, value in given
        }

    def problems(self) -> Iterable[Problem]:
        yield from repeated(self.categories, "categories[{}]")
        yield from self._input_problems()
        yield from self._derived_problems()
        yield from checks.rule_problems(self.rule, self.scope, self.unit)
        yield from self._estimate_problems()
        if isinstance(self.trigger, AdmissionTrigger):
            for name in sorted(OF_MONTHS & self.used):
                yield Problem("rule", "needs_a_period", {"input": name})
        for problem in self.calendar.out_of_order(self.trigger):
            yield problem.under("calendar")
        yield from instalments.problems(self.instalments, self.scope, self.calendar, self.trigger)
        yield from self._late_problems()
        yield from self._occasion_problems()

    def open_questions(self) -> Iterator[Problem]:
        """Yield what the rule leaves open: undecided edges, gaps and overlaps."""
        for name, each in self.derived.items():
            for problem in checks.open_questions(each.rule, self.scope):
                yield problem.under(f"derived.{key(name)}")
        yield from checks.open_questions(self.rule, self.scope)
        yield from instalments.open_questions(self.instalments)

    def _late_problems(self) -> Iterator[Problem]:
        """Yield what only rounds have, of a levy without; or a reference rate of one with."""
        if not self.for_late:
            if self.reference is not None:
                yield Problem("reference", "only_when_late")
            return
        yield from self._only_in_rounds("not_when_late")
        if "reference" in self.used and self.reference is None:
            yield Problem("reference", "reference_unnamed")

    def _occasion_problems(self) -> Iterator[Problem]:
        """Yield what only rounds have, of a levy charged on an occasion; categories of others."""
        if self.occasion is None:
            if not self.categories:
                given = "categories" in self.model_fields_set
                yield Problem("categories", "empty" if given else "missing")
            return
        yield from self._only_in_rounds("not_on_occasion")
        if self.categories:
            yield Problem("categories", "not_on_occasion")

    def _only_in_rounds(self, code: str) -> Iterator[Problem]:
        for name in ("inputs", "exchange", "basis", "instalments", "issue"):
            if name in self.model_fields_set:
                yield Problem(name, code)
        for name in sorted(self.calendar.model_fields_set - {"due"}):
            yield Problem(f"calendar.{name}", code)

    def _input_problems(self) -> Iterator[Problem]:
        for name, declared in self.inputs.items():
            if name in self.engine:
                yield Problem(f"inputs.{name}", "reserved_name", {"name": name})
            elif name not in self.used:
                yield Problem(f"inputs.{name}", "unused_input", {"input": name})
            for path, unit in self._units(declared):
                if unit != self.unit and self.exchange is None:
                    values = {"unit": unit, "levy_unit": self.unit}
                    yield Problem(f"inputs.{name}.{path}", "unit_differs", values)
                elif unit == self.unit and path != "unit":
                    yield Problem(f"inputs.{name}.{path}", "own_currency", {"unit": unit})

    def _units(self, declared: Input) -> Iterator[tuple[str, str]]:
        if declared.unit is not None:
            yield "unit", declared.unit
        for index, unit in enumerate(declared.domain.currencies):
            yield f"currencies[{index}]", unit

    def _derived_problems(self) -> Iterator[Problem]:
        for name, each in self.derived.items():
            path = f"derived.{key(name)}"
            if name in self.engine or name in self.inputs:
                yield Problem(path, "reserved_name", {"name": name})
            elif name not in self.used:
                yield Problem(path, "unused_input", {"input": name})
            for problem in checks.rule_problems(each.rule, self.scope, None):
                yield problem.under(path)
        yield from checks.circles({name: each.rule for name, each in self.derived.items()})

    def _estimate_problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the figures assumed where none are declared."""
        for index, each in enumerate(self.missing):
            path = f"missing[{index}].figures"
            if not self.inputs:
                yield Problem(f"missing[{index}]", "nothing_declared")
            unknown = [name for name in each.figures or () if name not in self.inputs]
            for name in unknown:
                values = {"input": name, "choices": list(self.inputs)}
                yield Problem(f"{path}.{key(name)}", "unknown_input", values)
            if unknown or each.figures is None:
                continue
            try:
                wrong = list(input_errors(self.inputs, self.assumed(each)))
            except DomainError as error:
                wrong = [error]
            yield from (Problem(path, found.code, found.values) for found in wrong)


class DuesSection(Rule):
    """What members owe under a charter; `units` names the in-kind units used."""

    units: dict[Code, Text] = {}
    levies: Annotated[tuple[Levy, ...], LAX] = ()

    @cached_property
    def in_rounds(self) -> tuple[Levy, ...]:
        """Return the levies that are assessed in rounds, and not when something happens."""
        return tuple(levy for levy in self.levies if levy.has_rounds)

    def levy(self, code: str) -> Levy:
        """Return the levy of a code, or raise UnknownLevy."""
        for levy in self.levies:
            if levy.code == code:
                return levy
        raise UnknownLevy(levy=code, choices=[levy.code for levy in self.levies])

    def problems(self) -> Iterable[Problem]:
        yield from repeated([levy.code for levy in self.levies], "levies[{}].code")
        seen: set[tuple[Occasion, str]] = set()
        for index, levy in enumerate(self.levies):
            if levy.occasion is not None and (levy.occasion, levy.unit) in seen:
                values = {"occasion": levy.occasion.value, "unit": levy.unit}
                yield Problem(f"levies[{index}].trigger", "occasion_twice", values)
            elif levy.occasion is not None:
                seen.add((levy.occasion, levy.unit))
            if levy.unit not in self.units and levy.unit not in currencies():
                yield Problem(f"levies[{index}].unit", "unknown_unit", {"unit": levy.unit})

    def open_questions(self) -> Iterator[Problem]:
        """Yield what the levies leave open: a draft may, a charter in force may not."""
        for index, levy in enumerate(self.levies):
            for problem in levy.open_questions():
                yield problem.under(f"levies[{index}]")
