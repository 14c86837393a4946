"""The deadline board: kinds by step of the ladder, and the list behind each figure."""

import json
from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortium import clock, words
from consortium.admin.desk import BARS
from consortium.admin.pages import ConsortiumPage
from consortium.admin.shown import link
from projects.admin.pipeline import READERS
from projects.admin.portfolio import drawn
from projects.models import Project
from projects.reports.board import Due, board, days_late
from projects.states import DEADLINES

LINES = 200
AHEAD = ("week", "month")
LATE = "#dc2626"


class Board(ConsortiumPage):
    """What is overdue and what comes, of all projects or of one."""

    roles = READERS
    template_name = "projects/deadlines.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        consortium = self.consortium()
        on = clock.today(consortium)
        projects = list(
            Project.objects.visible_to(request.user, on)
            .filter(consortium=consortium)
            .order_by("number")
        )
        asked = request.GET.get("project", "")
        project = next((each for each in projects if str(each.pk) == asked), None)
        found = board(consortium=consortium, user=request.user, on=on, project=project)
        kind, place = request.GET.get("kind", ""), request.GET.get("column", "")
        picked = [
            each
            for each in found
            if kind in ("", each.kind.code)
            and place in ("", each.column, each.column.partition("_")[0])
        ]
        columns = sorted({each.column for each in found} - {*AHEAD}, key=days_of)
        chosen = {"consortium": consortium.slug, "project": project.pk if project else ""}
        self.title = _("Deadline board")
        return self.page(
            consortium=consortium,
            consortia=self.consortia(),
            on=words.day(on),
            projects=projects,
            project=project,
            **table(found, [*columns, *AHEAD], chosen),
            options=json.dumps(BARS),
            lines=[line(each, on) for each in picked[:LINES]],
            more=len(picked) - LINES,
            picked=bool(kind or place),
            all=query(chosen),
        )


def days_of(column: str) -> int:
    return int(column.removeprefix("late_"))


def heading(column: str) -> str:
    """Return what a column is called."""
    match column:
        case "week":
            return _("This week")
        case "month":
            return _("Next 30 days")
        case "late_0":
            return _("Overdue")
    days = days_of(column)
    return ngettext("Overdue ≥ %(days)s day", "Overdue ≥ %(days)s days", days) % {"days": days}


def query(chosen: dict[str, Any], **more: str) -> str:
    return "?" + urlencode({name: value for name, value in {**chosen, **more}.items() if value})


def table(found: list[Due], columns: list[str], chosen: dict[str, Any]) -> dict[str, Any]:
    """Return the figures by kind and column with the addresses of their lists, and the chart."""
    counts = Counter((each.kind.code, each.column) for each in found)
    totals = Counter(each.column for each in found)
    kinds = dict.fromkeys([*dict(DEADLINES), *(each.kind.code for each in found)])
    return {
        "columns": [
            {"label": heading(each), "count": totals[each], "href": query(chosen, column=each)}
            for each in columns
        ],
        "rows": [
            {
                "label": dict(DEADLINES).get(kind, kind),
                "cells": [
                    {
                        "count": counts[kind, each],
                        "late": each not in AHEAD,
                        "href": query(chosen, kind=kind, column=each),
                    }
                    for each in columns
                ],
                "count": sum(counts[kind, each] for each in columns),
                "href": query(chosen, kind=kind),
            }
            for kind in kinds
        ],
        "chart": json.dumps(
            drawn(
                [(heading(each), totals[each]) for each in columns],
                ["var(--color-primary-500)" if each in AHEAD else LATE for each in columns],
            )
        ),
    }


def line(due: Due, on: date) -> dict[str, Any]:
    meta = due.row._meta
    late = days_late(due, on)
    return {
        "due": words.day(due.due_on),
        "text": words.say(due.kind.code, due.kind.values(due.row)),
        "href": reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[due.row.pk]),
        "project": link(due.project, due.project.number) if due.project else "—",
        "who": ", ".join(str(each) for each in due.kind.whose(due.row)) or "—",
        "late": late or "",
        "column": heading(due.column),
        "kind": "bad" if late else "plain",
    }
