"""The desk's three pictures of projects for staff's programs: pipeline, portfolio, deadlines."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from consortium import access, clock, words
from consortium.api.base import MemberViewSet
from consortium.api.fields import SlugField, UidField, amount
from consortium.api.parties import PartySerializer
from consortium.models import Consortium
from consortium.rules.schema import plain
from projects.models import Project
from projects.reports.board import Due, board, days_late
from projects.reports.holdings import Holding, holdings
from projects.reports.pipeline import Heap, pipeline
from projects.states import PROJECT_READERS, Progress


class InOneConsortium(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)


class OfOneProject(InOneConsortium):
    project = UidField(model=Project, required=False, help_text="Of this project only.")


class CallNameSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    code = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()


class HeapSerializer(serializers.Serializer[Any]):
    """Proposals of a call that have got equally far; `asked`: their cost less own money."""

    progress = serializers.ChoiceField(choices=Progress.choices)
    count = serializers.IntegerField()
    asked = serializers.CharField()
    granted = serializers.CharField()


class PipelineSerializer(serializers.Serializer[Any]):
    call = CallNameSerializer()
    unit = serializers.CharField()
    budget = serializers.CharField(allow_null=True)
    proposals = HeapSerializer(many=True)


class BudgetByUnitSerializer(serializers.Serializer[Any]):
    unit = serializers.CharField()
    amount = serializers.CharField()


class HoldingSerializer(serializers.Serializer[Any]):
    """Projects that are not over: how many, their budget, planned person-months."""

    projects = serializers.IntegerField()
    budget = BudgetByUnitSerializer(many=True)
    person_months = serializers.CharField()


class ThemeHoldingSerializer(HoldingSerializer):
    theme = serializers.CharField(allow_blank=True)


class ParticipantHoldingSerializer(HoldingSerializer):
    organization = PartySerializer()


class HoldingsSerializer(serializers.Serializer[Any]):
    """The portfolio; a participant's budget is its share of the cost."""

    whole = HoldingSerializer()
    themes = ThemeHoldingSerializer(many=True)
    participants = ParticipantHoldingSerializer(many=True)


class OpenDeadlineSerializer(serializers.Serializer[Any]):
    """An open deadline and where it stands on the board."""

    code = serializers.CharField(help_text="As in `docket/`: `milestone_due` and so on.")
    due_on = serializers.DateField()
    days_late = serializers.IntegerField()
    column = serializers.CharField(
        help_text=(
            "`late_14`: overdue, and the step of the ladder 14 days after has passed; `late_0`:"
            " before its first step; `week`, `month`: within 7 or 30 days."
        )
    )
    text = serializers.CharField(help_text="The sentence in the reader's language.")
    uid = serializers.UUIDField(help_text="Of the row that is due.")
    project = serializers.UUIDField(allow_null=True)


class Dashboard(MemberViewSet):
    """What project staff and auditors read of one consortium; to others it is not there."""

    model = Consortium
    pagination_class = None
    filter_backends = ()
    query: type[InOneConsortium] = InOneConsortium
    parameters = {"list": ("consortium",)}

    def asked(self) -> dict[str, Any]:
        """Return what is asked for, and on which day. Raises ValidationError, Http404."""
        query = self.query(data=self.request.query_params, context=self.get_serializer_context())
        query.is_valid(raise_exception=True)
        found: dict[str, Any] = dict(query.validated_data)
        here, user = found["consortium"], self.request.user
        on = clock.today(here)
        roles = set(PROJECT_READERS)
        if not access.holds(user, consortium=here, on=on, roles=roles, organization=None):
            raise Http404
        return {**found, "user": user, "on": on}


class PipelineViewSet(Dashboard):
    serializer_class = PipelineSerializer

    @extend_schema(
        summary="Proposals by call and how far they have got (project staff)",
        parameters=[InOneConsortium],
        responses=PipelineSerializer(many=True),
    )
    def list(self, request: Any) -> Response:
        answer = [
            {
                "call": call,
                "unit": call.unit,
                "budget": amount(call.budget, call.unit) if call.budget is not None else None,
                "proposals": [
                    heap_shown(each, heaps[each], call.unit) for each in Progress if each in heaps
                ],
            }
            for call, heaps in pipeline(**self.asked()).items()
        ]
        return Response(PipelineSerializer(answer, many=True).data)


def heap_shown(progress: Progress, heap: Heap, unit: str) -> dict[str, Any]:
    return {
        "progress": progress,
        "count": heap.count,
        "asked": amount(heap.asked, unit),
        "granted": amount(heap.granted, unit),
    }


class PortfolioViewSet(Dashboard):
    serializer_class = HoldingsSerializer

    @extend_schema(
        summary="The portfolio by theme and by participant (project staff)",
        parameters=[InOneConsortium],
        responses=HoldingsSerializer,
    )
    def list(self, request: Any) -> Response:
        found = holdings(**self.asked())
        answer = {
            "whole": held(found.whole),
            "themes": [{"theme": code, **held(each)} for code, each in found.themes.items()],
            "participants": [
                {"organization": each, **held(holding)}
                for each, holding in found.organizations.items()
            ],
        }
        return Response(HoldingsSerializer(answer).data)


def held(holding: Holding) -> dict[str, Any]:
    return {
        "projects": holding.projects,
        "budget": [
            {"unit": unit, "amount": amount(value, unit)}
            for unit, value in sorted(holding.budget.items())
        ],
        "person_months": plain(holding.months),
    }


class DeadlineViewSet(Dashboard):
    serializer_class = OpenDeadlineSerializer
    query = OfOneProject
    parameters = {"list": ("consortium", "project")}

    @extend_schema(
        summary="What is overdue, and due within 30 days (project staff)",
        description="A member's own deadlines stand in `docket/`.",
        parameters=[OfOneProject],
        responses=OpenDeadlineSerializer(many=True),
    )
    def list(self, request: Any) -> Response:
        asked = self.asked()
        answer = [due_shown(each, asked["on"]) for each in board(**asked)]
        return Response(OpenDeadlineSerializer(answer, many=True).data)


def due_shown(due: Due, on: Any) -> dict[str, Any]:
    return {
        "code": due.kind.code,
        "due_on": due.due_on,
        "days_late": days_late(due, on),
        "column": due.column,
        "text": words.say(due.kind.code, due.kind.values(due.row)),
        "uid": due.row.uid,
        "project": due.project.uid if due.project is not None else None,
    }
