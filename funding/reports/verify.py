"""Recomputing the money side from its sources."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import F, Q, Sum

from consortium.errors import DomainError
from consortium.models import Consortium, Counter, digest
from consortium.registry import Failure
from funding.models import Assessment, Charge, Transfer
from funding.rules.engine import compute
from funding.states import AccountKind


def assessments(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Every assessment has its digest, its declaration's figures, and the amount they give."""
    rows = Assessment.objects.filter(consortium=consortium).select_related("charter", "declaration")
    for each in rows.prefetch_related("declaration__figures").iterator(chunk_size=1000):
        if each.digest != digest(each.content()):
            yield Failure("assessment_altered", f"assessment:{each.uid}")
            continue
        inputs = {name: Decimal(text) for name, text in each.inputs.items()}
        if inputs != (each.declaration.inputs() if each.declaration else {}):
            yield Failure("figures_altered", f"assessment:{each.uid}")
        try:
            levy = each.charter.rules("dues").levy(each.levy)
            quote = compute(levy, inputs)
        except DomainError as error:
            yield Failure(error.code, f"assessment:{each.uid}")
            continue
        if (quote.amount, quote.unit) != (each.amount, each.unit):
            yield Failure("assessment_differs", f"assessment:{each.uid}")


def charges(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Every charge has its digest and is posted in full; charges add up to their assessment."""
    own = Q(
        transfers__key__startswith="charge:",
        transfers__debit__kind=AccountKind.RECEIVABLE,
        transfers__debit__member=F("member"),
        transfers__credit__kind=AccountKind.LEVY_INCOME,
        transfers__unit=F("unit"),
        transfers__on=F("issued_on"),
    )
    rows = Charge.objects.filter(consortium=consortium).annotate(
        posted=Sum("transfers__amount", filter=own)
    )
    for each in rows.iterator():
        if each.digest != digest(each.content()):
            yield Failure("charge_altered", f"charge:{each.number}")
        if each.posted != each.amount:
            yield Failure("charge_not_posted", f"charge:{each.number}")
    uneven = (
        Assessment.objects.filter(consortium=consortium)
        .annotate(charged=Sum("charges__amount"))
        .filter(charged__isnull=False)
        .exclude(charged=F("amount"))
    )
    for each_uneven in uneven:
        yield Failure("charges_differ", f"assessment:{each_uneven.uid}")


def numbers(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Charge numbers run without gaps up to their counter."""
    for counter in Counter.objects.filter(consortium=consortium, kind="charge"):
        used = Charge.objects.filter(
            consortium=consortium, number__startswith=f"{counter.year}-"
        ).count()
        if used != counter.last:
            yield Failure("number_gap", f"charge:{counter.year}", {"last": counter.last})


def transfers(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Both accounts of every transfer are the consortium's own and in its unit."""
    mixed = Transfer.objects.filter(consortium=consortium).exclude(
        debit__consortium=F("consortium"),
        credit__consortium=F("consortium"),
        debit__unit=F("unit"),
        credit__unit=F("unit"),
    )
    for each in mixed:
        yield Failure("transfer_mixed", f"transfer:{each.key}/{each.leg}")
