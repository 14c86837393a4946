"""The papers of members' acts: kept by the staff who entered the act, read by whom it concerns."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock, words
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, SlugField, UidField
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.api.renderers import AnyFile
from consortium.models import AuditEvent, Consortium, Document, Organization, PaperAct
from consortium.operations.documents import filing
from consortium.operations.paper import Letter, keep_paper
from consortium.papers.filed import attachment

MONTH = timedelta(days=31)
"""How long ago one may have entered an act whose paper one keeps."""


class PaperActSerializer(OfConsortiumSerializer):
    """The paper of an act: who signed it and when; `about` is the row it was done on."""

    organization = PartySerializer(read_only=True)
    operation = serializers.CharField(read_only=True)
    text = serializers.SerializerMethodField(help_text="What was done, in the reader's language.")
    about = serializers.SerializerMethodField()
    signatory = serializers.CharField(read_only=True)
    paper_on = serializers.DateField(read_only=True)
    scanned = serializers.SerializerMethodField(help_text="Whether a scan stands at `file/`.")
    entered_on = serializers.DateField(read_only=True)
    entered_by = PartySerializer(read_only=True, allow_null=True)

    def get_text(self, act: PaperAct) -> str:
        return words.say(f"did_{act.event.action}", act.event.facts)

    def get_about(self, act: PaperAct) -> UUID:
        return UUID(act.event.subject.partition(":")[2])

    def get_scanned(self, act: PaperAct) -> bool:
        return act.document_id is not None


class KeepPaperSerializer(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    operation = serializers.RegexField(
        r"^[a-z]+\.[a-z_]+$", max_length=60, help_text="What you entered: `ip.withdraw_offer`."
    )
    about = serializers.UUIDField(
        help_text="The row it was done on; for a share given up or taken over, the result."
    )
    organization = UidField(model=Organization, help_text="On whose behalf.")
    signatory = serializers.CharField(max_length=150)
    paper_on = DayField()
    scan = serializers.FileField(required=False, help_text="Only in a multipart form.")


class PaperActFilters(filters.FilterSet):
    consortium = OfConsortium()
    organization = Row(model=Organization)
    operation = filters.CharFilter(max_length=60)


@extend_schema_view(
    list=extend_schema(summary="Acts that came on paper: your own, or as staff what you may enter"),
    retrieve=extend_schema(summary="An act that came on paper"),
)
class PaperActViewSet(ReadViewSet):
    model = PaperAct
    related = ("consortium", "organization", "event", "entered_by")
    orderings = ("entered_on",)
    serializer_class = PaperActSerializer
    filterset_class = PaperActFilters
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="Keep the paper of an act that you have entered on a member's behalf (staff)",
        description=(
            "Of what you entered within a month. Refused: `not_on_behalf`,"
            " `paper_act_incomplete`, `already_on_paper`."
        ),
        request={
            "application/json": KeepPaperSerializer,
            "multipart/form-data": KeepPaperSerializer,
        },
        responses={201: PaperActSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(KeepPaperSerializer)
        consortium = data["consortium"]
        on = clock.today(consortium)
        mine = AuditEvent.objects.filter(
            consortium=consortium, by=request.user, on__gt=on - MONTH
        ).exclude(action="keep_paper")
        event = mine.filter(subject__endswith=f":{data['about']}").order_by("-number").first()
        if event is None:
            raise serializers.ValidationError({"about": [_("There is no such row.")]})
        here = {"consortium": consortium, "by": request.user, "on": on}

        def kept(document: Document | None) -> PaperAct:
            letter = Letter(
                signatory=data["signatory"], paper_on=data["paper_on"], document=document
            )
            whose = data["organization"]
            return keep_paper(
                code=data["operation"], event=event, organization=whose, letter=letter, **here
            )

        return self.shown(filing(data.get("scan"), kept, **here), 201)

    @extend_schema(
        summary="The scan of an act that came on paper",
        responses={
            (200, "application/octet-stream"): OpenApiResponse(
                OpenApiTypes.BINARY, description="The file, as an attachment."
            )
        },
    )
    @action(detail=True, renderer_classes=[AnyFile])
    def file(self, request: Any, uid: Any) -> FileResponse:
        return attachment(self.get_object().document)
