"""Applications for licences: made by anyone appointed, negotiated, closed, and proposed on."""

from typing import Any

from django.db.models import Prefetch
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, UidField
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.models import Document, Member, Organization
from consortium.papers.filed import attachment
from ip.api.fields import PartyField
from ip.api.licence_shapes import (
    CODE,
    COUNTRY,
    LICENSABLE,
    LicenceApplicationSerializer,
    LicenceReasonSerializer,
    LicenceSerializer,
    ProposeLicenceSerializer,
    WriteEntrySerializer,
)
from ip.models import Licence, LicenceApplication, LicenceOffer, NegotiationEntry, Result
from ip.operations.applying import (
    Wanted,
    answer_application,
    apply_for_licence,
    enter_application,
    refuse_application,
    withdraw_application,
    write_entry,
)
from ip.operations.licensing import Offered, propose_licence
from ip.rules.choices import LicenceKind, Use
from ip.states import LICENCE_KINDS
from projects.api.files import BINARY, with_file

REFUSED = (
    "Refused with 422: `licence_kept_out`, `licence_not_opened`, `licence_class_barred`, each "
    "with the charter's clause; through an offer `licence_offer_withdrawn`, "
    "`licence_offer_elsewhere`, `licence_offer_exceeded`."
)
LOG = Prefetch("entries", NegotiationEntry.objects.select_related("speaker").order_by("pk"))


