"""Confirming all safe proposals at once."""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, Member, User, sha256
from consortium.operations.audit import record
from consortium.states import Role
from funding.models import Payment
from funding.operations.matching import Allocation, put
from funding.reports.matching import proposed


@dataclass
class Confirmed:
    """What became of the safe proposals, and how many payments wait for a person.

    `refused`: those that something came in the way of, with the reason.
    """

    matched: list[Payment] = field(default_factory=list)
    refused: list[tuple[Payment, DomainError]] = field(default_factory=list)
    rest: int = 0


@operation(allow={Role.FINANCE})
def confirm_safe(*, consortium: Consortium, by: User | None, on: date) -> Confirmed:
    """Match every payment whose proposal is safe, as it is now; the others are left as they are."""
    safe = [each for each in proposed(consortium) if each.safe]
    payments = sorted(each.payment.pk for each in safe)
    list(Payment.objects.select_for_update(no_key=True).filter(pk__in=payments).order_by("pk"))
    members = sorted({each.member.pk for each in safe if each.member})
    list(Member.objects.select_for_update(no_key=True).filter(pk__in=members).order_by("pk"))
    found = Confirmed()
    # Judged again under the locks: somebody may have matched one in between.
    for each in proposed(consortium):
        if not each.safe or each.payment.pk not in payments or each.member is None:
            found.rest += 1
            continue
        allocations = [Allocation(charge, amount) for charge, amount in each.allocations]
        try:
            with transaction.atomic():
                put(each.payment, each.member, allocations, None, by=by, on=on)
        except DomainError as error:
            found.refused.append((each.payment, error))
        else:
            found.matched.append(each.payment)
    if found.matched:
        uids = sorted(str(each.uid) for each in found.matched)
        record(
            consortium=consortium,
            action="confirm_safe",
            by=by,
            on=on,
            count=len(uids),
            digest=sha256("\n".join(uids)),
        )
    return found
