"""Time: every sweep of every day, in order, as often as needed and never twice for good."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from traceback import format_tb
from typing import Any

from django.db.models import F

from consortium import access, registry
from consortium.access import ReferenceIsReadOnly
from consortium.errors import DomainError
from consortium.models import Consortium, ParkedItem, User
from consortium.operations.audit import record
from consortium.registry import Sweep
from consortium.states import Role

logger = logging.getLogger(__name__)
DAY = timedelta(days=1)


def advance(
    *,
    consortium: Consortium,
    to: date,
    by: User | None = None,
    day_done: Callable[[date], None] = lambda day: None,
) -> dict[str, int]:
    """Run the sweeps of every day after `advanced_to` up to and including `to`.

    Returns how many items each sweep handled. Not one transaction: each item has
    its own, then the day is closed by compare-and-set, so that a killed run goes
    on where it stopped and a second one beside it does no harm. The daily tick,
    catching up, what-if and replay are all this function. Whoever asks for it confirms
    what was withheld. Raises ReferenceIsReadOnly, Denied.
    """
    access.check(
        {"consortium": consortium, "by": by, "on": to},
        allow=frozenset({Role.SECRETARY}),
        subject="consortium",
    )
    if consortium.withheld_since is not None:
        release_withheld(consortium=consortium, by=by, on=to)
    return sweep_days(consortium, to, day_done)


def sweep_days(
    consortium: Consortium, to: date, day_done: Callable[[date], None] = lambda day: None
) -> dict[str, int]:
    if consortium.is_reference:
        raise ReferenceIsReadOnly(consortium=consortium.slug)
    done: Counter[str] = Counter()
    while (day := next_day(consortium, to)) is not None:
        for sweep in in_order():
            done[sweep.code] += sweep.run(consortium=consortium, on=day)
        close_day(consortium, day)
        day_done(day)
    return dict(done)


def in_order() -> list[Sweep]:
    return sorted(registry.sweeps.all(), key=lambda sweep: sweep.order)


def close_day(consortium: Consortium, day: date) -> None:
    """Note that a day is swept, by compare-and-set from the one read before it began."""
    before = consortium.advanced_to
    Consortium.objects.filter(pk=consortium.pk, advanced_to=before).update(advanced_to=day)


def tick(*, consortium: Consortium, to: date, at: datetime) -> dict[str, int]:
    """Advance unattended up to today and note when, so that silence shows.

    After more than one missed day what cannot be taken back is withheld until staff
    confirm it, since an outage and a wrong clock look alike.
    """
    missed_from = consortium.advanced_to + DAY
    if to - missed_from > DAY:
        Consortium.objects.filter(pk=consortium.pk, withheld_since=None).update(
            withheld_since=missed_from
        )
    done = sweep_days(consortium, to)
    Consortium.objects.filter(pk=consortium.pk).update(ticked_at=at)
    return done


@access.operation(allow={Role.SECRETARY})
def release_withheld(*, consortium: Consortium, by: User | None, on: date) -> Consortium:
    """Let what cannot be taken back, and was withheld after an outage, be done by the sweeps."""
    since, consortium.withheld_since = consortium.withheld_since, None
    consortium.save(update_fields=["withheld_since"])
    record(
        consortium=consortium,
        action="release_withheld",
        by=by,
        on=on,
        subject=consortium,
        since=since.isoformat() if since else "",
    )
    return consortium


def next_day(consortium: Consortium, to: date) -> date | None:
    """Return the next day to sweep, or None when all is done up to `to` or the consortium's end.

    Days on which no sweep has anything due are passed over; the last one is
    always swept, so that `advanced_to` arrives there.
    """
    consortium.refresh_from_db(fields=["advanced_to", "ends_on", "withheld_since"])
    done = consortium.advanced_to
    last = to if consortium.ends_on is None else min(to, consortium.ends_on - DAY)
    if done >= last:
        return None
    day, tomorrow = last, done + DAY
    for sweep in registry.sweeps.all():
        if day == tomorrow:  # nothing can be due earlier
            break
        due = sweep.next_due(consortium=consortium, after=done) if sweep.next_due else tomorrow
        if due is not None:
            day = min(day, max(due, tomorrow))
    return day


def each[T](
    *,
    consortium: Consortium,
    sweep: str,
    on: date,
    items: Iterable[T],
    key: Callable[[T], str],
    handle: Callable[[T], Any],
) -> int:
    """Handle items one by one; a bad one is noted, tried on later runs, then left parked.

    Returns how many were handled.
    """
    failed = dict(consortium.parked_items.filter(sweep=sweep).values_list("key", "attempts"))
    handled = 0
    for item in items:
        name = key(item)
        if failed.get(name, 0) >= ParkedItem.LIMIT:
            continue
        try:
            handle(item)
        except DomainError as error:
            park(consortium, sweep, name, on, error.code, error.values)
        except Exception as error:
            # Never the message: a database's error repeats the row it refused.
            kind, where = type(error).__name__, "".join(format_tb(error.__traceback__))
            logger.error("sweep %s failed on %s: %s\n%s", sweep, name, kind, where)
            park(consortium, sweep, name, on, "unexpected", {"error": kind})
        else:
            handled += 1
            if name in failed:
                consortium.parked_items.filter(sweep=sweep, key=name).delete()
    return handled


def park(
    consortium: Consortium, sweep: str, key: str, on: date, reason: str, values: dict[str, Any]
) -> None:
    """Count one more failed attempt at an item, with its reason."""
    item, new = ParkedItem.objects.get_or_create(
        consortium=consortium,
        sweep=sweep,
        key=key,
        defaults={"reason": reason, "values": texts(values), "since": on},
    )
    if not new:
        ParkedItem.objects.filter(pk=item.pk).update(
            attempts=F("attempts") + 1, reason=reason, values=texts(values)
        )


def texts(values: dict[str, Any]) -> dict[str, str]:
    """Return a reason's values as text, without figures: not all who see it may see those."""
    shown = {name: value for name, value in values.items() if not isinstance(value, Decimal)}
    return {name: str(value) for name, value in shown.items()}


@access.operation(allow={Role.SECRETARY, Role.FINANCE}, subject="item")
def retry_parked(*, item: ParkedItem, by: User | None, on: date) -> None:
    """Let the next sweep try a parked item again."""
    record(
        consortium=item.consortium,
        action="retry_parked",
        by=by,
        on=on,
        subject=item,
        sweep=item.sweep,
        item=item.key,
    )
    item.delete()
