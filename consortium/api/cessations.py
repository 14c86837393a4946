"""Organizations that are no more, and who succeeds them."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, SlugField, UidField
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.members import LeavingLineSerializer
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.errors import Denied
from consortium.models import Cessation, Consortium, Organization
from consortium.operations.cessations import name_successor, record_cessation
from consortium.reports.ceased import ceasing
from consortium.states import Role


class CessationSerializer(OfConsortiumSerializer):
    """That an organization is no more from a day on, and who succeeds it, if anybody."""

    organization = PartySerializer(read_only=True)
    ceased_on = serializers.DateField(read_only=True)
    successor = PartySerializer(read_only=True, allow_null=True)
    evidence = serializers.CharField(read_only=True)


class CessationQuery(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    organization = UidField(model=Organization)
    ceased_on = DayField(help_text="The first day on which it is not there any more.")
    successor = UidField(model=Organization, required=False, allow_null=True)


class RecordCessationSerializer(CessationQuery):
    evidence = serializers.CharField(
        max_length=500, help_text="What shows it, such as the register's entry."
    )


class NameSuccessorSerializer(serializers.Serializer[Any]):
    successor = UidField(model=Organization)


class CessationFilters(filters.FilterSet):
    consortium = OfConsortium()
    organization = Row(model=Organization)


@extend_schema_view(
    list=extend_schema(summary="Organizations that are no more: your own, or as staff all"),
    retrieve=extend_schema(summary="An organization that is no more, and who succeeds it"),
)
class CessationViewSet(ReadViewSet):
    model = Cessation
    related = ("consortium", "organization", "successor")
    orderings = ("ceased_on",)
    serializer_class = CessationSerializer
    filterset_class = CessationFilters
    parameters = {"preview": ("consortium", "organization", "ceased_on", "successor")}

    @extend_schema(
        summary="Record that an organization is no more, which ends its membership (secretary)",
        description="Refused with 422: `already_ceased`, `ceased_member_later`, "
        "`ceased_unexplained`, `succeeds_itself`, `successor_ceased`.",
        request=RecordCessationSerializer,
        responses={201: CessationSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(RecordCessationSerializer)
        on = clock.today(data["consortium"])
        return self.shown(record_cessation(**data, by=request.user, on=on), 201)

    @extend_schema(
        summary="What it would lead to that an organization is no more (secretary)",
        parameters=[CessationQuery],
        responses=LeavingLineSerializer(many=True),
    )
    @action(detail=False, pagination_class=None, filter_backends=[])
    def preview(self, request: Any) -> Response:
        query = CessationQuery(data=request.query_params, context=self.get_serializer_context())
        query.is_valid(raise_exception=True)
        data = {"successor": None, **query.validated_data}
        on = clock.today(data["consortium"])
        here = {"consortium": data["consortium"], "on": on, "organization": None}
        if not access.holds(request.user, roles={Role.SECRETARY}, **here):
            raise Denied(roles=[Role.SECRETARY])
        lines: Any = list(ceasing(**data, user=request.user, on=on))
        return Response(LeavingLineSerializer(lines, many=True).data)

    @extend_schema(
        summary="Name who succeeds an organization that is no more (secretary, ip)",
        description="Refused with 422: `already_succeeded`, `succeeds_itself`, `successor_ceased`.",
        request=NameSuccessorSerializer,
    )
    @action(detail=True, methods=["post"], url_path="name-successor")
    @idempotent
    def name_successor(self, request: Any, uid: Any) -> Response:
        cessation: Cessation = self.subject()
        data = self.checked(NameSuccessorSerializer)
        on = clock.today(cessation.consortium)
        return self.shown(name_successor(cessation=cessation, **data, by=request.user, on=on))
