"""Calls: what is asked for, by when, and every change since they were published."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import AmountField, SlugField, amount
from consortium.api.filters import OfConsortium
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.models import Consortium
from projects.models import Call
from projects.operations.calls import Invitation, amend_call, create_call, publish_call
from projects.states import INITIATIVES

CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
CURRENCY = r"^[A-Z]{3}$"
TERMS = {
    "themes": [{"code": "etching", "label": {"en": "Etching", "zh": "刻蚀"}}],
    "categories": [{"code": "staff", "label": {"en": "Staff", "zh": "人员费"}}],
    "fields": [{"code": "objectives", "label": {"en": "Objectives", "zh": "目标"}}],
    "most_months": 36,
}


class CallChangeSerializer(serializers.Serializer[Any]):
    """A change to a published call, as everyone was told."""

    at = serializers.DateTimeField(read_only=True)
    reason = serializers.CharField(read_only=True)
    before = serializers.DictField(read_only=True)
    after = serializers.DictField(read_only=True)


class CallSerializer(OfConsortiumSerializer):
    """A call; `terms` as it says them, `applies` with what its charter adds."""

    code = serializers.SlugField(read_only=True)
    name_en = serializers.CharField(read_only=True, allow_blank=True)
    name_zh = serializers.CharField(read_only=True, allow_blank=True)
    initiative = serializers.ChoiceField(choices=INITIATIVES, read_only=True)
    text_en = serializers.CharField(read_only=True, allow_blank=True)
    text_zh = serializers.CharField(read_only=True, allow_blank=True)
    budget = serializers.SerializerMethodField()
    unit = serializers.CharField(read_only=True)
    opens_at = serializers.DateTimeField(read_only=True)
    closes_at = serializers.DateTimeField(read_only=True)
    ends_at = serializers.DateTimeField(read_only=True, allow_null=True)
    published_at = serializers.DateTimeField(read_only=True, allow_null=True)
    terms = serializers.DictField(read_only=True)
    applies = serializers.SerializerMethodField()
    changes = CallChangeSerializer(many=True, read_only=True)

    def get_budget(self, call: Call) -> str | None:
        return amount(call.budget, call.unit) if call.budget is not None else None

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_applies(self, call: Call) -> dict[str, Any]:
        return call.rules().under(call.charter.rules("projects")).stored()


class ChangesSerializer(serializers.Serializer[Any]):
    """What a call says; what is left out stays as it is."""

    name_en = serializers.CharField(max_length=200, allow_blank=True, required=False)
    name_zh = serializers.CharField(max_length=200, allow_blank=True, required=False)
    text_en = serializers.CharField(max_length=20_000, allow_blank=True, required=False)
    text_zh = serializers.CharField(max_length=20_000, allow_blank=True, required=False)
    terms = serializers.DictField(required=False, help_text="Themes, categories, criteria …")
    budget = AmountField(required=False, allow_null=True)
    opens_at = serializers.DateTimeField(required=False)
    closes_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)


class CreateCallSerializer(ChangesSerializer):
    """A call to be drafted; `unit` is the consortium's currency if it is left out."""

    consortium = SlugField(model=Consortium)
    code = serializers.RegexField(CODE, max_length=40)
    unit = serializers.RegexField(CURRENCY, required=False)
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()


class AmendCallSerializer(ChangesSerializer):
    reason = serializers.CharField(
        max_length=300, allow_blank=True, default="", help_text="Required once it is published."
    )


class CallFilters(filters.FilterSet):
    consortium = OfConsortium()
    code = filters.CharFilter(max_length=40)
    published = filters.BooleanFilter(
        field_name="published_at", lookup_expr="isnull", exclude=True, label="Published ones."
    )


@extend_schema_view(
    list=extend_schema(summary="Calls of your consortia; drafts only to project staff"),
    retrieve=extend_schema(summary="A call with its changes"),
)
class CallViewSet(ReadViewSet):
    model = Call
    related = ("consortium", "charter")
    prefetched = ("changes", "charter__sections")
    orderings = ("closes_at", "opens_at", "code")
    serializer_class = CallSerializer
    filterset_class = CallFilters

    @extend_schema(
        summary="Draft a call (projects)",
        request=CreateCallSerializer,
        responses={201: CallSerializer},
        examples=[
            OpenApiExample(
                "A call with one topic",
                request_only=True,
                value={
                    "consortium": "demo",
                    "code": "2027-1",
                    "name_en": "Etching",
                    "name_zh": "刻蚀",
                    "terms": TERMS,
                    "budget": "5000000.00",
                    "opens_at": "2027-01-04T09:00:00+08:00",
                    "closes_at": "2027-03-31T17:00:00+08:00",
                },
            )
        ],
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(CreateCallSerializer)
        consortium = data.pop("consortium")
        call = create_call(
            consortium=consortium,
            invitation=Invitation(**data),
            by=request.user,
            on=clock.today(consortium),
        )
        return self.shown(call, 201)

    @extend_schema(summary="Publish a call; everyone is told (projects)", request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def publish(self, request: Any, uid: Any) -> Response:
        return self.shown(publish_call(call=self.subject(), **self.moment()))

    @extend_schema(
        summary="Change a call; a published one with a reason, told to everyone (projects)",
        request=AmendCallSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def amend(self, request: Any, uid: Any) -> Response:
        call = self.subject()
        changes = self.checked(AmendCallSerializer)
        reason = changes.pop("reason")
        return self.shown(amend_call(call=call, changes=changes, reason=reason, **self.moment()))

    def moment(self) -> dict[str, Any]:
        """Return who acts, now and on which day."""
        consortium = self.subject().consortium
        return {"by": self.request.user, "at": clock.now(), "on": clock.today(consortium)}
