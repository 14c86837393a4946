"""Sweeps: twice, late, beside each other, killed midway: always the same ledger."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from consortium import registry
from consortium.models import AuditEvent, Consortium, ParkedItem
from consortium.operations.advance import advance, retry_parked
from consortium.registry import Registry, Sweep
from consortium.reports.verify import verify
from funding.models import Assessment, Charge, Round, Transfer
from funding.operations import sweeps
from tests.factories.ledgers import (
    FOUNDED,
    balances,
    charter,
    declared,
    fee,
    join,
    ledger,
    levy,
    member,
    small,
)

DAY = timedelta(days=1)
START, END = date(2024, 11, 1), date(2025, 5, 20)

pytestmark = pytest.mark.django_db


@pytest.fixture
def every_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return how to make every sweep run on every day, as it would without `next_due`."""

    def switch() -> None:
        daily: Registry[Sweep] = Registry()
        daily.add(*(replace(sweep, next_due=None) for sweep in registry.sweeps.all()))
        monkeypatch.setattr(registry, "sweeps", daily)

    return switch


def story(consortium: Consortium, step: int, to: date = END) -> dict[str, Any]:
    """Live through two years: declarations on time, late, corrected; a member joins and leaves."""

    def at(on: date) -> None:
        while consortium.advanced_to < on - DAY:
            advance(consortium=consortium, to=min(on - DAY, consortium.advanced_to + step * DAY))

    first = date(2025, 1, 1)
    at(date(2024, 11, 20))
    declared(consortium, "a", "741300000", period=first, on=date(2024, 11, 20))
    at(date(2024, 12, 24))
    declared(consortium, "a", "741300001", period=first, on=date(2024, 12, 24), correction=True)
    at(date(2025, 5, 7))
    declared(consortium, "b", "1", period=first, on=date(2025, 5, 7))
    at(date(2025, 5, 10))
    join(consortium, "c", date(2025, 5, 10))
    at(to + DAY)
    return ledger(consortium)


def levies() -> list[dict[str, Any]]:
    """Return levies that start in years, leap days and month ends."""
    return [
        levy(anchor="2025-01-01"),
        fee("leap", anchor="2024-02-29"),
        fee("quarter", "70", anchor="2024-05-31", months=3, calendar=levy()["calendar"]),
    ]


def test_idle_days_and_late_ticks_give_the_same_ledger(every_day: Callable[[], None]) -> None:
    stories = {}
    for step in (1, 7, 45, 400):
        stories[step] = story(small(f"step-{step}", *levies(), starts_on=START), step)
    every_day()
    plain = story(small("plain", *levies(), starts_on=START), 1)
    strip(plain)
    for each in stories.values():
        strip(each)
        assert each == plain
    assert len(plain["charges"]) == 10


def strip(found: dict[str, Any]) -> None:
    """Take out what names the consortium itself."""
    found["charges"] = [row[:-1] for row in found["charges"]]


def test_off_for_400_days_dates_charges_by_their_day() -> None:
    consortium = small("small", fee(anchor="2024-03-31", months=3), members="a")
    advance(consortium=consortium, to=date(2025, 5, 4))
    assert [
        (charge.number, charge.issued_on, charge.due_on)
        for charge in Charge.objects.filter(consortium=consortium).order_by("pk")
    ] == [
        ("2024-00001", date(2024, 3, 31), date(2024, 4, 30)),
        ("2024-00002", date(2024, 6, 30), date(2024, 7, 30)),
        ("2024-00003", date(2024, 9, 30), date(2024, 10, 30)),
        ("2024-00004", date(2024, 12, 31), date(2025, 1, 31)),
        ("2025-00001", date(2025, 3, 31), date(2025, 4, 30)),
    ]


def test_figures_declared_while_it_was_off_count_from_their_day() -> None:
    consortium = small("small", levy(anchor="2025-01-01"), members="abc")
    first = date(2025, 1, 1)
    advance(consortium=consortium, to=date(2025, 1, 10))
    declared(consortium, "a", "100000000", period=first, on=date(2025, 1, 20))
    declared(consortium, "b", "100000000", period=first, on=date(2025, 2, 1))
    declared(consortium, "b", "300000000", period=first, on=date(2025, 3, 3), correction=True)
    declared(consortium, "c", "200000000", period=first, on=date(2025, 3, 3))
    advance(consortium=consortium, to=date(2025, 5, 1))
    charges = Charge.objects.order_by("issued_on", "number")
    assert [(str(each.member), each.amount, each.issued_on, each.due_on) for each in charges] == [
        ("a", Decimal(1000000), date(2025, 2, 15), date(2025, 3, 31)),
        ("b", Decimal(1000000), date(2025, 2, 15), date(2025, 3, 31)),
        ("b", Decimal(2000000), date(2025, 3, 3), date(2025, 4, 16)),
        ("c", Decimal(2000000), date(2025, 3, 3), date(2025, 4, 16)),
    ]


