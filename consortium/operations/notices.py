"""Telling people: a row in the outbox now, a mail when the outbox is delivered."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Appointment, Consortium, Notice, User
from consortium.operations.audit import record
from consortium.states import NoticeState, Role

LEASE = timedelta(minutes=10)
"""After this long a notice claimed by a sender that was killed is sent again."""

ATTEMPTS = 5


def notify(
    *,
    consortium: Consortium,
    to: Iterable[User],
    code: str,
    on: date,
    about: str,
    href: str = "",
    **values: Any,
) -> int:
    """Put one notice per person into the outbox, unless that was done before.

    `about` names the matter with its reference date and is part of the dedupe
    key. `values` are names and dates, never figures. Returns how many are new.
    """
    return put(
        Notice(
            consortium=consortium,
            recipient=person,
            code=code,
            on=on,
            values=values,
            href=href,
            dedupe_key=f"{code}:{about}:{person.pk}",
        )
        for person in sorted(set(to), key=lambda person: person.pk)
    )


def put(notices: Iterable[Notice]) -> int:
    """Put notices into one consortium's outbox, unless that was done before; returns how many."""
    rows = list(notices)
    before = Notice.objects.filter(
        consortium__in={row.consortium_id for row in rows},
        dedupe_key__in=[row.dedupe_key for row in rows],
    )
    known = before.count()
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows) - known


def appointed(
    *, consortium: Consortium, on: date, roles: Iterable[Role], organization: Any = None
) -> list[User]:
    """Return the people who hold one of the roles, for an organization if one is given."""
    held = Appointment.objects.on(on).filter(
        consortium=consortium, role__in=list(roles), organization=organization
    )
    return list(User.objects.filter(is_active=True, pk__in=held.values("user")))


def claim(*, at: datetime, limit: int = 100) -> list[list[Notice]]:
    """Claim what is to be sent to so many people: for each, all that waits for it, oldest first.

    Released, waiting or failed before, or left by a killed sender; what that one had
    claimed together stays together, so that it goes out again as the same mail. A row
    another sender has locked is its to send.
    """
    stale = Q(state=NoticeState.SENDING, claimed_at__lt=at - LEASE)
    waiting = Q(state__in=[NoticeState.WAITING, NoticeState.FAILED]) | stale
    due = Notice.objects.filter(waiting, attempts__lt=ATTEMPTS)
    sendable = due.filter(
        consortium__outbound_released_at__isnull=False, recipient__is_active=True
    ).exclude(recipient__email="")
    mails = (
        sendable.values_list("consortium", "recipient", "claimed_at")
        .annotate(first=Min("created_at"), row=Min("pk"))
        .order_by("first", "row")[:limit]
    )
    found = []
    for consortium, recipient, claimed_at, _first, _row in mails:
        rows = due.filter(consortium=consortium, recipient=recipient, claimed_at=claimed_at)
        if mine := claim_rows(rows, at):
            found.append(mine)
    return found


def claim_rows(rows: QuerySet[Notice], at: datetime) -> list[Notice]:
    """Claim notices that nobody else has, in one transaction."""
    with transaction.atomic():
        free = rows.select_for_update(skip_locked=True).order_by("created_at", "pk")
        mine = list(free.values_list("pk", flat=True))
        own = Notice.objects.filter(pk__in=mine)
        own.update(state=NoticeState.SENDING, claimed_at=at, attempts=F("attempts") + 1)
    return list(own.select_related("consortium", "recipient").order_by("created_at", "pk"))


def mark_sent(*, notices: Iterable[Notice], at: datetime) -> None:
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(
        state=NoticeState.SENT, sent_at=at, failure="", claimed_at=None
    )


def mark_failed(*, notices: Iterable[Notice], failure: str) -> None:
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(
        state=NoticeState.FAILED, failure=failure[:300], claimed_at=None
    )


class OutboundNotHeld(DomainError):
    """Outbound mail is released: what waits may be on its way."""

    code = "outbound_not_held"


class DropReasonMissing(DomainError):
    """Say why a notice is not sent."""

    code = "drop_reason_missing"


class NothingWaits(DomainError):
    """The notice is no longer waiting, or none is."""

    code = "nothing_waits"


@operation(allow={Role.SECRETARY}, subject="notice")
def drop_notice(*, notice: Notice, reason: str, by: User | None, on: date) -> Notice:
    """Keep one waiting notice from going out, for good. Raises what `dropped` raises."""
    dropped(notice.consortium, Notice.objects.filter(pk=notice.pk), reason)
    record(consortium=notice.consortium, action="drop_notice", by=by, on=on, subject=notice)
    notice.refresh_from_db()
    return notice


@operation(allow={Role.SECRETARY})
def drop_waiting(*, consortium: Consortium, reason: str, by: User | None, on: date) -> int:
    """Keep all that waits from going out, for good; returns how many.

    Raises what `dropped` raises.
    """
    count = dropped(consortium, Notice.objects.filter(consortium=consortium), reason)
    record(
        consortium=consortium, action="drop_waiting", by=by, on=on, subject=consortium, count=count
    )
    return count


def dropped(consortium: Consortium, notices: QuerySet[Notice], reason: str) -> int:
    """Drop those of some notices that wait.

    Raises OutboundNotHeld, DropReasonMissing, NothingWaits. Releasing waits for this lock,
    so that nothing is dropped on its way.
    """
    held = Consortium.objects.select_for_update(no_key=True).get(pk=consortium.pk)
    if not held.outbound_held:
        raise OutboundNotHeld
    if not (reason := reason.strip()[:300]):
        raise DropReasonMissing
    waiting = notices.filter(state__in=[NoticeState.WAITING, NoticeState.FAILED])
    count = waiting.update(state=NoticeState.DROPPED, dropped_because=reason)
    if not count:
        raise NothingWaits
    return count


@operation(allow={Role.SECRETARY})
def release_outbound(
    *, consortium: Consortium, at: datetime, by: User | None, on: date
) -> Consortium:
    """Let the waiting notices and all later ones go out as mail."""
    consortium.outbound_released_at = at
    consortium.save(update_fields=["outbound_released_at"])
    record(consortium=consortium, action="release_outbound", by=by, on=on, subject=consortium)
    return consortium


@operation(allow={Role.SECRETARY})
def hold_outbound(*, consortium: Consortium, by: User | None, on: date) -> Consortium:
    """Keep all mail back until it is released; notices still gather in the outbox."""
    consortium.outbound_released_at = None
    consortium.save(update_fields=["outbound_released_at"])
    record(consortium=consortium, action="hold_outbound", by=by, on=on, subject=consortium)
    return consortium
