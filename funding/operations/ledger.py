"""Moving money: balanced transfers under one key, and their reversal."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from consortium.errors import DomainError
from consortium.models import Consortium, Member
from consortium.models.base import among
from consortium.money import quantum
from funding.models import Account, Charge, Payment, Transfer, YearClose
from funding.operations.agenda import look_again
from funding.states import MEMBER_ACCOUNTS, AccountKind


class YearClosed(DomainError):
    """The books of that day are closed; book it on a day that is still open."""

    code = "year_closed"


class AlreadyReversed(DomainError):
    code = "already_reversed"


class NothingToReverse(DomainError):
    """No transfer stands under this key."""

    code = "nothing_to_reverse"


class FinerThanUnit(DomainError):
    """The amount has more decimals than its currency."""

    code = "finer_than_unit"


class Leg(NamedTuple):
    """One transfer of an event: what is moved from where to where, and what it is for.

    Accounts kept per member are `member`'s, the others the consortium's.
    """

    debit: AccountKind
    credit: AccountKind
    amount: Decimal
    member: Member | None = None
    charge: Charge | None = None
    payment: Payment | None = None


class Event(NamedTuple):
    """One business event: its key, the day it counts for, and its legs."""

    key: str
    on: date
    legs: Sequence[Leg]


def transfer(
    *, consortium: Consortium, unit: str, key: str, on: date, legs: Sequence[Leg]
) -> list[Transfer]:
    """Post the legs of one business event under its key, which is used once.

    A charge whose transfers change is looked at again. Raises YearClosed, FinerThanUnit.
    """
    return transfer_all(consortium=consortium, unit=unit, events=[Event(key, on, legs)])


def transfer_all(*, consortium: Consortium, unit: str, events: Sequence[Event]) -> list[Transfer]:
    """Post many events at once, as `transfer` posts one."""
    for on in sorted({event.on for event in events})[:1]:
        refuse_closed(consortium, unit, on)
    legs = [leg for event in events for leg in event.legs]
    for leg in legs:
        if leg.amount != leg.amount.quantize(quantum(unit)):
            raise FinerThanUnit(value=leg.amount, smallest=quantum(unit))
    found = {
        (kind, member): pk
        for kind in {kind for leg in legs for kind in (leg.debit, leg.credit)}
        for member, pk in accounts(consortium, kind, unit, holders(kind, legs)).items()
    }
    rows = [
        Transfer(
            consortium=consortium,
            unit=unit,
            debit_id=found[leg.debit, holder(leg.debit, leg)],
            credit_id=found[leg.credit, holder(leg.credit, leg)],
            amount=leg.amount,
            on=event.on,
            key=event.key,
            leg=number,
            charge=leg.charge,
            payment=leg.payment,
        )
        for event in events
        for number, leg in enumerate(event.legs)
    ]
    Transfer.objects.bulk_create(rows, batch_size=1000)
    for event in events:
        look_again((leg.charge.pk for leg in event.legs if leg.charge), on=event.on)
    return rows


def reverse(*, consortium: Consortium, key: str, on: date) -> list[Transfer]:
    """Post the opposite of everything under a key, once. Raises what `transfer` does.

    Raises NothingToReverse, AlreadyReversed.
    """
    rows = list(
        Transfer.objects.select_for_update(no_key=True)
        .filter(consortium=consortium, key=key)
        .order_by("leg")
    )
    if not rows:
        raise NothingToReverse(event=key)
    if Transfer.objects.filter(reverses__in=rows).exists():
        raise AlreadyReversed(event=key)
    refuse_closed(consortium, rows[0].unit, on)
    opposite = [
        Transfer(
            consortium=consortium,
            unit=row.unit,
            debit_id=row.credit_id,
            credit_id=row.debit_id,
            amount=row.amount,
            on=on,
            key=f"reverse:{key}",
            leg=row.leg,
            charge_id=row.charge_id,
            payment_id=row.payment_id,
            reverses=row,
        )
        for row in rows
    ]
    Transfer.objects.bulk_create(opposite)
    look_again((row.charge_id for row in rows if row.charge_id), on=on)
    return opposite


def refuse_closed(consortium: Consortium, unit: str, on: date) -> None:
    """Raise YearClosed where the books of a day are closed.

    Nobody closes them before the transaction ends: closing waits for this lock, which
    every row posted takes anyway.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM consortium_consortium WHERE id = %s FOR KEY SHARE", [consortium.pk]
        )
    closed = YearClose.objects.filter(consortium=consortium, unit=unit, closed_on__isnull=False)
    last = closed.filter(ends_on__gt=on).order_by("-ends_on").first()
    if last is not None:
        raise YearClosed(on=on, open_from=last.ends_on)


def holder(kind: AccountKind, leg: Leg) -> int | None:
    return leg.member.pk if leg.member and kind in MEMBER_ACCOUNTS else None


def holders(kind: AccountKind, legs: Iterable[Leg]) -> set[int | None]:
    return {holder(kind, leg) for leg in legs if kind in (leg.debit, leg.credit)}


def accounts(
    consortium: Consortium, kind: AccountKind, unit: str, members: Iterable[int | None]
) -> Mapping[int | None, int]:
    """Return the keys of some members' accounts of a kind, opened where there is none yet."""
    asked = sorted(set(members), key=lambda member: member or 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO funding_account (uid, consortium_id, kind, member_id, unit)"
            " SELECT gen_random_uuid(), %s, %s, member, %s FROM unnest(%s::bigint[]) AS member"
            " ON CONFLICT DO NOTHING",
            [consortium.pk, kind.value, unit, asked],
        )
    own = Q(member=None) if asked == [None] else Q(member__in=among(filter(None, asked)))
    rows = Account.objects.filter(own, consortium=consortium, kind=kind, unit=unit)
    return dict(rows.values_list("member_id", "pk"))
