"""What the sweeps have done since yesterday, and what they have given up on."""

from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count
from django.db.models.functions import JSONObject

from consortium.models import AuditEvent, Consortium, ParkedItem

DAY = timedelta(days=1)


def done_by_sweeps(*, consortium: Consortium, on: date) -> ArraySubquery:
    """Return what was done by nobody yesterday and today, most often first.

    As an expression: a list of `action` and how many `times`.
    """
    events = AuditEvent.objects.filter(consortium=consortium, by=None, on__gte=on - DAY, on__lte=on)
    done = events.values("action").annotate(times=Count("pk")).order_by("-times", "action")
    return ArraySubquery(done.values(row=JSONObject(action="action", times="times")))


def given_up(*, consortium: Consortium, user: Any, on: date, most: int) -> list[ParkedItem]:
    """Return the items parked last, as far as the user may see them."""
    rows = ParkedItem.objects.visible_to(user, on).parked().filter(consortium=consortium)
    return list(rows.order_by("-since", "-pk")[:most])
