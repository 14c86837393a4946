"""A plan drawn over time: a bar for each work package, diamonds for milestones, today."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from django.utils.translation import gettext as _

from consortium import words
from consortium.periods import add_months
from projects.models import Deliverable, Milestone, Project
from projects.reports.plans import parties, period_of
from projects.rules.plan import ProjectPlan, WorkPackage
from projects.words import said

WIDTH, LABELS, ROW, HEAD = 960, 240, 30, 34
MOST_TICKS = 12
STEPS = (1, 2, 3, 6, 12, 24, 60)
LETTERS = 26
"""Letters of a label that fit beside the bars; all of it is in the title."""


@dataclass(frozen=True)
class Bar:
    """A work package: where it is drawn, and what one reads of it."""

    label: str
    short: str
    note: str
    x: float
    width: float
    y: int
    joint: bool

    @property
    def middle(self) -> int:
        return self.y + ROW // 2


@dataclass(frozen=True)
class Sign:
    """A milestone or deliverable on its day; `state`: done, late or open."""

    label: str
    note: str
    x: float
    y: int
    state: str
    milestone: bool

    @property
    def points(self) -> str:
        x, y, r = self.x, self.y, 7
        return f"{x},{y - r} {x + r},{y} {x},{y + r} {x - r},{y}"


@dataclass(frozen=True)
class Gantt:
    """The picture, in units of its own view box."""

    title: str
    bars: list[Bar]
    signs: list[Sign]
    ticks: list[tuple[float, str]]
    today: float | None
    height: int

    width = WIDTH
    labels = LABELS
    head = HEAD

    @property
    def lowest(self) -> int:
        return self.height - 4


def gantt(project: Project, plan: ProjectPlan, on: date) -> Gantt:
    """Return a plan's picture in the reader's language."""
    scale = Scale(project.starts_on, project.ends_on)
    known = {uid: str(each) for uid, each in parties(project).items()}
    bars = [bar(project, each, n, scale, known) for n, each in enumerate(plan.packages)]
    rows = {package.code: n for n, package in enumerate(plan.packages)}
    last = len(rows)
    places = {
        mark.code: rows.get(mark.package or "", last)
        for mark in (*plan.milestones, *plan.deliverables)
    }
    signs = [
        *signs_of(project.milestones.filter(dropped_on=None), places, last, scale, on, True),
        *signs_of(project.deliverables.filter(dropped_on=None), places, last, scale, on, False),
    ]
    whole = any(sign.y > top(last) for sign in signs)
    return Gantt(
        title=_("Plan of %(project)s") % {"project": project.number},
        bars=bars,
        signs=signs,
        ticks=list(scale.ticks()),
        today=scale.x(on) if project.starts_on <= on < project.ends_on else None,
        height=HEAD + ROW * (last + whole) + 8,
    )


@dataclass(frozen=True)
class Scale:
    """Days of a project, laid out from left to right."""

    starts_on: date
    ends_on: date

    def x(self, day: date) -> float:
        part = (day - self.starts_on).days / (self.ends_on - self.starts_on).days
        return round(LABELS + min(max(part, 0), 1) * (WIDTH - LABELS - 12), 1)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Yield months to write above, no more than fit."""
        months = (self.ends_on.year - self.starts_on.year) * 12
        months += self.ends_on.month - self.starts_on.month
        step = next((each for each in STEPS if months / each <= MOST_TICKS), STEPS[-1])
        for month in range(0, months + 1, step):
            day = add_months(self.starts_on, month)
            if day < self.ends_on:
                yield self.x(day), format_date(day, "yyyy-MM", locale=words.locale())


def top(row: int) -> int:
    return HEAD + ROW * row


def bar(
    project: Project, package: WorkPackage, row: int, scale: Scale, known: dict[str, str]
) -> Bar:
    period = period_of(project, package)
    start, end = scale.x(period.starts_on), scale.x(period.end)
    label = f"{package.code} · {said(package.title)}"
    who = known.get(package.responsible, "—")
    return Bar(
        label=label,
        short=label if len(label) <= LETTERS else f"{label[: LETTERS - 1]}…",
        note=f"{label} · {who} · {words.period(period.starts_on, period.end)}",
        x=start,
        width=max(end - start, 2),
        y=top(row),
        joint=package.facility is not None,
    )


def signs_of(
    rows: Iterable[Any], places: dict[str, int], last: int, scale: Scale, on: date, milestone: bool
) -> Iterator[Sign]:
    row: Milestone | Deliverable
    for row in rows:
        done = row.done_on or getattr(row, "submitted_on", None)
        state = "done" if done else "late" if row.due_on < on else "open"
        yield Sign(
            label=row.code,
            note=f"{row.code} · {row.title} · {words.day(row.due_on)}",
            x=scale.x(row.due_on),
            y=top(places.get(row.code, last)) + ROW // 2,
            state=state,
            milestone=milestone,
        )
