"""Notices: what one was told; to the secretary the whole outbox."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock, words
from consortium.api.base import ReadViewSet
from consortium.api.filters import OfConsortium
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Notice
from consortium.operations.notices import drop_notice
from consortium.states import NoticeState


class NoticeSerializer(OfConsortiumSerializer):
    """A notice: its code and values, and the sentence they make in the reader's language."""

    recipient = PartySerializer(read_only=True)
    code = serializers.SlugField(read_only=True)
    values = serializers.DictField(read_only=True)
    text = serializers.SerializerMethodField()
    href = serializers.CharField(
        read_only=True, allow_blank=True, help_text="Where more is to be read; may be empty."
    )
    on = serializers.DateField(read_only=True)
    state = serializers.ChoiceField(choices=NoticeState.choices, read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    sent_at = serializers.DateTimeField(read_only=True, allow_null=True)
    dropped_because = serializers.CharField(read_only=True, allow_blank=True)

    def get_text(self, notice: Notice) -> str:
        return words.say(notice.code, {**notice.values, "consortium": notice.consortium.name})


class DropSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class NoticeFilters(filters.FilterSet):
    consortium = OfConsortium()
    state = filters.ChoiceFilter(choices=NoticeState.choices)
    mine = filters.BooleanFilter(method="only_mine", label="Only those sent to you.")

    def only_mine(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        own = queryset.filter(recipient=self.request.user)
        return own if value else queryset


@extend_schema_view(
    list=extend_schema(summary="Your notices; as secretary the outbox"),
    retrieve=extend_schema(summary="A notice"),
)
class NoticeViewSet(ReadViewSet):
    model = Notice
    related = ("consortium", "recipient")
    orderings = ("created_at", "on")
    serializer_class = NoticeSerializer
    filterset_class = NoticeFilters

    @extend_schema(
        summary="Keep a waiting notice from going out, for good (secretary)",
        description="Refused: `outbound_not_held`, `nothing_waits`.",
        request=DropSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def drop(self, request: Any, uid: Any) -> Response:
        notice: Notice = self.subject()
        data = self.checked(DropSerializer)
        on = clock.today(notice.consortium)
        return self.shown(drop_notice(notice=notice, **data, by=request.user, on=on))
