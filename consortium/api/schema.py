"""OpenAPI: what is the same for every operation."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from consortium.api.idempotency import HEADER
from consortium.api.problems import CONTENT_TYPE, TITLES


class FaultSerializer(serializers.Serializer[Any]):
    """One thing wrong: where in the request, which code, and the sentence."""

    path = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """A refusal as RFC 9457 has it, in the reader's language."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = FaultSerializer(many=True)  # type: ignore[assignment]


ALWAYS = (400, 401, 404, 406, 429, 500, 503)
WRITES = (403, 409, 413, 415, 422)


class Schema(AutoSchema):
    """Adds every problem an operation may answer with, and the headers it heeds."""

    def get_override_parameters(self) -> list[Any]:
        found = [
            OpenApiParameter(
                "Accept-Language",
                location=OpenApiParameter.HEADER,
                description="Language of sentences and labels.",
                enum=["en", "zh-hans"],
            )
        ]
        if getattr(
            getattr(self.view, getattr(self.view, "action", None) or "", None), "idempotent", False
        ):
            found.append(
                OpenApiParameter(
                    HEADER,
                    {"type": "string", "pattern": "^[!-~]{1,200}$"},
                    location=OpenApiParameter.HEADER,
                    description="A request repeated under its key is answered, not done again.",
                )
            )
        return found

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        problem = self.resolve_serializer(ProblemSerializer, direction).ref
        statuses = ALWAYS + (WRITES if self.method != "GET" else (403,))
        for status in sorted(statuses):
            bodies.setdefault(
                str(status),
                {
                    "description": str(TITLES[status]),
                    "content": {CONTENT_TYPE: {"schema": problem}},
                },
            )
        return bodies
