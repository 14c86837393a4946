"""Notices: what one was told; to the secretary the whole outbox."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from consortium import words
from consortium.api.base import ReadViewSet
from consortium.api.filters import OfConsortium
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Notice
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

    def get_text(self, notice: Notice) -> str:
        return words.say(notice.code, {**notice.values, "consortium": notice.consortium.name})


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
