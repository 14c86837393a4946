"""Filters of lists: an allow-list per view, references only to visible rows."""

import re
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from rest_framework.filters import BaseFilterBackend

from consortium import clock
from consortium.api.problems import UnknownParameter
from consortium.models import Consortium


class DayInput(forms.DateField):
    """A day in ISO 8601, in the years 1900 to 2199."""

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not (
            re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value), re.ASCII) and 1900 <= day.year < 2200
        ):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class Day(filters.DateFilter):
    """Rows by a day."""

    field_class = DayInput


class InForceOn(Day):
    """Rows in force on a day."""

    def filter(self, queryset: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        return queryset.on(value) if value else queryset  # type: ignore[attr-defined]


class Visible:
    """Rows that belong to another one; 404 when there is none to be seen."""

    attribute: str
    target: Any

    def __init__(self, *, model: Any, **kwargs: Any) -> None:
        self.target = model
        super().__init__(**kwargs)

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if not value:
            return queryset
        return self.narrowed(queryset, self.visible_row(value))

    def narrowed(self: Any, queryset: QuerySet[Any], row: Any) -> QuerySet[Any]:
        return queryset.filter(**{self.field_name: row})

    def visible_row(self: Any, value: Any) -> Any:
        visible = self.target.objects.visible_to(self.parent.request.user, clock.today())
        row = visible.filter(**{self.attribute: value}).first()
        if row is None:
            raise Http404
        return row


class Row(Visible, filters.UUIDFilter):
    """Rows that belong to another one, by its `uid`."""

    attribute = "uid"


class OfConsortium(Visible, filters.CharFilter):
    """Rows of one consortium, by its slug."""

    attribute = "slug"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(model=Consortium, max_length=60, **kwargs)


class Search(filters.CharFilter):
    """Rows with a text in one of some fields."""

    def __init__(self, *, fields: list[str], **kwargs: Any) -> None:
        self.fields = fields
        super().__init__(label=_("Part of a name or number."), max_length=100, **kwargs)

    def filter(self, queryset: QuerySet[Any], value: str | None) -> QuerySet[Any]:
        if not value:
            return queryset
        found = Q(pk__in=[])
        for field in self.fields:
            found |= Q(**{f"{field}__icontains": value})
        return queryset.filter(found)


class Ordering(BaseFilterBackend):
    """Describes `ordering`; the page applies it."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        choices = choices_of(view)
        if len(choices) < 2:
            return []
        return [
            {
                "name": "ordering",
                "in": "query",
                "required": False,
                "description": "Order of the rows; a minus turns it round.",
                "schema": {"type": "string", "enum": choices},
            }
        ]


def choices_of(view: Any) -> list[str]:
    return [sign + name for name in view.orderings for sign in ("", "-")]


def refuse_unknown(view: Any, request: Any) -> None:
    """Raise UnknownParameter for a parameter this view does not know; a typo shows at once."""
    known = known_parameters(view)
    for name, values in request.query_params.lists():
        if name not in known or len(values) > 1:
            raise UnknownParameter(name, sorted(known))


def known_parameters(view: Any) -> set[str]:
    known = set(view.parameters.get(view.action or "", ()))
    if view.action == "list" and view.pagination_class is not None:
        known |= set(view.pagination_class.parameters)
        known |= {"ordering"} if view.orderings else set()
        known |= set(view.filterset_class.base_filters) if view.filterset_class else set()
    return known
