"""Reference cases: recorded consortia with their phases, members and gaps."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium.api.base import ReadViewSet
from consortium.api.consortia import ConsortiumSerializer
from consortium.api.filters import InForceOn
from consortium.api.parties import PartySerializer
from consortium.api.replay import ReplaySerializer
from consortium.models import Charter, Consortium, Member, MembershipTerm
from consortium.papers.replay import replayed
from consortium.reports.cases import document_of
from consortium.reports.comparison import PHASES, gaps

MEMBERS = Prefetch(
    "members",
    Member.objects.select_related("organization")
    .prefetch_related(Prefetch("terms", MembershipTerm.objects.order_by("starts_on", "pk")))
    .order_by("pk"),
)


class PhaseSerializer(serializers.Serializer[Charter]):
    """A recorded charter; its sections stand at `/charters/{uid}/`."""

    uid = serializers.UUIDField(read_only=True)
    code = serializers.SlugField(read_only=True)
    name = serializers.CharField(read_only=True, help_text="In the reader's language.")
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)
    basis = serializers.CharField(
        read_only=True, help_text="What the first day rests on: seed, other_source, assumption."
    )
    ends_basis = serializers.SerializerMethodField(help_text="The same of the end.")
    source = serializers.SerializerMethodField()  # type: ignore[assignment]
    note = serializers.SerializerMethodField(help_text="By language.")
    sections = serializers.SerializerMethodField(help_text="The codes of its sections.")
    profile = serializers.SerializerMethodField(help_text="The section of this code, or null.")

    def get_ends_basis(self, charter: Charter) -> str:
        return str(charter.remarks.get("ends_basis", ""))

    def get_source(self, charter: Charter) -> str:
        return str(charter.remarks.get("source", ""))

    def get_note(self, charter: Charter) -> dict[str, str]:
        note: dict[str, str] = charter.remarks.get("note", {})
        return note

    def get_sections(self, charter: Charter) -> list[str]:
        return [section.code for section in charter.sections.all()]

    def get_profile(self, charter: Charter) -> dict[str, Any] | None:
        return next((each.body for each in charter.sections.all() if each.code == "profile"), None)


class ShareSerializer(serializers.Serializer[MembershipTerm]):
    """A term of a recorded member; `share` is its part of the whole, of 1."""

    category = serializers.CharField(read_only=True)
    share = serializers.DecimalField(
        max_digits=7, decimal_places=6, read_only=True, allow_null=True
    )
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)


class CaseMemberSerializer(serializers.Serializer[Member]):
    uid = serializers.UUIDField(read_only=True)
    organization = PartySerializer(read_only=True)
    country = serializers.CharField(source="organization.country", read_only=True)
    terms = ShareSerializer(many=True, read_only=True)


class GapSerializer(serializers.Serializer[Any]):
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)


class CaseSerializer(ConsortiumSerializer):
    """A reference case: what a consortium was, phase by phase."""

    phases = PhaseSerializer(many=True, read_only=True)
    gaps = serializers.SerializerMethodField(help_text="Days of its life without a charter.")
    members = CaseMemberSerializer(many=True, read_only=True)

    class Meta(ConsortiumSerializer.Meta):
        fields = [*ConsortiumSerializer.Meta.fields, "phases", "gaps", "members"]
        read_only_fields = fields

    def get_gaps(self, case: Any) -> GapSerializer(many=True):  # type: ignore[valid-type]
        found = gaps(case, [phase.period for phase in case.phases])
        return GapSerializer(found, many=True).data


class CaseFilters(filters.FilterSet):
    on = InForceOn(label="In being on a day.")


@extend_schema_view(
    list=extend_schema(summary="Reference cases with their phases, gaps and members"),
    retrieve=extend_schema(summary="A reference case"),
)
class CaseViewSet(ReadViewSet):
    """Reference cases by slug; open to everyone who is logged in, and read-only."""

    model = Consortium
    related = ("lead", "host_unit", "liable_unit", "funds_holder")
    prefetched = ("goals", PHASES, MEMBERS)
    orderings = ("starts_on", "slug")
    serializer_class = CaseSerializer
    filterset_class = CaseFilters
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(is_reference=True)

    @extend_schema(
        summary="A case in the order of its days, with what its rules answer",
        description="Refused: `case_not_at_hand`.",
        responses=ReplaySerializer,
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def replay(self, request: Any, slug: str) -> Response:
        case = get_object_or_404(self.get_queryset(), slug=slug)
        return Response(ReplaySerializer(replayed(document_of(case))).data)
