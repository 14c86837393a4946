"""Scores that reviewers agreed on where theirs lay far apart; for project staff."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import AmountField, UidField
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.rules.schema import plain
from projects.api.assignments import STAGE
from projects.models import Consensus, Proposal
from projects.operations.reviews import record_consensus


class ConsensusSerializer(OfConsortiumSerializer):
    """The score that stands in place of every reviewer's; never changed."""

    proposal = serializers.UUIDField(source="proposal.uid", read_only=True)
    stage = serializers.IntegerField(read_only=True)
    criterion = serializers.SlugField(read_only=True)
    score = serializers.SerializerMethodField()
    reason = serializers.CharField(read_only=True)
    on = serializers.DateField(read_only=True)

    def get_score(self, row: Consensus) -> str:
        return plain(row.score.normalize())


class RecordConsensusSerializer(serializers.Serializer[Any]):
    proposal = UidField(model=Proposal)
    stage = STAGE
    criterion = serializers.SlugField(max_length=50)
    score = AmountField()
    reason = serializers.CharField(max_length=500)


class ConsensusFilters(filters.FilterSet):
    consortium = OfConsortium()
    proposal = Row(model=Proposal)


@extend_schema_view(
    list=extend_schema(summary="Scores that reviewers agreed on (project staff)"),
    retrieve=extend_schema(summary="A score that reviewers agreed on"),
)
class ConsensusViewSet(ReadViewSet):
    model = Consensus
    related = ("consortium", "proposal")
    serializer_class = ConsensusSerializer
    filterset_class = ConsensusFilters

    @extend_schema(
        summary="Record what reviewers agreed on (project staff)",
        request=RecordConsensusSerializer,
        responses={201: ConsensusSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(RecordConsensusSerializer)
        today = clock.today(data["proposal"].consortium)
        return self.shown(record_consensus(**data, by=request.user, on=today), 201)
