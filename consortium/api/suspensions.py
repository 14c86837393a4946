"""Suspended rights of members."""

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
from consortium.api.parties import OfMember
from consortium.models import Member, Suspension
from consortium.operations.members import reinstate, suspend
from consortium.states import RIGHTS


class SuspensionSerializer(OfMember):
    right = serializers.ChoiceField(choices=RIGHTS, read_only=True)
    cause = serializers.SlugField(read_only=True)
    reason = serializers.CharField(read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)


class SuspendSerializer(serializers.Serializer[Any]):
    member = UidField(model=Member)
    right = serializers.ChoiceField(choices=RIGHTS)
    cause = serializers.RegexField(r"^[a-z][a-z0-9_]{0,39}$")
    reason = serializers.CharField(max_length=2000, default="", allow_blank=True)
    starts_on = DayField()
    ends_on = DayField(required=False, allow_null=True)


class ReinstateSerializer(serializers.Serializer[Any]):
    from_on = DayField(help_text="The first day with the right given back.")


class SuspensionFilters(filters.FilterSet):
    consortium = OfConsortium(field_name="member__consortium")
    member = Row(model=Member)
    right = filters.ChoiceFilter(choices=RIGHTS)
    on = InForceOn(label="In force on a day.")


@extend_schema_view(
    list=extend_schema(summary="Suspensions: your own, or as staff those of every member"),
    retrieve=extend_schema(summary="A suspension"),
)
class SuspensionViewSet(ReadViewSet):
    model = Suspension
    related = ("member__consortium", "member__organization")
    orderings = ("starts_on",)
    serializer_class = SuspensionSerializer
    filterset_class = SuspensionFilters

    @extend_schema(
        summary="Suspend a right of a member (secretary)",
        request=SuspendSerializer,
        responses={201: SuspensionSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(SuspendSerializer)
        on = clock.today(data["member"].consortium)
        return self.shown(suspend(**data, by=request.user, on=on), 201)

    @extend_schema(summary="Give a suspended right back (secretary)", request=ReinstateSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def reinstate(self, request: Any, uid: Any) -> Response:
        suspension = self.subject()
        data = self.checked(ReinstateSerializer)
        given_back = reinstate(
            member=suspension.member,
            suspension=suspension,
            **data,
            by=request.user,
            on=clock.today(suspension.consortium),
        )
        return self.shown(given_back)
