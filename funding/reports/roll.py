"""The roll of a round: who is to be assessed (again), with all it takes, in few queries.

A member is on the roll while it owes the levy and is not assessed, while its latest
figures are not those it was assessed from, or while what the engine knows of its
membership has changed. Work over all members streams: keys first, details in batches.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import batched
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from consortium.models import Consortium, Member, MembershipTerm
from funding.models import Assessment, Declaration, Round
from funding.reports.entries import Entry, details, of_round
from funding.reports.liability import liable, owing, owing_at_first
from funding.reports.rounds import Due
from funding.rules.inputs import MEMBER_MONTHS
from funding.rules.outcome import stored
from funding.rules.supplied import owes, supplied

BATCH = 5000
"""Members whose details are held at once."""


def roll(*, round: Round, due: Due, on: date, through: int | None = None) -> Iterator[list[Entry]]:
    """Yield the members to assess by a day, in batches by key.

    `through`: the last declaration to look at; later ones are as if not there.
    """
    for pks in keys(round=round, due=due, on=on, through=through):
        yield entries(pks, round=round, due=due, on=on, through=through)


def keys(
    *, round: Round, due: Due, on: date, through: int | None = None
) -> Iterator[tuple[int, ...]]:
    """Yield the keys of members that may have to be assessed, in batches.

    First those whose figures or membership may have changed since they were.
    """
    if not due.final(on):
        declared = redeclared(round, on, through) if due.levy.inputs else ()
        again = {*declared, *moved(round, due)}
        yield from batched(sorted(again), BATCH)
    unassessed = fresh(round=round, due=due, on=on, through=through)
    rows = unassessed.select_related(None).values_list("pk", flat=True)
    yield from batched(rows.iterator(chunk_size=BATCH), BATCH)


def entries(
    pks: Iterable[int], *, round: Round, due: Due, on: date, through: int | None = None
) -> list[Entry]:
    """Return those of some members of whom an assessment would say anything new, by now."""
    found = details(pks, round=round, due=due, on=on, through=through)
    return [entry for entry in found if changed(entry, due)]


def declared_anew(*, consortium: Consortium, on: date) -> set[tuple[str, date]]:
    """Return the levies and periods with latest figures, by a day, that are not assessed."""
    counting = Declaration.objects.filter(consortium=consortium, declared_on__lte=on)
    newer = counting.filter(
        member=OuterRef("member"),
        levy=OuterRef("levy"),
        period_starts_on=OuterRef("period_starts_on"),
        version__gt=OuterRef("version"),
    )
    unused = counting.filter(~Exists(newer), assessments=None)
    return set(unused.values_list("levy", "period_starts_on").distinct())


def moved_since(*, round: Round, due: Due, on: date) -> bool:
    """Say whether a membership has changed so that somebody has to be assessed (again)."""
    if not due.levy.inputs and fresh(round=round, due=due, on=on).exists():
        return True
    pks = set() if due.final(on) else {*moved(round, due)}
    return bool(pks) and bool(entries(pks, round=round, due=due, on=on))


def fresh(*, round: Round, due: Due, on: date, through: int | None = None) -> QuerySet[Member]:
    """Return the members that owe the levy, have joined, and are not assessed.

    Where figures are needed, those who have declared them by the day.
    """
    assessed = Assessment.objects.filter(of_member(round))
    members = liable(consortium=round.consortium, due=due).filter(
        joined(due, on), ~Exists(assessed)
    )
    if not due.levy.inputs:
        return members
    return members.filter(Exists(of_round(round, on, through).filter(member=OuterRef("pk"))))


def of_member(round: Round) -> Q:
    """Return what ties rows of a round to the member outside."""
    return Q(member=OuterRef("pk"), levy=round.levy, period_starts_on=round.starts_on, subject=None)


def joined(due: Due, on: date) -> Q:
    """Return the condition that a member has joined by a day, or by the period's first."""
    by = max(on, due.period.starts_on)
    return Q(Exists(MembershipTerm.objects.filter(member=OuterRef("pk"), starts_on__lte=by)))


def redeclared(round: Round, on: date, through: int | None) -> QuerySet[Any, int]:
    """Return the assessed members whose latest figures are not those they were assessed from."""
    counting = of_round(round, on, through)
    newer = counting.filter(member=OuterRef("member"), version__gt=OuterRef("version"))
    assessed = Assessment.objects.filter(
        member=OuterRef("member"), levy=round.levy, period_starts_on=round.starts_on, subject=None
    )
    used = Assessment.objects.filter(declaration=OuterRef("pk"))
    stale = counting.filter(Exists(assessed), ~Exists(used), ~Exists(newer))
    return stale.values_list("member_id", flat=True)


def moved(round: Round, due: Due) -> Iterator[int]:
    """Yield the assessed members that may have changed category, joined or left since.

    Several queries, since a database joins what is asked together and looks up one by
    one what is asked as alternatives. Where months count, whoever moved within the
    period is found by its terms, and of the others the first day says everything.
    """
    last = last_assessments(round)
    owed = owing_at_first if MEMBER_MONTHS in due.levy.used else owing
    found = [
        last.filter(owed(due, member="member"), category=""),
        last.filter(~owed(due, OuterRef("category"), member="member")).exclude(category=""),
    ]
    if due.levy.supplied:
        inside = Q(starts_on__gt=due.period.starts_on, starts_on__lt=due.period.end)
        inside |= Q(ends_on__gt=due.period.starts_on, ends_on__lt=due.period.end)
        terms = MembershipTerm.objects.filter(inside, member=OuterRef("member"))
        found.append(last.filter(Exists(terms)))
    for rows in found:
        yield from rows.values_list("member_id", flat=True)


def last_assessments(round: Round) -> QuerySet[Assessment]:
    """Return the last assessment of each member of a round."""
    same = {"levy": round.levy, "period_starts_on": round.starts_on, "subject": None}
    newer = Assessment.objects.filter(
        member=OuterRef("member"), version__gt=OuterRef("version"), **same
    )
    rows = Assessment.objects.filter(consortium=round.consortium, **same)
    return rows.filter(~Exists(newer))


def changed(entry: Entry, due: Due) -> bool:
    """Say whether an assessment of the entry would say anything new."""
    before = entry.before
    if before is None or (entry.declaration and entry.declaration.pk != before.declaration):
        return True
    category = owes(due.levy, entry.stays, due.period)
    if category is None:
        return before.category != ""
    known = stored(supplied(due.levy, entry.stays, due.period, category))
    was = {name: before.inputs.get(name) for name in known}
    return before.category == "" or known != was
