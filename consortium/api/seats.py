"""Seats of members on the bodies of the charter."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock, words
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, UidField
from consortium.api.filters import InForceOn, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfMember
from consortium.models import Member, Seat
from consortium.operations.seats import end_seat, give_seat
from consortium.rules.choices import Rank
from consortium.states import RANKS


class SeatSerializer(OfMember):
    body = serializers.SlugField(read_only=True, help_text="Its code in the charter.")
    body_name = serializers.SerializerMethodField(help_text="In the reader's language.")
    rank = serializers.ChoiceField(choices=RANKS, read_only=True)
    person = serializers.CharField(read_only=True, allow_blank=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)

    def get_body_name(self, seat: Seat) -> str:
        return words.inside(seat.called)


class GiveSeatSerializer(serializers.Serializer[Any]):
    member = UidField(model=Member)
    body = serializers.SlugField(max_length=40, help_text="Its code in the charter.")
    rank = serializers.ChoiceField(choices=RANKS)
    person = serializers.CharField(
        max_length=150, default="", allow_blank=True, help_text="Who sits there for the member."
    )
    starts_on = DayField()
    ends_on = DayField(required=False, allow_null=True)


class EndSeatSerializer(serializers.Serializer[Any]):
    ends_on = DayField(help_text="The first day without the seat.")


class SeatFilters(filters.FilterSet):
    consortium = OfConsortium(field_name="member__consortium")
    member = Row(model=Member)
    body = filters.CharFilter(max_length=40)
    rank = filters.ChoiceFilter(choices=RANKS)
    on = InForceOn(label="Held on a day.")


@extend_schema_view(
    list=extend_schema(summary="Seats of members on the bodies of the charter"),
    retrieve=extend_schema(summary="A seat"),
)
class SeatViewSet(ReadViewSet):
    model = Seat
    related = ("member__consortium", "member__organization")
    orderings = ("starts_on", "body")
    serializer_class = SeatSerializer
    filterset_class = SeatFilters

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        named: QuerySet[Any] = rows.named()
        return named

    @extend_schema(
        summary="Give a member a seat (secretary)",
        description=(
            "Refused: `no_such_body`, `seat_of_no_member`, `seat_outlasts`, `seat_overlaps`,"
            " `body_full`."
        ),
        request=GiveSeatSerializer,
        responses={201: SeatSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(GiveSeatSerializer)
        data["rank"] = Rank(data["rank"])
        on = clock.today(data["member"].consortium)
        return self.shown(give_seat(**data, by=request.user, on=on), 201)

    @extend_schema(summary="End a seat (secretary)", request=EndSeatSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def end(self, request: Any, uid: Any) -> Response:
        seat: Seat = self.subject()
        data = self.checked(EndSeatSerializer)
        on = clock.today(seat.consortium)
        return self.shown(end_seat(seat=seat, **data, by=request.user, on=on))
