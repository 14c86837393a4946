"""What an organization is to a result on a day: the facts that rights are judged by."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from consortium.periods import Period, add_months, merged
from funding.rules.choices import InstrumentKind
from ip.rules.choices import Party, ResultKind, Use
from ip.rules.clauses import Access, When
from ip.rules.section import IPSection
from ip.rules.windows import Window


@dataclass(frozen=True)
class Stay:
    """A time as a member, and whether it ended in breach."""

    period: Period
    breach: bool = False


@dataclass(frozen=True)
class Affiliation:
    """A time as an affiliate of a member that joined on a day, and when that was suspended."""

    period: Period
    joined_on: date
    suspended: tuple[Period, ...] = ()


@dataclass(frozen=True)
class Standing:
    """An organization in the consortium: when a member, suspended, an affiliate of a member."""

    stays: tuple[Stay, ...] = ()
    suspended: tuple[Period, ...] = ()
    affiliated: tuple[Affiliation, ...] = ()
    domestic: bool = False
    association: bool = False

    @cached_property
    def spells(self) -> tuple[Stay, ...]:
        """Return the times from joining to leaving: a change of category is no leaving."""
        breaches = {stay.period.ends_on for stay in self.stays if stay.breach}
        times = merged(stay.period for stay in self.stays)
        return tuple(Stay(time, time.ends_on in breaches) for time in times)

    def inside(self, on: date) -> Period | None:
        """Return the time as a member that a day falls in."""
        return next((each.period for each in self.spells if each.period.contains(on)), None)

    def left(self, on: date) -> Stay | None:
        """Return the last time as a member that was over on a day."""
        ended = [each for each in self.spells if _ended(each.period, on)]
        return ended[-1] if ended else None


@dataclass(frozen=True)
class Licensed:
    """A licence an organization holds: when, for which uses, where it stands."""

    period: Period
    uses: frozenset[Use]
    path: str
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bond:
    """What binds an organization to one result.

    `shares`: what it owns and when; `took_part`: in the project; `asked`: for which uses
    it asked for access, and when; `exclusive`, `sole`: when another holds such a licence.
    """

    shares: tuple[tuple[Period, Fraction], ...] = ()
    took_part: tuple[Period, ...] = ()
    licences: tuple[Licensed, ...] = ()
    asked: tuple[tuple[Use, date], ...] = ()
    exclusive: tuple[Period, ...] = ()
    sole: tuple[Period, ...] = ()


@dataclass(frozen=True)
class Work:
    """A result as the rules see it; `arose_on`: the day it was complete."""

    kind: ResultKind
    arose_on: date
    tier: str = ""
    paid_by: frozenset[InstrumentKind] = frozenset()
    project_ends_on: date | None = None
    window: Window | None = None


@dataclass(frozen=True)
class Question:
    """Whose right to what is asked, under which charter's section."""

    section: IPSection
    work: Work
    standing: Standing
    bond: Bond = field(default_factory=Bond)


def applies(when: When | None, work: Work) -> bool:
    """Say whether a rule is about a result."""
    if when is None:
        return True
    return (
        (not when.kinds or work.kind in when.kinds)
        and (not when.tiers or work.tier in when.tiers)
        and (not when.paid_by or not work.paid_by.isdisjoint(when.paid_by))
    )


def parties(question: Question, on: date) -> frozenset[Party]:
    """Return what an organization is to a result on a day, suspended or not.

    A member is also what its affiliates are, and domestic; one that came back also what
    it was when it had left. So nobody outside is anything that a member is not.
    """
    work, standing, bond = question.work, question.standing, question.bond
    found = {Party.ANYONE}
    inside, left = standing.inside(on), standing.left(on)
    if inside is not None and inside.starts_on <= work.arose_on:
        found |= {Party.MEMBER, Party.AFFILIATE}
    elif inside is not None:
        found.add(Party.LATER_MEMBER)
    if left is not None and work.arose_on < left.period.end:
        found.add(Party.EXPELLED if left.breach else Party.FORMER_MEMBER)
    if any(_affiliated(each, work, on) for each in standing.affiliated):
        found.add(Party.AFFILIATE)
    if standing.domestic or inside:
        found.add(Party.DOMESTIC)
    if standing.association:
        found.add(Party.ASSOCIATION)
    expelled = not inside and left is not None and left.breach
    if not expelled and any(_took_part(period, work, on) for period in bond.took_part):
        found.add(Party.PARTICIPANT)
    if share(bond, on):
        found.add(Party.OWNER)
    return frozenset(found)


