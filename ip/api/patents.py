"""Patents over REST: families, applications with what is due, events, instructions, fees."""

from datetime import date
from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.models import Organization
from funding.api.charges import ChargeSerializer
from ip.api.patent_shapes import (
    CorrectPatentSerializer,
    InstructSerializer,
    PatentApplicationSerializer,
    PatentDueSerializer,
    PatentFamilySerializer,
    PatentFeeSerializer,
    PatentInstructionSerializer,
    RecordEventSerializer,
    RecordFeeSerializer,
    RegisterApplicationSerializer,
    RegisterFamilySerializer,
)
from ip.models import (
    Instruction,
    OwnershipShare,
    PatentApplication,
    PatentFamily,
    PatentFee,
    Result,
)
from ip.operations.correcting import Happened, correct_patent
from ip.operations.instructing import instruct
from ip.operations.patent_fees import Paid, charge_owners, record_fee, undo_fee
from ip.operations.patents import (
    Planned,
    record_event,
    register_application,
    register_family,
)
from ip.reports.patents import due_of, with_all
from ip.rules.offices import Applicants, RightKind, Route, Size
from ip.rules.patent_docket import Choice
from ip.rules.patents import Happening


class PatentFamilyFilters(filters.FilterSet):
    consortium = OfConsortium(field_name="result__consortium")
    result = Row(model=Result)


class PatentApplicationFilters(filters.FilterSet):
    consortium = OfConsortium()
    family = Row(model=PatentFamily)


class OfApplicationFilters(filters.FilterSet):
    consortium = OfConsortium(field_name="application__consortium")
    application = Row(model=PatentApplication)


