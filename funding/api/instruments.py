"""What pays for research: own money, grants, research contracts, loans."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import AmountField, DayField, SlugField, UidField
from consortium.api.filters import InForceOn, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Consortium, Organization
from funding.models import FundingInstrument
from funding.operations.instruments import Funding, end_instrument, record_instrument
from funding.states import INSTRUMENTS
from projects.api.files import with_file
from projects.models import Project


class InstrumentSerializer(OfConsortiumSerializer):
    """What pays for somebody's research, in its unit."""

    kind = serializers.ChoiceField(choices=INSTRUMENTS, read_only=True)
    title = serializers.CharField(read_only=True)
    funder = PartySerializer(read_only=True)
    recipient = PartySerializer(read_only=True, allow_null=True)
    project = serializers.UUIDField(source="project.uid", read_only=True, allow_null=True)
    contract = serializers.CharField(read_only=True, allow_blank=True)
    amount = AmountField(read_only=True, allow_null=True)
    unit = serializers.CharField(read_only=True, allow_blank=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)


class RecordInstrumentSerializer(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    kind = serializers.ChoiceField(choices=INSTRUMENTS)
    title = serializers.CharField(max_length=200)
    funder = UidField(model=Organization)
    recipient = UidField(model=Organization, required=False, allow_null=True)
    project = UidField(model=Project, required=False, allow_null=True)
    contract = serializers.CharField(max_length=100, default="", allow_blank=True)
    amount = AmountField(required=False, allow_null=True)
    unit = serializers.CharField(max_length=20, default="", allow_blank=True)
    starts_on = DayField()
    ends_on = DayField(required=False, allow_null=True)
    paper = serializers.FileField(required=False, help_text="Only in a multipart form.")


class EndInstrumentSerializer(serializers.Serializer[Any]):
    ends_on = DayField(help_text="The first day on which it pays no more.")


class InstrumentFilters(filters.FilterSet):
    consortium = OfConsortium()
    kind = filters.ChoiceFilter(choices=INSTRUMENTS)
    project = Row(model=Project)
    on = InForceOn(label="Paying on a day.")


@extend_schema_view(
    list=extend_schema(summary="What pays for your research, or as staff for everybody's"),
    retrieve=extend_schema(summary="Something that pays for research"),
)
class InstrumentViewSet(ReadViewSet):
    model = FundingInstrument
    related = ("consortium", "funder", "recipient", "project")
    orderings = ("starts_on",)
    serializer_class = InstrumentSerializer
    filterset_class = InstrumentFilters
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="Record what pays for research (finance, projects or ip)",
        description="Refused with 422: `instrument_amount_wrong`, `instrument_foreign`, "
        "`instrument_funder_wrong`, `ends_before_start`.",
        request={
            "application/json": RecordInstrumentSerializer,
            "multipart/form-data": RecordInstrumentSerializer,
        },
        responses={201: InstrumentSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(RecordInstrumentSerializer)
        consortium: Consortium = data.pop("consortium")
        sent = data.pop("paper", None)
        who = {"by": request.user, "on": clock.today(consortium)}
        made = with_file(
            sent,
            lambda paper: record_instrument(
                consortium=consortium, funding=Funding(paper=paper, **data), **who
            ),
            consortium=consortium,
            **who,
        )
        return self.shown(made, 201)

    @extend_schema(
        summary="Let it pay no more from a day on (finance, projects or ip)",
        request=EndInstrumentSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def end(self, request: Any, uid: Any) -> Response:
        instrument: FundingInstrument = self.subject()
        data = self.checked(EndInstrumentSerializer)
        on = clock.today(instrument.consortium)
        return self.shown(end_instrument(instrument=instrument, **data, by=request.user, on=on))
