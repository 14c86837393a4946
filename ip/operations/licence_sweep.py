"""Telling people what is due for licences: statements of sales, and the end of the term."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Min

from consortium.access import in_one_transaction
from consortium.models import Consortium
from consortium.operations.advance import each
from ip.models import Licence, LicenceWatch
from ip.operations.telling import inform, people_of, tell_owners, tell_staff
from ip.reports.licences import BEFORE_END, REMINDERS, next_look, unstated

DAY = timedelta(days=1)
STAFF_AFTER = REMINDERS[-1]
"""So long after a statement was due staff hear of it as well."""


def tell_licences(*, consortium: Consortium, on: date) -> int:
    """Tell of what is due for each licence whose day has come, and set the next day."""
    waiting = LicenceWatch.objects.filter(consortium=consortium, next_on__lte=on)
    return each(
        consortium=consortium,
        sweep="licences",
        on=on,
        items=waiting.order_by("next_on", "pk").iterator(chunk_size=500),
        key=lambda watch: str(watch.pk),
        handle=lambda watch: tell_one(watch, on=on),
    )


def next_licences(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which a licence is looked at."""
    watches = LicenceWatch.objects.filter(consortium=consortium, next_on__isnull=False)
    first: date | None = watches.aggregate(day=Min("next_on"))["day"]
    return max(first, after + DAY) if first else None


def tell_one(watch: LicenceWatch, *, on: date) -> None:
    """Claim a licence by compare-and-set and tell what is due, in one transaction.

    A notice is known by the day it is about, so who was told is not told again.
    """

    def claim() -> None:
        rows = Licence.objects.select_related("result__consortium", "licensee")
        licence = rows.get(pk=watch.pk)
        mine = LicenceWatch.objects.filter(pk=watch.pk, next_on=watch.next_on)
        if mine.update(next_on=next_look(licence, on)):
            tell_unstated(licence, on)
            tell_end(licence, on)

    in_one_transaction(claim)


def tell_unstated(licence: Licence, on: date) -> None:
    """Remind the licensee of the first period that should have been stated."""
    for _period, due_on in unstated(licence, on):
        if due_on > on:
            return
        said: dict[str, Any] = {"licence": licence.number, "due_on": due_on.isoformat()}
        late = on - due_on >= STAFF_AFTER
        reminded = max(due_on + after for after in REMINDERS if due_on + after <= on)
        about = f"{licence.uid}:{reminded.isoformat()}"
        people = people_of(licence.consortium, licence.licensee, on)
        inform(licence.result, people, "royalty_statement_due", on, about, **said)
        if late:
            tell_staff(licence.result, "royalty_statement_due", on, about=about, **said)
        return


def tell_end(licence: Licence, on: date) -> None:
    """Tell the licensee and the owners that a licence ends; of several days the last one."""
    end = licence.term.ends_on
    days = [end - before for before in BEFORE_END if end - before <= on < end] if end else []
    if not days:
        return
    assert end is not None
    about = f"{licence.uid}:{max(days).isoformat()}"
    said = {"licence": licence.number, "until": end.isoformat()}
    people = people_of(licence.consortium, licence.licensee, on)
    inform(licence.result, people, "licence_ends_soon", on, about, **said)
    tell_owners(licence.result, "licence_ends_soon", on, about=about, **said)
