"""The ladder climbed by the sweep: exact days, held, settled, twice, beside each other, late."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortium.models import Consortium, Notice
from consortium.operations.advance import advance, tick
from consortium.operations.notices import release_outbound
from consortium.periods import EndsBeforeStart
from consortium.tasks import deliver
from funding.models import DunningBlock, DunningStep, PaymentNotice, PaymentPlan, PlannedCharge
from funding.operations import dunning
from funding.operations.agenda import look_again
from funding.operations.blocks import AlreadyLifted, ReasonMissing, block_dunning, lift_block
from funding.operations.concession_checks import ForeignCharge
from funding.operations.dunning import dun
from funding.operations.ledger import reverse
from tests.factories.ladders import LADDER, charge, collecting, pay, speaker, steps
from tests.factories.ledgers import FOUNDED, fee, member

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
DUE = date(2024, 2, 1)
YEAR = date(2025, 3, 1)
ALL = [
    ("reminder", date(2024, 2, 15)),
    ("warning", date(2024, 4, 1)),
    ("last", date(2024, 8, 1)),
    ("exit", date(2025, 2, 1)),
]


@pytest.fixture
def late() -> Consortium:
    return collecting()


def test_levels_come_on_the_charters_days(late: Consortium) -> None:
    speaker(late, "a")
    advance(consortium=late, to=YEAR)
    assert steps(late) == [(name, level, on) for level, on in ALL for name in ("a", "b")]
    first = DunningStep.objects.filter(member__organization__name_en="a").earliest("on")
    assert (first.amount, first.unit, first.deadline_on, first.position) == (
        Decimal(5000), "USD", date(2024, 2, 29), 1,
    )  # fmt: skip
    told = Notice.objects.filter(code="dunning_reminder").order_by("on")
    assert [(each.on, each.recipient.username) for each in told] == [
        (on, "late-a") for _level, on in ALL
    ]


def test_who_has_paid_is_left_alone(late: Consortium) -> None:
    advance(consortium=late, to=DUE)
    pay(charge(late, "a"), "5000", DUE)
    pay(charge(late, "b"), "1999.99", DUE)
    advance(consortium=late, to=date(2024, 2, 20))
    assert steps(late) == [("b", "reminder", date(2024, 2, 15))]
    assert DunningStep.objects.get().amount == Decimal("3000.01")


# What holds the ladder


def test_a_block_holds_one_charge_until_its_day(late: Consortium) -> None:
    advance(consortium=late, to=DUE)
    until = date(2024, 3, 10)
    block_dunning(member=member(late, "a"), charge=charge(late, "a"), until=until,
                  reason="disputed", by=None, on=DUE)  # fmt: skip
    advance(consortium=late, to=date(2024, 6, 1))
    assert [row for row in steps(late) if row[0] == "a"] == [
        ("a", "reminder", until),
        ("a", "warning", until + (date(2024, 4, 1) - date(2024, 2, 15))),
    ]
    assert ("b", "warning", date(2024, 4, 1)) in steps(late)


def test_a_block_that_is_lifted_holds_no_more(late: Consortium) -> None:
    advance(consortium=late, to=DUE)
    block = block_dunning(
        member=member(late, "a"), until=date(2030, 1, 1), reason="asked for", by=None, on=DUE
    )
    advance(consortium=late, to=date(2024, 2, 20))
    assert steps(late) == [("b", "reminder", date(2024, 2, 15))]
    lift_block(block=block, by=None, on=date(2024, 2, 20))
    advance(consortium=late, to=date(2024, 2, 21))
    assert ("a", "reminder", date(2024, 2, 21)) in steps(late)
    with pytest.raises(AlreadyLifted):
        lift_block(block=block, by=None, on=date(2024, 2, 21))


def test_bad_blocks_are_refused(late: Consortium) -> None:
    advance(consortium=late, to=DUE)
    block: dict[str, Any] = {
        "member": member(late, "a"), "until": DUE + DAY, "reason": "x", "by": None, "on": DUE,
    }  # fmt: skip
    for wrong, error in (
        ({"until": DUE}, EndsBeforeStart),
        ({"reason": " "}, ReasonMissing),
        ({"charge": charge(late, "b")}, ForeignCharge),
    ):
        with pytest.raises(error):
            block_dunning(**block | wrong)
    assert not DunningBlock.objects.exists()


def test_an_announced_payment_holds_for_the_days_of_transit(late: Consortium) -> None:
    told_on = date(2024, 2, 10)
    advance(consortium=late, to=told_on)
    PaymentNotice.objects.create(
        consortium=late, member=member(late, "a"), amount=5000, unit="USD",
        paid_on=told_on, noticed_on=told_on,
    )  # fmt: skip
    advance(consortium=late, to=date(2024, 3, 1))
    assert ("a", "reminder", told_on + 10 * DAY) in steps(late)


def test_a_plan_holds_while_it_is_kept(late: Consortium) -> None:
    advance(consortium=late, to=DUE)
    plan = PaymentPlan.objects.create(
        consortium=late, member=member(late, "a"), unit="USD", reason="cash", needs_second=False,
        proposed_on=DUE,
    )  # fmt: skip
    PlannedCharge.objects.create(plan=plan, charge=charge(late, "a"))
    PaymentPlan.objects.update(decided_on=DUE, granted=True)
    advance(consortium=late, to=YEAR)
    assert {name for name, _level, _on in steps(late)} == {"b"}
    PaymentPlan.objects.update(ended_on=YEAR, end="broken")
    look_again([charge(late, "a").pk], on=YEAR)
    advance(consortium=late, to=YEAR + DAY)
    assert ("a", "reminder", YEAR + DAY) in steps(late)


def test_a_payment_that_is_undone_puts_the_charge_back(late: Consortium) -> None:
    advance(consortium=late, to=DUE)
    pay(charge(late, "a"), "5000", DUE, key="wrong")
    advance(consortium=late, to=date(2024, 3, 1))
    reverse(consortium=late, key="wrong", on=date(2024, 3, 1))
    advance(consortium=late, to=date(2024, 3, 2))
    assert ("a", "reminder", date(2024, 3, 2)) in steps(late)


# Twice, beside each other, and after an outage


def test_a_sweep_that_runs_twice_does_nothing_more(late: Consortium) -> None:
    speaker(late, "a")
    advance(consortium=late, to=date(2024, 2, 15))
    before = steps(late), Notice.objects.count()
    assert dun(consortium=late, on=date(2024, 2, 15)) == 0
    look_again([charge(late, "a").pk], on=date(2024, 2, 15))
    assert dun(consortium=late, on=date(2024, 2, 15)) == 0
    assert (steps(late), Notice.objects.count()) == before


def test_a_bad_charge_is_parked_and_the_rest_goes_on(late: Consortium) -> None:
    interest = {
        "code": "interest",
        "label": {"en": "Interest"},
        "categories": ["member"],
        "unit": "USD",
        "trigger": {"kind": "overdue"},
        "calendar": {"due": {"days": 14}},
        "reference": {"rate": "nowhere", "label": {"en": "a rate nobody recorded"}},
        "rule": [{"add": {"rate": "1", "of": "reference"}}],
    }
    consortium = collecting(
        "charging",
        fee(anchor=FOUNDED.isoformat(), months=120),
        interest,
        ladder=[{**LADDER[0], "charges": ["interest"]}],
        members=[f"m{n}" for n in range(5)],
    )
    advance(consortium=consortium, to=date(2024, 2, 14))
    for name in ("m1", "m3"):
        pay(charge(consortium, name), "5000", date(2024, 2, 14))
    advance(consortium=consortium, to=date(2024, 3, 1))
    assert steps(consortium) == []
    parked = consortium.parked_items.filter(sweep="dun")
    assert [(each.reason, each.attempts) for each in parked] == [("reference_missing", 5)] * 3


@pytest.mark.parametrize("off", [1, 7, 45, 400])
def test_downtime_changes_no_step_and_no_day(late: Consortium, off: int) -> None:
    """Caught up at once after so many days, or looked at on each: it is the same."""
    speaker(late, "a")
    advance(consortium=late, to=date(2024, 2, 14))
    release_outbound(consortium=late, at=NOON, by=None, on=DUE)
    deliver()
    last = date(2024, 2, 14) + off * DAY
    tick(consortium=late, to=last, at=NOON)
    taken = [(level, on) for level, on in ALL if on <= last]
    assert steps(late) == [(name, *step) for step in taken for name in ("a", "b")]
    outbox.outbox.clear()
    deliver()
    assert [message.to for message in outbox.outbox] == [["late-a@example.org"]]
    assert outbox.outbox[0].body.count("is late; a letter of") == len(taken)


def test_ticked_daily_it_is_the_same(late: Consortium) -> None:
    advance(consortium=late, to=date(2024, 2, 10))
    for n in range(1, 54):
        tick(consortium=late, to=date(2024, 2, 10) + n * DAY, at=NOON)
    assert steps(late) == [(name, *step) for step in ALL[:2] for name in ("a", "b")]


def test_a_batch_takes_as_many_queries_for_three_as_for_thirty(db: None) -> None:
    counts = []
    for count in (3, 30):
        consortium = collecting(f"with-{count}", members=[f"m{n}" for n in range(count)])
        advance(consortium=consortium, to=date(2024, 2, 14))
        with CaptureQueriesContext(connection) as queries:
            assert dun(consortium=consortium, on=date(2024, 2, 15)) == count
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.fixture
def many(transactional_db: None) -> Consortium:
    """Sixty members who owe, seen by any connection."""
    consortium = collecting("many", members=[f"m{n:02d}" for n in range(60)])
    advance(consortium=consortium, to=date(2024, 2, 14))
    return consortium


def test_sweeps_beside_each_other_take_each_step_once(
    many: Consortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dunning, "BATCH", 7)
    start, taken = Barrier(4), list[int]()

    def sweep() -> None:
        start.wait()
        taken.append(dun(consortium=many, on=date(2024, 2, 15)))
        connection.close()

    threads = [Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == len(steps(many)) == 60
    assert not many.parked_items.exists()
