"""Exchange rates the charters ask for, and those that declared figures wait for."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, Min, OuterRef, QuerySet

from consortium.models import Consortium
from consortium.rules.schema import Text
from funding.models import Assessment, Declaration, DeclaredFigure, ExchangeRate, Round
from funding.reports.rounds import Due, charters_of, governed, levies_of
from funding.rules.calendar import rate_day
from funding.rules.dues import Levy


@dataclass(frozen=True)
class Named:
    """A rate that a charter names: its code and label, into which unit, and from which ones."""

    rate: str
    label: Text
    into: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class Waiting:
    """Figures in a currency whose rate is not recorded; `until`: the last day that counts."""

    round: Round
    due: Due
    unit: str
    until: date
    members: int


def named(consortium: Consortium) -> list[Named]:
    """Return the rates a consortium's charters name, under the latest charter's label."""
    found: dict[tuple[str, str], Named] = {}
    for charter in charters_of(consortium):
        for levy in levies_of(charter):
            if levy.exchange is None:
                continue
            key = (levy.exchange.rate, levy.unit)
            before = found[key].units if key in found else ()
            units = tuple(dict.fromkeys((*before, *foreign_units(levy))))
            found[key] = Named(*key[:1], levy.exchange.label, levy.unit, units)
    return list(found.values())


def foreign_units(levy: Levy) -> list[str]:
    """Return the currencies beside its own in which a levy takes figures."""
    asked = [unit for each in levy.inputs.values() for unit in (each.unit, *each.domain.currencies)]
    return [unit for unit in dict.fromkeys(asked) if unit and unit != levy.unit]


def waiting(
    consortium: Consortium, on: date, rounds: Iterable[tuple[Round, Due]] | None = None
) -> list[Waiting]:
    """Return the rates that figures wait for which are declared and not yet assessed.

    Two queries beside those for the rounds. `rounds`: those to look at, all where none are given.
    """
    found = governed(Round.objects.all(), consortium) if rounds is None else rounds
    converted = {
        (round.levy, round.starts_on): (round, due)
        for round, due in found
        if due.levy.exchange is not None and not due.final(on)
    }
    if not converted:
        return []
    counts = unrated(consortium, converted)
    return [
        Waiting(round, due, unit, until, counts[key][unit, until])
        for key, (round, due) in converted.items()
        for unit, until in sorted(counts[key])
    ]


Converted = Mapping[tuple[str, date], tuple[Round, Due]]
"""Rounds of levies that convert, by levy and first day."""


def unrated(
    consortium: Consortium, rounds: Converted
) -> dict[tuple[str, date], Counter[tuple[str, date]]]:
    """Return how many members' figures wait, by round, currency and the last day that counts."""
    known = first_published(consortium)
    waiting = set()
    for levy, starts_on, name, unit, member, ended in unassessed(consortium, rounds):
        if (levy, starts_on) not in rounds:
            continue
        _round, due = rounds[levy, starts_on]
        own, exchange = due.levy, due.levy.exchange
        assert exchange is not None
        unit = unit or (own.unit_of(name) if name in own.inputs else own.unit)
        until = rate_day(own, due.period, ended)
        if unit != own.unit and known.get((exchange.rate, own.unit, unit), date.max) > until:
            waiting.add((levy, starts_on, unit, until, member))
    found: dict[tuple[str, date], Counter[tuple[str, date]]] = defaultdict(Counter)
    for levy, starts_on, unit, until, _member in waiting:
        found[levy, starts_on][unit, until] += 1
    return found


def unassessed(consortium: Consortium, rounds: Converted) -> QuerySet[Any, Any]:
    """Return the figures declared last for some rounds of which nothing is assessed."""
    assessed = Assessment.objects.filter(declaration=OuterRef("pk"))
    current = Declaration.objects.filter(
        consortium=consortium,
        levy__in={levy for levy, _starts_on in rounds},
        period_starts_on__in={starts_on for _levy, starts_on in rounds},
    ).current()
    rows = DeclaredFigure.objects.filter(
        declaration__in=current.filter(~Exists(assessed)), value__isnull=False
    )
    return rows.values_list(
        "declaration__levy", "declaration__period_starts_on", "input", "unit",
        "declaration__member", "declaration__fiscal_year_ends_on",
    )  # fmt: skip


def first_published(consortium: Consortium) -> dict[tuple[str, str, str], date]:
    """Return since when each rate is known, by its code, into which unit and from which."""
    rows = ExchangeRate.objects.filter(consortium=consortium).order_by()
    firsts = rows.values_list("rate", "into", "unit").annotate(first=Min("on"))
    return {(rate, into, unit): first for rate, into, unit, first in firsts}
