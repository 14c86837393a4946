"""What leaving changes and what it leaves: rights kept, shares given up, who succeeds whom."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from consortium.periods import add_months
from ip.rules.choices import Party, Subject, Succession
from ip.rules.clauses import Access
from ip.rules.section import IPSection


@dataclass(frozen=True)
class Kept:
    """A rule that still gives to who has left, and the first day too late to ask; None: never."""

    rule: Access
    path: str
    until: date | None


def kept(section: IPSection, party: Party, left_on: date, of: Subject) -> list[Kept]:
    """Return what a section still gives to who left on a day, of what arose before it."""
    return [
        Kept(
            rule,
            f"access[{index}]",
            None if rule.within_months is None else add_months(left_on, rule.within_months),
        )
        for index, rule in enumerate(section.access)
        if rule.of == of and party in rule.to
    ]


def pro_rata[K: Hashable](part: Fraction, owners: Mapping[K, Fraction]) -> dict[K, Fraction]:
    """Return a part divided by what each of the others owns, exactly; nothing among nobody."""
    total = sum(owners.values(), start=Fraction(0))
    return {owner: part * own / total for owner, own in owners.items()}


def heirs[K: Hashable](
    rule: Succession,
    part: Fraction,
    *,
    others: Mapping[K, Fraction],
    members: Sequence[K],
    host: K | None,
) -> dict[K, Fraction]:
    """Return who takes over which part of what the association owned; nobody: empty.

    `others`: the result's other owners; `members`: those of the last day. Exact fractions.
    """
    match rule:
        case Succession.OWNERS:
            return pro_rata(part, others)
        case Succession.MEMBERS_EQUAL:
            return pro_rata(part, dict.fromkeys(members, Fraction(1)))
        case Succession.HOST:
            return {} if host is None else {host: part}
