"""Codes and values of projects as words in the reader's language."""

from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from consortium import words
from projects.models import Call
from projects.reports.terms import criteria_of, rule_label
from projects.rules.changes import Change
from projects.rules.choices import Measure
from projects.rules.eligibility import Finding
from projects.rules.ranking import STANDS, Reach
from projects.states import MEASURES

REACHES = {
    Reach.WITHIN: pgettext_lazy("budget", "Within the budget"),
    Reach.STILL_FITS: pgettext_lazy("budget", "Still fits"),
    Reach.TIED: pgettext_lazy("budget", "Tied at the line"),
    Reach.OVER: pgettext_lazy("budget", "Over the budget"),
}


def said(text: Any) -> str:
    """Return a document's bilingual words in the reader's language."""
    return str(text.pick(get_language() or "en"))


def reach(code: Reach | None) -> str:
    return str(REACHES[code]) if code else "—"


def criterion(call: Call, code: str) -> str:
    """Return a criterion's label, or its code where the call no longer has it."""
    found = next((each for each in criteria_of(call) if each.code == code), None)
    return said(found.label) if found else code


def tie(call: Call, code: str | None) -> str:
    """Return what broke a tie, or that it stands; nothing where there was none."""
    if code is None:
        return ""
    if code == STANDS:
        return _("The tie stands.")
    return _("The tie was broken by: %(criterion)s") % {"criterion": criterion(call, code)}


def finding(call: Call, found: Finding) -> str:
    """Return in a sentence which rule a proposal does not meet, and by how much."""
    values = {
        "rule": said(rule_label(call, found.code)),
        "measure": dict(MEASURES)[found.measure.value],
        "value": number(found.measure, found.value),
        "at_least": number(found.measure, found.at_least),
        "at_most": number(found.measure, found.at_most),
    }
    if found.value is None:
        return _("%(rule)s: not met") % values
    if found.at_least is not None and found.value < found.at_least:
        return _("%(rule)s: %(measure)s %(value)s, at least %(at_least)s") % values
    return _("%(rule)s: %(measure)s %(value)s, at most %(at_most)s") % values


SHARES = (Measure.LARGEST_COST_SHARE, Measure.ENTERPRISE_COST_SHARE, Measure.OWN_MONEY_SHARE)


def number(measure: Measure, value: Decimal | None) -> str:
    if value is None:
        return "—"
    if measure in SHARES:
        return f"{words.amount(round(value * 100, 2))}%"
    return words.amount(value)


def field_names() -> dict[str, str]:
    return {
        "months": _("months"),
        "title": _("title"),
        "starts": _("first month"),
        "ends": _("end month (exclusive)"),
        "responsible": _("responsible"),
        "site": _("site"),
        "facility": _("facility"),
        "part": _("part"),
        "effort": _("effort"),
        "after": _("comes after"),
        "tasks": _("tasks"),
        "due": _("due at the end of month"),
        "package": _("work package"),
    }


def kind_names() -> dict[str, str]:
    return {
        "plan": _("Plan"),
        "packages": _("Work package"),
        "milestones": _("Milestone"),
        "deliverables": _("Deliverable"),
    }


def change(found: Change, known: dict[str, str]) -> tuple[str, str, str, str]:
    """Return a difference of two plans: what, which field, before, after.

    `known`: names of organizations and facilities by address.
    """
    what = f"{kind_names()[found.kind]} {found.code}".strip()
    name = field_names().get(found.field, found.field) if found.field else ""
    return what, name, value(found.old, known), value(found.new, known)


def value(given: Any, known: dict[str, str]) -> str:
    match given:
        case dict():
            return ", ".join(f"{value(key, known)}: {value(each, known)}"
                             for key, each in given.items()) or "—"  # fmt: skip
        case tuple():
            return ", ".join(value(each, known) for each in given) or "—"
        case str():
            return known.get(given, str(given))
    if hasattr(given, "code") and hasattr(given, "title"):
        return f"{given.code} {said(given.title)}"
    return words.inside(given)
