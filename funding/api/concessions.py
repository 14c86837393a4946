"""Concessions: what is forgiven, credited or paid back, asked for and decided."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import AmountField, UidField, amount
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfMember, PartySerializer
from consortium.api.renderers import AnyFile
from consortium.models import Document, Member
from consortium.papers.filed import attachment
from funding.models import Charge, Concession
from funding.operations.concessions import (
    Ask,
    grant_concession,
    propose_concession,
    refuse_concession,
    request_waiver,
    revoke_concession,
)
from funding.reports.concessions import with_revoked
from funding.rules.choices import ConcessionState
from funding.states import ConcessionKind
from projects.api.files import BINARY, with_file

SCAN = "Of the paper it rests on; only in a multipart form."
UNIT = r"^[A-Za-z][A-Za-z0-9_]{0,19}$"
STATE = serializers.ChoiceField(choices=[(each.value, each.name) for each in ConcessionState])


class ConcessionSerializer(OfMember):
    """What was proposed with its reason, and what became of it; never changed once decided."""

    kind = serializers.ChoiceField(choices=ConcessionKind.choices, read_only=True)
    state = serializers.SerializerMethodField()
    charge = serializers.UUIDField(
        source="charge.uid", read_only=True, allow_null=True, default=None
    )
    levy = serializers.SlugField(read_only=True, allow_blank=True)
    amount = serializers.SerializerMethodField()
    unit = serializers.CharField(read_only=True)
    reason = serializers.CharField(read_only=True)
    bank_reference = serializers.CharField(read_only=True, allow_blank=True)
    paper = serializers.SerializerMethodField(help_text="Where the scan is read, or null.")
    proposed_on = serializers.DateField(read_only=True)
    proposed_by = PartySerializer(read_only=True, allow_null=True)
    decided_on = serializers.DateField(read_only=True, allow_null=True)
    decided_by = PartySerializer(read_only=True, allow_null=True)
    refusal = serializers.CharField(read_only=True, allow_blank=True)
    credit_note = serializers.UUIDField(
        source="credit_note.uid", read_only=True, allow_null=True, default=None
    )

    def get_amount(self, row: Concession) -> str:
        return amount(row.amount, row.unit)

    def get_paper(self, row: Concession) -> str | None:
        return f"/api/v1/concessions/{row.uid}/paper/" if row.paper_id else None

    @extend_schema_field(STATE)
    def get_state(self, row: Any) -> str:
        if row.decided_on is None:
            return ConcessionState.WAITING.value
        if not row.granted:
            return ConcessionState.REFUSED.value
        state = ConcessionState.REVOKED if row.revoked else ConcessionState.GRANTED
        return state.value


class ProposeConcessionSerializer(serializers.Serializer[Any]):
    member = UidField(model=Member)
    kind = serializers.ChoiceField(choices=ConcessionKind.choices)
    charge = UidField(
        model=Charge,
        required=False,
        help_text="What a waiver or write-off is of; a credit may have one, a refund has none.",
    )
    amount = AmountField(help_text="Above zero, in the charge's unit.")
    unit = serializers.RegexField(
        UNIT, required=False, default="", help_text="Needed where there is no charge."
    )
    levy = serializers.SlugField(
        max_length=50,
        required=False,
        default="",
        help_text="The levy of a credit that is for no charge.",
    )
    reason = serializers.CharField(max_length=500)
    bank_reference = serializers.CharField(max_length=100, default="", allow_blank=True)
    scan = serializers.FileField(required=False, help_text=SCAN)


class AskWaiverSerializer(serializers.Serializer[Any]):
    charge = UidField(model=Charge)
    amount = AmountField(help_text="At most what is open of it.")
    reason = serializers.CharField(max_length=500)
    scan = serializers.FileField(required=False, help_text=SCAN)


class RefusalSerializer(serializers.Serializer[Any]):
    refusal = serializers.CharField(max_length=300, help_text="Why; whoever asked reads it.")


class ConcessionFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member)
    charge = Row(model=Charge)
    kind = filters.ChoiceFilter(choices=ConcessionKind.choices)
    open = filters.BooleanFilter(
        field_name="decided_on", lookup_expr="isnull", label="Waits for a decision, or is decided."
    )
    decided_from = Day(field_name="decided_on", lookup_expr="gte", label="On a day or later.")
    decided_until = Day(field_name="decided_on", lookup_expr="lte", label="On a day or earlier.")


PERSONS = (
    "Refused: `already_answered`, `same_person_grants` (who asked for it, or proposed it above the"
    " charter's limit), `own_member_grants`, `wrong_granter`"
)
FACTS = (
    "`charge_settled`, `concession_exceeds_open`, `exceeds_creditable`, `exceeds_credit`,"
    " `concession_in_other_unit`, `finer_than_unit`, `concession_not_positive`,"
    " `charge_of_another`"
)


@extend_schema_view(
    list=extend_schema(
        summary="Concessions: what your organization was granted, or as staff those of all members"
    ),
    retrieve=extend_schema(summary="A concession"),
)
class ConcessionViewSet(ReadViewSet):
    model = Concession
    related = (
        "consortium", "member__organization", "charge", "proposed_by", "decided_by", "credit_note",
    )  # fmt: skip
    orderings = ("proposed_on", "decided_on")
    serializer_class = ConcessionSerializer
    filterset_class = ConcessionFilters
    parser_classes = (StrictJSON, Form)

    def get_queryset(self) -> QuerySet[Any]:
        return with_revoked(super().get_queryset())

    @extend_schema(
        summary="Propose a waiver, write-off, credit or refund (finance)",
        description=(
            "Within the charter's limit it is granted and posted at once; above it, it waits for"
            f" the second person the charter names. Refused: {FACTS}."
        ),
        request={
            "application/json": ProposeConcessionSerializer,
            "multipart/form-data": ProposeConcessionSerializer,
        },
        responses={201: ConcessionSerializer},
        examples=[
            OpenApiExample(
                "A refund of what was paid twice",
                request_only=True,
                value={
                    "member": "8e6f3a10-27c2-4f0e-9a53-0c6c3ad5f1b7",
                    "kind": "refund",
                    "amount": "1250.00",
                    "unit": "CNY",
                    "reason": "Paid twice on 3 March",
                    "bank_reference": "RF-2026-031",
                },
            )
        ],
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(ProposeConcessionSerializer)
        member: Member = data.pop("member")
        scan, kind = data.pop("scan", None), ConcessionKind(data.pop("kind"))
        who = {"by": request.user, "on": clock.today(member.consortium)}

        def propose(paper: Document | None) -> Concession:
            ask = Ask(kind=kind, paper=paper, **data)
            return propose_concession(member=member, ask=ask, **who)

        return self.shown(with_file(scan, propose, consortium=member.consortium, **who), 201)

    @extend_schema(
        summary="Ask to have a charge of yours waived (signatory, finance contact)",
        description=f"Somebody of the secretariat decides. Refused: {FACTS}.",
        request={
            "application/json": AskWaiverSerializer,
            "multipart/form-data": AskWaiverSerializer,
        },
        responses={201: ConcessionSerializer},
    )
    @action(detail=False, methods=["post"])
    @idempotent
    def ask(self, request: Any) -> Response:
        data = self.checked(AskWaiverSerializer)
        scan, where = data.pop("scan", None), data["charge"].consortium
        who = {"by": request.user, "on": clock.today(where)}

        def asked(paper: Document | None) -> Concession:
            return request_waiver(**data, paper=paper, **who)

        return self.shown(with_file(scan, asked, consortium=where, **who), 201)

    @extend_schema(summary="The scan of the paper a concession rests on", responses=BINARY)
    @action(detail=True, renderer_classes=[AnyFile])
    def paper(self, request: Any, uid: Any) -> FileResponse:
        row: Concession = self.get_object()
        return attachment(row.paper)

    @extend_schema(
        summary="Grant a concession as the second person; it is posted at once",
        description=f"{PERSONS}, {FACTS}.",
        request=None,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def grant(self, request: Any, uid: Any) -> Response:
        row: Concession = self.subject()
        today = clock.today(row.consortium)
        return self.shown(grant_concession(concession=row, by=request.user, on=today))

    @extend_schema(
        summary="Refuse a concession, with the reason",
        description=f"{PERSONS}.",
        request=RefusalSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def refuse(self, request: Any, uid: Any) -> Response:
        row: Concession = self.subject()
        data = self.checked(RefusalSerializer)
        today = clock.today(row.consortium)
        return self.shown(refuse_concession(concession=row, **data, by=request.user, on=today))

    @extend_schema(
        summary="Take back a granted concession: what it posted is reversed",
        description=f"{PERSONS}, `not_granted`, `already_reversed`, `credit_used`.",
        request=None,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def revoke(self, request: Any, uid: Any) -> Response:
        row: Concession = self.subject()
        today = clock.today(row.consortium)
        return self.shown(revoke_concession(concession=row, by=request.user, on=today))
