"""What licensees paid is divided: the charter's portions first, the rest among the owners."""

from datetime import date, timedelta

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, User
from consortium.operations.advance import each
from consortium.operations.audit import record
from consortium.states import Role
from funding.operations.charging import account_of
from funding.operations.ledger import Leg, transfer
from funding.reports.open_items import open_amount
from funding.states import AccountKind
from ip.models import Distribution, DistributionPart, Licence, LicenceCharge
from ip.operations.telling import inform, people_of
from ip.reports.earnings import divided, received, recoverable, waiting

DAY = timedelta(days=1)


class NotPaid(DomainError):
    """Only what the licensee has paid is divided."""

    code = "royalty_not_paid"


class Distributed(DomainError):
    code = "royalty_distributed"


@operation(allow={Role.FINANCE}, subject="earned")
def distribute(*, earned: LicenceCharge, by: User | None, on: date) -> Distribution:
    """Divide what a licensee paid of a charge, once nothing of it is open, as credit on account.

    The portions of the charter's `licensing` first, the rest among the owners of the day
    the charge is about; what had been given back after it was divided is withheld first.
    Raises NotPaid, Distributed, YearClosed.
    """
    licence = Licence.objects.select_for_update(of=("self",)).get(pk=earned.licence_id)
    if Distribution.objects.filter(earned=earned).exists():
        raise Distributed(charge=earned.charge.number)
    if open_amount(earned.charge):
        raise NotPaid(charge=earned.charge.number)
    came = received(earned)
    withheld = min(came, recoverable(licence))
    parts, kept = divided(earned, came - withheld)
    distribution = Distribution.objects.create(
        earned=earned, received=came, withheld=withheld, kept=kept, distributed_on=on
    )
    rows = DistributionPart.objects.bulk_create(
        DistributionPart(
            distribution=distribution,
            recipient=part.recipient,
            party=part.party,
            numerator=part.share.numerator,
            denominator=part.share.denominator,
            amount=part.amount,
        )
        for part in parts
    )
    pay_out(earned, rows, on)
    record(consortium=licence.consortium, action="distribute", by=by, on=on, subject=distribution)
    return distribution


def pay_out(earned: LicenceCharge, rows: list[DistributionPart], on: date) -> None:
    """Credit each its part on its account, under one key, and tell it."""
    consortium = earned.licence.consortium
    legs = [
        Leg(
            AccountKind.LEVY_INCOME,
            AccountKind.ON_ACCOUNT,
            each.amount,
            account_of(consortium, each.recipient),
        )
        for each in rows
        if each.amount
    ]
    if legs:
        transfer(
            consortium=consortium,
            unit=earned.licence.unit,
            key=f"distribution:{earned.charge.number}",
            on=on,
            legs=legs,
        )
    for each_one in rows:
        people = people_of(consortium, each_one.recipient, on)
        inform(earned.licence.result, people, "royalty_shared", on, str(each_one.uid),
               licence=earned.licence.number)  # fmt: skip


def distribute_paid(*, consortium: Consortium, on: date) -> int:
    """Divide what has been paid; each charge once, however often it is run."""
    return each(
        consortium=consortium,
        sweep="distributions",
        on=on,
        items=waiting(consortium).iterator(chunk_size=500),
        key=lambda earned: str(earned.uid),
        handle=lambda earned: distribute(earned=earned, by=None, on=on),
    )


def next_paid(*, consortium: Consortium, after: date) -> date | None:
    return after + DAY if waiting(consortium).exists() else None
