"""What a levy comes to at every figure: pieces of straight line whose ends the engine computed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from consortium.errors import DomainError
from consortium.rules.schema import LIMIT
from funding.rules.exact import decimal
from funding.rules.straight import Stretch
from funding.rules.stretches import Against, Part

MOST = 100
"""Pieces at most; a staircase of more steps is drawn as the slope that it follows."""

ENDLESS = 12
"""Steps that are drawn of a staircase without end."""

BENDS = 16
"""Pieces in place of what is no straight line."""


@dataclass(frozen=True)
class Piece:
    """Figures from `first` to `last` between which the amount is a straight line.

    `above`, `below`: the edges around them that are not of the piece themselves.
    `amounts`: at `first` and `last`, in the levy's unit, or None where the charter gives
    none; `refused` says why.
    """

    first: Decimal
    last: Decimal
    amounts: tuple[Decimal, Decimal] | None
    above: Decimal | None = None
    below: Decimal | None = None
    refused: DomainError | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Curve:
    """The pieces by figure; `goes_on`: the last one's line holds for every greater figure.

    `smoothed`: steps too many to draw are the slope that they follow.
    """

    pieces: tuple[Piece, ...]
    goes_on: bool
    smoothed: bool

    @property
    def varies(self) -> bool:
        """Say whether the amount depends on the figure."""
        return len({amount for each in self.pieces for amount in each.amounts or ()}) > 1


def reach(levy: Against) -> Decimal | None:
    """Return a figure somewhat beyond the last one at which the rule changes; None: none does."""
    everything = Stretch(Fraction(0), Fraction(LIMIT), levy.whole, stairs=False)
    parts = levy.parts(everything, MOST)
    if len(parts) > 1:
        last = parts[-1]
        sloped = last.bent or (last.line is not None and last.line.slope)
        return _plain(last.on.low * (2 if sloped else Fraction(6, 5)), levy)
    steps = levy.parts(replace(everything, stairs=True), MOST)[:ENDLESS]
    return _plain(steps[-1].on.high, levy) if len(steps) > 1 else None


def curve(levy: Against, to: Decimal) -> Curve:
    """Return what a levy comes to at every figure from 0 to another one.

    At most a hundred pieces: it stops short where there are more. Every end is what
    `compute` says; in between the rule is linear, rounding aside, unless it climbs more
    than a hundred steps or multiplies two numbers that depend on the figure.
    """
    stretch = Stretch(Fraction(0), Fraction(to), levy.whole)
    parts = levy.parts(stretch, MOST)
    pieces = _drawn(levy, parts)
    smoothed = parts[-1].on.high < to or len(pieces) > MOST
    if smoothed:
        parts = levy.parts(replace(stretch, stairs=False), MOST)
        pieces = _drawn(levy, parts)
    while len(pieces) > MOST:  # points between parts are pieces too: stop short of them
        parts = parts[: len(parts) * MOST // len(pieces)]
        pieces = _drawn(levy, parts)
    last = parts[-1]
    beyond = levy.parts(replace(last.on, high=Fraction(LIMIT), stairs=False), MOST)
    goes_on = beyond[0].on.high == LIMIT and beyond[0].continues(last)
    return Curve(pieces, goes_on, smoothed and last.on.high == to)


def _drawn(levy: Against, parts: Sequence[Part]) -> tuple[Piece, ...]:
    return tuple(_pieces(levy, [each for part in parts for each in _straightened(part)]))


def _pieces(levy: Against, parts: Sequence[Part]) -> Iterator[Piece]:
    """Yield each part's figures as they can be declared, and the edges that are of no part."""
    grid, closes = levy.grid, True
    for part in parts:
        low, high = part.on.low, part.on.high
        opens = low % grid == 0 and not levy.meets(part, low)
        if opens and closes:
            yield _piece(levy, part, low, low)
        closes = high % grid == 0 and not levy.meets(part, high)
        first, last = (ceil(low / grid) + opens) * grid, (floor(high / grid) - closes) * grid
        if first > last:
            continue
        piece = _piece(levy, part, first, last)
        if not levy.whole:
            above, below = decimal(low) if opens else None, decimal(high) if closes else None
            piece = replace(piece, above=above, below=below)
        yield piece
    if closes:
        yield _piece(levy, part, high, high)


def _piece(levy: Against, part: Part, first: Fraction, last: Fraction) -> Piece:
    """Return what the engine says from one figure to another."""
    ends = decimal(first), decimal(last)
    middle = decimal(floor((first + last) / 2 / levy.grid) * levy.grid)
    try:
        if part.line is None and not part.bent:
            levy.computed(middle)  # to learn why there is no amount
        amounts = levy.computed(ends[0]), levy.computed(ends[1])
    except DomainError as error:
        return Piece(*ends, None, refused=error)
    return Piece(*ends, amounts)


def _straightened(part: Part) -> Iterator[Part]:
    """Yield a part, or the smaller ones that stand for its bend."""
    if not part.bent:
        yield part
        return
    width = (part.on.high - part.on.low) / BENDS
    edges = [part.on.low + width * number for number in range(BENDS + 1)]
    for low, high in pairwise(edges):
        yield replace(part, on=replace(part.on, low=low, high=high))


def _plain(figure: Fraction, levy: Against) -> Decimal:
    """Return a figure rounded up to two digits that count."""
    value = decimal(figure)
    exponent = max(value.adjusted() - 1, 0 if levy.whole else -2)
    up = value.quantize(Decimal(1).scaleb(exponent), rounding=ROUND_UP)
    return min(Decimal(f"{up:f}"), LIMIT - 1)
