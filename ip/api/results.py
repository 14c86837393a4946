"""Results: what they are, who made and who owns them, and what is decided about them."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import ReadViewSet
from consortium.api.filters import Day, OfConsortium, Row, Search
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.models import Consortium, Member, Organization
from consortium.states import Role
from ip.api.fields import by_organization
from ip.api.shapes import (
    AgreeSerializer,
    DiscloseSerializer,
    EnterSerializer,
    EvaluateSerializer,
    PatternQuery,
    PatternSerializer,
    ResultSerializer,
)
from ip.models import Evaluation, OwnershipShare, Result
from ip.operations.disclosing import disclose, enter_disclosure
from ip.operations.evaluating import evaluate
from ip.operations.ownership import agree_ownership
from ip.operations.soundness import Disclosure, Invention, Received
from ip.reports.patterns import patterns
from ip.states import CONFIDENTIALITIES, IP_READERS, RESULT_KINDS
from projects.api.files import with_file
from projects.models import Project


class OwnedBy(Row):
    """Results an organization owns a part of today; only those one sees."""

    def narrowed(self, queryset: QuerySet[Any], row: Any) -> QuerySet[Any]:
        shares = OwnershipShare.objects.on(clock.today()).filter(owner=row)
        return queryset.filter(pk__in=shares.values("result"))


class ResultFilters(filters.FilterSet):
    consortium = OfConsortium()
    project = Row(model=Project)
    owner = OwnedBy(model=Organization, label="An organization that owns a part today.")
    kind = filters.ChoiceFilter(choices=RESULT_KINDS)
    confidentiality = filters.ChoiceFilter(choices=CONFIDENTIALITIES)
    tier = filters.CharFilter(max_length=50)
    completed_from = Day(field_name="completed_on", lookup_expr="gte")
    completed_before = Day(field_name="completed_on", lookup_expr="lt")
    search = Search(fields=["number", "name_en", "name_zh"])


@extend_schema_view(
    list=extend_schema(summary="Results you may read"),
    retrieve=extend_schema(summary="A result, with who made and who owns it"),
)
class ResultViewSet(ReadViewSet):
    model = Result
    related = ("consortium", "charter", "project", "disclosed_by", "exclusivity")
    orderings = ("number", "completed_on", "disclosed_on")
    parameters = {"patterns": ("consortium", "starts_on", "ends_on")}
    serializer_class = ResultSerializer
    filterset_class = ResultFilters
    parser_classes = (StrictJSON, Form)

    def get_queryset(self) -> QuerySet[Any]:
        shares = OwnershipShare.objects.on(self.today).select_related("owner").order_by("pk")
        return (
            super()
            .get_queryset()
            .prefetch_related(
                "charter__sections",
                "contributions__generator",
                "inventors__employer",
                "resultfundings__instrument",
                "exclusivitychanges",
                Prefetch("shares", shares, to_attr="owned_today"),
                Prefetch("evaluations", Evaluation.objects.order_by("-evaluated_on", "-pk")),
            )
        )

    @extend_schema(
        summary="Disclose a result of your own (signatory or technical contact)",
        description="The charter in force on the day it was complete says who owns it. Refused "
        "with 422: `result_not_own_work`, `ownership_not_whole`, `result_package_unknown`, "
        "`result_completed_in_future`, `no_ownership_rule` and others.",
        request=DiscloseSerializer,
        responses={201: ResultSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(DiscloseSerializer)
        member: Member = data.pop("member")
        on = clock.today(member.consortium)
        given = disclosure(data)
        return self.shown(disclose(member=member, disclosure=given, by=request.user, on=on), 201)

    @extend_schema(
        summary="Enter a result disclosed on paper, with what was agreed on its owners (ip)",
        request={"application/json": EnterSerializer, "multipart/form-data": EnterSerializer},
        responses={201: ResultSerializer},
    )
    @action(detail=False, methods=["post"])
    @idempotent
    def enter(self, request: Any) -> Response:
        data = self.checked(EnterSerializer)
        member: Member = data.pop("member")
        sent, disclosed_on = data.pop("paper", None), data.pop("disclosed_on")
        agreed = by_organization(data.pop("agreed"), "agreed")
        given = disclosure(data)
        who = {"by": request.user, "on": clock.today(member.consortium)}
        result = with_file(
            sent,
            lambda paper: enter_disclosure(
                member=member,
                disclosure=given,
                received=Received(disclosed_on, paper, agreed),
                **who,
            ),
            consortium=member.consortium,
            **who,
        )
        return self.shown(result, 201)

    @extend_schema(summary="Decide how a result is protected (ip)", request=EvaluateSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def evaluate(self, request: Any, uid: Any) -> Response:
        result: Result = self.subject()
        data = self.checked(EvaluateSerializer)
        on = clock.today(result.consortium)
        evaluate(result=result, **data, by=request.user, on=on)
        return self.shown(result)

    @extend_schema(
        summary="Enter what the participants agreed on its owners (ip)",
        request={"multipart/form-data": AgreeSerializer, "application/json": AgreeSerializer},
    )
    @action(detail=True, methods=["post"], url_path="agree-ownership")
    @idempotent
    def agree_ownership(self, request: Any, uid: Any) -> Response:
        result: Result = self.subject()
        data = self.checked(AgreeSerializer)
        parts = by_organization(data["parts"], "parts")
        who = {"by": request.user, "on": clock.today(result.consortium)}
        with_file(
            data.get("paper"),
            lambda paper: agree_ownership(
                result=result, parts=parts, starts_on=data["starts_on"], paper=paper, **who
            ),
            consortium=result.consortium,
            **who,
        )
        return self.shown(result)

    @extend_schema(
        summary="How results are owned: across firms, within one, by one (staff, supervisor)",
        parameters=[PatternQuery],
        responses=PatternSerializer(many=True),
        filters=False,
    )
    @action(detail=False, pagination_class=None)
    def patterns(self, request: Any) -> Response:
        query = PatternQuery(
            data=dict(request.query_params.items()), context=self.get_serializer_context()
        )
        query.is_valid(raise_exception=True)
        consortium = query.validated_data["consortium"]
        readers = access.in_consortium(
            request.user, self.today, *IP_READERS, Role.SUPERVISOR, at="pk"
        )
        get_object_or_404(Consortium.objects.filter(readers), pk=consortium.pk)
        return Response(PatternSerializer(patterns(**query.validated_data), many=True).data)


def disclosure(data: dict[str, Any]) -> Disclosure:
    """Return what was sent as the operation takes it."""
    contributions = by_organization(data.pop("contributions"), "contributions")
    people = tuple(Invention(**each) for each in data.pop("inventors"))
    instruments = tuple(data.pop("instruments"))
    return Disclosure(
        contributions=contributions, inventors=people, instruments=instruments, **data
    )
