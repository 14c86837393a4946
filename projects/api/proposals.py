"""Proposals: drafted, signed, submitted and withdrawn by members; read by whom they concern."""

from typing import Any

from django.db.models import BooleanField, Case, Prefetch, QuerySet, Value, When
from django.http import Http404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import UidField
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Member, Organization
from consortium.states import Role
from projects.api.drafting import (
    AttachmentSerializer,
    DraftSerializer,
    ProposalVersionSerializer,
    ReplaceDraftSerializer,
    draft_of,
)
from projects.models import Call, Participant, Proposal, ProposalVersion
from projects.operations import drafts, proposals
from projects.operations.invitations import invite

DRAFT = {
    "member": "7b0f0d52-6c37-4a5e-9a57-0c6f3f1c0a11",
    "call": "0f3c1c3e-0f0e-4a6e-8a51-6f9d2d1f9a10",
    "title": "Deep etching",
    "theme": "etching",
    "content": {"objectives": "Features of a micrometre, a hundred deep."},
    "months": 24,
    "participants": [
        {
            "organization": "5d1a6c1e-6e0b-4a5c-9e55-2f0f6f1d2b33",
            "part": "lead",
            "work_share": "1",
            "cost_share": "1",
            "budget": [{"category": "staff", "year": 2027, "amount": "800000.00"}],
        }
    ],
}


class CallPartySerializer(PartySerializer):
    code = serializers.SlugField(read_only=True)


class ProposalVersionLineSerializer(serializers.Serializer[Any]):
    """A version in short; all of it under `proposal-versions/`."""

    uid = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    stage = serializers.IntegerField(read_only=True)
    title = serializers.CharField(read_only=True, allow_blank=True)
    theme = serializers.SlugField(read_only=True, allow_blank=True)
    submitted_at = serializers.DateTimeField(read_only=True, allow_null=True)
    digest = serializers.CharField(read_only=True, allow_blank=True)


class ProposalSerializer(OfConsortiumSerializer):
    """A proposal with those of its versions that the reader may see.

    `lead` is null for reviewers who are not told who proposes.
    """

    call = CallPartySerializer(read_only=True)
    lead = serializers.SerializerMethodField()
    number = serializers.CharField(read_only=True, allow_blank=True)
    submitted = serializers.BooleanField(read_only=True)
    invited_on = serializers.DateField(read_only=True, allow_null=True)
    withdrawn_at = serializers.DateTimeField(read_only=True, allow_null=True)
    versions = ProposalVersionLineSerializer(many=True, read_only=True)

    def get_lead(self, proposal: Any) -> PartySerializer(allow_null=True):  # type: ignore[valid-type]
        return PartySerializer(proposal.lead).data if proposal.known else None


class StartProposalSerializer(DraftSerializer):
    member = UidField(model=Member, help_text="The lead, for which you act.")
    call = UidField(model=Call)


class SignDraftSerializer(serializers.Serializer[Any]):
    state = serializers.RegexField(
        r"^[0-9a-f]{64}$", help_text="The draft's `state` as you read it."
    )
    organization = UidField(
        model=Organization, required=False, help_text="Where you speak for several participants."
    )


class AttachFileSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()
    title = serializers.CharField(max_length=200, allow_blank=True, default="")


class ProposalFilters(filters.FilterSet):
    consortium = OfConsortium()
    call = Row(model=Call)
    lead = filters.UUIDFilter(method="only_lead", label="Led by a member, where you may know it.")
    number = filters.CharFilter(max_length=40)
    submitted = filters.BooleanFilter()
    withdrawn = filters.BooleanFilter(
        field_name="withdrawn_at", lookup_expr="isnull", exclude=True, label="Withdrawn ones."
    )

    def only_lead(self, queryset: Any, name: str, value: Any) -> Any:
        return queryset.filter(known=True, lead__uid=value)


