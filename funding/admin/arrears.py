"""The arrears board, what an outage withheld, and a member's standing on its page."""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consortium import clock, words
from consortium.admin import additions, shown
from consortium.admin.additions import Box
from consortium.admin.desk import BARS
from consortium.admin.pages import ConsortiumPage
from consortium.admin.standing import standing as roles_of
from consortium.models import Consortium, Member
from consortium.operations.advance import release_withheld
from consortium.states import RIGHTS, Role
from funding.models import FINANCE_READERS, STANDING_READERS, DunningStep
from funding.operations.enforcement import enforce
from funding.reports.enforcing import EXIT, Waiting, levels, waiting
from funding.reports.standing import AGES, Late, Row, board, late_charges, standing, sum_rows
from funding.rules.choices import Standing
from funding.states import STANDINGS
from funding.words import label

READERS = frozenset(FINANCE_READERS)
LINES = 200
KINDS = {
    Standing.GOOD: "good",
    Standing.LATE: "warn",
    Standing.SUSPENDED: "bad",
    Standing.EXIT_PROPOSED: "bad",
}


def may_look(request: HttpRequest) -> bool:
    """Say whether the reader may see who is late with how much anywhere."""
    return roles_of(request).any_of(READERS)


def ages() -> list[str]:
    """Return what each age is called, in days late."""
    starts = (0, *AGES)
    named = [
        _("%(first)s–%(last)s days") % {"first": first + 1 if first else 0, "last": last}
        for first, last in zip(starts, AGES, strict=False)
    ]
    return [*named, _("over %(last)s days") % {"last": AGES[-1]}]


class Arrears(ConsortiumPage):
    """What is late by level and age, with totals, a chart and the members behind it."""

    roles = READERS
    title = gettext_lazy("Arrears")
    template_name = "funding/arrears.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        consortium = self.consortium()
        on = clock.today(consortium)
        late = late_charges(consortium=consortium, on=on)
        units = sorted({each.unit for each in late}, key=lambda unit: unit != consortium.currency)
        unit = request.GET.get("unit") or next(iter(units), consortium.currency)
        here = [each for each in late if each.unit == unit]
        rows, named = board(here), names(consortium)
        level, age = request.GET.get("level", ""), request.GET.get("age", "")
        picked = [
            each
            for each in here
            if level in ("", str(each.position)) and age in ("", str(each.age))
        ]
        return self.page(
            consortium=consortium,
            on=words.day(on),
            unit=unit,
            units=units,
            ages=[{"number": str(n), "label": text} for n, text in enumerate(ages())],
            rows=[row_shown(row, named) for row in rows],
            totals=[row_shown(row, named) for row in sum_rows(rows)],
            chart=json.dumps(chart(rows)) if rows else "",
            options=json.dumps(BARS),
            lines=lines(picked, named),
            more=len(picked) - LINES,
            level=level,
            age=age,
        )


def names(consortium: Consortium) -> dict[str, str]:
    """Return what levels are called, by their codes, as the latest charter that has one says."""
    return {code: label(level.label) for (_pk, code), level in levels(consortium).items()}


def row_shown(row: Row, named: dict[str, str]) -> dict[str, Any]:
    cells = zip(row.amounts, row.counts, strict=True)
    return {
        "position": str(row.position),
        "label": named.get(row.level, row.level) or _("No level yet"),
        "cells": [
            {"amount": words.amount(amount, row.unit) if count else "", "count": count}
            for amount, count in cells
        ],
        "total": words.amount(row.total, row.unit),
        "count": row.count,
    }


def chart(rows: list[Row]) -> dict[str, Any]:
    (whole,) = sum_rows(rows)
    return {
        "labels": ages(),
        "datasets": [
            {
                "label": _("Late"),
                "data": [str(amount) for amount in whole.amounts],
                "backgroundColor": "var(--color-primary-500)",
                "borderRadius": 3,
            }
        ],
    }


def lines(late: Iterable[Late], named: dict[str, str]) -> list[dict[str, Any]]:
    """Return late charges, the largest age first, each with its member's page."""
    rows = sorted(late, key=lambda each: (-each.days, each.number))[:LINES]
    members = Member.objects.select_related("organization").in_bulk({each.member for each in rows})
    return [
        {
            "member": shown.link(members[each.member]),
            "charge": each,
            "level": named.get(each.level, each.level) or "—",
            "due": words.day(each.due_on),
            "amount": words.amount(each.amount, each.unit),
        }
        for each in rows
    ]


class Withheld(ConsortiumPage):
    """What cannot be taken back and waits since an outage, for the secretary to release."""

    roles = frozenset({Role.SECRETARY})
    title = gettext_lazy("Withheld after an outage")
    template_name = "funding/withheld.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        consortium = self.consortium()
        found = waiting(consortium=consortium, on=clock.today(consortium))
        since = consortium.withheld_since
        return self.page(
            consortium=consortium,
            since=words.day(since) if since else "",
            lines=[waiting_shown(each) for each in found],
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        consortium = self.consortium()
        on, by = clock.today(consortium), request.user
        if consortium.withheld_since is not None:
            release_withheld(consortium=consortium, by=by, on=on)  # type: ignore[arg-type]
        done = enforce(consortium=consortium, on=on)
        said = ngettext("Released; %(count)s step done.", "Released; %(count)s steps done.", done)
        messages.success(request, said % {"count": done})
        return HttpResponseRedirect(reverse("admin:index"))


def waiting_shown(item: Waiting) -> dict[str, Any]:
    rights = dict(RIGHTS)
    effect = item.effect.removeprefix("suspend_")
    return {
        "member": shown.link(item.step.member),
        "level": label(item.level.label),
        "on": words.day(item.step.on),
        "effect": _("Exit") if item.effect == EXIT else rights[effect],
        "settled": not item.called_for,
        "held": item.held,
    }


def standing_of(request: HttpRequest, member: Member) -> Box | None:
    """Return how a member stands, with amounts for those only who may see them."""
    here = roles_of(request)
    if not here.has(member.consortium, frozenset(STANDING_READERS)):
        return None
    today = clock.today(member.consortium)
    found = standing(consortium=member.consortium, on=today, members=[member.pk]).get(member.pk)
    if found is None:
        return None
    figures = here.has(member.consortium, READERS)
    rights = dict(RIGHTS)
    named = names(member.consortium)
    steps = DunningStep.objects.filter(member=member).select_related("charge")
    return Box(
        "funding/member_standing.html",
        {
            "state": shown.mark(dict(STANDINGS)[found.state.value], KINDS[found.state]),
            "days": found.days,
            "rights": [rights[right] for right in found.rights],
            "arrears": [words.amount(sum_, unit) for unit, sum_ in found.arrears.items()]
            if figures
            else [],
            "steps": [
                {
                    "link": shown.link(step, step.charge.number),
                    "level": named.get(step.level, step.level),
                    "on": words.day(step.on),
                }
                for step in steps.order_by("-on", "-pk")[:12]
            ]
            if figures
            else [],
        },
    )


additions.boxes[Member].append(standing_of)
