"""Exchange rates the charters ask for, and those that declared figures wait for."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

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


def waiting(consortium: Consortium, on: date) -> list[Waiting]:
    """Return the rates that figures wait for which are declared and not yet assessed."""
    found = []
    for round, due in governed(Round.objects.all(), consortium):
        if due.levy.exchange is None or due.final(on):
            continue
        for (unit, until), members in sorted(unrated(round, due).items()):
            found.append(Waiting(round, due, unit, until, members))
    return found


def unrated(round: Round, due: Due) -> dict[tuple[str, date], int]:
    """Return how many members' figures wait, by currency and the last day that counts."""
    levy, exchange = due.levy, due.levy.exchange
    assert exchange is not None
    assessed = Assessment.objects.filter(declaration=OuterRef("pk"))
    current = Declaration.objects.filter(
        consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on
    ).current()
    rows = DeclaredFigure.objects.filter(
        declaration__in=current.filter(~Exists(assessed)), value__isnull=False
    )
    known: dict[date, set[str]] = {}
    members = set()
    for name, unit, member, ended in rows.values_list(
        "input", "unit", "declaration__member", "declaration__fiscal_year_ends_on"
    ):
        unit = unit or (levy.unit_of(name) if name in levy.inputs else levy.unit)
        if unit == levy.unit:
            continue
        until = rate_day(levy, due.period, ended)
        if until not in known:
            published = ExchangeRate.objects.published(
                consortium=round.consortium, rate=exchange.rate, into=levy.unit, until=until
            )
            known[until] = set(published)
        if unit not in known[until]:
            members.add((unit, until, member))
    return Counter((unit, until) for unit, until, _member in members)
