"""What payment plans look like over REST: as they are shown, asked for and suggested."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from consortium import clock
from consortium.api.fields import AmountField, DayField, UidField, amount
from consortium.api.parties import OfMember, PartySerializer
from funding.models import Charge, PaymentPlan
from funding.reports.plans import PlanStanding, standings
from funding.rules.choices import PlanState
from funding.rules.plans import Instalment, paid_of

MOST = 60
STATE = serializers.ChoiceField(choices=[(each.value, each.name) for each in PlanState])


class PlannedChargeSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField(read_only=True)
    number = serializers.CharField(read_only=True)


class InstalmentSerializer(serializers.Serializer[Any]):
    """What is due by when; `paid`: how much of it is covered, oldest first."""

    due_on = serializers.DateField(read_only=True)
    amount = serializers.CharField(read_only=True)
    paid = serializers.CharField(read_only=True)


class PaymentPlanSerializer(OfMember):
    """An agreement to pay charges in instalments; while it is kept they are not dunned."""

    state = serializers.SerializerMethodField()
    unit = serializers.CharField(read_only=True)
    charges = PlannedChargeSerializer(many=True, read_only=True)
    instalments = serializers.SerializerMethodField()
    reason = serializers.CharField(read_only=True)
    proposed_on = serializers.DateField(read_only=True)
    proposed_by = PartySerializer(read_only=True, allow_null=True)
    decided_on = serializers.DateField(read_only=True, allow_null=True)
    decided_by = PartySerializer(read_only=True, allow_null=True)
    refusal = serializers.CharField(read_only=True, allow_blank=True)
    ended_on = serializers.DateField(read_only=True, allow_null=True)

    @extend_schema_field(STATE)
    def get_state(self, plan: PaymentPlan) -> str:
        if plan.decided_on is None:
            return PlanState.WAITING.value
        if plan.end:
            return PlanState(plan.end).value
        return PlanState.RUNNING.value if plan.granted else PlanState.REFUSED.value

    @extend_schema_field(InstalmentSerializer(many=True))
    def get_instalments(self, plan: Any) -> list[dict[str, Any]]:
        found = getattr(plan, "standing", None) or standing_of(plan)
        settled = found.settled if plan.granted else Decimal(0)
        paid = paid_of(found.instalments, settled)
        return [
            shown_as(each, plan.unit) | {"paid": amount(covered, plan.unit)}
            for each, covered in zip(sorted(found.instalments), paid, strict=True)
        ]


def standing_of(plan: PaymentPlan) -> PlanStanding:
    on = plan.ended_on or clock.today(plan.consortium)
    return standings([plan.pk], on)[plan.pk]


def shown_as(each: Instalment, unit: str) -> dict[str, Any]:
    return {"due_on": each.due_on.isoformat(), "amount": amount(each.amount, unit)}


class DueSerializer(serializers.Serializer[Any]):
    due_on = DayField()
    amount = AmountField()


class AmendPaymentPlanSerializer(serializers.Serializer[Any]):
    instalments = serializers.ListField(
        child=DueSerializer(),
        min_length=2,
        max_length=MOST,
        help_text="They add up to what is open of the charges.",
    )
    reason = serializers.CharField(max_length=500)


class ProposePaymentPlanSerializer(AmendPaymentPlanSerializer):
    charges = serializers.ListField(
        child=UidField(model=Charge),
        min_length=1,
        max_length=100,
        help_text="Of one member, in one unit; each with something open.",
    )


class ProposalQuery(serializers.Serializer[Any]):
    charge = serializers.RegexField(
        r"^[0-9a-f-]{36}(,[0-9a-f-]{36}){0,99}$",
        help_text="Addresses of one member's charges, separated by commas.",
    )
    instalments = serializers.IntegerField(min_value=2, max_value=MOST)
    first_on = DayField(required=False, help_text="Of the first one; in a month if left out.")


class ScheduleProposalSerializer(serializers.Serializer[Any]):
    """Equal monthly instalments of what is open, as a plan could be asked for."""

    unit = serializers.CharField()
    open = serializers.CharField()
    instalments = serializers.ListField(child=DueSerializer())
