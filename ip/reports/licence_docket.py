"""What is due for licences, for the docket: statements of sales, and ends of terms."""

from collections.abc import Iterator
from datetime import date
from itertools import takewhile
from typing import Any

from django.db.models import Q

from consortium import access
from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.states import Role
from ip.models import Licence
from ip.reports.licences import upcoming


def due(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Yield the statements due of licences the user may read, and the terms that end."""
    staff = access.holds(user, consortium=consortium, on=on, roles={Role.IP}, organization=None)
    mine = set(
        user.appointments.on(on)
        .filter(consortium=consortium, role=Role.SIGNATORY)
        .values_list("organization", flat=True)
    )
    rows = Licence.objects.visible_to(user, on).granted().filter(result__consortium=consortium)
    relevant = Q(every_months__gt=0) | Q(until__gt=on, until__lte=until)
    for licence in rows.filter(relevant).select_related("result__consortium", "licensee"):
        own = staff or licence.licensee_id in mine
        href = address(licence, staff=staff)
        for _period, due_on in takewhile(lambda each: each[1] <= until, upcoming(licence)):
            yield DocketItem(
                "royalty_statement_due",
                due_on,
                {"licence": licence.number, "due_on": due_on.isoformat()},
                href=href,
                mine=own,
            )
        end = licence.term.ends_on
        if end is not None and on < end <= until:
            yield DocketItem(
                "licence_ends_soon",
                end,
                {"licence": licence.number, "until": end.isoformat()},
                href=href,
                mine=own,
            )


def address(licence: Licence, *, staff: bool) -> str:
    if staff:
        return f"/admin/ip/licence/{licence.pk}/change/"
    return f"/api/v1/licences/{licence.uid}/"
