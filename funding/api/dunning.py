"""Late payers over REST: the levels taken with their letters, standing, exits to decide."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import MemberViewSet, ReadViewSet
from consortium.api.fields import DayField, SlugField, amount
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfMember, PartySerializer
from consortium.api.renderers import AnyFile
from consortium.models import Consortium, Member
from consortium.papers import download
from consortium.states import LANGUAGES, RIGHTS
from funding.models import (
    FINANCE_READERS,
    MEMBER_READERS,
    STANDING_READERS,
    Charge,
    DunningStep,
    ExitProposal,
)
from funding.operations.enforcement import decide_exit
from funding.papers.reminder import letter_of, reminders
from funding.reports.standing import Stands, standing
from funding.states import EXIT_DECISIONS, STANDINGS, ExitOutcome


class DunningStepSerializer(OfMember):
    """A level of the ladder taken for a charge; never changed."""

    charge = serializers.UUIDField(source="charge.uid", read_only=True)
    number = serializers.CharField(source="charge.number", read_only=True)
    level = serializers.SlugField(read_only=True)
    position = serializers.IntegerField(read_only=True)
    on = serializers.DateField(read_only=True)
    deadline_on = serializers.DateField(read_only=True, allow_null=True)
    amount = serializers.SerializerMethodField(help_text="What was open on the day.")
    unit = serializers.CharField(read_only=True)

    def get_amount(self, step: DunningStep) -> str:
        return amount(step.amount, step.unit)


class DunningStepFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member)
    charge = Row(model=Charge)
    level = filters.CharFilter(max_length=50)
    on_from = Day(field_name="on", lookup_expr="gte", label="Taken on a day or later.")
    on_until = Day(field_name="on", lookup_expr="lte", label="Taken on a day or earlier.")


class LetterQuery(serializers.Serializer[Any]):
    language = serializers.ChoiceField(
        choices=LANGUAGES, required=False, help_text="Of the letter; the reader's if left out."
    )


@extend_schema_view(
    list=extend_schema(summary="Dunning levels taken: your own, or as finance staff all"),
    retrieve=extend_schema(summary="A dunning level taken for a charge"),
)
class DunningStepViewSet(ReadViewSet):
    model = DunningStep
    related = ("consortium", "member__organization", "charge")
    orderings = ("on",)
    serializer_class = DunningStepSerializer
    filterset_class = DunningStepFilters
    parameters = {"letter": ("language",)}

    @extend_schema(
        summary="The letter that a member was sent that day, as PDF",
        parameters=[LetterQuery],
        responses={
            (200, "application/pdf"): OpenApiResponse(
                OpenApiTypes.BINARY, description="The letter, as an attachment."
            )
        },
    )
    @action(detail=True, renderer_classes=[AnyFile])
    def letter(self, request: Any, uid: Any) -> HttpResponse:
        step: DunningStep = self.get_object()
        query = LetterQuery(data=dict(request.query_params.items()))
        query.is_valid(raise_exception=True)
        language = query.validated_data.get("language") or get_language() or "en"
        pdf = reminders(letter_of(step), language=language)
        name = f"{step.charge.number}-{step.on.isoformat()}.pdf"
        return download(pdf, name=name, language=language)


class StandingQuery(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    on = DayField(required=False, help_text="Today if left out.")


class ArrearsSerializer(serializers.Serializer[Any]):
    unit = serializers.CharField()
    amount = serializers.CharField()


class MemberStandingSerializer(serializers.Serializer[Any]):
    """How a member stands on a day: computed, never stored.

    `arrears`: null for who may know that a member is late, but not of how much.
    """

    member = PartySerializer()
    on = serializers.DateField()
    standing = serializers.ChoiceField(choices=STANDINGS)
    days_late = serializers.IntegerField()
    level = serializers.CharField(allow_blank=True)
    suspended = serializers.ListField(child=serializers.ChoiceField(choices=RIGHTS))
    arrears = ArrearsSerializer(many=True, allow_null=True)


class StandingViewSet(MemberViewSet):
    """How the members of a consortium stand on a day: one's own, or as staff every one's."""

    model = Member
    serializer_class = MemberStandingSerializer
    pagination_class = None
    filter_backends = ()
    parameters = {"list": ("consortium", "on")}

    @extend_schema(
        summary="How members stand: your own, or as staff every one",
        parameters=[StandingQuery],
        responses=MemberStandingSerializer(many=True),
    )
    def list(self, request: Any) -> Response:
        query = StandingQuery(data=request.query_params, context=self.get_serializer_context())
        query.is_valid(raise_exception=True)
        consortium, user = query.validated_data["consortium"], request.user
        on = query.validated_data.get("on") or clock.today(consortium)
        here = Member.objects.filter(consortium=consortium).select_related("organization")
        own = access.own(user, self.today, *MEMBER_READERS, organization="organization")
        told = here.filter(own | access.as_staff(user, self.today, *STANDING_READERS))
        figures = access.as_staff(user, self.today, *FINANCE_READERS)
        known = set(here.filter(own | figures).values_list("pk", flat=True))
        members = {each.pk: each for each in told.order_by("pk")}
        found = standing(consortium=consortium, on=on, members=list(members))
        rows = [stands(members[pk], each, on, pk in known) for pk, each in sorted(found.items())]
        return Response(self.get_serializer(rows, many=True).data)


def stands(member: Member, found: Stands, on: Any, figures: bool) -> dict[str, Any]:
    arrears = [{"unit": unit, "amount": amount(sum_, unit)} for unit, sum_ in found.arrears.items()]
    return {
        "member": member,
        "on": on,
        "standing": found.state.value,
        "days_late": found.days,
        "level": found.level,
        "suspended": found.rights,
        "arrears": arrears if figures else None,
    }


class ExitProposalSerializer(OfMember):
    """The end of a membership over arrears, put to the body the charter names."""

    proposed_on = serializers.DateField(read_only=True)
    outcome = serializers.ChoiceField(
        choices=ExitOutcome.choices, allow_blank=True, read_only=True, help_text="Empty: open."
    )
    decided_on = serializers.DateField(read_only=True, allow_null=True)
    body = serializers.CharField(read_only=True)
    reason = serializers.CharField(read_only=True)


class DecideExitSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=EXIT_DECISIONS)
    decided_on = DayField(help_text="The day of the decision; “ended” ends the membership then.")
    body = serializers.RegexField(
        r"^[a-z][a-z0-9_]{0,49}$", help_text="The body that decided, by its code in the charter."
    )
    reason = serializers.CharField(max_length=500, default="", allow_blank=True)


class ExitProposalFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member)
    open = filters.BooleanFilter(
        field_name="decided_on", lookup_expr="isnull", label="Not decided yet, or decided."
    )


@extend_schema_view(
    list=extend_schema(summary="Exit proposals: your own, or as staff every one"),
    retrieve=extend_schema(summary="An exit proposal"),
)
class ExitProposalViewSet(ReadViewSet):
    model = ExitProposal
    related = ("consortium", "member__organization", "member__consortium")
    orderings = ("proposed_on",)
    serializer_class = ExitProposalSerializer
    filterset_class = ExitProposalFilters

    @extend_schema(
        summary="Enter what was decided on an exit (secretary)", request=DecideExitSerializer
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def decide(self, request: Any, uid: Any) -> Response:
        proposal: ExitProposal = self.subject()
        data = self.checked(DecideExitSerializer)
        outcome = ExitOutcome(data.pop("outcome"))
        on = clock.today(proposal.consortium)
        return self.shown(
            decide_exit(proposal=proposal, outcome=outcome, **data, by=request.user, on=on)
        )
