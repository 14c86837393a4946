"""Recomputing what must hold of payments, balances, closed years and the ladder."""

from collections.abc import Iterator

from django.db.models import F, Max, Q, Sum, Window
from django.db.models.functions import Lag

from consortium.models import Consortium, digest
from consortium.registry import Failure
from funding.models import Account, Charge, DunningStep, Payment, Transfer, YearClose
from funding.reports.books import CLOSING
from funding.reports.closing import closing_of
from funding.reports.open_items import NONE
from funding.states import RESULT_ACCOUNTS, AccountKind

CHUNK = 1000


def payments(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Every payment has its digest, came in once and in full, and no more of it is assigned."""
    own = {f"transfers__{side}__kind": kind for side, kind in IN.items()}
    dated = {"transfers__unit": F("unit"), "transfers__on": F("booked_on")}
    came = Q(transfers__key__startswith="payment:", **dated, **own)
    rows = Payment.objects.filter(consortium=consortium).annotate(
        came=Sum("transfers__amount", filter=came, default=NONE),
        given=Sum("transfers__amount", filter=assigned("debit"), default=NONE),
        back=Sum("transfers__amount", filter=assigned("credit"), default=NONE),
    )
    for each in rows.iterator(chunk_size=CHUNK):
        subject = f"payment:{each.uid}"
        if each.digest != digest(each.content()):
            yield Failure("payment_altered", subject)
        if each.came != each.amount:
            yield Failure("payment_not_posted", subject)
        elif each.given > each.back:
            yield Failure("payment_overspent", subject)


IN = {"debit": AccountKind.BANK, "credit": AccountKind.UNASSIGNED}


def assigned(side: str) -> Q:
    return Q(**{f"transfers__{side}__kind": AccountKind.UNASSIGNED})


def balances(*, consortium: Consortium | None) -> Iterator[Failure]:
    """All balances of a unit sum to zero."""
    sums: dict[str, list[object]] = {}
    for side in ("debit", "credit"):
        rows = Transfer.objects.filter(consortium=consortium).values_list(f"{side}__unit")
        for unit, amount in rows.annotate(sum=Sum("amount")).order_by():
            sums.setdefault(unit, []).append(amount)
    for unit, sides in sorted(sums.items()):
        if len(sides) != 2 or sides[0] != sides[1]:
            yield Failure("books_unbalanced", f"unit:{unit}")


def over_settled(*, consortium: Consortium | None) -> Iterator[Failure]:
    """No more of a charge is settled than was charged."""
    kind = AccountKind.RECEIVABLE
    rows = Charge.objects.filter(consortium=consortium).annotate(
        owed=Sum("transfers__amount", filter=Q(transfers__debit__kind=kind), default=NONE),
        settled=Sum("transfers__amount", filter=Q(transfers__credit__kind=kind), default=NONE),
    )
    for number in rows.filter(settled__gt=F("owed")).values_list("number", flat=True):
        yield Failure("charge_oversettled", f"charge:{number}")


def credits(*, consortium: Consortium | None) -> Iterator[Failure]:
    """No member has used more credit than stood on its account."""
    accounts = Account.objects.filter(consortium=consortium, kind=AccountKind.ON_ACCOUNT)
    used = dict(accounts.values_list("pk").annotate(sum=Sum("debits__amount")).order_by())
    stood = dict(accounts.values_list("pk").annotate(sum=Sum("credits__amount")).order_by())
    for pk, uid in accounts.order_by("pk").values_list("pk", "uid"):
        if (used[pk] or NONE) > (stood[pk] or NONE):
            yield Failure("credit_below_zero", f"account:{uid}")


def year_closes(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Closed years are as they were closed: carried over in full, and nothing booked since."""
    rows = YearClose.objects.filter(consortium=consortium, closed_on__isnull=False)
    for each in rows.select_related("consortium").order_by("unit", "ends_on"):
        found, subject = closing_of(each), f"year_close:{each.uid}"
        if found.digest(each.uid) != each.digest or found.surplus != each.surplus:
            yield Failure("close_altered", subject)
        if any(left(each)):
            yield Failure("result_not_carried", subject)
        yield from booked_since(each)


def left(close: YearClose) -> Iterator[object]:
    """Yield what is left on each account of income or expense at the end of a closed year."""
    rows = Transfer.objects.filter(
        consortium=close.consortium, unit=close.unit, on__lt=close.ends_on
    )
    for kind in RESULT_ACCOUNTS:
        sums = rows.aggregate(
            debit=Sum("amount", filter=Q(debit__kind=kind), default=NONE),
            credit=Sum("amount", filter=Q(credit__kind=kind), default=NONE),
        )
        yield sums["debit"] - sums["credit"]


def booked_since(close: YearClose) -> Iterator[Failure]:
    """Yield what was booked in a year after it was closed."""
    rows = Transfer.objects.filter(
        consortium=close.consortium, unit=close.unit, on__lt=close.ends_on
    )
    own = f"{CLOSING}{close.unit}:{close.ends_on.isoformat()}"
    closed_at = rows.filter(key=own).aggregate(at=Max("recorded_at"))["at"]
    late = rows.filter(on__gte=close.starts_on, recorded_at__gt=closed_at) if closed_at else []
    for each in late:
        yield Failure("booked_after_close", f"transfer:{each.key}/{each.leg}")


def agenda(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Every charge is on the agenda of its consortium, or was once."""
    here = Q(item__isnull=True) | ~Q(item__consortium=F("consortium"))
    rows = Charge.objects.filter(here, consortium=consortium)
    for number in rows.order_by("pk").values_list("number", flat=True):
        yield Failure("item_missing", f"charge:{number}")


def steps(*, consortium: Consortium | None) -> Iterator[Failure]:
    """The levels of a charge's ladder were taken one after the other."""
    before = Window(Lag("on"), partition_by=[F("charge")], order_by=["position"])
    rows = DunningStep.objects.filter(consortium=consortium).annotate(before=before)
    for each in rows.order_by("charge", "position").iterator(chunk_size=CHUNK):
        if each.before is not None and each.before > each.on:
            yield Failure("steps_out_of_order", f"dunning_step:{each.uid}")
