"""The ledger: accounts with their balances, and the transfers between them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, amount
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Consortium, Member
from funding.api.looks import note_look
from funding.models import Account, Charge, Transfer
from funding.reports.books import secret_among
from funding.states import AccountKind, Screen

ZERO = Decimal(0)


class Looked(ReadViewSet):
    """Rows of the ledger: whose account holds secret amounts is not looked at unnoticed."""

    def members(self, row: Any) -> set[int]:
        """Return whose amounts a row shows to the caller."""
        raise NotImplementedError

    def looked_at(self, rows: list[Any]) -> None:
        found: dict[Consortium, set[int]] = {}
        for row in rows:
            found.setdefault(row.consortium, set()).update(self.members(row))
        single = rows[0].uid if len(rows) == 1 else None
        secret = set(secret_among({each for members in found.values() for each in members}))
        for consortium, members in found.items():
            note_look(self, consortium, Screen.LEDGER, members & secret, subject=single)


class AccountSerializer(OfConsortiumSerializer):
    """An account and its balance on a day: debits less credits up to and including it."""

    kind = serializers.ChoiceField(choices=AccountKind.choices, read_only=True)
    member = PartySerializer(read_only=True, allow_null=True)
    unit = serializers.CharField(read_only=True)
    balance = serializers.SerializerMethodField()
    balance_on = serializers.SerializerMethodField()

    def get_balance(self, account: Any) -> str:
        return amount(account.balance, account.unit)

    def get_balance_on(self, account: Any) -> date:
        on: date = self.context["view"].balance_on
        return on


class AccountFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member)
    kind = filters.ChoiceFilter(choices=AccountKind.choices)
    unit = filters.CharFilter(max_length=12)
    on = Day(label="The day of the balances; today if not given.", method="unchanged")

    def unchanged(self, queryset: Any, name: str, value: Any) -> Any:
        return queryset


class AccountQuery(serializers.Serializer[Any]):
    on = DayField(required=False, help_text="The day of the balance; today if not given.")


@extend_schema_view(
    list=extend_schema(summary="Accounts with their balances"),
    retrieve=extend_schema(
        summary="An account with its balance on a day", parameters=[AccountQuery]
    ),
)
class AccountViewSet(Looked):
    model = Account
    related = ("consortium", "member__organization")
    serializer_class = AccountSerializer
    filterset_class = AccountFilters
    parameters = {"retrieve": ("on",)}

    def members(self, row: Account) -> set[int]:
        return {row.member_id} if row.member_id else set()

    @property
    def balance_on(self) -> date:
        query = AccountQuery(data=dict(self.request.query_params.items()))
        query.is_valid(raise_exception=True)
        on: date = query.validated_data.get("on") or self.today
        return on

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        on = self.balance_on
        return rows.annotate(balance=moved("debit", on) - moved("credit", on))


def moved(side: str, on: date) -> Coalesce:
    """Return the sum of an account's transfers on one side up to a day."""
    sums = (
        Transfer.objects.filter(**{side: OuterRef("pk")}, on__lte=on)
        .order_by()
        .values(side)
        .annotate(total=Sum("amount"))
        .values("total")
    )
    places = DecimalField(max_digits=20, decimal_places=3)
    return Coalesce(Subquery(sums, output_field=places), ZERO, output_field=places)


class SideSerializer(serializers.Serializer[Account]):
    """An account at one end of a transfer; whose it is shows only where it is yours to see."""

    kind = serializers.ChoiceField(choices=AccountKind.choices, read_only=True)
    account = serializers.UUIDField(source="uid", read_only=True, allow_null=True)
    member = PartySerializer(read_only=True, allow_null=True)


class TransferSerializer(OfConsortiumSerializer):
    """An amount moved from the credited account to the debited one; never changed."""

    key = serializers.CharField(read_only=True, help_text="The event all its legs share.")
    leg = serializers.IntegerField(read_only=True)
    on = serializers.DateField(read_only=True)
    recorded_at = serializers.DateTimeField(read_only=True)
    debit = serializers.SerializerMethodField()
    credit = serializers.SerializerMethodField()
    amount = serializers.SerializerMethodField()
    unit = serializers.CharField(read_only=True)
    charge = serializers.SerializerMethodField(help_text="The charge's `uid`, or null.")
    reverses = serializers.SerializerMethodField(help_text="The reversed transfer's, or null.")

    def get_debit(self, transfer: Any) -> SideSerializer:
        return side(transfer.debit, seen=transfer.debit_seen)

    def get_credit(self, transfer: Any) -> SideSerializer:
        return side(transfer.credit, seen=transfer.credit_seen)

    def get_amount(self, transfer: Transfer) -> str:
        return amount(transfer.amount, transfer.unit)

    def get_charge(self, transfer: Transfer) -> str | None:
        return str(transfer.charge.uid) if transfer.charge else None

    def get_reverses(self, transfer: Transfer) -> str | None:
        return str(transfer.reverses.uid) if transfer.reverses else None


def side(account: Account, *, seen: bool) -> Any:
    """Return one end of a transfer, without address and member where it is not visible."""
    if not seen:
        return {"kind": account.kind, "account": None, "member": None}
    return SideSerializer(account).data


class OnEitherSide(Row):
    """Transfers of an account, on either side."""

    def narrowed(self, queryset: QuerySet[Any], row: Any) -> QuerySet[Any]:
        return queryset.filter(Q(debit=row) | Q(credit=row))


class TransferFilters(filters.FilterSet):
    consortium = OfConsortium()
    account = OnEitherSide(model=Account, label="On either side.")
    charge = Row(model=Charge)
    on_from = Day(field_name="on", lookup_expr="gte", label="On a day or later.")
    on_until = Day(field_name="on", lookup_expr="lte", label="On a day or earlier.")


@extend_schema_view(
    list=extend_schema(summary="Transfers on the accounts you may see"),
    retrieve=extend_schema(summary="A transfer"),
)
class TransferViewSet(Looked):
    model = Transfer
    related = (
        "consortium",
        "debit__member__organization",
        "credit__member__organization",
        "charge",
        "reverses",
    )
    orderings = ("on", "recorded_at")
    serializer_class = TransferSerializer
    filterset_class = TransferFilters

    def members(self, row: Any) -> set[int]:
        sides = ((row.debit, row.debit_seen), (row.credit, row.credit_seen))
        return {each.member_id for each, seen in sides if seen and each.member_id}

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        seen = Account.objects.visible_to(self.request.user, self.today).values("pk")
        return rows.annotate(debit_seen=Q(debit__in=seen), credit_seen=Q(credit__in=seen))
