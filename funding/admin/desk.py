"""What the desk shows of dues, to those who may see figures."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils.translation import gettext

from consortium import access, words
from consortium.admin import desk
from consortium.admin.desk import Panel, Tile
from consortium.models import Consortium
from funding.models import FINANCE_READERS, Account, Assessment, Charge
from funding.states import AccountKind

YEARS = 8


def dues(consortium: Consortium, user: Any, on: date) -> Panel | None:
    """Return dues assessed by year and what stands open; nothing for those not entitled."""
    roles = set(FINANCE_READERS)
    if not access.holds(user, consortium=consortium, on=on, roles=roles, organization=None):
        return None
    unit = consortium.currency
    only = f"?consortium__id__exact={consortium.pk}"
    assessed = Assessment.objects.visible_to(user, on).filter(consortium=consortium, unit=unit)
    years = (
        assessed.current()
        .annotate(year=ExtractYear("period_starts_on"))
        .order_by("year")
        .values("year")
        .annotate(sum=Sum("amount"))
    )
    found = list(years)[-YEARS:]
    charges = Charge.objects.visible_to(user, on).filter(consortium=consortium, due_on__gte=on)
    tiles = [
        Tile(
            gettext("Receivable from members"),
            words.amount(receivable(consortium, user, on), unit),
            reverse("admin:funding_account_changelist") + only + "&kind__exact=receivable",
        ),
        Tile(
            gettext("Charges not yet due"),
            charges.count(),
            reverse("admin:funding_charge_changelist") + only + f"&due_on__gte={on}",
        ),
    ]
    return Panel(
        gettext("Dues assessed by year, %(unit)s") % {"unit": unit},
        tiles,
        chart(found) if found else {},
        reverse("admin:funding_assessment_changelist") + only,
    )


def receivable(consortium: Consortium, user: Any, on: date) -> Decimal:
    """Return what members owe in the consortium's currency, posted up to a day."""
    accounts = Account.objects.visible_to(user, on).filter(
        consortium=consortium, kind=AccountKind.RECEIVABLE, unit=consortium.currency
    )
    debits = accounts.aggregate(sum=Sum("debits__amount", filter=Q(debits__on__lte=on)))
    credits = accounts.aggregate(sum=Sum("credits__amount", filter=Q(credits__on__lte=on)))
    return (debits["sum"] or Decimal(0)) - (credits["sum"] or Decimal(0))


def chart(years: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "labels": [str(each["year"]) for each in years],
        "datasets": [
            {
                "label": gettext("Assessed"),
                "data": [str(each["sum"]) for each in years],
                "backgroundColor": "var(--color-primary-500)",
                "borderRadius": 3,
            }
        ],
    }


desk.panels.append(dues)
