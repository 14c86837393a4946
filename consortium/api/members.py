"""Members and their terms."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, SlugField, UidField
from consortium.api.filters import InForceOn, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.organizations import OrganizationSerializer
from consortium.models import Consortium, Member, MembershipTerm, Organization
from consortium.operations import members

CATEGORY = r"^[a-z][a-z0-9_]{0,39}$"


class TermSerializer(serializers.ModelSerializer[MembershipTerm]):
    class Meta:
        model = MembershipTerm
        fields = ["uid", "category", "share", "starts_on", "ends_on"]
        read_only_fields = fields


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

    @extend_schema(summary="End a membership (secretary)", request=EndSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def end(self, request: Any, uid: Any) -> Response:
        member = self.subject()
        data = self.checked(EndSerializer)
        term = members.end_membership(
            member=member, **data, by=request.user, on=clock.today(member.consortium)
        )
        return self.shown(term.member)
