"""Closing years, and giving their surplus back: proposed by one person, confirmed by another."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import AmountField, DayField, SlugField, UidField, amount
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.errors import Denied
from consortium.models import Consortium
from funding.api.looks import note_look
from funding.models import FINANCE_READERS, SurplusReturn, YearClose
from funding.operations.closing import confirm_close, propose_close
from funding.operations.surplus import confirm_return, propose_return
from funding.reports.closing import Share, closing_of, shares
from funding.states import Screen

SUMS = "In `unit`; null for who does not read every member's figures."


class Sums(ReadViewSet):
    """Rows with a sum over members, shown to those who read every member's figures."""

    def reads(self) -> set[int]:
        """Return the consortia whose members' figures the caller reads."""
        found: set[int] | None = getattr(self, "_reads", None)
        if found is None:
            own = access.as_staff(self.request.user, self.today, *FINANCE_READERS, at="pk")
            found = set(Consortium.objects.filter(own).values_list("pk", flat=True))
            self._reads = found
        return found


class YearCloseSerializer(OfConsortiumSerializer):
    """A fiscal year of the books in one unit; closed once `closed_on` is set."""

    unit = serializers.CharField(read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, help_text="The first day of the next year.")
    surplus = serializers.SerializerMethodField(help_text=SUMS)
    unassigned = serializers.SerializerMethodField(
        help_text="Receipts of the year not put to any member, while it is open. " + SUMS
    )
    proposed_on = serializers.DateField(read_only=True)
    proposed_by = PartySerializer(read_only=True, allow_null=True)
    closed_on = serializers.DateField(read_only=True, allow_null=True)
    closed_by = PartySerializer(read_only=True, allow_null=True)

    def read(self, close: YearClose) -> bool:
        return close.consortium_id in self.context["view"].reads()

    def get_surplus(self, close: YearClose) -> str | None:
        return amount(close.surplus, close.unit) if self.read(close) else None

    def get_unassigned(self, close: YearClose) -> str | None:
        alone = self.context["view"].action != "list"
        if not alone or close.closed_on is not None or not self.read(close):
            return None
        return amount(closing_of(close).unassigned, close.unit)


