"""What the sweeps of projects leave behind while days to come are looked at."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from consortium.models import Consortium
from consortium.registry import Figure, Happening
from projects.models import ProgressReport
from projects.reports.deadlines import deadlines


def reports(rows: QuerySet[ProgressReport]) -> Iterator[Happening]:
    for each in rows.select_related("project", "responsible"):
        who = each.organization
        values = {"project": each.project.number, "due_on": each.due_on}
        yield Happening("ahead_progress_report", values, to={"en": who.name_en, "zh": who.name_zh})


def overdue(*, consortium: Consortium, user: Any, today: date, on: date) -> Iterator[Figure]:
    """Yield how many deadlines have passed with what they ask for still lacking."""
    late = (
        kind.model.objects.filter(kind.open, consortium=consortium, **{f"{kind.due}__lt": on})
        for kind in deadlines.all()
    )
    yield Figure("stands_overdue", sum(rows.values("pk").distinct().count() for rows in late))