def share(bond: Bond, on: date) -> Fraction:
    """Return the part of a result an organization owns on a day."""
    return sum((part for period, part in bond.shares if period.contains(on)), start=Fraction(0))


def _ended(period: Period, on: date) -> bool:
    return period.ends_on is not None and period.ends_on <= on


def _affiliated(each: Affiliation, work: Work, on: date) -> bool:
    """Say whether it is an affiliate on a day of a member there was when the result arose."""
    return each.joined_on <= work.arose_on and each.period.contains(on)


def _took_part(period: Period, work: Work, on: date) -> bool:
    return period.starts_on <= on and (period.ends_on is None or work.arose_on < period.ends_on)


def gained_on(question: Question, party: Party, on: date) -> date:
    """Return since when a party has what a rule gives: since it arose, or since it came in."""
    work, standing = question.work, question.standing
    inside, left = standing.inside(on), standing.left(on)
    since = work.arose_on
    if party == Party.LATER_MEMBER and inside is not None:
        since = inside.starts_on
    elif party in (Party.FORMER_MEMBER, Party.EXPELLED) and left is not None:
        since = left.period.starts_on
    elif party == Party.PARTICIPANT:
        since = min(
            each.starts_on for each in question.bond.took_part if _took_part(each, work, on)
        )
    elif party == Party.AFFILIATE and Party.MEMBER not in parties(question, on):
        since = min(
            each.period.starts_on for each in standing.affiliated if _affiliated(each, work, on)
        )
    return max(work.arose_on, since)


def suspended(question: Question, party: Party, on: date) -> Period | None:
    """Return the time of suspension a day falls in, for what one has as that party.

    An affiliate has its rights through its member, and is held up with it.
    """
    standing = question.standing
    if party in (Party.DOMESTIC, Party.ANYONE, Party.ASSOCIATION):
        return None
    periods = standing.suspended
    if party == Party.AFFILIATE and standing.inside(on) is None:
        periods = next(
            each.suspended for each in standing.affiliated if _affiliated(each, question.work, on)
        )
    return next((each for each in merged(periods) if each.contains(on)), None)


def deadline(question: Question, rule: Access | None, party: Party, on: date) -> date | None:
    """Return the first day on which it is too late to ask; None: never."""
    if rule is None or rule.within_months is None:
        return None
    anchor = question.work.project_ends_on
    if party in (Party.FORMER_MEMBER, Party.EXPELLED):
        left = question.standing.left(on)
        anchor = left.period.end if left is not None else None
    return None if anchor is None else add_months(anchor, rule.within_months)


def edges(question: Question) -> Iterator[date]:
    """Yield every day on which an answer may change."""
    work, standing, bond = question.work, question.standing, question.bond
    yield work.arose_on
    periods = [
        *(stay.period for stay in standing.stays),
        *standing.suspended,
        *(each.period for each in standing.affiliated),
        *(period for each in standing.affiliated for period in each.suspended),
        *(period for period, _part in bond.shares),
        *bond.took_part,
        *(licence.period for licence in bond.licences),
        *bond.exclusive,
        *bond.sole,
    ]
    if work.window is not None:
        periods.append(work.window.period)
        yield from (each.from_on for each in work.window.opens)
    for period in periods:
        yield period.starts_on
        if period.ends_on is not None:
            yield period.ends_on
    yield from _deadlines(question)


def _deadlines(question: Question) -> Iterator[date]:
    ends = {stay.period.ends_on for stay in question.standing.stays}
    for rule in question.section.access:
        if rule.within_months is None:
            continue
        for anchor in {*ends, question.work.project_ends_on}:
            if anchor is not None:
                yield add_months(anchor, rule.within_months)
