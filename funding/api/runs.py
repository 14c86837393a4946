"""Assessing a round, and the dues runs that wait for a second person."""

from dataclasses import asdict
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import MemberViewSet, ReadViewSet
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.api.schema import FaultSerializer
from consortium.rules.choices import Matter
from consortium.states import Role
from funding import words
from funding.api.levies import charters_of, sections
from funding.api.lines import called, faults_of
from funding.api.looks import note_look
from funding.models import Assessment, DuesRun, Round
from funding.operations.assess import Batch, assess
from funding.operations.runs import carry_out, confirm_run, propose_run
from funding.reports.seconds import seconds
from funding.rules.choices import RunState
from funding.rules.dues import Levy
from funding.states import Screen

AT_ONCE = 2000
"""Members of a run that is carried out while its confirmer waits; larger ones follow."""


STATE = serializers.ChoiceField(choices=[(each.value, each.name) for each in RunState])
ROLES = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))


class RunSerializer(OfConsortiumSerializer):
    """A preview proposed by one person and confirmed by another; no figures in it."""

    round = serializers.UUIDField(source="round.uid", read_only=True)
    levy = serializers.SlugField(source="round.levy", read_only=True)
    levy_label = serializers.SerializerMethodField()
    period_starts_on = serializers.DateField(source="round.starts_on", read_only=True)
    members = serializers.IntegerField(source="count", read_only=True)
    assessed = serializers.SerializerMethodField(help_text="Of these, how many are by now.")
    state = serializers.SerializerMethodField()
    confirmers = serializers.SerializerMethodField(
        help_text="The roles one of which confirms, not the person who proposed."
    )
    proposed_on = serializers.DateField(read_only=True)
    proposed_by = PartySerializer(read_only=True, allow_null=True)
    confirmed_on = serializers.DateField(read_only=True, allow_null=True)
    confirmed_by = PartySerializer(read_only=True, allow_null=True)
    done_on = serializers.DateField(read_only=True, allow_null=True)

    def levy_of(self, run: DuesRun) -> Levy | None:
        return sections(self.context).levy_on(run.round, run.round.starts_on)

    def get_levy_label(self, run: DuesRun) -> str:
        levy = self.levy_of(run)
        return words.label(levy.label) if levy else run.round.levy

    def get_assessed(self, run: Any) -> int:
        return min(run.written or 0, run.count)

    @extend_schema_field(STATE)
    def get_state(self, run: DuesRun) -> str:
        if run.done_on is not None:
            return RunState.DONE.value
        state = RunState.CONFIRMED if run.confirmed_on is not None else RunState.PROPOSED
        return state.value

    @extend_schema_field(ROLES)
    def get_confirmers(self, run: DuesRun) -> list[str]:
        charter = sections(self.context).charter_on(run.round, run.round.starts_on)
        return (
            sorted(role.value for role in seconds(charter, Matter.CONFIRM_DUES)) if charter else []
        )


class RefusedSerializer(serializers.Serializer[Any]):
    """A member whose figures the rule refuses, and why."""

    member = PartySerializer()
    errors = FaultSerializer(many=True)  # type: ignore[assignment]


class AssessedSerializer(serializers.Serializer[Any]):
    """What became of a round: how many members were assessed now, and who could not be."""

    assessed = serializers.IntegerField()
    refused = RefusedSerializer(many=True)


class RunFilters(filters.FilterSet):
    consortium = OfConsortium()
    round = Row(model=Round)
    open = filters.BooleanFilter(
        field_name="done_on", lookup_expr="isnull", label="Not carried out yet, or carried out."
    )


@extend_schema_view(
    list=extend_schema(summary="Dues runs, for finance staff and whoever may confirm"),
    retrieve=extend_schema(summary="A dues run and how far it is"),
)
class RunViewSet(ReadViewSet):
    model = DuesRun
    related = ("consortium", "round__consortium", "proposed_by", "confirmed_by")
    prefetched = (charters_of("round__consortium"),)
    orderings = ("proposed_on",)
    serializer_class = RunSerializer
    filterset_class = RunFilters

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().annotate(written=Subquery(WRITTEN))

    @extend_schema(
        summary="Confirm a run as the second person, so that its charges leave",
        description=(
            f"A run of up to {AT_ONCE} members is carried out before the answer; of a larger one"
            " `state` stays `confirmed` until it is, and `assessed` tells how far it is. Refused:"
            " `same_person_confirms`, `wrong_confirmer`, `preview_changed`, `already_confirmed`."
        ),
        request=None,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: Any, uid: Any) -> Response:
        run: DuesRun = self.subject()
        today = clock.today(run.consortium)
        run = confirm_run(run=run, by=request.user, on=today)
        if run.count <= AT_ONCE:
            carry_out(run, on=today)
        return self.shown(run)


WRITTEN = (
    Assessment.objects.filter(
        consortium=OuterRef("consortium"),
        levy=OuterRef("round__levy"),
        period_starts_on=OuterRef("round__starts_on"),
        assessed_on=OuterRef("confirmed_on"),
    )
    .order_by()
    .values("levy")
    .annotate(count=Count("pk"))
    .values("count")
)
"""How many members of a run's round are assessed by its date."""


class Assessing(MemberViewSet):
    """The half of rounds that assesses, or proposes to."""

    @extend_schema(
        summary="Assess and charge whoever is due, of a levy that leaves by itself (finance)",
        request=None,
        responses=AssessedSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def assess(self, request: Any, uid: Any) -> Response:
        round: Round = self.subject()
        batch = assess(round=round, by=request.user, on=clock.today(round.consortium))
        # Why a rule refuses figures may name them.
        refused = [entry.member for entry, _error in batch.refused]
        note_look(self, round.consortium, Screen.ROUND, refused, subject=round.uid)
        return Response(outcome(batch))

    @extend_schema(
        summary="Propose what the preview says for a second person to confirm (finance)",
        request=None,
        responses={201: RunSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def propose(self, request: Any, uid: Any) -> Response:
        round: Round = self.subject()
        run = propose_run(round=round, by=request.user, on=clock.today(round.consortium))
        runs = RunViewSet(request=request, format_kwarg=None, action="retrieve", kwargs={})
        return runs.shown(run, 201)


def outcome(batch: Batch) -> dict[str, Any]:
    return {
        "assessed": batch.written,
        "refused": [
            {
                "member": {"uid": str(entry.uid), "name": called(entry.party)},
                "errors": [asdict(each) for each in faults_of(error)],
            }
            for entry, error in batch.refused
        ],
    }
