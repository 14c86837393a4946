"""Words for codes and values, in the reader's language.

The domain speaks in codes (`errors`, notices, the docket); every interface
words them here. Higher apps add their own sentences as contributions.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from consortium import money, registry
from consortium.errors import DomainError, Several
from consortium.rules.admission import Failure
from consortium.rules.schema import InvalidDocument, Problem, Text
from consortium.states import ORGANIZATION_KINDS

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
"""How a day stands in stored values."""

ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?[+-]\d{2}:\d{2}")
"""How a moment does, in the consortium's time zone."""


def language() -> str:
    """Return the reader's language without its script or region."""
    return locale().language


CODED = frozenset({"kind", "country", "choices"})
"""Values of an admission rule that are codes of organizations' kinds or of countries."""


def locale() -> Locale:
    """Return the reader's locale."""
    return Locale.parse(to_locale(get_language() or "en"), sep="_")


def amount(value: Decimal, unit: str = "") -> str:
    """Return an amount with grouping, exact, and its unit's code: `7,413,000.00 USD`.

    Zeros that only a column's width adds are left out; the unit's own decimals stay.
    """
    least = -int(money.quantum(unit).as_tuple().exponent) if unit.isupper() else 0
    places = max(least, -int(value.normalize().as_tuple().exponent))
    pattern = "#,##0" + ("." + "0" * places if places else "")
    number = format_decimal(value, format=pattern, locale=locale(), decimal_quantization=False)
    return f"{number} {unit}".strip()


def day(value: date) -> str:
    return format_date(value, format="long", locale=locale())


def period(starts_on: date, ends_on: date | None) -> str:
    """Return a half-open period as people say it: its first and its last day."""
    if ends_on is None:
        return _("from %(start)s") % {"start": day(starts_on)}
    return f"{day(starts_on)} – {day(ends_on - timedelta(days=1))}"


def inside(value: Any) -> str:
    """Return one value as it reads inside a sentence."""
    match value:
        case None:
            return "—"
        case Decimal():
            return amount(value)
        case date():
            return day(value)
        case {"en": english, "zh": chinese}:
            return str((chinese or english) if language() == "zh" else (english or chinese))
        case str() if ISO_DAY.fullmatch(value):
            return stored_day(value)
        case str() if ISO_MOMENT.fullmatch(value):
            return stored_moment(value)
        case Enum() if hasattr(value, "label"):
            return str(value.label)
        case Text():
            return value.pick(get_language() or "en")
        case Failure():
            return failure(value)
        case DomainError():
            return explain(value)
        case list() | tuple() | set() | frozenset():
            return ", ".join(inside(each) for each in value) or "—"
    return str(value)


def stored_day(text: str) -> str:
    """Return a day kept as text in words; what is no day stays as it was written."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def stored_moment(text: str) -> str:
    """Return a moment kept as text in words, no more exact than it is."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    exact = "milliseconds" if at.microsecond else "seconds" if at.second else "minutes"
    return f"{day(at)} {at.time().isoformat(exact)} UTC{at.isoformat()[-6:]}"


class Values(dict[str, str]):
    """Values of a sentence; one that is missing shows as a dash instead of failing."""

    def __missing__(self, key: str) -> str:
        return "—"


def say(code: str, values: dict[str, Any]) -> str:
    """Return the sentence for a code, or the code itself where none was written."""
    text = registry.messages.get(code)
    if text is None:
        return code
    return str(text) % Values({name: inside(value) for name, value in values.items()})


def failure(found: Failure) -> str:
    """Return an admission rule that is not met: kinds by their labels, countries by name."""
    labels = dict(ORGANIZATION_KINDS)
    names = locale().territories

    def called(value: Any) -> Any:
        if isinstance(value, list):
            return [called(each) for each in value]
        return labels.get(value) or names.get(value, value) if isinstance(value, str) else value

    coded = {name: called(found.values[name]) for name in CODED & found.values.keys()}
    return say(found.code, {**found.values, **coded})


def explain(error: DomainError) -> str:
    """Return what was refused and what to do, as sentences."""
    match error:
        case InvalidDocument():
            return "\n".join(problem(each) for each in error.errors)
        case Several():
            return "\n".join(explain(each) for each in error.errors)
    return say(error.code, error.values)


def problem(found: Problem) -> str:
    """Return one thing wrong in a document: its path and the sentence."""
    sentence = say(found.code, found.values)
    return f"{found.path}: {sentence}" if found.path else sentence
