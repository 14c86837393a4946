"""What a rule may ask for: declared figures of five kinds, and what the engine supplies."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from consortium.errors import DomainError
from consortium.rules.schema import LAX, Code, Problem, Rule, Text, repeated
from consortium.rules.standards import currencies
from funding.rules.figures import (
    UNDECLARED,
    Declared,
    Domain,
    Figure,
    Foreign,
    Lines,
    MissingInput,
    UnknownInput,
    errors_of,
    number_errors,
)

Unit = Annotated[str, Field(min_length=1, max_length=20)]
"""An ISO 4217 code, or an in-kind unit declared in the section, such as `days`."""


class LinesMissing(DomainError):
    """The charter asks for this figure in lines, each of them stated, if only as zero."""

    code = "lines_missing"


class NotInLines(DomainError):
    """The charter asks for this figure in one piece."""

    code = "not_in_lines"


class UnknownLine(DomainError):
    """The charter has no such line of this figure."""

    code = "unknown_line"


class FigureLine(Rule):
    """A line of a figure, such as external sales; `minus`: it is taken off."""

    code: Code
    label: Text
    minus: bool = False

    def signed(self, amount: Decimal) -> Decimal:
        return -amount if self.minus else amount


class MoneyInput(Rule):
    """A figure a member declares, in a currency (the levy's unit unless said).

    `currencies`: others it may be declared in, converted by the levy's `exchange`.
    `lines`: what it is made up of; the figure is their sum.
    """

    kind: Literal["money"]
    label: Text
    unit: Unit | None = None
    optional: bool = False
    currencies: Annotated[tuple[Unit, ...], LAX] = ()
    lines: Annotated[tuple[FigureLine, ...], LAX] = ()

    @cached_property
    def domain(self) -> Domain:
        return Domain(optional=self.optional, money=True, currencies=self.currencies)

    def problems(self) -> Iterable[Problem]:
        yield from repeated([each.code for each in self.lines], "lines[{}].code")
        yield from repeated(self.currencies, "currencies[{}]")
        for index, unit in enumerate(self.currencies):
            if unit not in currencies():
                yield Problem(f"currencies[{index}]", "unknown_unit", {"unit": unit})
        if self.lines and all(each.minus for each in self.lines):
            yield Problem("lines", "only_minus")


class Plain(Rule):
    """An input that is in no unit of money or of kind, and of one piece."""

    label: Text
    optional: bool = False

    @property
    def unit(self) -> Unit | None:
        return None

    @property
    def lines(self) -> tuple[FigureLine, ...]:
        return ()


class CountInput(Plain):
    """A whole number of something, such as employees; `optional`: may be not declared."""

    kind: Literal["count"]

    @cached_property
    def domain(self) -> Domain:
        return Domain(whole=True, optional=self.optional)


class QuantityInput(Plain):
    """A number that may have decimals, such as person-years, or turnover in millions."""

    kind: Literal["quantity"]

    @cached_property
    def domain(self) -> Domain:
        return Domain(optional=self.optional)


class ChoiceInput(Plain):
    """One of some choices, each a code with its words."""

    kind: Literal["choice"]
    choices: Annotated[dict[Code, Text], Field(min_length=1)]

    @cached_property
    def domain(self) -> Domain:
        return Domain(options=tuple(self.choices), optional=self.optional)

    def problems(self) -> Iterable[Problem]:
        if UNDECLARED in self.choices:
            yield Problem(f"choices.{UNDECLARED}", "reserved_name", {"name": UNDECLARED})


class YesNoInput(Plain):
    """Yes or no."""

    kind: Literal["yes_no"]

    @cached_property
    def domain(self) -> Domain:
        return Domain(options=(True, False), optional=self.optional)


Input = Annotated[
    MoneyInput | CountInput | QuantityInput | ChoiceInput | YesNoInput,
    Field(discriminator="kind"),
]
"""The kinds of input."""

MEMBER_MONTHS, CATEGORY = "member_months", "category"

SUPPLIED: dict[str, Domain] = {
    "membership_year": Domain(lowest=Fraction(1), whole=True),
    "joined_month": Domain(Fraction(1), Fraction(12), whole=True, optional=True),
    "joined_half": Domain(Fraction(1), Fraction(2), whole=True, optional=True),
    MEMBER_MONTHS: Domain(Fraction(0), Fraction(120), whole=True),
}
"""What the engine knows of a membership without asking, beside its `category`.

`membership_year` is 1 in the first twelve months; `joined_month` (of the calendar
year) and `joined_half` (of the period) are undeclared for who joined before it;
`member_months` counts the period's months in one of the levy's categories.
"""

LATE: dict[str, Domain] = {
    "overdue": Domain(money=True),
    "days_late": Domain(lowest=Fraction(1), whole=True),
    "overdue_days": Domain(),
    "reference": Domain(lowest=Fraction(-100)),
}
"""What the engine knows of a late charge, for levies that are charged for it.

`overdue`: what is open of it; `days_late`: since its due day; `overdue_days`: what was
open on each day that is counted, added up; `reference`: the levy's reference rate in
percent a year, in force on the first of these days.
"""

ON_OCCASION: dict[str, Domain] = {"amount": Domain(money=True)}
"""What is supplied where a levy is charged on an occasion: the sum it is about."""

OF_MONTHS = frozenset({"joined_half", MEMBER_MONTHS})
"""What only a period of months has."""


def input_errors(asked: Mapping[str, Input], given: Mapping[str, object]) -> Iterator[DomainError]:
    """Yield what is wrong with the figures given for some inputs; each names its `input`."""
    for name, each in asked.items():
        if name not in given and not each.optional:
            yield MissingInput(input=name)
    for name, value in given.items():
        if name not in asked:
            yield UnknownInput(input=name, choices=list(asked))
        else:
            yield from errors_of(name, asked[name].domain, value)


def line_errors(name: str, asked: Input, declared: Declared) -> Iterator[DomainError]:
    """Yield what is wrong with the lines of a figure, or that it came with or without them."""
    if isinstance(declared, Lines) and not asked.lines:
        yield NotInLines(input=name)
        return
    lines = {each.code: each for each in asked.lines}
    given = declared.amounts if isinstance(declared, Lines) else {}
    for code, amount in given.items():
        if code not in lines:
            yield UnknownLine(input=name, line=code, choices=list(lines))
        else:
            yield from number_errors(f"{name}.{code}", amount)
    left_out = [code for code in lines if code not in given]
    if left_out and declared is not None:
        yield LinesMissing(input=name, lines=left_out)


def summed(asked: Input, declared: Declared) -> Figure:
    """Return a figure in one piece: lines added up by the charter's signs."""
    if not isinstance(declared, Lines):
        return declared
    signed = [each.signed(declared.amounts[each.code]) for each in asked.lines]
    total = sum(signed, start=Decimal(0))
    return Foreign(total, declared.unit) if declared.unit else total
