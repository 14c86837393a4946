"""What a licence earns: the royalty of a period, and how what it earns is divided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from consortium import money
from consortium.errors import DomainError
from consortium.periods import Period, index_on, nth


class NotAPeriod(DomainError):
    """Royalties are stated for whole periods of the licence, each cut to its term."""

    code = "royalty_not_a_period"


@dataclass(frozen=True)
class Royalty:
    """What a licensee owes on its sales, and for which periods it states them.

    `rate`: part of net sales; `minimum`: a year, in the licence's currency; periods of
    `months` months each, counted from `anchor`.
    """

    rate: Decimal
    minimum: Decimal
    unit: str
    anchor: date
    months: int


@dataclass(frozen=True)
class Stated:
    """A period as it is stated: the whole one, and the part of it the licence ran."""

    whole: Period
    part: Period


@dataclass(frozen=True)
class Portion[K]:
    """A part that goes first: to whom, in equal parts; to nobody, it stays in the books."""

    share: Fraction
    to: Sequence[K] = ()


def stated(royalty: Royalty, term: Period, starts_on: date) -> Stated:
    """Return the period of a licence that begins on a day. Raises NotAPeriod.

    The first and the last are cut to the licence's term.
    """
    whole = nth(royalty.anchor, royalty.months, index_on(royalty.anchor, royalty.months, starts_on))
    if not whole.overlaps(term) or whole.common(term).starts_on != starts_on:
        raise NotAPeriod(starts_on=starts_on)
    return Stated(whole, whole.common(term))


def following(royalty: Royalty, term: Period, after: Period | None) -> Stated | None:
    """Return the period after a stated one, or the first; None where the licence ends with it."""
    starts_on = term.starts_on if after is None else after.end
    if term.ends_on is not None and starts_on >= term.ends_on:
        return None
    return stated(royalty, term, starts_on)


def owed(royalty: Royalty, period: Stated, net: Decimal) -> Decimal:
    """Return the royalty of a period: the rate of net sales, or the minimum if that is more.

    The yearly minimum by months, and by days where the licence did not run through. Net
    sales below zero (returns) owe nothing more. Rounded once, half up, to the currency.
    """
    whole = (period.whole.end - period.whole.starts_on).days
    days = (period.part.end - period.part.starts_on).days
    least = Fraction(royalty.minimum) * royalty.months / 12 * Fraction(days, whole)
    exact = max(Fraction(royalty.rate) * max(Fraction(net), Fraction(0)), least)
    smallest = Fraction(money.quantum(royalty.unit))
    return int(money.nearest(exact, smallest) / smallest) * money.quantum(royalty.unit)


def distributed[K](
    amount: Decimal, portions: Sequence[Portion[K]], shares: Mapping[K, Fraction], *, unit: str
) -> tuple[list[list[tuple[K, Decimal]]], dict[K, Decimal], Decimal]:
    """Return what each portion and each owner gets of an amount, and what stays in the books.

    The portions go first, the rest to the owners by their parts, which come to 1. All are
    rounded down to the currency; what is left over goes to the owner with the largest
    part, of equal ones to the first. So the parts come to the amount, none below zero.
    """
    smallest = money.quantum(unit)

    def down(exact: Fraction) -> Decimal:
        return floor(exact / Fraction(smallest)) * smallest

    first: list[list[tuple[K, Decimal]]] = []
    kept, gone = Decimal(0), Decimal(0)
    for portion in portions:
        whole = Fraction(amount) * portion.share
        each = down(whole / len(portion.to)) if portion.to else Decimal(0)
        first.append([(key, each) for key in portion.to])
        stays = Decimal(0) if portion.to else down(whole)
        kept += stays
        gone += each * len(portion.to) + stays
    rest = amount - gone
    left = Fraction(amount) * (1 - sum((each.share for each in portions), start=Fraction(0)))
    parts = {key: down(left * share) for key, share in shares.items()}
    largest = max(shares, key=lambda key: shares[key])
    parts[largest] += rest - sum(parts.values(), start=Decimal(0))
    return first, parts, kept
