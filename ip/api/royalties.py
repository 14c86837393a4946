"""Royalty statements, what licensees were charged, and who got which part of it."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.models import Organization
from ip.api.licence_shapes import (
    CorrectRoyaltySerializer,
    DistributionPartSerializer,
    LicenceChargeSerializer,
    RoyaltyStatementSerializer,
)
from ip.api.licences import either, sales
from ip.models import DistributionPart, Licence, LicenceCharge, RoyaltyStatement
from ip.operations.distributing import distribute
from ip.operations.royalties import correct_royalty
from ip.states import Earning
from projects.api.files import with_file


class OfLicenceFilters(filters.FilterSet):
    consortium = OfConsortium(field_name="licence__result__consortium")
    licence = Row(model=Licence)


@extend_schema_view(
    list=extend_schema(summary="Royalty statements of the licences you may read"),
    retrieve=extend_schema(summary="A royalty statement with its lines"),
)
class RoyaltyStatementViewSet(ReadViewSet):
    model = RoyaltyStatement
    related = ("licence__result__consortium", "licence__licensee")
    prefetched = ("lines",)
    orderings = ("starts_on", "stated_on")
    serializer_class = RoyaltyStatementSerializer
    filterset_class = OfLicenceFilters
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="Correct it by what an audit found; the difference is charged or credited"
        " (ip, finance)",
        request=either(CorrectRoyaltySerializer),
        responses={201: RoyaltyStatementSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def correct(self, request: Any, uid: Any) -> Response:
        row: RoyaltyStatement = self.subject()
        data = self.checked(CorrectRoyaltySerializer)
        who = {"by": request.user, "on": clock.today(row.consortium)}
        corrected = with_file(
            data.pop("paper", None),
            lambda paper: correct_royalty(
                statement=row, sales=sales(data, paper), finding=data["finding"], **who
            ),
            consortium=row.consortium,
            **who,
        )
        return self.shown(corrected, 201)


class ChargeFilters(OfLicenceFilters):
    earning = filters.ChoiceFilter(choices=Earning.choices)
    divided = filters.BooleanFilter(
        field_name="distribution", lookup_expr="isnull", exclude=True, label="Divided already."
    )


@extend_schema_view(
    list=extend_schema(summary="What licensees were charged, of the licences you may read"),
    retrieve=extend_schema(summary="What a licensee was charged for"),
)
class LicenceChargeViewSet(ReadViewSet):
    model = LicenceCharge
    related = ("licence__result__consortium", "charge")
    orderings = ("counts_on",)
    serializer_class = LicenceChargeSerializer
    filterset_class = ChargeFilters

    @extend_schema(
        summary="Divide what was paid among the charter's portions and the owners (finance)",
        description="Refused with 422: `royalty_not_paid`, `royalty_distributed`.",
        request=None,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def distribute(self, request: Any, uid: Any) -> Response:
        row: LicenceCharge = self.subject()
        distribute(earned=row, by=request.user, on=clock.today(row.consortium))
        return self.shown(row)


class PartFilters(filters.FilterSet):
    consortium = OfConsortium(field_name="distribution__earned__licence__result__consortium")
    licence = Row(model=Licence, field_name="distribution__earned__licence")
    recipient = Row(model=Organization)
    distributed_from = Day(field_name="distribution__distributed_on", lookup_expr="gte")
    distributed_before = Day(field_name="distribution__distributed_on", lookup_expr="lt")


@extend_schema_view(
    list=extend_schema(summary="Your parts of what licences earned"),
    retrieve=extend_schema(summary="A part of what a licence earned"),
)
class DistributionPartViewSet(ReadViewSet):
    model = DistributionPart
    related = ("distribution__earned__licence__result__consortium", "recipient")
    serializer_class = DistributionPartSerializer
    filterset_class = PartFilters
