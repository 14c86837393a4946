"""Payments: what a member paid, and for finance staff what came in and is to be matched."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import ReadViewSet
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.models import Member
from funding.api.payment_shapes import (
    REFERENCE,
    ConfirmedSerializer,
    MatchSerializer,
    OfOneConsortiumSerializer,
    PaymentSerializer,
    RecordPaymentSerializer,
    UndoSerializer,
)
from funding.models import (
    FINANCE_READERS,
    MEMBER_READERS,
    BankStatement,
    Payment,
    PaymentNotice,
)
from funding.operations.confirming import confirm_safe
from funding.operations.matching import Allocation, match_payment, undo_match
from funding.operations.payments import Received, record_payment, withdraw_payment
from funding.reports.receipts import matches, with_left


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
