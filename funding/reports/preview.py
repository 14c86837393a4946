"""A dues run before it is done: every member on the roll, last year, difference, reason."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.errors import DomainError
from consortium.models import Member, digest
from consortium.rules.schema import MonthDay
from funding.models import Assessment, Round
from funding.reports.entries import Entry, of_round
from funding.reports.groups import heads
from funding.reports.liability import without_figures
from funding.reports.roll import roll
from funding.reports.rounds import Due
from funding.rules.calendar import basis_year
from funding.rules.choices import DecidedBy, Grade
from funding.rules.outcome import Outcome

LEAP = Decimal("0.5")
"""A change against last year by more than this part of it is pointed out."""


@dataclass(frozen=True)
class Line:
    """A member in a preview: what it would be assessed, and what to look at.

    `last`: its dues for the period before; `before`: what it was assessed for this one;
    `reasons`: codes with values, such as floor, cap, estimated; `error`: why the rule
    refuses its figures.
    """

    entry: Entry
    outcome: Outcome | None
    last: Decimal | None
    reasons: tuple[tuple[str, dict[str, Any]], ...]
    error: DomainError | None = None

    @property
    def amount(self) -> Decimal | None:
        return self.outcome.quote.amount if self.outcome else None

    @property
    def before(self) -> Decimal | None:
        return self.entry.before.amount if self.entry.before else None

    @property
    def owed(self) -> Decimal | None:
        """Return what would be charged, or credited if below zero."""
        return None if self.amount is None else self.amount - (self.before or Decimal(0))

    @property
    def difference(self) -> Decimal | None:
        """Return this year's amount less last year's."""
        if self.amount is None or self.last is None:
            return None
        return self.amount - self.last


@dataclass(frozen=True)
class Summary:
    """What a preview comes to; `digest` covers every member's inputs and amount."""

    count: int
    refused: int
    total: Decimal
    owed: Decimal
    last: Decimal
    digest: str
    through: int | None


def lines(*, round: Round, due: Due, on: date, through: int | None = None) -> Iterator[Line]:
    """Yield every member on the roll with its outcome."""
    year = basis_year(due.levy, due.period, fiscal_year(round)).end
    for entries in roll(round=round, due=due, on=on, through=through):
        last = last_period(entries, round, due)
        group = heads(entries, due) if due.levy.basis.group else {}
        for entry in entries:
            yield line(entry, due, last.get(entry.member), year, group)


def fiscal_year(round: Round) -> MonthDay:
    consortium = round.consortium
    return MonthDay(month=consortium.fiscal_year_month, day=consortium.fiscal_year_day)


def last_period(entries: list[Entry], round: Round, due: Due) -> dict[int, Decimal]:
    """Return the members' dues for the last period before this one."""
    members = [each.member for each in entries]
    rows = Assessment.objects.filter(
        member__in=members,
        levy=round.levy,
        period_starts_on__lt=round.starts_on,
        unit=due.levy.unit,
        subject=None,
    ).order_by("period_starts_on", "version")
    return dict(rows.values_list("member_id", "amount"))


def line(entry: Entry, due: Due, last: Decimal | None, year: date, group: dict[int, Any]) -> Line:
    try:
        found = entry.outcome(due)
    except DomainError as error:
        return Line(entry, None, last, (), error)
    return Line(entry, found, last, tuple(reasons(entry, found, last, year, group)))


def reasons(
    entry: Entry, found: Outcome, last: Decimal | None, year: date, group: dict[int, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what explains an amount, and what a second person should look at."""
    quote, declaration = found.quote, entry.declaration
    if found.category == "":
        yield "not_liable", {}
    decided = quote.decided_by
    if decided != DecidedBy.RATE:
        yield f"at_{decided.value}", {}
    if entry.before is not None:
        yield "true_up", {"version": entry.before.version + 1}
    elif last is None:
        yield "first_time", {}
    if last and abs(quote.amount - last) > last * LEAP:
        yield "large_change", {}
    if declaration is not None:
        if declaration.grade == Grade.ESTIMATED:
            yield "figures_are_estimated", {}
        if declaration.fiscal_year_ends_on not in (None, year):
            yield (
                "other_fiscal_year",
                {"ends_on": declaration.fiscal_year_ends_on, "expected": year},
            )
    for other in group.get(entry.member, ()):
        yield "same_group", {"member": other}


def summary(*, round: Round, due: Due, on: date, through: int | None = None) -> Summary:
    """Return what a preview comes to, in one pass."""
    if through is None:
        through = last_declaration(round, on)
    seen = hashlib.sha256()
    count = refused = 0
    total = owed = last = Decimal(0)
    for each in lines(round=round, due=due, on=on, through=through):
        if each.outcome is None or each.owed is None:
            refused += 1
            continue
        count += 1
        total += each.outcome.quote.amount
        owed += each.owed
        last += each.last or Decimal(0)
        content = [each.entry.member, each.outcome.inputs, str(each.outcome.quote.amount)]
        seen.update(digest(content).encode())
    return Summary(count, refused, total, owed, last, seen.hexdigest(), through)


def last_declaration(round: Round, on: date) -> int | None:
    """Return the key of the last declaration a preview of today rests on."""
    last = of_round(round, on, None).order_by("-pk").values_list("pk", flat=True).first()
    return last if last is not None else None


def missing(*, round: Round, due: Due) -> list[Member]:
    """Return the members that owe the levy and of which no figures are known."""
    if not due.levy.inputs:
        return []
    return list(without_figures(consortium=round.consortium, due=due))


WARNINGS = frozenset(
    {"not_liable", "large_change", "figures_are_estimated", "other_fiscal_year", "same_group"}
)
"""Reasons that somebody should look at; the others only explain."""


def is_striking(line: Line) -> bool:
    """Say whether somebody should look at a line before it is issued."""
    return line.error is not None or any(code in WARNINGS for code, _values in line.reasons)


@dataclass
class Tally:
    """What the lines of a preview come to; `charged` and `credited` are both positive."""

    count: int = 0
    refused: int = 0
    striking: int = 0
    total: Decimal = Decimal(0)
    last: Decimal = Decimal(0)
    charged: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)

    def over(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Yield lines, counting them as they pass."""
        for each in lines:
            self.striking += is_striking(each)
            if each.amount is None or each.owed is None:
                self.refused += 1
            else:
                self.count += 1
                self.total += each.amount
                self.last += each.last or Decimal(0)
                self.charged += max(each.owed, Decimal(0))
                self.credited += max(-each.owed, Decimal(0))
            yield each
