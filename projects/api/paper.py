"""What came on paper and is entered by staff: whole proposals, and single signatures."""

from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.fields import DayField, UidField
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import PartySerializer
from consortium.api.renderers import AnyFile
from consortium.models import Member, Organization
from consortium.papers.filed import attachment
from projects.api.drafting import DraftSerializer, draft_of
from projects.api.files import BINARY, SCAN, InForm, with_file
from projects.api.proposals import DRAFT
from projects.api.screening import ForStaff
from projects.models import Call, Participant, Proposal
from projects.operations.entering import OnPaper, enter_proposal
from projects.operations.proposals import sign_on_paper, withdraw_on_paper


class PaperDraft(InForm, DraftSerializer):
    """What the paper proposes; in a form with a scan the same object as JSON text."""


class PaperSignature(serializers.Serializer[Any]):
    """Who signed for a participant, and the date beside it."""

    organization = UidField(model=Organization)
    signatory = serializers.CharField(max_length=150)
    paper_on = DayField()


class PaperSignatures(InForm, serializers.ListField):
    child = PaperSignature()


class EnterProposalSerializer(serializers.Serializer[Any]):
    """A signed paper; it is submitted as of `received_at`, which the deadline is held against."""

    member = UidField(model=Member, help_text="The lead.")
    received_at = serializers.DateTimeField()
    draft = PaperDraft()
    signatures = PaperSignatures(max_length=200)
    scan = serializers.FileField(required=False, help_text=SCAN)


class EnteredProposalSerializer(serializers.Serializer[Any]):
    proposal = serializers.UUIDField(source="proposal.uid")
    number = serializers.CharField(source="proposal.number")
    submitted_at = serializers.DateTimeField()
    digest = serializers.CharField()


class UnsignedSerializer(serializers.Serializer[Any]):
    """A participant whose signature a draft waits for; of the draft only its lead is told."""

    uid = serializers.UUIDField()
    organization = PartySerializer()
    lead = PartySerializer(source="version.proposal.lead")


class SignOnPaperSerializer(serializers.Serializer[Any]):
    participant = serializers.UUIDField(help_text="As `unsigned/` names it.")
    signatory = serializers.CharField(max_length=150)
    paper_on = DayField()
    scan = serializers.FileField(required=False, help_text=SCAN)


class EnteredSignatureSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    signatory = serializers.CharField()
    paper_on = serializers.DateField()


class WithdrawOnPaperSerializer(serializers.Serializer[Any]):
    signatory = serializers.CharField(max_length=150)
    paper_on = DayField()
    scan = serializers.FileField(required=False, help_text=SCAN)


class WithdrawnSerializer(serializers.Serializer[Any]):
    """A withdrawal as the paper says it."""

    uid = serializers.UUIDField()
    number = serializers.CharField()
    withdrawn_at = serializers.DateTimeField()
    signatory = serializers.CharField(source="withdrawal_signatory")
    paper_on = serializers.DateField(source="withdrawal_on")


PAPER = {
    "member": DRAFT["member"],
    "received_at": "2027-03-01T09:30:00+08:00",
    "draft": {name: DRAFT[name] for name in DRAFT if name not in ("member", "call")},
    "signatures": [
        {
            "organization": "5d1a6c1e-6e0b-4a5c-9e55-2f0f6f1d2b33",
            "signatory": "Li Ming",
            "paper_on": "2027-02-26",
        }
    ],
}


