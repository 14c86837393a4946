"""What may be told of dues to readers who may see no single member's: sums, held back if need be.

The rules are `consortium.rules.disclosure`'s. Each member is in one group of a table: its
category, or how old its oldest open charge is. A sum is held back as well where what
changed in it since the period before rests on too few members, since the reader has that
report too.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from heapq import merge
from itertools import groupby
from typing import Any, NamedTuple

from consortium.rules.content import Hidden, Value
from consortium.rules.disclosure import NOBODY, Cell, Shown, Tally, protected
from funding.reports.dues import DAY, ITEMS, AsOf, Bounds, bounds_by_levy
from funding.reports.open_items import NONE
from funding.reports.standing import AGES

SUPPRESSED = Hidden.SUPPRESSED
NOT_DUE = -1
"""The age of what is open and not late."""

GOOD = (-1, "")
"""The place of a member of whom nothing is late."""

MEMBERS = f"""{ITEMS}
SELECT unit, member_id, (array_agg(category ORDER BY issued_on DESC, items.id DESC))[1],
    coalesce(sum(charged - credited) FILTER (WHERE within), 0),
    coalesce(sum(collected) FILTER (WHERE within), 0),
    coalesce(sum(forgiven) FILTER (WHERE within), 0),
    coalesce(sum(open) FILTER (WHERE within), 0),
    sum(open),
    min(due_on) FILTER (WHERE open > 0),
    (array_agg(ARRAY[coalesce(t.position, 0)::text, coalesce(t.level, '')]
        ORDER BY coalesce(t.position, 0) DESC) FILTER (WHERE open > 0 AND due_on < %(on)s))[1:1]
FROM (
    SELECT *, issued_on >= %(starts_on)s AND issued_on < %(ends_on)s AS within FROM items
) AS items
LEFT JOIN taken t ON t.charge_id = items.id
GROUP BY unit, member_id ORDER BY unit COLLATE "C", member_id
"""


class Stands(NamedTuple):
    """How one member stands: of the period's dues, and of all that is open."""

    category: str
    assessed: Decimal
    collected: Decimal
    forgiven: Decimal
    open: Decimal
    stock: Decimal
    oldest_on: date | None
    levels: list[list[str]] | None

    @property
    def flows(self) -> tuple[Decimal, ...]:
        """Return what became of what was assessed: one follows from the others."""
        return self.collected, self.forgiven, self.open

    def age(self, on: date) -> int | None:
        """Return the age of the oldest open charge, `NOT_DUE` if not late, None if none is."""
        if self.oldest_on is None:
            return None
        late = (on - self.oldest_on).days
        return NOT_DUE if late <= 0 else sum(late > limit for limit in AGES)

    @property
    def level(self) -> tuple[int, str]:
        """Return the highest level taken for what is late."""
        if not self.levels:
            return GOOD
        position, level = self.levels[0]
        return int(position), level


class Row(NamedTuple):
    """What is told of a group; what is held back is `SUPPRESSED`."""

    members: int
    assessed: Value
    collected: Value
    forgiven: Value
    open: Value
    rate: Value


type Figures = tuple[Decimal, ...] | None


@dataclass
class Gathered:
    """What stands behind the sums of one unit, one member after another.

    The last of each group's cells are what changed since the period before.
    """

    members: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    whole: dict[str, list[Cell]] = field(default_factory=lambda: defaultdict(lambda: [NOBODY] * 2))
    parts: dict[str, list[Cell]] = field(default_factory=lambda: defaultdict(lambda: [NOBODY] * 6))
    ages: dict[int, list[Cell]] = field(default_factory=lambda: defaultdict(lambda: [NOBODY] * 2))
    older: Cell = NOBODY
    all: dict[str, list[Cell]] = field(
        default_factory=lambda: {"whole": [NOBODY] * 2, "parts": [NOBODY] * 6, "ages": [NOBODY] * 2}
    )
    levels: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))

    def add(self, now: Stands | None, before: Stands | None, on: date, before_on: date) -> None:
        """Add one member, as it stands and as it stood."""
        if now is not None:
            self.members[now.category] += bool(now.assessed)
            self.levels[now.level] += 1
            self.older += Cell.of(now.stock - now.open)
        pair = ((now, on), (before, before_on))
        categories = [each and each.category for each, _day in pair]
        ages = [each and each.age(day) for each, day in pair]
        self.grow("whole", categories, [each and (each.assessed,) for each, _day in pair])
        self.grow("parts", categories, [each and each.flows for each, _day in pair])
        self.grow("ages", ages, [each and (each.stock,) for each, _day in pair])

    def grow(self, table: str, keys: list[Any], figures: list[Figures]) -> None:
        """Add a member's figures and the earlier ones to its groups, and to all of them."""
        groups = getattr(self, table)
        for key in {each for each in keys if each is not None}:
            here = [each if of == key else None for of, each in zip(keys, figures, strict=True)]
            groups[key] = grown(groups[key], *here)
        self.all[table] = grown(self.all[table], *figures)


