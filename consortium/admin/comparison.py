"""Table 1 itself: cases and one's own consortia side by side; and the phases of each case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from unfold.views import UnfoldSiteViewMixin

from consortium import words
from consortium.admin import shown
from consortium.admin.standing import standing
from consortium.models import Charter, Consortium, Member
from consortium.papers.sheets import download
from consortium.reports import comparison
from consortium.rules.choices import Basis, Row
from consortium.rules.comparison import Cell, Passage, Phase
from consortium.rules.schema import Text
from consortium.states import BASES, DESK_ROLES, ROWS

MARKS = {Basis.SEED: "good", Basis.OTHER_SOURCE: "note", Basis.ASSUMPTION: "warn"}


@dataclass(frozen=True)
class Said:
    """What one phase says in a cell, and what that rests on, in words."""

    text: str
    phase: str = ""
    basis: str = ""
    mark: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Shown:
    """A cell of the page: its passages, and how many facts and disagreements concern it."""

    slug: str
    passages: tuple[Said, ...]
    facts: int = 0
    disagreements: int = 0
    facts_href: str = ""
    disagreements_href: str = ""

    @property
    def plain(self) -> str:
        """Return the cell as text, a passage to a line, for tables elsewhere."""
        return "\n".join(
            f"{each.text} [{', '.join(part for part in (each.phase, each.basis) if part)}]"
            if each.phase or each.basis
            else each.text
            for each in self.passages
        )


class DeskPage(UnfoldSiteViewMixin):
    """A page for everyone at the desk."""

    template_name = ""

    def has_permission(self) -> bool:
        return standing(self.request).any_of(DESK_ROLES)

    def page(self, **context: Any) -> TemplateResponse:
        return TemplateResponse(
            self.request, self.template_name, self.get_context_data(title=self.title) | context
        )


class Compare(DeskPage):
    """The table that compares consortia, as page, CSV or JSON."""

    title = ""
    template_name = "consortium/admin/compare.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        here = standing(request)
        known = self.choosable(request)
        asked = set(request.GET.getlist("c"))
        chosen = [each for each in known if each.slug in asked] or [
            each for each in known if each.is_reference
        ]
        lines = rows(chosen, here.today)
        form = request.GET.get("as")
        if form == "csv":
            return in_csv(chosen, lines)
        if form == "json":
            return in_json(chosen, lines)
        picked = "&".join(f"c={each.slug}" for each in chosen)
        self.title = _("Compare")
        return self.page(known=known, chosen=chosen, lines=lines, picked=picked, bases=bases())

    def choosable(self, request: HttpRequest) -> list[Consortium]:
        """Return the reference cases, then the consortia the reader works for."""
        here = standing(request)
        cases = comparison.comparable(user=here.user, on=here.today)
        return [*cases, *here.consortia]


def bases() -> list[tuple[str, str]]:
    """Return what a passage may rest on, with its mark, as the page's key."""
    return [(str(label), MARKS[Basis(value)]) for value, label in BASES]


def rows(chosen: Sequence[Consortium], on: date) -> list[tuple[str, str, list[Shown]]]:
    """Return each row's code, name and cells."""
    labels = dict(ROWS)
    lines = comparison.table(consortia=chosen)
    return [
        (
            line.row.value,
            str(labels[line.row]),
            [
                cell_shown(line.row, cell, each, on)
                for cell, each in zip(line.cells, chosen, strict=True)
            ],
        )
        for line in lines
    ]


def cell_shown(row: Row, cell: Cell, consortium: Consortium, on: date) -> Shown:
    phases = len({passage.phase.code for passage in cell.passages})
    said = tuple(passage_said(each, phases > 1) for each in cell.passages)
    only = f"?case={cell.slug}&row={row.value}"
    return Shown(
        slug=cell.slug,
        passages=said or recorded(row, cell, consortium, on),
        facts=len(cell.facts),
        disagreements=len(cell.disagreements),
        facts_href=reverse("admin:consortium_fact_changelist") + only,
        disagreements_href=reverse("admin:consortium_disagreement_changelist") + only,
    )


def passage_said(passage: Passage, with_phase: bool) -> Said:
    basis = Basis(passage.basis) if passage.basis else None
    return Said(
        text=passage.text.pick(get_language() or "en"),
        phase=phase_said(passage.phase) if with_phase else "",
        basis=str(dict(BASES)[basis]) if basis else "",
        mark=MARKS[basis] if basis else "",
        source=passage.source,
        note=words.inside(passage.note) if passage.note else "",
    )


def phase_said(phase: Phase) -> str:
    """Return a phase's title before the colon, and its years."""
    period = phase.period
    if period is None:
        return words.inside(phase.title)
    title = words.inside(phase.title).replace("：", ":").split(":")[0]
    return f"{title}, {years(period.starts_on, period.ends_on)}"


