"""Charges: what a member is asked to pay."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action

from consortium.api.fields import amount
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.parties import OfMember
from consortium.api.renderers import AnyFile
from consortium.models import Member
from consortium.papers import download
from consortium.states import LANGUAGES
from funding.api.looks import Watched, note_look
from funding.models import Charge
from funding.papers.request import payment_requests
from funding.states import Screen


class ChargeSerializer(OfMember):
    """An issued charge with its parties as they were; never changed."""

    number = serializers.CharField(read_only=True)
    assessment = serializers.UUIDField(source="assessment.uid", read_only=True)
    instalment = serializers.IntegerField(read_only=True)
    instalments = serializers.SerializerMethodField(
        help_text="How many there are of the same assessment; 1 for a charge in full."
    )
    levy = serializers.SlugField(read_only=True)
    amount = serializers.SerializerMethodField()
    unit = serializers.CharField(read_only=True)
    issued_on = serializers.DateField(read_only=True)
    due_on = serializers.DateField(read_only=True)
    parties = serializers.DictField(read_only=True)
    former_number = serializers.SerializerMethodField(
        help_text="The number in the books kept before the cut-over; empty for one of ours."
    )

    former_voucher = serializers.SerializerMethodField(
        help_text="The voucher it was given there, if it was."
    )

    def get_instalments(self, charge: Charge) -> int:
        return len(charge.assessment.charges.all())

    def get_former_number(self, charge: Charge) -> str:
        return charge.opening.number if hasattr(charge, "opening") else ""

    def get_former_voucher(self, charge: Charge) -> str:
        return charge.opening.voucher if hasattr(charge, "opening") else ""

    def get_amount(self, charge: Charge) -> str:
        return amount(charge.amount, charge.unit)


class ChargeFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member)
    levy = filters.CharFilter(max_length=50)
    number = filters.CharFilter(max_length=40)
    due_from = Day(field_name="due_on", lookup_expr="gte", label="Due on a day or later.")
    due_until = Day(field_name="due_on", lookup_expr="lte", label="Due on a day or earlier.")


class RequestQuery(serializers.Serializer[Any]):
    language = serializers.ChoiceField(
        choices=LANGUAGES, required=False, help_text="Of the paper; the reader's if left out."
    )


@extend_schema_view(
    list=extend_schema(summary="Charges: your own, or as finance staff those of every member"),
    retrieve=extend_schema(summary="A charge"),
)
class ChargeViewSet(Watched):
    one, many = Screen.CHARGE, Screen.CHARGES
    model = Charge
    related = ("consortium", "member__organization", "assessment", "opening")
    prefetched = ("assessment__charges",)
    orderings = ("due_on", "number")
    serializer_class = ChargeSerializer
    filterset_class = ChargeFilters
    parameters = {"payment_request": ("language",)}

    @extend_schema(
        summary="The request for payment of a charge, as PDF",
        parameters=[RequestQuery],
        responses={
            (200, "application/pdf"): OpenApiResponse(
                OpenApiTypes.BINARY, description="The paper, as an attachment."
            )
        },
    )
    @action(detail=True, url_path="request", renderer_classes=[AnyFile])
    def payment_request(self, request: Any, uid: Any) -> HttpResponse:
        charge: Charge = self.get_object()
        if charge.secret:
            # The paper says how the amount came about, hence the figures.
            seen = charge.assessment.uid
            note_look(self, charge.consortium, Screen.ASSESSMENT, [charge.member_id], subject=seen)
        query = RequestQuery(data=dict(request.query_params.items()))
        query.is_valid(raise_exception=True)
        language = query.validated_data.get("language") or get_language() or "en"
        pdf = payment_requests([charge], language=language)
        return download(pdf, name=f"{charge.number}.pdf", language=language)
