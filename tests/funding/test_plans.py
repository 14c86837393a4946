"""Payment plans: agreed to by two people, kept or broken, and what they hold off."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from consortium.models import Notice
from consortium.operations.advance import advance
from consortium.reports.verify import verify
from funding.models import OpenItem, PaymentPlan
from funding.operations.plan_sweep import end_plans, next_ending
from funding.operations.plans import cancel_plan, grant_plan, propose_plan, refuse_plan
from funding.reports.plans import held_by_plan, kept, plans_holding
from funding.rules.plans import Instalment, monthly
from funding.states import PlanEnd
from tests.factories.forgiveness import TODAY, Alliance, alliance
from tests.funding.test_concessions import refused

FIRST = date(2024, 3, 15)
DAY = timedelta(days=1)


@pytest.fixture
def made(db: None) -> Alliance:
    return alliance()


def plan_of(
    made: Alliance,
    *,
    levies: Sequence[str] = ("fee",),
    instalments: Sequence[Instalment] | None = None,
    by: str = "finance",
    name: str = "a",
    on: date = TODAY,
) -> PaymentPlan:
    owed = sum((made.open(name, levy) for levy in levies), Decimal(0))
    return propose_plan(
        member=made.members[name],
        charges=[made.charge(name, levy) for levy in levies],
        instalments=monthly(owed, 4, FIRST, "USD") if instalments is None else instalments,
        reason="Cash is short",
        by=made.people[by],
        on=on,
    )


def granted(made: Alliance, **more: Any) -> PaymentPlan:
    return grant_plan(plan=plan_of(made, **more), by=made.people["auditor"], on=TODAY)


def end_of(plan: PaymentPlan) -> tuple[str, date | None]:
    plan.refresh_from_db()
    return plan.end, plan.ended_on


def test_above_the_limit_a_second_person_agrees(made: Alliance) -> None:
    plan = plan_of(made)
    assert (plan.granted, plan.needs_second) == (None, True)
    asked: dict[str, Any] = {"plan": plan, "on": TODAY}
    assert refused(grant_plan, by=made.people["finance"], **asked) == "same_person_grants"
    assert refused(grant_plan, by=made.people["colleague"], **asked) == "wrong_granter"
    assert held_by_plan([made.charge().pk], TODAY) == {}
    assert grant_plan(by=made.people["auditor"], **asked).granted
    assert held_by_plan([made.charge().pk], TODAY) == {made.charge().pk: date(2024, 3, 21)}
    assert refused(grant_plan, by=made.people["auditor"], **asked) == "already_answered"
    assert Notice.objects.filter(code="plan_granted", recipient=made.people["a"]).count() == 1


def test_within_the_limit_finance_staff_agree_alone(made: Alliance) -> None:
    made.pay("4100")
    assert plan_of(made).granted


def test_a_member_asks_and_staff_decide(made: Alliance) -> None:
    made.pay("4100")
    plan = plan_of(made, by="a")
    assert (plan.granted, plan.needs_second) == (None, True)
    refuse_plan(plan=plan, refusal="Pay now", by=made.people["finance"], on=TODAY)
    assert Notice.objects.filter(code="plan_refused", recipient=made.people["a"]).exists()
    again = plan_of(made, by="a")
    assert grant_plan(plan=again, by=made.people["colleague"], on=TODAY).granted
    assert refused(plan_of, made, by="b") == "denied"


@pytest.mark.parametrize(
    ("instalments", "code"),
    [
        ([], "nothing_planned"),
        ([(FIRST, "5000")], "nothing_planned"),
        ([(FIRST, "4000"), (FIRST + DAY, "999.99")], "instalments_differ"),
        ([(FIRST, "5001"), (FIRST + DAY, "-1")], "concession_not_positive"),
        ([(FIRST, "4999.999"), (FIRST + DAY, "0.001")], "finer_than_unit"),
        ([(FIRST, "4000"), (FIRST, "1000")], "same_day_twice"),
        ([(date(2024, 2, 1), "4000"), (FIRST, "1000")], "instalment_past"),
        ([(FIRST, "4000"), (date(2024, 9, 2), "1000")], "plan_too_long"),
        ([(FIRST + n * DAY, "714.28" if n else "714.32") for n in range(7)],
         "too_many_instalments"),
    ],
)  # fmt: skip
def test_a_schedule_that_cannot_be_is_refused(
    made: Alliance, instalments: list[tuple[date, str]], code: str
) -> None:
    asked = [Instalment(day, Decimal(amount)) for day, amount in instalments]
    assert refused(plan_of, made, instalments=asked) == code


def test_charges_that_cannot_be_planned_are_refused(made: Alliance) -> None:
    assert refused(plan_of, made, levies=[]) == "nothing_planned"
    granted(made)
    assert refused(plan_of, made) == "already_planned"
    made.pay("2400", levy="lab")
    two = monthly(Decimal(100), 2, FIRST, "USD")
    assert refused(plan_of, made, levies=["lab"], instalments=two) == "charge_settled"
    theirs: dict[str, Any] = {"charges": [made.charge("b")], "instalments": two, "reason": "x"}
    asker = {"by": made.people["finance"], "on": TODAY}
    assert refused(propose_plan, member=made.members["a"], **theirs, **asker) == "charge_of_another"


def test_what_was_paid_meanwhile_asks_for_another_plan(made: Alliance) -> None:
    plan = plan_of(made)
    made.pay("10")
    asked: dict[str, Any] = {"by": made.people["auditor"], "on": TODAY}
    assert refused(grant_plan, plan=plan, **asked) == "instalments_differ"
    late = {**asked, "on": FIRST + DAY}
    assert refused(grant_plan, plan=plan, **late) == "instalment_past"


def test_a_missed_instalment_breaks_it_after_the_days_of_grace(made: Alliance) -> None:
    plan = granted(made, levies=["fee", "lab"])
    charges = [made.charge(levy=levy).pk for levy in ("fee", "lab")]
    assert next_ending(consortium=made.consortium, after=TODAY) == date(2024, 3, 21)
    advance(consortium=made.consortium, to=date(2024, 3, 20))
    assert end_of(plan) == ("", None)
    assert kept([plan.pk], date(2024, 3, 20)) == {plan.pk: True}
    assert kept([plan.pk], date(2024, 3, 21)) == {plan.pk: False}
    assert held_by_plan(charges, date(2024, 3, 21)) == {}
    OpenItem.objects.update(next_on=None)
    assert end_plans(consortium=made.consortium, on=date(2024, 3, 21)) == 1
    assert end_of(plan) == (PlanEnd.BROKEN, date(2024, 3, 21))
    looked = set(OpenItem.objects.filter(next_on=date(2024, 3, 21)).values_list("pk", flat=True))
    assert looked == set(charges)
    advance(consortium=made.consortium, to=date(2024, 3, 25))
    assert end_of(plan) == (PlanEnd.BROKEN, date(2024, 3, 21))
    told = Notice.objects.filter(code="plan_broken").values_list("recipient__username", flat=True)
    assert set(told) == {"alliance-a", "alliance-finance", "alliance-colleague"}
    assert plan_of(made, on=date(2024, 3, 10)).granted is None


def test_kept_instalment_by_instalment_it_is_paid(made: Alliance) -> None:
    plan, charge = granted(made), made.charge().pk
    made.pay("1250")
    assert held_by_plan([charge], date(2024, 3, 21)) == {charge: date(2024, 4, 21)}
    made.pay("3749.99")
    assert held_by_plan([charge], date(2024, 6, 20)) == {charge: date(2024, 6, 21)}
    made.pay("0.01")
    end_plans(consortium=made.consortium, on=date(2024, 4, 1))
    assert end_of(plan) == (PlanEnd.PAID, date(2024, 4, 1))
    assert plans_holding([charge], date(2024, 3, 31)).keys() == {plan.pk}
    assert plans_holding([charge], date(2024, 4, 1)) == {}
    assert next_ending(consortium=made.consortium, after=date(2024, 4, 1)) is None


def test_a_sweep_run_twice_ends_it_once(made: Alliance) -> None:
    granted(made)
    for expected in (1, 0):
        assert end_plans(consortium=made.consortium, on=date(2024, 5, 1)) == expected
    assert Notice.objects.filter(code="plan_broken").count() == 3
    assert list(verify(consortium=made.consortium)) == []


def test_a_cancelled_plan_holds_nothing(made: Alliance) -> None:
    plan = granted(made)
    cancel_plan(plan=plan, by=made.people["finance"], on=TODAY)
    assert end_of(plan) == (PlanEnd.CANCELLED, TODAY)
    assert held_by_plan([made.charge().pk], TODAY) == {}
    again = {"plan": plan, "by": made.people["finance"], "on": TODAY}
    assert refused(cancel_plan, **again) == "plan_not_running"
    # Catching up over the days before, the sweep leaves it alone.
    assert end_plans(consortium=made.consortium, on=date(2024, 5, 1)) == 0


def test_a_granted_plan_is_sealed_with_its_parts(made: Alliance) -> None:
    plan = granted(made)
    for rows in (plan.instalments.all(), plan.planned.all()):
        with pytest.raises(IntegrityError, match="sealed"), transaction.atomic():
            rows.delete()


def test_holding_takes_as_many_queries_for_many_charges(made: Alliance) -> None:
    counts = []
    for name, levies in (("a", ["fee"]), ("b", ["fee", "lab"])):
        granted(made, name=name, levies=levies)
        charges = list(OpenItem.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            held_by_plan(charges, TODAY)
        counts.append(len(asked))
    assert counts[0] == counts[1]
