"""What is due of projects: milestones, deliverables, progress reports, risks."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import AmountField, DayField, UidField
from consortium.api.filters import Day
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import PartySerializer
from consortium.api.renderers import AnyFile
from consortium.models import Organization
from consortium.papers.filed import attachment
from projects.api.files import BINARY, with_file
from projects.api.projects import OfProjectFilters, OfProjectSerializer
from projects.models import Deliverable, Milestone, ProgressReport, Project, Risk
from projects.operations.items import (
    accept_deliverable,
    reach_milestone,
    send_back_deliverable,
    submit_deliverable,
)
from projects.operations.progress import accept_report, send_back_report, submit_report
from projects.operations.risks import close_risk, open_risk, revise_risk


class ItemSerializer(OfProjectSerializer):
    """What every due thing of a project shows."""

    code = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True, allow_blank=True)
    responsible = PartySerializer(source="organization", read_only=True)
    due_on = serializers.DateField(read_only=True)
    done_on = serializers.DateField(read_only=True, allow_null=True)
    dropped_on = serializers.DateField(read_only=True, allow_null=True)


class DeliverableSerializer(ItemSerializer):
    submitted_on = serializers.DateField(read_only=True, allow_null=True)
    remark = serializers.CharField(read_only=True, allow_blank=True)
    has_file = serializers.SerializerMethodField(help_text="It is read at `…/file/`.")

    def get_has_file(self, row: Any) -> bool:
        return row.document_id is not None


class ReportSerializer(DeliverableSerializer):
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True)
    final = serializers.BooleanField(read_only=True)
    text = serializers.CharField(read_only=True, allow_blank=True)
    effort = serializers.DictField(child=serializers.CharField(), read_only=True)


class ReachSerializer(serializers.Serializer[Any]):
    reached_on = DayField(required=False, allow_null=True, help_text="Today if left out.")


class SubmitDeliverableSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()
    submitted_on = DayField(required=False, allow_null=True, help_text="Staff only, from paper.")


class SubmitReportSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=20000, default="", allow_blank=True)
    effort = serializers.DictField(
        child=AmountField(), required=False, help_text="Person-months by work package; JSON only."
    )
    file = serializers.FileField(required=False, help_text="Only in a multipart form.")
    submitted_on = DayField(required=False, allow_null=True, help_text="Staff only, from paper.")


class RemarkSerializer(serializers.Serializer[Any]):
    remark = serializers.CharField(max_length=500)


class ItemFilters(OfProjectFilters):
    due_from = Day(field_name="due_on", lookup_expr="gte", label="Due on a day or later.")
    due_until = Day(field_name="due_on", lookup_expr="lte", label="Due on a day or earlier.")
    open = filters.BooleanFilter(
        field_name="done_on", lookup_expr="isnull", label="Not done yet, or done."
    )


class ItemViewSet(ReadViewSet):
    """What the screens of due things share."""

    related = ("consortium", "project__lead__organization", "responsible")
    orderings = ("due_on",)
    filterset_class = ItemFilters
    parser_classes = (StrictJSON, Form)

    def acted(self, operation: Any, name: str, data: dict[str, Any]) -> Response:
        """Run an operation on the row, with its file where one was sent."""
        row = self.subject()
        who: dict[str, Any] = {"by": self.request.user, "on": clock.today(row.consortium)}
        if "file" not in data:
            return self.shown(operation(**{name: row}, **data, **who))
        sent = data.pop("file")
        with_file(
            sent,
            lambda document: operation(**{name: row}, document=document, **data, **who),
            consortium=row.consortium,
            **who,
        )
        return self.shown(row)


@extend_schema_view(
    list=extend_schema(summary="Milestones of your projects"),
    retrieve=extend_schema(summary="A milestone"),
)
class MilestoneViewSet(ItemViewSet):
    model = Milestone
    serializer_class = ItemSerializer

    @extend_schema(
        summary="Report a milestone reached (who is responsible, or projects)",
        request=ReachSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def reach(self, request: Any, uid: Any) -> Response:
        return self.acted(reach_milestone, "milestone", self.checked(ReachSerializer))


@extend_schema_view(
    list=extend_schema(summary="Deliverables of your projects"),
    retrieve=extend_schema(summary="A deliverable"),
)
class DeliverableViewSet(ItemViewSet):
    model = Deliverable
    serializer_class = DeliverableSerializer

    @extend_schema(
        summary="Hand a deliverable in (who is responsible, or projects from paper)",
        request={"multipart/form-data": SubmitDeliverableSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def submit(self, request: Any, uid: Any) -> Response:
        data = self.checked(SubmitDeliverableSerializer)
        return self.acted(submit_deliverable, "deliverable", data)

    @extend_schema(summary="Accept a deliverable (projects)", request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def accept(self, request: Any, uid: Any) -> Response:
        return self.acted(accept_deliverable, "deliverable", {})

    @extend_schema(
        summary="Send a deliverable back with a remark (projects)", request=RemarkSerializer
    )
    @action(detail=True, methods=["post"], url_path="send-back")
    @idempotent
    def send_back(self, request: Any, uid: Any) -> Response:
        return self.acted(send_back_deliverable, "deliverable", self.checked(RemarkSerializer))

    @extend_schema(summary="The file of a deliverable", responses=BINARY)
    @action(detail=True, renderer_classes=[AnyFile])
    def file(self, request: Any, uid: Any) -> Any:
        return attachment(self.subject().document)


@extend_schema_view(
    list=extend_schema(summary="Progress reports of your projects"),
    retrieve=extend_schema(summary="A progress report"),
)
class ReportViewSet(ItemViewSet):
    model = ProgressReport
    serializer_class = ReportSerializer

    @extend_schema(
        summary="Hand a progress report in (who is responsible, or projects from paper)",
        request={
            "application/json": SubmitReportSerializer,
            "multipart/form-data": SubmitReportSerializer,
        },
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def submit(self, request: Any, uid: Any) -> Response:
        return self.acted(submit_report, "report", self.checked(SubmitReportSerializer))

    @extend_schema(summary="Accept a progress report (projects)", request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def accept(self, request: Any, uid: Any) -> Response:
        return self.acted(accept_report, "report", {})

    @extend_schema(
        summary="Send a progress report back with a remark (projects)", request=RemarkSerializer
    )
    @action(detail=True, methods=["post"], url_path="send-back")
    @idempotent
    def send_back(self, request: Any, uid: Any) -> Response:
        return self.acted(send_back_report, "report", self.checked(RemarkSerializer))

    @extend_schema(summary="The file of a progress report", responses=BINARY)
    @action(detail=True, renderer_classes=[AnyFile])
    def file(self, request: Any, uid: Any) -> Any:
        return attachment(self.subject().document)


class RiskSerializer(OfProjectSerializer):
    title = serializers.CharField(read_only=True)
    likelihood = serializers.IntegerField(read_only=True)
    impact = serializers.IntegerField(read_only=True)
    response = serializers.CharField(read_only=True, allow_blank=True)
    owner = PartySerializer(read_only=True, allow_null=True)
    opened_on = serializers.DateField(read_only=True)
    closed_on = serializers.DateField(read_only=True, allow_null=True)


class ReviseRiskSerializer(serializers.Serializer[Any]):
    likelihood = serializers.IntegerField(min_value=1, max_value=5)
    impact = serializers.IntegerField(min_value=1, max_value=5)
    response = serializers.CharField(max_length=5000, default="", allow_blank=True)


class OpenRiskSerializer(ReviseRiskSerializer):
    project = UidField(model=Project)
    title = serializers.CharField(max_length=200)
    owner = UidField(model=Organization, required=False, allow_null=True)


@extend_schema_view(
    list=extend_schema(summary="Risks of your projects"),
    retrieve=extend_schema(summary="A risk"),
)
class RiskViewSet(ReadViewSet):
    model = Risk
    related = ("consortium", "project__lead__organization", "owner")
    orderings = ("opened_on",)
    serializer_class = RiskSerializer
    filterset_class = OfProjectFilters

    @extend_schema(
        summary="Write a risk down (the lead's people, or projects)",
        request=OpenRiskSerializer,
        responses={201: RiskSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(OpenRiskSerializer)
        on = clock.today(data["project"].consortium)
        return self.shown(open_risk(**data, by=request.user, on=on), 201)

    @extend_schema(summary="Look at a risk again", request=ReviseRiskSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def revise(self, request: Any, uid: Any) -> Response:
        risk: Risk = self.subject()
        data = self.checked(ReviseRiskSerializer)
        on = clock.today(risk.consortium)
        return self.shown(revise_risk(risk=risk, **data, by=request.user, on=on))

    @extend_schema(summary="Note that a risk is gone", request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def close(self, request: Any, uid: Any) -> Response:
        risk: Risk = self.subject()
        on = clock.today(risk.consortium)
        return self.shown(close_risk(risk=risk, by=request.user, on=on))
