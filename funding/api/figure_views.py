"""Who looked at secret figures: to the members whose they are, and to the auditor."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from consortium.api.base import ReadViewSet
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Appointment, Member
from consortium.states import Role
from funding.models import FigureView
from funding.states import Screen

HELD = Prefetch("user__appointments", Appointment.objects.order_by("role"), to_attr="all_held")
ROLES = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))


class FigureViewSerializer(OfConsortiumSerializer):
    """One look at secret figures; `member` is null where those of many stood side by side."""

    member = PartySerializer(read_only=True, allow_null=True)
    members = serializers.IntegerField(
        source="count", read_only=True, help_text="Members whose figures were shown."
    )
    user = PartySerializer(read_only=True)
    roles = serializers.SerializerMethodField(
        help_text="What the person was appointed to in the consortium on that day."
    )
    at = serializers.DateTimeField(read_only=True)
    screen = serializers.ChoiceField(choices=Screen.choices, read_only=True)
    subject = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="The `uid` of what was looked at, or null."
    )

    @extend_schema_field(ROLES)
    def get_roles(self, view: Any) -> list[str]:
        on = timezone.localtime(view.at, ZoneInfo(view.consortium.time_zone)).date()
        held = (each for each in view.user.all_held if each.consortium_id == view.consortium_id)
        return sorted({each.role for each in held if each.period.contains(on)})


class FigureViewFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member, label="Of a member alone.")
    screen = filters.ChoiceFilter(choices=Screen.choices)
    at_from = Day(field_name="at", lookup_expr="date__gte", label="On a day or later.")
    at_until = Day(field_name="at", lookup_expr="date__lte", label="On a day or earlier.")


@extend_schema_view(
    list=extend_schema(summary="Looks at your figures; as auditor at those of every member"),
    retrieve=extend_schema(summary="A look at secret figures"),
)
class LookViewSet(ReadViewSet):
    model = FigureView
    related = ("consortium", "member__organization", "user")
    prefetched = (HELD,)
    orderings = ("at",)
    serializer_class = FigureViewSerializer
    filterset_class = FigureViewFilters
