"""Reviews: drafted and submitted by their reviewers, read by project staff."""

from typing import Any

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import AmountField, UidField
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from projects.models import Proposal, Review, ReviewAssignment
from projects.operations.reviews import Opinion, save_review, submit_review


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


class WriteReviewSerializer(serializers.Serializer[Any]):
    """A review as far as it is written; `submit` seals it."""

    assignment = UidField(model=ReviewAssignment)
    scores = serializers.DictField(
        child=AmountField(), help_text="By criterion, as text: whole or half points."
    )
    comment = serializers.CharField(
        max_length=20000, default="", allow_blank=True, help_text="For the consortium."
    )
    feedback = serializers.CharField(
        max_length=20000, default="", allow_blank=True, help_text="For the participants."
    )
    submit = serializers.BooleanField(default=False)


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
    related = ("consortium", "assignment__reviewer", "assignment__proposal")
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilters

    @extend_schema(
        summary="Write a review of a proposal assigned to you, and submit it (reviewer)",
        description=(
            "Refused with 422: `out_of_scale`, `missing_score`, `unknown_criterion`; `late_review`"
            " after the assignment's day; `assignment_released`; `review_submitted`."
        ),
        request=WriteReviewSerializer,
        responses={201: ReviewSerializer},
        examples=[
            OpenApiExample(
                "Submitted",
                request_only=True,
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
        data = self.checked(WriteReviewSerializer)
        submit, assignment = data.pop("submit"), data.pop("assignment")
        who = {"by": request.user, "on": clock.today(assignment.consortium)}
        opinion = Opinion(**data)
        if submit:
            at = timezone.now()
            review = submit_review(assignment=assignment, opinion=opinion, at=at, **who)
        else:
            review = save_review(assignment=assignment, opinion=opinion, **who)
        return self.shown(review, 201)
