"""Competitors that members declare, so that neither judges the other's proposals."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, UidField
from consortium.api.filters import InForceOn, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfMember, PartySerializer
from consortium.models import Member, Organization
from projects.models import Competitor
from projects.operations.competitors import declare_competitor, end_competitor


class CompetitorSerializer(OfMember):
    """Whom a member declares to compete with; told to itself and project staff only."""

    organization = PartySerializer(read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)


class DeclareCompetitorSerializer(serializers.Serializer[Any]):
    member = UidField(model=Member)
    organization = UidField(model=Organization)
    starts_on = DayField()
    ends_on = DayField(required=False, allow_null=True)


class EndCompetitorSerializer(serializers.Serializer[Any]):
    ends_on = DayField(help_text="Exclusive.")


class CompetitorFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member)
    on = InForceOn(label="In force on a day.")


@extend_schema_view(
    list=extend_schema(summary="Declared competitors: your own, or as project staff everybody's"),
    retrieve=extend_schema(summary="A declared competitor"),
)
class CompetitorViewSet(ReadViewSet):
    model = Competitor
    related = ("consortium", "member__organization", "organization")
    orderings = ("starts_on",)
    serializer_class = CompetitorSerializer
    filterset_class = CompetitorFilters

    @extend_schema(
        summary="Declare a competitor (signatory, or project staff on a member's behalf)",
        request=DeclareCompetitorSerializer,
        responses={201: CompetitorSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(DeclareCompetitorSerializer)
        today = clock.today(data["member"].consortium)
        return self.shown(declare_competitor(**data, by=request.user, on=today), 201)

    @extend_schema(summary="End a declaration on a day", request=EndCompetitorSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def end(self, request: Any, uid: Any) -> Response:
        row: Competitor = self.subject()
        data, today = self.checked(EndCompetitorSerializer), clock.today(row.consortium)
        ended = end_competitor(member=row.member, competitor=row, **data, by=request.user, on=today)
        return self.shown(ended)
