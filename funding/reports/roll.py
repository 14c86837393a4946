"""The roll of a round: who is to be assessed (again), with all it takes, in few queries.

A member is on the roll while it owes the levy and is not assessed, while its latest
figures are not those it was assessed from, or while what the engine knows of its
membership has changed. Work over all members streams: keys first, details in batches.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import reduce
from itertools import batched
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from consortium.models import Member, MembershipTerm
from funding.models import Assessment, Declaration, DeclaredFigure, ExchangeRate, Round
from funding.models.declarations import figures_of
from funding.reports.liability import liable, owing
from funding.reports.rounds import Due
from funding.rules.calendar import rate_day
from funding.rules.engine import Rate
from funding.rules.figures import Figure, Foreign
from funding.rules.outcome import Outcome, outcome, stored
from funding.rules.supplied import Stay, owes, supplied

BATCH = 5000
"""Members whose details are held at once."""


class Declared(NamedTuple):
    """What is asked of a declaration."""

    pk: int
    version: int
    grade: str
    secret: bool
    fiscal_year_ends_on: date | None


class Assessed(NamedTuple):
    """What is asked of a member's last assessment for a round."""

    pk: int
    version: int
    category: str
    amount: Decimal
    inputs: dict[str, Any]
    declaration: int | None
    secret: bool


DECLARED = ("pk", "version", "grade", "secret", "fiscal_year_ends_on")
ASSESSED = ("pk", "version", "category", "amount", "inputs", "declaration_id", "secret")


class Party(NamedTuple):
    """An organization as a charge names it."""

    name_en: str
    name_zh: str
    country: str
    registration_number: str

    @property
    def name(self) -> str:
        return self.name_zh or self.name_en


@dataclass(slots=True)
class Entry:
    """A member on the roll."""

    member: int
    uid: UUID
    organization: int
    party: Party
    stays: list[Stay] = field(default_factory=list)
    declaration: Declared | None = None
    figures: dict[str, Figure] = field(default_factory=dict)
    before: Assessed | None = None
    rates: dict[str, Rate] = field(default_factory=dict)

    def outcome(self, due: Due) -> Outcome:
        """Return what the member owes. Raises what the engine refuses."""
        return outcome(due.levy, due.period, self.stays, self.figures, self.rates)


def roll(*, round: Round, due: Due, on: date, through: int | None = None) -> Iterator[list[Entry]]:
    """Yield the members to assess by a day, in batches by key.

    `through`: the last declaration to look at; later ones are as if not there.
    """
    scope: dict[str, Any] = {"round": round, "due": due, "on": on, "through": through}
    keys = fresh(**scope).select_related(None).values_list("pk", flat=True)
    for pks in batched(keys.iterator(chunk_size=BATCH), BATCH):
        # Another run may have assessed some of them since their keys were read.
        yield [entry for entry in details(pks, **scope) if changed(entry, due)]
    yield from renewed(**scope)


def waiting(*, round: Round, due: Due, on: date) -> bool:
    """Say whether anybody is on the roll."""
    scope: dict[str, Any] = {"round": round, "due": due, "on": on}
    return fresh(**scope).exists() or any(renewed(**scope))


def renewed(
    *, round: Round, due: Due, on: date, through: int | None = None
) -> Iterator[list[Entry]]:
    """Yield the assessed members whose figures or membership have changed since."""
    if due.final(on):
        return
    pks = sorted({*redeclared(round, on, through), *moved(round, due)})
    for some in batched(pks, BATCH):
        entries = details(some, round=round, due=due, on=on, through=through)
        yield [entry for entry in entries if changed(entry, due)]


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


def streamed(members: QuerySet[Member]) -> Iterator[int]:
    pks = members.select_related(None).order_by("pk").values_list("pk", flat=True)
    return iter(pks.iterator(chunk_size=BATCH))


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


def moved(round: Round, due: Due) -> QuerySet[Any, int]:
    """Return the assessed members that may have changed category, joined or left since."""
    last = last_assessments(round)
    elsewhere = Q(Exists(last.filter(category="")) & owing(due))
    for category in due.levy.categories:
        elsewhere |= Q(Exists(last.filter(category=category)) & ~owing(due, category))
    if due.levy.supplied:
        inside = {"gt": due.period.starts_on, "lt": due.period.end}
        edges = reduce(
            or_,
            (
                Q(**{f"{edge}__gt": inside["gt"], f"{edge}__lt": inside["lt"]})
                for edge in ("starts_on", "ends_on")
            ),
        )
        terms = MembershipTerm.objects.filter(edges, member=OuterRef("pk"))
        elsewhere |= Q(Exists(last) & Exists(terms))
    members = Member.objects.filter(elsewhere, consortium=round.consortium)
    return members.values_list("pk", flat=True)


