"""Names that standards fix: countries, currencies, time zones."""

from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo

import pycountry
from pydantic import AfterValidator

from consortium.rules.schema import refusal


@cache
def countries() -> frozenset[str]:
    """Return the two-letter codes of ISO 3166-1."""
    return frozenset(country.alpha_2 for country in pycountry.countries)


@cache
def currencies() -> frozenset[str]:
    """Return the currency codes of ISO 4217."""
    return frozenset(currency.alpha_3 for currency in pycountry.currencies)


def _country(value: str) -> str:
    if value not in countries():
        raise refusal("unknown_country", country=value[:40])
    return value


def _currency(value: str) -> str:
    if value not in currencies():
        raise refusal("unknown_currency", currency=value[:40])
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise refusal("unknown_time_zone", time_zone=value[:40]) from None
    return value


Country = Annotated[str, AfterValidator(_country)]
Currency = Annotated[str, AfterValidator(_currency)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