class LicenceWantedSerializer(serializers.Serializer[Any]):
    """What is asked for; empty field and territory: all of them; no months: no end.

    Of a result one sees, or through an offer; then empty means what is on offer.
    """

    result = UidField(model=Result, required=False)
    offer = UidField(model=LicenceOffer, required=False)
    kind = serializers.ChoiceField(choices=LICENCE_KINDS)
    uses = serializers.ListField(
        child=serializers.ChoiceField(choices=LICENSABLE), min_length=1, max_length=len(LICENSABLE)
    )
    field = serializers.RegexField(CODE, default="", allow_blank=True)
    territory = serializers.ListField(
        child=serializers.RegexField(COUNTRY), default=list, help_text="ISO 3166 countries."
    )
    months = serializers.IntegerField(min_value=1, max_value=1200, required=False, allow_null=True)
    text = serializers.CharField(max_length=20000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("result" in attrs) == ("offer" in attrs):
            raise serializers.ValidationError(_("Name either the `result` or an `offer` of it."))
        return {"result": attrs["offer"].result, **attrs} if "offer" in attrs else attrs


class ApplyForLicenceSerializer(LicenceWantedSerializer):
    """An application for one's own organization, which may never have been a member."""

    member = UidField(model=Member, help_text="The account of whose people apply.")


class EnterApplicationSerializer(LicenceWantedSerializer):
    applicant = PartyField()
    applied_on = DayField()
    paper = serializers.FileField(required=False, help_text="Only in a multipart form.")


class ApplicationFilters(filters.FilterSet):
    consortium = OfConsortium(field_name="result__consortium")
    result = Row(model=Result)
    applicant = Row(model=Organization)
    kind = filters.ChoiceFilter(choices=LICENCE_KINDS)
    open = filters.BooleanFilter(field_name="closed_on", lookup_expr="isnull")


@extend_schema_view(
    list=extend_schema(summary="Applications for licences: your own, and of results you own"),
    retrieve=extend_schema(summary="An application, with what was said about it"),
)
class LicenceApplicationViewSet(ReadViewSet):
    model = LicenceApplication
    related = ("result__consortium", "result__charter", "applicant", "offer")
    prefetched = (LOG,)
    orderings = ("number", "applied_on")
    serializer_class = LicenceApplicationSerializer
    filterset_class = ApplicationFilters
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="Apply for a licence for your own organization, member or not (signatory)",
        description=REFUSED,
        request=ApplyForLicenceSerializer,
        responses={201: LicenceApplicationSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(ApplyForLicenceSerializer)
        member: Member = data.pop("member")
        result: Result = data.pop("result")
        on = clock.today(result.consortium)
        row = apply_for_licence(
            applicant=member, result=result, wanted=wanted(data), by=request.user, on=on
        )
        return self.shown(row, 201)

    @extend_schema(
        summary="Enter an application from paper (ip)",
        description=REFUSED,
        request={
            "application/json": EnterApplicationSerializer,
            "multipart/form-data": EnterApplicationSerializer,
        },
        responses={201: LicenceApplicationSerializer},
    )
    @action(detail=False, methods=["post"])
    @idempotent
    def enter(self, request: Any) -> Response:
        data = self.checked(EnterApplicationSerializer)
        result: Result = data.pop("result")
        sent = data.pop("paper", None)
        given = {name: data.pop(name) for name in ("applicant", "applied_on")}
        who = {"by": request.user, "on": clock.today(result.consortium)}
        row = with_file(
            sent,
            lambda paper: enter_application(
                result=result, wanted=wanted(data), paper=paper, **given, **who
            ),
            consortium=result.consortium,
            **who,
        )
        return self.shown(row, 201)

    @extend_schema(
        summary="Write into the negotiation: as the applicant, an owner (with its share), or staff",
        request={
            "application/json": WriteEntrySerializer,
            "multipart/form-data": WriteEntrySerializer,
        },
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def write(self, request: Any, uid: Any) -> Response:
        row: LicenceApplication = self.subject()
        data = self.checked(WriteEntrySerializer)
        share, text, sent = data.get("share"), data["text"], data.get("file")
        who = {"by": request.user, "on": clock.today(row.consortium)}

        def say(file: Document | None) -> NegotiationEntry:
            if share is None:
                return write_entry(application=row, text=text, file=file, **who)
            return answer_application(share=share, application=row, text=text, file=file, **who)

        with_file(sent, say, consortium=row.consortium, **who)
        return self.shown(row)

    @extend_schema(
        summary="A file sent with an entry of the negotiation, for who reads it", responses=BINARY
    )
    @action(
        detail=True, url_path="entries/<uuid:entry>/file",
        pagination_class=None, filter_backends=[],
    )  # fmt: skip
    def file(self, request: Any, uid: Any, entry: Any) -> FileResponse:
        row: LicenceApplication = self.subject()
        seen = NegotiationEntry.objects.visible_to(request.user, self.today)
        found = seen.filter(application=row, uid=entry).select_related("file").first()
        return attachment(found.file if found else None)

    @extend_schema(summary="Refuse it, with the reason (ip)", request=LicenceReasonSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def refuse(self, request: Any, uid: Any) -> Response:
        row: LicenceApplication = self.subject()
        data, on = self.checked(LicenceReasonSerializer), clock.today(row.consortium)
        return self.shown(refuse_application(application=row, **data, by=request.user, on=on))

    @extend_schema(
        summary="Withdraw it (signatory of the applicant, ip)", request=LicenceReasonSerializer
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Any, uid: Any) -> Response:
        row: LicenceApplication = self.subject()
        data, on = self.checked(LicenceReasonSerializer), clock.today(row.consortium)
        return self.shown(withdraw_application(application=row, **data, by=request.user, on=on))

    @extend_schema(
        summary="Propose a licence on terms, for the owners or a body to agree to (ip)",
        request=ProposeLicenceSerializer,
        responses={201: LicenceSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def propose(self, request: Any, uid: Any) -> Response:
        row: LicenceApplication = self.subject()
        data, on = self.checked(ProposeLicenceSerializer), clock.today(row.consortium)
        licence: Licence = propose_licence(
            application=row, offered=offered(data), by=request.user, on=on
        )
        return Response(LicenceSerializer(licence).data, status=201)


def wanted(data: dict[str, Any]) -> Wanted:
    kind, uses = LicenceKind(data.pop("kind")), {Use(each) for each in data.pop("uses")}
    return Wanted(kind=kind, uses=uses, **data)


def offered(data: dict[str, Any]) -> Offered:
    """Return what was sent as the operation takes it."""
    kind = data.pop("kind", None)
    milestones = {each["name"]: each["amount"] for each in data.pop("milestones")}
    return Offered(kind=LicenceKind(kind) if kind else None, milestones=milestones, **data)
