"""What becomes of results when their consortium ends, for staff who record them."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import Listed, MemberViewSet
from consortium.api.fields import SlugField
from consortium.api.filters import OfConsortium
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Consortium, Organization
from ip.api.fields import PartField
from ip.models import Result
from ip.operations.dissolving import succeed
from ip.reports.dissolution import Ending, end_of, endings
from ip.states import IP_READERS


class HolderSerializer(serializers.Serializer[Any]):
    organization = PartySerializer(read_only=True)
    part = PartField(read_only=True)


class EndingSerializer(OfConsortiumSerializer):
    """A result's owners on the last day, and what of the association's passes to whom.

    `ends_on`: the day from which the consortium is no more; today where it goes on.
    `stays`: the association's part to which nobody succeeds.
    """

    number = serializers.CharField(read_only=True)
    ends_on = serializers.DateField(read_only=True)
    owners = HolderSerializer(many=True, read_only=True)
    passes = HolderSerializer(many=True, read_only=True)
    stays = PartField(read_only=True)


class SucceedSerializer(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)


class SucceededSerializer(serializers.Serializer[Any]):
    """Of how many results a part passed."""

    count = serializers.IntegerField()


class EndingFilters(filters.FilterSet):
    consortium = OfConsortium()


@extend_schema_view(
    list=extend_schema(summary="What becomes of results when their consortium ends (staff)"),
)
class EndingViewSet(Listed, MemberViewSet):
    model = Result
    related = ("consortium__liable_unit", "consortium__host_unit")
    orderings = ("number",)
    serializer_class = EndingSerializer
    filterset_class = EndingFilters

    def get_queryset(self) -> QuerySet[Any]:
        staff = access.as_staff(self.request.user, self.today, *IP_READERS)
        return super().get_queryset().filter(staff)

    def get_serializer(self, rows: Any = None, **kwargs: Any) -> Any:
        """Show results as what becomes of them, each consortium's with its own end."""
        shown = found(rows) if kwargs.get("many") else rows
        return super().get_serializer(shown, **kwargs)

    @extend_schema(
        summary="Let the association's parts pass, once the consortium has ended (ip, secretary)",
        description="Refused with 422: `consortium_not_ended`.",
        request=SucceedSerializer,
        responses=SucceededSerializer,
    )
    @action(detail=False, methods=["post"])
    @idempotent
    def succeed(self, request: Any) -> Response:
        consortium: Consortium = self.checked(SucceedSerializer)["consortium"]
        on = clock.today(consortium)
        count = succeed(consortium=consortium, by=request.user, on=on)
        return Response(SucceededSerializer({"count": count}).data)


def found(rows: list[Result]) -> list[dict[str, Any]]:
    """Return what becomes of results, in their order."""
    by_consortium: dict[Consortium, list[Result]] = {}
    for each in rows:
        by_consortium.setdefault(each.consortium, []).append(each)
    ends = {
        ending.result.pk: as_sent(ending)
        for consortium, mine in by_consortium.items()
        for ending in endings(consortium, mine, end_of(consortium, clock.today(consortium)))
    }
    return [ends[each.pk] for each in rows]


def as_sent(ending: Ending) -> dict[str, Any]:
    result = ending.result

    def held(parts: dict[Organization, Any]) -> list[dict[str, Any]]:
        return [{"organization": who, "part": part} for who, part in parts.items()]

    return {
        "uid": result.uid,
        "consortium": result.consortium,
        "number": result.number,
        "ends_on": end_of(result.consortium, clock.today(result.consortium)),
        "owners": held(ending.owners),
        "passes": held(ending.passes),
        "stays": ending.stays,
    }
