"""Paying an amount in parts: on which days, for whom, and how it is split."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from consortium import money
from consortium.rules.schema import LAX, Code, Problem, Rule
from funding.rules.cells import Cell, when_problems
from funding.rules.figures import Domain
from funding.rules.tables import undecided_edges
from funding.rules.triggers import Calendar, CalendarOffset, Trigger, out_of_order


class Instalments(Rule):
    """The days on which parts of an amount are due, counted from the period's first day.

    `when`: for whom; without it, for all whom no entry before has taken.
    """

    when: Annotated[dict[Code, Cell], Field(min_length=1)] | None = None
    due: Annotated[tuple[CalendarOffset, ...], LAX, Field(min_length=1, max_length=60)]

    def problems(self) -> Iterable[Problem]:
        if len(self.due) == 1:
            yield Problem("due", "one_instalment")

    def problems_in(
        self, scope: Mapping[str, Domain], calendar: Calendar, trigger: Trigger
    ) -> Iterator[Problem]:
        """Yield cells that do not fit the inputs, and days out of order."""
        yield from when_problems(self.when or {}, scope, "when")
        days = [("assess", calendar.assess)]
        days += [(f"due[{index}]", each) for index, each in enumerate(self.due)]
        yield from out_of_order(days, trigger)


def problems(
    entries: Iterable[Instalments],
    scope: Mapping[str, Domain],
    calendar: Calendar,
    trigger: Trigger,
) -> Iterator[Problem]:
    """Yield what is wrong with the entries of a levy, and each that no member reaches."""
    taken = False
    for index, each in enumerate(entries):
        path = f"instalments[{index}]"
        if taken:
            yield Problem(path, "never_reached")
        for problem in each.problems_in(scope, calendar, trigger):
            yield problem.under(path)
        taken = taken or each.when is None


def open_questions(entries: Iterable[Instalments]) -> Iterator[Problem]:
    """Yield the undecided edges of each entry."""
    for index, each in enumerate(entries):
        yield from undecided_edges(each.when or {}, f"instalments[{index}].when")


def split(amount: Decimal, parts: int, unit: str) -> list[Decimal]:
    """Return an amount in equal parts, the remainder on the first; fewer where it is too small."""
    smallest = money.quantum(unit)
    pieces = int(amount / smallest)
    count = max(min(parts, pieces), 1)
    share = pieces // count * smallest
    return [amount - share * (count - 1), *[share] * (count - 1)]
