"""Vouchers: a member reads and downloads its own; finance staff record them."""

from typing import Any

from django.db.models import Prefetch
from django.http import FileResponse
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import ReadViewSet
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.renderers import AnyFile
from consortium.models import Consortium, Document, Member
from consortium.papers.filed import attachment
from funding.api.voucher_shapes import (
    MissingQuery,
    MissingVoucherSerializer,
    RecordedSerializer,
    RecordVoucherSerializer,
    ReverseVoucherSerializer,
    VoucherFileSerializer,
    VoucherFilters,
    VoucherListSerializer,
    VoucherSerializer,
)
from funding.models import FINANCE_READERS, MEMBER_READERS, Voucher, VoucherItem
from funding.operations.voucher_changes import file_voucher, reverse_voucher
from funding.operations.voucher_list import record_vouchers
from funding.operations.vouchers import Issued, record_voucher
from funding.reports.vouchers import missing
from funding.states import VoucherKind
from projects.api.files import BINARY, with_file

MOST = 1000
"""Charges that miss a voucher in one answer."""

ISSUE = (
    "`voucher_number_missing`, `voucher_number_taken`, `voucher_in_the_future`, `voucher_not_pdf`"
)


@extend_schema_view(
    list=extend_schema(summary="Vouchers: your own, or as finance staff all"),
    retrieve=extend_schema(summary="A voucher and what it is for"),
)
class VoucherViewSet(ReadViewSet):
    model = Voucher
    related = ("consortium", "member__organization", "reverses", "reversed_by")
    prefetched = (
        Prefetch(
            "items",
            VoucherItem.objects.select_related("charge", "payment", "voucher").order_by("pk"),
        ),
    )
    orderings = ("issued_on", "number")
    serializer_class = VoucherSerializer
    filterset_class = VoucherFilters
    parser_classes = (StrictJSON, Form)
    parameters = {"missing": ("consortium",)}

    @extend_schema(
        summary="Record a voucher that was issued elsewhere (finance)",
        description=(
            f"Refused: {ISSUE}, `voucher_for_nothing`, `voucher_exceeds_paid`,"
            " `voucher_in_other_unit`, `amount_not_positive`, `finer_than_unit`, `other_member`."
        ),
        request={
            "application/json": RecordVoucherSerializer,
            "multipart/form-data": RecordVoucherSerializer,
        },
        responses={201: VoucherSerializer},
        examples=[
            OpenApiExample(
                "A digital invoice",
                request_only=True,
                value={
                    "member": "8e6f3a10-27c2-4f0e-9a53-0c6c3ad5f1b7",
                    "kind": "e_invoice_ordinary",
                    "number": "26112000000012345678",
                    "issued_on": "2026-03-02",
                    "amount": "5000.00",
                    "unit": "CNY",
                    "charges": ["0d9a2f54-43f4-4a3f-8f39-1d4f2c1c9b11"],
                },
            )
        ],
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(RecordVoucherSerializer)
        member: Member = data.pop("member")
        sent, kind = data.pop("file", None), VoucherKind(data.pop("kind"))
        subjects = {name: data.pop(name, []) for name in ("charges", "payments")}
        who = {"by": request.user, "on": clock.today(member.consortium)}
        issued = Issued(kind=kind, **data)

        def recorded(document: Document | None) -> Voucher:
            return record_voucher(
                member=member, issued=issued, **subjects, document=document, **who
            )

        made = with_file(sent, recorded, consortium=member.consortium, **who)
        return self.shown(made, 201)

    @extend_schema(summary="The PDF of a voucher", responses=BINARY)
    @action(detail=True, renderer_classes=[AnyFile])
    def file(self, request: Any, uid: Any) -> FileResponse:
        voucher: Voucher = self.get_object()
        return attachment(voucher.document)

    @extend_schema(
        summary="Add the PDF of a voucher that was recorded without it (finance)",
        description="Refused: `already_has_file`, `voucher_not_pdf`.",
        request={"multipart/form-data": VoucherFileSerializer},
    )
    @action(detail=True, methods=["post"], url_path="add-file")
    @idempotent
    def add_file(self, request: Any, uid: Any) -> Response:
        voucher: Voucher = self.subject()
        sent = self.checked(VoucherFileSerializer)["file"]
        who = {"by": request.user, "on": clock.today(voucher.consortium)}

        def added(document: Any) -> Voucher:
            return file_voucher(voucher=voucher, document=document, **who)

        return self.shown(with_file(sent, added, consortium=voucher.consortium, **who))

    @extend_schema(
        summary="Record the red voucher that undoes one in full (finance)",
        description=(
            f"Refused: {ISSUE}, `already_red`, `voucher_is_a_reversal`,"
            " `voucher_reversed_too_early`."
        ),
        request={
            "application/json": ReverseVoucherSerializer,
            "multipart/form-data": ReverseVoucherSerializer,
        },
        responses={201: VoucherSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def reverse(self, request: Any, uid: Any) -> Response:
        voucher: Voucher = self.subject()
        data = self.checked(ReverseVoucherSerializer)
        sent, where = data.pop("file", None), voucher.consortium
        who = {"by": request.user, "on": clock.today(where)}

        def undone(document: Document | None) -> Voucher:
            return reverse_voucher(voucher=voucher, **data, document=document, **who)

        return self.shown(with_file(sent, undone, consortium=where, **who), 201)

    @extend_schema(
        summary="Record a list of vouchers, all of it or nothing (finance)",
        description=(
            "XLSX, XLS or CSV. What is wrong is told by cell and row: `voucher_kind_unknown`,"
            " `voucher_not_a_day`, `voucher_not_an_amount`, `voucher_number_lost_digits`,"
            " `voucher_row_refused`; of the whole file: `vouchers_unreadable`,"
            " `vouchers_too_many`, `vouchers_no_header`, `vouchers_none`."
        ),
        request={"multipart/form-data": VoucherListSerializer},
        responses={201: RecordedSerializer},
    )
    @action(detail=False, methods=["post"], url_path="import")
    @idempotent
    def upload(self, request: Any) -> Response:
        data = self.checked(VoucherListSerializer)
        where: Consortium = data["consortium"]
        content, on = data["file"].read(), clock.today(where)
        made = record_vouchers(consortium=where, content=content, by=request.user, on=on)
        return Response({"recorded": len(made)}, status=201)

    @extend_schema(
        summary="Charges that are paid and miss a voucher: your own, or as finance staff all",
        description=f"The longest paid first, at most {MOST}.",
        parameters=[MissingQuery],
        responses=MissingVoucherSerializer(many=True),
        filters=False,
    )
    @action(detail=False, pagination_class=None, filter_backends=())
    def missing(self, request: Any) -> Response:
        query = MissingQuery(data=request.query_params, context=self.get_serializer_context())
        query.is_valid(raise_exception=True)
        where, user = query.validated_data["consortium"], request.user
        own = access.own(user, self.today, *MEMBER_READERS, organization="organization")
        staff = access.as_staff(user, self.today, *FINANCE_READERS)
        told = Member.objects.filter(own | staff, consortium=where).values_list("pk", flat=True)
        found = missing(where, on=clock.today(where), members=told)
        return Response(MissingVoucherSerializer(found[:MOST], many=True).data)
