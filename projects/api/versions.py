"""Versions of proposals with all they say, their files, and the receipts of submitted ones."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import get_language
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import MemberViewSet, ReadViewSet
from consortium.api.filters import Row
from consortium.api.idempotency import idempotent
from consortium.api.renderers import AnyFile
from consortium.papers import download
from consortium.papers.filed import attachment
from consortium.states import LANGUAGES
from projects.api.drafting import ProposalVersionSerializer, blind
from projects.api.files import BINARY
from projects.models import Attachment, Participant, Proposal, ProposalVersion
from projects.operations.drafts import detach
from projects.papers.receipt import receipt
from projects.reports.content import receipt_of


class VersionFilters(filters.FilterSet):
    proposal = Row(model=Proposal)


class LanguageQuery(serializers.Serializer[Any]):
    language = serializers.ChoiceField(
        choices=LANGUAGES, required=False, help_text="Of the paper; the reader's if left out."
    )


class SignatureQuery(serializers.Serializer[Any]):
    organization = serializers.UUIDField(help_text="The participant whose signature it is.")


@extend_schema_view(
    list=extend_schema(summary="Versions of proposals you may see, with all they say"),
    retrieve=extend_schema(summary="A version of a proposal"),
)
class ProposalVersionViewSet(ReadViewSet):
    model = ProposalVersion
    related = ("proposal__call__charter", "proposal__consortium", "proposal__lead__organization")
    prefetched = (
        "participants__organization",
        "participants__budget",
        "attachments__document",
        "proposal__call__charter__sections",
    )
    orderings = ("version",)
    serializer_class = ProposalVersionSerializer
    filterset_class = VersionFilters
    parameters = {"receipt_pdf": ("language",), "paper": ("organization",)}

    @extend_schema(
        summary="The receipt: all that the digest covers",
        responses={200: OpenApiResponse(OpenApiTypes.OBJECT, description="Digested as it stands.")},
    )
    @action(detail=True)
    def receipt(self, request: Any, uid: Any) -> Response:
        version = self.submitted()
        return Response({"digest": version.digest, "covers": receipt_of(version)})

    @extend_schema(
        summary="The receipt on paper, as PDF",
        parameters=[LanguageQuery],
        responses={
            (200, "application/pdf"): OpenApiResponse(
                OpenApiTypes.BINARY, description="The paper, as an attachment."
            )
        },
    )
    @action(detail=True, url_path="receipt/pdf", renderer_classes=[AnyFile])
    def receipt_pdf(self, request: Any, uid: Any) -> HttpResponse:
        version = self.submitted()
        query = LanguageQuery(data=dict(request.query_params.items()))
        query.is_valid(raise_exception=True)
        language = query.validated_data.get("language") or get_language() or "en"
        name = f"{version.proposal.number}-v{version.version}.pdf"
        return download(receipt(version, language=language), name=name, language=language)

    @extend_schema(
        summary="The scan of a participant's signature on paper",
        parameters=[SignatureQuery],
        responses=BINARY,
    )
    @action(detail=True, renderer_classes=[AnyFile])
    def paper(self, request: Any, uid: Any) -> FileResponse:
        version: ProposalVersion = self.get_object()
        query = SignatureQuery(data=dict(request.query_params.items()))
        query.is_valid(raise_exception=True)
        signed = Participant.objects.visible_to(request.user, self.today).filter(
            version=version, organization__uid=query.validated_data["organization"]
        )
        return attachment(getattr(signed.select_related("paper").first(), "paper", None))

    def submitted(self) -> ProposalVersion:
        """Return a submitted version whose receipt the caller may read: not of a blind review."""
        version: ProposalVersion = self.get_object()
        if not version.digest or blind(version.proposal, self.get_serializer_context()):
            raise Http404
        return version


class AttachmentViewSet(MemberViewSet):
    """Files of proposals."""

    model = Attachment
    related = ("document", "version__proposal__consortium", "version__proposal__lead")

    @extend_schema(
        summary="A file of a proposal",
        responses=BINARY,
    )
    @action(detail=True, renderer_classes=[AnyFile])
    def file(self, request: Any, uid: Any) -> FileResponse:
        return attachment(self.get_object().document)

    @extend_schema(
        summary="Take a file off the draft; signatures fall", request=None, responses={204: None}
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def remove(self, request: Any, uid: Any) -> Response:
        file = self.subject()
        proposal = file.version.proposal
        on = clock.today(proposal.consortium)
        detach(proposal=proposal, attachment=file, by=request.user, on=on)
        return Response(status=204)
