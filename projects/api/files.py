"""Files of projects: filed with the act they belong to, read through their row."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from consortium.api.parsers import refuse_unstorable
from consortium.models import Consortium, Document
from consortium.operations.documents import filing

BINARY: dict[Any, Any] = {
    (200, "application/octet-stream"): OpenApiResponse(
        OpenApiTypes.BINARY, description="The file, as an attachment."
    )
}


SCAN = "Only in a multipart form."


class InForm:
    """A field of objects or lists, which come as JSON text in a form with a file."""

    def get_value(self, dictionary: Any) -> Any:
        field: Any = self
        if hasattr(dictionary, "getlist"):
            return dictionary.get(field.field_name, serializers.empty)
        return super().get_value(dictionary)  # type: ignore[misc]

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str):
            try:
                data = json.loads(data)
            except (ValueError, RecursionError):
                data = ""  # which is none of them
            refuse_unstorable(data)
        return super().to_internal_value(data)  # type: ignore[misc]


def with_file[R](
    sent: Any, act: Callable[[Document | None], R], *, consortium: Consortium, by: Any, on: date
) -> R:
    """File what was sent, if anything, and act on it in the same transaction."""
    return filing(sent, act, consortium=consortium, by=by, on=on)
