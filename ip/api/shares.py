"""Shares of results: passed on by deed, given up, and taken by the other owners."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, UidField
from consortium.api.filters import InForceOn, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Document, Organization
from ip.api.fields import PartField, PartyField
from ip.models import OwnershipChange, OwnershipShare, Result, ShareOffer
from ip.operations.offers import abandon_share, accept_share
from ip.operations.ownership import Passing, transfer_share
from ip.operations.succeeding import succeed_owner
from ip.states import Cause
from projects.api.files import with_file


class OfResultSerializer(OfConsortiumSerializer):
    """What every row of a result shows first."""

    result = serializers.UUIDField(source="result.uid", read_only=True)


class OwnershipShareSerializer(OfResultSerializer):
    """An exact part of a result that an organization owns for a period."""

    owner = PartySerializer(read_only=True)
    part = PartField(read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)
    by = serializers.ChoiceField(source="cause", choices=Cause.choices, read_only=True)
    path = serializers.CharField(read_only=True, allow_blank=True)


class TransferSerializer(serializers.Serializer[Any]):
    """What passes, in a form with the deed; all of the share where no part is given."""

    to = PartyField()
    part = PartField(required=False, allow_null=True)
    transferred_on = DayField(required=False, allow_null=True, help_text="Today if left out.")
    notified_on = DayField(
        required=False, allow_null=True, help_text="The day the co-owners were told."
    )
    deed = serializers.FileField(required=False, help_text="Only in a multipart form.")
    consent = serializers.FileField(required=False, help_text="The co-owners' agreement.")


class AbandonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=5000, default="", allow_blank=True)


class AcceptSerializer(serializers.Serializer[Any]):
    offer = UidField(model=ShareOffer)


class OfferSerializer(OfResultSerializer):
    """A share given up, and until which day (exclusive) the other owners may take it."""

    giver = PartySerializer(read_only=True)
    offered_on = serializers.DateField(read_only=True)
    until = serializers.DateField(read_only=True)
    reason = serializers.CharField(read_only=True, allow_blank=True)
    settled_on = serializers.DateField(read_only=True, allow_null=True)
    lapsed = serializers.BooleanField(read_only=True, allow_null=True)


class OwnershipChangeSerializer(OfResultSerializer):
    """What changed who owns a result."""

    by = serializers.ChoiceField(source="cause", choices=Cause.choices, read_only=True)
    changed_on = serializers.DateField(read_only=True)
    giver = PartySerializer(read_only=True, allow_null=True)
    taker = PartySerializer(read_only=True, allow_null=True)
    part = PartField(read_only=True, allow_null=True)
    notified_on = serializers.DateField(read_only=True, allow_null=True)


class OfResultFilters(filters.FilterSet):
    consortium = OfConsortium(field_name="result__consortium")
    result = Row(model=Result)


class ShareFilters(OfResultFilters):
    owner = Row(model=Organization)
    on = InForceOn(label="Owned on a day.")


@extend_schema_view(
    list=extend_schema(summary="Shares of the results you may read"),
    retrieve=extend_schema(summary="A share of a result"),
)
class ShareViewSet(ReadViewSet):
    model = OwnershipShare
    related = ("result__consortium", "owner")
    orderings = ("starts_on",)
    serializer_class = OwnershipShareSerializer
    filterset_class = ShareFilters
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="Enter a deed by which a share passes, whole or in part (ip)",
        description="Refused with 422: `share_exceeded`, `share_not_owned`, `deed_missing`, "
        "`co_owners_consent_missing`, `co_owners_notice_missing`, `share_offer_open`.",
        request={"multipart/form-data": TransferSerializer, "application/json": TransferSerializer},
        responses={201: OwnershipChangeSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def transfer(self, request: Any, uid: Any) -> Response:
        share: OwnershipShare = self.subject()
        data = self.checked(TransferSerializer)
        deed, consent = data.pop("deed", None), data.pop("consent", None)
        who = {"by": request.user, "on": clock.today(share.consortium)}
        where = {"consortium": share.consortium, **who}

        def act(deed: Document | None, consent: Document | None) -> OwnershipChange:
            passing = Passing(deed=deed, consent=consent, **data)
            return transfer_share(share=share, passing=passing, **who)

        change = with_file(
            deed,
            lambda first: with_file(consent, lambda second: act(first, second), **where),
            **where,
        )
        return Response(OwnershipChangeSerializer(change).data, status=201)

    @extend_schema(
        summary="Give a share up: the other owners may take it first (signatory or ip)",
        request=AbandonSerializer,
        responses={201: OfferSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def abandon(self, request: Any, uid: Any) -> Response:
        share: OwnershipShare = self.subject()
        data = self.checked(AbandonSerializer)
        on = clock.today(share.consortium)
        offer = abandon_share(share=share, **data, by=request.user, on=on)
        return Response(OfferSerializer(offer).data, status=201)

    @extend_schema(
        summary="Take what another owner of the result gives up (signatory or ip)",
        request=AcceptSerializer,
        responses=OfferSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def accept(self, request: Any, uid: Any) -> Response:
        share: OwnershipShare = self.subject()
        data = self.checked(AcceptSerializer)
        on = clock.today(share.consortium)
        offer = accept_share(share=share, **data, by=request.user, on=on)
        return Response(OfferSerializer(offer).data)

    @extend_schema(
        summary="Let the share of an owner that is no more pass on (ip)",
        description="To its successor, else by the charter's rule. Refused with 422: "
        "`owner_not_ceased`, `owner_without_heirs`, `share_not_owned`, `share_offer_open`.",
        request=None,
        responses={201: OwnershipChangeSerializer(many=True)},
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @idempotent
    def succeed(self, request: Any, uid: Any) -> Response:
        share: OwnershipShare = self.subject()
        changes = succeed_owner(share=share, by=request.user, on=clock.today(share.consortium))
        return Response(OwnershipChangeSerializer(changes, many=True).data, status=201)


class OfferFilters(OfResultFilters):
    open = filters.BooleanFilter(field_name="settled_on", lookup_expr="isnull")


@extend_schema_view(
    list=extend_schema(summary="Shares given up, of the results you may read"),
    retrieve=extend_schema(summary="A share given up"),
)
class OfferViewSet(ReadViewSet):
    model = ShareOffer
    related = ("result__consortium", "giver")
    orderings = ("until", "offered_on")
    serializer_class = OfferSerializer
    filterset_class = OfferFilters


@extend_schema_view(
    list=extend_schema(summary="What changed who owns results, of those you may read"),
    retrieve=extend_schema(summary="A change of ownership"),
)
class ChangeViewSet(ReadViewSet):
    model = OwnershipChange
    related = ("result__consortium", "giver", "taker")
    orderings = ("changed_on",)
    serializer_class = OwnershipChangeSerializer
    filterset_class = OfResultFilters
