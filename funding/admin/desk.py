"""What the desk shows of dues, to those who may see figures."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, Subquery, Sum, TextField
from django.db.models.functions import Cast, ExtractYear, JSONObject
from django.urls import reverse
from django.utils.translation import gettext

from consortium import access, words
from consortium.admin import desk
from consortium.admin.desk import Panel, Tile
from consortium.models import Consortium
from consortium.reports.together import count, together
from funding.models import FINANCE_READERS, Assessment, Charge, Transfer
from funding.states import AccountKind

YEARS = 8
NONE = Decimal(0)


def dues(consortium: Consortium, user: Any, on: date) -> Iterator[Panel]:
    """Yield dues assessed by year and what stands open; nothing for those not entitled."""
    roles = set(FINANCE_READERS)
    if not access.holds(user, consortium=consortium, on=on, roles=roles, organization=None):
        return
    unit = consortium.currency
    only = f"?consortium__id__exact={consortium.pk}"
    # Who holds one of these roles sees everything that is summed up here.
    found = together(
        consortium,
        years=assessed(consortium, unit),
        receivable=receivable(consortium, unit, on),
        coming=count(Charge.objects.filter(consortium=consortium, due_on__gte=on)),
    )
    tiles = [
        Tile(
            gettext("Receivable from members"),
            words.amount(found["receivable"] or NONE, unit),
            reverse("admin:funding_account_changelist") + only + "&kind__exact=receivable",
        ),
        Tile(
            gettext("Charges not yet due"),
            found["coming"],
            reverse("admin:funding_charge_changelist") + only + f"&due_on__gte={on}",
        ),
    ]
    yield Panel(
        gettext("Dues assessed by year, %(unit)s") % {"unit": unit},
        tiles,
        chart(found["years"][::-1]) if found["years"] else {},
        reverse("admin:funding_assessment_changelist") + only,
    )


def assessed(consortium: Consortium, unit: str) -> ArraySubquery:
    """Return what the last years' dues come to, the latest first, a correction counted once."""
    years = (
        Assessment.objects.filter(consortium=consortium, unit=unit)
        .current()
        .annotate(year=ExtractYear("period_starts_on"))
        .values("year")
        .annotate(sum=Cast(Sum("amount"), TextField()))
        .order_by("-year")
    )
    return ArraySubquery(years.values(row=JSONObject(year="year", sum="sum"))[:YEARS])


def receivable(consortium: Consortium, unit: str, on: date) -> Subquery:
    """Return what members owe in a unit, posted up to a day; null where nothing is posted."""
    kind = AccountKind.RECEIVABLE
    owed = Sum("amount", filter=Q(debit__kind=kind), default=NONE)
    settled = Sum("amount", filter=Q(credit__kind=kind), default=NONE)
    posted = Transfer.objects.filter(consortium=consortium, unit=unit, on__lte=on)
    return Subquery(
        posted.order_by().values("consortium").annotate(open=owed - settled).values("open")
    )


def chart(years: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "labels": [str(each["year"]) for each in years],
        "datasets": [
            {
                "label": gettext("Assessed"),
                "data": [each["sum"] for each in years],
                "backgroundColor": "var(--color-primary-500)",
                "borderRadius": 3,
            }
        ],
    }


desk.panels.append(dues)
