"""What sweeps leave behind while days to come are looked at, as far as the reader may see it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet

from consortium import registry
from consortium.models import Consortium, Member, Notice, ParkedItem, ReportEdition
from consortium.registry import Figure, Happening, Trace

DAY_OVER = "day_over"
"""Stands for a sweep where what failed on a day is told, after all of them."""

NAMED = 50
"""Things of one kind on one day that are told one by one; the others are counted and added up."""


@dataclass
class Group:
    """What a sweep left in one table on a day: how many, the amounts by unit, the first of them."""

    code: str
    count: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)
    named: list[Happening] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.count - len(self.named)

    def add(self, each: Happening) -> None:
        self.count += 1
        if each.amount is not None:
            self.amounts[each.unit] = self.amounts.get(each.unit, Decimal(0)) + each.amount
        if len(self.named) < NAMED:
            self.named.append(each)


@dataclass(frozen=True)
class Done:
    """What one sweep did on one day: how many items it handled, and what it left."""

    on: date
    sweep: str
    count: int
    groups: list[Group]


@dataclass(frozen=True)
class Compared:
    """How much of something there is now, and how much there is then."""

    now: Figure
    then: Figure


@dataclass
class Ahead:
    """What would happen from the day after `since` up to `to`, or only to `reached`."""

    consortium: Consortium
    since: date
    to: date
    reached: date
    done: list[Done] = field(default_factory=list)
    figures: list[Compared] = field(default_factory=list)

    @property
    def days(self) -> Iterator[tuple[date, list[Done]]]:
        """Yield each day on which something happened, with what did."""
        for on in dict.fromkeys(each.on for each in self.done):
            yield on, [each for each in self.done if each.on == on]


class Watch:
    """Reads what is new in the tables that sweeps write, and whose secret figures that showed."""

    def __init__(self, consortium: Consortium, user: Any, today: date) -> None:
        self.consortium, self.user, self.today = consortium, user, today
        # What any sweep may write comes after what is its own.
        self.traces = sorted(registry.traces.all(), key=lambda trace: not trace.sweeps)
        self.last = {each.code: self.newest(each) for each in self.traces}
        self.seen: dict[str, set[int]] = {each.code: set() for each in self.traces}

    def newest(self, trace: Trace) -> int:
        newest: int | None = trace.model.objects.aggregate(last=Max("pk"))["last"]
        return newest or 0

    def rows(self, trace: Trace) -> QuerySet[Any]:
        model = trace.model.objects
        rows: QuerySet[Any] = (
            model.all() if self.user is None else model.visible_to(self.user, self.today)
        )
        here = {trace.at: self.consortium, "pk__gt": self.last[trace.code]}
        return rows.filter(**here).order_by("pk")

    def new(self, sweep: str) -> list[Group]:
        """Return what a sweep has left since the last one, by table."""
        found = []
        for trace in self.traces:
            if trace.sweeps and sweep not in trace.sweeps:
                continue
            group = Group(trace.code)
            for each in trace.told(self.rows(trace)):
                group.add(each)
                if each.secret_of is not None:
                    self.seen[trace.code].add(each.secret_of)
            if group.count:
                self.last[trace.code] = self.newest(trace)
                found.append(group)
        return found

    def stands(self, on: date) -> list[Figure]:
        """Return how things stand on a day."""
        return [
            figure
            for outlook in registry.outlooks.all()
            for figure in outlook.figures(
                consortium=self.consortium, user=self.user, today=self.today, on=on
            )
        ]

    def note(self, by: Any) -> None:
        """Have it recorded whose secret figures were looked at."""
        for trace in self.traces:
            if trace.noted is not None and self.seen[trace.code]:
                members = sorted(self.seen[trace.code])
                trace.noted(consortium=self.consortium, by=by, members=members)


def compared(now: Iterable[Figure], then: Iterable[Figure]) -> list[Compared]:
    """Return the figures of two days side by side; what one of them lacks is none of it."""
    before = {(each.code, str(each.label)): each for each in now}
    after = {(each.code, str(each.label)): each for each in then}
    keys = dict.fromkeys([*after, *before])
    codes = list(dict.fromkeys(code for code, _label in keys))
    pairs = []
    for key in sorted(keys, key=lambda key: codes.index(key[0])):
        none = Figure(key[0], 0, {}, (after.get(key) or before[key]).label)
        pairs.append(Compared(before.get(key, none), after.get(key, none)))
    return pairs


# What the ground itself leaves


def notices(rows: QuerySet[Notice]) -> Iterator[Happening]:
    for each in rows.select_related("recipient", "consortium"):
        who, values = str(each.recipient), {**each.values, "consortium": each.consortium.name}
        yield Happening(each.code, values, to={"en": who, "zh": who})


def parked(rows: QuerySet[ParkedItem]) -> Iterator[Happening]:
    for each in rows:
        yield Happening(each.reason, dict(each.values))


def reports(rows: QuerySet[ReportEdition]) -> Iterator[Happening]:
    for each in rows.select_related("schedule"):
        yield Happening(
            "ahead_report",
            {"report": str(each), "files": each.expected},
        )


def members(*, consortium: Consortium, user: Any, today: date, on: date) -> Iterator[Figure]:
    rows = Member.objects.on(on).filter(consortium=consortium)
    yield Figure("stands_members", rows.count())


def parked_items(*, consortium: Consortium, user: Any, today: date, on: date) -> Iterator[Figure]:
    yield Figure("stands_parked", ParkedItem.objects.parked().filter(consortium=consortium).count())
