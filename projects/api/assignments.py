"""Assignments: who reviews what until when, for each reviewer its own."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, UidField
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import User
from consortium.rules.schema import plain
from projects import words
from projects.models import Call, Proposal, ProposalVersion, ReviewAssignment
from projects.operations.assignments import (
    Pair,
    assign_reviewers,
    declare_conflict,
    extend_assignment,
    release_assignment,
)
from projects.reports.conflicts import reviewers
from projects.reports.terms import criteria_of

VERSIONS = Prefetch(
    "proposal__versions",
    ProposalVersion.objects.filter(submitted_at__isnull=False).order_by("-version"),
    to_attr="submitted_versions",
)
STAGE = serializers.IntegerField(min_value=1, max_value=2, default=1)


class CriterionSerializer(serializers.Serializer[Any]):
    """What is scored, from 0 to `top`; in halves, or in whole points only."""

    code = serializers.SlugField()
    label = serializers.CharField()  # type: ignore[assignment]
    weight = serializers.CharField()
    top = serializers.IntegerField()
    halves = serializers.BooleanField()
    threshold = serializers.CharField(allow_null=True)


class ReviewedSerializer(serializers.Serializer[Any]):
    """The proposal as its reviewer reads it: the last version, without who proposes."""

    uid = serializers.UUIDField()
    number = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    content = serializers.DictField(help_text="Answers to the call's fields, by code.")
    months = serializers.IntegerField(allow_null=True)


class AssignmentSerializer(OfConsortiumSerializer):
    """A proposal given to a reviewer until a day."""

    call = serializers.SlugField(source="proposal.call.code", read_only=True)
    proposal = serializers.SerializerMethodField()
    reviewer = PartySerializer(read_only=True)
    stage = serializers.IntegerField(read_only=True)
    assigned_on = serializers.DateField(read_only=True)
    due_on = serializers.DateField(read_only=True, help_text="The last day that is in time.")
    released_on = serializers.DateField(read_only=True, allow_null=True)
    release = serializers.CharField(read_only=True, allow_blank=True)
    review = serializers.SerializerMethodField(help_text="The review's `uid`, or null.")
    submitted_at = serializers.SerializerMethodField()
    criteria = serializers.SerializerMethodField()

    def get_proposal(self, row: ReviewAssignment) -> ReviewedSerializer:
        found: Any = row.proposal
        version = found.submitted_versions[0]
        return {
            "uid": str(found.uid),
            "number": found.number,
            "title": version.title,
            "summary": version.summary,
            "content": version.content,
            "months": version.months,
        }  # type: ignore[return-value]

    def get_review(self, row: ReviewAssignment) -> serializers.UUIDField(allow_null=True):  # type: ignore[valid-type]
        review = getattr(row, "review", None)
        return str(review.uid) if review else None

    def get_submitted_at(self, row: ReviewAssignment) -> serializers.DateTimeField(allow_null=True):  # type: ignore[valid-type]
        review = getattr(row, "review", None)
        at = review.submitted_at if review else None
        return at.isoformat() if at else None

    def get_criteria(self, row: ReviewAssignment) -> CriterionSerializer(many=True):  # type: ignore[valid-type]
        return [
            {
                "code": each.code,
                "label": words.said(each.label),
                "weight": plain(each.weight),
                "top": each.top,
                "halves": each.halves,
                "threshold": plain(each.threshold) if each.threshold is not None else None,
            }
            for each in criteria_of(row.proposal.call)
        ]


class PairSerializer(serializers.Serializer[Any]):
    proposal = UidField(model=Proposal)
    reviewer = serializers.UUIDField(help_text="The person's `uid`, as the preview names it.")


class AssignSerializer(serializers.Serializer[Any]):
    """Proposals and who reviews them; all of them are assigned or none."""

    call = UidField(model=Call)
    stage = STAGE
    due_on = DayField()
    pairs = serializers.ListField(child=PairSerializer(), allow_empty=False, max_length=5000)


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class ExtendSerializer(ReasonSerializer):
    due_on = DayField()


class AssignedSerializer(serializers.Serializer[Any]):
    assigned = serializers.IntegerField()


class AssignmentFilters(filters.FilterSet):
    consortium = OfConsortium()
    proposal = Row(model=Proposal)
    call = Row(model=Call, field_name="proposal__call")
    stage = filters.NumberFilter(min_value=1, max_value=2)
    open = filters.BooleanFilter(method="only_open", label="Neither submitted nor released.")
    due_until = Day(field_name="due_on", lookup_expr="lte", label="Due on a day or earlier.")

    def only_open(self, queryset: Any, name: str, value: bool) -> Any:
        waiting = {"released_on": None, "review__submitted_at": None}
        return queryset.filter(**waiting) if value else queryset.exclude(**waiting)


@extend_schema_view(
    list=extend_schema(summary="Assignments: your own, or as project staff everybody's"),
    retrieve=extend_schema(summary="An assignment, with the proposal and its criteria"),
)
class AssignmentViewSet(ReadViewSet):
    model = ReviewAssignment
    related = ("consortium", "reviewer", "review", "proposal__call__charter")
    prefetched = (VERSIONS, "proposal__call__charter__sections")
    orderings = ("due_on", "assigned_on")
    serializer_class = AssignmentSerializer
    filterset_class = AssignmentFilters

    @extend_schema(
        summary="Give proposals to reviewers (project staff)",
        description=(
            "Refused, each pair at once: `not_screened`, `not_a_reviewer`,"
            " `reviewer_assigned_already`, `conflict_of_interest` with the reason in `conflict`."
        ),
        request=AssignSerializer,
        responses={201: AssignedSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(AssignSerializer)
        call = data["call"]
        on = clock.today(call.consortium)
        rows = assign_reviewers(
            call=call,
            pairs=pairs(call, data["pairs"], on),
            stage=data["stage"],
            due_on=data["due_on"],
            by=request.user,
            on=on,
        )
        return Response({"assigned": len(rows)}, status=201)

    @extend_schema(
        summary="Take a proposal back from its reviewer (project staff)",
        request=ReasonSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def release(self, request: Any, uid: Any) -> Response:
        return self.act(release_assignment, ReasonSerializer)

    @extend_schema(
        summary="Declare a conflict of your own; the proposal is taken back (reviewer)",
        request=ReasonSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def conflict(self, request: Any, uid: Any) -> Response:
        return self.act(declare_conflict, ReasonSerializer)

    @extend_schema(
        summary="Give a reviewer more time, also after the day (project staff)",
        request=ExtendSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def extend(self, request: Any, uid: Any) -> Response:
        return self.act(extend_assignment, ExtendSerializer)

    def act(self, operation: Any, serializer: Any) -> Response:
        row: ReviewAssignment = self.subject()
        data = self.checked(serializer)
        today = clock.today(row.consortium)
        return self.shown(operation(assignment=row, **data, by=self.request.user, on=today))


def pairs(call: Call, given: list[dict[str, Any]], on: Any) -> list[Pair]:
    """Return what was asked for; a person who reviews nothing here is as absent as none."""
    people: dict[Any, User] = {each.uid: each for each in reviewers(call.consortium, on)}
    unknown = [each["reviewer"] for each in given if each["reviewer"] not in people]
    if unknown:
        raise serializers.ValidationError({"pairs": [_("There is no such row.")]})
    return [Pair(each["proposal"], people[each["reviewer"]]) for each in given]
