"""Recomputing who owns results."""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from itertools import groupby
from operator import attrgetter

from consortium.models import Consortium
from consortium.registry import Failure
from ip.models import OwnershipShare, Result


def ownership(*, consortium: Consortium | None) -> Iterator[Failure]:
    """The parts of every result come to exactly 1 on every day since it was complete."""
    results = Result.objects.filter(consortium=consortium)
    for number in results.filter(shares=None).values_list("number", flat=True):
        yield Failure("result_without_owner", f"result:{number}")
    shares = OwnershipShare.objects.filter(result__consortium=consortium)
    rows = shares.select_related("result").order_by("result", "starts_on")
    for result, mine in groupby(rows.iterator(chunk_size=1000), attrgetter("result")):
        for day, total in wrong_days(result.completed_on, list(mine)):
            values = {"on": day, "total": str(total)}
            yield Failure("result_shares_not_whole", f"result:{result.number}", values)


def wrong_days(completed_on: date, shares: list[OwnershipShare]) -> Iterable[tuple[date, Fraction]]:
    """Yield each day from which on the parts do not come to 1, with what they come to."""
    days = {completed_on, *(share.starts_on for share in shares)}
    days |= {share.ends_on for share in shares if share.ends_on is not None}
    for day in sorted(days):
        parts = (share.part for share in shares if share.period.contains(day))
        total = sum(parts, start=Fraction(0))
        if total != (1 if day >= completed_on else 0):
            yield day, total
