"""Decisions on proposals: recorded by staff, read by the participants with their letter."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import get_language
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import AmountField, DayField, UidField, amount
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.renderers import AnyFile
from consortium.papers import download
from consortium.papers.filed import attachment
from consortium.states import LANGUAGES
from projects.api.files import BINARY, SCAN, with_file
from projects.models import Call, Decision, Proposal
from projects.operations.decisions import Resolution, decide
from projects.papers.feedback import feedback_letter
from projects.reports.feedback import reads_feedback
from projects.rules.choices import Authority
from projects.states import AUTHORITIES, Outcome


class VotesSerializer(serializers.Serializer[Any]):
    against = serializers.IntegerField(min_value=0, max_value=10**6)
    abstained = serializers.IntegerField(min_value=0, max_value=10**6)

    def get_fields(self) -> Any:
        """Add `for`, which is no name in Python."""
        return {
            "for": serializers.IntegerField(min_value=0, max_value=10**6)
        } | super().get_fields()


class DecisionSerializer(OfConsortiumSerializer):
    """What one authority decided about a proposal; never changed."""

    proposal = serializers.UUIDField(source="proposal.uid", read_only=True)
    number = serializers.CharField(source="proposal.number", read_only=True)
    stage = serializers.IntegerField(read_only=True)
    authority = serializers.ChoiceField(choices=AUTHORITIES, read_only=True)
    body = serializers.CharField(read_only=True, allow_blank=True)
    outcome = serializers.ChoiceField(choices=Outcome.choices, read_only=True)
    on = serializers.DateField(read_only=True)
    amount = serializers.SerializerMethodField()
    conditions = serializers.CharField(read_only=True, allow_blank=True)
    reason = serializers.CharField(read_only=True, allow_blank=True)
    votes = VotesSerializer(read_only=True, allow_null=True)
    digest = serializers.CharField(read_only=True)
    recorded_at = serializers.DateTimeField(read_only=True)
    paper = serializers.SerializerMethodField(help_text="Where the scan is read, or null.")

    def get_paper(self, row: Decision) -> str | None:
        return f"/api/v1/decisions/{row.uid}/paper/" if row.paper_id is not None else None

    def get_amount(self, row: Decision) -> serializers.CharField(allow_null=True):  # type: ignore[valid-type]
        return amount(row.amount, row.proposal.call.unit) if row.amount is not None else None


class DecideSerializer(serializers.Serializer[Any]):
    """A decision as it was taken; `body` as the charter names it, where it does."""

    proposal = UidField(model=Proposal)
    authority = serializers.ChoiceField(choices=AUTHORITIES)
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    decided_on = DayField()
    body = serializers.CharField(max_length=100, default="", allow_blank=True)
    amount = AmountField(required=False, allow_null=True)
    conditions = serializers.CharField(max_length=20000, default="", allow_blank=True)
    reason = serializers.CharField(max_length=20000, default="", allow_blank=True)
    votes = VotesSerializer(required=False, allow_null=True)
    scan = serializers.FileField(required=False, help_text=SCAN)


class LetterQuery(serializers.Serializer[Any]):
    language = serializers.ChoiceField(
        choices=LANGUAGES, required=False, help_text="Of the letter; the reader's if left out."
    )


class DecisionFilters(filters.FilterSet):
    consortium = OfConsortium()
    proposal = Row(model=Proposal)
    call = Row(model=Call, field_name="proposal__call")
    authority = filters.ChoiceFilter(choices=AUTHORITIES)
    outcome = filters.ChoiceFilter(choices=Outcome.choices)


@extend_schema_view(
    list=extend_schema(summary="Decisions on proposals you take part in, or as staff on all"),
    retrieve=extend_schema(summary="A decision on a proposal"),
)
class DecisionViewSet(ReadViewSet):
    model = Decision
    related = ("consortium", "proposal__call", "paper")
    orderings = ("on", "recorded_at")
    serializer_class = DecisionSerializer
    filterset_class = DecisionFilters
    parser_classes = (StrictJSON, Form)
    parameters = {"letter": ("language",)}

    @extend_schema(
        summary="Record what an authority decided (project staff, secretary)",
        description=(
            "Refused: `wrong_authority`, `nothing_to_decide`, `call_still_open`; a grant also with"
            " `proposal_not_eligible`, `proposal_not_reviewed`, `below_threshold`, `not_invited`."
        ),
        request={"application/json": DecideSerializer, "multipart/form-data": DecideSerializer},
        responses={201: DecisionSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(DecideSerializer)
        scan = data.pop("scan", None)
        proposal, authority = data.pop("proposal"), Authority(data.pop("authority"))
        decided_on, outcome = data.pop("decided_on"), Outcome(data.pop("outcome"))
        on = clock.today(proposal.consortium)
        decision = with_file(
            scan,
            lambda paper: decide(
                proposal=proposal,
                authority=authority,
                resolution=Resolution(outcome=outcome, paper=paper, **data),
                decided_on=decided_on,
                by=request.user,
                on=on,
            ),
            consortium=proposal.consortium,
            by=request.user,
            on=on,
        )
        return self.shown(decision, 201)

    @extend_schema(
        summary="The letter to the participants: scores, comments, decision, as PDF",
        parameters=[LetterQuery],
        responses={
            (200, "application/pdf"): OpenApiResponse(
                OpenApiTypes.BINARY, description="The letter, as an attachment."
            )
        },
    )
    @action(detail=True, renderer_classes=[AnyFile])
    def letter(self, request: Any, uid: Any) -> HttpResponse:
        decision: Decision = self.get_object()
        if not reads_feedback(request.user, decision, self.today):
            raise Http404
        query = LetterQuery(data=dict(request.query_params.items()))
        query.is_valid(raise_exception=True)
        language = query.validated_data.get("language") or get_language() or "en"
        pdf = feedback_letter(decision, language=language)
        return download(pdf, name=f"{decision.proposal.number}.pdf", language=language)

    @extend_schema(summary="The scan of a decision, for participants and staff", responses=BINARY)
    @action(detail=True, renderer_classes=[AnyFile])
    def paper(self, request: Any, uid: Any) -> FileResponse:
        decision: Decision = self.get_object()
        if not reads_feedback(request.user, decision, self.today):
            raise Http404
        return attachment(decision.paper)
