"""Members as a dues run sees them: membership, figures and last assessment, in few queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from consortium.models import Member, MembershipTerm
from consortium.models.base import among
from funding.models import Assessment, Declaration, DeclaredFigure, ExchangeRate, Round
from funding.models.declarations import figures_of
from funding.reports.rounds import Due
from funding.rules.calendar import rate_day
from funding.rules.engine import Rate
from funding.rules.figures import Figure, Foreign
from funding.rules.outcome import Outcome, outcome
from funding.rules.supplied import Stay


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


def details(
    pks: Iterable[int], *, round: Round, due: Due, on: date, through: int | None = None
) -> list[Entry]:
    """Return members as entries of a round, in the order of their keys, in few queries."""
    entries = members_of(pks)
    own = {"member__in": among(entries)}
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
    members = Member.objects.filter(pk__in=among(pks)).order_by("pk")
    entries: dict[int, Entry] = {}
    for pk, uid, organization, *names in members.values_list(
        "pk", "uid", "organization_id", *party
    ):
        entries[pk] = Entry(pk, uid, organization, Party(*names))
    terms = MembershipTerm.objects.filter(member__in=among(entries)).order_by("starts_on", "pk")
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
    rows = DeclaredFigure.objects.filter(declaration__in=among(owners)).order_by("pk")
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
