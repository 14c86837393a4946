"""Tables on a terminal: the preview of a round, and a charter tried on all members."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.table import Table

from consortium import words
from funding.models import Round
from funding.papers.whatif import Speaker, exact
from funding.reports import preview
from funding.reports.preview import Line
from funding.reports.rounds import Due
from funding.reports.study import Scope, Study
from funding.reports.tally import Result, Tally
from funding.words import called

WIDTH = 100


def drawn(table: Table) -> str:
    console = Console(width=WIDTH)
    with console.capture() as said:
        console.print(table)
    return said.get()


def of_amounts(first: str, *amounts: str, last: str) -> Table:
    """Return an empty table whose middle columns are amounts."""
    table = Table(show_edge=False)
    table.add_column(first)
    for name in amounts:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column(last)
    return table


def said(unit: str, *amounts: Decimal | None) -> list[str]:
    return ["—" if each is None else words.amount(each, unit) for each in amounts]


def members(count: int) -> str:
    return ngettext("%(count)s member", "%(count)s members", count) % {"count": count}


def preview_table(round: Round, due: Due, on: date) -> str:
    """Return every member on the roll: last year's amount, this one, and what to look at."""
    unit = due.levy.unit
    table = of_amounts(_("Member"), _("Last"), _("Amount"), _("To charge"), last=_("Reason"))
    for each in preview.lines(round=round, due=due, on=on):
        row = said(unit, each.last, each.amount, each.owed)
        table.add_row(called(each.entry.party), *row, reasons(each))
    summary = preview.summary(round=round, due=due, on=on)
    table.add_section()
    sums = said(unit, summary.last, summary.total, summary.owed)
    table.add_row(members(summary.count), *sums, style="bold")
    return drawn(table)


def reasons(line: Line) -> str:
    if line.error is not None:
        return words.explain(line.error)
    return "; ".join(words.say(code, values) for code, values in line.reasons)


def preview_answer(round: Round, due: Due, on: date) -> dict[str, Any]:
    """Return the same as JSON."""
    unit = due.levy.unit
    summary = preview.summary(round=round, due=due, on=on)
    return {
        "levy": due.levy.code,
        "period_starts_on": due.period.starts_on.isoformat(),
        "unit": unit,
        "members": summary.count,
        "refused": summary.refused,
        **{name: exact(getattr(summary, name), unit) for name in ("total", "owed", "last")},
        "lines": [
            {
                "member": str(each.entry.uid),
                "name": called(each.entry.party),
                **{name: exact(getattr(each, name), unit) for name in ("last", "amount", "owed")},
                "reasons": [code for code, _values in each.reasons],
                "error": words.explain(each.error) if each.error else None,
            }
            for each in preview.lines(round=round, due=due, on=on)
        ],
    }


def comparison_table(study: Study, scope: Scope, result: Result) -> str:
    """Return a scope's members from paying more to paying less, and what there is no amount for."""
    speaker, tally, unit = Speaker(study), result.tallies[scope.key], scope.unit
    table = of_amounts(
        speaker.scope(scope),
        _("As things stand"), _("Under the document"), _("Difference"), last="",
    )  # fmt: skip
    without: dict[str, list[str]] = {}
    for line in result.lines[scope.key]:
        name, reason = called(line.entry.party), speaker.reason(line)
        if line.difference is None:
            without.setdefault(reason, []).append(name)
        else:
            amounts = (line.now.amount, line.then.amount, line.difference)
            table.add_row(name, *said(unit, *amounts), reason)
    table.add_section()
    sums = said(unit, tally.now, tally.then, tally.difference)
    table.add_row(members(tally.count), *sums, style="bold")
    refused = [f"{', '.join(names)}: {reason}" for reason, names in without.items()]
    return "\n".join([drawn(table).rstrip("\n"), summed(tally), *refused])


def summed(tally: Tally) -> str:
    values = {
        "more": tally.more,
        "less": tally.less,
        "same": tally.same,
        "refused": tally.refused + tally.unknown,
    }
    return (
        _("%(more)s pay more, %(less)s less, %(same)s the same; no amount for %(refused)s.")
        % values
    )
