"""Charters with the bodies of their sections."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from consortium.api.base import ReadViewSet
from consortium.api.filters import InForceOn, OfConsortium
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.models import Charter, CharterSection
from consortium.states import BASES


class CharterSectionSerializer(serializers.ModelSerializer[CharterSection]):
    body = serializers.DictField(read_only=True, help_text="As written and adopted.")

    class Meta:
        model = CharterSection
        fields = ["code", "version", "body"]
        read_only_fields = fields


class CharterSerializer(OfConsortiumSerializer):
    code = serializers.SlugField(read_only=True)
    name = serializers.CharField(read_only=True, help_text="In the reader's language.")
    name_en = serializers.CharField(read_only=True)
    name_zh = serializers.CharField(read_only=True)
    basis = serializers.ChoiceField(choices=BASES, read_only=True, allow_blank=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)
    adopted_on = serializers.DateField(read_only=True, allow_null=True)
    sections = CharterSectionSerializer(many=True, read_only=True)


class CharterFilters(filters.FilterSet):
    consortium = OfConsortium()
    on = InForceOn(label="With this day in its period.")
    adopted = filters.BooleanFilter(
        field_name="adopted_on", lookup_expr="isnull", exclude=True, label="Adopted or draft."
    )


@extend_schema_view(
    list=extend_schema(summary="Charters with their sections"),
    retrieve=extend_schema(summary="A charter with its sections"),
)
class CharterViewSet(ReadViewSet):
    model = Charter
    related = ("consortium",)
    prefetched = ("sections",)
    orderings = ("starts_on",)
    serializer_class = CharterSerializer
    filterset_class = CharterFilters
