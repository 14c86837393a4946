"""Telling people what is due for patents: before, on the last day, while it is late."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Min

from consortium.access import in_one_transaction
from consortium.models import Consortium, User
from consortium.operations.advance import each
from consortium.operations.notices import appointed, notify
from consortium.states import Role
from ip.models import PatentApplication, PatentWatch
from ip.operations.instructing import TOLD
from ip.reports.patents import Due, due_of, in_both, owners_on, told, with_all
from ip.rules.patent_docket import Telling, last_told, next_told

DAY = timedelta(days=1)


def tell_patents(*, consortium: Consortium, on: date) -> int:
    """Tell of what is due for each application whose day has come, and set the next day."""
    waiting = PatentWatch.objects.filter(consortium=consortium, next_on__lte=on)
    return each(
        consortium=consortium,
        sweep="patents",
        on=on,
        items=waiting.order_by("next_on", "pk").iterator(chunk_size=500),
        key=lambda watch: str(watch.pk),
        handle=lambda watch: tell_one(watch, on=on),
    )


def next_patents(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which an application is looked at."""
    watches = PatentWatch.objects.filter(consortium=consortium, next_on__isnull=False)
    first: date | None = watches.aggregate(day=Min("next_on"))["day"]
    return max(first, after + DAY) if first else None


def tell_one(watch: PatentWatch, *, on: date) -> None:
    """Claim an application by compare-and-set and tell what is due, in one transaction.

    Of several days that have passed the last one counts; who was told is not told again,
    since a notice is known by the day it is about.
    """

    def claim() -> None:
        application = with_all(PatentApplication.objects.all()).get(pk=watch.pk)
        due = told(due_of(application, on))
        later = [day for _each, days in due for day in [next_told(days, on)] if day is not None]
        mine = PatentWatch.objects.filter(pk=watch.pk, next_on=watch.next_on)
        if mine.update(next_on=min(later, default=None)):
            people = concerned(application, on)
            for one, days in due:
                now = last_told(days, on)
                if now is not None:
                    tell_people(application, one, now, people, on)

    in_one_transaction(claim)


def concerned(application: PatentApplication, on: date) -> set[User]:
    """Return whom it is told: IP staff and the owners' people."""
    here: dict[str, Any] = {"consortium": application.consortium, "on": on}
    people = {
        person
        for owner in owners_on(application, on)
        for person in appointed(**here, roles=TOLD, organization=owner)
    }
    return people | set(appointed(**here, roles=[Role.IP]))


def tell_people(
    application: PatentApplication, due: Due, telling: Telling, people: set[User], on: date
) -> None:
    about = (application.uid, due.deadline.code, due.deadline.part, telling.on, telling.until)
    notify(
        consortium=application.consortium,
        to=people,
        code=telling.word.value,
        on=on,
        about=":".join(map(str, about)),
        href=f"/api/v1/patent-applications/{application.uid}/",
        patent=str(application),
        what=in_both(due.deadline),
        due_on=due.deadline.due_on.isoformat(),
        until=telling.until.isoformat(),
    )
