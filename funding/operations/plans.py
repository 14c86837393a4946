"""Payment plans: asked for, agreed to, and ended when they are paid, broken or cancelled."""

from collections.abc import Sequence
from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, Member, User
from consortium.operations.audit import record
from consortium.operations.notices import appointed, notify
from consortium.states import SECOND_ROLES, Role
from funding.models import MEMBER_READERS, Charge, PaymentPlan, PlanInstalment, PlannedCharge
from funding.operations.agenda import look_again
from funding.operations.deciding import (
    AlreadyDecided,
    given,
    locked,
    refuse_others,
    refuse_wrong_person,
)
from funding.operations.enforcement import reinstate_settled
from funding.operations.plan_checks import refuse_charges, refuse_schedule
from funding.reports.concessions import deciders, speaks_for, sum_above_limit
from funding.reports.plans import PlanStanding, standings
from funding.rules.plans import Instalment, total
from funding.states import PlanEnd


class NotRunning(DomainError):
    """Only a plan that was granted and has not ended can be ended."""

    code = "plan_not_running"


@operation(allow={Role.FINANCE, *MEMBER_READERS}, subject="member")
def propose_plan(
    *,
    member: Member,
    charges: Sequence[Charge],
    instalments: Sequence[Instalment],
    reason: str,
    by: User | None,
    on: date,
) -> PaymentPlan:
    """Propose that what is open of charges is paid in instalments.

    What finance staff propose within the charter's limit is granted at once. Raises what
    `refuse_charges` and `refuse_schedule` do, and ReasonMissing.
    """
    member, charges = locked(member), list(dict.fromkeys(charges))
    open_ = refuse_charges(member, charges)
    refuse_schedule(instalments, charges, open_, on)
    unit = charges[0].unit
    asked = by is not None and speaks_for(member, by, on)
    plan = PaymentPlan.objects.create(
        consortium=member.consortium,
        member=member,
        unit=unit,
        reason=given(reason),
        needs_second=asked or sum_above_limit(charges, total(instalments), unit),
        proposed_on=on,
        proposed_by=by,
    )
    PlannedCharge.objects.bulk_create(PlannedCharge(plan=plan, charge=each) for each in charges)
    PlanInstalment.objects.bulk_create(
        PlanInstalment(plan=plan, due_on=each.due_on, amount=each.amount)
        for each in sorted(instalments)
    )
    if plan.needs_second:
        note(plan, "propose_plan", by, on)
        return plan
    return agree(plan, by=by, on=on)


@operation(allow={Role.FINANCE, *SECOND_ROLES}, subject="plan")
def grant_plan(*, plan: PaymentPlan, by: User | None, on: date) -> PaymentPlan:
    """Agree to a plan, as far as its charges are still open as it says.

    Raises AlreadyDecided, SamePersonDecides, OwnMember, WrongDecider, and what
    `propose_plan` does.
    """
    plan = undecided(plan)
    refuse_wrong_person(plan, by, on, deciders(plan, on))
    charges = list(plan.charges.select_related("assessment__charter"))
    open_ = refuse_charges(plan.member, charges)
    refuse_schedule(schedule_of(plan), charges, open_, on)
    return agree(plan, by=by, on=on)


@operation(allow={Role.FINANCE, *SECOND_ROLES}, subject="plan")
def refuse_plan(*, plan: PaymentPlan, refusal: str, by: User | None, on: date) -> PaymentPlan:
    """Refuse a plan, with the reason. Raises what `grant_plan` does of persons."""
    plan = undecided(plan)
    refuse_wrong_person(plan, by, on, deciders(plan, on) | {Role.FINANCE})
    plan.granted, plan.refusal, plan.decided_on, plan.decided_by = False, given(refusal), on, by
    plan.save(update_fields=["granted", "refusal", "decided_on", "decided_by"])
    inform(plan, "plan_refused", on)
    note(plan, "refuse_plan", by, on)
    return plan


@operation(allow={Role.FINANCE, *MEMBER_READERS}, subject="plan")
def withdraw_plan(*, plan: PaymentPlan, by: User | None, on: date) -> PaymentPlan:
    """Take back a plan that waits, as who asked for it. Raises AlreadyDecided, NotTheAsker."""
    return taken_back(plan, by, on)


@operation(allow={Role.FINANCE, *MEMBER_READERS}, subject="plan")
def amend_plan(
    *,
    plan: PaymentPlan,
    instalments: Sequence[Instalment],
    reason: str,
    by: User | None,
    on: date,
) -> PaymentPlan:
    """Put another plan for the same charges in place of one that waits.

    Whoever looked at the old one cannot agree to it unseen. Raises what `withdraw_plan`
    and `propose_plan` do.
    """
    old = taken_back(plan, by, on)
    return propose_plan(
        member=old.member,
        charges=list(old.charges.select_related("assessment__charter")),
        instalments=instalments,
        reason=reason,
        by=by,
        on=on,
    )


