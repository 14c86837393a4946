"""Which levy periods there are, what governs each, and who owes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Subquery

from consortium.errors import DomainError
from consortium.models import Charter, Consortium, Member, MembershipTerm, NoSuchSection
from consortium.periods import Period
from funding.models import Assessment, Declaration, Round
from funding.rules.calendar import BeforeFirstPeriod, period_on, rounds_open, schedule_of
from funding.rules.dues import Levy, UnknownLevy
from funding.rules.triggers import Schedule

SECTION = "dues"


class NoSuchPeriod(DomainError):
    """No period of the levy starts on this day."""

    code = "no_such_period"


OVERTAKEN = (NoSuchSection, UnknownLevy, BeforeFirstPeriod, NoSuchPeriod)
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


def charters_of(consortium: Consortium) -> list[Charter]:
    """Return the adopted charters with their sections, in two queries."""
    adopted = Charter.objects.adopted().filter(consortium=consortium)
    return list(adopted.prefetch_related("sections").order_by("starts_on"))


def levies_of(charter: Charter) -> tuple[Levy, ...]:
    """Return a charter's levies; none where it has no dues section."""
    if not any(section.code == SECTION for section in charter.sections.all()):
        return ()
    levies: tuple[Levy, ...] = charter.rules(SECTION).levies
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
        for period in rounds_open(levy, on, since=charter.starts_on)
        if (levy.code, period.starts_on) not in known
        and charter.period.contains(period.starts_on)
        and consortium.period.contains(period.starts_on)
    ]
    return sorted(found, key=lambda due: (due.period.starts_on, due.levy.code))


def governing(
    *,
    consortium: Consortium,
    levy: str,
    period_starts_on: date,
    charters: list[Charter] | None = None,
) -> Due:
    """Return what governs a levy period; `charters` saves looking them up again.

    Raises NoCharterInForce, NoSuchSection, UnknownLevy, BeforeFirstPeriod, NoSuchPeriod.
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


def liable(*, consortium: Consortium, due: Due) -> QuerySet[Member]:
    """Return the members that owe a levy for a period.

    The category a member has on its first day in the period decides, so that one
    who moves between categories owes one levy and not both. Pro rata for part of
    a period is the rule's matter, not a reason to leave one out.
    """
    earlier = MembershipTerm.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=due.period.starts_on),
        member=OuterRef("member"),
        starts_on__lt=OuterRef("starts_on"),
    )
    terms = MembershipTerm.objects.filter(
        ~Exists(earlier),
        Q(ends_on=None) | Q(ends_on__gt=due.period.starts_on),
        member=OuterRef("pk"),
        starts_on__lt=due.period.end,
        category__in=due.levy.categories,
    )
    return (
        Member.objects.filter(Exists(terms), consortium=consortium)
        .select_related("organization", "consortium")
        .order_by("pk")
    )


def without_figures(*, consortium: Consortium, due: Due) -> QuerySet[Member]:
    """Return the members that owe the levy and have not declared for the period."""
    declared = Declaration.objects.filter(
        member=OuterRef("pk"), levy=due.levy.code, period_starts_on=due.period.starts_on
    )
    return liable(consortium=consortium, due=due).exclude(Exists(declared))


def governed(rounds: QuerySet[Round], consortium: Consortium) -> Iterator[tuple[Round, Due]]:
    """Yield rounds, each with what governs it; the charters are read once.

    A round opened before a successor charter did away with its levy or period is
    left out: nothing is owed in it any more.
    """
    charters = charters_of(consortium)
    for round in rounds.filter(consortium=consortium).order_by("starts_on", "levy"):
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


def to_assess(*, consortium: Consortium, on: date) -> Iterator[tuple[Round, date]]:
    """Yield the rounds in which somebody can be assessed, each with the first day of that."""
    same = {"levy": OuterRef("levy"), "period_starts_on": OuterRef("starts_on")}
    assessed = Assessment.objects.filter(
        member=OuterRef("member"),
        levy=OuterRef("levy"),
        period_starts_on=OuterRef("period_starts_on"),
    )
    declared = Declaration.objects.filter(
        ~Exists(assessed), consortium=OuterRef("consortium"), **same
    )
    declared_in = Round.objects.filter(Exists(declared), consortium=consortium)
    ready = set(declared_in.values_list("pk", flat=True))
    for round, due in governed(Round.objects.all(), consortium):
        if due.levy.inputs and round.pk not in ready:
            continue
        first = assessable_from(round, due)
        if first is not None:
            yield round, max(first, due.schedule.assess_on)


def assessable_from(round: Round, due: Due) -> date | None:
    """Return the first day on which a member has what its assessment takes, if one has."""
    waiting = unassessed(round, due)
    if not due.levy.inputs:
        return due.schedule.assess_on if waiting.exists() else None
    latest = Declaration.objects.current().filter(
        consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on
    )
    first: dict[str, date | None] = latest.filter(member__in=waiting).aggregate(
        on=Min("declared_on")
    )
    return first["on"]


def unassessed(round: Round, due: Due) -> QuerySet[Member]:
    """Return the members that owe the levy and are not assessed for the period."""
    done = Assessment.objects.filter(
        member=OuterRef("pk"), levy=round.levy, period_starts_on=round.starts_on
    )
    return liable(consortium=round.consortium, due=due).exclude(Exists(done))


def to_charge(*, consortium: Consortium) -> Iterator[tuple[Round, Due, date]]:
    """Yield the rounds with an assessment above zero that has no charge.

    Each with the first day of such an assessment: nothing is charged before, even
    if a run was killed after days were passed over.
    """
    uncharged = Assessment.objects.filter(
        consortium=OuterRef("consortium"),
        levy=OuterRef("levy"),
        period_starts_on=OuterRef("starts_on"),
        amount__gt=0,
        charges=None,
    )
    first = uncharged.order_by("assessed_on").values("assessed_on")[:1]
    waiting = Round.objects.annotate(assessed_on=Subquery(first)).filter(assessed_on__isnull=False)
    for round, due in governed(waiting, consortium):
        yield round, due, round.assessed_on  # type: ignore[attr-defined]


def settled_until(*, consortium: Consortium) -> date | None:
    """Return the end of the last period already assessed, or None."""
    last: dict[str, date | None] = Assessment.objects.filter(consortium=consortium).aggregate(
        end=Max("period_ends_on")
    )
    return last["end"]
