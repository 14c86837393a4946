"""Screening for staff: eligibility, who could review, the ranking of a call."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import MemberViewSet
from consortium.api.fields import amount
from consortium.api.parties import PartySerializer
from consortium.rules.schema import plain
from consortium.states import LEVELS
from projects import words
from projects.models import Call, Proposal
from projects.reports.assignments import propose_assignments
from projects.reports.eligibility import eligibility
from projects.reports.ranking import Place, ranking
from projects.reports.terms import screened
from projects.rules.eligibility import Finding
from projects.rules.ranking import Reach
from projects.states import MEASURES, PROJECT_READERS

PAGE = 100


class Shown(serializers.Serializer[Any]):
    """A proposal in a list."""

    uid = serializers.UUIDField()
    number = serializers.CharField()


class FindingSerializer(serializers.Serializer[Any]):
    """A rule that is not met; of arrears and suspensions no value is told."""

    code = serializers.CharField()
    measure = serializers.ChoiceField(choices=MEASURES)
    value = serializers.CharField(allow_null=True)
    at_least = serializers.CharField(allow_null=True)
    at_most = serializers.CharField(allow_null=True)
    level = serializers.ChoiceField(choices=LEVELS, help_text="`hard` refuses a grant.")
    detail = serializers.CharField()


class EligibilitySerializer(serializers.Serializer[Any]):
    proposal = Shown()
    eligible = serializers.BooleanField()
    findings = FindingSerializer(many=True)


class ProposedPairSerializer(serializers.Serializer[Any]):
    proposal = Shown()
    reviewer = PartySerializer()


class ShortSerializer(serializers.Serializer[Any]):
    proposal = Shown()
    lacking = serializers.IntegerField()


class LoadSerializer(serializers.Serializer[Any]):
    reviewer = PartySerializer()
    proposals = serializers.IntegerField()


class AssignmentPreviewSerializer(serializers.Serializer[Any]):
    """Who could review what; nothing is assigned by asking."""

    pairs = ProposedPairSerializer(many=True)
    short = ShortSerializer(many=True)
    load = LoadSerializer(many=True)


class PlaceSerializer(serializers.Serializer[Any]):
    """A proposal in the ranking; `score` and `means` come from the reviews."""

    proposal = Shown()
    rank = serializers.IntegerField(allow_null=True, help_text="Null: below a threshold.")
    score = serializers.CharField(help_text="In per cent of the best.")
    reviews = serializers.IntegerField()
    means = serializers.DictField(child=serializers.CharField())
    flagged = serializers.ListField(child=serializers.CharField())
    below = serializers.ListField(child=serializers.CharField())
    tie = serializers.CharField(allow_blank=True)
    asked = serializers.CharField(allow_null=True)
    reach = serializers.ChoiceField(
        choices=[(each.value, each.name) for each in Reach], allow_null=True
    )


class RankingSerializer(serializers.Serializer[Any]):
    places = PlaceSerializer(many=True)
    next = serializers.IntegerField(allow_null=True, help_text="The `offset` of the next page.")
    unscored = serializers.IntegerField(help_text="Proposals without a review.")
    left = serializers.CharField(allow_null=True, help_text="Of the budget, below the line.")


STAGE = OpenApiParameter("stage", int, enum=[1, 2], description="The call's stage; the first.")
OFFSET = OpenApiParameter("offset", int, description="How many places to leave out.")


class ForStaff(MemberViewSet):
    """What project staff and auditors read; to others it is not there."""

    def for_staff(self) -> Any:
        row = self.subject()
        user, roles = self.request.user, set(PROJECT_READERS)
        if not access.holds(
            user, consortium=row.consortium, on=self.today, roles=roles, organization=None
        ):
            raise Http404
        return row

    def number(self, name: str, least: int, most: int, otherwise: int) -> int:
        """Return a whole number of the query. Raises ValidationError."""
        given = self.request.query_params.get(name)
        field = serializers.IntegerField(min_value=least, max_value=most)
        try:
            return field.run_validation(given) if given is not None else otherwise
        except serializers.ValidationError as error:
            raise serializers.ValidationError({name: error.detail}) from None


class CallScreeningViewSet(ForStaff):
    model = Call
    related = ("consortium", "charter")
    serializer_class = RankingSerializer
    parameters = {
        "eligibility": ("stage", "offset"),
        "assignment_preview": ("stage",),
        "ranking": ("stage", "offset"),
    }

    @extend_schema(
        summary="Which proposals of a call meet its rules (project staff)",
        parameters=[STAGE, OFFSET],
        responses=EligibilitySerializer(many=True),
    )
    @action(detail=True, pagination_class=None)
    def eligibility(self, request: Any, uid: Any) -> Response:
        call, stage = self.for_staff(), self.number("stage", 1, 2, 1)
        offset = self.number("offset", 0, 10**6, 0)
        rows = list(screened(call, stage).order_by("number")[offset : offset + PAGE])
        found = eligibility(call, rows, on=clock.today(call.consortium))
        return Response([judged(call, each, found.get(each.pk, [])) for each in rows])

    @extend_schema(
        summary="Who could review what: load even, nobody in conflict (project staff)",
        parameters=[STAGE],
        responses=AssignmentPreviewSerializer,
    )
    @action(detail=True, url_path="assignment-preview")
    def assignment_preview(self, request: Any, uid: Any) -> Response:
        call, stage = self.for_staff(), self.number("stage", 1, 2, 1)
        found = propose_assignments(call=call, stage=stage, on=clock.today(call.consortium))
        answer = {
            "pairs": [{"proposal": one, "reviewer": person} for one, person in found.pairs],
            "short": [{"proposal": one, "lacking": lacking} for one, lacking in found.short],
            "load": [{"reviewer": person, "proposals": count} for person, count in found.load],
        }
        return Response(AssignmentPreviewSerializer(answer).data)

    @extend_schema(
        summary="The ranking of a call's proposals with the line of its budget (project staff)",
        parameters=[STAGE, OFFSET],
        responses=RankingSerializer,
    )
    @action(detail=True)
    def ranking(self, request: Any, uid: Any) -> Response:
        call, stage = self.for_staff(), self.number("stage", 1, 2, 1)
        offset = self.number("offset", 0, 10**6, 0)
        found = ranking(call=call, stage=stage, start=offset, most=PAGE)
        page = found.places
        keys = [each.ranked.proposal for each in page]
        proposals = Proposal.objects.in_bulk(keys)
        more = offset + PAGE < found.scored
        return Response(
            {
                "places": [place(call, each, proposals) for each in page],
                "next": offset + PAGE if more else None,
                "unscored": found.unscored,
                "left": amount(found.left, call.unit) if found.left is not None else None,
            }
        )


class ProposalScreeningViewSet(ForStaff):
    model = Proposal
    related = ("consortium", "call__consortium", "call__charter")
    serializer_class = EligibilitySerializer

    @extend_schema(
        summary="Which rules a proposal does not meet (project staff)",
        responses=EligibilitySerializer,
    )
    @action(detail=True)
    def eligibility(self, request: Any, uid: Any) -> Response:
        row = self.for_staff()
        found = eligibility(row.call, [row], on=clock.today(row.consortium))
        return Response(judged(row.call, row, found.get(row.pk, [])))


def judged(call: Call, proposal: Proposal, findings: list[Finding]) -> dict[str, Any]:
    return {
        "proposal": Shown(proposal).data,
        "eligible": not any(each.refuses for each in findings),
        "findings": [
            {
                "code": each.code,
                "measure": each.measure.value,
                "value": said(each.value),
                "at_least": said(each.at_least),
                "at_most": said(each.at_most),
                "level": each.level.value,
                "detail": words.finding(call, each),
            }
            for each in findings
        ],
    }


def said(value: Any) -> str | None:
    return plain(value) if value is not None else None


def place(call: Call, each: Place, proposals: dict[int, Proposal]) -> dict[str, Any]:
    ranked, scored = each.ranked, each.scored
    return {
        "proposal": Shown(proposals[ranked.proposal]).data,
        "rank": ranked.rank,
        "score": plain(scored.score),
        "reviews": scored.reviews,
        "means": {code: plain(mean) for code, mean in scored.means.items()},
        "flagged": list(scored.flagged),
        "below": list(scored.below),
        "tie": words.tie(call, ranked.tie),
        "asked": amount(each.asked, call.unit) if each.asked is not None else None,
        "reach": each.reach.value if each.reach else None,
    }
