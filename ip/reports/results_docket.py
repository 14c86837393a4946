"""What is due for results, for the docket: exclusivities that end, results to evaluate."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet

from consortium import access
from consortium.models import Cessation, Consortium, MembershipTerm
from consortium.registry import DocketItem
from consortium.reports.docket import MOST, list_of, told
from consortium.rules.choices import Left
from consortium.states import Role
from ip.models import OwnershipShare, Result
from ip.reports.ceased import left_behind
from ip.reports.overview import held


def watched(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Result]:
    """Return the results the user may see of which an exclusivity may end by a day."""
    # It is looked at last on the day it ends, so what ends in time is looked at in time.
    return Result.objects.visible_to(user, on).filter(
        consortium=consortium, watch__next_on__lte=until
    )


def ending(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Yield the exclusivities that end, of results the user may see."""
    rows = watched(consortium=consortium, user=user, on=on, until=until)
    staff = at_the_desk(consortium, user, on)
    for each in held(consortium, rows, on):
        if each.ends_on is not None and on < each.ends_on <= until:
            said = {"number": each.result.number, "ends_on": each.ends_on.isoformat()}
            yield DocketItem(
                "exclusivity_ends", each.ends_on, said, href=address(each.result, staff=staff)
            )


def unevaluated(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Result]:
    """Return the results of which nothing has been decided yet, where the user evaluates them."""
    if not at_the_desk(consortium, user, on):
        return Result.objects.none()
    rows = Result.objects.visible_to(user, on).filter(consortium=consortium, evaluations=None)
    return rows.order_by("disclosed_on", "pk")


def to_evaluate(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> Iterator[DocketItem]:
    """Yield the results to evaluate, the longest waiting first."""
    rows = unevaluated(consortium=consortium, user=user, on=on, until=until)

    def item(result: Result) -> DocketItem:
        return DocketItem(
            "result_to_evaluate",
            result.disclosed_on,
            {"result": result.number, "disclosed_on": result.disclosed_on.isoformat()},
            href=address(result, staff=True),
            mine=True,
        )

    return told(rows, item, href=list_of(Result, consortium))


def ownerless(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> QuerySet[OwnershipShare]:
    """Return the shares of organizations that are no more, where the user decides on them."""
    if not at_the_desk(consortium, user, on):
        return OwnershipShare.objects.none()
    left = MembershipTerm.objects.filter(member__consortium=consortium, left=Left.CEASED)
    gone = Cessation.objects.filter(consortium=consortium)
    return OwnershipShare.objects.filter(
        Q(owner__in=gone.values("organization")) | Q(owner__in=left.values("member__organization")),
        result__consortium=consortium,
        ends_on=None,
    )


def without_owner(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> Iterator[DocketItem]:
    """Yield, to who decides on them, the shares of owners that are no more, without successor."""
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
