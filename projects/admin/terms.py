"""A call's terms as a form: tables with a row a line, there and back."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.admin.lines import TableField

NAMED = ("code", "en", "zh")
CRITERION = (*NAMED, "weight", "top", "threshold")
REQUIREMENT = (*NAMED, "measure", "at_least", "at_most", "level")
TABLES = {
    "themes": NAMED,
    "categories": NAMED,
    "fields": NAMED,
    "criteria": CRITERION,
    "requirements": REQUIREMENT,
}
LINES = _("A line each: code | English | 中文")


class TermsForm(forms.Form):
    """The fields of a call's terms."""

    themes = TableField(*NAMED, required_columns=2, label=_("topics"), help_text=LINES)
    categories = TableField(
        *NAMED, required_columns=2, label=_("budget categories"), help_text=LINES
    )
    answers = TableField(
        *NAMED, required_columns=2, label=_("what a proposal answers"), help_text=LINES
    )
    criteria = TableField(
        *CRITERION,
        required_columns=4,
        label=_("criteria, where not the charter’s"),
        help_text=_("A line each: code | English | 中文 | weight | top score | threshold"),
    )
    requirements = TableField(
        *REQUIREMENT,
        required_columns=5,
        label=_("requirements besides the charter’s"),
        help_text=_(
            "A line each: code | English | 中文 | measure | at least | at most | hard or warning."
        ),
    )
    most_months = forms.IntegerField(
        label=_("months at most"), required=False, min_value=1, max_value=240
    )


def terms_of(cleaned: Mapping[str, Any], *, stages: int) -> dict[str, Any]:
    """Return a call's terms from a cleaned form; what is empty is left out."""
    found: dict[str, Any] = {
        name: [entry(row) for row in cleaned[field_of(name)]] for name in TABLES
    }
    found = {name: rows for name, rows in found.items() if rows}
    if cleaned["most_months"]:
        found["most_months"] = cleaned["most_months"]
    return found | ({"stages": stages} if stages != 1 else {})


def entry(row: Mapping[str, str]) -> dict[str, Any]:
    """Return one row of a table as the document has it."""
    given = {name: value for name, value in row.items() if value}
    label = {each: given.pop(each) for each in ("en", "zh") if each in given}
    top = given.get("top", "")
    number = {"top": int(top)} if top.isdecimal() and len(top) < 4 else {}
    return {**given, "label": label, **number}


def initial_of(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form shows for a call's terms."""
    found = {
        field_of(name): lines(terms.get(name, ()), columns) for name, columns in TABLES.items()
    }
    return {**found, "most_months": terms.get("most_months")}


def lines(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...]) -> str:
    return "\n".join(
        " | ".join(str(row.get("label", {}).get(each, row.get(each, ""))) for each in columns)
        for row in rows
    )


def field_of(name: str) -> str:
    """Return the form's own name of a table: a form has `fields` already."""
    return "answers" if name == "fields" else name
