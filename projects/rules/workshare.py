"""How a plan's effort is shared out, measured against what the charter says."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from projects.rules.plan import ProjectPlan, WorkPackage
from projects.rules.section import PartShare, SiteShare

ZERO = Decimal(0)


@dataclass(frozen=True)
class Measured:
    """A part of the whole effort: person-months, its share, and what the charter wants.

    `share`: of 1, unrounded. `tolerance`: by how much it may differ from `wanted`.
    """

    key: str
    effort: Decimal
    share: Decimal
    wanted: Decimal | None = None
    tolerance: Decimal = ZERO

    @property
    def fits(self) -> bool:
        return self.wanted is None or abs(self.share - self.wanted) <= self.tolerance


@dataclass(frozen=True)
class Elsewhere:
    """Effort on a part of the product that is done outside the country the charter names."""

    part: str
    country: str
    found: str
    effort: Decimal


def by_site(plan: ProjectPlan, sites: Iterable[SiteShare] = ()) -> list[Measured]:
    """Return the effort at each kind of site, those the charter names first."""
    wanted = {each.site.value: (each.share, each.tolerance or ZERO) for each in sites}
    return measured(shares(plan, lambda package, _who: package.site.value), wanted)


def by_part(plan: ProjectPlan, parts: Iterable[PartShare] = ()) -> list[Measured]:
    """Return the effort on each part of the product; "" is what belongs to none."""
    wanted = {each.part: (each.share, ZERO) for each in parts}
    return measured(shares(plan, lambda package, _who: package.part or ""), wanted)


def by_organization(plan: ProjectPlan) -> list[Measured]:
    """Return the effort of each organization, by its address."""
    return measured(shares(plan, lambda _package, who: who), {})


def by_country(plan: ProjectPlan, countries: Mapping[str, str]) -> list[Measured]:
    """Return the effort in each country; `countries`: by the organization's address."""
    return measured(shares(plan, lambda _package, who: countries.get(who, "")), {})


def elsewhere(
    plan: ProjectPlan, parts: Iterable[PartShare], countries: Mapping[str, str]
) -> Iterator[Elsewhere]:
    """Yield the effort on each part that is done outside its country."""
    home = {each.part: each.country for each in parts}
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for package in plan.packages:
        for who, effort in package.effort.items():
            found[package.part or "", countries.get(who, "")] += effort
    for (part, country), effort in sorted(found.items()):
        if part in home and home[part] != country:
            yield Elsewhere(part, home[part], country, effort)


def shares(plan: ProjectPlan, key: Callable[[WorkPackage, str], str]) -> dict[str, Decimal]:
    """Return the effort in person-months by a key of package and organization."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for package in plan.packages:
        for who, effort in package.effort.items():
            found[key(package, who)] += effort
    return dict(found)


def measured(
    found: Mapping[str, Decimal], wanted: Mapping[str, tuple[Decimal | None, Decimal]]
) -> list[Measured]:
    """Return each key's share of the whole; what is wanted and not there counts as none."""
    total = sum(found.values(), start=ZERO)
    keys = [*wanted, *sorted(found.keys() - wanted.keys())]
    return [
        Measured(
            key,
            effort := found.get(key, ZERO),
            effort / total if total else ZERO,
            *wanted.get(key, (ZERO if wanted and key else None, ZERO)),
        )
        for key in keys
    ]
