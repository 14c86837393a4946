"""What the end of a membership or of a consortium leads to: the union of what each app knows."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from consortium import registry
from consortium.models import Charter, Consortium, Member, MembershipTerm, Seat
from consortium.registry import PreviewLine
from consortium.reports.eligibility import admission_of
from consortium.rules.admission import AdmissionSection, Leaving


def leaving(*, consortium: Consortium, told_on: date) -> Leaving:
    """Return when a member is gone that says so on a day, by the charter of that day.

    Without a charter, or where it says nothing of notice, on that very day.
    """
    charter = Charter.objects.adopted().on(told_on).filter(consortium=consortium).first()
    rules = admission_of(charter) or AdmissionSection()
    return rules.leaving(told_on)


def preview(*, member: Member, user: Any, ends_on: date, on: date) -> list[PreviewLine]:
    """Return what is left to settle if a membership ends, as far as the user may see it."""
    return [
        line
        for source in registry.previews.all()
        for line in source.lines(member=member, user=user, ends_on=ends_on, on=on)
    ]


def seats(*, member: Member, user: Any, ends_on: date, on: date) -> Iterator[PreviewLine]:
    """Yield each seat that ends with a membership, as far as the user may see it."""
    held = Seat.objects.visible_to(user, on).named().filter(member=member)
    last = ends_on - timedelta(days=1)
    for seat in held.on(max(last, on)).order_by("body", "starts_on"):
        yield PreviewLine("leaving_seat", {"body": seat.called})


def ending(*, consortium: Consortium, user: Any, ends_on: date, on: date) -> list[PreviewLine]:
    """Return what is left to settle if a consortium ends, as far as the user may see it."""
    members = MembershipTerm.objects.on(ends_on - timedelta(days=1))
    count = members.filter(member__consortium=consortium).count()
    return [
        PreviewLine("ending_members", {"count": count, "ends_on": ends_on}),
        *(
            line
            for source in registry.endings.all()
            for line in source.lines(consortium=consortium, user=user, ends_on=ends_on, on=on)
        ),
    ]
