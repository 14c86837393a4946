"""When charges are looked at again: reminders to look, never what there is to do."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection

from consortium.models.base import among
from funding.models import OpenItem

DAY = timedelta(days=1)


def put_on_agenda(charges: Iterable[int]) -> None:
    """Put new charges on the agenda, for the day after they are due."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO funding_openitem (charge_id, consortium_id, next_on)"
            " SELECT id, consortium_id, due_on + 1 FROM funding_charge"
            " WHERE id = ANY(%s)",
            [list(charges)],
        )


def look_again(charges: Iterable[int], *, on: date) -> None:
    """Have charges looked at by the next sweep, whose day is `on` at the earliest."""
    keys = sorted(set(charges))
    if keys:
        OpenItem.objects.filter(charge__in=among(keys)).update(next_on=on)
