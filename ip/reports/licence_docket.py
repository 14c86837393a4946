"""What is due for licences, for the docket: statements of sales, and ends of terms."""

from collections.abc import Iterator
from datetime import date
from itertools import takewhile
from typing import Any

from django.db.models import Q, QuerySet

from consortium import access
from consortium.models import Consortium
from consortium.periods import Period
from consortium.registry import DocketItem
from consortium.states import Role
from ip.models import Licence
from ip.models.licences import NEVER
from ip.reports.licences import upcoming


def relevant(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Licence]:
    """Return the licences the user may read that bear royalties, or end by a day."""
    rows = (
        Licence.objects.visible_to(user, on)
        .granted()
        .filter(
            Q(every_months__gt=0) | Q(until__gt=on, until__lte=until), result__consortium=consortium
        )
    )
    related = rows.select_related("result__consortium", "licensee")
    return related.prefetch_related("royaltystatements")


def due(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Yield the statements due of licences the user may read, and the terms that end."""
    staff = access.holds(user, consortium=consortium, on=on, roles={Role.IP}, organization=None)
    mine = access.spoken_for(user, consortium=consortium, on=on, roles={Role.SIGNATORY})
    for licence in relevant(consortium=consortium, user=user, on=on, until=until):
        own = staff or licence.licensee_id in mine
        href = address(licence, staff=staff)
        term = term_of(licence)
        for _period, due_on in takewhile(lambda each: each[1] <= until, upcoming(licence, term)):
            yield DocketItem(
                "royalty_statement_due",
                due_on,
                {"licence": licence.number, "due_on": due_on.isoformat()},
                href=href,
                mine=own,
            )
        if term.ends_on is not None and on < term.ends_on <= until:
            yield DocketItem(
                "licence_ends_soon",
                term.ends_on,
                {"licence": licence.number, "until": term.ends_on.isoformat()},
                href=href,
                mine=own,
            )


def term_of(licence: Any) -> Period:
    """Return the days a licence with `until` runs, as it came about."""
    ends_on = None if licence.until == NEVER else max(licence.starts_on, licence.until)
    return Period(licence.starts_on, ends_on)


def address(licence: Licence, *, staff: bool) -> str:
    if staff:
        return f"/admin/ip/licence/{licence.pk}/change/"
    return f"/api/v1/licences/{licence.uid}/"
