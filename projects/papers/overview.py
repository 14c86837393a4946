"""The report on projects and deadlines: for staff with each by its name, else as numbers."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import words
from consortium.models import Consortium
from consortium.periods import Period
from consortium.rules.asking import Plain
from consortium.rules.content import (
    CellKind,
    Chart,
    ChartKind,
    Column,
    Content,
    Note,
    Part,
    Row,
    Series,
    Span,
    Table,
    Timeline,
)
from projects.models import Call, Milestone
from projects.reports.board import days_late
from projects.reports.holdings import theme_labels
from projects.reports.overview import Overview, overview
from projects.reports.plans import period_of
from projects.states import DEADLINES, Progress, Standing
from projects.words import said

COUNT, MONEY, ON = CellKind.COUNT, CellKind.MONEY, CellKind.DAY
IN_ALL = pgettext_lazy("sum", "In all")
MOST_SPANS = 40
"""Bars drawn; more of them than a page can show say nothing."""

named_in = lazy(said, str)


def content(
    *,
    consortium: Consortium,
    period: Period,
    on: date,
    known_at: datetime | None,
    parameters: Plain,
    named: bool = True,
) -> Content:
    """Return what projects are like; `named`: each by its name, else numbers only."""
    title = _("Projects and deadlines") if named else _("Summary of projects and deadlines")
    return Content(title, parts(consortium, period, on, named))


def parts(consortium: Consortium, period: Period, on: date, named: bool) -> Iterator[Part]:
    found = overview(consortium=consortium, period=period, on=on)
    yield Part("pipeline", _("Pipeline"), pipeline(found, named))
    yield Part("portfolio", _("Portfolio"), portfolio(consortium, found, named))
    yield Part("deadlines", _("Deadlines"), deadlines(found, named))
    yield Part("milestones", _("Milestones"), milestones(found, named))
    if named:
        yield Part("effort", _("Effort"), [effort(found)])


# From proposals to projects


def pipeline(found: Overview, named: bool) -> Iterator[Any]:
    """Yield proposals by call; without names, of calls that are over only: others are sealed."""
    calls = {
        call: heaps for call, heaps in found.calls.items() if named or call.pk in found.over
    }  # fmt: skip
    columns = [Column("call", _("Call")), Column("closes_on", _("Closes on"), ON)]
    columns += [Column(each.value, each.label, COUNT) for each in Progress]
    columns.append(Column("proposals", IN_ALL, COUNT))

    def rows() -> Iterator[Row]:
        for call, heaps in calls.items():
            counts = [heaps[each].count if each in heaps else 0 for each in Progress]
            yield called(call), call.closes_at.date(), *counts, sum(counts)

    yield Table("calls", _("Proposals by call and how far they have got"), columns, rows())
    if calls:
        series = [
            Series(each.label, [heaps[each].count if each in heaps else 0
                                for heaps in calls.values()])
            for each in Progress
        ]  # fmt: skip
        labels = [call.code for call in calls]
        title = _("Proposals by call and how far they have got")
        yield Chart("calls", title, ChartKind.STACKED, labels, series)
    if named:
        yield from money(calls)
    elif len(calls) < len(found.calls):
        yield Note(_("Of calls that are still open nothing is told."))


def called(call: Call) -> str:
    return f"{call.code} {call.name}"


def money(calls: dict[Call, Any]) -> Iterator[Table]:
    """Yield what is asked for and granted, a table for each unit."""
    for unit in sorted({call.unit for call in calls}):
        rows = [
            (called(call), sum(each.asked for each in heaps.values()),
             sum(each.granted for each in heaps.values()))
            for call, heaps in calls.items() if call.unit == unit
        ]  # fmt: skip
        columns = (
            Column("call", _("Call")), Column("asked", _("Asked for"), MONEY),
            Column("granted", _("Granted"), MONEY),
        )  # fmt: skip
        yield Table(f"money-{unit}", _("Money asked for and granted"), columns, rows, unit)


# What runs


def portfolio(consortium: Consortium, found: Overview, named: bool) -> Iterator[Any]:
    labels = theme_labels(consortium)
    themes = sorted({each.theme for each in found.projects})
    counts = Counter((each.theme, each.standing) for each in found.projects)

    def theme(code: str) -> Any:
        return named_in(labels[code]) if code in labels else code or _("No theme")

    def rows() -> Iterator[Row]:
        for code in themes:
            each = [counts[code, stands] for stands in Standing]
            yield str(theme(code)), *each, sum(each)

    columns = [Column("theme", _("Theme"))]
    columns += [Column(each.value, each.label, COUNT) for each in Standing]
    columns.append(Column("projects", IN_ALL, COUNT))
    sums = [found.standings[each] for each in Standing]
    yield Table("themes", _("Projects by theme and how they stand"), columns, rows(), "",
                (str(IN_ALL), *sums, sum(sums)))  # fmt: skip
    if themes:
        series = [Series(each.label, [counts[code, each] for code in themes]) for each in Standing]
        yield Chart("themes", _("Projects by theme and how they stand"), ChartKind.STACKED,
                    [theme(code) for code in themes], series)  # fmt: skip
    if named:
        yield from listed(found)
        spans = [
            Span(f"{each.number} {each.name}", each.starts_on, each.ends_on, theme(each.theme))
            for each in found.living[:MOST_SPANS]
        ]  # fmt: skip
        if spans:
            yield Timeline("projects", _("Projects over time"), spans, found.on)
        yield from packages(found)


def listed(found: Overview) -> Iterator[Table]:
    """Yield the projects, a table for each unit of their budgets."""
    columns = (
        Column("number", _("Number")), Column("project", _("Project")), Column("lead", _("Lead")),
        Column("standing", _("State")), Column("starts_on", _("From"), ON),
        Column("ends_on", _("Until (exclusive)"), ON), Column("budget", _("Budget"), MONEY),
    )  # fmt: skip
    for unit in sorted({each.unit for each in found.projects}):
        yield Table(f"projects-{unit}", _("Projects"), columns, rows_of(found, unit), unit)


def rows_of(found: Overview, unit: str) -> Iterator[Row]:
    for each in (each for each in found.projects if each.unit == unit):
        yield (
                each.number, each.name, str(each.lead), str(Standing(each.standing).label),
                each.starts_on, each.ends_on, each.budget,
            )  # fmt: skip


def packages(found: Overview) -> Iterator[Timeline]:
    """Yield the work packages of each living project that has a plan, as bars."""
    spans = [
        Span(format_lazy("{code} {title}", code=package.code, title=named_in(package.title)),
             *period_of(project, package), project.number)
        for project in found.living if project.pk in found.plans
        for package in found.plans[project.pk].packages
    ]  # fmt: skip
    if spans:
        yield Timeline("packages", _("Work packages"), spans[:MOST_SPANS], found.on)


# What is due


def deadlines(found: Overview, named: bool) -> Iterator[Any]:
    ahead = ("week", "month")
    late = sorted({each.column for each in found.due} - {*ahead}, key=days_of)
    places = [*late, *ahead]
    counts = Counter((each.kind.code, each.column) for each in found.due)

    def rows() -> Iterator[Row]:
        for code, label in DEADLINES:
            each = [counts[code, place] for place in places]
            yield str(label), *each, sum(each)

    sums = [sum(each.column == place for each in found.due) for place in places]
    columns = [Column("kind", _("Kind"))]
    columns += [Column(place, heading(place), COUNT) for place in places]
    columns.append(Column("all", IN_ALL, COUNT))
    title = _("Deadlines by step of the ladder")
    yield Table("ladder", title, columns, rows(), "", (str(IN_ALL), *sums, sum(sums)))
    labels = [heading(place) for place in places]
    yield Chart("ladder", title, ChartKind.BARS, labels, [Series(_("Deadlines"), sums)])
    if not named:
        return

    def overdue() -> Iterator[Row]:
        for each in found.due:
            if each.column not in ahead:
                yield (
                    each.project.number if each.project else "",
                    words.say(each.kind.code, each.kind.values(each.row)),
                    ", ".join(str(who) for who in each.kind.whose(each.row)),
                    each.due_on, days_late(each, found.on), str(heading(each.column)),
                )  # fmt: skip

    yield Table("overdue", _("What is overdue"), (
        Column("project", _("Project")), Column("what", _("What")),
        Column("responsible", _("Responsible")), Column("due_on", _("Due on"), ON),
        Column("days", _("Days late"), COUNT), Column("step", _("Step of the ladder")),
    ), overdue())  # fmt: skip


def days_of(column: str) -> int:
    return int(column.removeprefix("late_"))


def heading(column: str) -> Any:
    """Return what a column of the board is called."""
    plain = {"week": _("This week"), "month": _("Next 30 days"), "late_0": _("Overdue")}
    if column in plain:
        return plain[column]
    return format_lazy(_("Overdue by {days} days or more"), days=days_of(column))


def milestones(found: Overview, named: bool) -> Iterator[Any]:
    states = Counter(state(each, found.on) for each in found.milestones)

    def counted() -> Iterator[Row]:
        yield from ((str(label), states[code]) for code, label in STATES.items())

    yield Table("states", _("Milestones of the period and of the next 90 days"), (
        Column("state", _("State")), Column("milestones", _("Milestones"), COUNT),
    ), counted())  # fmt: skip
    if not named:
        return

    def rows() -> Iterator[Row]:
        for each in found.milestones:
            done = each.done_on if each.done_on and each.done_on <= found.on else None
            yield (
                each.project.number, f"{each.code} {each.title}", str(each.organization),
                each.due_on, done, str(STATES[state(each, found.on)]),
            )  # fmt: skip

    yield Table("milestones", _("Milestones"), (
        Column("project", _("Project")), Column("milestone", _("Milestone")),
        Column("responsible", _("Responsible")), Column("due_on", _("Due on"), ON),
        Column("done_on", _("Reached on"), ON), Column("state", _("State")),
    ), rows())  # fmt: skip


STATES = {
    "reached": pgettext_lazy("milestone", "Reached"),
    "late": pgettext_lazy("milestone", "Late"),
    "due": pgettext_lazy("milestone", "To come"),
}


def state(row: Milestone, on: date) -> str:
    if row.done_on is not None and row.done_on <= on:
        return "reached"
    return "late" if row.due_on < on else "due"


def effort(found: Overview) -> Table:
    """Return person-months by project; halves are reported, so that they are no counts."""

    def rows() -> Iterator[Row]:
        for each in found.projects:
            months = found.effort(each)
            yield each.number, each.name, months.planned, months.reported

    columns = (
        Column("number", _("Number")), Column("project", _("Project")),
        Column("planned", _("Person-months planned"), MONEY),
        Column("reported", _("Person-months reported"), MONEY),
    )  # fmt: skip
    return Table("effort", _("Effort planned and reported"), columns, rows())
