"""Appointments of people to roles."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, SlugField, UidField
from consortium.api.filters import InForceOn, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Appointment, Consortium, Organization, User
from consortium.operations.appointments import appoint, end_appointment
from consortium.states import Role


class PersonField(UidField):
    """A person by the `uid` that `/me/` shows them; it cannot be guessed."""

    def visible(self) -> Any:
        return self.model.objects.filter(is_active=True)


class AppointmentSerializer(OfConsortiumSerializer):
    user = PartySerializer(read_only=True)
    role = serializers.ChoiceField(choices=Role.choices, read_only=True)
    organization = PartySerializer(read_only=True, allow_null=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)


class AppointSerializer(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    user = PersonField(model=User)
    role = serializers.ChoiceField(choices=Role.choices)
    organization = UidField(model=Organization, required=False, allow_null=True)
    starts_on = DayField()
    ends_on = DayField(required=False, allow_null=True)


class EndAppointmentSerializer(serializers.Serializer[Any]):
    ends_on = DayField(help_text="The first day without the role.")


class AppointmentFilters(filters.FilterSet):
    consortium = OfConsortium()
    organization = Row(model=Organization)
    role = filters.ChoiceFilter(choices=Role.choices)
    on = InForceOn(label="Held on a day.")


@extend_schema_view(
    list=extend_schema(summary="Appointments: your own, or those you may see by your role"),
    retrieve=extend_schema(summary="An appointment"),
)
class AppointmentViewSet(ReadViewSet):
    model = Appointment
    related = ("consortium", "user", "organization")
    orderings = ("starts_on",)
    serializer_class = AppointmentSerializer
    filterset_class = AppointmentFilters

    @extend_schema(
        summary="Appoint a person (secretary)",
        request=AppointSerializer,
        responses={201: AppointmentSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(AppointSerializer)
        data["role"] = Role(data["role"])
        on = clock.today(data["consortium"])
        return self.shown(appoint(**data, by=request.user, on=on), 201)

    @extend_schema(summary="End an appointment (secretary)", request=EndAppointmentSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def end(self, request: Any, uid: Any) -> Response:
        appointment = self.subject()
        data = self.checked(EndAppointmentSerializer)
        ended = end_appointment(
            appointment=appointment,
            **data,
            by=request.user,
            on=clock.today(appointment.consortium),
        )
        return self.shown(ended)
