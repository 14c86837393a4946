"""The review of a publication changes by the calendar: author and parties are told that day."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Min

from consortium.access import in_one_transaction
from consortium.models import Consortium, User
from consortium.operations.advance import each
from consortium.operations.notices import appointed, notify
from consortium.states import Role
from ip.models import PublicationNotice, PublicationWatch
from ip.operations.telling import people_of
from ip.reports.publications import reviewed, rule_of, stands
from ip.rules.publication import next_change

DAY = timedelta(days=1)


def review_publications(*, consortium: Consortium, on: date) -> int:
    """Tell author and parties of every review that stands otherwise from today on."""
    due = PublicationWatch.objects.filter(consortium=consortium, next_on__lte=on)
    return each(
        consortium=consortium,
        sweep="publication_reviews",
        on=on,
        items=due.order_by("pk").iterator(chunk_size=1000),
        key=lambda watch: str(watch.pk),
        handle=lambda watch: review_one(watch, on),
    )


def next_review(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which a review stands otherwise."""
    watches = PublicationWatch.objects.filter(consortium=consortium)
    day: date | None = watches.aggregate(day=Min("next_on"))["day"]
    return max(day, after + DAY) if day is not None else None


def review_one(watch: PublicationWatch, on: date) -> None:
    """Tell how a review stands, once for each day on which it is looked at."""

    def do() -> None:
        rows = PublicationNotice.objects.select_for_update(of=("self",))
        notice = rows.select_related("charter").get(pk=watch.pk)
        now = PublicationWatch.objects.get(pk=watch.pk)
        if now.next_on is None or now.next_on > on:
            return
        found = stands(notice, on)
        code, about = f"publication_{found.review.value}", now.next_on.isoformat()
        said = {"day": found.from_on.isoformat() if found.from_on else ""}
        tell_author(notice, code, on, about=about, **said)
        tell_parties(notice, code, on, about=about, **said)
        tell_staff(notice, code, on, about=about, **said)
        look_again(notice, on)

    in_one_transaction(do)


def look_again(notice: PublicationNotice, on: date) -> None:
    """Note the next day on which a review stands otherwise, as it is now."""
    day = next_change(rule_of(notice), reviewed(notice), on)
    PublicationWatch.objects.filter(pk=notice.pk).update(next_on=day)


def tell_author(
    notice: PublicationNotice, code: str, on: date, *, about: str = "", **values: Any
) -> None:
    inform(notice, people_of(notice.consortium, notice.author, on), code, on, about, **values)


def tell_parties(
    notice: PublicationNotice, code: str, on: date, *, about: str = "", **values: Any
) -> None:
    for party in notice.publicationpartys.select_related("body").order_by("pk"):
        people = people_of(notice.consortium, party.body, on)
        inform(notice, people, code, on, about, **values)


def tell_staff(
    notice: PublicationNotice, code: str, on: date, *, about: str = "", **values: Any
) -> None:
    staff = appointed(consortium=notice.consortium, on=on, roles=[Role.IP])
    inform(notice, staff, code, on, about, **values)


def inform(
    notice: PublicationNotice, people: list[User], code: str, on: date, about: str, **values: Any
) -> None:
    """Write a notice that names the publication's number and nothing of it."""
    notify(
        consortium=notice.consortium,
        to=people,
        code=code,
        on=on,
        about=f"{notice.uid}:{about or on.isoformat()}",
        notice=notice.number,
        **values,
    )
