"""Projects: who takes part, how they stand, their contract and what happens to them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import AmountField, DayField, SlugField, UidField
from consortium.api.filters import OfConsortium, Row, Search
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.api.renderers import AnyFile
from consortium.models import Consortium, Member, Organization
from projects.api.calendars import CALENDAR, CALENDAR_LOGIN, of_project
from projects.api.files import with_file
from projects.models import Project, ProjectEvent, ProjectParticipant, Proposal
from projects.operations.course import (
    close_project,
    resume_project,
    suspend_project,
    terminate_project,
)
from projects.operations.start import Opening, Taking, open_project, sign_contract, start_project
from projects.reports.standing import stood
from projects.rules.choices import Part
from projects.states import PARTS, Happening, Standing

HAPPEN: dict[Happening, Any] = {
    Happening.SUSPENDED: suspend_project,
    Happening.RESUMED: resume_project,
    Happening.TERMINATED: terminate_project,
    Happening.CLOSED: close_project,
}


class ProjectSerializer(OfConsortiumSerializer):
    """A project as it stands today."""

    number = serializers.CharField(read_only=True)
    name_en = serializers.CharField(read_only=True, allow_blank=True)
    name_zh = serializers.CharField(read_only=True, allow_blank=True)
    theme = serializers.CharField(read_only=True, allow_blank=True)
    lead = PartySerializer(read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True)
    budget = AmountField(read_only=True, allow_null=True)
    unit = serializers.CharField(read_only=True)
    decided_on = serializers.DateField(read_only=True)
    contract_due_on = serializers.DateField(read_only=True, allow_null=True)
    standing = serializers.ChoiceField(choices=Standing.choices, read_only=True)


class TakingSerializer(serializers.Serializer[Any]):
    organization = UidField(model=Organization)
    part = serializers.ChoiceField(choices=PARTS)
    work_share = AmountField(help_text="Of 1; all together are 1 exactly.")
    cost_share = AmountField(help_text="Of 1; all together are 1 exactly.")


class OpenProjectSerializer(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    lead = UidField(model=Member)
    taking = TakingSerializer(many=True, help_text="Who takes part; the lead with part `lead`.")
    starts_on = DayField()
    ends_on = DayField(help_text="The first day that no longer belongs to it.")
    name_en = serializers.CharField(max_length=200, default="", allow_blank=True)
    name_zh = serializers.CharField(max_length=200, default="", allow_blank=True)
    theme = serializers.RegexField(r"^[a-z0-9_-]{0,50}$", default="", allow_blank=True)
    budget = AmountField(required=False, allow_null=True)
    unit = serializers.CharField(max_length=20, default="", allow_blank=True)


class StartProjectSerializer(serializers.Serializer[Any]):
    proposal = UidField(model=Proposal)
    starts_on = DayField(required=False, allow_null=True, help_text="Today if left out.")
    ends_on = DayField(required=False, allow_null=True)


class HappenSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, default="", allow_blank=True)
    happened_on = DayField(required=False, allow_null=True, help_text="Today if left out.")
    paper = serializers.FileField(required=False, help_text="Only in a multipart form.")


class ProjectFilters(filters.FilterSet):
    consortium = OfConsortium()
    theme = filters.CharFilter(max_length=50)
    lead = Row(model=Member)
    standing = filters.ChoiceFilter(choices=Standing.choices, label="How it stands today.")
    search = Search(fields=["number", "name_en", "name_zh"])


@extend_schema_view(
    list=extend_schema(summary="Projects you take part in, or as staff all of them"),
    retrieve=extend_schema(summary="A project"),
)
class ProjectViewSet(ReadViewSet):
    model = Project
    related = ("consortium", "lead__organization")
    orderings = ("number", "starts_on", "ends_on")
    serializer_class = ProjectSerializer
    filterset_class = ProjectFilters
    parser_classes = (StrictJSON, Form)

    def get_queryset(self) -> QuerySet[Any]:
        return stood(super().get_queryset(), self.today)

    @extend_schema(
        summary="Start a project that no call led to (projects)",
        request=OpenProjectSerializer,
        responses={201: ProjectSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(OpenProjectSerializer)
        consortium = data.pop("consortium")
        taking = [Taking(**{**each, "part": Part(each["part"])}) for each in data.pop("taking")]
        project = open_project(
            consortium=consortium,
            opening=Opening(taking=taking, **data),
            by=request.user,
            on=clock.today(consortium),
        )
        return self.shown(project, 201)

    @extend_schema(
        summary="Start a project of a granted proposal (projects)",
        request=StartProjectSerializer,
        responses={201: ProjectSerializer},
    )
    @action(detail=False, methods=["post"])
    @idempotent
    def start(self, request: Any) -> Response:
        data = self.checked(StartProjectSerializer)
        on = clock.today(data["proposal"].consortium)
        return self.shown(start_project(**data, by=request.user, on=on), 201)

    @extend_schema(
        summary="What is due in a project, for a calendar program",
        description="Subscribe with any name and a token of yours as the password.",
        responses=CALENDAR,
    )
    @action(detail=True, authentication_classes=CALENDAR_LOGIN, renderer_classes=[AnyFile])
    def calendar(self, request: Any, uid: Any) -> HttpResponse:
        project: Project = self.subject()
        return of_project(project, request.user, clock.today(project.consortium))

    def happen(self, request: Any, kind: Happening) -> Response:
        project: Project = self.subject()
        data = self.checked(HappenSerializer)
        who = {"by": request.user, "on": clock.today(project.consortium)}
        sent = data.pop("paper", None)
        with_file(
            sent,
            lambda paper: HAPPEN[kind](project=project, paper=paper, **data, **who),
            consortium=project.consortium,
            **who,
        )
        return self.shown(project)

    @extend_schema(summary="Suspend a project (projects)", request=HappenSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def suspend(self, request: Any, uid: Any) -> Response:
        return self.happen(request, Happening.SUSPENDED)

    @extend_schema(summary="Let a suspended project go on (projects)", request=HappenSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def resume(self, request: Any, uid: Any) -> Response:
        return self.happen(request, Happening.RESUMED)

    @extend_schema(summary="End a project before its time (projects)", request=HappenSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def terminate(self, request: Any, uid: Any) -> Response:
        return self.happen(request, Happening.TERMINATED)

    @extend_schema(
        summary="Close a project, finished or with a reason (projects)", request=HappenSerializer
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def close(self, request: Any, uid: Any) -> Response:
        return self.happen(request, Happening.CLOSED)


class OfProjectSerializer(OfConsortiumSerializer):
    """What every row of a project shows first."""

    project = serializers.UUIDField(source="project.uid", read_only=True)


class ProjectParticipantSerializer(OfProjectSerializer):
    """An organization in a project, with its shares and its signature."""

    organization = PartySerializer(source="body", read_only=True)
    part = serializers.ChoiceField(choices=PARTS, read_only=True)
    work_share = AmountField(read_only=True)
    cost_share = AmountField(read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)
    signed_on = serializers.DateField(read_only=True, allow_null=True)
    signatory = serializers.CharField(read_only=True, allow_blank=True)


class SignContractSerializer(serializers.Serializer[Any]):
    """A signature. Staff who enter it from paper give `signed_on`, and the scan."""

    signatory = serializers.CharField(max_length=150)
    signed_on = DayField(required=False, allow_null=True)
    contract = serializers.FileField(required=False, help_text="Only in a multipart form.")


class OfProjectFilters(filters.FilterSet):
    consortium = OfConsortium()
    project = Row(model=Project)


@extend_schema_view(
    list=extend_schema(summary="Participants of your projects"),
    retrieve=extend_schema(summary="A participant of a project"),
)
class ProjectParticipantViewSet(ReadViewSet):
    model = ProjectParticipant
    related = ("consortium", "project", "body")
    orderings = ("starts_on",)
    serializer_class = ProjectParticipantSerializer
    filterset_class = OfProjectFilters
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="Sign the contract (signatory), or enter a signature from paper (projects)",
        request=SignContractSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def sign(self, request: Any, uid: Any) -> Response:
        participant: ProjectParticipant = self.subject()
        data = self.checked(SignContractSerializer)
        who = {"by": request.user, "on": clock.today(participant.consortium)}
        sent = data.pop("contract", None)
        with_file(
            sent,
            lambda paper: sign_contract(participant=participant, contract=paper, **data, **who),
            consortium=participant.consortium,
            **who,
        )
        return self.shown(participant)


class ProjectEventSerializer(OfProjectSerializer):
    """What happened to a project."""

    kind = serializers.ChoiceField(choices=Happening.choices, read_only=True)
    on = serializers.DateField(read_only=True)
    reason = serializers.CharField(read_only=True, allow_blank=True)


@extend_schema_view(
    list=extend_schema(summary="What happened to your projects"),
    retrieve=extend_schema(summary="Something that happened to a project"),
)
class ProjectEventViewSet(ReadViewSet):
    model = ProjectEvent
    related = ("consortium", "project")
    orderings = ("on",)
    serializer_class = ProjectEventSerializer
    filterset_class = OfProjectFilters
