"""How many projects stand how, and who and what they are about."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from consortium.models import Consortium
from projects.models import Project, ProjectParticipant
from projects.reports.standing import FINAL, stood


@dataclass(frozen=True)
class Portfolio:
    """Projects a reader may see, counted; `themes` and `members` of those not over."""

    standings: Counter[str]
    themes: Counter[str]
    members: Counter[str]


def portfolio(*, consortium: Consortium, user: Any, on: date) -> Portfolio:
    """Return the portfolio of a consortium on a day."""
    seen = Project.objects.visible_to(user, on).filter(consortium=consortium)
    rows = list(stood(seen, on).values_list("pk", "standing", "theme"))
    over = {each.value for each in FINAL}
    open_ = [pk for pk, standing, _theme in rows if standing not in over]
    parts = ProjectParticipant.objects.filter(consortium=consortium, project__in=open_)
    return Portfolio(
        standings=Counter(standing for _pk, standing, _theme in rows),
        themes=Counter(theme for _pk, standing, theme in rows if standing not in over),
        members=Counter(str(each.body) for each in parts.select_related("body")),
    )
