"""The desk: what waits for me, what is due, what was done by itself, and how it all stands."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from consortium import clock, words
from consortium.admin.standing import standing
from consortium.models import Consortium, MembershipTerm, Notice, ParkedItem
from consortium.reports.docket import docket
from consortium.reports.swept import done_by_sweeps, given_up
from consortium.reports.together import count, together
from consortium.states import Role

HORIZON = timedelta(days=30)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
MOST = 8
"""Parked items that the desk names; the list has all of them."""

BARS = {
    "responsive": True,
    "maintainAspectRatio": False,
    "animation": False,
    "maxBarThickness": 44,
    "plugins": {"legend": {"display": False}},
    "scales": {
        "x": {"grid": {"display": False}, "border": {"display": False}},
        "y": {
            "beginAtZero": True,
            "ticks": {"maxTicksLimit": 5, "precision": 0},
            "border": {"display": False},
        },
    },
}
"""How the desk's bar charts look, as chart.js reads it."""

LYING = BARS | {
    "indexAxis": "y",
    "scales": {
        "x": {"beginAtZero": True, "ticks": {"maxTicksLimit": 5, "precision": 0}},
        "y": {"grid": {"display": False}, "border": {"display": False}},
    },
}
"""The same with the bars lying, for labels that are names."""

admin.site.index_template = "consortium/desk.html"


@dataclass(frozen=True)
class Tile:
    """A figure with the list behind it."""

    label: str
    value: Any
    href: str
    kind: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Panel:
    """A box on the desk: figures and perhaps a chart (bars by label, standing or lying)."""

    title: str
    tiles: list[Tile] = field(default_factory=list)
    chart: dict[str, Any] = field(default_factory=dict)
    href: str = ""
    lying: bool = False

    @property
    def chart_json(self) -> str:
        return json.dumps(self.chart) if self.chart else ""

    @property
    def chart_options(self) -> str:
        return json.dumps(LYING if self.lying else BARS)


panels: list[Callable[[Consortium, Any, date], Iterable[Panel]]] = []
"""What higher apps show on the desk: `boxes(consortium, user, on)`, none to those not entitled."""


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Fill the admin's first page for the consortium one looks at."""
    here = standing(request)
    consortium = chosen(request, here.consortia)
    context |= {"consortia": here.consortia, "consortium": consortium, "title": _("Desk")}
    if consortium is None:
        return context
    on = clock.today(consortium)
    items = docket(consortium=consortium, user=here.user, on=on, until=on + HORIZON)
    counts = counted(request, consortium, on)
    return context | {
        "on": words.day(on),
        "groups": grouped(items, on),
        "waiting": waiting(items, on),
        "swept": swept(request, consortium, counts, on),
        "parked": parked(request, consortium) if counts.get("parked") else [],
        "tiles": tiles(consortium, counts, items, on),
        "panels": [panel for boxes in panels for panel in boxes(consortium, here.user, on)],
        "roles": role_names(request, consortium),
        "can_release": here.may("consortium.release_outbound", consortium),
        "consortium_href": reverse("admin:consortium_consortium_change", args=[consortium.pk]),
    }


def chosen(request: HttpRequest, consortia: list[Consortium]) -> Consortium | None:
    """Return the consortium asked for, or the one last looked at, or the first."""
    asked = request.GET.get("consortium") or request.session.get("desk")
    found = next((each for each in consortia if each.slug == asked), None)
    if found is not None and request.session.get("desk") != found.slug:
        request.session["desk"] = found.slug
    return found or next(iter(consortia), None)


def grouped(items: list[Any], on: date) -> list[dict[str, Any]]:
    """Return the docket in four groups, each item in words."""
    groups: dict[str, dict[str, Any]] = {
        "overdue": {"title": _("Overdue"), "kind": "bad"},
        "today": {"title": _("Today"), "kind": "warn"},
        "week": {"title": _("This week"), "kind": "note"},
        "later": {"title": _("Next 30 days"), "kind": ""},
    }
    for item in items:
        groups[group_of(item.due_on, on)].setdefault("entries", []).append(in_words(item))
    return [{"code": code, **group} for code, group in groups.items() if "entries" in group]


def in_words(item: Any) -> dict[str, Any]:
    return {
        "text": words.say(item.code, item.values),
        "due_on": words.day(item.due_on),
        "href": item.href if item.href.startswith("/admin/") else "",
        "mine": item.mine,
    }


