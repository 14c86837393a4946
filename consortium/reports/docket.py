"""The docket: everything due, as the union of what each app knows; there is no docket table."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Case, Exists, Model, OuterRef, Q, QuerySet, Value, When

from consortium import access, registry
from consortium.models import (
    Appointment,
    Consortium,
    Goal,
    Member,
    MembershipTerm,
    Notice,
    ParkedItem,
    Seat,
)
from consortium.registry import DocketItem, DocketSource
from consortium.reports.editions import SWEEP
from consortium.reports.together import together
from consortium.states import Role

MOST = 100
"""Rows of one kind that are named one by one; of the others the docket says how many."""


def docket(
    *, consortium: Consortium, user: Any, on: date, until: date, code: str | None = None
) -> list[DocketItem]:
    """Return what the user may see due up to a day (inclusive), overdue first.

    Each item carries its code and values; the interface words it. One query finds the
    sources that have something; only those are asked what.
    """
    asked = {"consortium": consortium, "user": user, "on": on, "until": until}
    items = [
        replace(item, values={"consortium": consortium.name, **item.values})
        for source in occupied(consortium, asked)
        for item in source.items(**asked)
        if code is None or item.code == code
    ]
    return sorted(items, key=lambda item: (item.due_on, item.code, str(item.values)))


def occupied(consortium: Consortium, asked: dict[str, Any]) -> list[DocketSource]:
    """Return the sources that have rows to make items from, and those that do not say."""
    sources = registry.docket_sources.all()
    rows = {each.code: Exists(each.rows(**asked)) for each in sources if each.rows}
    found = together(consortium, **rows)
    return [each for each in sources if found.get(each.code, True)]


def told(
    rows: QuerySet[Any], item: Callable[[Any], DocketItem], *, href: str = ""
) -> Iterator[DocketItem]:
    """Yield an item for each of the first rows; of the others one that says how many they are.

    `href`: the list that has all of them.
    """
    return capped(rows, lambda found: map(item, found), href=href)


def capped(
    rows: QuerySet[Any], items: Callable[[list[Any]], Iterable[DocketItem]], *, href: str = ""
) -> Iterator[DocketItem]:
    """Yield the same, where the items of some rows are made together."""
    first = list(items(list(rows[: MOST + 1])))
    yield from first[:MOST]
    if len(first) > MOST:
        values = {"count": rows.count() - MOST, "what": rows.model._meta.verbose_name_plural}
        yield replace(first[MOST], code="more_due", values=values, member_uid=None, href=href)


def ending_terms(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> QuerySet[MembershipTerm]:
    """Return the terms that end and that no other goes on from, the user's own first."""
    goes_on = MembershipTerm.objects.filter(
        member=OuterRef("member"), starts_on=OuterRef("ends_on")
    )
    own = Q(member__organization__in=access.spoken_for(user, consortium=consortium, on=on))
    rows = MembershipTerm.objects.visible_to(user, on).filter(
        ~Exists(goes_on), member__consortium=consortium, ends_on__gt=on, ends_on__lte=until
    )
    return rows.select_related("member__organization").order_by(
        Case(When(own, then=Value(0)), default=Value(1)), "ends_on", "pk"
    )


