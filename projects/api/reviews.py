"""Reviews: drafted and submitted by their reviewers, read by project staff."""

from typing import Any

from django.http import FileResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import AmountField, DayField, UidField
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.api.renderers import AnyFile
from consortium.papers.filed import attachment
from projects.api.files import BINARY, SCAN, InForm, with_file
from projects.models import Proposal, Review, ReviewAssignment
from projects.operations.reviews import Opinion, enter_review, save_review, submit_review

PAPER = ("paper_on", "received_at", "scan")


class ReviewSerializer(OfConsortiumSerializer):
    """What a reviewer found; sealed once submitted."""

    assignment = serializers.UUIDField(source="assignment.uid", read_only=True)
    proposal = serializers.UUIDField(source="assignment.proposal.uid", read_only=True)
    reviewer = PartySerializer(source="assignment.reviewer", read_only=True)
    stage = serializers.IntegerField(source="assignment.stage", read_only=True)
    scores = serializers.DictField(child=serializers.CharField(), read_only=True)
    comment = serializers.CharField(read_only=True, allow_blank=True)
    feedback = serializers.CharField(read_only=True, allow_blank=True)
    submitted_at = serializers.DateTimeField(read_only=True, allow_null=True)
    digest = serializers.CharField(read_only=True, allow_blank=True)
    paper_on = serializers.DateField(
        read_only=True, allow_null=True, help_text="Where staff entered it from paper."
    )
    paper = serializers.SerializerMethodField(help_text="Where the scan is read, or null.")

    def get_paper(self, row: Review) -> str | None:
        return f"/api/v1/reviews/{row.uid}/paper/" if row.paper_id is not None else None


class ScoresInForm(InForm, serializers.DictField):
    child = AmountField()


class WriteReviewSerializer(serializers.Serializer[Any]):
    """A review as far as it is written; `submit` seals it.

    Staff who enter one from paper give `paper_on` and `received_at`, and a scan if they can;
    it is submitted as of when it came in.
    """

    assignment = UidField(model=ReviewAssignment)
    scores = ScoresInForm(help_text="By criterion, as text: whole or half points.")
    comment = serializers.CharField(
        max_length=20000, default="", allow_blank=True, help_text="For the consortium."
    )
    feedback = serializers.CharField(
        max_length=20000, default="", allow_blank=True, help_text="For the participants."
    )
    submit = serializers.BooleanField(default=False)
    paper_on = DayField(required=False)
    received_at = serializers.DateTimeField(required=False)
    scan = serializers.FileField(required=False, help_text=SCAN)

    def validate(self, data: Any) -> Any:
        given = [name for name in ("paper_on", "received_at") if name in data]
        if "scan" in data or given:
            missing = {"paper_on", "received_at"} - set(given)
            if missing:
                text = self.fields["assignment"].error_messages["required"]
                needed = [ErrorDetail(str(text), code="required")]
                raise serializers.ValidationError(dict.fromkeys(sorted(missing), needed))
        return data


class ReviewFilters(filters.FilterSet):
    consortium = OfConsortium()
    proposal = Row(model=Proposal, field_name="assignment__proposal")
    assignment = Row(model=ReviewAssignment)


@extend_schema_view(
    list=extend_schema(summary="Reviews: your own, or as project staff everybody's"),
    retrieve=extend_schema(summary="A review"),
)
class ReviewViewSet(ReadViewSet):
    model = Review
    related = ("consortium", "assignment__reviewer", "assignment__proposal", "paper")
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilters
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="Write and submit your review, or enter one from paper (projects, secretary)",
        description=(
            "Refused with 422: `out_of_scale`, `missing_score`, `unknown_criterion`; `late_review`"
            " after the assignment's day; `assignment_released`; `review_submitted`."
        ),
        request={
            "application/json": WriteReviewSerializer,
            "multipart/form-data": WriteReviewSerializer,
        },
        responses={201: ReviewSerializer},
        examples=[
            OpenApiExample(
                "Submitted",
                request_only=True,
                media_type="application/json",
                value={
                    "assignment": "7b0f0d52-6c37-4a5e-9a57-0c6f3f1c0a11",
                    "scores": {"generic": "4.5", "feasible": "3"},
                    "comment": "The second work package depends on one supplier.",
                    "feedback": "Say who replaces the supplier.",
                    "submit": True,
                },
            )
        ],
    )
    @idempotent
    def create(self, request: Any) -> Response:
        at = clock.now()
        data = self.checked(WriteReviewSerializer)
        submit, assignment = data.pop("submit"), data.pop("assignment")
        paper = {name: data.pop(name) for name in PAPER if name in data}
        who = {"by": request.user, "on": clock.today(assignment.consortium)}
        given = {"assignment": assignment, "opinion": Opinion(**data)}
        if paper:
            scan = paper.pop("scan", None)
            review = with_file(
                scan,
                lambda filed: enter_review(**given, **paper, paper=filed, at=at, **who),
                consortium=assignment.consortium,
                **who,
            )
        elif submit:
            review = submit_review(**given, at=at, **who)
        else:
            review = save_review(**given, **who)
        return self.shown(review, 201)

    @extend_schema(summary="The scan of a review that came on paper", responses=BINARY)
    @action(detail=True, renderer_classes=[AnyFile])
    def paper(self, request: Any, uid: Any) -> FileResponse:
        review: Review = self.get_object()
        return attachment(review.paper)
