"""The preview of a round: every member's dues before anything is issued, and why."""

from collections.abc import Iterator
from decimal import Decimal
from heapq import nsmallest
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from consortium import clock, words
from consortium.admin.standing import Standing
from consortium.papers.sheets import WRITERS, download
from consortium.words import say
from funding.admin.acts import AssessNow, ProposeRun
from funding.admin.named import category_names
from funding.admin.pages import RoundPage, note_look
from funding.models import FINANCE_READERS, Round
from funding.reports import preview
from funding.reports.preview import WARNINGS, Line, Tally, is_striking
from funding.reports.rounds import Due
from funding.rules.choices import Issue
from funding.states import Screen
from funding.words import called, figure, input_label, refusal

MOST = 1000
"""Members on one page; a download has them all."""


class Preview(RoundPage):
    """What a round would be assessed and charged, for finance staff and auditors."""

    name, title, icon = "preview", gettext_lazy("Preview"), "preview"
    template = "funding/preview.html"

    @classmethod
    def open_to(cls, here: Standing, round: Round, due: Due) -> bool:
        return here.has(round.consortium, frozenset(FINANCE_READERS))

    def get(self) -> HttpResponse:
        form = self.request.GET.get("as")
        if form in WRITERS:
            return self.download(form)
        sort = self.request.GET.get("sort", "")
        only = "only" in self.request.GET
        table = Table(self.round, self.due)
        tally, shown = table.looked(by_difference=sort == "difference", only=only)
        note_look(
            self.request, self.round, self.due, [each["pk"] for each in shown], Screen.PREVIEW
        )
        return self.show(
            tally=tally,
            tiles=tiles(tally, self.due.levy.unit),
            heads=table.figures,
            unit=self.due.levy.unit,
            lines=shown,
            left_out=(tally.striking if only else tally.count + tally.refused) - len(shown),
            missing=preview.missing(round=self.round, due=self.due),
            sort=sort,
            only=only,
            may_enter=self.here.may("funding.enter_declaration", self.round),
            paper=reverse("admin:funding_round_paper", args=[self.round.pk]),
            **self.next_step(tally),
        )

    def next_step(self, tally: Tally) -> dict[str, Any]:
        """Return what can be done from here: propose or assess, and what stands against it."""
        today = clock.today(self.round.consortium)
        act = ProposeRun if self.due.levy.issue == Issue.CONFIRMED else AssessNow
        early = self.due.schedule.assess_on > today
        run = self.round.runs.filter(done_on=None).select_related("proposed_by").first()
        free = run is None or run.confirmed_on is None
        may = self.here.may(act.operation, self.round) and bool(tally.count) and free
        return {
            "run": run,
            "early": words.day(self.due.schedule.assess_on) if early else "",
            "act": act.title if may and not early else "",
            "act_path": reverse(f"admin:funding_round_{act.name}", args=[self.round.pk]),
        }

    def download(self, form: str) -> HttpResponse:
        """Send every line."""
        seen: list[int] = []
        rows = Table(self.round, self.due).exported(seen)
        name = f"preview-{self.round.levy}-{self.round.starts_on.isoformat()}"
        response = download(rows, kind=form, name=name)
        note_look(self.request, self.round, self.due, seen, Screen.EXPORT)
        return response  # type: ignore[return-value]


def tiles(tally: Tally, unit: str) -> list[dict[str, Any]]:
    """Return a preview's sums as the desk's tiles."""
    return [
        {"label": gettext("Members"), "value": tally.count},
        total_tile(tally.total, tally.last, unit),
        {"label": gettext("To charge"), "value": words.amount(tally.charged, unit)},
        {"label": gettext("To credit"), "value": words.amount(tally.credited, unit)},
        {"label": gettext("Refused"), "value": tally.refused, "kind": "bad" * bool(tally.refused)},
    ]


def total_tile(total: Decimal, last: Decimal, unit: str) -> dict[str, Any]:
    """Return a sum, and below it how it differs from last year's."""
    said = {"last": words.amount(last, unit), "difference": signed(total - last, unit)}
    return {
        "label": gettext("Total"),
        "value": words.amount(total, unit),
        "hint": gettext("last year %(last)s, difference %(difference)s") % said,
    }


def signed(value: Decimal, unit: str) -> str:
    """Return a difference with its sign."""
    return f"{'+' if value > 0 else ''}{words.amount(value, unit)}"


def bare(value: Decimal | None, unit: str, *, sign: bool = False) -> str:
    """Return an amount below its column's unit, a dash where there is none."""
    if value is None:
        return "—"
    text = signed(value, unit) if sign else words.amount(value, unit)
    return text.removesuffix(unit).strip()


class Table:
    """The lines of a preview in words."""

    def __init__(self, round: Round, due: Due) -> None:
        self.round, self.due, self.levy = round, due, due.levy
        self.figures = [capfirst(input_label(name, due.levy)) for name in due.levy.inputs]
        self.categories = category_names(due.charter)

    def lines(self) -> Iterator[Line]:
        today = clock.today(self.round.consortium)
        return preview.lines(round=self.round, due=self.due, on=today)

    def looked(self, *, by_difference: bool, only: bool) -> tuple[Tally, list[dict[str, Any]]]:
        """Return the sums over all, and the first lines: refused ones, then as asked for."""
        tally = Tally()
        lines = (each for each in tally.over(self.lines()) if is_striking(each) or not only)
        key = difference_first if by_difference else name_first
        return tally, [self.line(each) for each in nsmallest(MOST, lines, key=key)]

    def line(self, line: Line) -> dict[str, Any]:
        unit = self.levy.unit
        return {
            "pk": line.entry.member,
            "name": called(line.entry.party),
            "category": self.category(line),
            "figures": self.said(line),
            "last": bare(line.last, unit),
            "amount": bare(line.amount, unit),
            "difference": bare(line.difference, unit, sign=True),
            "owed": bare(line.owed, unit),
            "reasons": [
                (say(code, values), "warn" if code in WARNINGS else "plain")
                for code, values in line.reasons
            ],
            "error": refusal(line.error, self.levy) if line.error else "",
        }

    def category(self, line: Line) -> str:
        code = line.outcome.category if line.outcome else ""
        return self.categories.get(code, code) or "—"

    def said(self, line: Line) -> list[str]:
        figures = line.entry.figures
        return [
            figure(name, figures[name], self.levy) if name in figures else "—"
            for name in self.levy.inputs
        ]

    def exported(self, seen: list[int]) -> Iterator[list[Any]]:
        """Yield the table's head, then a row for each member, who is added to `seen`."""
        yield [
            gettext("Member"), gettext("Category"), *self.figures, gettext("Last year"),
            gettext("This year"), gettext("Difference"), gettext("To charge (credit: below zero)"),
            gettext("Unit"), gettext("What to look at"),
        ]  # fmt: skip
        for each in self.lines():
            reasons = [say(code, values) for code, values in each.reasons]
            seen.append(each.entry.member)
            refused = [refusal(each.error, self.levy)] if each.error else []
            yield [
                called(each.entry.party), self.category(each), *self.said(each), each.last,
                each.amount, each.difference, each.owed, self.levy.unit,
                "; ".join([*refused, *reasons]),
            ]  # fmt: skip


def name_first(line: Line) -> tuple[Any, ...]:
    return (line.error is None, called(line.entry.party).lower(), line.entry.member)


def difference_first(line: Line) -> tuple[Any, ...]:
    size = abs(line.difference or Decimal(0))
    return (line.error is None, line.difference is None, -size, *name_first(line))
