"""Recomputing what was forgiven, credited, paid back and planned."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F, Sum

from consortium.models import Consortium
from consortium.registry import Failure
from funding.models import Concession, CreditNote, PaymentPlan, Transfer
from funding.states import AccountKind, ConcessionKind

ACCOUNTS = {
    ConcessionKind.WAIVER: (AccountKind.WAIVED, AccountKind.RECEIVABLE),
    ConcessionKind.WRITE_OFF: (AccountKind.WRITTEN_OFF, AccountKind.RECEIVABLE),
    ConcessionKind.REFUND: (AccountKind.ON_ACCOUNT, AccountKind.BANK),
}
KEY = "concession:"


class Posted(NamedTuple):
    """What a transfer under a concession's key moves, and from where to where."""

    debit: str
    credit: str
    member: int | None
    charge: int | None
    amount: Decimal
    unit: str
    on: date


def concessions(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Every concession is posted as it was granted, and nothing that was not."""
    found = posted(consortium)
    noted = dict(
        CreditNote.objects.filter(consortium=consortium, concession__isnull=False)
        .annotate(what=F("concession"))
        .values_list("what", "amount")
    )
    for row in Concession.objects.filter(consortium=consortium).iterator():
        if row.kind == ConcessionKind.CREDIT:
            right = noted.get(row.pk) == (row.amount if row.granted else None)
        else:
            right = found.pop(f"{KEY}{row.uid}", []) == ([expected(row)] if row.granted else [])
        if not right:
            yield Failure("concession_not_posted", f"concession:{row.uid}")
    for key in found:
        yield Failure("concession_missing", f"transfer:{key}")


def posted(consortium: Consortium | None) -> dict[str, list[Posted]]:
    """Return what is posted under the keys of concessions."""
    found: dict[str, list[Posted]] = defaultdict(list)
    rows = Transfer.objects.filter(consortium=consortium, key__startswith=KEY).order_by("leg")
    columns = ("key", "debit__kind", "credit__kind", "debit__member", "credit__member", "charge")
    row: tuple[Any, ...]
    for row in rows.values_list(*columns, "amount", "unit", "on").iterator():
        key, debit, credit, payer, payee, *rest = row
        found[key].append(Posted(debit, credit, payer or payee, *rest))
    return found


def expected(row: Concession) -> Posted:
    debit, credit = ACCOUNTS[ConcessionKind(row.kind)]
    assert row.decided_on is not None
    what = (row.charge_id, row.amount, row.unit, row.decided_on)
    return Posted(debit.value, credit.value, row.member_id, *what)


def plans(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Every granted plan has instalments, for charges of its member and in its unit."""
    rows = PaymentPlan.objects.filter(consortium=consortium, granted=True)
    for plan in rows.annotate(asked=Sum("instalments__amount")).iterator():
        others = plan.charges.exclude(member=plan.member_id, unit=plan.unit)
        if not plan.asked or others.exists() or not plan.charges.exists():
            yield Failure("plan_wrong", f"plan:{plan.uid}")