class CallPaperViewSet(ForStaff):
    model = Call
    related = ("consortium", "charter")
    serializer_class = EnteredProposalSerializer
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="Enter a proposal that came on paper, and submit it (projects, secretary)",
        request={
            "application/json": EnterProposalSerializer,
            "multipart/form-data": EnterProposalSerializer,
        },
        responses={201: EnteredProposalSerializer},
        examples=[
            OpenApiExample("Alone", request_only=True, media_type="application/json", value=PAPER)
        ],
    )
    @action(detail=True, methods=["post"], url_path="enter-proposal")
    @idempotent
    def enter_proposal(self, request: Any, uid: Any) -> Response:
        at = clock.now()
        call: Call = self.for_staff()
        data = self.checked(EnterProposalSerializer)
        draft = draft_of(data.pop("draft"))
        signatures = {each.pop("organization"): OnPaper(**each) for each in data.pop("signatures")}
        version = with_file(
            data.pop("scan", None),
            lambda paper: enter_proposal(
                call=call, draft=draft, signatures=signatures, paper=paper, at=at, **data,
                **self.who(call),
            ),
            consortium=call.consortium,
            **self.who(call),
        )  # fmt: skip
        return Response(EnteredProposalSerializer(version).data, status=201)

    @extend_schema(
        summary="Whose signatures drafts wait for (project staff)",
        responses=UnsignedSerializer(many=True),
    )
    @action(detail=True, pagination_class=None)
    def unsigned(self, request: Any, uid: Any) -> Response:
        rows = unsigned(self.for_staff()).order_by("pk")
        return Response(UnsignedSerializer(rows, many=True).data)

    @extend_schema(
        summary="Enter a participant's signature from paper (projects, secretary)",
        request={
            "application/json": SignOnPaperSerializer,
            "multipart/form-data": SignOnPaperSerializer,
        },
        responses={201: EnteredSignatureSerializer},
    )
    @action(detail=True, methods=["post"], url_path="sign-on-paper")
    @idempotent
    def sign_on_paper(self, request: Any, uid: Any) -> Response:
        at = clock.now()
        call: Call = self.for_staff()
        data = self.checked(SignOnPaperSerializer)
        participant = unsigned(call).filter(uid=data.pop("participant")).first()
        if participant is None:
            raise serializers.ValidationError({"participant": [_("There is no such row.")]})
        row = with_file(
            data.pop("scan", None),
            lambda paper: sign_on_paper(
                participant=participant, paper=paper, at=at, **data, **self.who(call)
            ),
            consortium=call.consortium,
            **self.who(call),
        )
        return Response(EnteredSignatureSerializer(row).data, status=201)

    def who(self, call: Call) -> dict[str, Any]:
        return {"by": self.request.user, "on": clock.today(call.consortium)}


class ProposalPaperViewSet(ForStaff):
    model = Proposal
    related = ("consortium", "call", "lead__organization")
    serializer_class = WithdrawnSerializer
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="Enter that the lead withdraws a proposal by letter (projects, secretary)",
        description="Refused: `already_withdrawn`, `proposal_decided`, `signature_incomplete`.",
        request={
            "application/json": WithdrawOnPaperSerializer,
            "multipart/form-data": WithdrawOnPaperSerializer,
        },
        responses=WithdrawnSerializer,
    )
    @action(detail=True, methods=["post"], url_path="withdraw-on-paper")
    @idempotent
    def withdraw_on_paper(self, request: Any, uid: Any) -> Response:
        at = clock.now()
        proposal: Proposal = self.for_staff()
        data = self.checked(WithdrawOnPaperSerializer)
        who = {"by": request.user, "on": clock.today(proposal.consortium)}
        row = with_file(
            data.pop("scan", None),
            lambda paper: withdraw_on_paper(proposal=proposal, paper=paper, at=at, **data, **who),
            consortium=proposal.consortium,
            **who,
        )
        return Response(WithdrawnSerializer(row).data)

    @extend_schema(summary="The scan of the letter of withdrawal (project staff)", responses=BINARY)
    @action(detail=True, renderer_classes=[AnyFile])
    def withdrawal(self, request: Any, uid: Any) -> FileResponse:
        return attachment(self.for_staff().withdrawal_paper)


def unsigned(call: Call) -> Any:
    """Return the participants of a call's drafts that have not signed."""
    rows = Participant.objects.filter(
        version__proposal__call=call, version__submitted_at=None, signed_at=None
    )
    return rows.select_related("organization", "version__proposal__lead__organization")
