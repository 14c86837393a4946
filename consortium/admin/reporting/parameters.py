"""What a kind of report is asked with, as fields of a form; only the chosen kind's are shown."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from django import forms
from django.http import HttpRequest

from consortium import registry
from consortium.admin.standing import standing
from consortium.registry import ReportKind
from consortium.rules.parameters import stored, typed

PREFIX = "parameter"


def kinds_for(request: HttpRequest) -> list[ReportKind]:
    """Return the kinds of report that the reader may read somewhere, by their names."""
    here = standing(request)
    found = [kind for kind in registry.report_kinds.all() if here.any_of(frozenset(kind.readers))]  # type: ignore[arg-type]
    return sorted(found, key=lambda kind: str(kind.label))


def all_kinds() -> list[ReportKind]:
    return sorted(registry.report_kinds.all(), key=lambda kind: str(kind.label))


def choices_of(kinds: Iterable[ReportKind]) -> list[tuple[str, Any]]:
    return [(kind.code, kind.label) for kind in kinds]


def fields_of(kind: ReportKind, given: Mapping[str, Any] | None = None) -> dict[str, forms.Field]:
    """Return a field for each parameter, filled with what is given or the default."""
    found = {}
    schema: Any = kind.parameters
    for name, info in schema.model_fields.items():
        default = None if info.is_required() else info.get_default(call_default_factory=True)
        initial = (given or {}).get(name, default)
        label = f"{kind.label}: {kind.labels.get(name, name)}"
        found[field_name(kind, name)] = field_for(info.annotation, label, initial)
    return found


def field_name(kind: ReportKind, name: str) -> str:
    return f"{PREFIX}-{kind.code}-{name}"


def field_for(annotation: Any, label: str, initial: Any) -> forms.Field:
    """Return the field that suits a type: a switch, a choice, or a line of text."""
    if annotation is bool:
        return forms.BooleanField(label=label, initial=initial, required=False)
    if get_origin(annotation) is Literal:
        choices = [(str(each), str(each)) for each in get_args(annotation)]
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        choices = [(str(each.value), getattr(each, "label", each.value)) for each in annotation]
    else:
        return forms.CharField(label=label, initial=initial, required=False, max_length=200)
    first = initial.value if isinstance(initial, Enum) else initial
    return forms.ChoiceField(label=label, choices=choices, initial=first, required=False)


def read(kind: ReportKind, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a kind as they were typed. Raises InvalidDocument."""
    schema: Any = kind.parameters
    texts = {}
    for name in schema.model_fields:
        value = cleaned.get(field_name(kind, name))
        if isinstance(value, bool):
            texts[name] = str(value).lower()
        elif value not in (None, ""):
            texts[name] = str(value)
    return stored(typed(schema, texts))
