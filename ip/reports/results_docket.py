"""What is due for results, for the docket: exclusivities that end, results to evaluate."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from consortium import access
from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.states import Role
from ip.models import Result
from ip.reports.ceased import left_behind
from ip.reports.overview import held

MOST = 100
"""Results to evaluate that are named one by one, the longest waiting first."""


def ending(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Yield the exclusivities that end, of results the user may see."""
    # It is looked at last on the day it ends, so what ends in time is looked at in time.
    rows = Result.objects.visible_to(user, on).filter(
        consortium=consortium, watch__next_on__lte=until
    )
    if not rows.exists():
        return
    staff = at_the_desk(consortium, user, on)
    for each in held(consortium, rows, on):
        if each.ends_on is not None and on < each.ends_on <= until:
            said = {"number": each.result.number, "ends_on": each.ends_on.isoformat()}
            yield DocketItem(
                "exclusivity_ends", each.ends_on, said, href=address(each.result, staff=staff)
            )


def unevaluated(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> Iterator[DocketItem]:
    """Yield, to who evaluates them, the results of which nothing has been decided yet."""
    if not at_the_desk(consortium, user, on):
        return
    waiting = Result.objects.visible_to(user, on).filter(consortium=consortium, evaluations=None)
    for each in waiting.order_by("disclosed_on", "pk")[:MOST]:
        yield DocketItem(
            "result_to_evaluate",
            each.disclosed_on,
            {"result": each.number, "disclosed_on": each.disclosed_on.isoformat()},
            href=address(each, staff=True),
            mine=True,
        )


def without_owner(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> Iterator[DocketItem]:
    """Yield, to who decides on them, the shares of owners that are no more, without successor."""
    if not at_the_desk(consortium, user, on):
        return
    for each in islice(left_behind(consortium, on, succeeded=False), MOST):
        result, ceased_on = each.share.result, each.owner.ceased_on
        said = {"owner": str(each.share.owner), "result": result.number}
        yield DocketItem(
            "ceased_owner",
            ceased_on,
            {**said, "ceased_on": ceased_on.isoformat()},
            href=address(result, staff=True),
            mine=True,
        )


def at_the_desk(consortium: Consortium, user: Any, on: date) -> bool:
    return access.holds(user, consortium=consortium, on=on, roles={Role.IP}, organization=None)


def address(result: Result, *, staff: bool) -> str:
    return f"/admin/ip/result/{result.pk}/change/" if staff else f"/api/v1/results/{result.uid}/"
