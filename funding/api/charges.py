"""Charges: what a member is asked to pay."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from consortium.api.base import ReadViewSet
from consortium.api.fields import amount
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.parties import OfMember
from consortium.models import Member
from funding.models import Charge


class ChargeSerializer(OfMember):
    """An issued charge with its parties as they were; never changed."""

    number = serializers.CharField(read_only=True)
    assessment = serializers.UUIDField(source="assessment.uid", read_only=True)
    instalment = serializers.IntegerField(read_only=True)
    levy = serializers.SlugField(read_only=True)
    amount = serializers.SerializerMethodField()
    unit = serializers.CharField(read_only=True)
    issued_on = serializers.DateField(read_only=True)
    due_on = serializers.DateField(read_only=True)
    parties = serializers.DictField(read_only=True)

    def get_amount(self, charge: Charge) -> str:
        return amount(charge.amount, charge.unit)


class ChargeFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member)
    levy = filters.CharFilter(max_length=50)
    number = filters.CharFilter(max_length=40)
    due_from = Day(field_name="due_on", lookup_expr="gte", label="Due on a day or later.")
    due_until = Day(field_name="due_on", lookup_expr="lte", label="Due on a day or earlier.")


@extend_schema_view(
    list=extend_schema(summary="Charges: your own, or as finance staff those of every member"),
    retrieve=extend_schema(summary="A charge"),
)
class ChargeViewSet(ReadViewSet):
    model = Charge
    related = ("consortium", "member__organization", "assessment")
    orderings = ("due_on", "number")
    serializer_class = ChargeSerializer
    filterset_class = ChargeFilters
