"""Which levy periods there are, and which charter governs each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, OuterRef, QuerySet, Subquery

from consortium.errors import DomainError
from consortium.models import Charter, Consortium, Member, MembershipTerm, NoSuchSection
from consortium.periods import Period
from funding.models import Assessment, Round
from funding.rules.calendar import (
    BeforeFirstPeriod,
    NoRounds,
    next_opening,
    period_on,
    rounds_open,
    schedule_of,
)
from funding.rules.dues import Levy, UnknownLevy
from funding.rules.triggers import PeriodTrigger, Schedule

SECTION = "dues"


class NoSuchPeriod(DomainError):
    """No period of the levy starts on this day."""

    code = "no_such_period"


OVERTAKEN = (NoSuchSection, UnknownLevy, BeforeFirstPeriod, NoSuchPeriod, NoRounds)
"""What `governing` says of a round that the charter now in force does not know."""


@dataclass(frozen=True)
class Due:
    """One period of a levy, with the charter that governs it."""

    charter: Charter
    levy: Levy
    period: Period

    @property
    def schedule(self) -> Schedule:
        return schedule_of(self.levy, self.period)

    def final(self, on: date) -> bool:
        """Say whether the period's figures are no longer taken or corrected."""
        final_on = self.schedule.final_on
        return final_on is not None and final_on <= on


def charters_of(consortium: Consortium) -> list[Charter]:
    """Return the adopted charters with their sections, in two queries."""
    adopted = Charter.objects.adopted().filter(consortium=consortium)
    return list(adopted.prefetch_related("sections").order_by("starts_on"))


def levies_of(charter: Charter) -> tuple[Levy, ...]:
    """Return a charter's levies that have rounds; none where it has no dues section."""
    if not any(section.code == SECTION for section in charter.sections.all()):
        return ()
    levies: tuple[Levy, ...] = charter.rules(SECTION).in_rounds
    return levies


def unopened(*, consortium: Consortium, on: date) -> list[Due]:
    """Return every levy period whose round should have opened by a day and has not, oldest first.

    The charter in force on a period's first day governs all of it.
    """
    known = set(consortium.rounds.values_list("levy", "starts_on"))
    found = [
        Due(charter, levy, period)
        for charter in charters_of(consortium)
        for levy in levies_of(charter)
        for period in opened(consortium, charter, levy, on)
        if (levy.code, period.starts_on) not in known
        and charter.period.contains(period.starts_on)
        and consortium.period.contains(period.starts_on)
    ]
    return sorted(found, key=lambda due: (due.period.starts_on, due.levy.code))


def opened(consortium: Consortium, charter: Charter, levy: Levy, on: date) -> list[Period]:
    """Return the periods of a charter's levy whose round has opened by a day."""
    if isinstance(levy.trigger, PeriodTrigger):
        return rounds_open(levy, on, since=charter.starts_on)
    opens = levy.calendar.opens
    return [period_on(levy, day) for day in admissions(consortium) if opens.after(day) <= on]


def admissions(consortium: Consortium) -> list[date]:
    """Return the days on which members joined for the first time, oldest first."""
    first = MembershipTerm.objects.filter(member=OuterRef("pk")).order_by("starts_on")
    members = Member.objects.filter(consortium=consortium, terms__isnull=False)
    days = members.annotate(joined_on=Subquery(first.values("starts_on")[:1]))
    return sorted(set(days.values_list("joined_on", flat=True)))


def next_round(*, consortium: Consortium, after: date) -> date | None:
    """Return the first later day on which a round opens that is not open by then."""
    openings: list[date | None] = []
    for charter in charters_of(consortium):
        for levy in levies_of(charter):
            if isinstance(levy.trigger, PeriodTrigger):
                during = charter.period.common(consortium.period)
                openings.append(next_opening(levy, after, during=during))
            else:
                days = map(levy.calendar.opens.after, admissions(consortium))
                openings.append(min((day for day in days if day > after), default=None))
    return earliest(openings)


def earliest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)


def governing(
    *,
    consortium: Consortium,
    levy: str,
    period_starts_on: date,
    charters: list[Charter] | None = None,
) -> Due:
    """Return what governs a levy period; `charters` saves looking them up again.

    Raises NoCharterInForce, NoSuchSection, UnknownLevy, BeforeFirstPeriod, NoSuchPeriod,
    NoRounds.
    """
    found = [each for each in charters or () if each.period.contains(period_starts_on)]
    charter = (
        found[0] if found else Charter.objects.in_force(consortium=consortium, on=period_starts_on)
    )
    rules = charter.rules(SECTION).levy(levy)
    period = period_on(rules, period_starts_on)
    if period.starts_on != period_starts_on:
        raise NoSuchPeriod(levy=levy, on=period_starts_on, nearest=period.starts_on)
    return Due(charter, rules, period)


def governed(
    rounds: QuerySet[Round], consortium: Consortium, charters: list[Charter] | None = None
) -> Iterator[tuple[Round, Due]]:
    """Yield rounds, each with what governs it; the charters are read once, or given.

    A round opened before a successor charter did away with its levy or period is
    left out: nothing is owed in it any more.
    """
    charters = charters_of(consortium) if charters is None else charters
    for round in rounds.filter(consortium=consortium).order_by("starts_on", "levy"):
        round.consortium = consortium
        try:
            due = governing(
                consortium=consortium,
                levy=round.levy,
                period_starts_on=round.starts_on,
                charters=charters,
            )
        except OVERTAKEN:
            continue
        yield round, due


def collecting(*, consortium: Consortium, on: date) -> Iterator[tuple[Round, Due]]:
    """Yield the rounds of periods that have not ended, each with what governs it."""
    return governed(Round.objects.filter(ends_on__gt=on), consortium)


def settled_until(*, consortium: Consortium) -> date | None:
    """Return the end of the last period already assessed, or None."""
    last: dict[str, date | None] = Assessment.objects.filter(consortium=consortium).aggregate(
        end=Max("period_ends_on")
    )
    return last["end"]
