"""What a comparison of charters comes to: totals, who pays less and who more."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from decimal import Decimal

from funding.reports.study import Scope, Study
from funding.reports.whatif import Line, lines
from funding.rules.choices import DecidedBy

ZERO = Decimal(0)
EDGES = tuple(Decimal(edge) for edge in ("-0.5", "-0.25", "-0.1", "0", "0.1", "0.25", "0.5", "1"))
"""Between the classes of change, as parts of what is owed as things stand."""

GONE, SAME, NEW = "gone", "same", "new"
BETWEEN = tuple(f"{low}..{high}" for low, high in zip(("", *EDGES), (*EDGES, ""), strict=True))
CLASSES = (GONE, *BETWEEN[:4], SAME, *BETWEEN[4:], NEW)
"""Classes of change in their order; `-0.25..-0.1` is down by a tenth to a quarter."""


@dataclass
class Sums:
    """How many members, and what they owe as things stand and under the document."""

    count: int = 0
    now: Decimal = ZERO
    then: Decimal = ZERO

    def add(self, line: Line) -> None:
        self.count += 1
        self.now += line.now.amount or ZERO
        self.then += line.then.amount or ZERO


@dataclass
class Tally(Sums):
    """The members of one scope, added up as they stream by.

    `compared`: those with an amount on both sides, whose changes are in `saved` and
    `added`; `refused`: those the document has no amount for; `unknown`: those only
    today's rules have none for. `changes`: members per class of change.
    """

    refused: int = 0
    unknown: int = 0
    less: int = 0
    more: int = 0
    saved: Decimal = ZERO
    added: Decimal = ZERO
    at_floor: int = 0
    at_cap: int = 0
    categories: dict[str, Sums] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)

    @property
    def compared(self) -> int:
        return self.count - self.refused - self.unknown

    @property
    def same(self) -> int:
        return self.compared - self.less - self.more

    @property
    def difference(self) -> Decimal:
        """Return what is owed more under the document, by those with both amounts."""
        return self.added - self.saved

    def add(self, line: Line) -> None:
        super().add(line)
        self.categories.setdefault(line.category, Sums()).add(line)
        self.at_floor += line.then.decided_by == DecidedBy.FLOOR
        self.at_cap += line.then.decided_by == DecidedBy.CAP
        change = line.difference
        if line.then.amount is None:
            self.refused += 1
        elif change is None:
            self.unknown += 1
        else:
            self.less += change < 0
            self.more += change > 0
            self.saved += max(-change, ZERO)
            self.added += max(change, ZERO)
            found = class_of(line.now.amount or ZERO, change)
            self.changes[found] = self.changes.get(found, 0) + 1


def class_of(now: Decimal, change: Decimal) -> str:
    """Return the class a change belongs to; an edge belongs to the class nearer to no change."""
    if change == 0:
        return SAME
    if now == 0:
        return NEW
    if change == -now:
        return GONE
    part = change / now
    return BETWEEN[bisect_right(EDGES, part) if part < 0 else bisect_left(EDGES, part)]


@dataclass
class Result:
    """A study carried out: what each scope comes to, and its lines worth looking at.

    `lines`: by scope, those without an amount first, then by difference; `seen`: the
    members of whom anything confidential is among all lines.
    """

    tallies: dict[str, Tally]
    lines: dict[str, list[Line]]
    seen: set[int]

    def left_out(self, scope: Scope) -> int:
        return self.tallies[scope.key].count - len(self.lines[scope.key])


def carried_out(study: Study, *, most: int) -> Result:
    """Go through all members once; keep the `most` lines of each scope that change most."""
    result = Result(
        {scope.key: Tally() for scope in study.scopes},
        {scope.key: [] for scope in study.scopes},
        set(),
    )
    for batch in lines(study):
        for line in batch:
            result.tallies[line.scope.key].add(line)
            result.lines[line.scope.key].append(line)
            if line.secret:
                result.seen.add(line.entry.member)
        for key, kept in result.lines.items():
            result.lines[key] = sorted(kept, key=weight)[:most]
    for kept in result.lines.values():
        kept.sort(key=order)
    return result


def weight(line: Line) -> tuple[bool, Decimal]:
    """Return what sorts those nothing can be said of first, then the greatest changes."""
    change = line.difference
    return change is not None, -abs(change or ZERO)


def order(line: Line) -> tuple[bool, Decimal, str]:
    """Return what sorts lines to be read: no amount, then from paying more to paying less."""
    change = line.difference
    return change is not None, -(change or ZERO), line.entry.party.name
