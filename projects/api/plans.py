"""Plans of projects: versions, what each changes, and how it shares the work out."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from drf_spectacular.utils import extend_schema_view as views
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import UidField
from consortium.api.idempotency import idempotent
from consortium.api.parties import PartySerializer
from consortium.rules.schema import plain
from projects.api.projects import OfProjectFilters, OfProjectSerializer
from projects.models import Plan, Project
from projects.operations.plans import decide_plan, propose_plan
from projects.reports.plans import parsed, split
from projects.rules.workshare import Measured

EXAMPLE = {
    "months": 24,
    "packages": [
        {
            "code": "optics",
            "title": {"en": "Optics", "zh": "光学"},
            "responsible": "7b0f0d52-6c37-4a5e-9a57-0c6f3f1c0a11",
            "site": "member",
            "starts": 0,
            "ends": 12,
            "effort": {"7b0f0d52-6c37-4a5e-9a57-0c6f3f1c0a11": "18"},
        }
    ],
    "milestones": [{"code": "first_light", "title": {"en": "First light"}, "due": 12}],
}


class PlanSerializer(OfProjectSerializer):
    """A version of a project's plan; the last adopted one counts."""

    version = serializers.IntegerField(read_only=True)
    body = serializers.JSONField(read_only=True)
    reason = serializers.CharField(read_only=True, allow_blank=True)
    proposed_on = serializers.DateField(read_only=True)
    proposed_by = PartySerializer(read_only=True, allow_null=True)
    decided_on = serializers.DateField(read_only=True, allow_null=True)
    adopted = serializers.BooleanField(read_only=True, allow_null=True)


@extend_schema_field(OpenApiTypes.OBJECT)
class DocumentField(serializers.JSONField):
    """A document that its schema checks."""


class ProposePlanSerializer(serializers.Serializer[Any]):
    project = UidField(model=Project)
    body = DocumentField(
        help_text="Months are counted from the project's first day, ends exclusive."
    )
    reason = serializers.CharField(
        max_length=500, default="", allow_blank=True, help_text="Of a change."
    )


class DecidePlanSerializer(serializers.Serializer[Any]):
    adopt = serializers.BooleanField()


class MeasuredSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(allow_blank=True)
    effort = serializers.CharField(help_text="Person-months.")
    share = serializers.CharField(help_text="Of 1.")
    wanted = serializers.CharField(allow_null=True, help_text="By the charter.")
    fits = serializers.BooleanField()


class ElsewhereSerializer(serializers.Serializer[Any]):
    part = serializers.CharField()
    country = serializers.CharField(help_text="Where the charter wants it.")
    found = serializers.CharField()
    effort = serializers.CharField()


class SplitSerializer(serializers.Serializer[Any]):
    """How a plan shares the work out, against the charter."""

    fits = serializers.BooleanField()
    sites = MeasuredSerializer(many=True)
    parts = MeasuredSerializer(many=True)
    organizations = MeasuredSerializer(many=True)
    countries = MeasuredSerializer(many=True)
    elsewhere = ElsewhereSerializer(many=True)


@views(
    list=extend_schema(summary="Versions of your projects' plans"),
    retrieve=extend_schema(summary="A version of a plan"),
)
class PlanViewSet(ReadViewSet):
    model = Plan
    related = ("consortium", "project", "proposed_by")
    orderings = ("proposed_on", "version")
    serializer_class = PlanSerializer
    filterset_class = OfProjectFilters

    @extend_schema(
        summary="Propose a plan or a change of it (the lead's people, or projects)",
        description="Refused with 422 and every path: what the plan's own rules, the project's "
        "participants, days and facilities, and the charter's parts do not allow.",
        request=ProposePlanSerializer,
        responses={201: PlanSerializer},
        examples=[
            OpenApiExample(
                "A plan of one work package",
                request_only=True,
                value={"project": "7b0f0d52-6c37-4a5e-9a57-0c6f3f1c0a11", "body": EXAMPLE},
            )
        ],
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(ProposePlanSerializer)
        body = data["body"] if isinstance(data["body"], dict) else {}
        on = clock.today(data["project"].consortium)
        plan = propose_plan(**{**data, "body": body}, by=request.user, on=on)
        return self.shown(plan, 201)

    @extend_schema(
        summary="Adopt or refuse a proposed plan as the second person (projects)",
        request=DecidePlanSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def decide(self, request: Any, uid: Any) -> Response:
        plan: Plan = self.subject()
        data = self.checked(DecidePlanSerializer)
        on = clock.today(plan.consortium)
        return self.shown(decide_plan(plan=plan, **data, by=request.user, on=on))

    @extend_schema(
        summary="How a plan shares the work out, by site, part, organization and country",
        responses=SplitSerializer,
    )
    @action(detail=True)
    def split(self, request: Any, uid: Any) -> Response:
        plan: Plan = self.subject()
        found = split(plan.project, parsed(plan))
        said: dict[str, Any] = {
            name: [measured(each) for each in getattr(found, name)]
            for name in ("sites", "parts", "organizations", "countries")
        }
        elsewhere = [{**asdict(each), "effort": plain(each.effort)} for each in found.elsewhere]
        return Response({"fits": found.fits, **said, "elsewhere": elsewhere})


def measured(each: Measured) -> dict[str, Any]:
    return {
        "key": each.key,
        "effort": plain(each.effort),
        "share": plain(round(each.share, 6).normalize()),
        "wanted": plain(each.wanted) if each.wanted is not None else None,
        "fits": each.fits,
    }
