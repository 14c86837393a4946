"""What the end of a consortium means for its projects."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from consortium.models import Consortium
from consortium.registry import PreviewLine
from projects.models import Project
from projects.reports.standing import stood
from projects.states import Standing

OVER = (Standing.TERMINATED, Standing.CLOSED)


def unfinished(
    *, consortium: Consortium, user: Any, ends_on: date, on: date
) -> Iterator[PreviewLine]:
    """Yield how many projects the user may see are neither closed nor terminated by now."""
    seen = Project.objects.visible_to(user, on).filter(consortium=consortium)
    if count := stood(seen, on).exclude(standing__in=OVER).count():
        yield PreviewLine("ending_projects", {"count": count, "ends_on": ends_on})