def waiting(items: list[Any], on: date) -> list[dict[str, Any]]:
    """Return what waits for the reader, up to the end of the week."""
    return [in_words(item) for item in items if item.mine and item.due_on <= on + WEEK]


def counted(request: HttpRequest, consortium: Consortium, on: date) -> dict[str, Any]:
    """Return what the desk counts for the reader, what the sweeps did among it. One query."""
    here = standing(request)
    # Whoever has a desk sees every member, and a member has one term on a day.
    terms = MembershipTerm.objects.on(on).filter(member__consortium=consortium)
    asked: dict[str, Any] = {
        "members": count(terms),
        "swept": done_by_sweeps(consortium=consortium, on=on),
    }
    if here.has(consortium, frozenset({Role.SECRETARY, Role.FINANCE, Role.AUDITOR})):
        asked["parked"] = count(ParkedItem.objects.parked().filter(consortium=consortium))
    if here.has(consortium, frozenset({Role.SECRETARY})):
        asked["notices"] = count(Notice.objects.waiting().filter(consortium=consortium))
    return together(consortium, **asked)


def swept(
    request: HttpRequest, consortium: Consortium, counts: dict[str, Any], on: date
) -> list[dict[str, Any]]:
    """Return what the sweeps did yesterday and today, linked for who reads the audit chain."""
    reads = standing(request).has(consortium, frozenset({Role.SECRETARY, Role.AUDITOR}))
    events = reverse("admin:consortium_auditevent_changelist")
    where = f"?consortium__id__exact={consortium.pk}&on__gte={on - DAY}&action="
    return [
        {
            "text": words.say(f"did_{each['action']}", {}),
            "count": each["times"],
            "href": f"{events}{where}{each['action']}" if reads else "",
        }
        for each in counts["swept"]
    ]


def parked(request: HttpRequest, consortium: Consortium) -> list[dict[str, Any]]:
    """Return the last of what the sweeps have given up on, each with its reason."""
    here = standing(request)
    found = given_up(consortium=consortium, user=here.user, on=here.today, most=MOST)
    return [
        {
            "since": words.day(each.since),
            "text": f"{each.sweep} · {each.key}",
            "why": words.say(each.reason, each.values),
            "href": reverse("admin:consortium_parkeditem_change", args=[each.pk]),
        }
        for each in found
    ]


def group_of(due_on: date, on: date) -> str:
    if due_on < on:
        return "overdue"
    if due_on == on:
        return "today"
    return "week" if due_on <= on + WEEK else "later"


def tiles(consortium: Consortium, counts: dict[str, Any], items: list[Any], on: date) -> list[Tile]:
    """Return the desk's first row: counts, each linked to its list."""
    mine = [item for item in items if item.mine and item.due_on <= on + WEEK]
    soon = [item for item in items if on <= item.due_on <= on + WEEK]
    overdue = [item for item in items if item.due_on < on]
    only = f"?consortium__id__exact={consortium.pk}"
    found = [
        Tile(_("Overdue"), len(overdue), *("#overdue", "bad") if overdue else ("#docket",)),
        Tile(_("Due this week"), len(soon), "#docket"),
        Tile(_("Waits for you"), len(mine), *("#waiting", "warn") if mine else ("#docket",)),
        Tile(
            _("Members today"),
            counts["members"],
            reverse("admin:consortium_member_changelist") + only + "&standing=current",
        ),
    ]
    if "parked" in counts:
        href = reverse("admin:consortium_parkeditem_changelist") + only
        kind = "bad" if counts["parked"] else ""
        found.append(Tile(_("Parked items"), counts["parked"], href, kind))
    if "notices" in counts:
        found.append(outbound(consortium, counts["notices"], only))
    return found


def outbound(consortium: Consortium, waiting: int, only: str) -> Tile:
    return Tile(
        _("Notices waiting"),
        waiting,
        reverse("admin:consortium_notice_changelist") + only,
        "warn" if consortium.outbound_held and waiting else "",
        _("outbound mail on hold") if consortium.outbound_held else _("outbound mail released"),
    )


def role_names(request: HttpRequest, consortium: Consortium) -> str:
    """Return what the reader is in this consortium."""
    here = standing(request)
    if here.everywhere:
        return _("Platform administrator")
    held = here.held.get(consortium.pk, set())
    return ", ".join(str(Role(role).label) for role in sorted(held))
