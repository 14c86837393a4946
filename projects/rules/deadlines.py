"""On which days a deadline is told: before it as a reminder, after it as an escalation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from projects.rules.section import Escalation


@dataclass(frozen=True, order=True)
class Step:
    """A day on which a deadline is told; `late`: it has passed; `secretariat`: to it too."""

    on: date
    late: bool
    secretariat: bool


def steps(
    *, due_on: date, remind_days: Iterable[int], escalation: Iterable[Escalation]
) -> list[Step]:
    """Return every day on which a deadline is told, in order; the due day itself is not late."""
    near = [Step(due_on - timedelta(days=days), False, False) for days in set(remind_days)]
    late = {
        each.days: Step(due_on + timedelta(days=each.days), each.days > 0, each.secretariat)
        for each in escalation
    }
    return sorted({*near, *late.values()})


def first(steps: list[Step], *, on: date) -> date | None:
    """Return when a new deadline is told first: today, where it has been late for long."""
    if any(step.late and step.on < on for step in steps):
        return on
    return next((step.on for step in steps if step.on >= on), None)


def passed(steps: list[Step], *, on: date) -> tuple[Step | None, date | None]:
    """Return the last step up to a day and the day of the next one.

    Of several steps that have passed only the last one counts.
    """
    before = [step for step in steps if step.on <= on]
    return (
        before[-1] if before else None,
        next((step.on for step in steps if step.on > on), None),
    )


WEEK, MONTH = timedelta(days=7), timedelta(days=30)


def column(*, due_on: date, on: date, escalation: Iterable[int]) -> str | None:
    """Return where an open deadline stands on the board, None where that is further off.

    `week`, `month`: within 7 or 30 days from today; `late_14`: overdue, and the ladder's
    step 14 days after has come; `late_0`: overdue before the first step.
    """
    if due_on >= on:
        return "week" if due_on <= on + WEEK else "month" if due_on <= on + MONTH else None
    late = (on - due_on).days
    return f"late_{max((days for days in escalation if 0 < days <= late), default=0)}"
