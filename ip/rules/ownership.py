"""Who owns a result, by the charter's rules: exact parts that come to 1."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from consortium.errors import DomainError
from consortium.rules.choices import OrganizationKind
from ip.rules.choices import Owner, Split
from ip.rules.clauses import Ownership
from ip.rules.facts import Work, applies
from ip.rules.section import IPSection


class NoOwnershipRule(DomainError):
    """No rule of the charter gives this result to anyone; it needs an agreement."""

    code = "no_ownership_rule"


class SharesNotWhole(DomainError):
    """Parts of a result come to exactly 1, each more than 0."""

    code = "ownership_not_whole"


@dataclass(frozen=True)
class Inventor[K: Hashable]:
    """A person who made a part of a result, and for whom that person works."""

    employer: K
    part: Fraction


@dataclass(frozen=True)
class Making[K: Hashable]:
    """How a result was made: who did how much, who led and paid, and whose business it is."""

    contributions: Mapping[K, Fraction]
    kinds: Mapping[K, OrganizationKind] = field(default_factory=dict)
    inventors: Sequence[Inventor[K]] = ()
    association: K | None = None
    lead: K | None = None
    funder: K | None = None
    core_business: K | None = None


@dataclass(frozen=True)
class Owned[K: Hashable]:
    """Each owner's part, and the rule that gives it."""

    parts: Mapping[K, Fraction]
    path: str
    rule: Ownership


def owned[K: Hashable](section: IPSection, work: Work, making: Making[K]) -> Owned[K]:
    """Return each owner's part by the first rule that applies. Raises NoOwnershipRule."""
    for index, rule in enumerate(section.ownership):
        if not applies(rule.when, work):
            continue
        weights = _weights(rule, making)
        if weights and _only(rule, weights, making):
            return Owned(_divided(weights, rule.split), f"ownership[{index}]", rule)
    raise NoOwnershipRule(kind=work.kind)


def whole[K: Hashable](parts: Mapping[K, Fraction], path: str = "") -> Mapping[K, Fraction]:
    """Return parts that come to exactly 1, each more than 0. Raises SharesNotWhole.

    `path`: whose parts, for who has to mend them.
    """
    total = sum(parts.values(), start=Fraction(0))
    if total != 1 or any(part <= 0 for part in parts.values()):
        raise SharesNotWhole(total=str(total), path=path)
    return parts


def _weights[K: Hashable](rule: Ownership, making: Making[K]) -> dict[K, Fraction]:
    """Return who gets something by a rule and what each weighs; empty where nobody does."""
    if rule.owner == Owner.GENERATOR:
        return {key: part for key, part in making.contributions.items() if part > 0}
    if rule.owner == Owner.EMPLOYER:
        found: dict[K, Fraction] = {}
        for inventor in making.inventors:
            found[inventor.employer] = found.get(inventor.employer, Fraction(0)) + inventor.part
        return found
    single = {
        Owner.ASSOCIATION: making.association,
        Owner.LEAD: making.lead,
        Owner.FUNDER: making.funder,
        Owner.CORE_BUSINESS: making.core_business,
    }[rule.owner]
    return {} if single is None else {single: Fraction(1)}


def _only[K: Hashable](rule: Ownership, weights: Mapping[K, Fraction], making: Making[K]) -> bool:
    return not rule.only or all(making.kinds.get(key) in rule.only for key in weights)


def _divided[K: Hashable](weights: Mapping[K, Fraction], split: Split) -> dict[K, Fraction]:
    if split == Split.EQUAL:
        return dict.fromkeys(weights, Fraction(1, len(weights)))
    total = sum(weights.values(), start=Fraction(0))
    return {key: weight / total for key, weight in weights.items()}


class Pattern(StrEnum):
    """How a result's inventors and their employers stand to each other (seed, table 1)."""

    JOINT_ACROSS = "joint_across"
    JOINT_WITHIN = "joint_within"
    SINGLE = "single"


def pattern[K: Hashable](employers: Sequence[K]) -> Pattern:
    """Return whether inventors of several firms, several of one, or one alone made it.

    `employers`: one for each inventor. Source: Zhang & Li 2012, table 1 (VLSI: 16%
    joint across firms, 25% joint within one, 59% a single holder or inventor).
    """
    if len(set(employers)) > 1:
        return Pattern.JOINT_ACROSS
    return Pattern.JOINT_WITHIN if len(employers) > 1 else Pattern.SINGLE
