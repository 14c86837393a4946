"""A case told in the order of its days: phases, gaps, what changed, and what was recorded when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from consortium.periods import Period, add_months
from consortium.rules.cases import CaseDocument
from consortium.rules.comparison import Change, diff
from consortium.rules.documents import CharterDocument
from consortium.rules.facts import FactEntry

WHEN = re.compile(r"(\d{4})(?:-(\d{2}))?")
"""A year or a month, as a fact's `when` may say it."""

REMARKS = frozenset({"source", "basis", "note"})
"""What a document says about a rule, beside the rule."""


@dataclass(frozen=True)
class Phase:
    """A charter of a case, what it changes in the rules before, and the facts of its time.

    `gap`: the days before it without a charter. `facts`: by the day, month or year they
    are of, where it is known.
    """

    charter: CharterDocument
    period: Period
    gap: Period | None
    changes: tuple[Change, ...]
    facts: tuple[FactEntry, ...]


def phases(case: CaseDocument) -> Iterator[Phase]:
    """Yield a case's phases in their order; the first one changes nothing."""
    before: CharterDocument | None = None
    reached: date | None = case.starts_on
    left = dated(case)
    for period, charter in in_order(case):
        facts = tuple(fact for time, fact in left if time.overlaps(period))
        left = [(time, fact) for time, fact in left if fact not in facts]
        gap = Period(reached, period.starts_on) if reached and reached < period.starts_on else None
        changes = tuple(each for each in diff(before, charter) if counts(each)) if before else ()
        yield Phase(charter, period, gap, changes, facts)
        before, reached = charter, period.ends_on


def counts(change: Change) -> bool:
    """Say whether a change is one of the rules: not of the charter's name and days, not of what
    a rule rests on, nor of the comparison's words, of which a later phase says only what is new.
    """
    section, *inside = change.steps
    if section in CharterDocument.model_fields or REMARKS.intersection(inside):
        return False
    return (section, *inside[:1]) != ("profile", "table")


def in_order(case: CaseDocument) -> list[tuple[Period, CharterDocument]]:
    found = [(period, each) for each in case.charters if (period := each.period())]
    return sorted(found, key=lambda each: each[0].starts_on)


def dated(case: CaseDocument) -> list[tuple[Period, FactEntry]]:
    """Return the facts whose time is known, with it, earliest first."""
    found = [(time, each) for each in case.facts if (time := time_of(each)) is not None]
    return sorted(found, key=lambda each: each[0].starts_on)


def time_of(fact: FactEntry) -> Period | None:
    """Return the day, month or year a fact is of; None where no single one is recorded."""
    if fact.on is not None:
        return Period(fact.on, fact.on + timedelta(days=1))
    found = WHEN.fullmatch(fact.when)
    if found is None:
        return None
    starts_on = date(int(found[1]), int(found[2] or 1), 1)
    return Period(starts_on, add_months(starts_on, 1 if found[2] else 12))
