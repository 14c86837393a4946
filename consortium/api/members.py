"""Members and their terms."""

from datetime import date
from typing import Any

from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock, words
from consortium.api.base import ReadViewSet
from consortium.api.docket import plain
from consortium.api.fields import DayField, SlugField, UidField
from consortium.api.filters import InForceOn, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.organizations import OrganizationSerializer
from consortium.models import Consortium, Member, MembershipTerm, Organization
from consortium.operations import members
from consortium.registry import PreviewLine
from consortium.reports.leaving import leaving, preview
from consortium.rules.choices import Left
from consortium.states import LEFT, Role

CATEGORY = r"^[a-z][a-z0-9_]{0,39}$"
ASKERS = {
    Role.SECRETARY, Role.FINANCE, Role.AUDITOR, Role.ACCOUNTANT,
    Role.SIGNATORY, Role.FINANCE_CONTACT,
}  # fmt: skip
"""Who is told what a member's leaving leads to; of a member's people only its own."""


class TermSerializer(serializers.ModelSerializer[MembershipTerm]):
    class Meta:
        model = MembershipTerm
        fields = ["uid", "category", "share", "starts_on", "ends_on", "left", "told_on", "breach"]
        read_only_fields = fields

    left = serializers.ChoiceField(choices=LEFT, read_only=True, allow_blank=True)
    breach = serializers.BooleanField(read_only=True, help_text="Left, or will leave, in breach.")


class MemberSerializer(serializers.Serializer[Member]):
    """An organization's membership for ever, with its dated terms."""

    uid = serializers.UUIDField(read_only=True)
    consortium = serializers.SlugField(source="consortium.slug", read_only=True)
    organization = OrganizationSerializer(read_only=True)
    category = serializers.SerializerMethodField(help_text="Today's, or null.")
    terms = serializers.SerializerMethodField()

    def get_category(self, member: Member) -> str | None:
        today = clock.today(member.consortium)
        terms = member.terms.all()
        return next((term.category for term in terms if term.period.contains(today)), None)

    def get_terms(self, member: Member) -> TermSerializer(many=True):  # type: ignore[valid-type]
        terms = sorted(member.terms.all(), key=lambda term: term.starts_on)
        return TermSerializer(terms, many=True).data


class AdmitSerializer(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    organization = UidField(model=Organization)
    category = serializers.RegexField(CATEGORY)
    starts_on = DayField()
    ends_on = DayField(required=False, allow_null=True)
    share = serializers.DecimalField(
        max_digits=7, decimal_places=6, min_value=0, max_value=1, required=False, allow_null=True
    )


class ChangeCategorySerializer(serializers.Serializer[Any]):
    category = serializers.RegexField(CATEGORY)
    from_on = DayField()


class EndSerializer(serializers.Serializer[Any]):
    ends_on = DayField(help_text="The first day that no longer counts.")
    left = serializers.ChoiceField(
        choices=LEFT, required=False, help_text="How; with notice it ends when that has run out."
    )
    told_on = DayField(required=False, help_text="The day notice was given; today if left out.")


class EndingQuery(serializers.Serializer[Any]):
    told_on = DayField(required=False, help_text="The day notice is given; today if left out.")
    ends_on = DayField(required=False, help_text="When the notice has run out, if left out.")


class LeavingLineSerializer(serializers.Serializer[PreviewLine]):
    """One thing it leads to: code and values, and the sentence they make."""

    code = serializers.SlugField(read_only=True)
    text = serializers.SerializerMethodField()
    values = serializers.SerializerMethodField()

    def get_text(self, line: PreviewLine) -> str:
        return words.say(line.code, line.values)

    def get_values(self, line: PreviewLine) -> dict[str, Any]:
        return {name: plain(value) for name, value in line.values.items()}


class LeavingSerializer(serializers.Serializer[Any]):
    """What the end of a membership leads to.

    `leaves_on`: the first day without it, by the charter's notice; `pays_through`: the
    day before.
    """

    told_on = serializers.DateField(read_only=True)
    pays_through = serializers.DateField(read_only=True)
    leaves_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True)
    lines = LeavingLineSerializer(many=True, read_only=True)


class MemberFilters(filters.FilterSet):
    consortium = OfConsortium()
    organization = Row(model=Organization)
    on = InForceOn(label="Members on a day.")


@extend_schema_view(
    list=extend_schema(summary="Members of your consortia and of the reference cases"),
    retrieve=extend_schema(summary="A member with its terms"),
)
class MemberListViewSet(ReadViewSet):
    model = Member
    related = ("consortium", "organization")
    prefetched = ("terms",)
    serializer_class = MemberSerializer
    filterset_class = MemberFilters
    parameters = {"ending": ("told_on", "ends_on")}

    @extend_schema(
        summary="Admit an organization for a term (secretary)",
        request=AdmitSerializer,
        responses={201: MemberSerializer},
        examples=[
            OpenApiExample(
                "From a day on",
                request_only=True,
                value={
                    "consortium": "demo",
                    "organization": "7b0f0d52-6c37-4a5e-9a57-0c6f3f1c0a11",
                    "category": "member",
                    "starts_on": "2026-01-01",
                },
            )
        ],
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(AdmitSerializer)
        term = members.admit(**data, by=request.user, on=clock.today(data["consortium"]))
        return self.shown(term.member, 201)

    @extend_schema(
        summary="Move a member to another category (secretary)", request=ChangeCategorySerializer
    )
    @action(detail=True, methods=["post"], url_path="change-category")
    @idempotent
    def change_category(self, request: Any, uid: Any) -> Response:
        member = self.subject()
        data = self.checked(ChangeCategorySerializer)
        term = members.change_category(
            member=member, **data, by=request.user, on=clock.today(member.consortium)
        )
        return self.shown(term.member)

    @extend_schema(
        summary="What leaving leads to, and what is owed until then (own; secretary; finance)",
        description="Nothing is written. Amounts only for those who may read the account.",
        parameters=[EndingQuery],
        responses=LeavingSerializer,
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def ending(self, request: Any, uid: Any) -> Response:
        member = self.subject()
        query = EndingQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        today = clock.today(member.consortium)
        if not may_ask(member, request.user, today):
            raise Http404
        told_on = query.validated_data.get("told_on", today)
        notice = leaving(consortium=member.consortium, told_on=told_on)
        ends_on = query.validated_data.get("ends_on", notice.leaves_on)
        lines = preview(member=member, user=request.user, ends_on=ends_on, on=today)
        found = {**notice._asdict(), "told_on": told_on, "ends_on": ends_on, "lines": lines}
        return Response(LeavingSerializer(found).data)

    @extend_schema(
        summary="End a membership (secretary)",
        description="Refused: `not_a_member`, `notice_too_short`, `told_in_the_future`.",
        request=EndSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def end(self, request: Any, uid: Any) -> Response:
        member = self.subject()
        data = self.checked(EndSerializer)
        left = Left(data.pop("left")) if "left" in data else None
        term = members.end_membership(
            member=member, left=left, **data, by=request.user, on=clock.today(member.consortium)
        )
        return self.shown(term.member)


def may_ask(member: Member, user: Any, on: date) -> bool:
    """Say whether a person is told what a member's leaving leads to."""
    return access.holds(
        user,
        consortium=member.consortium,
        on=on,
        roles=ASKERS,
        organization=member.organization,
    )
