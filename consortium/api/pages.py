"""Lists in pages: a cursor, no total, the same order every time.

The cursor is the `uid` of the last row, so that it tells no key and no count;
rows that come or go between two pages shift nothing.
"""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param


class Pages(BasePagination):
    """Pages of a list, each with the address of the next one."""

    size, largest = 50, 200
    parameters = ("cursor", "page_size")

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        ordering = view.ordering(request)
        size = self.page_size(request)
        if cursor := request.query_params.get("cursor"):
            queryset = queryset.filter(after(self.last(view, cursor), ordering))
        rows = list(queryset.order_by(*ordering)[: size + 1])
        page = rows[:size]
        self.next = None
        if len(rows) > size:
            self.next = replace_query_param(
                request.build_absolute_uri(), "cursor", str(page[-1].uid)
            )
        return page

    def page_size(self, request: Any) -> int:
        text = request.query_params.get("page_size", str(self.size))
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= self.largest:
            wrong = _("Write a whole number from 1 to %(largest)s.") % {"largest": self.largest}
            raise ValidationError({"page_size": wrong})
        return int(text[:9])

    def last(self, view: Any, cursor: str) -> Any:
        try:
            return view.get_queryset().get(uid=UUID(cursor))
        except (ValueError, view.model.DoesNotExist):
            raise ValidationError({"cursor": _("Start again without a cursor.")}) from None

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": "string",
                    "format": "uri",
                    "nullable": True,
                    "description": "Address of the next page; null on the last one.",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Where the page starts; taken from `next`.",
                "schema": {"type": "string", "format": "uuid"},
            },
            {
                "name": "page_size",
                "in": "query",
                "required": False,
                "description": "Rows on a page.",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": self.largest,
                    "default": self.size,
                },
            },
        ]


def after(row: Any, ordering: list[str]) -> Q:
    """Return the rows that come after one in an ordering whose last field is unique."""
    later, same = Q(pk__in=[]), Q()
    for field in ordering:
        name, step = field.lstrip("-"), "lt" if field.startswith("-") else "gt"
        value = getattr(row, name)
        later |= Q(same, **{f"{name}__{step}": value})
        same &= Q(**{name: value})
    return later
