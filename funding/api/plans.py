"""Payment plans: asked for by members, agreed to by staff, with how each instalment stands."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import amount
from consortium.api.filters import OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.models import Member
from consortium.periods import add_months
from funding.api.concessions import PERSONS, RefusalSerializer
from funding.api.plan_shapes import (
    AmendPaymentPlanSerializer,
    PaymentPlanSerializer,
    ProposalQuery,
    ProposePaymentPlanSerializer,
    ScheduleProposalSerializer,
    shown_as,
)
from funding.models import FINANCE_READERS, MEMBER_READERS, Charge, PaymentPlan
from funding.operations.plan_checks import refuse_charges
from funding.operations.plans import (
    amend_plan,
    cancel_plan,
    grant_plan,
    propose_plan,
    refuse_plan,
    withdraw_plan,
)
from funding.reports.plans import standings
from funding.rules.plans import Instalment, monthly


class PlanFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member)
    charge = Row(model=Charge, field_name="charges")
    open = filters.BooleanFilter(
        field_name="decided_on", lookup_expr="isnull", label="Waits for a decision, or is decided."
    )
    running = filters.BooleanFilter(
        field_name="ended_on", lookup_expr="isnull", label="Not ended, or ended."
    )


REFUSED = (
    "Refused: `charge_of_another`, `charge_settled`, `already_planned`, `instalments_differ`,"
    " `instalment_past`, `same_day_twice`, `too_many_instalments`, `plan_too_long`,"
    " `nothing_planned`, `concession_in_other_unit`"
)


@extend_schema_view(
    list=extend_schema(
        summary="Payment plans: your organization's, or as staff those of all members"
    ),
    retrieve=extend_schema(summary="A payment plan and how its instalments stand"),
)
class PaymentPlanViewSet(ReadViewSet):
    model = PaymentPlan
    related = ("consortium", "member__organization", "proposed_by", "decided_by")
    prefetched = ("charges",)
    orderings = ("proposed_on", "decided_on")
    serializer_class = PaymentPlanSerializer
    filterset_class = PlanFilters
    parameters = {"proposal": ("charge", "instalments", "first_on")}

    def looked_at(self, rows: list[Any]) -> None:
        """Read how all the rows stand at once, on the day each counts."""
        days: dict[date, list[int]] = {}
        for plan in rows:
            days.setdefault(plan.ended_on or self.today, []).append(plan.pk)
        found = {pk: each for on, keys in days.items() for pk, each in standings(keys, on).items()}
        for plan in rows:
            plan.standing = found[plan.pk]

    @extend_schema(
        summary="Ask for a plan (signatory, finance contact), or propose one (finance)",
        description=(
            "What finance staff propose within the charter's limit runs at once; anything else"
            f" waits for another person. {REFUSED}."
        ),
        request=ProposePaymentPlanSerializer,
        responses={201: PaymentPlanSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(ProposePaymentPlanSerializer)
        charges: list[Charge] = data.pop("charges")
        plan = propose_plan(
            member=charges[0].member,
            charges=charges,
            instalments=[Instalment(**each) for each in data.pop("instalments")],
            **data,
            by=request.user,
            on=clock.today(charges[0].consortium),
        )
        return self.shown(plan, 201)

    @extend_schema(
        summary="Equal monthly instalments of what is open, to ask for a plan with",
        description="Nothing is written. Refused as a plan of these charges would be.",
        parameters=[ProposalQuery],
        responses=ScheduleProposalSerializer,
    )
    @action(detail=False, pagination_class=None, filter_backends=[])
    def proposal(self, request: Any) -> Response:
        query = ProposalQuery(data=dict(request.query_params.items()))
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        charges = self.charges_of(asked["charge"].split(","))
        unit, today = charges[0].unit, clock.today(charges[0].consortium)
        open_ = refuse_charges(charges[0].member, charges)
        first_on = asked.get("first_on") or add_months(today, 1)
        rows = monthly(open_, asked["instalments"], first_on, unit)
        said = [shown_as(each, unit) for each in rows]
        return Response({"unit": unit, "open": amount(open_, unit), "instalments": said})

    def charges_of(self, uids: list[str]) -> list[Charge]:
        """Return charges whose open amount the caller may know. Raises Http404."""
        user, today = self.request.user, self.today
        theirs = access.own(user, today, *MEMBER_READERS)
        rows = Charge.objects.filter(theirs | access.as_staff(user, today, *FINANCE_READERS))
        try:
            keys = {UUID(each) for each in uids}
        except ValueError:
            raise Http404 from None
        found = list(rows.filter(uid__in=keys).select_related("member", "consortium"))
        if len(found) != len(keys):
            raise Http404
        return found

    @extend_schema(
        summary="Agree to a plan as another person than who asked for it",
        description=f"{PERSONS}. {REFUSED}.",
        request=None,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def grant(self, request: Any, uid: Any) -> Response:
        plan: PaymentPlan = self.subject()
        today = clock.today(plan.consortium)
        return self.shown(grant_plan(plan=plan, by=request.user, on=today))

    @extend_schema(
        summary="Refuse a plan, with the reason",
        description=f"{PERSONS}.",
        request=RefusalSerializer,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def refuse(self, request: Any, uid: Any) -> Response:
        plan: PaymentPlan = self.subject()
        data = self.checked(RefusalSerializer)
        today = clock.today(plan.consortium)
        return self.shown(refuse_plan(plan=plan, **data, by=request.user, on=today))

    @extend_schema(
        summary="Put other instalments in place of a plan that waits, as who asked for it",
        description=(
            "The plan is withdrawn and another one for the same charges is answered. Refused:"
            f" `already_answered`, `not_the_asker`. {REFUSED}."
        ),
        request=AmendPaymentPlanSerializer,
        responses={201: PaymentPlanSerializer},
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def amend(self, request: Any, uid: Any) -> Response:
        plan: PaymentPlan = self.subject()
        data = self.checked(AmendPaymentPlanSerializer)
        instalments = [Instalment(**each) for each in data.pop("instalments")]
        who = {"by": request.user, "on": clock.today(plan.consortium)}
        return self.shown(amend_plan(plan=plan, instalments=instalments, **data, **who), 201)

    @extend_schema(
        summary="Withdraw a plan that waits, as who asked for it",
        description="Refused: `already_answered`, `not_the_asker`.",
        request=None,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Any, uid: Any) -> Response:
        plan: PaymentPlan = self.subject()
        today = clock.today(plan.consortium)
        return self.shown(withdraw_plan(plan=plan, by=request.user, on=today))

    @extend_schema(
        summary="End a running plan before its time (finance)",
        description="Refused: `plan_not_running`.",
        request=None,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def cancel(self, request: Any, uid: Any) -> Response:
        plan: PaymentPlan = self.subject()
        today = clock.today(plan.consortium)
        return self.shown(cancel_plan(plan=plan, by=request.user, on=today))
