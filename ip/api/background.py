"""What members bring in and keep out."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, UidField
from consortium.api.filters import InForceOn, OfConsortium, Row, Search
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfMember, PartySerializer
from consortium.models import Member
from ip.api.fields import PartyField, ProjectField
from ip.models import Background, CoreBusiness
from ip.operations.background import (
    Brought,
    add_background,
    approve_background,
    end_background,
    record_core_business,
)
from ip.states import RESULT_KINDS
from projects.api.files import with_file
from projects.api.projects import OfProjectFilters, OfProjectSerializer
from projects.models import Project


class BackgroundSerializer(OfMember):
    """Something a member brings in, or keeps out (`excluded`), for all projects or for one."""

    project = serializers.UUIDField(source="project.uid", read_only=True, allow_null=True)
    title = serializers.CharField(read_only=True)
    kind = serializers.ChoiceField(choices=RESULT_KINDS, read_only=True)
    reference = serializers.CharField(read_only=True, allow_blank=True)
    description = serializers.CharField(read_only=True, allow_blank=True)
    limits = serializers.CharField(read_only=True, allow_blank=True)
    excluded = serializers.BooleanField(read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)
    approved_on = serializers.DateField(read_only=True, allow_null=True)


class BringSerializer(serializers.Serializer[Any]):
    member = UidField(model=Member)
    title = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=RESULT_KINDS)
    project = ProjectField(required=False, allow_null=True)
    reference = serializers.CharField(max_length=100, default="", allow_blank=True)
    description = serializers.CharField(max_length=20000, default="", allow_blank=True)
    limits = serializers.CharField(max_length=20000, default="", allow_blank=True)
    excluded = serializers.BooleanField(default=False)
    starts_on = DayField(required=False, allow_null=True, help_text="Today if left out.")


class ApproveSerializer(serializers.Serializer[Any]):
    approved_on = DayField(required=False, allow_null=True, help_text="Today if left out.")
    paper = serializers.FileField(required=False, help_text="Only in a multipart form.")


class EndBackgroundSerializer(serializers.Serializer[Any]):
    ends_on = DayField(help_text="The first day on which it no longer counts.")


class BackgroundFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member)
    project = Row(model=Project)
    kind = filters.ChoiceFilter(choices=RESULT_KINDS)
    excluded = filters.BooleanFilter()
    on = InForceOn(label="In force on a day.")
    search = Search(fields=["title", "reference"])


@extend_schema_view(
    list=extend_schema(summary="What the members of your consortia bring in and keep out"),
    retrieve=extend_schema(summary="Something brought in or kept out"),
)
class BackgroundViewSet(ReadViewSet):
    model = Background
    related = ("consortium", "member__organization", "project")
    orderings = ("starts_on", "title")
    serializer_class = BackgroundSerializer
    filterset_class = BackgroundFilters
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="List what you bring in or keep out (signatory, technical contact or ip)",
        description="Refused with 422: `exclusion_needless`, `background_add_only`, "
        "`generator_not_participant`.",
        request=BringSerializer,
        responses={201: BackgroundSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(BringSerializer)
        member: Member = data.pop("member")
        on = clock.today(member.consortium)
        brought = Brought(**data)
        row = add_background(member=member, brought=brought, by=request.user, on=on)
        return self.shown(row, 201)

    @extend_schema(
        summary="Enter that the body the charter names approved it (ip)",
        request={"application/json": ApproveSerializer, "multipart/form-data": ApproveSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def approve(self, request: Any, uid: Any) -> Response:
        row: Background = self.subject()
        data = self.checked(ApproveSerializer)
        who = {"by": request.user, "on": clock.today(row.consortium)}
        with_file(
            data.pop("paper", None),
            lambda paper: approve_background(background=row, paper=paper, **data, **who),
            consortium=row.consortium,
            **who,
        )
        return self.shown(row)

    @extend_schema(
        summary="Let it end, where the charter lets it (signatory or ip)",
        request=EndBackgroundSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def end(self, request: Any, uid: Any) -> Response:
        row: Background = self.subject()
        data = self.checked(EndBackgroundSerializer)
        on = clock.today(row.consortium)
        return self.shown(end_background(background=row, **data, by=request.user, on=on))


class CoreBusinessSerializer(OfProjectSerializer):
    """Whose core business a field is in a project; its results go there."""

    field = serializers.SlugField(read_only=True)
    organization = PartySerializer(source="body", read_only=True)


class RecordCoreBusinessSerializer(serializers.Serializer[Any]):
    project = ProjectField()
    field = serializers.SlugField(max_length=50)
    organization = PartyField()


@extend_schema_view(
    list=extend_schema(summary="Whose core business the fields of your projects are"),
    retrieve=extend_schema(summary="A field and whose core business it is"),
)
class CoreBusinessViewSet(ReadViewSet):
    model = CoreBusiness
    related = ("consortium", "project", "body")
    orderings = ("field",)
    serializer_class = CoreBusinessSerializer
    filterset_class = OfProjectFilters

    @extend_schema(
        summary="Record whose core business a field is, or that it is another's now (ip, projects)",
        description="Results disclosed later follow it. Refused: `generator_not_participant`.",
        request=RecordCoreBusinessSerializer,
        responses={201: CoreBusinessSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(RecordCoreBusinessSerializer)
        on = clock.today(data["project"].consortium)
        return self.shown(record_core_business(**data, by=request.user, on=on), 201)
