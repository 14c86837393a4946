"""Licences: agreed to, granted and ended; what is stated under them and how it is divided."""

from typing import Any

from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.models import Document, Organization
from ip.api.licence_shapes import (
    EndLicenceSerializer,
    EnterLicenceConsentSerializer,
    GrantLicenceSerializer,
    LicenceConsentInputSerializer,
    LicenceReasonSerializer,
    LicenceSerializer,
    ReachLicenceMilestoneSerializer,
    RoyaltyStatementSerializer,
    StateRoyaltySerializer,
)
from ip.models import Licence, Result, RoyaltyStatement
from ip.operations.earning import reach_milestone
from ip.operations.granting import Decided, end_licence, grant_licence
from ip.operations.licensing import consent_to_licence, enter_consent
from ip.operations.royalties import (
    Line,
    Sales,
    enter_royalty,
    request_audit,
    state_royalty,
)
from ip.states import LICENCE_KINDS, SalesLine
from projects.api.files import with_file


def either(shape: Any) -> Any:
    """Return that a shape is sent as JSON, or in a form with its scan."""
    return {"application/json": shape, "multipart/form-data": shape}


class LicenceFilters(filters.FilterSet):
    consortium = OfConsortium(field_name="result__consortium")
    result = Row(model=Result)
    licensee = Row(model=Organization)
    kind = filters.ChoiceFilter(choices=LICENCE_KINDS)
    proposed = filters.BooleanFilter(field_name="granted_on", lookup_expr="isnull")
    granted_from = Day(field_name="granted_on", lookup_expr="gte")


@extend_schema_view(
    list=extend_schema(summary="Licences: your own, and of results you own"),
    retrieve=extend_schema(summary="A licence, with its terms, consents and end"),
)
class LicenceViewSet(ReadViewSet):
    model = Licence
    related = ("result__consortium", "result__charter", "licensee", "application", "ending")
    prefetched = ("licencemilestones", "licenceconsents__owner")
    orderings = ("number", "starts_on")
    serializer_class = LicenceSerializer
    filterset_class = LicenceFilters
    parser_classes = (StrictJSON, Form)

    def who(self, licence: Licence) -> dict[str, Any]:
        return {"by": self.request.user, "on": clock.today(licence.consortium)}

    def filed(self, licence: Licence, sent: Any, act: Any) -> Any:
        who = self.who(licence)
        return with_file(sent, act, consortium=licence.consortium, **who)

    @extend_schema(
        summary="Agree to it as an owner of the result (signatory)",
        request=LicenceConsentInputSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def consent(self, request: Any, uid: Any) -> Response:
        licence: Licence = self.subject()
        data = self.checked(LicenceConsentInputSerializer)
        consent_to_licence(licence=licence, **data, **self.who(licence))
        return self.shown(licence)

    @extend_schema(
        summary="Enter an owner's agreement from paper (ip)",
        request=either(EnterLicenceConsentSerializer),
    )
    @action(detail=True, methods=["post"], url_path="enter-consent")
    @idempotent
    def enter_consent(self, request: Any, uid: Any) -> Response:
        licence: Licence = self.subject()
        data = self.checked(EnterLicenceConsentSerializer)
        self.filed(
            licence,
            data.pop("paper", None),
            lambda paper: enter_consent(licence=licence, paper=paper, **data, **self.who(licence)),
        )
        return self.shown(licence)

    @extend_schema(
        summary="Grant it, once those agreed who must; the fee is charged (ip, secretary)",
        description="By another person than proposed it. Refused with 422: "
        "`co_owners_consent_missing`, `co_owners_notice_missing`, `licence_not_decided`, "
        "`licence_in_the_way`, `licence_kept_out`, `no_levy_for_it` and others.",
        request=either(GrantLicenceSerializer),
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def grant(self, request: Any, uid: Any) -> Response:
        licence: Licence = self.subject()
        data = self.checked(GrantLicenceSerializer)

        def act(paper: Document | None) -> Licence:
            decided = Decided(paper=paper, **data)
            return grant_licence(licence=licence, decided=decided, **self.who(licence))

        self.filed(licence, data.pop("paper", None), act)
        return self.shown(licence)

    @extend_schema(summary="End it before its term (ip)", request=either(EndLicenceSerializer))
    @action(detail=True, methods=["post"])
    @idempotent
    def end(self, request: Any, uid: Any) -> Response:
        licence: Licence = self.subject()
        data = self.checked(EndLicenceSerializer)
        self.filed(
            licence,
            data.pop("paper", None),
            lambda paper: end_licence(licence=licence, paper=paper, **data, **self.who(licence)),
        )
        return self.shown(licence)

    @extend_schema(
        summary="Record that a milestone was reached (ip)", request=ReachLicenceMilestoneSerializer
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def reach(self, request: Any, uid: Any) -> Response:
        licence: Licence = self.subject()
        data = self.checked(ReachLicenceMilestoneSerializer)
        milestone = get_object_or_404(licence.licencemilestones, uid=data["milestone"])
        reach_milestone(milestone=milestone, reached_on=data["reached_on"], **self.who(licence))
        return self.shown(licence)

    @extend_schema(
        summary="State the sales of a period (signatory of the licensee); the royalty is charged",
        description="Refused with 422: `royalty_period_closed`, `royalty_period_running`, "
        "`royalty_earlier_missing`, `royalty_not_a_period`.",
        request=StateRoyaltySerializer,
        responses={201: RoyaltyStatementSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def state(self, request: Any, uid: Any) -> Response:
        licence: Licence = self.subject()
        data = self.checked(StateRoyaltySerializer)
        return self.stated(licence, data, state_royalty)

    @extend_schema(
        summary="Enter a licensee's statement from paper (ip, finance)",
        request=either(StateRoyaltySerializer),
        responses={201: RoyaltyStatementSerializer},
    )
    @action(detail=True, methods=["post"], url_path="enter-royalty")
    @idempotent
    def enter_royalty(self, request: Any, uid: Any) -> Response:
        licence: Licence = self.subject()
        data = self.checked(StateRoyaltySerializer)
        return self.stated(licence, data, enter_royalty)

    def stated(self, licence: Licence, data: dict[str, Any], act: Any) -> Response:
        row: RoyaltyStatement = self.filed(
            licence,
            data.pop("paper", None),
            lambda paper: act(licence=licence, sales=sales(data, paper), **self.who(licence)),
        )
        return Response(RoyaltyStatementSerializer(row).data, status=201)

    @extend_schema(
        summary="Tell the licensee that its sales will be audited (ip)",
        request=LicenceReasonSerializer,
    )
    @action(detail=True, methods=["post"], url_path="request-audit")
    @idempotent
    def request_audit(self, request: Any, uid: Any) -> Response:
        licence: Licence = self.subject()
        data = self.checked(LicenceReasonSerializer)
        request_audit(licence=licence, **data, **self.who(licence))
        return self.shown(licence)


def sales(data: dict[str, Any], paper: Document | None) -> Sales:
    """Return what was sent as the operation takes it."""
    lines = [Line(SalesLine(each["kind"]), each["label"], each["amount"]) for each in data["lines"]]
    return Sales(data["starts_on"], lines, data["signed_by"], paper)
