"""What a charter's rules are made of: strict, frozen objects read from documents.

A document (TOML file, jsonb body, REST body) is parsed into a `Rule`, or refused
with every problem found: an exact path, a code and values, never a sentence.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from consortium import money
from consortium.rules.choices import Basis
from consortium.rules.problems import InvalidDocument as InvalidDocument
from consortium.rules.problems import Problem as Problem
from consortium.rules.problems import joined as joined
from consortium.rules.problems import key, problems_from

LIMIT = Decimal(10) ** 16
"""Amounts of this size or more are refused: ten still add up within numeric(20,3)."""

DECIMALS = 12
"""Digits after the point that a rate or amount in a document may have."""

SHARE_DECIMALS = 6
"""Digits after the point of a share: the tables keep numeric(7,6)."""


def refusal(code: str, **values: Any) -> PydanticCustomError:
    """Return what a validator of one value raises; its path is known to pydantic."""
    return PydanticCustomError(code, code, values)


class Rule(BaseModel):
    """The base of everything a charter says: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def problems(self) -> Iterable[Problem]:
        """Yield what is wrong between this object's parts, by path from here."""
        return ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        found = tuple(self.problems())
        if found:
            raise refusal("problems", found=found)
        return self

    def body(self) -> dict[str, Any]:
        """Return the document this was parsed from: amounts as text, days as dates.

        A null, which only JSON has, says nothing and is left out.
        """
        plain: dict[str, Any] = _plain(self.model_dump(exclude_unset=True, exclude_none=True))
        return plain

    def stored(self) -> dict[str, Any]:
        """Return the same document for JSON: days as ISO 8601 text."""
        iso: dict[str, Any] = _plain(
            self.model_dump(exclude_unset=True, exclude_none=True), iso=True
        )
        return iso


def parse[T: Rule](schema: type[T], body: object, path: str = "") -> T:
    """Return the object a document describes.

    `path` is where the document stands in a larger one. Raises InvalidDocument.
    """
    unstorable = tuple(_unstorable(body, path))
    if unstorable:
        raise InvalidDocument(unstorable)
    try:
        return schema.model_validate(body)
    except ValidationError as error:
        found = [problem.under(path) for problem in problems_from(error, body)]
        raise InvalidDocument(found) from None


def _unstorable(body: object, path: str) -> Iterator[Problem]:
    """Yield the texts PostgreSQL cannot hold: NUL characters and half surrogate pairs."""
    if isinstance(body, Mapping):
        for name, value in body.items():
            if not _storable(str(name)):
                yield Problem(path, "unstorable_text")
            else:
                yield from _unstorable(value, joined(path, key(str(name))))
    elif isinstance(body, list | tuple):
        for index, value in enumerate(body):
            yield from _unstorable(value, f"{path}[{index}]")
    elif isinstance(body, str) and not _storable(body):
        yield Problem(path, "unstorable_text")


def _storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _plain(value: Any, *, iso: bool = False) -> Any:
    """Return a value as TOML (or, with `iso`, JSON) knows it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item, iso=iso) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, iso=iso) for item in value]
    if isinstance(value, str):
        return str(value)
    if isinstance(value, date) and iso:
        return value.isoformat()
    return value


# Values


def plain(amount: Decimal) -> str:
    """Return a decimal as a document writes it: all its digits, never an exponent."""
    return format(amount, "f")


_WRITTEN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


def _amount(value: object) -> Decimal:
    if isinstance(value, int | float):
        raise refusal("amount_not_quoted", value=str(value))
    if isinstance(value, str):
        if not _WRITTEN.fullmatch(value):
            raise refusal("not_an_amount", value=value[:40])
        value = money.parse(value)
    if not isinstance(value, Decimal) or not value.is_finite():
        raise refusal("not_an_amount", value=str(value)[:40])
    if abs(value) >= LIMIT:
        raise refusal("amount_too_large", value=plain(value)[:40], limit=plain(LIMIT))
    if -int(value.as_tuple().exponent) > DECIMALS:
        raise refusal("too_many_decimals", value=plain(value), decimals=DECIMALS)
    return value


def _share(value: Decimal) -> Decimal:
    if not 0 <= value <= 1:
        raise refusal("not_a_share", value=plain(value))
    if -int(value.as_tuple().exponent) > SHARE_DECIMALS:
        raise refusal("too_many_decimals", value=plain(value), decimals=SHARE_DECIMALS)
    return value


def _day(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise refusal("not_a_day", value=value) from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise refusal("not_a_day", value=str(value)[:40])
    if not 1900 <= value.year < 2200:
        raise refusal("absurd_day", value=value.isoformat())
    return value


def _named(pattern: str, code: str) -> tuple[AfterValidator, WithJsonSchema]:
    """Return what makes text a name of a form; anything else is refused by the code."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value, re.ASCII):
            raise refusal(code, value=value[:60])
        return value

    return AfterValidator(check), WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})


Amount = Annotated[
    Decimal,
    BeforeValidator(_amount),
    PlainSerializer(plain, return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{_WRITTEN.pattern}$"}),
]
"""Money or a rate: text such as "0.01" in the document, exact `Decimal` in the object."""

Share = Annotated[Amount, AfterValidator(_share)]
"""A part of a whole, from "0" to "1": text in the document, exact `Decimal` in the object."""

Day = Annotated[date, BeforeValidator(_day)]
"""A day: a TOML date, or ISO 8601 text where a document is JSON; years 1900 to 2199."""

Code = Annotated[str, *_named(r"[a-z][a-z0-9_]{0,49}", "not_a_code")]
"""A name of ours inside a document: `dues`, `semiconductor_sales`."""

Slug = Annotated[str, *_named(r"(?=.{1,50}$)[a-z0-9]+(?:-[a-z0-9]+)*", "not_a_slug")]
"""A name that may stand in a URL: `sematech`, `texas-instruments`."""

LAX = Field(strict=False)
"""For tuples and choices: a document writes them as lists and as text."""


class Text(Rule):
    """Words in English, in Chinese, or both."""

    en: Annotated[str, StringConstraints(max_length=2000)] = ""
    zh: Annotated[str, StringConstraints(max_length=2000)] = ""

    def problems(self) -> Iterable[Problem]:
        if not self.en.strip() and not self.zh.strip():
            yield Problem("", "empty_text")

    def pick(self, language: str) -> str:
        """Return the words in a language (`en`, `zh-hans` …), or in the other one."""
        return (self.zh or self.en) if language.lower().startswith("zh") else (self.en or self.zh)


class Recorded(Rule):
    """Something a document records: where it is written, what it rests on, what to know."""

    source: str = ""
    basis: Annotated[Basis | None, LAX] = None
    note: Text | None = None


def ends_before_start(starts_on: date | None, ends_on: date | None) -> Iterator[Problem]:
    """Yield the problem of a period that holds no day."""
    if starts_on is not None and ends_on is not None and ends_on <= starts_on:
        yield Problem("ends_on", "ends_before_start", {"starts_on": starts_on, "ends_on": ends_on})


def repeated(names: Iterable[str], path: str) -> Iterator[Problem]:
    """Yield each name that stood there before; `path` takes its index."""
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if first.setdefault(name, index) != index:
            values = {"value": name, "other": path.format(first[name])}
            yield Problem(path.format(index), "twice", values)


class MonthDay(Rule):
    """A day of every year, such as a fiscal year's first; 29 February is 28 in other years."""

    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]

    def problems(self) -> Iterable[Problem]:
        days = monthrange(2000, self.month)[1]
        if self.day > days:
            yield Problem("day", "too_large", {"limit": days})
