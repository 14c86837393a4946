"""Results on offer for licensing: what stands for whom, made by hand and withdrawn."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import UidField
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from ip.api.licence_shapes import CODE, COUNTRY
from ip.models import LicenceOffer, OwnershipShare, Result
from ip.operations.offering import Proffer, offer_licence, withdraw_offer
from ip.rules.choices import Party, Terms
from ip.states import OFFERS, PARTIES, RESULT_KINDS, TERMS


class LicenceOfferSerializer(OfConsortiumSerializer):
    """A result on offer; of the result itself its number and kind only."""

    result = serializers.UUIDField(source="result.uid", read_only=True)
    number = serializers.CharField(source="result.number", read_only=True)
    kind = serializers.ChoiceField(source="result.kind", choices=RESULT_KINDS, read_only=True)
    to = serializers.ChoiceField(choices=PARTIES, read_only=True)
    home = serializers.CharField(
        read_only=True, allow_blank=True, help_text="The country whose organizations are domestic."
    )
    terms = serializers.ChoiceField(choices=TERMS, read_only=True)
    field = serializers.CharField(read_only=True, allow_blank=True)
    territory = serializers.ListField(child=serializers.CharField(), read_only=True)
    note = serializers.CharField(read_only=True, allow_blank=True)
    path = serializers.CharField(
        read_only=True, allow_blank=True, help_text="The charter's rule; empty: offered by hand."
    )
    published_on = serializers.DateField(read_only=True)
    withdrawn_on = serializers.DateField(read_only=True, allow_null=True)


class WithdrawOfferSerializer(serializers.Serializer[Any]):
    share = UidField(model=OwnershipShare, help_text="Of the owner that offers, or is spoken for.")


class OfferLicenceSerializer(WithdrawOfferSerializer):
    """To whom and on which terms; empty field and territory: all of them."""

    to = serializers.ChoiceField(choices=OFFERS)
    terms = serializers.ChoiceField(choices=TERMS)
    field = serializers.RegexField(CODE, default="", allow_blank=True)
    territory = serializers.ListField(
        child=serializers.RegexField(COUNTRY), default=list, help_text="ISO 3166 countries."
    )
    note = serializers.CharField(max_length=5000, default="", allow_blank=True)


class LicenceOfferFilters(filters.FilterSet):
    consortium = OfConsortium(field_name="result__consortium")
    result = Row(model=Result)
    to = filters.ChoiceFilter(choices=PARTIES)
    standing = filters.BooleanFilter(field_name="withdrawn_on", lookup_expr="isnull")


@extend_schema_view(
    list=extend_schema(summary="Results on offer to you, and offers of results you may read"),
    retrieve=extend_schema(summary="An offer of a result"),
)
class LicenceOfferViewSet(ReadViewSet):
    model = LicenceOffer
    related = ("result__consortium",)
    orderings = ("published_on",)
    serializer_class = LicenceOfferSerializer
    filterset_class = LicenceOfferFilters

    @extend_schema(
        summary="Offer licences of a result to a class of parties (signatory of an owner, ip)",
        description="Refused with 422 while the charter keeps the class out, with its clause: "
        "`licence_kept_out`, `licence_not_opened`, `licence_class_barred`.",
        request=OfferLicenceSerializer,
        responses={201: LicenceOfferSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(OfferLicenceSerializer)
        share: OwnershipShare = data.pop("share")
        to, terms = Party(data.pop("to")), Terms(data.pop("terms"))
        on = clock.today(share.consortium)
        row = offer_licence(
            share=share, proffer=Proffer(to=to, terms=terms, **data), by=request.user, on=on
        )
        return self.shown(row, 201)

    @extend_schema(
        summary="Withdraw an offer from today on (signatory of an owner, ip)",
        description="What the charter opened only staff withdraw (`licence_offer_by_charter`).",
        request=WithdrawOfferSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Any, uid: Any) -> Response:
        row: LicenceOffer = self.subject()
        data = self.checked(WithdrawOfferSerializer)
        on = clock.today(row.consortium)
        return self.shown(withdraw_offer(offer=row, **data, by=request.user, on=on))
