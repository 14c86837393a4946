"""Decisions by which an exclusivity ends earlier or later than was promised."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, UidField
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from ip.api.shares import OfResultSerializer
from ip.models import ExclusivityChange, Result
from ip.operations.exclusivity import decide_exclusivity
from projects.api.files import with_file


class ExclusivityChangeSerializer(OfResultSerializer):
    """A decision that an exclusivity ends on another day; the last one counts."""

    ends_on = serializers.DateField(read_only=True)
    body = serializers.CharField(read_only=True)
    decided_on = serializers.DateField(read_only=True)
    reason = serializers.CharField(read_only=True)


class MoveExclusivitySerializer(serializers.Serializer[Any]):
    """A decision of the body the charter names; in a form with its scan."""

    result = UidField(model=Result)
    ends_on = DayField()
    body = serializers.SlugField(max_length=50)
    decided_on = DayField()
    reason = serializers.CharField(max_length=5000)
    paper = serializers.FileField(required=False, help_text="Only in a multipart form.")


class ExclusivityChangeFilters(filters.FilterSet):
    consortium = OfConsortium(field_name="result__consortium")
    result = Row(model=Result)


@extend_schema_view(
    list=extend_schema(summary="Decisions that moved exclusivities, of results you may read"),
    retrieve=extend_schema(summary="A decision that moved an exclusivity"),
)
class ExclusivityChangeViewSet(ReadViewSet):
    model = ExclusivityChange
    related = ("result__consortium",)
    orderings = ("decided_on",)
    serializer_class = ExclusivityChangeSerializer
    filterset_class = ExclusivityChangeFilters
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="Enter a decision that an exclusivity ends earlier or later (ip, secretary)",
        description="Refused with 422: `not_exclusive`, `exclusivity_nobody_moves`, `wrong_body`, "
        "`exclusivity_same_end`, `exclusivity_over`, `exclusivity_ends_before_decision`, "
        "`decided_in_the_future`.",
        request={
            "application/json": MoveExclusivitySerializer,
            "multipart/form-data": MoveExclusivitySerializer,
        },
        responses={201: ExclusivityChangeSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(MoveExclusivitySerializer)
        sent, result = data.pop("paper", None), data["result"]
        who = {"by": request.user, "on": clock.today(result.consortium)}
        change = with_file(
            sent,
            lambda paper: decide_exclusivity(**data, paper=paper, **who),
            consortium=result.consortium,
            **who,
        )
        return self.shown(change, 201)
