"""How an amount came about, in the reader's language."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from consortium import words
from consortium.errors import DomainError, Several
from funding.reports.books import Heading
from funding.reports.entries import Party
from funding.rules.dues import Levy
from funding.rules.engine import Step
from funding.rules.figures import Figure, Foreign
from funding.rules.inputs import ChoiceInput


def label(text: Any) -> str:
    """Return a document's bilingual words in the reader's language."""
    return str(text.pick(get_language() or "en"))


def called(party: Party) -> str:
    """Return an organization's name in the reader's language, or the one there is."""
    return words.inside({"en": party.name_en, "zh": party.name_zh})


def account_name(heading: Heading) -> str:
    """Return what an account of the chart is called: by its consortium, or else by us."""
    own = words.inside({"en": heading.name_en, "zh": heading.name_zh})
    return own or str(heading.kind.label)


def percent(rate: Decimal) -> str:
    return f"{words.amount((rate * 100).normalize() + 0)}%"


def input_label(name: str, levy: Levy) -> str:
    """Return what an input is called, in the charter's words or in ours."""
    asked = levy.inputs.get(name) or levy.derived.get(name)
    if asked is not None:
        return label(asked.label)
    if name == "reference" and levy.reference is not None:
        return label(levy.reference.label)
    supplied = {
        "membership_year": _("year of membership"),
        "joined_month": _("month of joining"),
        "joined_half": _("half of joining"),
        "member_months": _("months of membership"),
        "category": _("category"),
        "overdue": _("overdue amount"),
        "days_late": _("days late"),
        "overdue_days": _("open amounts added up day by day"),
        "amount": _("amount charged for"),
    }
    return supplied.get(name, name)


def given(name: str, value: str | bool | None, levy: Levy) -> str:
    """Return an input's value in words."""
    if value is None:
        return _("not declared")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    domain = levy.scope[name]
    if domain.numeric:
        figure = Decimal(value)
        return words.amount(figure, levy.unit) if domain.money else words.amount(figure)
    asked = levy.inputs.get(name)
    return label(asked.choices[value]) if isinstance(asked, ChoiceInput) else value


def figure(name: str, value: Figure, levy: Levy) -> str:
    """Return a declared figure in words: an amount with its currency, a choice by its label."""
    if isinstance(value, Foreign):
        return words.amount(value.amount, value.unit)
    if isinstance(value, Decimal):
        money = levy.scope[name].money if name in levy.scope else False
        return words.amount(value, levy.unit_of(name)) if money else words.amount(value)
    return given(name, value, levy)


def figures(values: dict[str, Any], levy: Levy) -> str:
    """Return the inputs a term looked at, each with its value."""
    looked = values.get("table") or {values["slices"]: values["input"]}
    said = [
        f"{input_label(name, levy)}: {given(name, each, levy)}" for name, each in looked.items()
    ]
    return ", ".join(said)


def step(step: Step, levy: Levy) -> str:
    """Return one line of an explanation: what the line of the rule says and did."""
    values, unit = step.values, levy.unit
    if step.code == "derive":
        asked = {"input": input_label(values["of"], levy)}
        return _("%(input)s: %(figure)s") % {
            **asked, "figure": given(values["of"], values["value"], levy)}  # fmt: skip
    if step.code == "convert":
        return converted(values, levy)
    if step.code == "not_liable":
        return _("not owed in this period any more")
    if step.code == "prorate":
        return prorated(values, levy)
    number = Decimal(values["value"])
    value = words.amount(abs(number), "" if step.code == "times" else unit)
    if step.code == "add" and "rate" in values:
        return rate(values, levy)
    added = _("minus %(value)s") if number < 0 else _("plus %(value)s")
    templates = {
        "add": (added, added),
        "times": (_("times %(value)s"), _("times %(value)s")),
        "at_least": (
            _("raised to the floor of %(value)s"),
            _("not below the floor of %(value)s"),
        ),
        "at_most": (_("lowered to the cap of %(value)s"), _("not above the cap of %(value)s")),
        "round": (_("rounded to %(value)s"), _("already a multiple of %(value)s")),
    }
    applied, not_applied = templates[step.code]
    said = (applied if values["applied"] else not_applied) % {"value": value}
    if step.code == "times" and "rate" in values:
        return f"{said} ({multiplier(values, levy)})"
    return f"{said} ({figures(values, levy)})" if {"table", "slices"} & set(values) else said


