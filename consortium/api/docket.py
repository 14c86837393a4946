"""The docket: everything due that the reader may see."""

from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from consortium import clock, words
from consortium.api.base import MemberViewSet
from consortium.api.fields import DayField, SlugField
from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.reports.docket import docket
from consortium.rules.schema import Text

HORIZON_DAYS = 90


class DocketQuery(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    until = DayField(required=False, help_text="The last day shown.")
    days = serializers.IntegerField(
        min_value=0,
        max_value=3660,
        required=False,
        help_text=f"Days from today, instead of `until`; {HORIZON_DAYS} if neither is given.",
    )


class DocketItemSerializer(serializers.Serializer[DocketItem]):
    """One thing due: code and values, and the sentence they make in the reader's language."""

    code = serializers.SlugField(read_only=True)
    due_on = serializers.DateField(read_only=True)
    text = serializers.SerializerMethodField()
    values = serializers.SerializerMethodField()
    member = serializers.UUIDField(source="member_uid", read_only=True, allow_null=True)
    mine = serializers.BooleanField(read_only=True, help_text="It waits for you.")
    href = serializers.SerializerMethodField(help_text="Where it is done over REST, or empty.")

    def get_text(self, item: DocketItem) -> str:
        return words.say(item.code, item.values)

    def get_values(self, item: DocketItem) -> dict[str, Any]:
        return {name: plain(value) for name, value in item.values.items()}

    def get_href(self, item: DocketItem) -> str:
        return item.href if item.href.startswith("/api/") else ""


class DocketViewSet(MemberViewSet):
    """What is due in one consortium up to a day, overdue first."""

    model = Consortium
    serializer_class = DocketItemSerializer
    pagination_class = None
    filter_backends = ()
    parameters = {"list": ("consortium", "until", "days")}

    @extend_schema(
        summary="What is due in a consortium",
        parameters=[DocketQuery],
        responses=DocketItemSerializer(many=True),
        examples=[
            OpenApiExample(
                "Figures to declare",
                response_only=True,
                value={
                    "code": "figures_due",
                    "due_on": "2027-02-01",
                    "text": "Harris: declare figures for Annual dues from January 1, 2027",
                    "values": {"member": "Harris", "levy": "Annual dues", "period": "2027-01-01"},
                    "member": "7b0f0d52-6c37-4a5e-9a57-0c6f3f1c0a11",
                    "mine": True,
                    "href": "/api/v1/declarations/",
                },
            )
        ],
    )
    def list(self, request: Any) -> Response:
        query = DocketQuery(data=request.query_params, context=self.get_serializer_context())
        query.is_valid(raise_exception=True)
        consortium = query.validated_data["consortium"]
        on = clock.today(consortium)
        days = timedelta(days=query.validated_data.get("days", HORIZON_DAYS))
        until = query.validated_data.get("until", on + days)
        prefetch_related_objects([request.user], "appointments")
        items = docket(consortium=consortium, user=request.user, on=on, until=until)
        return Response(self.get_serializer(items, many=True).data)


def plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    match value:
        case Text():
            return value.pick(get_language() or "en")
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case int() | None:
            return value
        case list() | tuple():
            return [plain(each) for each in value]
    return str(value)
