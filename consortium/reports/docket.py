"""The docket: everything due, as the union of what each app knows; there is no docket table."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from consortium import access, registry
from consortium.models import (
    Appointment,
    Consortium,
    Goal,
    MembershipTerm,
    Notice,
    ParkedItem,
    Seat,
)
from consortium.registry import DocketItem
from consortium.reports.editions import SWEEP
from consortium.states import Role


def docket(
    *, consortium: Consortium, user: Any, on: date, until: date, code: str | None = None
) -> list[DocketItem]:
    """Return what the user may see due up to a day (inclusive), overdue first.

    Each item carries its code and values; the interface words it.
    """
    items = [
        replace(item, values={"consortium": consortium.name, **item.values})
        for source in registry.docket_sources.all()
        for item in source.items(consortium=consortium, user=user, on=on, until=until)
        if code is None or item.code == code
    ]
    return sorted(items, key=lambda item: (item.due_on, item.code, str(item.values)))


def membership(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Memberships, seats and appointments that end, and goals that come due."""
    secretary = is_staff(user, consortium, on, Role.SECRETARY)
    ends = {"ends_on__gt": on, "ends_on__lte": until}
    goes_on = MembershipTerm.objects.filter(
        member=OuterRef("member"), starts_on=OuterRef("ends_on")
    )
    terms = MembershipTerm.objects.visible_to(user, on).filter(
        ~Exists(goes_on), member__consortium=consortium, **ends
    )
    for term in terms.select_related("member__organization"):
        yield DocketItem(
            "term_ends",
            term.ends_on or until,
            {"member": str(term.member)},
            member_uid=str(term.member.uid),
            href=page(secretary, "member", term.member_id),
            mine=secretary,
        )
    yield from seats_ending(consortium, user, on, until)
    held = Appointment.objects.visible_to(user, on).filter(consortium=consortium, **ends)
    for appointment in held.select_related("user"):
        yield DocketItem(
            "appointment_ends",
            appointment.ends_on or until,
            {"person": str(appointment.user), "role": Role(appointment.role)},
            href=page(secretary, "appointment", appointment.pk),
            mine=secretary,
        )
    goals = Goal.objects.visible_to(user, on).filter(
        consortium=consortium, reached_on=None, due_on__lte=until
    )
    for goal in goals:
        yield DocketItem(
            "goal_due",
            goal.due_on or until,
            {"goal": str(goal)},
            href=page(secretary, "goal", goal.pk),
            mine=secretary,
        )


def seats_ending(consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Yield the seats on bodies that end."""
    secretary = is_staff(user, consortium, on, Role.SECRETARY)
    seats = (
        Seat.objects.visible_to(user, on)
        .named()
        .filter(member__consortium=consortium, ends_on__gt=on, ends_on__lte=until)
    )
    for seat in seats.select_related("member__organization"):
        yield DocketItem(
            "seat_ends",
            seat.ends_on or until,
            {"member": str(seat.member), "body": seat.called},
            member_uid=str(seat.member.uid),
            href=page(secretary, "seat", seat.pk),
            mine=secretary,
        )


def page(staff: bool, model: str, pk: int) -> str:
    """Return the page where staff deal with a row; others are told only that it is due."""
    return f"/admin/consortium/{model}/{pk}/change/" if staff else ""


def secretariat(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> Iterator[DocketItem]:
    """Mail that waits for its release, and work the sweeps have given up on."""
    if is_staff(user, consortium, on, Role.SECRETARY) and consortium.outbound_held:
        waiting = Notice.objects.waiting().filter(consortium=consortium).count()
        if waiting:
            yield DocketItem(
                "outbound_held",
                on,
                {"count": waiting},
                href=f"/admin/consortium/notice/?consortium__id__exact={consortium.pk}",
                mine=True,
            )
    parked = ParkedItem.objects.visible_to(user, on).parked().filter(consortium=consortium)
    for item in parked.exclude(sweep=SWEEP):
        yield DocketItem(
            "parked",
            item.since,
            {"sweep": item.sweep, "item": item.key},
            href=f"/admin/consortium/parkeditem/{item.pk}/change/",
            mine=True,
        )


def is_staff(user: Any, consortium: Consortium, on: date, *roles: Role) -> bool:
    return access.holds(user, consortium=consortium, on=on, roles=set(roles), organization=None)
