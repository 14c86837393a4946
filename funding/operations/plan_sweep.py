"""The sweep that ends payment plans: paid ones, and those with a missed instalment."""

from datetime import date, timedelta

from consortium.models import Consortium
from consortium.operations.advance import each
from funding.models import PaymentPlan
from funding.operations.plans import end_plan, ending
from funding.reports.plans import running, standings

DAY = timedelta(days=1)


def end_plans(*, consortium: Consortium, on: date) -> int:
    """End each running plan that is paid or broken on a day."""
    return each(
        consortium=consortium,
        sweep="end_plans",
        on=on,
        items=to_end(consortium, on),
        key=lambda plan: str(plan.uid),
        handle=lambda plan: end_plan(plan=plan, by=None, on=on),
    )


def to_end(consortium: Consortium, on: date) -> list[PaymentPlan]:
    rows = running(on).filter(consortium=consortium, ended_on=None)
    plans = {plan.pk: plan for plan in rows.select_related("member").order_by("pk")}
    if not plans:
        return []
    found = standings(plans, on)
    return [plan for pk, plan in plans.items() if ending(found[pk], on) is not None]


def next_ending(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which a plan ends unless more is paid; None where none runs."""
    tomorrow = after + DAY
    plans = PaymentPlan.objects.filter(consortium=consortium, granted=True, ended_on=None)
    keys = list(plans.values_list("pk", flat=True))
    if not keys:
        return None
    days = [standing.breaks_on or tomorrow for standing in standings(keys, tomorrow).values()]
    return max(tomorrow, min(days))
