"""The desk's boxes on projects: the pipeline, and the portfolio by theme and member."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from consortium import access, words
from consortium.admin.desk import Panel, Tile, panels
from consortium.models import Consortium
from consortium.reports.together import count, together
from projects.models import Deliverable, ProgressReport
from projects.reports.deadlines import UNSENT
from projects.reports.holdings import theme_labels
from projects.reports.overdue import late
from projects.reports.people import present
from projects.reports.portfolio import Portfolio, portfolio
from projects.states import PROJECT_READERS, Standing

MOST_BARS = 8


def boxes(consortium: Consortium, user: Any, on: date) -> Iterator[Panel]:
    """Yield how projects stand and what of them is late, and how many each member takes part in.

    For project staff, where there are projects.
    """
    roles = set(PROJECT_READERS)
    if not access.holds(user, consortium=consortium, on=on, roles=roles, organization=None):
        return
    found = portfolio(consortium=consortium, user=user, on=on)
    if found.standings:
        yield pipeline(consortium, found, on)
    if found.members:
        href = f"{reverse('admin:portfolio')}?consortium={consortium.slug}"
        yield Panel(_("Projects by member"), chart=bars(found.members), href=href, lying=True)


def pipeline(consortium: Consortium, found: Portfolio, on: date) -> Panel:
    """Return how projects stand and what of them is late."""
    only = f"?consortium__id__exact={consortium.pk}"
    href = reverse("admin:projects_project_changelist") + only
    late_ones = f"{reverse('admin:deadlines')}?consortium={consortium.slug}&column=late&kind="
    counts = together(
        consortium,
        reports=count(ProgressReport.objects.filter(late(on), consortium=consortium)),
        deliverables=count(
            Deliverable.objects.filter(UNSENT, consortium=consortium, due_on__lt=on)
        ),
        away=count(present(consortium.secondments.all(), on)),
    )
    tiles = [
        Tile(str(each.label), found.standings[each.value], f"{href}&standing={each.value}")
        for each in Standing
        if found.standings[each.value]
    ]
    tiles += [
        Tile(
            _("Overdue reports"),
            counts["reports"],
            f"{late_ones}report_due",
            "bad" if counts["reports"] else "",
        ),
        Tile(
            _("Overdue deliverables"),
            counts["deliverables"],
            f"{late_ones}deliverable_due",
            "bad" if counts["deliverables"] else "",
        ),
        Tile(
            _("People sent"),
            counts["away"],
            reverse("admin:projects_secondment_changelist") + only + "&there=yes",
        ),
    ]
    return Panel(_("Projects"), tiles, bars(named(found.themes, consortium)), href)


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


panels.append(boxes)