def last_assessments(round: Round) -> QuerySet[Assessment]:
    """Return the last assessment of the member outside."""
    newer = Assessment.objects.filter(
        member=OuterRef("member"),
        levy=round.levy,
        period_starts_on=round.starts_on,
        subject=None,
        version__gt=OuterRef("version"),
    )
    return Assessment.objects.filter(of_member(round), ~Exists(newer))


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


def details(
    pks: Iterable[int], *, round: Round, due: Due, on: date, through: int | None = None
) -> list[Entry]:
    """Return members as entries of a round, in the order of their keys, in few queries."""
    entries = members_of(pks)
    own = {"member__in": list(entries)}
    take_figures(entries, of_round(round, on, through).filter(**own))
    before = Assessment.objects.filter(
        levy=round.levy, period_starts_on=round.starts_on, subject=None, **own
    ).order_by("version")
    for pk, *row in before.values_list("member_id", *ASSESSED):
        entries[pk].before = Assessed(*row)
    if due.levy.exchange is not None:
        take_rates(entries.values(), due)
    return list(entries.values())


def members_of(pks: Iterable[int]) -> dict[int, Entry]:
    """Return members with their terms, by key and in its order."""
    party = [f"organization__{name}" for name in Party._fields]
    members = Member.objects.filter(pk__in=list(pks)).order_by("pk")
    entries: dict[int, Entry] = {}
    for pk, uid, organization, *names in members.values_list(
        "pk", "uid", "organization_id", *party
    ):
        entries[pk] = Entry(pk, uid, organization, Party(*names))
    terms = MembershipTerm.objects.filter(member__in=list(entries)).order_by("starts_on", "pk")
    for pk, category, starts_on, ends_on in terms.values_list(
        "member_id", "category", "starts_on", "ends_on"
    ):
        entries[pk].stays.append(Stay(category, starts_on, ends_on))
    return entries


def of_round(round: Round, on: date, through: int | None) -> QuerySet[Declaration]:
    """Return the declarations of a round that count by a day."""
    found = Declaration.objects.filter(
        consortium=round.consortium,
        levy=round.levy,
        period_starts_on=round.starts_on,
        declared_on__lte=on,
    )
    return found if through is None else found.filter(pk__lte=through)


def take_figures(entries: dict[int, Entry], declarations: QuerySet[Declaration]) -> None:
    """Give each entry its latest declaration with the figures."""
    owners: dict[int, Entry] = {}
    for pk, *row in declarations.order_by("version").values_list("member_id", *DECLARED):
        entries[pk].declaration = Declared(*row)
    for entry in entries.values():
        if entry.declaration is not None:
            owners[entry.declaration.pk] = entry
    figures: dict[int, list[Any]] = defaultdict(list)
    rows = DeclaredFigure.objects.filter(declaration__in=list(owners)).order_by("pk")
    for pk, *figure in rows.values_list(
        "declaration_id", "input", "value", "unit", "choice", "answer"
    ):
        figures[pk].append(figure)
    for pk, found in figures.items():
        owners[pk].figures = figures_of(found)


def take_rates(entries: Iterable[Entry], due: Due) -> None:
    """Give each entry with amounts in other currencies the rates of the charter's day."""
    exchange = due.levy.exchange
    assert exchange is not None
    asked = {each.unit for each in due.levy.inputs.values() if each.unit}
    known: dict[date, dict[str, Rate]] = {}
    for entry in entries:
        if not asked and not any(isinstance(each, Foreign) for each in entry.figures.values()):
            continue
        ended = entry.declaration.fiscal_year_ends_on if entry.declaration else None
        until = rate_day(due.levy, due.period, ended)
        if until not in known:
            known[until] = ExchangeRate.objects.published(
                consortium=due.charter.consortium,
                rate=exchange.rate,
                into=due.levy.unit,
                until=until,
            )
        entry.rates = known[until]
