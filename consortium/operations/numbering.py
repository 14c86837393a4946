"""Gapless numbers: a counter row in the same transaction as what it numbers."""

from datetime import date
from typing import Any

from django.db.models import F

from consortium.models import Consortium, Counter


def take_numbers(*, consortium: Consortium, kind: str, on: date, count: int = 1) -> range:
    """Take the next numbers of a kind of document in the fiscal year of a day.

    The counter stays locked until the transaction ends, so that a rolled-back
    document leaves no gap.
    """
    where: dict[str, Any] = {
        "consortium": consortium,
        "kind": kind,
        "year": fiscal_year(consortium, on),
    }
    Counter.objects.get_or_create(**where)
    Counter.objects.filter(**where).update(last=F("last") + count)
    last = Counter.objects.get(**where).last
    return range(last - count + 1, last + 1)


def fiscal_year(consortium: Consortium, on: date) -> int:
    """Return the calendar year in which the fiscal year of a day begins."""
    begins = date(on.year, consortium.fiscal_year_month, consortium.fiscal_year_day)
    return on.year if on >= begins else on.year - 1
