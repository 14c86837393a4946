"""Reports one may read, with their files; made by hand; and what is scheduled."""

from datetime import date
from typing import Any

from django.http import FileResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, SlugField, UidField
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.api.renderers import AnyFile
from consortium.models import Consortium, Member, Report, ReportSchedule
from consortium.models.reports import kind_label
from consortium.operations.reports import produce_report
from consortium.papers.filed import attachment
from consortium.rules.rhythm import period_of, written
from consortium.states import FILE_FORMATS, LANGUAGES, RHYTHMS, Role

PERIOD = "As `2026`, `2026-H2`, `2026-Q3`, `2026-10`, or two days with dots, the second exclusive."


class KindField(serializers.Serializer[Any]):
    kind = serializers.SlugField(read_only=True)
    title = serializers.SerializerMethodField(help_text="The kind in the reader's language.")

    def get_title(self, row: Any) -> str:
        return kind_label(row.kind)


class MadeReportSerializer(KindField, OfConsortiumSerializer):
    """A report as it was made; its file stands at `file/`."""

    period = serializers.SerializerMethodField(help_text=PERIOD)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, help_text="Exclusive.")
    on = serializers.DateField(read_only=True, help_text="As of the end of this day.")
    known_at = serializers.DateTimeField(
        read_only=True, help_text="By what was recorded up to then."
    )
    parameters = serializers.DictField(read_only=True)
    language = serializers.ChoiceField(choices=LANGUAGES, read_only=True)
    format = serializers.ChoiceField(choices=FILE_FORMATS, read_only=True)
    member = PartySerializer(read_only=True, allow_null=True)
    version = serializers.IntegerField(read_only=True)
    scheduled = serializers.SerializerMethodField(help_text="Made by a schedule, not by hand.")
    name = serializers.CharField(source="document.name", read_only=True)
    size = serializers.IntegerField(source="document.size", read_only=True)
    sha256 = serializers.CharField(source="document.sha256", read_only=True)
    made_at = serializers.DateTimeField(read_only=True)

    def get_period(self, report: Report) -> str:
        return written(report.period)

    def get_scheduled(self, report: Report) -> bool:
        return report.edition_id is not None


class MakeReportSerializer(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    kind = serializers.SlugField(max_length=60)
    period = serializers.CharField(max_length=40, help_text=PERIOD)
    on = DayField(required=False, help_text="As of the end of this day; today if left out.")
    known_at = serializers.DateTimeField(
        required=False, help_text="By what was recorded up to then; now if left out."
    )
    parameters = serializers.DictField(required=False, default=dict)
    language = serializers.ChoiceField(choices=LANGUAGES)
    format = serializers.ChoiceField(choices=FILE_FORMATS)
    member = UidField(
        model=Member, required=False, allow_null=True, help_text="Where it is of one member."
    )


class ReportFilters(filters.FilterSet):
    consortium = OfConsortium()
    kind = filters.CharFilter(max_length=60, label="The kind of report.")
    format = filters.ChoiceFilter(choices=FILE_FORMATS)
    member = Row(model=Member)
    starts_on = Day(label="Of the periods that start on this day.")
    ends_on = Day(label="Of the periods that end on this day (exclusive).")
    since = Day(field_name="starts_on", lookup_expr="gte", label="Start on this day or later.")
    until = Day(field_name="ends_on", lookup_expr="lte", label="End on this day or earlier.")


@extend_schema_view(
    list=extend_schema(summary="Reports you may read by a role you hold today"),
    retrieve=extend_schema(summary="A report"),
)
class ReportViewSet(ReadViewSet):
    model = Report
    related = ("consortium", "member__organization", "document")
    orderings = ("made_at", "starts_on")
    serializer_class = MadeReportSerializer
    filterset_class = ReportFilters

    @extend_schema(
        summary="Make a report by hand (staff whom the kind is for)",
        request=MakeReportSerializer,
        responses={201: MadeReportSerializer},
        examples=[
            OpenApiExample(
                "The roll of a quarter",
                request_only=True,
                value={
                    "consortium": "alliance",
                    "kind": "members",
                    "period": "2026-Q3",
                    "language": "en",
                    "format": "pdf",
                },
            )
        ],
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(MakeReportSerializer)
        data["period"] = period_of(data["period"])
        data["as_of"] = data.pop("on", None)
        on = clock.today(data["consortium"])
        return self.shown(produce_report(**data, by=request.user, on=on), 201)

    @extend_schema(
        summary="The file of a report",
        responses={
            (200, "application/octet-stream"): OpenApiResponse(
                OpenApiTypes.BINARY, description="The file, as an attachment."
            )
        },
    )
    @action(detail=True, renderer_classes=[AnyFile])
    def file(self, request: Any, uid: Any) -> FileResponse:
        return attachment(self.get_object().document)


class ReportScheduleSerializer(KindField, OfConsortiumSerializer):
    """A kind of report made again and again, for the period that has just ended."""

    every = serializers.ChoiceField(choices=RHYTHMS, read_only=True)
    anchor_on = serializers.DateField(read_only=True, help_text="A period starts on this day.")
    days = serializers.IntegerField(read_only=True, help_text="Due so many days after the end.")
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)
    next_period = serializers.SerializerMethodField(help_text=PERIOD)
    next_due_on = serializers.SerializerMethodField()
    parameters = serializers.DictField(read_only=True)
    language = serializers.ChoiceField(choices=LANGUAGES, read_only=True)
    formats = serializers.ListField(
        child=serializers.ChoiceField(choices=FILE_FORMATS), read_only=True
    )
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=Role.choices), read_only=True
    )
    people = PartySerializer(many=True, read_only=True)

    def get_next_period(self, schedule: ReportSchedule) -> str | None:
        coming = schedule.timetable.coming(clock.today(schedule.consortium))
        return written(coming[0]) if coming else None

    def get_next_due_on(self, schedule: ReportSchedule) -> date | None:
        table = schedule.timetable
        coming = table.coming(clock.today(schedule.consortium))
        return table.due_on(coming[0]) if coming else None


class ReportScheduleFilters(filters.FilterSet):
    consortium = OfConsortium()
    kind = filters.CharFilter(max_length=60, label="The kind of report.")


@extend_schema_view(
    list=extend_schema(summary="Schedules of reports (secretary, finance, auditor)"),
    retrieve=extend_schema(summary="A schedule of a report"),
)
class ReportScheduleViewSet(ReadViewSet):
    model = ReportSchedule
    related = ("consortium",)
    prefetched = ("people",)
    orderings = ("starts_on",)
    serializer_class = ReportScheduleSerializer
    filterset_class = ReportScheduleFilters