@extend_schema_view(
    list=extend_schema(summary="Proposals: your own, those you review, or as staff all submitted"),
    retrieve=extend_schema(summary="A proposal"),
)
class ProposalViewSet(ReadViewSet):
    model = Proposal
    related = ("consortium", "call__charter", "lead__organization")
    orderings = ("created_at", "number")
    serializer_class = ProposalSerializer
    filterset_class = ProposalFilters
    parser_classes = (StrictJSON, Form)
    http_method_names = ["get", "post", "put", "head"]

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        user, on = self.request.user, self.today
        versions = ProposalVersion.objects.of_seen(user, on).order_by("version")
        known = When(Proposal.objects.named_to(user, on), then=Value(True))
        rows = rows.prefetch_related(Prefetch("versions", versions))
        return rows.annotate(known=Case(known, default=Value(False), output_field=BooleanField()))

    @extend_schema(
        summary="Start a proposal (signatory or technical contact of the lead)",
        request=StartProposalSerializer,
        responses={201: ProposalSerializer},
        examples=[OpenApiExample("Alone", request_only=True, value=DRAFT)],
    )
    @idempotent
    def create(self, request: Any) -> Response:
        at = clock.now()
        data = self.checked(StartProposalSerializer)
        draft = draft_of(data)
        on = clock.today(data["member"].consortium)
        started = drafts.start_proposal(**data, draft=draft, at=at, by=request.user, on=on)
        return self.shown(started, 201)

    @extend_schema(
        methods=["GET"], summary="The draft with what it lacks", responses=ProposalVersionSerializer
    )
    @extend_schema(
        methods=["PUT"],
        summary="Replace all that the draft says; signatures fall",
        request=ReplaceDraftSerializer,
        responses=ProposalVersionSerializer,
    )
    @action(detail=True, methods=["get", "put"])
    def draft(self, request: Any, uid: Any) -> Response:
        proposal = self.subject()
        if request.method == "PUT":
            data = self.checked(ReplaceDraftSerializer)
            draft = draft_of(data)
            who = self.who(proposal)
            return self.version(drafts.write_draft(proposal=proposal, draft=draft, **data, **who))
        return self.version(self.drafted(proposal))

    @extend_schema(
        summary="Begin the next version as a copy (signatory or technical contact of the lead)",
        request=None,
        responses={201: ProposalVersionSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def revise(self, request: Any, uid: Any) -> Response:
        at = clock.now()
        proposal = self.subject()
        revised = drafts.revise(proposal=proposal, at=at, **self.who(proposal))
        return self.version(revised, 201)

    @extend_schema(
        summary="Attach a file to the draft; signatures fall",
        request={"multipart/form-data": AttachFileSerializer},
        responses={201: AttachmentSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def attachments(self, request: Any, uid: Any) -> Response:
        proposal = self.subject()
        data = self.checked(AttachFileSerializer)
        file = data.pop("file")
        attached = drafts.attach(
            proposal=proposal, name=file.name, content=file.read(), **data, **self.who(proposal)
        )
        return Response(AttachmentSerializer(attached).data, status=201)

    @extend_schema(
        summary="Sign the draft as you read it (a participant's signatory)",
        request=SignDraftSerializer,
        responses=ProposalVersionSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def sign(self, request: Any, uid: Any) -> Response:
        at = clock.now()
        proposal = self.subject()
        data = self.checked(SignDraftSerializer)
        participant = self.participant(self.drafted(proposal), data.get("organization"))
        row = proposals.sign(
            participant=participant, state=data["state"], at=at, **self.who(proposal)
        )
        return self.version(row.version)

    @extend_schema(
        summary="Submit the draft; a moment late is too late (signatory of the lead)",
        request=None,
        responses=ProposalVersionSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def submit(self, request: Any, uid: Any) -> Response:
        at = clock.now()
        proposal = self.subject()
        return self.version(proposals.submit(proposal=proposal, at=at, **self.who(proposal)))

    @extend_schema(summary="Withdraw a proposal (signatory of the lead)", request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Any, uid: Any) -> Response:
        at = clock.now()
        proposal = self.subject()
        return self.shown(proposals.withdraw(proposal=proposal, at=at, **self.who(proposal)))

    @extend_schema(summary="Invite a proposal to the second stage (projects)", request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def invite(self, request: Any, uid: Any) -> Response:
        proposal = self.subject()
        return self.shown(invite(proposal=proposal, **self.who(proposal)))

    def who(self, proposal: Proposal) -> dict[str, Any]:
        """Return who acts, on which day."""
        return {"by": self.request.user, "on": clock.today(proposal.consortium)}

    def drafted(self, proposal: Proposal) -> ProposalVersion:
        """Return the draft if the caller may see it, and 404 if not, as if there were none."""
        visible = ProposalVersion.objects.visible_to(self.request.user, self.today)
        found = visible.filter(proposal=proposal, submitted_at=None).first()
        if found is None:
            raise Http404
        return found

    def participant(self, version: ProposalVersion, organization: Any) -> Participant:
        """Return for whom the caller signs: whom they name, or whom they are signatory of."""
        rows = version.participants.select_related("organization", "version__proposal")
        if organization is not None:
            chosen = rows.filter(organization=organization).first()
            if chosen is not None:
                return chosen
            raise serializers.ValidationError({"organization": _("There is no such participant.")})
        own = access.own(self.request.user, self.today, Role.SIGNATORY, organization="organization")
        found = list(rows.filter(own)[:2]) or list(rows[:1])
        if len(found) != 1:
            wrong = _("You speak for several participants, or there is none: say for which.")
            raise serializers.ValidationError({"organization": wrong})
        return found[0]

    def version(self, version: ProposalVersion, status: int = 200) -> Response:
        context = self.get_serializer_context()
        return Response(ProposalVersionSerializer(version, context=context).data, status=status)