@extend_schema_view(
    list=extend_schema(summary="Patent families of the results you see"),
    retrieve=extend_schema(summary="A patent family"),
)
class PatentFamilyViewSet(ReadViewSet):
    model = PatentFamily
    related = ("result__consortium",)
    serializer_class = PatentFamilySerializer
    filterset_class = PatentFamilyFilters

    @extend_schema(
        summary="Register that a result is to be protected (IP)",
        request=RegisterFamilySerializer,
        responses={201: PatentFamilySerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(RegisterFamilySerializer)
        on = clock.today(data["result"].consortium)
        return self.shown(register_family(**data, by=request.user, on=on), 201)


@extend_schema_view(
    list=extend_schema(summary="Patent applications of the results you see"),
    retrieve=extend_schema(summary="A patent application"),
)
class PatentApplicationViewSet(ReadViewSet):
    model = PatentApplication
    related = ("consortium", "family__result__disclosed_by")
    prefetched = ("events", "corrections")
    orderings = ("registered_on",)
    serializer_class = PatentApplicationSerializer
    filterset_class = PatentApplicationFilters

    @extend_schema(
        summary="Register an application, filed or planned (IP)",
        request=RegisterApplicationSerializer,
        responses={201: PatentApplicationSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(RegisterApplicationSerializer)
        family = data.pop("family")
        made = register_application(
            family=family,
            planned=Planned(**chosen(data)),
            by=request.user,
            on=clock.today(family.consortium),
        )
        return self.shown(made, 201)

    @extend_schema(
        summary="What is due for an application, and what it costs today",
        responses=PatentDueSerializer(many=True),
    )
    @action(detail=True, pagination_class=None)
    def due(self, request: Any, uid: Any) -> Response:
        application = with_all(PatentApplication.objects.all()).get(pk=self.subject().pk)
        found = due_of(application, clock.today(application.consortium))
        return Response(PatentDueSerializer(found, many=True).data)

    @extend_schema(
        summary="Record what happened to an application (IP)",
        description="Refused with 422: `patent_event_in_future`, `patent_event_before_filing`, "
        "`patent_event_after_end`, `priority_after_filing`, `priority_too_old`.",
        request=RecordEventSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def record(self, request: Any, uid: Any) -> Response:
        application: PatentApplication = self.subject()
        data = self.checked(RecordEventSerializer)
        kind, on = Happening(data.pop("kind")), clock.today(application.consortium)
        record_event(application=application, kind=kind, **data, by=request.user, on=on)
        return self.shown(application)

    @extend_schema(
        summary="Correct what is wrong of an application, with a reason (IP)",
        description="Refused with 422: `patent_nothing_corrected`, "
        "`patent_correction_unexplained`, `patent_event_not_recorded`, `patent_office_paid`, "
        "`priority_in_future`, and what recording an event is refused with.",
        request=CorrectPatentSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def correct(self, request: Any, uid: Any) -> Response:
        application: PatentApplication = self.subject()
        data = self.checked(CorrectPatentSerializer)
        reason, sent = data.pop("reason"), data.pop("events", [])
        events = {
            Happening(each["kind"]): Happened(each["happened_on"], each.get("number"))
            if each["happened_on"]
            else None
            for each in sent
        }
        who = {"by": request.user, "on": clock.today(application.consortium)}
        correct_patent(
            application=application, planned=chosen(data), events=events, reason=reason, **who
        )
        return self.shown(application)

    @extend_schema(
        summary="Say as an owner whether something is to be paid or dropped (signatory)",
        description="Refused with 422: `patent_not_an_owner`, `patent_not_due`, "
        "`patent_too_late_to_say`.",
        request=InstructSerializer,
        responses={201: PatentInstructionSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def instruct(self, request: Any, uid: Any) -> Response:
        application: PatentApplication = self.subject()
        data = self.checked(InstructSerializer)
        on = clock.today(application.consortium)
        owner, choice = data.pop("owner"), Choice(data.pop("choice"))
        made = instruct(
            share=share_of(application, owner, on),
            application=application,
            **data,
            choice=choice,
            by=request.user,
            on=on,
        )
        return Response(PatentInstructionSerializer(made).data, status=201)

    @extend_schema(
        summary="Record what was paid to an office (IP)",
        request=RecordFeeSerializer,
        responses={201: PatentFeeSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def pay(self, request: Any, uid: Any) -> Response:
        application: PatentApplication = self.subject()
        payment = Paid(**self.checked(RecordFeeSerializer))
        on = clock.today(application.consortium)
        fee = record_fee(application=application, payment=payment, by=request.user, on=on)
        return Response(PatentFeeSerializer(fee).data, status=201)


KINDS: dict[str, Any] = {
    "kind": RightKind, "route": Route, "applicants": Applicants, "size": Size,
}  # fmt: skip


def chosen(data: dict[str, Any]) -> dict[str, Any]:
    """Return what was sent of an application with its choices as the rules name them."""
    return {name: KINDS[name](value) if name in KINDS else value for name, value in data.items()}


def share_of(application: PatentApplication, owner: Organization, on: date) -> OwnershipShare:
    """Return what an owner owns on a day; of one that owns nothing a share that says so."""
    found = application.family.result.shares.on(on).filter(owner=owner).first()
    return found or OwnershipShare(result=application.family.result, owner=owner, starts_on=on)


@extend_schema_view(
    list=extend_schema(summary="What owners want done, of what you own or as staff"),
    retrieve=extend_schema(summary="An owner's instruction"),
)
class PatentInstructionViewSet(ReadViewSet):
    model = Instruction
    related = ("application__consortium", "owner")
    orderings = ("instructed_on",)
    serializer_class = PatentInstructionSerializer
    filterset_class = OfApplicationFilters


@extend_schema_view(
    list=extend_schema(summary="Patent fees paid, of what you own or as staff"),
    retrieve=extend_schema(summary="A patent fee"),
)
class PatentFeeViewSet(ReadViewSet):
    model = PatentFee
    related = ("application__consortium", "payer", "undoes")
    orderings = ("paid_on",)
    serializer_class = PatentFeeSerializer
    filterset_class = OfApplicationFilters

    @extend_schema(
        summary="Undo a fee that was recorded by mistake (IP)",
        request=None,
        responses={201: PatentFeeSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def undo(self, request: Any, uid: Any) -> Response:
        fee: PatentFee = self.subject()
        on = clock.today(fee.consortium)
        return self.shown(undo_fee(fee=fee, by=request.user, on=on), 201)

    @extend_schema(
        summary="Charge a fee to the owners by their shares (finance)",
        request=None,
        responses={201: ChargeSerializer(many=True)},
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @idempotent
    def charge(self, request: Any, uid: Any) -> Response:
        fee: PatentFee = self.subject()
        on = clock.today(fee.consortium)
        charges = charge_owners(fee=fee, by=request.user, on=on)
        shown = ChargeSerializer(charges, many=True, context=self.get_serializer_context())
        return Response(shown.data, status=201)
