"""The pipeline's page: proposals by call and how far they have got, each figure with its list."""

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.desk import BARS
from consortium.admin.pages import ConsortiumPage
from consortium.admin.standing import standing
from projects.admin.paper import over
from projects.admin.portfolio import drawn
from projects.models import Call
from projects.reports.pipeline import Heap, pipeline, progressed
from projects.reports.terms import closing_day
from projects.states import PROJECT_READERS, Progress

READERS = frozenset(PROJECT_READERS)


def may_look(request: HttpRequest) -> bool:
    """Say whether the reader may see proposals and projects anywhere."""
    return standing(request).any_of(READERS)


class ByProgress(admin.SimpleListFilter):
    """Proposals by how far they have got."""

    title, parameter_name = gettext_lazy("progress"), "progress"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Progress.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return progressed(queryset).filter(progress=chosen) if chosen else queryset


class Pipeline(ConsortiumPage):
    """Calls, the latest first, with their proposals."""

    roles = READERS
    template_name = "projects/pipeline.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        consortium = self.consortium()
        on = clock.today(consortium)
        found = pipeline(consortium=consortium, user=request.user, on=on)
        counts: Counter[Progress] = Counter()
        for heaps in found.values():
            counts.update({each: heap.count for each, heap in heaps.items()})
        self.title = _("Pipeline")
        labels = {str(each.label): counts[each] for each in Progress}
        return self.page(
            consortium=consortium,
            consortia=self.consortia(),
            on=words.day(on),
            headings=list(labels),
            rows=[row_shown(call, heaps) for call, heaps in found.items()],
            totals=[
                {
                    "count": counts[each],
                    "href": href(f"?consortium__id__exact={consortium.pk}", each),
                }
                for each in Progress
            ],
            chart=json.dumps(drawn(labels.items())),
            options=json.dumps(BARS),
        )


def href(only: str, progress: Progress) -> str:
    return f"{reverse('admin:projects_proposal_changelist')}{only}&progress={progress.value}"


def row_shown(call: Call, heaps: Mapping[Progress, Heap]) -> dict[str, Any]:
    cells = [(each, heaps.get(each, Heap())) for each in Progress]
    granted = sum((heap.granted for heap in heaps.values()), start=Decimal(0))
    closed = over(call)
    return {
        "call": shown.link(call, call.name),
        "screening": reverse("admin:screening", args=[call.pk]),
        "state": pgettext("call", "Closed") if closed else pgettext("call", "Open"),
        "closed": closed,
        "closes": words.day(closing_day(call, 2)),
        "budget": words.amount(call.budget, call.unit) if call.budget is not None else "",
        "granted": words.amount(granted, call.unit) if granted else "",
        "cells": [
            {
                "count": heap.count,
                "asked": words.amount(heap.asked),
                "href": href(f"?call__id__exact={call.pk}", each),
            }
            for each, heap in cells
        ],
    }
