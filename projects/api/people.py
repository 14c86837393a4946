"""Facilities, and the people members send to them."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, SlugField, UidField
from consortium.api.filters import Day, InForceOn, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Consortium, Member, Organization, User
from projects.api.files import with_file
from projects.models import Facility, Project, Secondment
from projects.operations.facilities import add_facility, close_facility
from projects.operations.people import Sending, extend, hand_back, second
from projects.reports.people import present
from projects.rules.choices import Payer
from projects.states import PAYERS, FacilityKind


class FacilitySerializer(OfConsortiumSerializer):
    """A place where research is done."""

    kind = serializers.ChoiceField(choices=FacilityKind.choices, read_only=True)
    name_en = serializers.CharField(read_only=True, allow_blank=True)
    name_zh = serializers.CharField(read_only=True, allow_blank=True)
    organization = PartySerializer(read_only=True, allow_null=True)
    place = serializers.CharField(read_only=True, allow_blank=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)


class AddFacilitySerializer(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    kind = serializers.ChoiceField(choices=FacilityKind.choices)
    name_en = serializers.CharField(max_length=200, default="", allow_blank=True)
    name_zh = serializers.CharField(max_length=200, default="", allow_blank=True)
    organization = UidField(model=Organization, required=False, allow_null=True)
    place = serializers.CharField(max_length=200, default="", allow_blank=True)
    starts_on = DayField()
    ends_on = DayField(required=False, allow_null=True)


class EndsOnSerializer(serializers.Serializer[Any]):
    ends_on = DayField(help_text="The first day that no longer counts.")


class FacilityFilters(filters.FilterSet):
    consortium = OfConsortium()
    kind = filters.ChoiceFilter(choices=FacilityKind.choices)
    on = InForceOn(label="Open on a day.")


@extend_schema_view(
    list=extend_schema(summary="Facilities of your consortia"),
    retrieve=extend_schema(summary="A facility"),
)
class FacilityViewSet(ReadViewSet):
    model = Facility
    related = ("consortium", "organization")
    orderings = ("starts_on",)
    serializer_class = FacilitySerializer
    filterset_class = FacilityFilters

    @extend_schema(
        summary="Add a facility (projects)",
        request=AddFacilitySerializer,
        responses={201: FacilitySerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(AddFacilitySerializer)
        on = clock.today(data["consortium"])
        return self.shown(add_facility(**data, by=request.user, on=on), 201)

    @extend_schema(summary="Close a facility from a day on (projects)", request=EndsOnSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def close(self, request: Any, uid: Any) -> Response:
        facility: Facility = self.subject()
        data = self.checked(EndsOnSerializer)
        on = clock.today(facility.consortium)
        return self.shown(close_facility(facility=facility, **data, by=request.user, on=on))


class SecondmentSerializer(OfConsortiumSerializer):
    """A member's person at a facility for a period."""

    home = PartySerializer(read_only=True)
    person = serializers.CharField(read_only=True)
    facility = PartySerializer(read_only=True)
    project = serializers.UUIDField(source="project.uid", read_only=True, allow_null=True)
    pays = serializers.ChoiceField(choices=PAYERS, read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True)
    agreed_until = serializers.DateField(read_only=True)
    letter_on = serializers.DateField(read_only=True, allow_null=True)
    undertaking_on = serializers.DateField(read_only=True, allow_null=True)
    handed_back_on = serializers.DateField(read_only=True, allow_null=True)


class SendSerializer(serializers.Serializer[Any]):
    home = UidField(model=Member)
    person = serializers.CharField(max_length=150)
    user = UidField(model=User, required=False, allow_null=True)
    facility = UidField(model=Facility)
    project = UidField(model=Project, required=False, allow_null=True)
    pays = serializers.ChoiceField(choices=PAYERS, required=False)
    starts_on = DayField()
    ends_on = DayField(help_text="The first day the person is no longer there.")
    letter_on = DayField(required=False, allow_null=True)
    undertaking_on = DayField(required=False, allow_null=True)
    letter = serializers.FileField(required=False, help_text="Only in a multipart form.")


class HandBackSerializer(serializers.Serializer[Any]):
    handed_back_on = DayField(required=False, allow_null=True, help_text="Today if left out.")


class ThereOn(Day):
    """Secondments whose person is there on a day, those not handed back in time included."""

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return present(queryset, value) if value else queryset


class SecondmentFilters(filters.FilterSet):
    consortium = OfConsortium()
    home = Row(model=Member)
    facility = Row(model=Facility)
    project = Row(model=Project)
    on = ThereOn(label="Who is there on a day.")


@extend_schema_view(
    list=extend_schema(summary="Secondments of your people, or as staff of everybody"),
    retrieve=extend_schema(summary="A secondment"),
)
class SecondmentViewSet(ReadViewSet):
    model = Secondment
    related = ("consortium", "home__organization", "facility", "project")
    orderings = ("starts_on", "ends_on")
    serializer_class = SecondmentSerializer
    filterset_class = SecondmentFilters
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="Send a person to a facility (projects or secretary)",
        description="Refused with 422: `secondment_too_short`, `secondment_too_long`, "
        "`secondment_overlaps`, `facility_closed`, `secondment_letter_missing`, "
        "`secondment_undertaking_missing`.",
        request={"application/json": SendSerializer, "multipart/form-data": SendSerializer},
        responses={201: SecondmentSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(SendSerializer)
        home, sent = data.pop("home"), data.pop("letter", None)
        if "pays" in data:
            data["pays"] = Payer(data["pays"])
        who = {"by": request.user, "on": clock.today(home.consortium)}
        made = with_file(
            sent,
            lambda letter: second(home=home, sending=Sending(letter=letter, **data), **who),
            consortium=home.consortium,
            **who,
        )
        return self.shown(made, 201)

    @extend_schema(
        summary="Let a secondment end later (projects or secretary)", request=EndsOnSerializer
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def extend(self, request: Any, uid: Any) -> Response:
        row: Secondment = self.subject()
        data = self.checked(EndsOnSerializer)
        on = clock.today(row.consortium)
        return self.shown(extend(secondment=row, **data, by=request.user, on=on))

    @extend_schema(
        summary="Note that a person is back; access ends that day (projects or secretary)",
        request=HandBackSerializer,
    )
    @action(detail=True, methods=["post"], url_path="hand-back")
    @idempotent
    def hand_back(self, request: Any, uid: Any) -> Response:
        row: Secondment = self.subject()
        data = self.checked(HandBackSerializer)
        on = clock.today(row.consortium)
        return self.shown(hand_back(secondment=row, **data, by=request.user, on=on))
