"""What the page of a study shows: sums, two charts, and the members one by one."""

import json
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortium import words
from consortium.periods import add_months
from funding.papers.whatif import Speaker
from funding.reports.study import Pair, Scope, Study
from funding.reports.tally import CLASSES, GONE, NEW, SAME, Result, Sums, Tally
from funding.reports.whatif import Line
from funding.rules.calendar import periods_between
from funding.rules.triggers import DAY, PeriodTrigger
from funding.words import called

PERIOD = "period_"
"""What the name of a field begins with that says which period of a levy to look at."""


def content(study: Study, scope: Scope, result: Result) -> dict[str, Any]:
    """Return what the page shows of a study in one scope."""
    speaker, tally = Speaker(study), result.tallies[scope.key]
    return {
        "scope": scope,
        "scopes": [(each, speaker.scope(each)) for each in study.scopes],
        "pairs": [
            pair_shown(study, speaker, pair) | {"count": result.tallies[each.key].count}
            for each in study.scopes
            if each.code
            for pair in each.pairs
        ],
        "facts": facts(scope, tally),
        "tally": tally,
        "categories": [
            (speaker.category(code), *sums(each, scope.unit))
            for code, each in sorted(tally.categories.items())
        ],
        "total": sums(tally, scope.unit),
        "by_category": by_category(speaker, tally),
        "by_change": by_change(tally),
        "options": options(),
        "lines": [line_shown(speaker, line) for line in result.lines[scope.key]],
        "left_out": result.left_out(scope),
        "on_joining": ", ".join(words.inside(each.label) for each in study.on_joining),
        "levied": ", ".join(
            sorted({speaker.category(c) for pair in scope.pairs for c in pair.side.levy.categories})
        ),
    }


def pair_shown(study: Study, speaker: Speaker, pair: Pair) -> dict[str, Any]:
    """Return a levy's two sides, and the periods that may be looked at instead.

    Of a levy that the document has in another unit, the period is the document's to choose.
    """
    side = pair.side
    chosen = pair.then is not None or side.levy.code not in study.levied
    trigger, starts_on = side.levy.trigger, side.period.starts_on
    offered = [side.period]
    if isinstance(trigger, PeriodTrigger):
        first, last = (add_months(starts_on, each * trigger.months) for each in (-3, 1))
        offered = periods_between(side.levy, first, last + DAY)
    return {
        "label": words.inside(side.levy.label),
        "name": f"{PERIOD}{side.levy.code}" if chosen else "",
        "now": speaker.side(pair.now),
        "then": speaker.side(pair.then),
        "periods": [
            (each.starts_on.isoformat(), words.period(*each), each.starts_on == starts_on)
            for each in offered
        ],
    }


def facts(scope: Scope, tally: Tally) -> list[tuple[str, str, str]]:
    """Return what the scope comes to: what, how much, and what that is made of."""
    unit = scope.unit
    bounds = {"floor": tally.at_floor, "cap": tally.at_cap}
    decided = _("floor: %(floor)s · cap: %(cap)s") % bounds if scope.code else ""
    return [
        (_("As things stand"), words.amount(tally.now, unit), members(tally.count)),
        (_("Under the document"), words.amount(tally.then, unit), decided),
        (_("Difference"), signed(tally.difference, unit), _("of those with both amounts")),
        (_("Pay more"), members(tally.more), signed(tally.added, unit)),
        (_("Pay less"), members(tally.less), signed(-tally.saved, unit)),
        (_("Pay the same"), members(tally.same), ""),
        (_("Cannot be computed"), members(tally.refused + tally.unknown), ""),
    ]


def members(count: int) -> str:
    return ngettext("%(count)s member", "%(count)s members", count) % {"count": count}


def signed(value: Any, unit: str) -> str:
    return f"{'+' if value > 0 else ''}{words.amount(value, unit)}"


def sums(each: Sums, unit: str) -> tuple[int, str, str]:
    return each.count, words.amount(each.now, unit), words.amount(each.then, unit)


def line_shown(speaker: Speaker, line: Line) -> dict[str, Any]:
    unit, change = line.scope.unit, line.difference

    def amount(value: Any) -> str:
        return "—" if value is None else words.amount(value, unit)

    return {
        "pk": line.entry.member,
        "member": called(line.entry.party),
        "category": speaker.category(line.category),
        "now": amount(line.now.amount),
        "rests": speaker.basis(line.now),
        "then": amount(line.then.amount),
        "difference": "—" if change is None else signed(change, unit),
        "kind": "" if not change else "more" if change > 0 else "less",
        "sources": speaker.sources(line),
        "reason": speaker.reason(line),
        "refused": change is None,
    }


def by_category(speaker: Speaker, tally: Tally) -> str:
    """Return both totals of each category as the bars of a chart."""
    found = sorted(tally.categories.items())
    return chart(
        [speaker.category(code) for code, _sums in found],
        (_("As things stand"), "var(--color-base-400)", [str(each.now) for _c, each in found]),
        (
            _("Under the document"),
            "var(--color-primary-500)",
            [str(each.then) for _c, each in found],
        ),
    )


def by_change(tally: Tally) -> str:
    """Return how many members are in each class of change as the bars of a chart."""
    counts = [str(tally.changes.get(each, 0)) for each in CLASSES]
    names = [class_said(each) for each in CLASSES]
    return chart(names, (_("Members"), "var(--color-primary-500)", counts))


def class_said(name: str) -> str:
    fixed = {GONE: _("no more"), SAME: _("the same"), NEW: _("new")}
    if name in fixed:
        return fixed[name]
    low, high = (f"{Decimal(edge) * 100:+.0f}" if edge else "" for edge in name.split(".."))
    said = f"{low}…{high}" if low and high else f"< {high}" if high else f"> {low}"
    return said.replace("+0", "0") + "%"


def chart(labels: list[str], *series: tuple[str, str, list[str]]) -> str:
    datasets = [
        {"label": label, "data": data, "backgroundColor": colour, "borderRadius": 3}
        for label, colour, data in series
    ]
    return json.dumps({"labels": labels, "datasets": datasets})


def options() -> str:
    """Return how the charts are drawn, with numbers as the reader writes them."""
    return json.dumps({
        "animation": False,
        "maintainAspectRatio": False,
        "maxBarThickness": 44,
        "locale": words.locale().language,
        "plugins": {"legend": {"display": True, "align": "start"}},
        "scales": {
            "x": {"grid": {"display": False}, "border": {"display": False}},
            "y": {"beginAtZero": True, "ticks": {"maxTicksLimit": 5, "precision": 0},
                  "border": {"display": False}},
        },
    })  # fmt: skip
