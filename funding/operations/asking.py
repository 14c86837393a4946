"""Asking members: for figures, again for figures, for payment; never with a figure in it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from consortium.models import Appointment, Consortium, Member, Notice, User
from consortium.models.base import among
from consortium.operations.notices import appointed, notify, put
from consortium.states import Role
from funding.reports.liability import liable, without_figures
from funding.reports.rounds import Due

ASKED = (Role.SIGNATORY, Role.FINANCE_CONTACT)
"""A member's people who are told of figures and charges."""


def ask(*, consortium: Consortium, due: Due, on: date) -> int:
    """Tell each liable member's people by when to declare; returns how many are new."""
    return tell(consortium, liable(consortium=consortium, due=due), "figures_requested", due, on)


def remind(*, consortium: Consortium, due: Due, reminded_on: date, on: date) -> int:
    """Ask those that have not declared again, for a day of the charter's calendar."""
    missing = without_figures(consortium=consortium, due=due)
    again = reminded_on.isoformat()
    return tell(consortium, missing, "figures_reminder", due, on, about=again)


def announce_estimates(
    *, consortium: Consortium, due: Due, members: Iterable[int], on: date
) -> int:
    """Tell members that their figures were estimated, and that their own will replace them."""
    estimated = Member.objects.filter(pk__in=list(members))
    return tell(consortium, estimated, "figures_estimated", due, on)


def announce_closing(*, consortium: Consortium, due: Due, on: date) -> int:
    """Tell finance staff that a round has closed, and of how many figures are missing."""
    return notify(
        consortium=consortium,
        to=appointed(consortium=consortium, on=on, roles=[Role.FINANCE]),
        code="round_has_closed",
        on=on,
        about=f"{due.levy.code}:{due.period.starts_on.isoformat()}",
        **named(due),
        missing=without_figures(consortium=consortium, due=due).count(),
    )


def tell(
    consortium: Consortium,
    members: QuerySet[Member],
    code: str,
    due: Due,
    on: date,
    about: str = "",
) -> int:
    """Put one notice for each person who speaks for one of the members."""
    # Read first: nested, a planner without statistics asks it anew for every person.
    organizations = among(members.values_list("organization", flat=True))
    told = speakers(consortium, on).filter(organization__in=organizations)
    return notify(
        consortium=consortium,
        to=User.objects.filter(pk__in=told.values("user")),
        code=code,
        on=on,
        about=":".join(filter(None, (due.levy.code, due.period.starts_on.isoformat(), about))),
        **named(due),
        closes_on=due.schedule.closes_on.isoformat(),
    )


def speakers(consortium: Consortium, on: date) -> QuerySet[Appointment]:
    return consortium.appointments.on(on).filter(role__in=ASKED, user__is_active=True)


def named(due: Due) -> dict[str, Any]:
    """Return what a notice says of a round: the levy's name and the period."""
    label = {"en": due.levy.label.en, "zh": due.levy.label.zh}
    return {"levy": label, "period": due.period.starts_on.isoformat()}


def request_payment(
    consortium: Consortium, due: Due, charges: Sequence[dict[str, Any]], on: date
) -> int:
    """Tell each charged member's people that there is a charge to pay, and where to read it.

    Of several instalments the first is named.
    """
    by_member = {each["member_id"]: each for each in reversed(charges)}
    held = speakers(consortium, on).filter(
        organization__members__consortium=consortium, organization__members__in=among(by_member)
    )
    told = set(held.values_list("user_id", "organization__members"))
    return put(
        Notice(
            consortium=consortium,
            recipient_id=person,
            code="payment_requested",
            on=on,
            values={
                **named(due),
                "number": by_member[member]["number"],
                "due_on": by_member[member]["due_on"].isoformat(),
            },
            href=f"/api/v1/charges/?number={by_member[member]['number']}",
            dedupe_key=f"payment_requested:{by_member[member]['number']}:{person}",
        )
        for person, member in sorted(told)
        if member in by_member
    )
