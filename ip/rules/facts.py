"""What an organization is to a result on a day: the facts that rights are judged by."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from consortium.periods import Period, add_months
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
class Standing:
    """An organization in the consortium: when a member, suspended, an affiliate of a member."""

    stays: tuple[Stay, ...] = ()
    suspended: tuple[Period, ...] = ()
    affiliated: tuple[Period, ...] = ()
    domestic: bool = False
    association: bool = False


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

    `shares`: what it owns and when; `took_part`: in the project; `asked_on`: the first
    day it asked for access; `exclusive`, `sole`: when another holds such a licence.
    """

    shares: tuple[tuple[Period, Fraction], ...] = ()
    took_part: tuple[Period, ...] = ()
    licences: tuple[Licensed, ...] = ()
    asked_on: date | None = None
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
    """Return what an organization is to a result on a day, suspended or not."""
    work, standing, bond = question.work, question.standing, question.bond
    found = {Party.ANYONE}
    inside = [stay for stay in standing.stays if stay.period.contains(on)]
    left = max(
        (stay for stay in standing.stays if _ended(stay.period, on)),
        key=lambda stay: stay.period.end,
        default=None,
    )
    if inside:
        joined = min(stay.period.starts_on for stay in standing.stays if _joins(stay, standing, on))
        found.add(Party.MEMBER if joined <= work.arose_on else Party.LATER_MEMBER)
    elif left is not None and work.arose_on < left.period.end:
        found.add(Party.EXPELLED if left.breach else Party.FORMER_MEMBER)
    if any(period.contains(on) for period in standing.affiliated):
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


def _joins(stay: Stay, standing: Standing, on: date) -> bool:
    """Say whether a stay leads to a day without a gap: a change of category is no leaving."""
    if stay.period.contains(on):
        return True
    if not _ended(stay.period, on):
        return False
    follows = (other for other in standing.stays if other.period.starts_on == stay.period.ends_on)
    return any(_joins(other, standing, on) for other in follows)


def _took_part(period: Period, work: Work, on: date) -> bool:
    return period.starts_on <= on and (period.ends_on is None or work.arose_on < period.ends_on)


def gained_on(question: Question, party: Party, on: date) -> date:
    """Return since when a party has what a rule gives: since it arose, or since it joined."""
    arose_on = question.work.arose_on
    if party != Party.LATER_MEMBER:
        return arose_on
    joined = [stay.period.starts_on for stay in question.standing.stays if stay.period.contains(on)]
    return max(arose_on, *joined)


def deadline(question: Question, rule: Access | None, party: Party, on: date) -> date | None:
    """Return the first day on which it is too late to ask; None: never."""
    if rule is None or rule.within_months is None:
        return None
    anchor = question.work.project_ends_on
    if party in (Party.FORMER_MEMBER, Party.EXPELLED):
        ends = [stay.period.end for stay in question.standing.stays if _ended(stay.period, on)]
        anchor = max(ends, default=None)
    return None if anchor is None else add_months(anchor, rule.within_months)


def edges(question: Question) -> Iterator[date]:
    """Yield every day on which an answer may change."""
    work, standing, bond = question.work, question.standing, question.bond
    yield work.arose_on
    periods = [
        *(stay.period for stay in standing.stays),
        *standing.suspended,
        *standing.affiliated,
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
