"""A family drawn over time: a bar for each application, a sign for each thing due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from consortium import words
from consortium.periods import add_months
from ip.models import PatentApplication, PatentFamily
from ip.reports.patents import Due, called, due_of
from ip.rules.patent_docket import State

WIDTH, LABELS, ROW, HEAD = 960, 130, 34, 30
AHEAD = 24
"""Months shown after today."""
MOST_TICKS = 14
COLOURS = {
    State.OPEN: "#2563eb",
    State.TO_COME: "#94a3b8",
    State.LATE: "#d97706",
    State.MISSED: "#dc2626",
    State.PAID: "#16a34a",
    State.DROPPED: "#64748b",
}


@dataclass(frozen=True)
class Stretch:
    """A part of an application's life: pending, or granted."""

    x: float
    width: float
    y: int
    granted: bool
    note: str


@dataclass(frozen=True)
class Sign:
    """Something due, on its day."""

    x: float
    y: int
    colour: str
    note: str


@dataclass(frozen=True)
class Timeline:
    """The picture, in units of its own view box."""

    title: str
    labels: list[tuple[int, str]]
    stretches: list[Stretch]
    signs: list[Sign]
    ticks: list[tuple[float, str]]
    today: float
    height: int

    width = WIDTH


@dataclass(frozen=True)
class Scale:
    """Days laid out from left to right."""

    starts_on: date
    ends_on: date

    def x(self, day: date) -> float:
        part = (day - self.starts_on).days / (self.ends_on - self.starts_on).days
        return round(LABELS + min(max(part, 0), 1) * (WIDTH - LABELS - 12), 1)

    def shows(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def ticks(self) -> list[tuple[float, str]]:
        years = range(self.starts_on.year + 1, self.ends_on.year + 1)
        step = len(years) // MOST_TICKS + 1
        return [(self.x(date(year, 1, 1)), str(year)) for year in years[::step]]


def timeline(family: PatentFamily, applications: Iterable[PatentApplication], on: date) -> Timeline:
    """Return a family's picture in the reader's language, up to two years from a day."""
    rows = list(applications)
    days = [day for each in rows for day in (each.filing().filed_on, each.priority_on) if day]
    scale = Scale(min([*days, add_months(on, -12)]), add_months(on, AHEAD))
    stretches: list[Stretch] = []
    signs: list[Sign] = []
    for row, each in enumerate(rows):
        y = HEAD + ROW * row
        stretches += life(each, scale, y)
        signs += [sign(due, scale, y) for due in due_of(each, on)
                  if scale.shows(due.deadline.due_on)]  # fmt: skip
    return Timeline(
        title=_("What is due for %(family)s") % {"family": family.title},
        labels=[
            (HEAD + ROW * row + ROW // 2, f"{each.office} · {each.get_kind_display()}"[:22])
            for row, each in enumerate(rows)
        ],
        stretches=stretches,
        signs=signs,
        ticks=scale.ticks(),
        today=scale.x(on),
        height=HEAD + ROW * len(rows) + 8,
    )


def life(application: PatentApplication, scale: Scale, y: int) -> list[Stretch]:
    """Return an application's bars: pending up to grant, granted from then to its end."""
    filing = application.filing()
    filed_on, granted_on = filing.filed_on, filing.granted_on
    if filed_on is None:
        return []
    ends_on = filing.ended_on or scale.ends_on
    parts = [(filed_on, granted_on or ends_on, False)]
    if granted_on is not None:
        parts.append((granted_on, ends_on, True))
    labels = {False: _("pending"), True: pgettext("patent", "granted")}
    return [
        Stretch(
            x=scale.x(start),
            width=max(scale.x(end) - scale.x(start), 2),
            y=y,
            granted=granted,
            note=f"{application} · {labels[granted]} · {words.day(start)}",
        )
        for start, end, granted in parts
    ]


def sign(due: Due, scale: Scale, y: int) -> Sign:
    deadline = due.deadline
    return Sign(
        x=scale.x(deadline.due_on),
        y=y + ROW // 2,
        colour=COLOURS[due.state] if deadline.act else "#ffffff",
        note=f"{called(deadline.code, deadline.part)} · {words.day(deadline.due_on)}",
    )
