"""What is declared for an input: the values it may take, and what is wrong with others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from consortium import money
from consortium.errors import DomainError
from consortium.rules.schema import LIMIT
from funding.rules.exact import Exact

PLACES = 3
"""Decimals of a figure; the tables keep numeric(20,3)."""
SMALLEST = Decimal(1).scaleb(-PLACES)

UNDECLARED = "undeclared"
"""The cell that an input without a value matches."""

YES_NO = {"yes": True, "true": True, "no": False, "false": False}


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


class WrongCurrency(DomainError):
    """The charter takes this figure in other currencies only."""

    code = "wrong_currency"


@dataclass(frozen=True)
class Foreign:
    """An amount in another currency than the levy's; the charter's rate converts it."""

    amount: Decimal
    unit: str


@dataclass(frozen=True)
class Lines:
    """A figure in the lines the charter asks for; each amount as written, without its sign.

    `unit`: the currency of all of them; the input's own where it is empty.
    """

    amounts: Mapping[str, Decimal]
    unit: str = ""


type Figure = Decimal | Foreign | str | bool | None
"""What is declared for an input: a number, a choice, yes or no, or nothing."""

type Declared = Figure | Lines
"""The same as people declare it: a figure of money may come in its lines."""

type Given = Decimal | Fraction | str | bool | None
"""What the algebra computes with: exact, in the levy's unit."""

type Inputs = Mapping[str, Given]


@dataclass(frozen=True)
class Domain:
    """The values an input may take: numbers from `lowest` to `highest`, or `options`.

    `optional`: it may be not declared; `money`: it is in the levy's unit;
    `currencies`: others it may be declared in.
    """

    lowest: Fraction | None = Fraction(0)
    highest: Fraction | None = None
    whole: bool = False
    options: tuple[str | bool, ...] = ()
    optional: bool = False
    money: bool = False
    currencies: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        return not self.options


def errors_of(name: str, domain: Domain, value: object) -> Iterator[DomainError]:
    """Yield what is wrong with the value given for an input."""
    if value is None:
        if not domain.optional:
            yield MissingInput(input=name)
        return
    if isinstance(value, Foreign):
        if value.unit not in domain.currencies:
            yield WrongCurrency(input=name, unit=value.unit, choices=list(domain.currencies))
            return
        value = value.amount
    if domain.options:
        options = ["yes", "no"] if True in domain.options else list(domain.options)
        if not isinstance(value, str | bool) or value not in domain.options:
            yield NotAnOption(input=name, value=str(value)[:40], choices=options)
        return
    yield from number_errors(name, value)
    if isinstance(value, Decimal) and value.is_finite() and domain.whole and value % 1:
        yield NotWhole(input=name, value=value)


def number_errors(name: str, value: object) -> Iterator[DomainError]:
    """Yield what is wrong with a number: sign, size, decimals."""
    if not isinstance(value, Decimal) or not value.is_finite():
        yield NotAFigure(input=name, value=str(value))
    elif value < 0:
        yield NegativeInput(input=name, value=value)
    elif value >= LIMIT:
        yield AbsurdInput(input=name, value=value, limit=LIMIT)
    elif value % SMALLEST:
        yield NotAFigure(input=name, value=str(value), places=PLACES)


def number(inputs: Inputs, name: str) -> Exact:
    """Return an input that is used as a number. Raises MissingInput if undeclared."""
    value: Any = inputs[name]
    if value is None:
        raise MissingInput(input=name)
    return value


def read(name: str, domain: Domain | None, text: str) -> Figure:
    """Return the value a text stands for; of an unknown input, a number.

    An amount in another currency has its code behind it: `1200.50 USD`. Raises
    NotAnAmount, NotAnOption.
    """
    if text == UNDECLARED:
        return None
    if domain is None or domain.numeric:
        amount, _, unit = text.partition(" ")
        return Foreign(money.parse(amount), unit) if unit else money.parse(text)
    if True not in domain.options:
        return text
    if text not in YES_NO:
        raise NotAnOption(input=name, value=text[:40], choices=["yes", "no"])
    return YES_NO[text]