class ProposeCloseSerializer(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    unit = serializers.CharField(max_length=20)
    ends_on = DayField(help_text="The first day of the next year.")


class YearCloseFilters(filters.FilterSet):
    consortium = OfConsortium()
    unit = filters.CharFilter(max_length=20)
    open = filters.BooleanFilter(
        field_name="closed_on", lookup_expr="isnull", label="Proposed only, or closed."
    )


@extend_schema_view(
    list=extend_schema(summary="Closed years, for finance staff and whoever may confirm"),
    retrieve=extend_schema(summary="A closed year, or one proposed to be closed"),
)
class YearCloseViewSet(Sums):
    model = YearClose
    related = ("consortium", "proposed_by", "closed_by")
    orderings = ("ends_on",)
    serializer_class = YearCloseSerializer
    filterset_class = YearCloseFilters

    @extend_schema(
        summary="Propose to close a year (finance)",
        description=(
            "Refused: `nothing_booked`, `already_closed`, `other_year`, `year_not_over`,"
            " `year_not_swept`, `run_unfinished`."
        ),
        request=ProposeCloseSerializer,
        responses={201: YearCloseSerializer},
        examples=[
            OpenApiExample(
                "The year 2026",
                request_only=True,
                value={"consortium": "demo", "unit": "CNY", "ends_on": "2027-01-01"},
            )
        ],
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(ProposeCloseSerializer)
        close = propose_close(**data, by=request.user, on=clock.today(data["consortium"]))
        return self.shown(close, 201)

    @extend_schema(
        summary="Close a year as the second person: nothing is booked in it any more",
        description=(
            "Refused: `same_person_confirms`, `wrong_confirmer`, `books_changed`, `already_closed`."
        ),
        request=None,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: Any, uid: Any) -> Response:
        close: YearClose = self.subject()
        on = clock.today(close.consortium)
        return self.shown(confirm_close(close=close, by=request.user, on=on))


class SurplusReturnSerializer(OfConsortiumSerializer):
    """What of a closed year's surplus goes back to the members that paid of a levy in it."""

    close = serializers.UUIDField(source="close.uid", read_only=True)
    levy = serializers.SlugField(read_only=True)
    amount = serializers.SerializerMethodField(help_text=SUMS)
    unit = serializers.CharField(source="close.unit", read_only=True)
    members = serializers.IntegerField(source="count", read_only=True)
    proposed_on = serializers.DateField(read_only=True)
    proposed_by = PartySerializer(read_only=True, allow_null=True)
    confirmed_on = serializers.DateField(read_only=True, allow_null=True)
    confirmed_by = PartySerializer(read_only=True, allow_null=True)

    def get_amount(self, back: SurplusReturn) -> str | None:
        reads = back.consortium_id in self.context["view"].reads()
        return amount(back.amount, back.close.unit) if reads else None


class ProposeReturnSerializer(serializers.Serializer[Any]):
    close = UidField(model=YearClose)
    amount = AmountField(help_text="Above zero, and no more than is left of the surplus.")


class SurplusShareSerializer(serializers.Serializer[Any]):
    """A member's part: what it `paid` of the levy in the year, and what it gets back."""

    member = PartySerializer()
    paid = serializers.SerializerMethodField()
    amount = serializers.SerializerMethodField()

    def get_paid(self, share: Share) -> str:
        return amount(share.paid, self.context["unit"])

    def get_amount(self, share: Share) -> str:
        return amount(share.amount, self.context["unit"])


class SurplusReturnFilters(filters.FilterSet):
    consortium = OfConsortium()
    close = Row(model=YearClose)
    open = filters.BooleanFilter(
        field_name="confirmed_on", lookup_expr="isnull", label="Proposed only, or confirmed."
    )


@extend_schema_view(
    list=extend_schema(summary="Surplus given back, for finance staff and whoever may confirm"),
    retrieve=extend_schema(summary="A surplus given back, or proposed to be"),
)
class SurplusReturnViewSet(Sums):
    model = SurplusReturn
    related = ("consortium", "close", "proposed_by", "confirmed_by")
    orderings = ("proposed_on",)
    serializer_class = SurplusReturnSerializer
    filterset_class = SurplusReturnFilters

    @extend_schema(
        summary="Propose to give a surplus back (finance)",
        description=(
            "Refused: `year_still_open`, `no_surplus_rule`, `exceeds_surplus`, `nobody_paid`,"
            " `already_returned`."
        ),
        request=ProposeReturnSerializer,
        responses={201: SurplusReturnSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(ProposeReturnSerializer)
        on = clock.today(data["close"].consortium)
        return self.shown(propose_return(**data, by=request.user, on=on), 201)

    @extend_schema(
        summary="What each member gets back (finance, auditor, accountant)",
        request=None,
        responses=SurplusShareSerializer(many=True),
    )
    @action(detail=True, pagination_class=None, filter_backends=())
    def parts(self, request: Any, uid: Any) -> Response:
        back: SurplusReturn = self.subject()
        if back.consortium_id not in self.reads():
            raise Denied(roles=sorted(FINANCE_READERS))
        rows = shares(back.close, back.levy, back.amount)
        secret = [each.member.pk for each in rows if each.secret]
        note_look(self, back.consortium, Screen.LEDGER, secret, subject=back.uid)
        return Response(
            SurplusShareSerializer(rows, many=True, context={"unit": back.close.unit}).data
        )

    @extend_schema(
        summary="Give it back as the second person: each member gets a credit note",
        description=(
            "Refused: `same_person_confirms`, `wrong_confirmer`, `books_changed`,"
            " `already_returned`."
        ),
        request=None,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: Any, uid: Any) -> Response:
        back: SurplusReturn = self.subject()
        on = clock.today(back.consortium)
        return self.shown(confirm_return(back=back, by=request.user, on=on))
