"""Licences as the rules of rights see them, what is due for them, and when to look again."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from consortium.models import Organization
from consortium.periods import Period
from ip.models import Licence, Result
from ip.models.licences import NEVER
from ip.rules.choices import LicenceKind, Use
from ip.rules.facts import Licensed
from ip.rules.royalties import Stated, following

BEFORE_END = (timedelta(days=90), timedelta(days=30))
"""So long before a licence ends the licensee and the owners are told."""

REMINDERS = (timedelta(0), timedelta(days=30), timedelta(days=60))
"""So long after a statement was due the licensee is reminded, the last time with staff."""


@dataclass(frozen=True)
class Held:
    """The licences of results: one's own, and when others hold an exclusive or a sole one."""

    own: dict[int, list[Licensed]]
    exclusive: dict[int, list[Period]]
    sole: dict[int, list[Period]]


def licences_of(organization: Organization, results: QuerySet[Result]) -> Held:
    """Return the licences of some results as one organization is concerned, in one query.

    Another's exclusive or sole licence counts where it leaves no field and no country
    free; one that does is settled between the licences, when they are granted.
    """
    found = Held(defaultdict(list), defaultdict(list), defaultdict(list))
    rows = Licence.objects.granted().filter(result__in=results.order_by().values("pk"))
    columns = ("result", "licensee", "kind", "uses", "field", "territory", "sublicensing",
               "starts_on", "until")  # fmt: skip
    for (
        result,
        licensee,
        kind,
        uses,
        field,
        territory,
        passes_on,
        starts_on,
        until,
    ) in rows.order_by("starts_on", "pk").values_list(*columns):
        if until <= starts_on:
            continue
        period = Period(starts_on, until if until < NEVER else None)
        if licensee == organization.pk:
            may = {Use(use) for use in uses} | ({Use.LICENSE} if passes_on else set())
            limits = (("licensed_field",) if field else ()) + (
                ("licensed_territory",) if territory else ()
            )
            found.own[result].append(Licensed(period, frozenset(may), "licensing", limits))
        elif not field and not territory:
            kinds = {LicenceKind.EXCLUSIVE: found.exclusive, LicenceKind.SOLE: found.sole}
            if kind in kinds:
                kinds[LicenceKind(kind)][result].append(period)
    return found


def unstated(licence: Licence, on: date) -> Iterator[tuple[Stated, date]]:
    """Yield the periods that have ended and are not stated, each with the day it is due."""
    for period, due_on in upcoming(licence):
        if period.part.end > on:
            return
        yield period, due_on


def upcoming(licence: Licence, term: Period | None = None) -> Iterator[tuple[Stated, date]]:
    """Yield the periods that are not stated, each with the day it is due; they may go on.

    `term`: the licence's, where it is known already.
    """
    if not licence.every_months:
        return
    term = term or licence.term
    stated = licence.royaltystatements.all()
    last = max(stated, key=lambda each: each.starts_on, default=None)
    if term.ends_on is not None and term.ends_on <= term.starts_on:
        return
    period = following(licence.royalty, term, last.period if last else None)
    while period is not None:
        yield period, period.part.end + timedelta(days=licence.within_days)
        period = following(licence.royalty, term, period.part)


def looks(licence: Licence) -> Iterator[date]:
    """Yield the days on which something is told: of the next statement, and before the end."""
    for _period, due_on in upcoming(licence):
        yield from (due_on + after for after in REMINDERS)
        break
    end = licence.term.ends_on
    if end is not None:
        yield from (end - before for before in BEFORE_END)


def next_look(licence: Licence, after: date) -> date | None:
    """Return the next day on which something is told of a licence, after a day."""
    return min((day for day in looks(licence) if day > after), default=None)
