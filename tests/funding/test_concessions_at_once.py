"""Concessions and payments in any order and at once: nothing is forgiven or paid back twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from consortium.errors import DomainError
from consortium.reports.verify import verify
from funding.models import Charge, Concession
from funding.operations.concessions import grant_concession, revoke_concession
from funding.operations.plan_sweep import end_plans
from funding.operations.plans import cancel_plan, propose_plan
from funding.reports.open_items import open_amount
from funding.rules.plans import monthly
from tests.factories.forgiveness import TODAY, Alliance, alliance
from tests.factories.ledgers import balances


def at_once(*calls: Callable[[], Any]) -> list[str]:
    """Make all calls at the same moment, each on a connection of its own; returns what came."""
    ready = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> str:
        ready.wait()
        try:
            call()
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def test_two_waivers_of_one_charge_granted_at_once(transactional_db: None) -> None:
    made = alliance()
    rows = [made.propose(amount="3000"), made.propose(amount="3000")]
    came = at_once(
        *(
            lambda row=row: grant_concession(concession=row, by=made.people["auditor"], on=TODAY)
            for row in rows
        )
    )
    assert came == ["concession_exceeds_open", "done"]
    assert made.open() == 2000


def test_one_waiver_granted_twice_at_once(transactional_db: None) -> None:
    made = alliance()
    row = made.propose(amount="2000")
    grant = {"concession": row, "by": made.people["auditor"], "on": TODAY}
    came = at_once(*[lambda: grant_concession(**grant)] * 3)
    assert came == ["already_answered", "already_answered", "done"]
    assert made.open() == 3000


def test_two_refunds_of_one_credit_at_once(transactional_db: None) -> None:
    made = alliance()
    made.pay("900", levy=None)
    refund = {"levy": None, "unit": "USD"}
    came = at_once(*[lambda: made.propose("refund", "500", **refund)] * 2)
    assert came == ["done", "exceeds_credit"]
    assert made.credit() == 400


AMOUNTS = st.integers(1, 600_000).map(lambda cents: Decimal(cents) / 100)
LEVIES = st.sampled_from(["fee", "lab"])
STEPS = st.one_of(
    st.tuples(st.sampled_from(["waiver", "write_off", "credit"]), LEVIES, AMOUNTS),
    st.tuples(st.just("refund"), st.none(), AMOUNTS),
    st.tuples(st.just("pay"), LEVIES, AMOUNTS),
    st.tuples(st.just("on account"), st.none(), AMOUNTS),
    st.tuples(st.just("revoke"), st.none(), st.integers(0, 5)),
    st.tuples(st.just("plan"), LEVIES, st.integers(2, 6)),
    st.tuples(st.just("cancel"), st.none(), st.just(0)),
    st.tuples(st.just("sweep"), st.none(), st.integers(0, 200)),
)


def do(made: Alliance, kind: str, levy: str | None, value: Any) -> str:
    """Do one step as the people who may; returns what came of it."""
    auditor = {"by": made.people["auditor"], "on": TODAY}
    finance = {"by": made.people["finance"], "on": TODAY}
    if kind == "pay":
        if paid := min(value, made.open(levy=levy or "")):
            made.pay(str(paid), levy=levy)
    elif kind == "on account":
        made.pay(str(value), levy=None)
    elif kind == "revoke":
        granted = Concession.objects.filter(granted=True).order_by("pk")
        if row := granted[value : value + 1].first():
            revoke_concession(concession=row, **(auditor if row.needs_second else finance))
    elif kind == "plan":
        charge = made.charge(levy=levy or "")
        parts = monthly(open_amount(charge), value, TODAY, "USD")
        member = made.members["a"]
        propose_plan(
            member=member, charges=[charge], instalments=parts, reason="x", by=None, on=TODAY
        )
    elif kind == "cancel":
        for plan in made.consortium.payment_plans.filter(granted=True, ended_on=None):
            cancel_plan(plan=plan, **finance)
    elif kind == "sweep":
        end_plans(consortium=made.consortium, on=TODAY + timedelta(days=value))
    else:
        unit = {} if levy else {"unit": "USD"}
        row = made.propose(kind, str(value), levy=levy, **unit)
        if row.granted is None:
            grant_concession(concession=row, **auditor)
    return "done"


@pytest.fixture
def made(db: None) -> Alliance:
    return alliance()


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
def test_nothing_is_ever_below_zero(
    made: Alliance, steps: list[tuple[str, str | None, Any]]
) -> None:
    with transaction.atomic():
        for step in steps:
            try:
                with transaction.atomic():
                    do(made, *step)
            except DomainError:
                pass
            assert made.credit() >= 0
            for charge in Charge.objects.filter(member=made.members["a"]):
                assert 0 <= open_amount(charge) <= charge.amount
        assert sum(balances(made.consortium).values()) == 0
        assert list(verify(consortium=made.consortium)) == []
        transaction.set_rollback(True)