def test_29_february_comes_back_in_leap_years() -> None:
    consortium = small("small", fee(anchor="2024-02-29"), members="a")
    advance(consortium=consortium, to=date(2028, 12, 31))
    days = Round.objects.filter(consortium=consortium).values_list("starts_on", "ends_on")
    assert list(days.order_by("starts_on")) == [
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2025, 2, 28), date(2026, 2, 28)),
        (date(2026, 2, 28), date(2027, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2029, 2, 28)),
    ]


def test_sweeps_run_twice_do_nothing_twice() -> None:
    consortium = small("small", *levies(), starts_on=START)
    before = story(consortium, 30)
    for sweep in registry.sweeps.all():
        assert sweep.run(consortium=consortium, on=END) == 0
    assert ledger(consortium) == before
    Consortium.objects.filter(pk=consortium.pk).update(advanced_to=START - DAY)
    advance(consortium=consortium, to=END)
    assert ledger(consortium) == before
    assert list(verify(consortium=consortium)) == []


class Killed(BaseException):
    """As a SIGKILL looks from inside: nothing catches it."""


def killed_at(run: Callable[..., int], times: Iterator[int]) -> Callable[..., int]:
    """Return a sweep that is killed before or after its work, as `times` says."""

    def killing(**arguments: Any) -> int:
        moment = next(times, 0)
        if moment == 1:
            raise Killed
        done = run(**arguments)
        if moment == 2:
            raise Killed
        return done

    return killing


def test_tick_killed_anywhere_is_made_good(monkeypatch: pytest.MonkeyPatch) -> None:
    unkilled = small("unkilled", *levies(), starts_on=START)
    advance(consortium=unkilled, to=date(2025, 12, 31))
    victim = small("victim", *levies(), starts_on=START)
    deadly: Registry[Sweep] = Registry()
    moments = iter([0, 0, 1, 0, 2, 0, 0, 2, 2, 0, 1, 1, 0, 0, 0, 2] * 3)
    for sweep in registry.sweeps.all():
        deadly.add(replace(sweep, run=killed_at(sweep.run, moments)))
    monkeypatch.setattr(registry, "sweeps", deadly)
    deaths = 0
    while victim.advanced_to < date(2025, 12, 31):
        try:
            advance(consortium=victim, to=date(2025, 12, 31))
        except Killed:
            deaths += 1
        victim.refresh_from_db()
    left, right = ledger(victim), ledger(unkilled)
    strip(left), strip(right)
    assert left == right
    assert deaths > 15
    assert list(verify(consortium=victim)) == []


# One bad item


def refusing(code: str = "dues") -> dict[str, Any]:
    """Return a levy whose rule goes below zero for small figures."""
    rule = [
        {"add": {"rate": "0.01", "of": "semiconductor_sales"}},
        {"add": {"const": "-1000"}},
        {"round": {"const": "0.01"}},
    ]
    return levy(code, anchor="2025-01-01", rule=rule)


def test_member_the_rule_refuses_is_parked_and_the_others_go_on() -> None:
    consortium = small("small", refusing(), members="abc")
    first = date(2025, 1, 1)
    for name, sales in (("a", "1"), ("b", "500000"), ("c", "600000")):
        declared(consortium, name, sales, period=first, on=first)
    advance(consortium=consortium, to=date(2025, 2, 17))
    item = ParkedItem.objects.get(consortium=consortium)
    assert (item.reason, item.values, item.attempts) == ("below_zero", {}, 3)
    advance(consortium=consortium, to=date(2025, 3, 31))
    item.refresh_from_db()
    assert item.attempts == 5
    assert list(ParkedItem.objects.parked()) == [item]
    assert [str(charge.amount) for charge in Charge.objects.order_by("pk")] == [
        "4000.000",
        "5000.000",
    ]
    declared(consortium, "a", "700000", period=first, on=date(2025, 4, 1), correction=True)
    advance(consortium=consortium, to=date(2025, 4, 5))
    assert Charge.objects.count() == 2, "given up until somebody says so"
    retry_parked(item=item, by=None, on=date(2025, 4, 6))
    advance(consortium=consortium, to=date(2025, 4, 6))
    assert Charge.objects.get(member=member(consortium, "a")).amount == Decimal("6000")
    assert not ParkedItem.objects.exists()
    assert AuditEvent.objects.filter(action="retry_parked").count() == 1


