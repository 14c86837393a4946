"""What the sweeps have done since yesterday, and what they have given up on."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Count

from consortium.models import AuditEvent, Consortium, ParkedItem

DAY = timedelta(days=1)


class Done(NamedTuple):
    """How often the sweeps did something."""

    action: str
    times: int


def done_by_sweeps(*, consortium: Consortium, on: date) -> list[Done]:
    """Return what was done by nobody yesterday and today, most often first; one query."""
    events = AuditEvent.objects.filter(consortium=consortium, by=None, on__gte=on - DAY, on__lte=on)
    rows = events.values_list("action").annotate(count=Count("pk")).order_by("-count", "action")
    return [Done(*row) for row in rows]


def given_up(*, consortium: Consortium, user: Any, on: date, most: int) -> list[ParkedItem]:
    """Return the items parked last, as far as the user may see them."""
    rows = ParkedItem.objects.visible_to(user, on).parked().filter(consortium=consortium)
    return list(rows.order_by("-since", "-pk")[:most])
