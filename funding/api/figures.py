"""Figures of every kind as JSON has them: as they are sent, and as they are shown."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from consortium.api.fields import WRITTEN, AmountField, amount
from consortium.rules.schema import plain
from funding import words
from funding.models import DeclaredFigure
from funding.rules.choices import InputKind
from funding.rules.dues import Levy
from funding.rules.figures import Declared, Foreign, Lines
from funding.rules.inputs import ChoiceInput, Input, MoneyInput
from funding.rules.outcome import Stored

NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
CURRENCY = re.compile(r"[A-Z]{3}")
KINDS = [(each.value, each.name) for each in InputKind]
LONGEST = 50
"""Characters of a name in a charter."""

NUMBER = {"type": "string", "pattern": f"^{WRITTEN.pattern}$"}
UNIT = {"type": "string", "pattern": f"^{CURRENCY.pattern}$"}
FIGURE: dict[str, Any] = {
    "nullable": True,
    "description": (
        "A number as text; a choice by its code; true or false; null where it is not declared."
        " An amount in another currency that the charter takes, and a figure that it asks for"
        " in lines, as an object; each line without its sign."
    ),
    "oneOf": [
        NUMBER,
        {"type": "string", "pattern": f"^{NAME.pattern}$"},
        {"type": "boolean"},
        {
            "type": "object",
            "properties": {"amount": NUMBER, "currency": UNIT},
            "required": ["amount", "currency"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {
                "lines": {"type": "object", "additionalProperties": NUMBER, "minProperties": 1},
                "currency": UNIT,
            },
            "required": ["lines"],
            "additionalProperties": False,
        },
    ],
}
STORED: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {
        "nullable": True,
        "oneOf": [
            {"type": "string"},
            {"type": "boolean"},
            {
                "type": "object",
                "properties": {"amount": NUMBER, "currency": {"type": "string"}},
                "required": ["amount", "currency"],
            },
        ],
    },
}


class FigureField(serializers.Field[Any, Any, Any, Any]):
    """One figure; whether the levy asks for this kind is for the operation to say."""

    default_error_messages = {
        "not_text": _("Write a number as text: digits and a decimal point, such as “1.50”."),
        "not_a_figure": _(
            "Write a number as text (“1.50”), a choice by its code, true or false, null if it is"
            " not declared, or an object with “amount” and “currency”, or with “lines”."
        ),
        "not_a_currency": _("Write a currency as three letters, such as “USD”."),
        "no_lines": _("Write an object with an amount for the code of each line."),
    }

    def __init__(self) -> None:
        super().__init__(allow_null=True)

    def to_internal_value(self, data: Any) -> Declared:
        match data:
            case bool():
                return data
            case int() | float():
                self.fail("not_text")
            case str():
                return data if NAME.fullmatch(data) else number(data)
            case {"amount": value, "currency": unit} if len(data) == 2:
                given = parts(amount=partial(number, value), currency=partial(self.currency, unit))
                return Foreign(given["amount"], given["currency"])
            case {"lines": lines} if data.keys() <= {"lines", "currency"}:
                read: dict[str, Callable[[], Any]] = {"lines": partial(self.lines, lines)}
                if "currency" in data:
                    read["currency"] = partial(self.currency, data["currency"])
                given = parts(**read)
                return Lines(given["lines"], given.get("currency", ""))
        return self.fail("not_a_figure")

    def currency(self, data: Any) -> str:
        if not isinstance(data, str) or not CURRENCY.fullmatch(data):
            self.fail("not_a_currency")
        return data

    def lines(self, data: Any) -> dict[str, Decimal]:
        if not isinstance(data, Mapping) or not data or any(len(name) > LONGEST for name in data):
            self.fail("no_lines")
        return parts(**{name: partial(number, value) for name, value in data.items()})


def number(data: Any) -> Decimal:
    value: Decimal = AmountField().run_validation(data)
    return value


def parts(**read: Callable[[], Any]) -> dict[str, Any]:
    """Return what each part reads as. Raises ValidationError with the path of every wrong one."""
    found, wrong = {}, {}
    for name, each in read.items():
        try:
            found[name] = each()
        except serializers.ValidationError as error:
            wrong[name] = error.detail
    if wrong:
        raise serializers.ValidationError(wrong)
    return found


@extend_schema_field({"type": "object", "additionalProperties": FIGURE})
class FiguresField(serializers.DictField):
    """Figures by input name; in a form with a scan the same object as JSON text."""

    child = FigureField()
    default_error_messages = {"not_a_name": _("There is no such figure.")}

    def get_value(self, dictionary: Any) -> Any:
        if hasattr(dictionary, "getlist"):
            return dictionary.get(self.field_name, serializers.empty)
        return super().get_value(dictionary)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str):
            try:
                data = json.loads(data)
            except (ValueError, RecursionError):
                self.fail("not_a_dict", input_type="str")
        if isinstance(data, dict) and any(len(name) > LONGEST or "\0" in name for name in data):
            self.fail("not_a_name")
        return super().to_internal_value(data)


class FigureLineSerializer(serializers.Serializer[Any]):
    """A line of a figure, as written; `minus`: it is taken off."""

    line = serializers.SlugField()
    label = serializers.CharField()  # type: ignore[assignment]
    minus = serializers.BooleanField()
    value = serializers.CharField()


class FigureSerializer(serializers.Serializer[Any]):
    """One figure asked for, as it was declared: all null where it was not.

    A number has a `value`, which is the sum of its `lines` where it came in lines.
    """

    input = serializers.SlugField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=KINDS, allow_null=True)
    value = serializers.CharField(allow_null=True)
    unit = serializers.CharField(help_text="Of an amount of money; else empty.")
    lines = FigureLineSerializer(many=True)
    choice = serializers.SlugField(allow_null=True)
    choice_label = serializers.CharField(allow_null=True)
    answer = serializers.BooleanField(allow_null=True)


def shown(figures: Iterable[DeclaredFigure], levy: Levy | None) -> list[dict[str, Any]]:
    """Return a declaration's figures in the charter's order; what it no longer asks for last."""
    rows: dict[str, list[DeclaredFigure]] = defaultdict(list)
    for each in sorted(figures, key=lambda figure: figure.pk):
        rows[each.input].append(each)
    asked = levy.inputs if levy else {}
    names = [*asked, *sorted(rows.keys() - asked.keys())]
    return [shown_figure(name, asked.get(name), rows[name], levy) for name in names]


def shown_figure(
    name: str, asked: Input | None, rows: list[DeclaredFigure], levy: Levy | None
) -> dict[str, Any]:
    """Return a figure from its rows: none, one, or one for each line."""
    first = rows[0] if rows else DeclaredFigure()
    unit = first.unit or unit_of(levy, name)
    values = [row.value for row in rows if row.value is not None]
    choices = asked.choices if isinstance(asked, ChoiceInput) else {}
    chosen = choices.get(first.choice)
    return {
        "input": name,
        "label": words.label(asked.label) if asked else name,
        "kind": asked.kind if asked else None,
        "value": written(sum(values, start=Decimal(0)), unit) if values else None,
        "unit": unit,
        "lines": [shown_line(row, asked, unit) for row in rows if row.line],
        "choice": first.choice or None,
        "choice_label": words.label(chosen) if chosen else first.choice or None,
        "answer": first.answer,
    }


def shown_line(row: DeclaredFigure, asked: Input | None, unit: str) -> dict[str, Any]:
    lines = {each.code: each for each in asked.lines} if asked else {}
    line, value = lines.get(row.line), row.value or Decimal(0)
    minus = line.minus if line else value < 0
    return {
        "line": row.line,
        "label": words.label(line.label) if line else row.line,
        "minus": minus,
        "value": written(-value if minus else value, unit),
    }


def unit_of(levy: Levy | None, name: str) -> str:
    """Return the unit of an input where it is an amount of money, else nothing."""
    if levy is None or not isinstance(levy.inputs.get(name), MoneyInput):
        return ""
    return levy.unit_of(name)


def written(value: Decimal, unit: str) -> str:
    """Return a number in its unit's decimals, or without superfluous ones where it has none."""
    return amount(value, unit) if unit else plain(value.normalize() + 0)


def sent(inputs: Mapping[str, Stored]) -> dict[str, Any]:
    """Return stored inputs as the interface writes figures."""
    return {name: sent_one(value) for name, value in inputs.items()}


def sent_one(value: Stored) -> Any:
    if isinstance(value, dict):
        return {"amount": short(value["amount"]), "currency": value["unit"]}
    return short(value) if isinstance(value, str) and WRITTEN.fullmatch(value) else value


def short(number: str) -> str:
    """Return a number without the zeros that only a column's width adds."""
    return number.rstrip("0").rstrip(".") if "." in number else number
