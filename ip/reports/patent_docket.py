"""What is due for patents, for the docket: to staff and to who sees the result."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from consortium import access
from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.states import Role
from ip.models import PatentApplication
from ip.reports.patents import due_of, in_both, owners_on, with_all
from ip.rules.patent_docket import State

QUIET = timedelta(days=190)
"""The longest time in which nothing is told of something that is late: between a year's
first late day and thirty days before its six months of grace are over, and some more."""


def watched(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> QuerySet[PatentApplication]:
    """Return the applications of which something may be due, whose result the user may read."""
    rows = PatentApplication.objects.visible_to(user, on).filter(
        consortium=consortium, watch__next_on__lte=until + QUIET
    )
    return with_all(rows).order_by("pk")


def due(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Yield what somebody has to do for an application whose result the user may read."""
    staff = access.holds(user, consortium=consortium, on=on, roles={Role.IP}, organization=None)
    mine = access.spoken_for(user, consortium=consortium, on=on, roles={Role.SIGNATORY})
    for application in watched(consortium=consortium, user=user, on=on, until=until):
        owners = {each.pk for each in owners_on(application, on)}
        for each in due_of(application, on):
            if each.waits and each.deadline.due_on <= until:
                late = each.state == State.LATE
                yield DocketItem(
                    "patent_late" if late else "patent_due",
                    each.deadline.last_on if late else each.deadline.due_on,
                    {
                        "patent": str(application),
                        "what": in_both(each.deadline),
                        "due_on": each.deadline.due_on.isoformat(),
                        "until": each.deadline.last_on.isoformat(),
                    },
                    href=address(application, staff=staff),
                    mine=staff or bool(owners & mine),
                )


def address(application: PatentApplication, *, staff: bool) -> str:
    if staff:
        return f"/admin/ip/patentapplication/{application.pk}/change/"
    return f"/api/v1/patent-applications/{application.uid}/"