def taken_back(plan: PaymentPlan, by: User | None, on: date) -> PaymentPlan:
    """Write that a plan that waited is withdrawn."""
    plan = undecided(plan)
    refuse_others(plan, by, on)
    plan.granted, plan.decided_on = False, on
    plan.ended_on, plan.end = on, PlanEnd.WITHDRAWN
    plan.save(update_fields=["granted", "decided_on", "ended_on", "end"])
    note(plan, "withdraw_plan", by, on)
    return plan


@operation(allow={Role.FINANCE}, subject="plan")
def cancel_plan(*, plan: PaymentPlan, by: User | None, on: date) -> PaymentPlan:
    """End a running plan before its time; its charges are on the ladder again.

    Raises NotRunning.
    """
    plan = running(plan)
    inform(plan, "plan_cancelled", on)
    return finish(plan, PlanEnd.CANCELLED, action="cancel_plan", by=by, on=on)


@operation(allow=set(), subject="plan")
def end_plan(*, plan: PaymentPlan, by: User | None, on: date) -> PlanEnd | None:
    """End a plan that is paid or broken on a day; returns how, None where it goes on.

    The member and finance staff are told. Raises NotRunning.
    """
    plan = running(plan)
    how = ending(standings([plan.pk], on)[plan.pk], on)
    if how is None:
        return None
    code = f"plan_{how.value}"
    inform(plan, code, on)
    tell_staff(plan, code, on)
    finish(plan, how, action="end_plan", by=by, on=on)
    return how


def ending(standing: PlanStanding, on: date) -> PlanEnd | None:
    """Return how a running plan ends on a day, None where it goes on."""
    if standing.open <= 0:
        return PlanEnd.PAID
    return None if standing.kept(on) else PlanEnd.BROKEN


def undecided(plan: PaymentPlan) -> PaymentPlan:
    """Return a plan as it is, under its member's lock. Raises AlreadyDecided."""
    plan = fresh(plan)
    if plan.decided_on is not None:
        raise AlreadyDecided
    return plan


def running(plan: PaymentPlan) -> PaymentPlan:
    """Return a running plan, under its member's lock. Raises NotRunning."""
    plan = fresh(plan)
    if not plan.granted or plan.ended_on is not None:
        raise NotRunning
    return plan


def fresh(plan: PaymentPlan) -> PaymentPlan:
    member = locked(plan.member)
    plan = PaymentPlan.objects.get(pk=plan.pk)
    plan.member, plan.consortium = member, member.consortium
    return plan


def schedule_of(plan: PaymentPlan) -> list[Instalment]:
    return [Instalment(each.due_on, each.amount) for each in plan.instalments.all()]


def agree(plan: PaymentPlan, *, by: User | None, on: date) -> PaymentPlan:
    """Write that a plan is granted; its charges are looked at anew."""
    plan.granted, plan.decided_on, plan.decided_by = True, on, by
    plan.save(update_fields=["granted", "decided_on", "decided_by"])
    look_again(plan.planned.values_list("charge", flat=True), on=on)
    reinstate_settled(member=plan.member, on=on)
    inform(plan, "plan_granted", on)
    note(plan, "grant_plan", by, on)
    return plan


def finish(
    plan: PaymentPlan, how: PlanEnd, *, action: str, by: User | None, on: date
) -> PaymentPlan:
    plan.ended_on, plan.end = on, how
    plan.save(update_fields=["ended_on", "end"])
    look_again(plan.planned.values_list("charge", flat=True), on=on)
    note(plan, action, by, on)
    return plan


def inform(plan: PaymentPlan, code: str, on: date) -> None:
    """Tell the member's people what became of a plan, without a figure."""
    consortium, organization = plan.consortium, plan.member.organization
    people = appointed(
        consortium=consortium, on=on, roles=MEMBER_READERS, organization=organization
    )
    notify(
        consortium=consortium,
        to=people,
        code=code,
        on=on,
        about=str(plan.uid),
        href=f"/api/v1/payment-plans/{plan.uid}/",
        **said(plan),
    )


def tell_staff(plan: PaymentPlan, code: str, on: date) -> None:
    consortium: Consortium = plan.consortium
    notify(
        consortium=consortium,
        to=appointed(consortium=consortium, on=on, roles=[Role.FINANCE]),
        code=code,
        on=on,
        about=str(plan.uid),
        href=f"/admin/funding/paymentplan/{plan.pk}/change/",
        **said(plan),
    )


def said(plan: PaymentPlan) -> dict[str, str]:
    return {
        "member": str(plan.member),
        "agreed_on": (plan.decided_on or plan.proposed_on).isoformat(),
    }


def note(plan: PaymentPlan, action: str, by: User | None, on: date) -> None:
    record(consortium=plan.consortium, action=action, by=by, on=on, subject=plan, end=plan.end)
