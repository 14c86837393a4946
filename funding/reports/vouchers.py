"""What members paid, what vouchers account for, and what misses one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from consortium.models import Consortium, Member
from consortium.models.base import among
from funding.models import Charge, OpeningItem, Transfer, VoucherItem
from funding.reports.standing import AGES
from funding.rules.vouchers import NONE, Cover, Money, fill
from funding.states import AccountKind

IN, OWED = AccountKind.ON_ACCOUNT, AccountKind.RECEIVABLE
BROUGHT = Q(debit__kind=AccountKind.OPENING, credit__kind=IN)
"""Credit from the books before: it was paid there, and vouchered there."""


@dataclass
class Account:
    """A member's money in one unit: what it paid, what vouchers are for, and paid in all."""

    paid: list[Money] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    most: Decimal = NONE
    days: dict[int, date] = field(default_factory=dict)

    def lacking(self) -> Iterator[tuple[Money, Decimal]]:
        """Yield what of each amount misses a voucher: in all no more than was paid and has none.

        What was paid from credit comes last, since the credit may have had its voucher.
        """
        rest, _over = fill(self.paid, self.covers)
        room = max(self.most - sum((each.amount for each in self.covers), NONE), NONE)
        pairs = zip(self.paid, rest, strict=True)
        for money, lacks in sorted(pairs, key=lambda pair: pair[0].payment is None):
            missing = min(lacks, room) if money.charge is not None else NONE
            room -= missing
            yield money, missing


type Accounts = dict[tuple[int, str], Account]


@dataclass(frozen=True)
class Missing:
    """A charge that is paid and misses a voucher for some of it; `days` since it was paid."""

    charge: Charge
    paid: Decimal
    missing: Decimal
    paid_on: date
    days: int

    @property
    def age(self) -> int:
        """Return the number of its age, from 0."""
        return sum(self.days > limit for limit in AGES)


def accounts(
    consortium: Consortium,
    *,
    members: Iterable[int] | None = None,
    unit: str = "",
    on: date | None = None,
) -> Accounts:
    """Return by member and unit what was paid up to a day, and what vouchers are for it.

    What came over at a cut-over with its voucher counts as vouchered. Three queries.
    """
    rows = Transfer.objects.filter(Q(debit__kind=IN) | Q(credit__kind=IN), consortium=consortium)
    standing = Q(voucher__reversed_by=None)
    if on is not None:
        standing |= Q(voucher__reversed_by__recorded_on__gt=on)
    items = VoucherItem.objects.filter(standing, voucher__consortium=consortium)
    if members is not None:
        keys = list(members)
        mine = among(keys)
        rows = rows.filter(Q(debit__member__in=mine) | Q(credit__member__in=mine))
        items = items.filter(voucher__member__in=mine)
    if unit:
        rows, items = rows.filter(unit=unit), items.filter(voucher__unit=unit)
    if on is not None:
        rows, items = rows.filter(on__lte=on), items.filter(voucher__recorded_on__lte=on)
    found: Accounts = defaultdict(Account)
    gather(rows, found)
    for member, kept, charge, payment, amount in items.values_list(
        "voucher__member", "voucher__unit", "charge", "payment", "amount"
    ):
        found[member, kept].covers.append(Cover(charge, payment, amount))
    before = OpeningItem.objects.filter(consortium=consortium).exclude(voucher="")
    vouchered = set(before.values_list("charge", flat=True))
    for account in found.values():
        old = [each for each in account.paid if each.charge in vouchered]
        account.covers += (Cover(charge=each.charge, amount=each.amount) for each in old)
    return found


def gather(rows: QuerySet[Transfer], found: Accounts) -> None:
    """Sum transfers over on-account, by what was paid with what, into accounts."""
    settled, back = Q(debit__kind=IN, credit__kind=OWED), Q(debit__kind=OWED, credit__kind=IN)
    sums = (
        rows.annotate(owner=Coalesce("debit__member", "credit__member"))
        .values_list("owner", "unit", "payment", "charge")
        .annotate(
            paid=Sum("amount", filter=settled, default=NONE)
            - Sum("amount", filter=back, default=NONE),
            came=Sum("amount", filter=Q(credit__kind=IN) & ~back, default=NONE)
            - Sum("amount", filter=Q(debit__kind=IN) & ~settled, default=NONE),
            brought=Sum("amount", filter=BROUGHT, default=NONE),
            last=Max("on", filter=settled),
        )
        .order_by(F("charge").asc(nulls_last=True), "payment")
    )
    put = defaultdict[tuple[int, str, int], Decimal](Decimal)
    for member, unit, payment, charge, paid, came, brought, last in sums:
        account = found[member, unit]
        account.most += came
        if brought:
            account.covers.append(Cover(amount=brought))
        if charge is not None and paid > 0:
            account.paid.append(Money(payment, charge, paid))
            account.days[charge] = max(last, account.days.get(charge, last))
        if payment is not None:
            put[member, unit, payment] += came - paid
    for (member, unit, payment), credit in put.items():
        if credit > 0:
            found[member, unit].paid.append(Money(payment, None, credit))


def missing(
    consortium: Consortium, *, on: date, members: Iterable[int] | None = None
) -> list[Missing]:
    """Return the charges paid up to a day that miss a voucher, the longest paid first.

    Four queries, whatever their number.
    """
    lacking: dict[int, tuple[Decimal, Decimal, date]] = {}
    for account in accounts(consortium, members=members, on=on).values():
        for money, lacks in account.lacking():
            if money.charge is not None:
                paid, before, _day = lacking.get(money.charge, (NONE, NONE, on))
                day = account.days[money.charge]
                lacking[money.charge] = (paid + money.amount, before + lacks, day)
    keys = [key for key, (_paid, lacks, _day) in lacking.items() if lacks > 0]
    charges = Charge.objects.filter(pk__in=among(keys)).select_related("member__organization")
    rows = []
    for charge in charges:
        paid, lacks, day = lacking[charge.pk]
        rows.append(Missing(charge, paid, lacks, day, (on - day).days))
    return sorted(rows, key=lambda each: (-each.days, each.charge.number))


def account_of(member: Member, unit: str) -> Account:
    """Return one member's money in a unit."""
    found = accounts(member.consortium, members=[member.pk], unit=unit)
    return found.get((member.pk, unit), Account())