def test_parked_member_that_corrects_its_figures_is_assessed_by_itself() -> None:
    consortium = small("small", refusing(), members="a")
    first = date(2025, 1, 1)
    declared(consortium, "a", "1", period=first, on=first)
    advance(consortium=consortium, to=date(2025, 2, 16))
    declared(consortium, "a", "700000", period=first, on=date(2025, 2, 17), correction=True)
    advance(consortium=consortium, to=date(2025, 2, 17))
    assert Charge.objects.get().amount == Decimal("6000")
    assert not ParkedItem.objects.exists()


def test_item_that_fails_is_tried_five_times_then_left(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def failing(*, consortium: Consortium, on: date) -> int:
        def handle(item: str) -> None:
            tried.append(item)
            if item == "bad":
                raise RuntimeError("the secret figure 4711")

        return sweeps.each(
            consortium=consortium, sweep="failing", on=on, items=["bad", "good"], key=str,
            handle=handle,
        )  # fmt: skip

    with_failing: Registry[Sweep] = Registry()
    with_failing.add(Sweep("failing", 1, failing), *registry.sweeps.all())
    monkeypatch.setattr(registry, "sweeps", with_failing)
    consortium = small("small", fee(anchor="2024-01-01"), members="a")
    done = advance(consortium=consortium, to=FOUNDED + 9 * DAY)
    assert (tried.count("bad"), tried.count("good")) == (5, 10)
    assert {code: count for code, count in done.items() if count} == {
        "failing": 10, "open_rounds": 1, "assess_rounds": 1}  # fmt: skip
    item = ParkedItem.objects.get()
    assert (item.reason, item.values, item.since) == (
        "unexpected",
        {"error": "RuntimeError"},
        FOUNDED,
    )
    retry_parked(item=item, by=None, on=END)
    advance(consortium=consortium, to=FOUNDED + 10 * DAY)
    assert tried.count("bad") == 6


def test_no_figure_is_logged_when_a_sweep_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    consortium = small("small", members="a")

    def handle(item: str) -> None:
        raise RuntimeError(f"{4700 + 11} is refused")

    sweeps.each(consortium=consortium, sweep="s", on=END, items=["x"], key=str, handle=handle)
    assert "sweep s failed on x: RuntimeError" in caplog.text
    assert "4711" not in caplog.text


# A charter that changes while a round is open


def test_round_that_a_successor_does_away_with_stops_nobody() -> None:
    consortium = small("small", levy(anchor="2025-01-01"), members="ab")
    advance(consortium=consortium, to=date(2024, 12, 1))
    assert Round.objects.get().levy == "dues"
    declared(consortium, "a", "1", period=date(2025, 1, 1), on=date(2024, 12, 1))
    charter(consortium, "second", fee(anchor="2025-01-01"), starts_on=date(2025, 1, 1))
    advance(consortium=consortium, to=date(2025, 3, 1))
    assert [(each.levy, each.amount) for each in Charge.objects.order_by("pk")] == [
        ("fee", Decimal(5000)),
        ("fee", Decimal(5000)),
    ]
    assert list(verify(consortium=consortium)) == []


def test_charter_in_force_on_the_first_day_governs_the_whole_period() -> None:
    consortium = small("small", fee("fee", "100", anchor="2024-01-01"), members="a")
    charter(
        consortium, "second", fee("fee", "200", anchor="2024-01-01"), starts_on=date(2024, 7, 1)
    )
    advance(consortium=consortium, to=date(2025, 12, 31))
    assert list(
        Assessment.objects.order_by("period_starts_on").values_list("period_starts_on", "amount")
    ) == [(date(2024, 1, 1), Decimal(100)), (date(2025, 1, 1), Decimal(200))]


# The end


def test_consortium_that_ended_is_not_swept_past_its_end() -> None:
    quarterly = fee(anchor="2024-01-01", months=3, calendar=levy()["calendar"])
    consortium = small("small", quarterly, ends_on=date(2024, 12, 31), members="a")
    advance(consortium=consortium, to=date(2026, 1, 1))
    consortium.refresh_from_db()
    assert consortium.advanced_to == date(2024, 12, 30)
    starts = Round.objects.order_by("starts_on").values_list("starts_on", flat=True)
    assert list(starts) == [
        date(2024, 1, 1), date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1)
    ]  # fmt: skip
    assert consortium not in Consortium.objects.living()


def test_books_balance_after_the_story() -> None:
    consortium = small("small", *levies(), starts_on=START)
    story(consortium, 20)
    found = balances(consortium)
    assert sum(found.values()) == 0
    assert found["levy_income  USD"] == -sum(
        Charge.objects.values_list("amount", flat=True), Decimal(0)
    )
    assert Transfer.objects.count() == Charge.objects.count()
