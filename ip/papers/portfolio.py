"""The report on results and rights: for staff with each by its name, for the board as numbers."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
from ip.models.licences import NEVER
from ip.reports.exclusivity import DAYS_BEFORE
from ip.reports.overview import DAY, Held, Overview, Stands, overview, until_of
from ip.reports.patents import called
from ip.reports.patterns import patterns
from ip.rules.choices import LicenceKind
from ip.states import (
    DUE_STATES,
    LICENCE_KINDS,
    PARTIES,
    PATTERNS,
    RESULT_KINDS,
)

COUNT, SHARE, ON = CellKind.COUNT, CellKind.SHARE, CellKind.DAY
MOST_SPANS = 40
"""Windows drawn; more of them than a page can show say nothing."""

STANDS = {
    Stands.KEPT: pgettext_lazy("exclusivity", "Exclusive"),
    Stands.AWAITED: pgettext_lazy("exclusivity", "Exclusive until after its project"),
    Stands.OPENED: pgettext_lazy("exclusivity", "Opened"),
    Stands.NEVER: pgettext_lazy("exclusivity", "Never exclusive"),
}
IN_ALL = pgettext_lazy("sum", "In all")


def content(
    *,
    consortium: Consortium,
    period: Period,
    on: date,
    known_at: datetime | None,
    parameters: Plain,
    named: bool = True,
) -> Content:
    """Return what results and rights are like; `named`: each by its name, else numbers only."""
    title = _("Results and rights") if named else _("Summary of results and rights")
    return Content(title, parts(consortium, period, on, known_at, named))


def parts(
    consortium: Consortium, period: Period, on: date, known_at: datetime | None, named: bool
) -> Iterator[Part]:
    found = overview(consortium=consortium, period=period, on=on, known_at=known_at)
    yield Part("portfolio", _("Results"), portfolio(consortium, found))
    yield Part("exclusivity", _("Exclusivity"), exclusivity(found, named))
    yield Part("licences", _("Licences"), licences(found, named))
    yield Part("patents", _("Patents"), patents(found, named))


# What there is


def portfolio(consortium: Consortium, found: Overview) -> Iterator[Any]:
    standings, disclosed, kinds = found.standings(), found.disclosed(), dict(RESULT_KINDS)
    columns = (
        Column("kind", _("Kind")),
        *(Column(each.value, STANDS[each], COUNT) for each in Stands),
        Column("results", IN_ALL, COUNT),
        Column("disclosed", _("Disclosed in the period"), COUNT),
    )

    def rows() -> Iterator[Row]:
        for kind, counts in standings.items():
            each = [counts[stands] for stands in Stands]
            yield str(kinds[kind.value]), *each, counts.total(), disclosed[kind]

    sums = [sum(counts[each] for counts in standings.values()) for each in Stands]
    total: Row = str(IN_ALL), *sums, sum(sums), disclosed.total()
    yield Table("kinds", _("Results by kind and how they stand"), columns, rows(), "", total)
    if standings:
        labels = [kinds[kind.value] for kind in standings]
        series = [
            Series(STANDS[each], [counts[each] for counts in standings.values()])
            for each in Stands
        ]  # fmt: skip
        yield Chart("kinds", _("Results by kind and how they stand"), ChartKind.STACKED, labels,
                    series)  # fmt: skip
    yield ownership(consortium, found)
    yield Note(_(
        "By inventors and their employers; results that name no inventor are left out."
        " In Japan’s VLSI project it was 16%, 25% and 59%."
    ))  # fmt: skip


def ownership(consortium: Consortium, found: Overview) -> Table:
    every = patterns(consortium=consortium, on=found.on)
    start, end = found.period
    new = patterns(consortium=consortium, starts_on=start, ends_on=end, on=found.on)

    def rows() -> Iterator[Row]:
        for all_, recent in zip(every, new, strict=True):
            name = str(PATTERNS[all_.pattern])
            yield name, all_.count, part(all_.share), recent.count, part(recent.share)

    columns = (
        Column("pattern", _("Pattern")), Column("results", _("Results"), COUNT),
        Column("share", pgettext_lazy("of all", "Share"), SHARE),
        Column("completed", _("Complete in the period"), COUNT),
        Column("completed_share", _("Share in the period"), SHARE),
    )  # fmt: skip
    return Table("patterns", _("Ownership patterns"), columns, rows())


def part(share: Fraction) -> Decimal:
    return round(Decimal(share.numerator) / share.denominator, 4)


# To whom it is kept


def exclusivity(found: Overview, named: bool) -> Iterator[Any]:
    ending, opened = found.ending(), found.opened()
    yield Table("soon", _("What ends and what opened"), (
        Column("what", _("What")), Column("results", _("Results"), COUNT),
    ), soon(found, ending, opened))  # fmt: skip
    if not named:
        return
    columns = (
        Column("number", _("Number")), Column("title", _("Result")), Column("kind", _("Kind")),
        Column("project", _("Project")), Column("to", _("Kept to")),
        Column("ends_on", _("Exclusive until (exclusive)"), ON),
        Column("days", _("Days left"), COUNT), Column("opens_to", _("Opens to")),
    )  # fmt: skip
    title = format_lazy(_("Exclusivity that ends within {days} days"), days=DAYS_BEFORE[0])
    yield Table("ending", title, columns, (window(each, found.on) for each in ending))
    without = [each for each in columns if each.code != "days"]
    rows = (tuple(cell for place, cell in enumerate(window(each, found.on)) if place != 6)
            for each in opened)  # fmt: skip
    yield Table("opened", _("Opened in the period"), without, rows)
    yield from timeline(found)


def soon(found: Overview, ending: list[Held], opened: list[Held]) -> Iterator[Row]:
    for days in sorted(DAYS_BEFORE):
        said = format_lazy(_("Exclusivity ends within {days} days"), days=days)
        yield str(said), sum((each.within(found.on) or days + 1) <= days for each in ending)
    yield str(_("Opened in the period")), len(opened)


def window(held: Held, on: date) -> tuple[Any, ...]:
    """Return a result's row; `held` has a window that ends."""
    assert held.window is not None
    assert held.ends_on is not None
    parties, row = dict(PARTIES), held.result
    opens = [str(parties[each.to.value]) for each in held.window.opens]
    return (
        row.number, row.name, str(dict(RESULT_KINDS)[row.kind]),
        row.project.number if row.project else "", str(parties[held.window.to.value]),
        held.ends_on, (held.ends_on - on).days, ", ".join(dict.fromkeys(opens)),
    )  # fmt: skip


