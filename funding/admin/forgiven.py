"""What charges' and members' own pages show of concessions and payment plans."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consortium import words
from consortium.admin import additions, shown
from consortium.admin.additions import Box, button
from consortium.admin.standing import standing
from consortium.models import Member
from funding.admin.concessions import state_of
from funding.admin.forgiving import ProposeConcession
from funding.admin.planning import ProposePlan
from funding.models import Charge, Concession, PaymentPlan
from funding.reports.concessions import with_revoked
from funding.reports.open_items import open_amount
from funding.states import PlanEnd

LINES = 12
"""Concessions and plans on a page."""


def buttons(request: HttpRequest, row: Charge | Member) -> Iterator[dict[str, Any]]:
    """Offer to forgive or to plan to those who may: a charge while something of it is open."""
    here = standing(request)
    asked = f"?{row._meta.model_name}={row.pk}"
    if here.may(ProposeConcession.operation, row):
        path = reverse("admin:funding_concession_add") + asked
        yield button(ProposeConcession.title, ProposeConcession.icon, path)
    if here.may(ProposePlan.operation, row) and (isinstance(row, Member) or open_amount(row) > 0):
        path = reverse("admin:funding_paymentplan_add") + asked
        yield button(ProposePlan.title, ProposePlan.icon, path)


def forgiven(request: HttpRequest, row: Charge | Member) -> Box | None:
    """Return what was forgiven or planned of a charge, or of a member's, as the reader sees it."""
    here = standing(request)
    charge = isinstance(row, Charge)
    own = Concession.objects.visible_to(here.user, here.today).filter(
        **{"charge" if charge else "member": row.pk}
    )
    planned = PaymentPlan.objects.visible_to(here.user, here.today).filter(
        **{"charges" if charge else "member": row.pk}
    )
    latest = with_revoked(own).select_related("charge", "member__organization")
    lines = [
        {
            "on": shown.day(each.proposed_on),
            "link": shown.link(each, each.get_kind_display()),
            "charge": each.charge.number if each.charge else "",
            "amount": words.amount(each.amount, each.unit),
            "state": state_of(each),
        }
        for each in latest.order_by("-proposed_on", "-pk")[:LINES]
    ]
    running = planned.select_related("member__organization").order_by("-proposed_on", "-pk")
    papers = [{"link": shown.link(each), "state": plan_state(each)} for each in running[:LINES]]
    if not lines and not papers:
        return None
    return Box("funding/forgiven.html", {"lines": lines, "plans": papers})


def plan_state(plan: PaymentPlan) -> str:
    """Return how a plan stands, as a coloured mark."""
    if plan.decided_on is None:
        return shown.mark(_("Waits for a second person"), "warn")
    if plan.end == PlanEnd.WITHDRAWN:
        return shown.mark(plan.get_end_display())
    if not plan.granted:
        return shown.mark(_("Refused"), "bad")
    if plan.ended_on is None:
        return shown.mark(_("Runs"), "good")
    kind = {"paid": "good", "broken": "bad"}.get(plan.end, "")
    return shown.mark(f"{plan.get_end_display()} · {shown.day(plan.ended_on)}", kind)


tables: list[type[Model]] = [Charge, Member]
for table in tables:
    additions.buttons[table].append(buttons)
    additions.boxes[table].append(forgiven)
