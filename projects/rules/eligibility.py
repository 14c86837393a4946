"""Whether a proposal meets what charter and call require, each failure with its rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from consortium.rules.choices import Level, OrganizationKind
from consortium.rules.schema import Text
from projects.rules.choices import Measure, Part
from projects.rules.section import Requirement

MEMBERS_ONLY = "members_only"
"""The rule of a charter under which outsiders take no part."""

ONLY_MEMBERS = Text(en="Only members take part", zh="只有成员可以参加")

RESEARCH = (OrganizationKind.UNIVERSITY, OrganizationKind.RESEARCH_INSTITUTE)


@dataclass(frozen=True, kw_only=True)
class Party:
    """A participant as it stood on the day; `group`: the head of its group.

    `arrears_days`: None where nobody keeps arrears.
    """

    kind: OrganizationKind
    country: str
    group: int
    part: Part = Part.PARTNER
    member: bool = True
    cost_share: Decimal = Decimal(0)
    arrears_days: int | None = None
    suspended: bool = False


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What requirements look at in a proposal. Money is in the call's unit."""

    parties: Sequence[Party]
    months: int | None = None
    budget: Decimal = Decimal(0)
    own_money: Decimal = Decimal(0)


@dataclass(frozen=True)
class Finding:
    """A rule a proposal does not meet; `value` is None where it could not be measured."""

    code: str
    measure: Measure
    value: Decimal | None
    at_least: Decimal | None
    at_most: Decimal | None
    level: Level

    @property
    def refuses(self) -> bool:
        return self.level == Level.HARD


def judge(
    requirements: Iterable[Requirement], facts: Facts, *, members_only: bool = False
) -> list[Finding]:
    """Return what speaks against a proposal, in the order of the rules.

    A measure nobody can take (no months given, no arrears kept) fails a lower bound
    and passes an upper one.
    """
    measures = measured(facts)
    found = []
    if members_only and measures[Measure.OUTSIDERS]:
        outsiders = measures[Measure.OUTSIDERS]
        found.append(
            Finding(MEMBERS_ONLY, Measure.OUTSIDERS, outsiders, None, Decimal(0), Level.HARD)
        )
    for each in requirements:
        value = measures[each.measure]
        if not within(value, each.at_least, each.at_most):
            bounds = each.at_least, each.at_most
            found.append(Finding(each.code, each.measure, value, *bounds, each.level))
    return found


def within(value: Decimal | None, at_least: Decimal | None, at_most: Decimal | None) -> bool:
    if value is None:
        return at_least is None
    return (at_least is None or value >= at_least) and (at_most is None or value <= at_most)


def measured(facts: Facts) -> Mapping[Measure, Decimal | None]:
    """Return every measure. Subcontractors count in what things cost, not among participants."""
    parties = [each for each in facts.parties if each.part != Part.SUBCONTRACTOR]
    members = sum(each.member for each in parties)
    arrears = [each.arrears_days for each in parties if each.arrears_days is not None]
    return {
        Measure.PARTICIPANTS: Decimal(len(parties)),
        Measure.MEMBERS: Decimal(members),
        Measure.OUTSIDERS: Decimal(len(parties) - members),
        Measure.ENTERPRISES: count(each.kind == OrganizationKind.ENTERPRISE for each in parties),
        Measure.UNIVERSITIES: count(each.kind in RESEARCH for each in parties),
        Measure.COUNTRIES: Decimal(len({each.country for each in parties})),
        Measure.GROUPS: Decimal(len({each.group for each in parties})),
        Measure.MONTHS: Decimal(facts.months) if facts.months is not None else None,
        Measure.BUDGET: facts.budget,
        Measure.LARGEST_COST_SHARE: max(
            (each.cost_share for each in facts.parties), default=Decimal(0)
        ),
        Measure.ENTERPRISE_COST_SHARE: sum(
            (e.cost_share for e in facts.parties if e.kind == OrganizationKind.ENTERPRISE),
            start=Decimal(0),
        ),
        Measure.OWN_MONEY_SHARE: facts.own_money / facts.budget if facts.budget else None,
        Measure.ARREARS_DAYS: Decimal(max(arrears)) if arrears else None,
        Measure.SUSPENDED: count(each.suspended for each in parties),
    }


def count(flags: Iterable[bool]) -> Decimal:
    return Decimal(sum(flags))
