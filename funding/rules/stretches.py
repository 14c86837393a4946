"""Where a levy's rule does one thing: its own lines, run on all figures of a stretch at once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from consortium.errors import DomainError
from funding.rules.dues import Levy
from funding.rules.engine import NotSupplied, acts, compute
from funding.rules.exact import fraction
from funding.rules.figures import PLACES, Figure, Foreign, Given
from funding.rules.straight import NotStraight, Split, Straight, Stretch, rounded
from funding.rules.terms import VERBS, Line


class NoAmount(Exception):
    """The rule gives none on a stretch; at a single figure `compute` says why."""


@dataclass(frozen=True)
class Part:
    """A stretch in which a rule does one thing: its `line`, if the rule gives an amount.

    `bent`: it gives one, but not in a straight line.
    """

    on: Stretch
    line: Straight | None
    bent: bool = False

    def from_(self, low: Fraction) -> "Part":
        """Return the part that begins at an earlier figure on the same line."""
        on = replace(self.on, low=low)
        line = None if self.line is None else Straight(on, self.line.at(low), self.line.high)
        return Part(on, line)

    def continues(self, other: "Part") -> bool:
        """Say whether two parts are the same line, or both without an amount."""
        if self.bent or other.bent or self.line is None or other.line is None:
            return not self.bent and not other.bent and self.line is other.line
        return self.line.slope == other.line.slope and self.line.at(other.on.low) == other.line.low


@dataclass(frozen=True)
class Against:
    """A levy with a value for every input but one, `figure`: what it comes to depends on that.

    `others`: as members declare them; `supplied`: what the engine knows (`SUPPLIED`).
    """

    levy: Levy
    figure: str
    others: Mapping[str, Figure]
    supplied: Mapping[str, Figure]

    @property
    def whole(self) -> bool:
        return self.levy.scope[self.figure].whole

    @property
    def grid(self) -> Fraction:
        """Return the distance between two figures that can be declared."""
        return Fraction(1) if self.whole else Fraction(1, 10**PLACES)

    def computed(self, figure: Decimal | None) -> Decimal:
        """Return the amount for a figure, in the levy's unit. Raises what `compute` raises."""
        return compute(self.levy, {**self.others, self.figure: figure}, self.supplied).amount

    def parts(self, stretch: Stretch, most: int) -> list[Part]:
        """Return the parts of a stretch, ascending; after `most` of them it is left off."""
        found: list[Part] = []
        rest = [stretch]
        while rest and len(found) < most:
            here = rest.pop()
            try:
                found.append(Part(here, self._amount(here, here.figure)))
            except Split as split:
                rest += [replace(here, low=split.at), replace(here, high=split.at)]
            except NotStraight:
                found.append(Part(here, None, bent=True))
            except (DomainError, NoAmount):
                found.append(Part(here, None))
        return list(self._merged(found))

    def meets(self, part: Part, edge: Fraction) -> bool:
        """Say whether the amount on a part's edge is the one its line leads to."""
        try:
            here = replace(part.on, low=edge, high=edge)
            amount = self._amount(here, here.constant(edge)).low
        except (DomainError, NoAmount):
            return part.line is None and not part.bent
        return part.bent or (part.line is not None and part.line.at(edge) == amount)

    def _merged(self, parts: Iterable[Part]) -> Iterator[Part]:
        """Yield parts without the edges at which nothing changes."""
        last: Part | None = None
        for part in parts:
            if last and part.continues(last) and self.meets(part, part.on.low):
                last = part.from_(last.on.low)
                continue
            if last:
                yield last
            last = part
        if last:
            yield last

    def _amount(self, on: Stretch, figure: Straight) -> Straight:
        """Return what the rule's lines make of a figure, before it is rounded."""
        inputs = _Inputs(self.levy, on)
        inputs.update({name: _exact(self.others.get(name)) for name in self.levy.inputs})
        inputs.update({name: _exact(each) for name, each in self.supplied.items()})
        inputs[self.figure] = figure
        for name in self.levy.derived:
            inputs[name]
        amount = inputs.total(line for line in self.levy.rule if line.verb != "round")
        if amount < 0:
            raise NoAmount
        return amount


class _Inputs(dict[str, Any]):
    """Every input on a stretch; a derived one is computed when it is first looked at."""

    def __init__(self, levy: Levy, on: Stretch) -> None:
        super().__init__()
        self.levy, self.on = levy, on

    def __missing__(self, name: str) -> Straight:
        if name not in self.levy.derived:
            raise NotSupplied(input=name)
        derived = self.levy.derived[name]
        value = self.total(derived.rule)
        if value < 0 or (derived.domain.whole and not value.is_whole):
            raise NoAmount
        self[name] = value
        return value

    def total(self, lines: Iterable[Line]) -> Straight:
        """Return the running amount after some lines."""
        nothing = self.on.constant(Fraction(0))
        running = nothing
        for line in lines:
            if acts(line, self):
                verb: Any = rounded if line.verb == "round" else VERBS[line.verb]
                running = nothing + fraction(verb(running, line.term.value(self)))
        return running


def _exact(value: Figure) -> Given:
    """Return a figure as the algebra computes with it. Raises NoAmount for another currency."""
    if isinstance(value, Foreign):
        raise NoAmount
    return Fraction(value) if isinstance(value, Decimal) else value
