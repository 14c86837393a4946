"""Recording exchange rates, reference rates and looks at secret figures."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, Member, User
from consortium.operations.audit import record
from consortium.rules.standards import currencies
from consortium.states import Role
from funding.models import ExchangeRate, FigureView, ReferenceRate
from funding.states import Screen


class UnknownCurrency(DomainError):
    code = "unknown_currency"


class RateNotPositive(DomainError):
    code = "rate_not_positive"


class RateInTheFuture(DomainError):
    code = "rate_in_the_future"


class RateKnown(DomainError):
    """This rate of this day is recorded; a correction must say that it is one."""

    code = "rate_known"


class ReferenceOutOfRange(DomainError):
    code = "reference_out_of_range"


class ReferenceKnown(DomainError):
    """This reference rate is recorded from this day; a correction must say that it is one."""

    code = "reference_known"


@operation(allow={Role.FINANCE})
def record_rate(
    *,
    consortium: Consortium,
    rate: str,
    unit: str,
    into: str,
    published_on: date,
    value: Decimal,
    source: str = "",
    correction: bool = False,
    by: User | None,
    on: date,
) -> ExchangeRate:
    """Record what one `unit` was worth in `into`, by a named rate, on the day it was published.

    Raises UnknownCurrency, RateNotPositive, RateInTheFuture, RateKnown.
    """
    for each in (unit, into):
        if each not in currencies():
            raise UnknownCurrency(currency=each)
    if not 0 < value < 10**10 or value.normalize().as_tuple().exponent < -10:  # type: ignore[operator]
        raise RateNotPositive(value=value)
    if published_on > on:
        raise RateInTheFuture(published_on=published_on)
    Consortium.objects.select_for_update(no_key=True).get(pk=consortium.pk)
    same = {"consortium": consortium, "rate": rate, "unit": unit, "into": into}
    known = ExchangeRate.objects.filter(**same, on=published_on).count()
    if known and not correction:
        raise RateKnown(unit=unit, on=published_on)
    recorded = ExchangeRate.objects.create(
        **same, on=published_on, version=known + 1, value=value, source=source, recorded_by=by
    )
    record(consortium=consortium, action="record_rate", by=by, on=on, subject=recorded)
    return recorded


@operation(allow={Role.FINANCE})
def record_reference_rate(
    *,
    consortium: Consortium,
    rate: str,
    starts_on: date,
    percent: Decimal,
    source: str = "",
    correction: bool = False,
    by: User | None,
    on: date,
) -> ReferenceRate:
    """Record a reference rate in percent a year, as it holds from a day on.

    A rate that is announced may be recorded before its day. Raises ReferenceOutOfRange,
    ReferenceKnown.
    """
    if not -100 < percent < 1000 or percent.normalize().as_tuple().exponent < -4:  # type: ignore[operator]
        raise ReferenceOutOfRange(value=percent)
    Consortium.objects.select_for_update(no_key=True).get(pk=consortium.pk)
    same = {"consortium": consortium, "rate": rate, "starts_on": starts_on}
    known = ReferenceRate.objects.filter(**same).count()
    if known and not correction:
        raise ReferenceKnown(rate=rate, on=starts_on)
    recorded = ReferenceRate.objects.create(
        **same, version=known + 1, percent=percent, source=source, recorded_by=by
    )
    record(consortium=consortium, action="record_reference_rate", by=by, on=on, subject=recorded)
    return recorded


def note_view(
    *,
    consortium: Consortium,
    screen: Screen,
    by: User,
    members: Sequence[Member | int],
    subject: UUID | None = None,
) -> None:
    """Record that somebody looked at secret figures; at those of many on one screen, once.

    No operation: reading needs no right beyond the one to read. Nothing is recorded of
    reference cases, which are published.
    """
    if consortium.is_reference or not members:
        return
    keys = {each if isinstance(each, int) else each.pk for each in members}
    FigureView.objects.create(
        consortium=consortium,
        member_id=keys.pop() if len(keys) == 1 else None,
        user=by,
        screen=screen,
        subject=subject,
        count=max(len(keys), 1),
    )