def timeline(found: Overview) -> Iterator[Any]:
    windows, kinds = found.windows(), dict(RESULT_KINDS)
    spans = [
        Span(f"{each.result.number} {each.result.name}", each.window.period.starts_on, each.ends_on,
             kinds[each.kind.value])
        for each in windows[:MOST_SPANS] if each.window
    ]  # fmt: skip
    if spans:
        yield Timeline("windows", _("Exclusivity over time"), spans, found.on)
    if len(windows) > MOST_SPANS:
        said = _("The first {most} to end of {count} are drawn.")
        yield Note(format_lazy(said, most=MOST_SPANS, count=len(windows)))


# Who may use it, and what keeps it alive


def licences(found: Overview, named: bool) -> Iterator[Any]:
    counts, kinds = found.counted(), dict(LICENCE_KINDS)

    def rows() -> Iterator[Row]:
        for kind in LicenceKind:
            each = counts.running[kind], counts.granted[kind], counts.ended[kind]
            yield str(kinds[kind.value]), *each

    total: Row = str(IN_ALL), counts.running.total(), counts.granted.total(), counts.ended.total()
    yield Table("kinds", _("Licences by kind"), (
        Column("kind", _("Kind")), Column("running", _("Running"), COUNT),
        Column("granted", _("Granted in the period"), COUNT),
        Column("ended", _("Ended in the period"), COUNT),
    ), rows(), "", total)  # fmt: skip
    if not named:
        return
    running = [
        each for each in found.licences if each.starts_on <= found.on < until_of(each)
    ]  # fmt: skip

    def each_row() -> Iterator[Row]:
        for each in running:
            until = until_of(each)
            yield (
                each.number, each.result.name, str(each.licensee), str(kinds[each.kind]),
                each.starts_on, until if until < NEVER else None,
            )  # fmt: skip

    yield Table("running", _("Licences that run"), (
        Column("number", _("Number")), Column("result", _("Result")),
        Column("licensee", _("Licensee")), Column("kind", _("Kind")),
        Column("starts_on", _("From"), ON), Column("ends_on", _("Until (exclusive)"), ON),
    ), each_row())  # fmt: skip


def patents(found: Overview, named: bool) -> Iterator[Any]:
    states = dict(DUE_STATES)

    def counted() -> Iterator[Row]:
        for days in sorted(DAYS_BEFORE):
            said = format_lazy(_("Due within {days} days"), days=days)
            last = found.on + days * DAY
            yield str(said), sum(found.on <= due.deadline.due_on <= last for _a, due in found.due)
        late = sum(due.deadline.due_on < found.on for _a, due in found.due)
        yield str(_("Late, and still possible")), late

    yield Table("renewals", _("What is due for patents"), (
        Column("what", _("What")), Column("count", _("Number of things due"), COUNT),
    ), counted())  # fmt: skip
    if not named:
        return

    def rows() -> Iterator[Row]:
        for application, due in found.due:
            deadline = due.deadline
            yield (
                str(application), application.number, called(deadline.code, deadline.part),
                deadline.due_on, deadline.last_on, str(states[due.state.value]),
            )  # fmt: skip

    yield Table("due", _("Renewals and other deadlines"), (
        Column("patent", _("Patent application")), Column("number", _("Number")),
        Column("what", _("What")), Column("due_on", _("Due on"), ON),
        Column("last_on", _("Last possible day"), ON), Column("state", _("State")),
    ), rows())  # fmt: skip
