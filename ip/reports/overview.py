"""A consortium's results on a day: how each stands, what ends, what opened, what is licensed.

As many queries however many results there are. Confidential ones are among them: for staff
who read every result, or as numbers only.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Q, QuerySet

from consortium.models import Consortium
from consortium.periods import Period
from ip.models import Licence, PatentApplication, Result
from ip.models.licences import NEVER
from ip.reports.charters import Charters
from ip.reports.exclusivity import DAYS_BEFORE
from ip.reports.patents import Due, due_of, with_all
from ip.reports.rights import rows_of, work_in
from ip.rules.choices import LicenceKind, ResultKind
from ip.rules.windows import Window

AHEAD = timedelta(days=max(DAYS_BEFORE))
"""So far ahead ends of exclusivities and what is due for patents are listed."""

DAY = timedelta(days=1)


class Stands(StrEnum):
    """How a result stands on a day."""

    KEPT = "kept"
    """To a class, until a day."""
    AWAITED = "awaited"
    """To a class, until some time after its project ends."""
    OPENED = "opened"
    NEVER = "never"
    """No rule keeps it."""


@dataclass(frozen=True)
class Held:
    """A result with its window, None where no rule keeps it."""

    result: Result
    window: Window | None

    @property
    def kind(self) -> ResultKind:
        return ResultKind(self.result.kind)

    @property
    def ends_on(self) -> date | None:
        return self.window.period.ends_on if self.window else None

    def stands(self, on: date) -> Stands:
        if self.window is None:
            return Stands.NEVER
        if self.ends_on is None:
            return Stands.AWAITED
        return Stands.KEPT if on < self.ends_on else Stands.OPENED

    def within(self, on: date) -> int | None:
        """Return within how many of the days before its end it is told of; None: not yet."""
        if self.ends_on is None or self.ends_on <= on:
            return None
        left = (self.ends_on - on).days
        return min((days for days in DAYS_BEFORE if left <= days), default=None)


@dataclass
class Licences:
    """How many licences of a kind run on a day, and were granted and ended in a period."""

    running: Counter[LicenceKind] = field(default_factory=Counter)
    granted: Counter[LicenceKind] = field(default_factory=Counter)
    ended: Counter[LicenceKind] = field(default_factory=Counter)


@dataclass(frozen=True)
class Overview:
    """What a consortium's results and licences were like on a day."""

    on: date
    period: Period
    held: list[Held]
    licences: list[Licence]
    due: list[tuple[PatentApplication, Due]]

    def standings(self) -> dict[ResultKind, Counter[Stands]]:
        """Return by kind how many results stand how, the kinds in their order."""
        found: dict[ResultKind, Counter[Stands]] = {}
        for each in self.held:
            found.setdefault(each.kind, Counter())[each.stands(self.on)] += 1
        return {kind: found[kind] for kind in ResultKind if kind in found}

    def disclosed(self) -> Counter[ResultKind]:
        """Return how many results of each kind were disclosed in the period."""
        return Counter(
            each.kind for each in self.held if self.period.contains(each.result.disclosed_on)
        )

    def ending(self) -> list[Held]:
        """Return what ends within the longest of the days of telling, the soonest first."""
        found = [each for each in self.held if each.within(self.on) is not None]
        return sorted(found, key=by_end)

    def opened(self) -> list[Held]:
        """Return what opened in the period up to the day, in the order of its days."""
        found = [
            each for each in self.held
            if each.ends_on and each.ends_on <= self.on and self.period.contains(each.ends_on)
        ]  # fmt: skip
        return sorted(found, key=by_end)

    def windows(self) -> list[Held]:
        """Return what was kept at some time of the period or is, the first to end first."""
        found = [
            each for each in self.held
            if each.window and (each.ends_on is None or each.ends_on > self.period.starts_on)
        ]  # fmt: skip
        return sorted(found, key=by_end)

    def counted(self) -> Licences:
        found = Licences()
        for each in self.licences:
            kind, until = LicenceKind(each.kind), until_of(each)
            found.running[kind] += each.starts_on <= self.on < until
            found.granted[kind] += self.period.contains(granted_on(each))
            found.ended[kind] += until <= self.on and self.period.contains(until)
        return found


def by_end(held: Held) -> tuple[date, str]:
    return held.ends_on or date.max, held.result.number


def until_of(licence: Licence) -> date:
    """Return the end of a licence as `granted` annotates it."""
    found: date = getattr(licence, "until", NEVER)
    return found


def granted_on(licence: Licence) -> date:
    assert licence.granted_on is not None
    return licence.granted_on


def overview(
    *, consortium: Consortium, period: Period, on: date, known_at: datetime | None
) -> Overview:
    """Return what results, licences and patents were like at the end of a day."""
    rows = Result.objects.filter(known(known_at), consortium=consortium, disclosed_on__lte=on)
    return Overview(
        on,
        period,
        list(held(consortium, rows, on)),
        list(licences(consortium, on)),
        list(patents_due(consortium, on)),
    )


def known(at: datetime | None) -> Q:
    return Q() if at is None else Q(recorded_at__lte=at)


def held(consortium: Consortium, rows: QuerySet[Result], on: date) -> Iterator[Held]:
    """Yield results with their windows. Four queries."""
    charters = Charters([consortium.pk])
    windows = {row[0]: work_in(row, charters, on=on).window for row in rows_of(rows)}
    for each in rows.select_related("project", "disclosed_by").order_by("number", "pk"):
        yield Held(each, windows[each.pk])


def licences(consortium: Consortium, on: date) -> QuerySet[Licence]:
    """Return the licences granted up to a day, with their ends as they came about."""
    rows = Licence.objects.granted().filter(result__consortium=consortium, granted_on__lte=on)
    return rows.select_related("result", "licensee").order_by("number", "pk")


def patents_due(consortium: Consortium, on: date) -> Iterator[tuple[PatentApplication, Due]]:
    """Yield what somebody must do for a patent soon, or is late with, the soonest first."""
    rows = PatentApplication.objects.filter(consortium=consortium, registered_on__lte=on)
    found = [
        (application, each)
        for application in with_all(rows).order_by("pk")
        for each in due_of(application, on)
        if each.waits and each.deadline.due_on <= on + AHEAD
    ]
    yield from sorted(found, key=lambda pair: (pair[1].deadline.due_on, pair[0].pk))
