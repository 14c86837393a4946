"""The desk's boxes on projects: the pipeline, and the portfolio by theme and member."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from consortium import access, words
from consortium.admin.desk import Panel, Tile, panels
from consortium.models import Consortium
from projects.models import Deliverable, ProgressReport
from projects.reports.deadlines import UNSENT
from projects.reports.holdings import theme_labels
from projects.reports.overdue import late
from projects.reports.people import present
from projects.reports.portfolio import portfolio
from projects.states import PROJECT_READERS, Standing

MOST_BARS = 8


def reads(consortium: Consortium, user: Any, on: date) -> bool:
    return access.holds(
        user, consortium=consortium, on=on, roles=set(PROJECT_READERS), organization=None
    )


def pipeline(consortium: Consortium, user: Any, on: date) -> Panel | None:
    """Return how projects stand and what of them is late, for project staff."""
    if not reads(consortium, user, on):
        return None
    found = portfolio(consortium=consortium, user=user, on=on)
    if not found.standings:
        return None
    only = f"?consortium__id__exact={consortium.pk}"
    href = reverse("admin:projects_project_changelist") + only
    late_ones = f"{reverse('admin:deadlines')}?consortium={consortium.slug}&column=late&kind="
    tiles = [
        Tile(str(each.label), found.standings[each.value], f"{href}&standing={each.value}")
        for each in Standing
        if found.standings[each.value]
    ]
    reports = ProgressReport.objects.filter(late(on), consortium=consortium).count()
    deliverables = Deliverable.objects.filter(UNSENT, consortium=consortium, due_on__lt=on).count()
    away = present(consortium.secondments.all(), on).count()
    tiles += [
        Tile(_("Overdue reports"), reports, f"{late_ones}report_due", "bad" if reports else ""),
        Tile(
            _("Overdue deliverables"),
            deliverables,
            f"{late_ones}deliverable_due",
            "bad" if deliverables else "",
        ),
        Tile(
            _("People sent"),
            away,
            reverse("admin:projects_secondment_changelist") + only + "&there=yes",
        ),
    ]
    return Panel(_("Projects"), tiles, bars(named(found.themes, consortium)), href)


def members(consortium: Consortium, user: Any, on: date) -> Panel | None:
    """Return in how many projects each member takes part."""
    if not reads(consortium, user, on):
        return None
    found = portfolio(consortium=consortium, user=user, on=on)
    if not found.members:
        return None
    href = f"{reverse('admin:portfolio')}?consortium={consortium.slug}"
    return Panel(_("Projects by member"), chart=bars(found.members), href=href, lying=True)


def bars(counts: Mapping[str, Any]) -> dict[str, Any]:
    """Return a bar chart of the largest counts."""
    largest = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:MOST_BARS]
    return drawn(largest)


def drawn(
    heights: Iterable[tuple[str, Any]], colour: str | list[str] = "var(--color-primary-600)"
) -> dict[str, Any]:
    """Return a bar chart of labels and heights, in their order."""
    shown = list(heights)
    return {
        "labels": [label for label, _height in shown],
        "datasets": [{
            "data": [height for _label, height in shown],
            "backgroundColor": colour,
            "borderRadius": 3,
        }],
    }  # fmt: skip


def named(themes: Mapping[str, Any], consortium: Consortium) -> dict[str, Any]:
    """Return what is said of themes by what calls name them in the reader's language."""
    labels = theme_labels(consortium)
    return {
        words.inside(labels[code]) if code in labels else code or _("no theme"): value
        for code, value in themes.items()
    }


panels += [pipeline, members]
