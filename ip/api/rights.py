"""The question: what may an organization do with a result on a day? And requests for access."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import MemberViewSet, ReadViewSet
from consortium.api.fields import DayField, UidField
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import PartySerializer
from consortium.models import Organization
from consortium.states import MEMBER_ROLES
from ip import words
from ip.models import AccessRequest, Result
from ip.operations.asking import Asked, request_access
from ip.reports.rights import question_of, questions_of
from ip.rules.choices import Use
from ip.rules.facts import Question
from ip.rules.rights import Segment, timeline
from ip.states import IP_READERS, PARTIES, REASONS, TERMS, USES, VERDICTS
from projects.api.files import with_file


class AnswerSerializer(serializers.Serializer[Any]):
    """An answer; `party`: as what, `within`: to which class, where it is only there."""

    verdict = serializers.ChoiceField(choices=VERDICTS)
    reason = serializers.ChoiceField(choices=REASONS)
    party = serializers.ChoiceField(choices=PARTIES, allow_null=True)
    within = serializers.ChoiceField(choices=PARTIES, allow_null=True)
    terms = serializers.ChoiceField(choices=TERMS, allow_null=True)
    conditions = serializers.ListField(child=serializers.CharField())
    charter = serializers.CharField(help_text="The code of the charter that says so.")
    path = serializers.CharField(help_text="The rule in the charter's `ip` section, or empty.")
    clause = serializers.CharField(help_text="What it is in the agreement, where recorded.")
    detail = serializers.CharField(help_text="The same in words, in your language.")


class RightChangeSerializer(AnswerSerializer):
    """Another answer, and the day from which it holds."""

    on = serializers.DateField()


class StretchSerializer(AnswerSerializer):
    """The days for which an answer holds; `ends_on` is exclusive, null: for good."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class RightSerializer(AnswerSerializer):
    """An answer about one use."""

    use = serializers.ChoiceField(choices=USES)
    next = RightChangeSerializer(allow_null=True)


class TimedRightSerializer(RightSerializer):
    timeline = StretchSerializer(many=True)


class ResultShown(serializers.Serializer[Any]):
    """The result that was asked about."""

    uid = serializers.UUIDField()
    number = serializers.CharField()
    name = serializers.CharField()


class RightsSerializer(serializers.Serializer[Any]):
    """What an organization may do with a result on a day, for each use."""

    result = ResultShown()
    organization = PartySerializer()
    on = serializers.DateField()
    rights = TimedRightSerializer(many=True)


class ListedRightsSerializer(serializers.Serializer[Any]):
    """The same for one of many results, without the timeline."""

    result = ResultShown()
    on = serializers.DateField()
    rights = RightSerializer(many=True)


class AskSerializer(serializers.Serializer[Any]):
    """What a question says in the address."""

    organization = serializers.UUIDField()
    on = DayField(required=False)
    use = serializers.ChoiceField(choices=USES, required=False)


ABOUT = [
    OpenApiParameter("organization", OpenApiTypes.UUID, required=True,
                     description="Your own; as staff for intellectual property, anybody."),
    OpenApiParameter("on", OpenApiTypes.DATE, description="The day; today if left out."),
    OpenApiParameter("use", str, enum=[use.value for use in Use],
                     description="One use; all if left out."),
]  # fmt: skip


@dataclass(frozen=True)
class Ask:
    """A question as it was sent; `own`: it is about an organization one speaks for."""

    organization: Organization
    on: date | None
    uses: tuple[Use, ...]
    own: bool


class Asking(MemberViewSet):
    """Questions about results one may see, by those who may ask about that organization."""

    model = Result
    related = ("consortium", "charter")

    def ask(self) -> Ask:
        """Return what is asked. Raises Http404 where the organization is not to be seen."""
        given = AskSerializer(data=self.request.query_params)
        given.is_valid(raise_exception=True)
        data: dict[str, Any] = given.validated_data
        user: Any = self.request.user
        visible = Organization.objects.visible_to(user, self.today)
        organization = visible.filter(uid=data["organization"]).first()
        if organization is None:
            raise Http404
        spoken_for = user.appointments.on(self.today).filter(role__in=MEMBER_ROLES)
        return Ask(
            organization,
            data.get("on"),
            (Use(data["use"]),) if "use" in data else tuple(Use),
            spoken_for.filter(organization=organization).exists(),
        )


