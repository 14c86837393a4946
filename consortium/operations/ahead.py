"""Fast forward: what the sweeps would do up to a day to come, done in a sandbox and undone."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import connection

from consortium.access import ReferenceIsReadOnly, operation
from consortium.errors import DomainError
from consortium.models import Consortium, Member, User
from consortium.operations.advance import close_day, in_order, next_day, release_withheld
from consortium.operations.documents import undone
from consortium.periods import add_months
from consortium.reports.ahead import DAY_OVER, Ahead, Done, Watch, compared
from consortium.states import Role

DAY = timedelta(days=1)
MONTHS = 24
"""How far ahead one may look."""

MEMBER_DAYS = 200_000
"""Days to look ahead times members at most: what is done while somebody waits."""

SECONDS = 60
"""How long interfaces let somebody wait; they show what was found by then."""

LOCK = 7_204_617
"""Says of an advisory lock that it is about looking ahead."""


class NotAhead(DomainError):
    """The day has come already, or has been swept."""

    code = "not_ahead"


class NothingAhead(DomainError):
    """The consortium has ended, or ends tomorrow."""

    code = "nothing_ahead"


class TooFarAhead(DomainError):
    code = "too_far_ahead"


class TooMuchAhead(DomainError):
    """So many days for so many members are for the command line."""

    code = "too_much_ahead"


class AlreadyLooking(DomainError):
    """Somebody else is looking ahead in this consortium; two would wait for each other."""

    code = "already_looking"


@operation(allow={Role.SECRETARY, Role.FINANCE, Role.AUDITOR})
def look_ahead(
    *,
    consortium: Consortium,
    to: date,
    enough: Callable[[], bool] = lambda: False,
    by: User | None,
    on: date,
) -> Ahead:
    """Return what the sweeps would do on every day up to `to`, and how things stand then.

    The same sweeps as of each day, one after the other, in a transaction that is rolled
    back: nothing is kept, sent or filed, and what is withheld counts as confirmed. Only
    looks at secret figures are noted. Stops between two days where `enough` says so; `reached`
    is then before `to`. Raises NotAhead, NothingAhead,
    TooFarAhead, TooMuchAhead, AlreadyLooking, ReferenceIsReadOnly, Denied.
    """
    since = consortium.advanced_to
    refuse_bad_day(consortium, to, on)
    refuse_a_second(consortium)
    watch = Watch(consortium, by, on)
    found = Ahead(consortium, since, to, since)
    now = watch.stands(on)
    with undone():
        if consortium.withheld_since is not None:
            release_withheld(consortium=consortium, by=None, on=on)
        while not enough() and (day := next_day(consortium, to)) is not None:
            found.done += swept(consortium, day, watch)
            close_day(consortium, day)
            found.reached = day
        found.figures = compared(now, watch.stands(found.reached))
    consortium.refresh_from_db()
    if by is not None:
        watch.note(by)
    return found


def swept(consortium: Consortium, day: date, watch: Watch) -> list[Done]:
    """Sweep one day, and return what each sweep did that did anything."""
    found = []
    for sweep in in_order():
        count = (sweep.foreseen or sweep.run)(consortium=consortium, on=day)
        if count:
            found.append(Done(day, sweep.code, count, watch.new(sweep.code)))
    if failed := watch.new(DAY_OVER):
        found.append(Done(day, DAY_OVER, sum(group.count for group in failed), failed))
    return found


def refuse_bad_day(consortium: Consortium, to: date, on: date) -> None:
    if consortium.is_reference:
        raise ReferenceIsReadOnly(consortium=consortium.slug)
    first = max(consortium.advanced_to, on) + DAY
    last = add_months(on, MONTHS)
    if consortium.ends_on is not None:
        last = min(last, consortium.ends_on - DAY)
    if last < first:
        raise NothingAhead(consortium=consortium.name)
    if to < first:
        raise NotAhead(to=to, first=first)
    if to > last:
        raise TooFarAhead(to=to, last=last)
    members = Member.objects.filter(consortium=consortium).count()
    days = (to - consortium.advanced_to).days
    if days * members > MEMBER_DAYS:
        reached = consortium.advanced_to + timedelta(days=MEMBER_DAYS // members)
        raise TooMuchAhead(days=days, members=members, last=reached, consortium=consortium.slug)


def refuse_a_second(consortium: Consortium) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, consortium.pk])
        (free,) = cursor.fetchone()
    if not free:
        raise AlreadyLooking
