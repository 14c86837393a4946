"""Words for what plans and charters say of projects, in the reader's language."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from consortium import words
from projects.rules.changes import Change


def said(text: Any) -> str:
    """Return a document's bilingual words in the reader's language."""
    return str(text.pick(get_language() or "en"))


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
