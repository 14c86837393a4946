"""One result's exclusivity as it stands, and the days on which it is told of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from consortium.models import Charter
from funding.rules.choices import InstrumentKind
from ip.models import Exclusivity, Result
from ip.reports.charters import Charters, promise_of
from ip.rules.choices import ResultKind
from ip.rules.facts import Work
from ip.rules.section import IPSection
from ip.rules.windows import Change, Opened, Window
from projects.models import ProjectEvent
from projects.reports.standing import FINAL

DAYS_BEFORE = (180, 90, 30)
"""So many days before it ends an exclusivity is told of."""


@dataclass(frozen=True)
class Kept:
    """A result's window with all that moved it, and the charter whose rule it is by now."""

    window: Window
    charter: Charter
    section: IPSection


def kept(result: Result) -> Kept | None:
    """Return how long a result is kept to its class; None where it never was."""
    charters, promised = Charters.of(result), promise_of(promise(result))
    changes = result.exclusivitychanges.order_by("decided_on", "pk")
    window = charters.window(
        work_of(result),
        charter=result.charter_id,
        promise=promised,
        changes=[Change(each.decided_on, each.ends_on) for each in changes],
    )
    if window is None:
        return None
    under = promised[0] if promised is not None else result.charter_id
    codes = {
        each.code: each
        for each in charters.rows.values()
        if each.consortium_id == result.consortium_id
    }
    charter = codes[window.charter] if window.charter else charters.rows[under]
    return Kept(window, charter, charters.sections[charter.pk])


def promise(result: Result) -> Exclusivity | None:
    return Exclusivity.objects.filter(result=result).first()


def work_of(result: Result, *, ended: bool = False) -> Work:
    """Return a result as the rules see it, without its window.

    `ended`: the project's end only where it has come, else also the planned one.
    """
    final = ProjectEvent.objects.filter(project=result.project_id, kind__in=FINAL)
    last = final.order_by("on").first()
    planned = result.project.ends_on if result.project is not None and not ended else None
    kinds = result.resultfundings.values_list("instrument__kind", flat=True)
    return Work(
        ResultKind(result.kind),
        result.completed_on,
        tier=result.tier,
        paid_by=frozenset(InstrumentKind(each) for each in kinds),
        project_ends_on=last.on if last is not None else planned,
    )


class Telling(StrEnum):
    """What is told on a step's day."""

    ENDS = "exclusivity_ends"
    OVER = "exclusivity_over_now"
    OPENS = "licence_offered"


@dataclass(frozen=True)
class Step:
    """A day on which something is told of an exclusivity."""

    on: date
    telling: Telling
    opened: Opened | None = None


def steps(window: Window) -> Iterator[Step]:
    """Yield the days on which a window is told of: before its end, then, and what opens."""
    ends = window.period.ends_on
    if ends is None:
        return
    for days in DAYS_BEFORE:
        yield Step(ends - timedelta(days=days), Telling.ENDS)
    yield Step(ends, Telling.OVER)
    for each in window.opens:
        yield Step(each.from_on, Telling.OPENS, each)


def first_step(found: Kept, *, on: date) -> date | None:
    """Return the day of the first step after a day, or of one just passed that opens it.

    A result disclosed after its exclusivity is over is offered at once.
    """
    days = [step.on for step in steps(found.window)]
    if any(step.opened is not None and step.on <= on for step in steps(found.window)):
        return on
    return min((day for day in days if day > on), default=None)
