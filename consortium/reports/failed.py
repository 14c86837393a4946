"""Scheduled reports that could not be made, for the docket."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from consortium.models import Consortium, ParkedItem, ReportEdition
from consortium.registry import DocketItem
from consortium.reports.docket import told
from consortium.reports.editions import SWEEP, given_up


def lost(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[ParkedItem]:
    """Return the files that were given up."""
    return ParkedItem.objects.parked().filter(consortium=consortium, sweep=SWEEP)


def reports(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Yield each period of a schedule of which a file was given up, to those who may see it."""
    counts = given_up(consortium)
    if not counts:
        return
    seen = ReportEdition.objects.visible_to(user, on).filter(
        consortium=consortium, uid__in=list(counts)
    )

    def item(edition: ReportEdition) -> DocketItem:
        return DocketItem(
            "report_failed",
            edition.on,
            {"report": str(edition), "count": counts[str(edition.uid)]},
            href=f"/admin/consortium/reportschedule/{edition.schedule_id}/change/",
            mine=True,
        )

    yield from told(seen.select_related("schedule").order_by("on", "pk"), item)
