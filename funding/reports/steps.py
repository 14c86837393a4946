"""How far charges have climbed the ladder."""

from collections.abc import Collection
from datetime import date

from consortium.models.base import among
from funding.models import DunningStep
from funding.rules.ladder import Taken


def last_steps(charges: Collection[int], *, on: date | None) -> dict[int, Taken]:
    """Return the last level taken for some charges up to a day, by key. One query."""
    steps = DunningStep.objects.filter(charge__in=among(charges))
    if on is not None:
        steps = steps.filter(on__lte=on)
    last = steps.order_by("charge", "-position").distinct("charge")
    return {
        charge: Taken(position, day)
        for charge, position, day in last.values_list("charge", "position", "on")
    }
