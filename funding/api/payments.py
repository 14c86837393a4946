"""Payments: what a member paid, and for finance staff what came in and is to be matched."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import AmountField, DayField, SlugField, UidField, amount
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Consortium, Member
from funding.models import (
    FINANCE_READERS,
    MEMBER_READERS,
    BankStatement,
    Charge,
    Payment,
    PaymentNotice,
)
from funding.operations.confirming import confirm_safe
from funding.operations.matching import Allocation, match_payment, undo_match
from funding.operations.payments import Received, record_payment, withdraw_payment
from funding.reports.receipts import Matched, matches, with_left

REFERENCE = 100


class AllocatedSerializer(serializers.Serializer[Any]):
    charge = serializers.UUIDField(help_text="The charge's `uid`.")
    number = serializers.CharField()
    amount = serializers.CharField()


class MatchedSerializer(serializers.Serializer[Any]):
    """What of a payment was put to a member: to charges, and the rest on its account."""

    number = serializers.IntegerField()
    member = PartySerializer()
    on = serializers.DateField()
    amount = serializers.CharField()
    credit = serializers.CharField()
    allocations = AllocatedSerializer(many=True)
    undone_on = serializers.DateField(allow_null=True)


class PaymentSerializer(OfConsortiumSerializer):
    """Money that came in; never changed. A member reads what was put to it, and no more."""

    reference = serializers.CharField(read_only=True)
    account = serializers.SerializerMethodField(help_text="Ours; to finance staff only.")
    amount = serializers.SerializerMethodField()
    unit = serializers.CharField(read_only=True)
    left = serializers.SerializerMethodField(
        help_text="To be matched; to finance staff only, else null."
    )
    paid_on = serializers.DateField(read_only=True)
    booked_on = serializers.DateField(read_only=True)
    payer = serializers.SerializerMethodField()
    payer_account = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()
    statement = serializers.SerializerMethodField(help_text="The bank statement's, or null.")
    notice = serializers.SerializerMethodField(help_text="The payment notice it settles, or null.")
    matches = serializers.SerializerMethodField()

    def staff(self, payment: Payment) -> bool:
        found: bool = payment.pk in self.context["view"].for_staff
        return found

    def own(self, payment: Payment) -> list[Matched]:
        found: list[Matched] = self.context["view"].own_matches.get(payment.pk, [])
        return found

    def get_account(self, payment: Payment) -> str:
        return payment.account if self.staff(payment) else ""

    def get_amount(self, payment: Payment) -> str:
        if self.staff(payment):
            return amount(payment.amount, payment.unit)
        put = sum(each.amount for each in self.own(payment) if each.undone_on is None)
        return amount(payment.amount * 0 + put, payment.unit)

    def get_left(self, payment: Any) -> str | None:
        return amount(payment.left, payment.unit) if self.staff(payment) else None

    def whole(self, payment: Payment, text: str) -> str:
        """Return what the bank says of a payment, unless a part of it is another member's."""
        view = self.context["view"]
        return text if self.staff(payment) or payment.pk not in view.shared else ""

    def get_payer(self, payment: Payment) -> str:
        return self.whole(payment, payment.payer)

    def get_payer_account(self, payment: Payment) -> str:
        return self.whole(payment, payment.payer_account)

    def get_text(self, payment: Payment) -> str:
        return self.whole(payment, payment.text)

    def get_statement(self, payment: Payment) -> str | None:
        if payment.statement is None or not self.staff(payment):
            return None
        return str(payment.statement.uid)

    def get_notice(self, payment: Payment) -> str | None:
        if payment.notice is None:
            return None
        own = self.staff(payment) or payment.notice_id in self.context["view"].own_notices
        return str(payment.notice.uid) if own else None

    def get_matches(self, payment: Payment) -> MatchedSerializer(many=True):  # type: ignore[valid-type]
        return [shown_match(each, payment.unit) for each in self.own(payment)]


def shown_match(match: Matched, unit: str) -> dict[str, Any]:
    return {
        "number": match.number,
        "member": PartySerializer(match.member).data,
        "on": match.on,
        "amount": amount(match.amount, unit),
        "credit": amount(match.credit, unit),
        "allocations": [
            {"charge": charge.uid, "number": charge.number, "amount": amount(part, unit)}
            for charge, part in match.allocations
        ],
        "undone_on": match.undone_on,
    }


class RecordPaymentSerializer(serializers.Serializer[Any]):
    """Money that came in, as the bank shows it."""

    consortium = SlugField(model=Consortium)
    amount = AmountField()
    unit = serializers.RegexField(r"^[A-Z]{3}$", help_text="ISO 4217.")
    paid_on = DayField(help_text="The value date; not in the future.")
    reference = serializers.CharField(
        max_length=REFERENCE, help_text="The bank's own; the same again is answered, not repeated."
    )
    account = serializers.CharField(max_length=60, default="", allow_blank=True)
    payer = serializers.CharField(max_length=200, default="", allow_blank=True)
    payer_account = serializers.CharField(max_length=60, default="", allow_blank=True)
    text = serializers.CharField(max_length=500, default="", allow_blank=True)
    notice = UidField(model=PaymentNotice, required=False, allow_null=True)


class AllocationSerializer(serializers.Serializer[Any]):
    charge = UidField(model=Charge)
    amount = AmountField()


class MatchSerializer(serializers.Serializer[Any]):
    """Whose a payment is and what it pays; what goes to no charge stays on the account."""

    member = UidField(model=Member)
    amount = AmountField(required=False, help_text="Of the payment; all that is left if not given.")
    allocations = AllocationSerializer(many=True, required=False)


class UndoSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(min_value=1, max_value=10_000)


class OfOneConsortiumSerializer(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)


class ConfirmedSerializer(serializers.Serializer[Any]):
    """What became of the safe proposals."""

    matched = serializers.IntegerField()
    refused = serializers.IntegerField()
    rest = serializers.IntegerField(help_text="Payments that wait for a person.")


class PaymentFilters(filters.FilterSet):
    consortium = OfConsortium()
    statement = Row(model=BankStatement)
    reference = filters.CharFilter(max_length=REFERENCE)
    paid_from = Day(field_name="paid_on", lookup_expr="gte", label="Paid on a day or later.")
    paid_until = Day(field_name="paid_on", lookup_expr="lte", label="Paid on a day or earlier.")


REFUSALS = (
    "Refused: `already_assigned`, `exceeds_payment`, `exceeds_open_amount`, `other_unit`,"
    " `other_member`, `amount_not_positive`, `finer_than_unit`, `year_closed`."
)


@extend_schema_view(
    list=extend_schema(summary="Payments: what was put to you, or as finance staff all"),
    retrieve=extend_schema(summary="A payment and what it paid"),
)
class PaymentViewSet(ReadViewSet):
    model = Payment
    related = ("consortium", "statement", "notice")
    orderings = ("paid_on",)
    serializer_class = PaymentSerializer
    filterset_class = PaymentFilters

    def get_queryset(self) -> QuerySet[Any]:
        return with_left(super().get_queryset())

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Gather what the answer shows of the rows, whatever their number."""
        if args:
            self.gather(args[0] if kwargs.get("many") else [args[0]])
        return super().get_serializer(*args, **kwargs)

    def gather(self, rows: list[Payment]) -> None:
        user, keys = self.request.user, [each.pk for each in rows]
        shown = Payment.objects.filter(pk__in=keys)
        staff = access.as_staff(user, self.today, *FINANCE_READERS)
        self.for_staff = set(shown.filter(staff).values_list("pk", flat=True))
        own = access.own(user, self.today, *MEMBER_READERS, organization="organization")
        members = set(Member.objects.filter(own).values_list("pk", flat=True))
        notices = PaymentNotice.objects.filter(payment__in=keys, member__in=members)
        self.own_notices = set(notices.values_list("pk", flat=True))
        made = matches(rows)
        self.own_matches = {
            key: [m for m in found if key in self.for_staff or m.member.pk in members]
            for key, found in made.items()
        }
        self.shared = {
            each.pk
            for each in rows
            if sum(m.amount for m in self.own_matches.get(each.pk, []) if m.undone_on is None)
            != each.amount
        }

    @extend_schema(
        summary="Record a payment (finance)",
        description=(
            "Refused: `amount_not_positive`, `finer_than_unit`, `unknown_currency`,"
            " `paid_in_the_future`, `bank_reference_missing`; `reference_taken` where the account"
            " has another payment of the reference."
        ),
        request=RecordPaymentSerializer,
        responses={201: PaymentSerializer},
        examples=[
            OpenApiExample(
                "As the bank shows it",
                request_only=True,
                value={
                    "consortium": "demo",
                    "amount": "5000.00",
                    "unit": "CNY",
                    "paid_on": "2027-01-15",
                    "reference": "20270115001",
                    "payer": "某某有限公司",
                    "text": "会费 2027-00001",
                },
            )
        ],
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(RecordPaymentSerializer)
        where, notice = data.pop("consortium"), data.pop("notice", None)
        who = {"by": request.user, "on": clock.today(where)}
        said = Received(**data)
        payment = record_payment(consortium=where, received=said, notice=notice, **who)
        return self.shown(payment, 201)

    @extend_schema(
        summary="Put a payment, or a part of it, to a member and its charges (finance)",
        description=REFUSALS,
        request=MatchSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def match(self, request: Any, uid: Any) -> Response:
        payment: Payment = self.subject()
        data = self.checked(MatchSerializer)
        match_payment(
            payment=payment,
            member=data["member"],
            allocations=[Allocation(**each) for each in data.get("allocations", [])],
            amount=data.get("amount"),
            **self.who(payment),
        )
        return self.shown(payment)

    @extend_schema(
        summary="Undo a match by reversal (finance)",
        description="Refused: `no_such_match`, `already_reversed`, `match_used`, `year_closed`.",
        request=UndoSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def undo(self, request: Any, uid: Any) -> Response:
        payment: Payment = self.subject()
        data = self.checked(UndoSerializer)
        undo_match(payment=payment, number=data["number"], **self.who(payment))
        return self.shown(payment)

    @extend_schema(
        summary="Take back a payment that never came, by reversal (finance)", request=None
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Any, uid: Any) -> Response:
        payment: Payment = self.subject()
        withdraw_payment(payment=payment, **self.who(payment))
        return self.shown(payment)

    @extend_schema(
        summary="Match every payment whose proposal is safe (finance)",
        request=OfOneConsortiumSerializer,
        responses=ConfirmedSerializer,
    )
    @action(detail=False, methods=["post"], url_path="confirm-safe")
    @idempotent
    def confirm_safe(self, request: Any) -> Response:
        where = self.checked(OfOneConsortiumSerializer)["consortium"]
        found = confirm_safe(consortium=where, by=request.user, on=clock.today(where))
        counts = {"matched": len(found.matched), "refused": len(found.refused), "rest": found.rest}
        return Response(counts)

    def who(self, payment: Payment) -> dict[str, Any]:
        return {"by": self.request.user, "on": clock.today(payment.consortium)}
