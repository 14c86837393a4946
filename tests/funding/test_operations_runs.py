"""Dues runs that wait for a second person: proposed, changed, confirmed, killed midway."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from consortium.errors import DomainError
from consortium.models import AuditEvent, Consortium, User
from consortium.operations.advance import advance
from consortium.operations.appointments import appoint
from consortium.reports.docket import docket
from consortium.reports.verify import verify
from consortium.states import Role
from funding.models import Assessment, Charge, DuesRun, Round
from funding.operations import assess as assessing
from funding.operations.assess import assess
from funding.operations.runs import carry_out, confirm_run, propose_run, unfinished
from funding.reports.preview import lines, missing, summary
from funding.reports.rounds import Due, governing
from tests.cast import person
from tests.factories.ledgers import join, levy, member, small
from tests.funding.test_dues_year import declare, sales, sound
from tests.snapshot import built_once

YEAR, ASSESSED = date(2025, 1, 1), date(2025, 2, 15)

pytestmark = pytest.mark.django_db


def confirmed(**changes: Any) -> dict[str, Any]:
    return levy(anchor="2025-01-01", issue="confirmed", **changes)


def season(names: str = "abc") -> tuple[Consortium, Round]:
    """Return a consortium whose members have declared, on the day of assessment."""
    consortium = small("small", confirmed(), members=names)
    for n, name in enumerate(names, start=1):
        declare(consortium, name, sales(f"{n}00000000"), on=date(2025, 1, 10))
    advance(consortium=consortium, to=ASSESSED)
    return consortium, Round.objects.get(levy="dues")


def staff(consortium: Consortium, name: str, role: Role) -> User:
    user = person(name)
    appoint(consortium=consortium, user=user, role=role, starts_on=YEAR, by=None, on=YEAR)
    return user


@pytest.fixture
@built_once
def two(db: None) -> tuple[Consortium, Round, User, User]:
    consortium, round = season()
    return (
        consortium,
        round,
        staff(consortium, "first", Role.FINANCE),
        staff(consortium, "second", Role.FINANCE),
    )


def refusal(call: Callable[..., Any], **given: Any) -> str:
    with pytest.raises(DomainError) as refused:
        call(**given)
    return refused.value.code


def due_of(round: Round) -> Due:
    return governing(consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on)


def test_nothing_leaves_before_the_second_person_has_confirmed(two: Any) -> None:
    consortium, round, first, second = two
    run = propose_run(round=round, by=first, on=ASSESSED)
    advance(consortium=consortium, to=date(2025, 2, 20))
    assert (run.count, Assessment.objects.count(), Charge.objects.count()) == (3, 0, 0)
    confirm_run(run=run, by=second, on=date(2025, 2, 20))
    assert Charge.objects.count() == 0
    run.refresh_from_db()
    batch = carry_out(run, on=date(2025, 2, 21))
    assert (batch.written, batch.refused, unfinished()) == (3, [], [])
    charges = Charge.objects.order_by("number").values_list("amount", "issued_on")
    assert list(charges) == [(n * 1000000, date(2025, 2, 20)) for n in (1, 2, 3)]
    actions = AuditEvent.objects.filter(action__in=["propose_run", "confirm_run", "assess"])
    assert list(actions.order_by("number").values_list("action", "by")) == [
        ("propose_run", first.pk), ("confirm_run", second.pk), ("assess", second.pk)]  # fmt: skip
    assert sound(consortium)


def test_one_person_alone_cannot_issue(two: Any) -> None:
    _, round, first, _ = two
    run = propose_run(round=round, by=first, on=ASSESSED)
    assert refusal(confirm_run, run=run, by=first, on=ASSESSED) == "same_person_confirms"


def test_a_second_confirmation_is_refused(two: Any) -> None:
    consortium, round, first, second = two
    run = propose_run(round=round, by=first, on=ASSESSED)
    confirm_run(run=run, by=second, on=ASSESSED)
    third = staff(consortium, "third", Role.FINANCE)
    assert refusal(confirm_run, run=run, by=third, on=ASSESSED) == "already_confirmed"
    assert refusal(propose_run, round=round, by=first, on=ASSESSED) == "run_under_way"
    carry_out(DuesRun.objects.get(), on=ASSESSED)
    assert refusal(propose_run, round=round, by=first, on=ASSESSED) == "nothing_to_confirm"


def test_figures_that_changed_since_need_a_new_proposal(two: Any) -> None:
    consortium, round, first, second = two
    run = propose_run(round=round, by=first, on=ASSESSED)
    declare(consortium, "a", sales("700000000"), on=ASSESSED, correction=True)
    assert refusal(confirm_run, run=run, by=second, on=ASSESSED) == "preview_changed"
    again = propose_run(round=round, by=first, on=ASSESSED)
    assert DuesRun.objects.get() == again
    confirm_run(run=again, by=second, on=ASSESSED)
    carry_out(DuesRun.objects.get(), on=ASSESSED)
    assert Assessment.objects.get(member=member(consortium, "a")).amount == 7000000


def test_what_comes_after_the_confirmation_waits_for_the_next_run(two: Any) -> None:
    consortium, round, first, second = two
    run = propose_run(round=round, by=first, on=ASSESSED)
    confirm_run(run=run, by=second, on=ASSESSED)
    declare(consortium, "a", sales("700000000"), on=ASSESSED, correction=True)
    carry_out(DuesRun.objects.get(), on=ASSESSED)
    assert Assessment.objects.get(member=member(consortium, "a")).amount == 1000000
    following = propose_run(round=round, by=first, on=date(2025, 3, 1))
    assert following.count == 1
    confirm_run(run=following, by=second, on=date(2025, 3, 1))
    carry_out(DuesRun.objects.get(pk=following.pk), on=date(2025, 3, 1))
    assert Assessment.objects.get(member=member(consortium, "a"), version=2).amount == 7000000
    assert sound(consortium)


def test_only_the_role_the_charter_names_confirms() -> None:
    consortium, round = season()
    charter = due_of(round).charter
    body = {"bodies": [{"code": "board", "label": {"en": "Board"}, "kind": "board"}],
            "decides": {"confirm_dues": {"by": "board", "second": "accountant"}}}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        charter.sections.create(code="governance", version=1, body=body)
        cursor.execute("SET session_replication_role = DEFAULT")
    first = staff(consortium, "first", Role.FINANCE)
    run = propose_run(round=round, by=first, on=ASSESSED)
    second = staff(consortium, "second", Role.FINANCE)
    assert refusal(confirm_run, run=run, by=second, on=ASSESSED) == "wrong_confirmer"
    accountant = staff(consortium, "holder", Role.ACCOUNTANT)
    assert confirm_run(run=run, by=accountant, on=ASSESSED).confirmed_by == accountant


def test_nobody_proposes_early_or_what_leaves_by_itself(two: Any) -> None:
    _, round, first, _ = two
    assert refusal(propose_run, round=round, by=first, on=date(2025, 2, 14)) == "too_early"
    assert refusal(assess, round=round, by=first, on=ASSESSED) == "not_confirmed"
    consortium = small("other", levy(anchor="2025-01-01"), members="a")
    advance(consortium=consortium, to=YEAR)
    finance = staff(consortium, "other", Role.FINANCE)
    automatic = Round.objects.get(consortium=consortium)
    assert refusal(propose_run, round=automatic, by=finance, on=ASSESSED) == (
        "needs_no_confirmation")  # fmt: skip


def test_the_docket_asks_first_for_a_proposal_then_for_the_second_person(two: Any) -> None:
    consortium, round, first, second = two

    def codes(user: User) -> list[tuple[str, bool]]:
        items = docket(consortium=consortium, user=user, on=ASSESSED, until=date(2025, 3, 1))
        return [(each.code, each.mine) for each in items if each.code.startswith("run_")]

    assert codes(first) == [("run_to_propose", True)]
    propose_run(round=round, by=first, on=ASSESSED)
    assert (codes(first), codes(second)) == (
        [("run_to_confirm", False)], [("run_to_confirm", True)])  # fmt: skip


def test_the_preview_says_last_year_difference_and_why() -> None:
    consortium, round = season("abcd")
    run = propose_run(round=round, by=None, on=ASSESSED)
    confirm_run(run=run, by=None, on=ASSESSED)
    carry_out(DuesRun.objects.get(), on=ASSESSED)
    following = date(2026, 1, 1)
    for name, figure in (("a", "150000000"), ("b", "1600000000"), ("c", "300000000")):
        declare(consortium, name, sales(figure), on=date(2026, 1, 10), period=following)
    advance(consortium=consortium, to=date(2026, 2, 15))
    join(consortium, "e", date(2026, 1, 5))
    declare(consortium, "e", sales("1"), on=date(2026, 2, 15), period=following)
    new = Round.objects.get(starts_on=following)
    found = list(lines(round=new, due=due_of(new), on=date(2026, 2, 15)))
    assert [
        (each.entry.party.name, each.last, each.amount, each.difference, each.owed,
         [code for code, _ in each.reasons])
        for each in found
    ] == [
        ("a", 1000000, 1500000, 500000, 1500000, []),
        ("b", 2000000, 15000000, 13000000, 15000000, ["at_cap", "large_change"]),
        ("c", 3000000, 3000000, 0, 3000000, []),
        ("e", None, 1000000, None, 1000000, ["at_floor", "first_time"]),
    ]  # fmt: skip
    total = summary(round=new, due=due_of(new), on=date(2026, 2, 15))
    assert (total.count, total.refused, total.total, total.owed, total.last) == (
        4, 0, Decimal(20500000), Decimal(20500000), Decimal(6000000))  # fmt: skip
    assert [str(each) for each in missing(round=new, due=due_of(new))] == ["d"]


# Batches


def test_killed_midway_the_next_tick_finishes(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    consortium, round, first, second = two
    monkeypatch.setattr("funding.reports.roll.BATCH", 1)
    run = propose_run(round=round, by=first, on=ASSESSED)
    confirm_run(run=run, by=second, on=ASSESSED)

    class Killed(BaseException):
        pass

    def kill(count: int) -> None:
        if count == 2:
            raise Killed

    with pytest.raises(Killed):
        carry_out(DuesRun.objects.get(), on=ASSESSED, batch_done=kill)
    assert (Assessment.objects.count(), unfinished()) == (2, [run])
    advance(consortium=consortium, to=date(2025, 2, 17))
    run.refresh_from_db()
    assert (run.done_on, Charge.objects.count()) == (date(2025, 2, 16), 3)
    assert set(Charge.objects.values_list("issued_on", flat=True)) == {ASSESSED}
    assert sound(consortium)


def test_a_member_the_database_refuses_is_found_by_halving_and_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    consortium = small("small", levy(anchor="2025-01-01"), members="abcde")
    for name in "abcde":
        declare(consortium, name, sales("100000000"), on=date(2025, 1, 10))
    bad = member(consortium, "d").pk
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE funding_assessment ADD CONSTRAINT refused"
            f" CHECK (member_id <> {bad}) NOT VALID"
        )
    advance(consortium=consortium, to=ASSESSED)
    assert {str(each.member) for each in Assessment.objects.all()} == set("abce")
    item = consortium.parked_items.get()
    assert (item.reason, item.key.split()[-1]) == (
        "unwritable", str(member(consortium, "d").uid))  # fmt: skip
    numbers = Charge.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"2025-0000{n}" for n in (1, 2, 3, 4)]
    assert sound(consortium)


def test_an_error_of_the_server_is_not_blamed_on_a_member(
    two: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the server has gone")

    _, _, _, _ = two
    consortium = small("other", levy(anchor="2025-01-01"), members="a")
    declare(consortium, "a", sales("100000000"), on=date(2025, 1, 10))
    monkeypatch.setattr(assessing, "write_batch", gone)
    advance(consortium=consortium, to=ASSESSED)
    assert [(item.reason, item.key) for item in consortium.parked_items.all()] == [
        ("unexpected", "dues 2025-01-01")]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_assess_each_member_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("funding.reports.roll.BATCH", 2)
    consortium = small("small", levy(anchor="2025-01-01"), members="abcdefghij")
    for name in "abcdefghij":
        declare(consortium, name, sales("100000000"), on=date(2025, 1, 10))
    advance(consortium=consortium, to=date(2025, 2, 14))
    round, outcomes = Round.objects.get(), []

    def work() -> None:
        try:
            outcomes.append(assess(round=round, by=None, on=ASSESSED).written)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(outcomes) == 10
    assert list(Assessment.objects.values_list("version", flat=True)) == [1] * 10
    assert list(verify(consortium=consortium)) == []