def years(starts_on: date, ends_on: date | None) -> str:
    """Return the years of a half-open period, from its first day's to its last day's."""
    last = str((ends_on - timedelta(days=1)).year) if ends_on else ""
    return f"{starts_on.year}–{last}" if last != str(starts_on.year) else last


def recorded(row: Row, cell: Cell, consortium: Consortium, on: date) -> tuple[Said, ...]:
    """Return what the consortium's own record says where no charter has words for it."""
    if consortium.is_reference:
        return ()
    found: list[str] = []
    coded = {
        Row.STAGE: "stage",
        Row.STRUCTURE: "structure",
        Row.INITIATOR: "initiator",
        Row.LEGAL_FORM: "legal_form",
    }
    if row in coded:
        column: Any = Consortium._meta.get_field(coded[row])
        labels = dict(column.flatchoices)
        codes = cell.choices or (getattr(consortium, coded[row]),)
        found = [str(labels.get(code, code)) for code in codes]
    elif row == Row.PERIOD:
        found = [shown.period(consortium.starts_on, consortium.ends_on)]
    elif row == Row.GOAL:
        goals = consortium.goals.order_by("set_on")
        found = [words.inside(Text(en=each.text_en, zh=each.text_zh)) for each in goals]
    elif row == Row.MEMBERS:
        count = Member.objects.on(on).filter(consortium=consortium).count()
        found = [_("%(count)s members today") % {"count": count}]
    return tuple(Said(text=text, basis=_("own record"), mark="plain") for text in found)


def in_csv(chosen: Sequence[Consortium], lines: list[tuple[str, str, list[Shown]]]) -> FileResponse:
    """Return the table as a spreadsheet reads it."""
    table = [["", *(each.name for each in chosen)]]
    table += [[name, *(cell.plain for cell in cells)] for _code, name, cells in lines]
    return download(table, kind="csv", name="comparison")


def in_json(
    chosen: Sequence[Consortium], lines: list[tuple[str, str, list[Shown]]]
) -> HttpResponse:
    """Return the table with each passage's phase, basis, source and note."""
    data = {
        "language": get_language(),
        "consortia": [{"slug": each.slug, "name": each.name} for each in chosen],
        "rows": [
            {
                "row": code,
                "name": name,
                "cells": [
                    {
                        "consortium": cell.slug,
                        "passages": [
                            {
                                "text": each.text, "phase": each.phase, "basis": each.basis,
                                "source": each.source, "note": each.note,
                            }
                            for each in cell.passages
                        ],
                        "facts": cell.facts,
                        "disagreements": cell.disagreements,
                    }
                    for cell in cells
                ],
            }
            for code, name, cells in lines
        ],
    }  # fmt: skip
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="comparison.json"'
    return response


class Phases(DeskPage):
    """The reference cases, each with its phases and the days without a charter."""

    title = ""
    template_name = "consortium/admin/phases.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        here = standing(request)
        cases = comparison.comparable(user=here.user, on=here.today)
        charters: dict[int, list[Charter]] = {}
        found = Charter.objects.adopted().filter(consortium__in=cases)
        for charter in found.order_by("starts_on"):
            charters.setdefault(charter.consortium_id, []).append(charter)
        self.title = _("Phases of the cases")
        return self.page(
            cases=[
                {
                    "case": case,
                    "life": shown.period(case.starts_on, case.ends_on),
                    "spans": spans(case, charters.get(case.pk, [])),
                }
                for case in cases
            ],
            may_adopt=bool(here.where("consortium.clone_charter")),
            may_found=here.everywhere,
        )


def spans(case: Consortium, charters: list[Charter]) -> list[dict[str, Any]]:
    """Return a case's life in order: each phase with what its edges rest on, and each gap."""
    labels = {value: (str(label), MARKS[Basis(value)]) for value, label in BASES}
    found: list[dict[str, Any]] = []
    edges = [(None, case.starts_on), *((c, c.ends_on) for c in charters)]
    starts = [*charters, None]
    for (_before, ended), charter in zip(edges, starts, strict=True):
        begins = charter.starts_on if charter else case.ends_on
        if ended is not None and (begins is None or begins > ended) and (charter or case.ends_on):
            found.append({"gap": shown.period(ended, begins)})
        if charter is not None:
            ends_basis = charter.remarks.get("ends_basis")
            found.append(
                {
                    "charter": charter,
                    "period": shown.period(charter.starts_on, charter.ends_on),
                    "starts": labels.get(charter.basis),
                    "ends": labels.get(ends_basis) if charter.ends_on else None,
                }
            )
    return found
