"""Recomputing the money side from its sources."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F, Q, Sum

from consortium.errors import DomainError
from consortium.models import Consortium, Counter, digest
from consortium.registry import Failure
from funding.models import Assessment, Charge, CreditNote, OpeningItem, Transfer
from funding.rules.outcome import again, stored
from funding.states import AccountKind

POSTED_TO = (AccountKind.LEVY_INCOME, AccountKind.LATE_INCOME, AccountKind.OPENING)
"""What a charge is the income of; one brought over from other books is none of ours."""


def assessments(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Every assessment has its digest, its declaration's figures, and the amount they give."""
    brought = OpeningItem.objects.filter(consortium=consortium).values("uid")
    rows = Assessment.objects.filter(consortium=consortium).select_related("charter", "declaration")
    rows = rows.exclude(subject__isnull=False, subject__in=brought)
    for each in rows.prefetch_related("declaration__figures").iterator(chunk_size=1000):
        if each.digest != digest(each.content()):
            yield Failure("assessment_altered", f"assessment:{each.uid}")
            continue
        try:
            levy = each.charter.rules("dues").levy(each.levy)
            declared = stored(each.declaration.inputs()) if each.declaration else {}
            if each.category and declared != without(each.inputs, levy.supplied):
                yield Failure("figures_altered", f"assessment:{each.uid}")
            quote = again(levy, each.inputs, each.trace)
        except DomainError as error:
            yield Failure(error.code, f"assessment:{each.uid}")
            continue
        if (quote.amount, quote.unit) != (each.amount, each.unit):
            yield Failure("assessment_differs", f"assessment:{each.uid}")


def without(inputs: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if name not in set(names)}


def charges(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Every charge has its digest and is posted in full."""
    own = Q(
        transfers__key__startswith="charge:",
        transfers__debit__kind=AccountKind.RECEIVABLE,
        transfers__debit__member=F("member"),
        transfers__credit__kind__in=POSTED_TO,
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


def credit_notes(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Every credit note has its digest and is posted in full."""
    for each in CreditNote.objects.filter(consortium=consortium):
        if each.digest != digest(each.content()):
            yield Failure("credit_altered", f"credit_note:{each.number}")
        posted = Transfer.objects.filter(
            consortium=each.consortium_id,
            key=f"credit:{each.number}",
            unit=each.unit,
            on=each.issued_on,
            debit__kind=AccountKind.SURPLUS if each.close_id else AccountKind.LEVY_INCOME,
            credit__member=each.member_id,
        ).aggregate(sum=Sum("amount"))
        if posted["sum"] != each.amount:
            yield Failure("credit_not_posted", f"credit_note:{each.number}")


def settled(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Charges less credit notes of a member's period add up to its last assessment."""
    same = ("member", "levy", "subject", "period_starts_on")
    rows = Assessment.objects.filter(consortium=consortium)
    last = rows.current().values_list(*same, "amount", "uid")
    sums = {
        key: (charged or 0) - (credited or 0)
        for *key_, charged, credited in rows.values_list(*same)
        .annotate(Sum("charges__amount"), Sum("credit_note__amount"))
        .order_by()
        .iterator()
        for key in [tuple(key_)]
    }
    for *key, amount, uid in last.iterator():
        if sums[tuple(key)] != amount:
            yield Failure("charges_differ", f"assessment:{uid}")


def numbers(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Charges and credit notes are numbered without gaps up to their counters."""
    kinds: dict[str, tuple[type[Charge | CreditNote], str]] = {
        "charge": (Charge, ""),
        "credit_note": (CreditNote, "CN-"),
    }
    for counter in Counter.objects.filter(consortium=consortium, kind__in=kinds):
        model, prefix = kinds[counter.kind]
        used = model._default_manager.filter(
            consortium=consortium, number__startswith=f"{prefix}{counter.year}-"
        ).count()
        if used != counter.last:
            yield Failure("number_gap", f"{counter.kind}:{counter.year}", {"last": counter.last})


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
