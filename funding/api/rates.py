"""Exchange rates: published numbers, recorded by finance staff."""

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
from funding.models import ExchangeRate
from funding.operations.rates import record_rate

RATE = r"^[a-z][a-z0-9_]{0,49}$"
CURRENCY = r"^[A-Z]{3}$"


class ExchangeRateSerializer(OfConsortiumSerializer):
    """What one `unit` was worth in `into`, by a charter's named rate on a day; never changed."""

    rate = serializers.SlugField(read_only=True)
    unit = serializers.CharField(read_only=True)
    into = serializers.CharField(read_only=True)
    on = serializers.DateField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    value = serializers.SerializerMethodField("shown_value")
    source = serializers.CharField(read_only=True, allow_blank=True)  # type: ignore[assignment]
    recorded_at = serializers.DateTimeField(read_only=True)

    def shown_value(self, rate: ExchangeRate) -> str:
        return plain(rate.value.normalize())


class RecordRateSerializer(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    rate = serializers.RegexField(RATE, help_text="As the charter's `exchange` names it.")
    unit = serializers.RegexField(CURRENCY)
    into = serializers.RegexField(CURRENCY, help_text="The levy's unit.")
    on = DayField(help_text="The day it was published.")
    value = AmountField(help_text="Of one `unit`; at most ten decimals.")
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=300, default="", allow_blank=True
    )
    correction = serializers.BooleanField(
        default=False, help_text="True to replace the rate recorded for the day."
    )


class ExchangeRateFilters(filters.FilterSet):
    consortium = OfConsortium()
    rate = filters.CharFilter(max_length=50)
    unit = filters.CharFilter(max_length=20)
    into = filters.CharFilter(max_length=20)
    on_from = Day(field_name="on", lookup_expr="gte", label="Published on a day or later.")
    on_until = Day(field_name="on", lookup_expr="lte", label="Published on a day or earlier.")


@extend_schema_view(
    list=extend_schema(summary="Exchange rates of your consortia"),
    retrieve=extend_schema(summary="An exchange rate"),
)
class ExchangeRateViewSet(ReadViewSet):
    model = ExchangeRate
    related = ("consortium",)
    orderings = ("on", "recorded_at")
    serializer_class = ExchangeRateSerializer
    filterset_class = ExchangeRateFilters

    @extend_schema(
        summary="Record an exchange rate, or correct one (finance)",
        request=RecordRateSerializer,
        responses={201: ExchangeRateSerializer},
        examples=[
            OpenApiExample(
                "The central bank's rate of a day",
                request_only=True,
                value={
                    "consortium": "demo",
                    "rate": "central_bank",
                    "unit": "USD",
                    "into": "CNY",
                    "on": "2026-12-31",
                    "value": "7.0827",
                    "source": "Central parity rates, 31 December 2026",
                },
            )
        ],
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(RecordRateSerializer)
        published_on, today = data.pop("on"), clock.today(data["consortium"])
        recorded = record_rate(**data, published_on=published_on, by=request.user, on=today)
        return self.shown(recorded, 201)
