"""Taking the levels of the ladder: in batches, each level of a charge once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Min

from consortium.access import in_one_transaction
from consortium.models import Consortium, Notice, ParkedItem
from consortium.models.base import among
from consortium.operations.advance import each
from consortium.operations.notices import appointed, notify, put
from consortium.periods import Period
from consortium.states import Role
from funding.models import DunningStep, OpenItem
from funding.operations.asking import speakers
from funding.operations.bulk import Rows, addresses
from funding.operations.late import charge_late
from funding.reports.holds import Owing, holds, owing, rules_of
from funding.reports.open_items import open_amounts
from funding.reports.steps import last_steps
from funding.rules.collection import DunningLevel
from funding.rules.ladder import Look, Taken, deadline_on, look

DUN = "dun"
BATCH = 5000
DAY = timedelta(days=1)
NONE = Decimal(0)
STEP = (
    "uid", "consortium_id", "member_id", "charge_id", "level", "position", "on", "deadline_on",
    "amount", "unit",
)  # fmt: skip


class Due(NamedTuple):
    """A level to take now for a charge."""

    charge: Owing
    level: DunningLevel
    position: int
    amount: Decimal


def dun(*, consortium: Consortium, on: date) -> int:
    """Look at every charge whose day has come, and take the level that is due.

    Returns how many levels were taken.
    """
    taken = 0
    while keys := due_items(consortium, on):
        taken += climb(consortium, keys, on)
    if taken:
        tell_staff(consortium, on)
    return taken


def next_dunning(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which a charge is looked at. Reads one index entry."""
    items = OpenItem.objects.filter(consortium=consortium, next_on__isnull=False)
    first: date | None = items.aggregate(on=Min("next_on"))["on"]
    return max(first, after + DAY) if first else None


def due_items(consortium: Consortium, on: date) -> list[int]:
    """Return the charges to look at, oldest first, a batch at most; not those given up."""
    items = OpenItem.objects.filter(consortium=consortium, next_on__lte=on)
    parked = consortium.parked_items.filter(sweep=DUN, attempts__gte=ParkedItem.LIMIT)
    given_up = list(parked.values_list("key", flat=True))
    if given_up:
        items = items.exclude(charge__number__in=given_up)
    return list(items.order_by("next_on", "pk").values_list("pk", flat=True)[:BATCH])


def climb(consortium: Consortium, keys: Sequence[int], on: date) -> int:
    """Handle a batch in one transaction; one that fails is halved until the bad charge is found.

    That one is parked with its reason and tried again on later days.
    """
    try:
        return in_one_transaction(lambda: climb_all(consortium, keys, on))
    except Exception:
        half = len(keys) // 2
        if half:
            return climb(consortium, keys[:half], on) + climb(consortium, keys[half:], on)
    taken: list[int] = []
    items = OpenItem.objects.filter(pk__in=keys)
    each(
        consortium=consortium,
        sweep=DUN,
        on=on,
        items=items.select_related("charge"),
        key=lambda item: item.charge.number,
        handle=lambda item: taken.append(
            in_one_transaction(lambda: climb_all(consortium, [item.pk], on))
        ),
    )
    items.filter(next_on__lte=on).update(next_on=on + DAY)
    return sum(taken)


def climb_all(consortium: Consortium, keys: Sequence[int], on: date) -> int:
    """Take what is due of some charges, and set when each is looked at next.

    The items are locked first: a second sweep beside this one waits and finds nothing.
    """
    items = OpenItem.objects.filter(pk__in=among(keys), next_on__lte=on)
    locked = list(items.select_for_update().order_by("pk").values_list("pk", flat=True))
    charges = owing(locked)
    rules = rules_of({each.charter for each in charges})
    amounts = open_amounts(locked, on=on)
    steps, held = last_steps(locked, on=None), holds(charges, rules)

    @cache  # most charges fell due on the same few days and climb alike
    def found(
        charter: int, due_on: date, is_open: bool, taken: Taken | None, holds: Sequence[Period]
    ) -> Look:
        section = rules[charter]
        return look(section, due_on=due_on, is_open=is_open, taken=taken, holds=holds, on=on)

    due: list[Due] = []
    next_on: dict[int, date | None] = {}
    for charge in charges:
        amount, taken = amounts.get(charge.pk, NONE), steps.get(charge.pk)
        holding = tuple(held.get(charge.pk, ()))
        level, next_on[charge.pk] = found(charge.charter, charge.due_on, amount > 0, taken, holding)
        if level is not None:
            due.append(Due(charge, level, taken.position + 1 if taken else 1, amount))
    set_next(next_on)
    if due:
        write(consortium, due, on)
        charge_for(due, on)
        tell_members(consortium, {each.charge.member for each in due}, on)
    return len(due)


def write(consortium: Consortium, due: Sequence[Due], on: date) -> None:
    rows = Rows(DunningStep, STEP, consortium_id=consortium.pk, on=on)
    rows.copy(
        rows.line(
            {
                "uid": uid,
                "member_id": each.charge.member,
                "charge_id": each.charge.pk,
                "level": each.level.code,
                "position": each.position,
                "deadline_on": deadline_on(each.level, due_on=each.charge.due_on, on=on),
                "amount": each.amount,
                "unit": each.charge.unit,
            }
        )
        for each, uid in zip(due, addresses(len(due)), strict=True)
    )


def charge_for(due: Sequence[Due], on: date) -> None:
    """Charge what levels charge, such as late interest."""
    charging = {each.charge.pk: each for each in due if each.level.charges}
    if not charging:
        return
    for step in DunningStep.objects.filter(charge__in=among(charging), on=on).order_by("pk"):
        for levy in charging[step.charge_id].level.charges:
            charge_late(step=step, levy_code=levy, on=on)


def set_next(next_on: Mapping[int, date | None]) -> None:
    """Set when each charge is looked at next, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE funding_openitem AS item SET next_on = found.next_on"
            " FROM unnest(%s::bigint[], %s::date[]) AS found (charge_id, next_on)"
            " WHERE item.charge_id = found.charge_id",
            [list(next_on), list(next_on.values())],
        )


def tell_members(consortium: Consortium, members: Collection[int], on: date) -> int:
    """Tell the people of each member, once a day, that there are letters to read."""
    held = speakers(consortium, on).filter(
        organization__members__consortium=consortium, organization__members__in=among(members)
    )
    whose = "organization__members__uid", "organization__name_en", "organization__name_zh"
    told = held.order_by("user", "organization").distinct().values_list("user", *whose)
    return put(
        reminder(consortium, person, uid, {"en": name_en, "zh": name_zh}, on)
        for person, uid, name_en, name_zh in told
    )


def reminder(
    consortium: Consortium, person: int, member: UUID, name: dict[str, str], on: date
) -> Notice:
    return Notice(
        consortium=consortium,
        recipient_id=person,
        code="dunning_reminder",
        on=on,
        values={"member": name, "on": on.isoformat()},
        href=f"/api/v1/dunning-steps/?member={member}",
        dedupe_key=f"dunning_reminder:{member}:{on.isoformat()}:{person}",
    )


def tell_staff(consortium: Consortium, on: date) -> int:
    """Tell finance staff once a day how many letters there are."""
    steps = DunningStep.objects.filter(consortium=consortium, on=on)
    return notify(
        consortium=consortium,
        to=appointed(consortium=consortium, on=on, roles=[Role.FINANCE]),
        code="levels_taken",
        on=on,
        about=on.isoformat(),
        href="/admin/funding/dunningstep/",
        count=steps.count(),
        members=steps.values("member").distinct().count(),
    )
