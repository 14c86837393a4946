"""The latest figures of members, whatever levy and period they were declared for.

A charter that nobody has lived under yet asks for figures by name; what members have
declared under that name is what it can be tried on.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, DateField, F, OuterRef, QuerySet, Subquery, When, Window
from django.db.models.functions import RowNumber

from consortium.models import Charter
from consortium.periods import Period
from funding.models import Declaration, DeclaredFigure
from funding.models.declarations import figures_of
from funding.reports.rounds import levies_of
from funding.rules.dues import Levy
from funding.rules.figures import Figure, Foreign


class Source(NamedTuple):
    """A declaration that figures are taken from."""

    pk: int
    levy: str
    period_starts_on: date
    version: int
    grade: str
    secret: bool
    fiscal_year_ends_on: date | None


@dataclass(slots=True)
class Statement:
    """What a declaration said; `levy`: as the charter of its period has it, if it still says."""

    source: Source
    levy: Levy | None
    figures: dict[str, Figure] = field(default_factory=dict)

    def answers(self, name: str, levy: Levy) -> bool:
        """Say whether it was asked for a figure of this name and kind."""
        if self.levy is None or name not in self.levy.inputs:
            return name in self.figures
        return self.levy.inputs[name].kind == levy.inputs[name].kind

    def figure(self, name: str, levy: Levy) -> Figure:
        """Return a figure as a levy reads it: an amount in another currency says so."""
        value = self.figures.get(name)
        if value is None or isinstance(value, str | bool) or not levy.inputs[name].domain.money:
            return value
        if isinstance(value, Foreign):
            amount, unit = value.amount, value.unit
        else:
            own = self.levy if self.levy is not None and name in self.levy.inputs else levy
            amount, unit = value, own.unit_of(name)
        return amount if unit == levy.unit_of(name) else Foreign(amount, unit)


class Matched(NamedTuple):
    """Figures for a levy, and the declarations they come from."""

    values: dict[str, Figure]
    sources: tuple[Source, ...]


def matched(levy: Levy, period: Period, statements: Sequence[Statement]) -> Matched:
    """Return the figures a levy asks for, each from the latest declaration that answers it.

    One for the very levy and period comes first. What nobody was asked is left out.
    """

    def age(each: Statement) -> tuple[Any, ...]:
        own = each.source.levy == levy.code
        exact = own and each.source.period_starts_on == period.starts_on
        return exact, each.source.period_starts_on, own, each.source.version

    latest = sorted(statements, key=age, reverse=True)
    values: dict[str, Figure] = {}
    sources: dict[int, Source] = {}
    for name in levy.inputs:
        found = next((each for each in latest if each.answers(name, levy)), None)
        if found is None:
            continue
        value = found.figure(name, levy)
        if value is not None:
            values[name] = value
        sources[found.source.pk] = found.source
    return Matched(values, tuple(sources.values()))


def statements_of(
    pks: Collection[int], *, charters: Sequence[Charter], periods: Iterable[date], on: date
) -> dict[int, list[Statement]]:
    """Return members' last declaration of each levy under each charter, in two queries.

    And those for the periods that start on these days. What was declared after `on` is
    as if not there.
    """
    rows = last_declarations(pks, periods, on).values_list("member_id", *Source._fields)
    asked: dict[tuple[str, date], Levy | None] = {}
    found: dict[int, list[Statement]] = defaultdict(list)
    by_key: dict[int, Statement] = {}
    for member, *row in rows:
        source = Source(*row)
        key = (source.levy, source.period_starts_on)
        if key not in asked:
            asked[key] = levy_at(charters, *key)
        by_key[source.pk] = Statement(source, asked[key])
        found[member].append(by_key[source.pk])
    figures: dict[int, list[Any]] = defaultdict(list)
    stored = DeclaredFigure.objects.filter(declaration__in=list(by_key)).order_by("pk")
    for pk, *figure in stored.values_list(
        "declaration_id", "input", "value", "unit", "choice", "answer"
    ):
        figures[pk].append(figure)
    for pk, given in figures.items():
        by_key[pk].figures = figures_of(given)
    return found


def last_declarations(
    pks: Collection[int], periods: Iterable[date], on: date
) -> QuerySet[Declaration]:
    """Return each member's last declaration per levy and charter, and per period looked at."""
    begun = Charter.objects.adopted().filter(
        consortium=OuterRef("consortium"), starts_on__lte=OuterRef("period_starts_on")
    )
    under = Subquery(begun.order_by("-starts_on").values("pk")[:1])
    looked_at = Case(
        When(period_starts_on__in=list(periods), then=F("period_starts_on")),
        output_field=DateField(),
    )
    newest = Window(
        RowNumber(),
        partition_by=[F("member"), F("levy"), under, looked_at],
        order_by=["-period_starts_on", "-version"],
    )
    told = Declaration.objects.filter(member__in=list(pks), declared_on__lte=on)
    return told.annotate(newest=newest).filter(newest=1)


def levy_at(charters: Iterable[Charter], code: str, on: date) -> Levy | None:
    """Return a levy as the charter in force on a day has it, or None where none has."""
    charter = next((each for each in charters if each.period.contains(on)), None)
    levies = levies_of(charter) if charter else ()
    return next((each for each in levies if each.code == code), None)
