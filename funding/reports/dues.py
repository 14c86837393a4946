"""What dues came to in a period and what became of it, on any day, as known at any moment.

Set-based: each figure of all members comes out of one of a few statements, however many
members there are. A charge belongs to the period it was issued in; of it was credited,
forgiven or collected what is booked up to the day, and the rest is open.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from consortium.models import Consortium
from consortium.periods import Period, add_months
from funding.reports.open_items import NONE
from funding.reports.standing import AGES

ITEMS = """
WITH moved AS (
    SELECT t.charge_id,
        CASE WHEN d.kind = 'receivable' THEN t.amount ELSE -t.amount END AS owed,
        CASE WHEN d.kind = 'receivable' THEN k.kind ELSE d.kind END AS against
    FROM funding_transfer t
    JOIN funding_account d ON d.id = t.debit_id
    JOIN funding_account k ON k.id = t.credit_id
    WHERE t.consortium_id = %(consortium)s AND t.charge_id IS NOT NULL
        AND (d.kind = 'receivable') <> (k.kind = 'receivable') AND t."on" <= %(on)s
        AND (%(known_at)s::timestamptz IS NULL OR t.recorded_at <= %(known_at)s)
), settled AS (
    SELECT charge_id, sum(owed) AS open,
        coalesce(-sum(owed) FILTER (
            WHERE against IN ('on_account', 'unassigned', 'bank')), 0) AS collected,
        coalesce(-sum(owed) FILTER (
            WHERE against IN ('waived', 'written_off')), 0) AS forgiven
    FROM moved GROUP BY charge_id
), items AS (
    SELECT c.id, c.member_id, c.number, c.unit, c.levy, a.category, c.issued_on, c.due_on,
        c.amount AS charged, s.forgiven, s.collected, s.open,
        c.amount - s.forgiven - s.collected - s.open AS credited
    FROM settled s
    JOIN funding_charge c ON c.id = s.charge_id
    JOIN funding_assessment a ON a.id = c.assessment_id
    WHERE c.issued_on <= %(on)s
), taken AS (
    SELECT DISTINCT ON (charge_id) charge_id, position, level FROM funding_dunningstep
    WHERE consortium_id = %(consortium)s AND "on" <= %(on)s
        AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
    ORDER BY charge_id, position DESC
)
"""
"""Each charge with what became of it, and the last level of the ladder that was taken."""

SUMS = f"""{ITEMS}
SELECT unit, category, levy, count(DISTINCT member_id), sum(charged), sum(credited),
    sum(forgiven), sum(collected), sum(open)
FROM items WHERE issued_on >= %(starts_on)s AND issued_on < %(ends_on)s
GROUP BY GROUPING SETS ((unit), (unit, category), (unit, levy))
"""

LATE = f"""{ITEMS}
SELECT unit, width_bucket(%(on)s - due_on - 1, %(ages)s::int[]) AS age, NULL, NULL,
    count(*), count(DISTINCT member_id), sum(open)
FROM items WHERE due_on < %(on)s AND open <> 0 GROUP BY unit, age
UNION ALL
SELECT unit, NULL, coalesce(t.position, 0), coalesce(t.level, ''),
    count(*), count(DISTINCT member_id), sum(open)
FROM items LEFT JOIN taken t ON t.charge_id = items.id
WHERE due_on < %(on)s AND open <> 0 GROUP BY 1, 3, 4
UNION ALL
SELECT unit, NULL, NULL, NULL, count(*), count(DISTINCT member_id), sum(open)
FROM items WHERE due_on < %(on)s AND open <> 0 GROUP BY unit
"""

DUE = f"""{ITEMS}
SELECT unit, due_on, count(*), sum(open) FROM items
WHERE due_on >= %(on)s AND open <> 0 GROUP BY unit, due_on ORDER BY unit, due_on
"""

BOUNDS = """
WITH latest AS (
    SELECT DISTINCT ON (levy, member_id, subject, period_starts_on)
        unit, category, levy, member_id, trace
    FROM funding_assessment
    WHERE consortium_id = %(consortium)s AND assessed_on <= %(on)s
        AND period_starts_on >= %(starts_on)s AND period_starts_on < %(ends_on)s
        AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
    ORDER BY levy, member_id, subject, period_starts_on, version DESC
), decided AS (
    SELECT unit, category, levy, member_id, (
        SELECT step ->> 'code' FROM jsonb_array_elements(trace) WITH ORDINALITY AS s(step, n)
        WHERE step ->> 'code' IN ('at_least', 'at_most') AND (step -> 'values' -> 'applied')::bool
        ORDER BY n DESC LIMIT 1
    ) AS bound FROM latest
)
SELECT unit, category, levy, count(DISTINCT member_id),
    count(DISTINCT member_id) FILTER (WHERE bound = 'at_least'),
    count(DISTINCT member_id) FILTER (WHERE bound = 'at_most')
FROM decided GROUP BY GROUPING SETS ((unit), (unit, category), (unit, levy))
"""

OPEN = f"""{ITEMS}
SELECT o.name_en, o.name_zh, o.registration_number, items.category, items.levy, items.number,
    items.issued_on, items.due_on, greatest(%(on)s - items.due_on, 0), coalesce(t.level, ''),
    items.charged, items.open
