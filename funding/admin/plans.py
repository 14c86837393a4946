"""Payment plans: proposed with their instalments, agreed to, cancelled; how each stands."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.base import ScopedFilter
from consortium.admin.standing import standing
from funding.admin.assessments import NAMES
from funding.admin.deciding import Decided, Waiting
from funding.admin.forgiven import plan_state
from funding.admin.planning import (
    AmendPlan,
    CancelPlan,
    GrantPlan,
    ProposePlan,
    RefusePlan,
    WithdrawPlan,
)
from funding.models import Charge, PaymentPlan
from funding.reports.plans import PlanStanding, standings
from funding.rules.plans import paid_of


@admin.register(PaymentPlan)
class PaymentPlanAdmin(Decided):
    adds = ProposePlan
    takes_back = (AmendPlan, WithdrawPlan)
    acts = (GrantPlan, RefusePlan, *takes_back, CancelPlan)
    page_template = "funding/plan.html"
    list_display = ("member", "proposed", "decided", "state", "consortium")
    list_filter = (
        ("consortium", ScopedFilter), Waiting, "end", "proposed_on", "decided_on", "ended_on",
    )  # fmt: skip
    search_fields = ("charges__number", *NAMES)
    ordering = ("-proposed_on", "-pk")
    select = (
        "consortium", "member__organization", "member__consortium", "proposed_by", "decided_by",
    )  # fmt: skip
    fields = (
        ("member_shown", "consortium"), "reason", ("proposed", "decided"), ("state", "refusal"),
    )  # fmt: skip
    readonly_fields = ("member_shown", "proposed", "decided", "state")

    def title_of(self, obj: PaymentPlan) -> str:
        return f"{obj.member} · {shown.day(obj.proposed_on)}"

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return where an act leads: from a plan that was changed to the one in its place."""
        return super().after(request, result if isinstance(result, PaymentPlan) else obj, result)

    @display(description=_("state"))
    def state(self, row: PaymentPlan) -> str:
        return plan_state(row)

    def page(self, request: HttpRequest, obj: PaymentPlan) -> dict[str, Any]:
        here, today = standing(request), clock.today(obj.consortium)
        found = standings([obj.pk], obj.ended_on or today).get(obj.pk, PlanStanding())
        seen = Charge.objects.visible_to(here.user, here.today)
        return {
            **self.waiting(request, obj),
            "lines": lines(found, obj) if obj.granted else unpaid(found, obj),
            "charges": [shown.link(each) for each in seen.filter(payment_plans=obj)],
            "open": words.amount(found.open, obj.unit),
            "settled": words.amount(found.settled, obj.unit) if obj.granted else "",
            "next_on": shown.day(found.breaks_on) if obj.granted and not obj.ended_on else "",
        }


def lines(standing: PlanStanding, plan: PaymentPlan) -> list[dict[str, Any]]:
    """Return each instalment of a granted plan with what is covered of it."""
    found = []
    paid = paid_of(standing.instalments, standing.settled)
    for each, covered in zip(sorted(standing.instalments), paid, strict=True):
        if covered == each.amount:
            state = shown.mark(_("Paid"), "good")
        elif each.due_on < (plan.ended_on or clock.today(plan.consortium)):
            state = shown.mark(_("Late"), "bad")
        else:
            state = shown.mark(_("To come"))
        found.append(line(each.due_on, each.amount, plan.unit, covered=covered, state=state))
    return found


def unpaid(standing: PlanStanding, plan: PaymentPlan) -> list[dict[str, Any]]:
    return [line(each.due_on, each.amount, plan.unit) for each in sorted(standing.instalments)]


def line(due_on: Any, amount: Any, unit: str, *, covered: Any = None, state: Any = "") -> Any:
    return {
        "due": shown.day(due_on),
        "amount": words.amount(amount, unit),
        "paid": "" if covered is None else words.amount(covered, unit),
        "state": state,
    }