def multiplier(values: dict[str, Any], levy: Levy) -> str:
    """Return the figure that an amount is multiplied by, or by a part of."""
    said = {
        "rate": words.amount(Decimal(values["rate"])),
        "input": input_label(values["of"], levy),
        "figure": given(values["of"], values["input"], levy),
    }
    return _("%(rate)s × %(input)s, %(figure)s") % said


def rate(values: dict[str, Any], levy: Levy) -> str:
    """Return a rate of an input in words: a percentage of money, an amount per piece."""
    name, per = values["of"], Decimal(values["rate"])
    said = {
        "rate": percent(per),
        "input": input_label(name, levy),
        "figure": given(name, values["input"], levy),
    }
    if levy.scope[name].money:
        return _("%(rate)s of %(input)s (%(figure)s)") % said
    said["rate"] = words.amount(per, levy.unit)
    return _("%(rate)s × %(input)s (%(figure)s)") % said


def converted(values: dict[str, Any], levy: Levy) -> str:
    """Return how a figure in another currency became one in the levy's."""
    said = {
        "input": input_label(values["of"], levy),
        "amount": words.amount(Decimal(values["amount"]), values["unit"]),
        "rate": words.amount(Decimal(values["rate"])),
        "figure": words.amount(Decimal(values["value"]), levy.unit),
        "on": words.stored_day(values["on"]),
        "source": label(levy.exchange.label) if levy.exchange else "",
    }
    return _("%(input)s: %(amount)s × %(rate)s = %(figure)s (%(source)s, %(on)s)") % said


def prorated(values: dict[str, Any], levy: Levy) -> str:
    """Return a part of a whole in words: 7 of 12."""
    if "out_of" not in values:
        return _("pro rata (%(figures)s)") % {"figures": figures(values, levy)}
    parts = {name: words.amount(Decimal(values[name])) for name in ("part", "out_of")}
    said = _("pro rata, %(part)s of %(out_of)s") % parts
    return f"{said} ({input_label(values['of'], levy)})" if "of" in values else said


def explanation(steps: Iterable[Step], levy: Levy) -> list[dict[str, str]]:
    """Return the lines of an explanation, each with its label and the amount after it."""
    return [
        {
            "label": line_label(each, levy),
            "amount": format(each.amount, "f"),
        }
        for each in steps
    ]


def line_label(each: Step, levy: Levy) -> str:
    """Return a line's own words from the charter, if it has any, with what it did."""
    number = each.values["line"]
    own = levy.rule[number - 1].label if number else None
    said = step(each, levy)
    return f"{label(own)}: {said}" if own is not None else said


def refusal(error: DomainError, levy: Levy) -> str:
    """Return why figures are refused, with inputs, lines and choices by the charter's words."""
    if isinstance(error, Several):
        return "\n".join(refusal(each, levy) for each in error.errors)
    name, _dot, line = str(error.values.get("input", "")).partition(".")
    if not name:
        return words.explain(error)
    asked = levy.inputs.get(name)
    lines = {each.code: label(each.label) for each in asked.lines} if asked else {}
    named: dict[str, Any] = {"input": lines.get(line, input_label(name, levy))}
    if "lines" in error.values:
        named["lines"] = [lines.get(code, code) for code in error.values["lines"]]
    if isinstance(asked, ChoiceInput) and "choices" in error.values:
        named["choices"] = [label(text) for text in asked.choices.values()]
    return words.say(error.code, {**error.values, **named})
