"""Questions about calls, and their answers, which are for all to read."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import UidField
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.models import Member
from projects.models import Call, Question
from projects.operations.questions import answer_question, ask_question


class QuestionSerializer(OfConsortiumSerializer):
    """A question and its answer; `mine`: whether the reader asked it. Nobody else is told who."""

    call = serializers.UUIDField(source="call.uid", read_only=True)
    text = serializers.CharField(read_only=True)
    mine = serializers.SerializerMethodField()
    asked_at = serializers.DateTimeField(read_only=True)
    answer = serializers.CharField(read_only=True, allow_blank=True)
    answered_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def get_mine(self, question: Question) -> bool:
        return bool(question.asked_by_id == self.context["request"].user.pk)


class AskSerializer(serializers.Serializer[Any]):
    member = UidField(model=Member, help_text="For whom you ask.")
    call = UidField(model=Call)
    text = serializers.CharField(max_length=5000)


class AnswerSerializer(serializers.Serializer[Any]):
    answer = serializers.CharField(max_length=20_000)


class QuestionFilters(filters.FilterSet):
    consortium = OfConsortium(field_name="call__consortium")
    call = Row(model=Call)
    answered = filters.BooleanFilter(
        field_name="answered_at", lookup_expr="isnull", exclude=True, label="Answered ones."
    )


@extend_schema_view(
    list=extend_schema(summary="Questions about calls: the answered ones, and your own"),
    retrieve=extend_schema(summary="A question"),
)
class QuestionViewSet(ReadViewSet):
    model = Question
    related = ("call__consortium",)
    orderings = ("asked_at", "answered_at")
    serializer_class = QuestionSerializer
    filterset_class = QuestionFilters

    @extend_schema(
        summary="Ask about a published call (signatory, technical contact)",
        request=AskSerializer,
        responses={201: QuestionSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(AskSerializer)
        on = clock.today(data["member"].consortium)
        return self.shown(ask_question(**data, at=clock.now(), by=request.user, on=on), 201)

    @extend_schema(
        summary="Answer a question, for all to read (projects)", request=AnswerSerializer
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def answer(self, request: Any, uid: Any) -> Response:
        question = self.subject()
        data = self.checked(AnswerSerializer)
        on = clock.today(question.consortium)
        answered = answer_question(
            question=question, **data, at=clock.now(), by=request.user, on=on
        )
        return self.shown(answered)