FROM items
JOIN consortium_member m ON m.id = items.member_id
JOIN consortium_organization o ON o.id = m.organization_id
LEFT JOIN taken t ON t.charge_id = items.id
WHERE items.unit = %(unit)s AND items.open <> 0
ORDER BY items.member_id, items.due_on, items.id
"""

DAY = timedelta(days=1)
FETCHED = 2000
"""Rows held at once of a table that streams."""


@dataclass(frozen=True)
class AsOf:
    """Whose dues, of which period, as they stood at the end of a day, as known at a moment."""

    consortium: Consortium
    period: Period
    on: date
    known_at: datetime | None = None

    @property
    def before(self) -> "AsOf":
        """Return the period before as it stood when that was as old as this one is now.

        So many days after its end where this one has ended, else as far into it.
        """
        period, on = earlier(self.period), self.on
        if on >= self.period.end - DAY:
            return replace(self, period=period, on=period.end + (on - self.period.end))
        months = months_of(self.period)
        length = self.period.starts_on - period.starts_on
        return replace(self, period=period, on=add_months(on, -months) if months else on - length)

    def rows(self, sql: str, **more: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, {**self.values, **more})
            return list(cursor.fetchall())

    def streamed(self, sql: str, **more: Any) -> Iterator[tuple[Any, ...]]:
        """Yield rows while the database still holds the others."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql, {**self.values, **more})
            while found := cursor.fetchmany(FETCHED):
                yield from found

    @property
    def values(self) -> dict[str, Any]:
        return {
            "consortium": self.consortium.pk,
            "starts_on": self.period.starts_on,
            "ends_on": self.period.ends_on or date.max,
            "on": self.on,
            "known_at": self.known_at,
        }


def months_of(period: Period) -> int:
    """Return how many whole months a period is long; 0 where it is another length."""
    start, end = period.starts_on, period.end
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) == end else 0


def earlier(period: Period) -> Period:
    """Return the period of the same length before a period."""
    start, months = period.starts_on, months_of(period)
    first = add_months(start, -months) if months else start - (period.end - start)
    return Period(first, start)


class Sums(NamedTuple):
    """What was charged to how many members, and what became of it: it adds up to the charged."""

    members: int = 0
    charged: Decimal = NONE
    credited: Decimal = NONE
    forgiven: Decimal = NONE
    collected: Decimal = NONE
    open: Decimal = NONE

    @property
    def rate(self) -> Decimal | None:
        """Return the part collected of what was charged and not credited again."""
        owed = self.charged - self.credited
        return self.collected / owed if owed > 0 else None


class Late(NamedTuple):
    """What is late: of how many charges and members, and how much."""

    charges: int = 0
    members: int = 0
    amount: Decimal = NONE


class Bounds(NamedTuple):
    """How many members were assessed, and whose dues a floor or a cap decided."""

    assessed: int = 0
    floor: int = 0
    cap: int = 0


@dataclass
class Dues:
    """The figures of one unit. Levels by their place on the ladder and code; ages from 0."""

    unit: str
    total: Sums
    categories: dict[str, Sums]
    levies: dict[str, Sums]
    late: Late
    ages: dict[int, Late]
    levels: dict[tuple[int, str], Late]
    due: dict[date, tuple[int, Decimal]]
    bounds: Bounds
    bounds_of: dict[str, Bounds]

    @classmethod
    def none(cls, unit: str) -> "Dues":
        return cls(unit, Sums(), {}, {}, Late(), {}, {}, {}, Bounds(), {})

    def due_within(self, on: date, *, after: int, days: int) -> tuple[int, Decimal]:
        """Return how many charges fall due so many days after a day, and how much."""
        first, last = on + timedelta(days=after), on + timedelta(days=days)
        found = [each for day, each in self.due.items() if first <= day <= last]
        return sum(count for count, _open in found), sum((open for _n, open in found), NONE)

    def due_in(self, period: Period) -> Decimal:
        return sum((open for day, (_n, open) in self.due.items() if period.contains(day)), NONE)


def dues(asked: AsOf) -> dict[str, Dues]:
    """Return the figures of each unit in which anything was charged. Four queries."""
    found: dict[str, Dues] = {}

    def of(unit: str) -> Dues:
        return found.setdefault(unit, Dues.none(unit))

    for unit, category, levy, *sums in asked.rows(SUMS):
        if category is not None:
            of(unit).categories[category] = Sums(*sums)
        elif levy is not None:
            of(unit).levies[levy] = Sums(*sums)
        else:
            of(unit).total = Sums(*sums)
    for unit, age, position, level, *late in asked.rows(LATE, ages=list(AGES)):
        if age is not None:
            of(unit).ages[age] = Late(*late)
        elif position is not None:
            of(unit).levels[position, level] = Late(*late)
        else:
            of(unit).late = Late(*late)
    for unit, due_on, count, amount in asked.rows(DUE):
        of(unit).due[due_on] = count, amount
    for unit, category, levy, *bounds in asked.rows(BOUNDS):
        if category is not None:
            of(unit).bounds_of[category] = Bounds(*bounds)
        elif levy is None:
            of(unit).bounds = Bounds(*bounds)
    return dict(sorted(found.items()))


def bounds_by_levy(asked: AsOf) -> dict[str, dict[str, Bounds]]:
    """Return by unit and levy whose dues a floor or a cap decided."""
    found: dict[str, dict[str, Bounds]] = {}
    for unit, _category, levy, *bounds in asked.rows(BOUNDS):
        if levy is not None:
            found.setdefault(unit, {})[levy] = Bounds(*bounds)
    return found


def open_rows(asked: AsOf, unit: str) -> Iterator[tuple[Any, ...]]:
    """Yield what is open in a unit, member by member, as `OPEN` names it."""
    return asked.streamed(OPEN, unit=unit)