class ResultRightsViewSet(Asking):
    serializer_class = RightsSerializer
    parameters = {"rights": ("organization", "on", "use")}

    @extend_schema(
        summary="What may an organization do with a result on a day, and under which clause?",
        parameters=ABOUT,
        responses=RightsSerializer,
    )
    @action(detail=True, pagination_class=None)
    def rights(self, request: Any, uid: Any) -> Response:
        result: Result = self.subject()
        ask = self.ask()
        if not ask.own and not access.holds(
            request.user, consortium=result.consortium, on=self.today, roles=set(IP_READERS),
            organization=None,
        ):  # fmt: skip
            raise Http404
        on = ask.on or clock.today(result.consortium)
        question = question_of(ask.organization, result)
        code = result.charter.code
        found = [
            words.told(question, use, on, code)
            | {"timeline": [stretch(each, code) for each in timeline(question, use)]}
            for use in ask.uses
        ]
        answer = {"result": result, "organization": ask.organization, "on": on, "rights": found}
        return Response(RightsSerializer(answer).data)


class RightsViewSet(Asking):
    serializer_class = ListedRightsSerializer
    parameters = {"list": ("organization", "on", "use", "consortium")}
    orderings = ("completed_on",)

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        if not self.ask().own:
            rows = rows.filter(access.as_staff(self.request.user, self.today, *IP_READERS))
        return rows

    @extend_schema(
        summary="What may an organization do with each result you may see on a day?",
        parameters=[*ABOUT, OpenApiParameter("consortium", str)],
        responses=ListedRightsSerializer(many=True),
    )
    def list(self, request: Any) -> Response:
        ask = self.ask()
        staff = request.user.appointments.on(self.today).filter(role__in=IP_READERS)
        if not (ask.own or request.user.is_superuser or staff.exists()):
            raise Http404
        found = InConsortium(request.query_params, self.get_queryset(), request=request).qs
        page: list[Result] = self.paginate_queryset(found) or []
        keys = Result.objects.filter(pk__in=[each.pk for each in page])
        questions = questions_of(ask.organization, keys)
        rows = [listed(each, questions[each.pk], ask) for each in page]
        return self.get_paginated_response(ListedRightsSerializer(rows, many=True).data)


class InConsortium(filters.FilterSet):
    consortium = OfConsortium()


def listed(result: Result, question: Question, ask: Ask) -> dict[str, Any]:
    on = ask.on or clock.today(result.consortium)
    rights = [words.told(question, use, on, result.charter.code) for use in ask.uses]
    return {"result": result, "on": on, "rights": rights}


def stretch(segment: Segment, charter: str) -> dict[str, Any]:
    period = segment.period
    return {
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        **words.laid_out(segment.answer, charter),
    }


class AccessRequestSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField(read_only=True)
    consortium = serializers.SlugField(source="consortium.slug", read_only=True)
    result = ResultShown(read_only=True)
    organization = PartySerializer(read_only=True)
    uses = serializers.ListField(child=serializers.ChoiceField(choices=USES), read_only=True)
    purpose = serializers.CharField(read_only=True)
    asked_on = serializers.DateField(read_only=True)


class RequestAccessSerializer(serializers.Serializer[Any]):
    result = UidField(model=Result)
    organization = UidField(model=Organization)
    uses = serializers.MultipleChoiceField(choices=USES, allow_empty=False)
    purpose = serializers.CharField(max_length=5000)
    asked_on = DayField(required=False, allow_null=True, help_text="Staff only, from paper.")
    paper = serializers.FileField(required=False, help_text="Staff only; in a multipart form.")


class AccessRequestFilters(filters.FilterSet):
    consortium = OfConsortium(field_name="result__consortium")
    result = Row(model=Result)
    organization = Row(model=Organization, field_name="asker")


@extend_schema_view(
    list=extend_schema(summary="Requests for access: yours, and those to results you own"),
    retrieve=extend_schema(summary="A request for access"),
)
class AccessRequestViewSet(ReadViewSet):
    model = AccessRequest
    related = ("result__consortium", "asker")
    orderings = ("asked_on",)
    serializer_class = AccessRequestSerializer
    filterset_class = AccessRequestFilters
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="Ask for access to a result (the asker's people, or staff from paper)",
        description="Refused with 422: `access_too_late`, `access_suspended`, `access_kept`, "
        "`access_not_given`.",
        request={
            "application/json": RequestAccessSerializer,
            "multipart/form-data": RequestAccessSerializer,
        },
        responses={201: AccessRequestSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(RequestAccessSerializer)
        result, sent = data["result"], data.pop("paper", None)
        who = {"by": request.user, "on": clock.today(result.consortium)}
        asker, uses = data["organization"], tuple(Use(each) for each in sorted(data["uses"]))
        row = with_file(
            sent,
            lambda paper: request_access(
                asked=Asked(result, asker, uses, data["purpose"], data.get("asked_on"), paper),
                **who,
            ),
            consortium=result.consortium,
            **who,
        )
        return self.shown(row, 201)