def terms(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Memberships that end."""
    secretary = is_staff(user, consortium, on, Role.SECRETARY)
    rows = ending_terms(consortium=consortium, user=user, on=on, until=until)

    def item(term: MembershipTerm) -> DocketItem:
        return DocketItem(
            "term_ends",
            term.ends_on or until,
            {"member": str(term.member)},
            member_uid=str(term.member.uid),
            href=page(secretary, "member", term.member_id),
            mine=secretary,
        )

    return told(rows, item, href=list_of(Member, consortium) if secretary else "")


def ending_appointments(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> QuerySet[Appointment]:
    rows = Appointment.objects.visible_to(user, on).filter(
        consortium=consortium, ends_on__gt=on, ends_on__lte=until
    )
    return rows.select_related("user").order_by("ends_on", "pk")


def appointments(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> Iterator[DocketItem]:
    """Appointments that end."""
    secretary = is_staff(user, consortium, on, Role.SECRETARY)
    rows = ending_appointments(consortium=consortium, user=user, on=on, until=until)

    def item(appointment: Appointment) -> DocketItem:
        return DocketItem(
            "appointment_ends",
            appointment.ends_on or until,
            {"person": str(appointment.user), "role": Role(appointment.role)},
            href=page(secretary, "appointment", appointment.pk),
            mine=secretary,
        )

    return told(rows, item, href=list_of(Appointment, consortium) if secretary else "")


def due_goals(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Goal]:
    rows = Goal.objects.visible_to(user, on).filter(
        consortium=consortium, reached_on=None, due_on__lte=until
    )
    return rows.order_by("due_on", "pk")


def goals(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Goals that come due."""
    secretary = is_staff(user, consortium, on, Role.SECRETARY)
    rows = due_goals(consortium=consortium, user=user, on=on, until=until)

    def item(goal: Goal) -> DocketItem:
        return DocketItem(
            "goal_due",
            goal.due_on or until,
            {"goal": str(goal)},
            href=page(secretary, "goal", goal.pk),
            mine=secretary,
        )

    return told(rows, item, href=list_of(Goal, consortium) if secretary else "")


def held_notices(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Notice]:
    """Return the mail that waits for its release, where the user is the one to release it."""
    if not consortium.outbound_held or not is_staff(user, consortium, on, Role.SECRETARY):
        return Notice.objects.none()
    return Notice.objects.waiting().filter(consortium=consortium)


def outbound(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Mail that waits for its release."""
    waiting = held_notices(consortium=consortium, user=user, on=on, until=until).count()
    if waiting:
        href = list_of(Notice, consortium)
        yield DocketItem("outbound_held", on, {"count": waiting}, href=href, mine=True)


def parked_items(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> QuerySet[ParkedItem]:
    """Return what the sweeps have given up on; failed reports are told of by themselves."""
    rows = ParkedItem.objects.visible_to(user, on).parked()
    return rows.filter(consortium=consortium).exclude(sweep=SWEEP).order_by("since", "pk")


def parked(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Work the sweeps have given up on."""
    rows = parked_items(consortium=consortium, user=user, on=on, until=until)

    def item(row: ParkedItem) -> DocketItem:
        return DocketItem(
            "parked",
            row.since,
            {"sweep": row.sweep, "item": row.key},
            href=page(True, "parkeditem", row.pk),
            mine=True,
        )

    return told(rows, item, href=list_of(ParkedItem, consortium))


def ending_seats(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Seat]:
    rows = Seat.objects.visible_to(user, on).filter(
        member__consortium=consortium, ends_on__gt=on, ends_on__lte=until
    )
    return rows.named().select_related("member__organization").order_by("ends_on", "pk")


def seats(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Seats on bodies that end."""
    secretary = is_staff(user, consortium, on, Role.SECRETARY)
    rows = ending_seats(consortium=consortium, user=user, on=on, until=until)

    def item(seat: Seat) -> DocketItem:
        return DocketItem(
            "seat_ends",
            seat.ends_on or until,
            {"member": str(seat.member), "body": seat.called},
            member_uid=str(seat.member.uid),
            href=page(secretary, "seat", seat.pk),
            mine=secretary,
        )

    return told(rows, item, href=list_of(Seat, consortium) if secretary else "")


def page(staff: bool, model: str, pk: int) -> str:
    """Return the page where staff deal with a row; others are told only that it is due."""
    return f"/admin/consortium/{model}/{pk}/change/" if staff else ""


def list_of(model: type[Model], consortium: Consortium) -> str:
    """Return the list at the desk that has all such rows of a consortium."""
    meta = model._meta
    return f"/admin/{meta.app_label}/{meta.model_name}/?consortium__id__exact={consortium.pk}"


def is_staff(user: Any, consortium: Consortium, on: date, *roles: Role) -> bool:
    return access.holds(user, consortium=consortium, on=on, roles=set(roles), organization=None)