def grown(cells: list[Cell], now: Figures, before: Figures) -> list[Cell]:
    """Return cells with a member's figures, and with what changed in them."""
    nothing = (NONE,) * (len(cells) // 2)
    figures, earlier = now or nothing, before or nothing
    changes = (abs(new - old) for new, old in zip(figures, earlier, strict=True))
    return [
        each + Cell.of(figure) if figure else each
        for each, figure in zip(cells, (*figures, *changes), strict=True)
    ]


def gathered(asked: AsOf) -> dict[str, Gathered]:
    """Return what stands behind the sums of each unit, in two streams of members."""
    found: dict[str, Gathered] = {}
    before = asked.before
    streams = (tagged(each, place) for place, each in enumerate((asked, before)))
    together = merge(*streams, key=lambda row: row[:3])
    for (unit, _member), rows in groupby(together, key=lambda row: row[:2]):
        pair: dict[int, Stands] = {place: stands for *_key, place, stands in rows}
        sums = found.setdefault(unit, Gathered())
        sums.add(pair.get(0), pair.get(1), asked.on, before.on)
    return found


def tagged(asked: AsOf, place: int) -> Iterator[tuple[str, int, int, Stands]]:
    for unit, member, *row in asked.streamed(MEMBERS):
        yield unit, member, place, Stands(*row)


@dataclass(frozen=True)
class Summary:
    """What is told of one unit: by category, by age, by level, and who is at a bound, by levy."""

    unit: str
    categories: dict[str, Row]
    total: Row
    ages: dict[int, Value]
    open: Value
    levels: dict[tuple[int, str], Value]
    bounds: dict[str, tuple[Value, Value]]


def closed(asked: AsOf) -> AsOf | None:
    """Return a period as it stood on its last day; None where that has not come.

    On one fixed day only: two days' reports would tell what was paid between them.
    """
    last = asked.period.end - DAY
    return None if asked.on < last else replace(asked, on=last)


def summaries(asked: AsOf) -> list[Summary]:
    """Return what is told of each unit. As many queries however many members there are."""
    bounds = bounds_by_levy(asked)
    return [
        summary(unit, sums, bounds.get(unit, {})) for unit, sums in sorted(gathered(asked).items())
    ]


def summary(unit: str, sums: Gathered, bounds: dict[str, Bounds]) -> Summary:
    assessed = protected(sums.whole, whole=sums.all["whole"])
    flows = protected(sums.parts, within=assessed, whole=sums.all["parts"])
    keys = sorted(sums.whole.keys() | sums.parts.keys())
    categories = {
        key: told(
            sums.members[key],
            None if key in assessed.hidden else sums.whole[key],
            None if key in flows.hidden else sums.parts[key],
        )
        for key in keys
    }
    total = told(
        sum(sums.members.values()),
        sums.all["whole"] if assessed.total else None,
        sums.all["parts"] if flows.total else None,
    )
    ages, open = by_age(sums, flows)
    return Summary(unit, categories, total, ages, open, by_level(sums), at_bounds(bounds))


def told(members: int, whole: list[Cell] | None, parts: list[Cell] | None) -> Row:
    """Return what is told of a group; a rate only where both its terms are."""
    assessed: Value = whole[0].total if whole else SUPPRESSED
    collected, forgiven, open = [each.total for each in parts[:3]] if parts else [SUPPRESSED] * 3
    rate: Value = SUPPRESSED
    if whole and parts:
        rate = round(parts[0].total / whole[0].total, 4) if whole[0].total > 0 else None
    return Row(members, assessed, collected, forgiven, open, rate)


def by_age(sums: Gathered, flows: Shown[str]) -> tuple[dict[int, Value], Value]:
    """Return what is open by the age of each member's oldest charge, and in all.

    Less what is open of this period it is what is open of earlier ones: where that
    betrays somebody, and the first is told, none of it is.
    """
    if flows.total and not sums.older.safe:
        return dict.fromkeys(sums.ages, SUPPRESSED), SUPPRESSED
    shown = protected(sums.ages, whole=sums.all["ages"])
    ages: dict[int, Value] = {
        key: SUPPRESSED if key in shown.hidden else cells[0].total
        for key, cells in sums.ages.items()
    }
    return ages, sums.all["ages"][0].total if shown.total else SUPPRESSED


def by_level(sums: Gathered) -> dict[tuple[int, str], Value]:
    """Return how many members are how far up the ladder, `GOOD` among them.

    That all of them are `GOOD` may be told.
    """
    if sums.levels.keys() <= {GOOD}:
        return dict(sums.levels)
    of = sum(sums.levels.values())
    tallies = {key: (Tally(count, of),) for key, count in sums.levels.items()}
    shown = protected(tallies, known=True)
    return {key: SUPPRESSED if key in shown.hidden else count for key, count in sums.levels.items()}


def at_bounds(levies: dict[str, Bounds]) -> dict[str, tuple[Value, Value]]:
    """Return for each levy how many members are at its floor and at its cap."""
    found: dict[str, tuple[Value, Value]] = {}
    for levy, bounds in levies.items():
        if not (bounds.floor or bounds.cap):
            found[levy] = 0, 0
            continue
        of = bounds.assessed
        counts = {
            "floor": bounds.floor, "cap": bounds.cap, "": of - bounds.floor - bounds.cap,
        }  # fmt: skip
        tallies = {key: (Tally(count, of),) for key, count in counts.items()}
        # Who is at neither is not told, so that it need not be held back.
        rest = Shown(frozenset({""}), True)
        hidden = protected(tallies, within=rest, known=True).hidden
        floor, cap = (SUPPRESSED if key in hidden else counts[key] for key in ("floor", "cap"))
        found[levy] = floor, cap
    return found
