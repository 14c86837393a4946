"""What a rule may ask for: declared figures of five kinds, and what the engine supplies."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field

from consortium.errors import DomainError
from consortium.rules.schema import LIMIT, Code, Problem, Rule, Text

PLACES = 3
"""Decimals of a figure; the tables keep numeric(20,3)."""

UNDECLARED = "undeclared"
"""The cell that an input without a value matches."""

type Figure = Decimal | str | bool | None
"""What is declared for an input: a number, a choice, yes or no, or nothing."""

type Given = Fraction | str | bool | None
"""The same, exact."""

type Inputs = Mapping[str, Given]

Unit = Annotated[str, Field(min_length=1, max_length=20)]
"""An ISO 4217 code, or an in-kind unit declared in the section, such as `days`."""


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


class NotWhole(DomainError):
    """A count with a part after the point."""

    code = "not_whole"


class NotAnOption(DomainError):
    """Not one of an input's choices, or neither yes nor no."""

    code = "not_an_option"


@dataclass(frozen=True)
class Domain:
    """The values an input may take: numbers from `lowest` to `highest`, or `options`.

    `optional`: it may be not declared; `money`: it is in the levy's unit.
    """

    lowest: Fraction | None = Fraction(0)
    highest: Fraction | None = None
    whole: bool = False
    options: tuple[str | bool, ...] = ()
    optional: bool = False
    money: bool = False

    @property
    def numeric(self) -> bool:
        return not self.options


class MoneyInput(Rule):
    """A figure a member declares, in a currency (the levy's unit unless said)."""

    kind: Literal["money"]
    label: Text
    unit: Unit | None = None
    optional: bool = False

    @property
    def domain(self) -> Domain:
        return Domain(optional=self.optional, money=True)


class Unitless(Rule):
    """An input that is in no unit of money or of kind."""

    @property
    def unit(self) -> Unit | None:
        return None


class CountInput(Unitless):
    """A whole number of something, such as employees; `optional`: may be not declared."""

    kind: Literal["count"]
    label: Text
    optional: bool = False

    @property
    def domain(self) -> Domain:
        return Domain(whole=True, optional=self.optional)


class QuantityInput(Unitless):
    """A number that may have decimals, such as person-years, or turnover in millions."""

    kind: Literal["quantity"]
    label: Text
    optional: bool = False

    @property
    def domain(self) -> Domain:
        return Domain(optional=self.optional)


class ChoiceInput(Unitless):
    """One of some choices, each a code with its words."""

    kind: Literal["choice"]
    label: Text
    choices: Annotated[dict[Code, Text], Field(min_length=1)]
    optional: bool = False

    @property
    def domain(self) -> Domain:
        return Domain(options=tuple(self.choices), optional=self.optional)

    def problems(self) -> Iterable[Problem]:
        if UNDECLARED in self.choices:
            yield Problem(f"choices.{UNDECLARED}", "reserved_name", {"name": UNDECLARED})


class YesNoInput(Unitless):
    """Yes or no."""

    kind: Literal["yes_no"]
    label: Text
    optional: bool = False

    @property
    def domain(self) -> Domain:
        return Domain(options=(True, False), optional=self.optional)


Input = Annotated[
    MoneyInput | CountInput | QuantityInput | ChoiceInput | YesNoInput,
    Field(discriminator="kind"),
]
"""The kinds of input."""

SUPPLIED: dict[str, Domain] = {
    "membership_year": Domain(lowest=Fraction(1), whole=True),
    "joined_month": Domain(Fraction(1), Fraction(12), whole=True, optional=True),
    "joined_half": Domain(Fraction(1), Fraction(2), whole=True, optional=True),
}
"""What the engine knows of a membership without asking.

`membership_year` is 1 in the first twelve months; `joined_month` (of the calendar
year) and `joined_half` (of the period) are undeclared for who joined before it.
"""


def errors_of(name: str, domain: Domain, value: object) -> Iterator[DomainError]:
    """Yield what is wrong with the value given for an input."""
    if value is None and domain.optional:
        return
    if domain.options:
        options = ["yes", "no"] if True in domain.options else list(domain.options)
        if not isinstance(value, str | bool) or value not in domain.options:
            yield NotAnOption(input=name, value=str(value)[:40], choices=options)
    elif not isinstance(value, Decimal) or not value.is_finite():
        yield NotAFigure(input=name, value=str(value))
    elif value < 0:
        yield NegativeInput(input=name, value=value)
    elif value >= LIMIT:
        yield AbsurdInput(input=name, value=value, limit=LIMIT)
    elif domain.whole and value != value.to_integral_value():
        yield NotWhole(input=name, value=value)
    elif -int(value.as_tuple().exponent) > PLACES:
        yield NotAFigure(input=name, value=str(value), places=PLACES)


def exact(value: Figure) -> Given:
    """Return a declared value as the algebra computes with it."""
    return Fraction(value) if isinstance(value, Decimal) else value


def number(inputs: Inputs, name: str) -> Fraction:
    """Return an input that is used as a number. Raises MissingInput if undeclared."""
    value: Any = inputs[name]
    if value is None:
        raise MissingInput(input=name)
    return value
