"""Payment notices: a member's word that it has paid."""

from typing import Any

from django.http import FileResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import AmountField, DayField, UidField, amount
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfMember
from consortium.api.renderers import AnyFile
from consortium.models import Document, Member
from consortium.models.base import uid_of
from consortium.papers.filed import attachment
from funding.models import Charge, PaymentNotice
from funding.operations.payment_notices import notice_payment, refute_notice
from funding.states import PaymentNoticeState
from projects.api.files import BINARY, with_file


class PaymentNoticeSerializer(OfMember):
    """What a member says it has paid; it counts when the bank shows it, or is refuted."""

    charge = serializers.SerializerMethodField(help_text="The charge's `uid`, or null.")
    amount = serializers.SerializerMethodField()
    unit = serializers.CharField(read_only=True)
    paid_on = serializers.DateField(read_only=True)
    reference = serializers.CharField(read_only=True, allow_blank=True)
    proof = serializers.SerializerMethodField(help_text="Where the proof is read, or null.")
    noticed_on = serializers.DateField(read_only=True)
    state = serializers.ChoiceField(choices=PaymentNoticeState.choices, read_only=True)
    refuted_on = serializers.DateField(read_only=True, allow_null=True)
    refutation = serializers.CharField(read_only=True, allow_blank=True)

    def get_charge(self, notice: PaymentNotice) -> str | None:
        return uid_of(notice.charge)

    def get_proof(self, notice: PaymentNotice) -> str | None:
        return f"/api/v1/payment-notices/{notice.uid}/proof/" if notice.paper_id else None

    def get_amount(self, notice: PaymentNotice) -> str:
        return amount(notice.amount, notice.unit)


class NoticePaymentSerializer(serializers.Serializer[Any]):
    """What a member says it has paid, with a proof if there is one."""

    member = UidField(model=Member)
    charge = UidField(model=Charge, required=False, allow_null=True)
    amount = AmountField()
    unit = serializers.RegexField(r"^[A-Z]{3}$", help_text="ISO 4217.")
    paid_on = DayField(help_text="Not in the future.")
    reference = serializers.CharField(max_length=100, default="", allow_blank=True)
    proof = serializers.FileField(required=False, help_text="Only in a multipart form.")


class RefuteSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300, help_text="The member reads it.")


class PaymentNoticeFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member)
    charge = Row(model=Charge)
    open = filters.BooleanFilter(method="unanswered", label="Neither settled nor refuted.")
    noticed_from = Day(field_name="noticed_on", lookup_expr="gte", label="Told on a day or later.")

    def unanswered(self, queryset: Any, name: str, value: bool) -> Any:
        waiting = {"refuted_on": None, "payment__isnull": True}
        return queryset.filter(**waiting) if value else queryset.exclude(**waiting)


@extend_schema_view(
    list=extend_schema(summary="Payment notices: your own, or as finance staff all"),
    retrieve=extend_schema(summary="A payment notice and what became of it"),
)
class PaymentNoticeViewSet(ReadViewSet):
    model = PaymentNotice
    related = ("consortium", "member__organization", "charge", "payment")
    orderings = ("noticed_on",)
    serializer_class = PaymentNoticeSerializer
    filterset_class = PaymentNoticeFilters
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="Say that you have paid (signatory, finance contact), or take it down (finance)",
        description=(
            "It moves no money. Refused: `amount_not_positive`, `finer_than_unit`,"
            " `unknown_currency`, `paid_in_the_future`, `other_member`, `other_unit`;"
            " `already_noticed` until the same is settled or refuted."
        ),
        request={
            "application/json": NoticePaymentSerializer,
            "multipart/form-data": NoticePaymentSerializer,
        },
        responses={201: PaymentNoticeSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(NoticePaymentSerializer)
        proof, where = data.pop("proof", None), data["member"].consortium
        who = {"by": request.user, "on": clock.today(where)}

        def noticed(paper: Document | None) -> PaymentNotice:
            return notice_payment(**data, paper=paper, **who)

        return self.shown(with_file(proof, noticed, consortium=where, **who), 201)

    @extend_schema(summary="The proof that came with a payment notice", responses=BINARY)
    @action(detail=True, renderer_classes=[AnyFile])
    def proof(self, request: Any, uid: Any) -> FileResponse:
        notice: PaymentNotice = self.get_object()
        return attachment(notice.paper)

    @extend_schema(
        summary="Refute a notice the bank knows nothing of; the member is told (finance)",
        description="Refused: `notice_answered`, `refutation_missing`.",
        request=RefuteSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def refute(self, request: Any, uid: Any) -> Response:
        notice: PaymentNotice = self.subject()
        data = self.checked(RefuteSerializer)
        refute_notice(
            notice=notice,
            reason=data["reason"],
            by=request.user,
            on=clock.today(notice.consortium),
        )
        return self.shown(notice)
