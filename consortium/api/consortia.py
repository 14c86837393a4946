"""Consortia, with their goals; the outbound mail of each."""

from typing import Any

from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.ahead import AheadSerializer, FastForwardRequest
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField
from consortium.api.filters import InForceOn
from consortium.api.idempotency import idempotent
from consortium.api.members import LeavingLineSerializer
from consortium.api.notices import DropSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Consortium, Goal
from consortium.operations.ahead import SECONDS, look_ahead
from consortium.operations.ending import end_consortium
from consortium.operations.notices import drop_waiting, hold_outbound, release_outbound
from consortium.papers.ahead import laid_out
from consortium.reports.leaving import ending
from consortium.states import DESK_ROLES


class GoalSerializer(serializers.ModelSerializer[Goal]):
    class Meta:
        model = Goal
        fields = ["uid", "text_en", "text_zh", "set_on", "due_on", "reached_on"]
        read_only_fields = fields


class ConsortiumSerializer(serializers.ModelSerializer[Consortium]):
    """A consortium; a reference case is open to everyone and read-only."""

    name = serializers.CharField(read_only=True, help_text="In the reader's language.")
    lead = PartySerializer(read_only=True, allow_null=True)
    host_unit = PartySerializer(read_only=True, allow_null=True)
    liable_unit = PartySerializer(read_only=True, allow_null=True)
    funds_holder = PartySerializer(read_only=True, allow_null=True)
    goals = GoalSerializer(many=True, read_only=True)
    outbound_held = serializers.BooleanField(read_only=True)

    class Meta:
        model = Consortium
        fields = [
            "uid",
            "slug",
            "name",
            "name_en",
            "name_zh",
            "is_reference",
            "currency",
            "time_zone",
            "language",
            "fiscal_year_month",
            "fiscal_year_day",
            "legal_form",
            "stage",
            "structure",
            "initiator",
            "field_en",
            "field_zh",
            "starts_on",
            "ends_on",
            "end_reason",
            "lead",
            "host_unit",
            "liable_unit",
            "funds_holder",
            "outbound_held",
            "goals",
        ]
        read_only_fields = fields


class EndConsortiumSerializer(serializers.Serializer[Any]):
    ends_on = DayField(help_text="The first day that no longer counts; a day to come.")
    reason = serializers.CharField(max_length=500, help_text="Such as the resolution and its day.")


class ConsortiumEndingQuery(serializers.Serializer[Any]):
    ends_on = DayField(required=False, help_text="Its end, or today where it goes on, if left out.")


class ConsortiumEndingSerializer(serializers.Serializer[Any]):
    """What the end of a consortium leads to, as far as the caller may see it."""

    ends_on = serializers.DateField(read_only=True)
    lines = LeavingLineSerializer(many=True, read_only=True)


class DroppedSerializer(serializers.Serializer[Any]):
    dropped = serializers.IntegerField()


class ConsortiumFilters(filters.FilterSet):
    is_reference = filters.BooleanFilter()
    on = InForceOn(label="In being on a day.")


@extend_schema_view(
    list=extend_schema(summary="Consortia you belong to, and the reference cases"),
    retrieve=extend_schema(summary="A consortium with its goals"),
)
class ConsortiumViewSet(ReadViewSet):
    """Consortia one belongs to and the reference cases, addressed by slug."""

    model = Consortium
    related = ("lead", "host_unit", "liable_unit", "funds_holder")
    prefetched = ("goals",)
    orderings = ("slug", "starts_on")
    serializer_class = ConsortiumSerializer
    filterset_class = ConsortiumFilters
    parameters = {"ending": ("ends_on",)}
    lookup_field = "slug"
    lookup_value_converter = "slug"

    @extend_schema(
        summary="What the end of a consortium would lead to (its staff)",
        parameters=[ConsortiumEndingQuery],
        responses=ConsortiumEndingSerializer,
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def ending(self, request: Any, slug: str) -> Response:
        consortium = self.subject()
        today = clock.today(consortium)
        here = {"consortium": consortium, "on": today, "organization": None}
        if not access.holds(request.user, roles=set(DESK_ROLES), **here):
            raise Http404
        query = ConsortiumEndingQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        ends_on = query.validated_data.get("ends_on", consortium.ends_on or today)
        lines = ending(consortium=consortium, user=request.user, ends_on=ends_on, on=today)
        return Response(ConsortiumEndingSerializer({"ends_on": ends_on, "lines": lines}).data)

    @extend_schema(
        summary="End a consortium and all its memberships (secretary)",
        description="Refused: `consortium_over`, `consortium_ends_too_soon`, "
        "`members_join_later`, `consortium_end_unexplained`.",
        request=EndConsortiumSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def end(self, request: Any, slug: str) -> Response:
        consortium = self.subject()
        data = self.checked(EndConsortiumSerializer)
        today = clock.today(consortium)
        return self.shown(end_consortium(consortium=consortium, **data, by=request.user, on=today))

    @extend_schema(
        summary="What the sweeps would do up to a day to come (secretary, finance, auditor)",
        description="Nothing is kept, sent or filed. Refused: `not_ahead`, `nothing_ahead`, "
        "`too_far_ahead`, `too_much_ahead`, `already_looking`, `reference_is_read_only`.",
        request=FastForwardRequest,
        responses=AheadSerializer,
    )
    @action(detail=True, methods=["post"], url_path="fast-forward")
    def fast_forward(self, request: Any, slug: str) -> Response:
        consortium = self.subject()
        data = self.checked(FastForwardRequest)
        ahead = look_ahead(
            consortium=consortium,
            to=data["to"],
            enough=clock.after(SECONDS),
            by=request.user,
            on=clock.today(consortium),
        )
        return Response(AheadSerializer(laid_out(ahead)).data)

    @extend_schema(summary="Let waiting and later notices go out as mail", request=None)
    @action(detail=True, methods=["post"], url_path="release-outbound")
    @idempotent
    def release_outbound(self, request: Any, slug: str) -> Response:
        consortium = self.subject()
        released = release_outbound(
            consortium=consortium,
            at=clock.now(),
            by=request.user,
            on=clock.today(consortium),
        )
        return self.shown(released)

    @extend_schema(summary="Keep all mail back until it is released", request=None)
    @action(detail=True, methods=["post"], url_path="hold-outbound")
    @idempotent
    def hold_outbound(self, request: Any, slug: str) -> Response:
        consortium = self.subject()
        held = hold_outbound(consortium=consortium, by=request.user, on=clock.today(consortium))
        return self.shown(held)

    @extend_schema(
        summary="Keep all that waits from going out, for good (secretary)",
        description="Refused: `outbound_not_held`, `nothing_waits`.",
        request=DropSerializer,
        responses=DroppedSerializer,
    )
    @action(detail=True, methods=["post"], url_path="drop-waiting")
    @idempotent
    def drop_waiting(self, request: Any, slug: str) -> Response:
        consortium = self.subject()
        data = self.checked(DropSerializer)
        on = clock.today(consortium)
        count = drop_waiting(consortium=consortium, **data, by=request.user, on=on)
        return Response({"dropped": count})
