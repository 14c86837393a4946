"""Scheduled reports that could not be made, for the docket."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from consortium.models import Consortium, ReportEdition
from consortium.registry import DocketItem
from consortium.reports.editions import given_up


def reports(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Yield each period of a schedule of which a file was given up, to those who may see it."""
    lost = given_up(consortium)
    if not lost:
        return
    seen = ReportEdition.objects.visible_to(user, on).filter(
        consortium=consortium, uid__in=list(lost)
    )
    for edition in seen.select_related("schedule").order_by("on", "pk"):
        yield DocketItem(
            "report_failed",
            edition.on,
            {"report": str(edition), "count": lost[str(edition.uid)]},
            href=f"/admin/consortium/reportschedule/{edition.schedule_id}/change/",
            mine=True,
        )
