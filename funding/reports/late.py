"""What the engine knows of a late charge: what was open of it, for how long, at which rate."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from consortium.errors import DomainError
from funding.models import Assessment, Charge, Payment, ReferenceRate, Transfer
from funding.reports.open_items import open_amount
from funding.rules.dues import Levy
from funding.rules.figures import Figure
from funding.rules.inputs import CATEGORY
from funding.rules.triggers import OverdueTrigger
from funding.states import AccountKind

MATCH = "match:"


class ReferenceMissing(DomainError):
    """The reference rate that late interest follows is not recorded for its first day."""

    code = "reference_missing"


def counted_from(levy: Levy, charge: Charge) -> date:
    """Return the first day a levy counts for a charge: that after those counted already."""
    assert isinstance(levy.trigger, OverdueTrigger)
    before = Assessment.objects.filter(
        member=charge.member_id, levy=levy.code, subject=charge.uid
    ).order_by("-period_starts_on")
    last = before.values_list("period_ends_on", flat=True).first()
    return last or levy.trigger.counted_from(charge.counts_on)


def known(levy: Levy, charge: Charge, *, start: date, on: date) -> dict[str, Figure]:
    """Return the inputs a levy on a late charge uses. Raises ReferenceMissing."""
    found: dict[str, Figure] = {CATEGORY: charge.assessment.category}
    if "overdue" in levy.used:
        found["overdue"] = open_amount(charge, on=on)
    if "days_late" in levy.used:
        found["days_late"] = Decimal((on - charge.counts_on).days)
    if "overdue_days" in levy.used:
        found["overdue_days"] = overdue_days(charge, start=start, on=on)
    if "reference" in levy.used:
        found["reference"] = reference(levy, charge, start)
    return {name: found[name] for name in levy.supplied}


def reference(levy: Levy, charge: Charge, on: date) -> Decimal:
    """Return the levy's reference rate on a day, in percent a year. Raises ReferenceMissing."""
    named = levy.reference
    assert named is not None
    rates = ReferenceRate.objects.in_force(consortium=charge.consortium_id, rate=named.rate, on=on)
    found = rates.first()
    if found is None:
        raise ReferenceMissing(rate=named.label, on=on)
    return found.percent


def overdue_days(charge: Charge, *, start: date, on: date) -> Decimal:
    """Return what was open at the end of each day from `start` to the one before `on`, added up.

    A payment counts from the day it was made, and what was reversed as if it had never been.
    """
    rows = list(
        Transfer.objects.filter(charge=charge, on__lte=on)
        .select_related("debit", "credit", "payment", "reverses__payment")
        .order_by("pk")
    )
    paid_on = paid(row.reverses or row for row in rows)
    total = Decimal(0)
    for row in rows:
        original = row.reverses or row
        since = min(original.on, paid_on.get(original.key, original.on))
        days = (on - max(start, since)).days
        total += signed(row) * max(days, 0)
    return total


def signed(row: Transfer) -> Decimal:
    """Return what a transfer adds to what is open of its charge."""
    owed = row.debit.kind == AccountKind.RECEIVABLE
    settled = row.credit.kind == AccountKind.RECEIVABLE
    return row.amount * (owed - settled)


def paid(rows: Iterable[Transfer]) -> dict[str, date]:
    """Return when the payments were made that were matched under some keys."""
    uids = {
        row.key: UUID(row.key.removeprefix(MATCH).rpartition(":")[0])
        for row in rows
        if row.key.startswith(MATCH)
    }
    payments = Payment.objects.filter(uid__in=uids.values())
    days = dict(payments.values_list("uid", "paid_on"))
    return {key: days[uid] for key, uid in uids.items() if uid in days}
