"""The charter's `collection` section: how what is charged is collected or forgiven."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from consortium.rules.choices import SuspendedRight
from consortium.rules.schema import LAX, Amount, Code, MonthDay, Problem, Rule, Text, repeated
from funding.rules.dues import DuesSection
from funding.rules.inputs import Unit
from funding.rules.triggers import CalendarOffset

PLACEHOLDERS = frozenset({"member", "number", "levy", "due", "open", "deadline", "consortium"})
"""What a letter's text may name in braces."""

NAMED = re.compile(r"\{([^{}]*)\}")


class Exit(StrEnum):
    """What a level does to the membership itself."""

    PROPOSED = "proposed"
    AUTOMATIC = "automatic"


class DunningLevel(Rule):
    """One step of the ladder, counted from the day after which a charge is late.

    `after`: from the charge's due day. `cut_offs`: it waits for the next of these days.
    `text`: the letter, with what it names in braces (`{open}`, `{deadline}` …);
    `deadline`: the day it sets, counted from the due day too. `charges`: levies of the
    trigger `overdue` charged with it, such as late interest. `suspends`: rights that
    rest until nothing that suspends them is open. `exit`: whether the end of the
    membership is put to the body that decides it, or comes by itself.
    """

    code: Code
    label: Text
    after: CalendarOffset
    cut_offs: Annotated[tuple[MonthDay, ...], LAX] = ()
    text: Text | None = None
    deadline: CalendarOffset | None = None
    charges: Annotated[tuple[Code, ...], LAX] = ()
    suspends: Annotated[tuple[Annotated[SuspendedRight, LAX], ...], LAX] = ()
    exit: Annotated[Exit | None, LAX] = None

    @property
    def irreversible(self) -> bool:
        """Say whether the level does more than write: it waits for staff after an outage."""
        return bool(self.suspends or self.exit)

    def problems(self) -> Iterable[Problem]:
        yield from repeated(self.charges, "charges[{}]")
        yield from repeated(self.suspends, "suspends[{}]")
        for language in ("en", "zh"):
            for name in NAMED.findall(getattr(self.text, language, "") or ""):
                if name not in PLACEHOLDERS:
                    values = {"name": name, "choices": sorted(PLACEHOLDERS)}
                    yield Problem(f"text.{language}", "unknown_placeholder", values)


class Concessions(Rule):
    """What may be forgiven or paid back by one person: up to these amounts, by unit.

    Above them, and in units that are not named, the second person must agree whom
    `governance` names for `approve_write_off`.
    """

    limits: dict[Unit, Amount] = {}

    def needs_second(self, amount: Decimal, unit: str) -> bool:
        limit = self.limits.get(unit)
        return limit is None or amount > limit


class Plans(Rule):
    """How far a payment plan may stretch: instalments, and months after it is agreed."""

    instalments: Annotated[int, Field(ge=2, le=60)] = 12
    months: Annotated[int, Field(ge=1, le=60)] = 12


class Surplus(Rule):
    """How a year's unused surplus goes back: as credit notes on what members paid of a levy."""

    levy: Code


class Viability(Rule):
    """How much must be promised before the consortium starts.

    At least `members` with at least `each`, and `total` in all, in `unit`; `overhead` is
    the part of what comes in that its host keeps.
    """

    members: Annotated[int, Field(ge=1)]
    each: Amount
    total: Amount
    unit: Unit
    overhead: Amount | None = None

    def met(self, promised: Iterable[Decimal]) -> bool:
        """Say whether the promised amounts are enough to start."""
        amounts = list(promised)
        enough = [amount for amount in amounts if amount >= self.each]
        return len(enough) >= self.members and sum(amounts) >= self.total


class CollectionSection(Rule):
    """How dues are collected.

    `grace_days`: money in transit, added to every level. `transit_days`: how long a
    payment that a member has announced holds the ladder while the bank has not shown it.
    `ladder`: the levels, in order; without one nothing happens to who is late.
    """

    grace_days: Annotated[int, Field(ge=0, le=120)] = 0
    transit_days: Annotated[int, Field(ge=0, le=120)] = 10
    ladder: Annotated[tuple[DunningLevel, ...], LAX] = ()
    concessions: Concessions = Concessions()
    plans: Plans = Plans()
    surplus: Surplus | None = None
    viability: Viability | None = None

    def level(self, code: str) -> DunningLevel | None:
        return next((each for each in self.ladder if each.code == code), None)

    def problems(self) -> Iterable[Problem]:
        yield from repeated([each.code for each in self.ladder], "ladder[{}].code")
        yield from self._out_of_order()

    def _out_of_order(self) -> Iterator[Problem]:
        """Yield each level that would come before the one below it after some due day."""
        for index, (before, level) in enumerate(pairwise(self.ladder), start=1):
            wrong = next(
                (day for day in DUE_DAYS if level.after.after(day) < before.after.after(day)), None
            )
            if wrong is not None:
                values = {"other": before.code, "starts_on": wrong}
                yield Problem(f"ladder[{index}].after", "out_of_order", values)


DUE_DAYS = tuple(date(2024 + n // 12, n % 12 + 1, day) for n in range(48) for day in (1, 15, 28))


def unknown_levies(section: CollectionSection, sections: Mapping[str, Rule]) -> Iterator[Problem]:
    """Yield each levy the section names that the charter does not have, or not of that kind."""
    dues = sections.get("dues")
    levies = dues.levies if isinstance(dues, DuesSection) else ()
    late = [levy.code for levy in levies if levy.for_late]
    for index, level in enumerate(section.ladder):
        for at, code in enumerate(level.charges):
            if code not in late:
                values = {"levy": code, "choices": late}
                yield Problem(f"ladder[{index}].charges[{at}]", "not_a_late_levy", values)
    usual = [levy.code for levy in levies if levy.has_rounds]
    if section.surplus is not None and section.surplus.levy not in usual:
        values = {"levy": section.surplus.levy, "choices": usual}
        yield Problem("surplus.levy", "no_such_levy", values)
