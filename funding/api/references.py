"""Reference rates of late interest: published numbers, recorded by finance staff."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import AmountField, DayField, SlugField
from consortium.api.filters import Day, OfConsortium
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.models import Consortium
from consortium.rules.schema import plain
from funding.api.rates import RATE
from funding.models import ReferenceRate
from funding.operations.rates import record_reference_rate


class ReferenceRateSerializer(OfConsortiumSerializer):
    """A charter's reference rate in percent a year, from a day on; never changed."""

    rate = serializers.SlugField(read_only=True)
    starts_on = serializers.DateField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    percent = serializers.SerializerMethodField()
    source = serializers.CharField(read_only=True, allow_blank=True)  # type: ignore[assignment]
    recorded_at = serializers.DateTimeField(read_only=True)

    def get_percent(self, rate: ReferenceRate) -> str:
        return plain(rate.percent.normalize() + 0)


class RecordReferenceSerializer(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    rate = serializers.RegexField(RATE, help_text="As the charter's `reference` names it.")
    starts_on = DayField(help_text="The first day it holds.")
    percent = AmountField(help_text="A year; at most four decimals, may be below zero.")
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=300, default="", allow_blank=True
    )
    correction = serializers.BooleanField(
        default=False, help_text="True to replace what is recorded from the day."
    )


class ReferenceRateFilters(filters.FilterSet):
    consortium = OfConsortium()
    rate = filters.CharFilter(max_length=50)
    from_from = Day(field_name="starts_on", lookup_expr="gte", label="From a day or later.")
    from_until = Day(field_name="starts_on", lookup_expr="lte", label="From a day or earlier.")


@extend_schema_view(
    list=extend_schema(summary="Reference rates of your consortia"),
    retrieve=extend_schema(summary="A reference rate"),
)
class ReferenceRateViewSet(ReadViewSet):
    model = ReferenceRate
    related = ("consortium",)
    orderings = ("starts_on", "recorded_at")
    serializer_class = ReferenceRateSerializer
    filterset_class = ReferenceRateFilters

    @extend_schema(
        summary="Record a reference rate, or correct one (finance)",
        request=RecordReferenceSerializer,
        responses={201: ReferenceRateSerializer},
        examples=[
            OpenApiExample(
                "A central bank's rate from a day on",
                request_only=True,
                value={
                    "consortium": "demo",
                    "rate": "ecb_main_refinancing",
                    "starts_on": "2026-06-10",
                    "percent": "2.15",
                    "source": "Decision of the Governing Council",
                },
            )
        ],
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(RecordReferenceSerializer)
        today = clock.today(data["consortium"])
        return self.shown(record_reference_rate(**data, by=request.user, on=today), 201)
