"""Rights suspended over arrears and given back, exits proposed, decided and automatic."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from consortium.models import Consortium, Notice, ParkedItem, Suspension
from consortium.operations.adoption import DecidedInTheFuture, WrongBody
from consortium.operations.advance import advance, release_withheld, tick
from consortium.operations.members import end_membership, reinstate, suspend
from consortium.rules.choices import Left
from consortium.states import Role
from funding.models import Enforcement, ExitProposal
from funding.operations.blocks import block_dunning
from funding.operations.concessions import Ask, grant_concession, propose_concession
from funding.operations.enforcement import (
    AlreadyDecided,
    decide_exit,
    enforce,
    next_enforcement,
    reinstate_settled,
)
from funding.operations.matching import Allocation, match_payment
from funding.reports.enforcing import waiting
from funding.states import ConcessionKind, ExitOutcome
from tests.factories.banking import paid
from tests.factories.ladders import charge, collecting, pay, speaker, staff, steps
from tests.factories.ledgers import member

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
WARNED = date(2024, 4, 1)
PUT = date(2025, 2, 1)


@pytest.fixture
def late() -> Consortium:
    return collecting(members=["a"])


def suspended(consortium: Consortium) -> list[tuple[str, date, date | None]]:
    rows = Suspension.objects.filter(member__consortium=consortium).order_by("right", "starts_on")
    return list(rows.values_list("right", "starts_on", "ends_on"))


def test_level_suspends_rights_on_its_day(late: Consortium) -> None:
    advance(consortium=late, to=WARNED - DAY)
    assert suspended(late) == []
    advance(consortium=late, to=WARNED)
    assert suspended(late) == [("proposals", WARNED, None), ("voting", WARNED, None)]
    done = Enforcement.objects.values_list("effect", "on", "dropped").order_by("effect")
    assert list(done) == [
        ("suspend_proposals", WARNED, False),
        ("suspend_voting", WARNED, False),
    ]


def test_rights_are_back_on_the_day_of_payment(late: Consortium) -> None:
    paid_on = date(2024, 5, 7)
    speaker(late, "a")
    advance(consortium=late, to=paid_on)
    pay(charge(late, "a"), "4999.99", paid_on)
    assert reinstate_settled(member=member(late, "a"), on=paid_on) == 0
    pay(charge(late, "a"), "0.01", paid_on, key="rest")
    assert reinstate_settled(member=member(late, "a"), on=paid_on) == 2
    assert suspended(late) == [("proposals", WARNED, paid_on), ("voting", WARNED, paid_on)]
    assert Notice.objects.filter(code="rights_back").count() == 1
    assert reinstate_settled(member=member(late, "a"), on=paid_on) == 0


def test_a_matched_payment_gives_rights_back_at_once(late: Consortium) -> None:
    paid_on = date(2024, 5, 7)
    advance(consortium=late, to=paid_on)
    owed = charge(late, "a")
    payment = paid(late, "5000", paid_on=paid_on)
    allocations = [Allocation(owed, Decimal(5000))]
    match_payment(payment=payment, member=owed.member, allocations=allocations, by=None, on=paid_on)
    assert suspended(late) == [("proposals", WARNED, paid_on), ("voting", WARNED, paid_on)]


def test_a_granted_waiver_gives_rights_back_at_once(late: Consortium) -> None:
    waived_on = date(2024, 5, 7)
    advance(consortium=late, to=waived_on)
    owed = charge(late, "a")
    ask = Ask(ConcessionKind.WAIVER, Decimal(5000), "A hard year", owed)
    waiver = propose_concession(member=owed.member, ask=ask, by=None, on=waived_on)
    if waiver.granted is None:
        grant_concession(concession=waiver, by=None, on=waived_on)
    assert suspended(late) == [("proposals", WARNED, waived_on), ("voting", WARNED, waived_on)]


def test_the_sweep_gives_back_what_nobody_gave_back(late: Consortium) -> None:
    advance(consortium=late, to=WARNED)
    pay(charge(late, "a"), "5000", WARNED)
    advance(consortium=late, to=WARNED + 5 * DAY)
    assert {ends_on for _right, _starts_on, ends_on in suspended(late)} == {WARNED + DAY}


def test_paid_on_the_day_of_the_suspension_is_back_the_next(late: Consortium) -> None:
    advance(consortium=late, to=WARNED)
    pay(charge(late, "a"), "5000", WARNED)
    reinstate_settled(member=member(late, "a"), on=WARNED)
    assert {ends_on for _right, _starts_on, ends_on in suspended(late)} == {WARNED + DAY}
    assert reinstate_settled(member=member(late, "a"), on=WARNED) == 0


def test_what_staff_suspended_by_hand_staff_give_back(late: Consortium) -> None:
    who = member(late, "a")
    advance(consortium=late, to=date(2024, 3, 1))
    begun = date(2024, 3, 1)
    suspend(member=who, right="access", cause="arrears", starts_on=begun, by=None, on=begun)
    advance(consortium=late, to=WARNED)
    pay(charge(late, "a"), "5000", WARNED + DAY)
    advance(consortium=late, to=WARNED + DAY)
    assert [row for row in suspended(late) if row[2] is None] == [
        ("access", date(2024, 3, 1), None)
    ]


def test_what_staff_give_back_by_hand_stays_given_back(late: Consortium) -> None:
    advance(consortium=late, to=WARNED)
    for each in Suspension.objects.all():
        reinstate(member=each.member, suspension=each, from_on=WARNED + DAY, by=None, on=WARNED)
    advance(consortium=late, to=WARNED + 60 * DAY)
    assert len(suspended(late)) == 2


# Withheld after an outage


def test_after_an_outage_suspensions_wait_for_staff(late: Consortium) -> None:
    secretary = staff(late, Role.SECRETARY)
    advance(consortium=late, to=WARNED - 3 * DAY)
    tick(consortium=late, to=WARNED, at=NOON)
    late.refresh_from_db()
    assert (late.withheld_since, suspended(late)) == (WARNED - 2 * DAY, [])
    assert steps(late)[-1] == ("a", "warning", WARNED), "what only writes is done"
    tick(consortium=late, to=WARNED + DAY, at=NOON)
    assert suspended(late) == []
    late.refresh_from_db()
    release_withheld(consortium=late, by=secretary, on=WARNED + DAY)
    tick(consortium=late, to=WARNED + 2 * DAY, at=NOON)
    assert {row[1] for row in suspended(late)} == {WARNED + 2 * DAY}


def test_days_are_passed_over_while_what_waits_is_held(late: Consortium) -> None:
    advance(consortium=late, to=WARNED - 3 * DAY)
    tick(consortium=late, to=WARNED, at=NOON)
    until, to = WARNED + 10 * DAY, WARNED + 20 * DAY
    block_dunning(member=member(late, "a"), until=until, reason="disputed", by=None, on=WARNED)
    swept: list[date] = []
    advance(consortium=late, to=to, day_done=swept.append)
    # The block has its charge looked at once more, then nothing happens until it ends.
    assert swept == [WARNED + DAY, until, to]
    assert {row[1] for row in suspended(late)} == {until}


def test_days_are_passed_over_while_staff_have_not_released(late: Consortium) -> None:
    advance(consortium=late, to=WARNED - 3 * DAY)
    tick(consortium=late, to=WARNED, at=NOON)
    late.refresh_from_db()
    assert next_enforcement(consortium=late, after=WARNED) is None
    late.withheld_since = None
    assert next_enforcement(consortium=late, after=WARNED) == WARNED + DAY
    first, second = waiting(consortium=late, on=WARNED)
    late.parked_items.create(
        sweep="enforce", key=first.code, attempts=ParkedItem.LIMIT, since=WARNED, values={}
    )
    assert next_enforcement(consortium=late, after=WARNED) == WARNED + DAY
    late.parked_items.create(
        sweep="enforce", key=second.code, attempts=ParkedItem.LIMIT, since=WARNED, values={}
    )
    assert next_enforcement(consortium=late, after=WARNED) is None


@pytest.mark.parametrize(("missed", "withheld"), [(0, False), (1, False), (2, True), (400, True)])
def test_one_missed_day_withholds_nothing(late: Consortium, missed: int, withheld: bool) -> None:
    done = WARNED - DAY
    advance(consortium=late, to=done)
    tick(consortium=late, to=done + (missed + 1) * DAY, at=NOON)
    late.refresh_from_db()
    assert late.withheld_since == (done + DAY if withheld else None)


def test_an_operator_who_advances_confirms(late: Consortium) -> None:
    tick(consortium=late, to=WARNED, at=NOON)
    late.refresh_from_db()
    assert late.withheld_since is not None
    advance(consortium=late, to=WARNED + DAY)
    late.refresh_from_db()
    assert (late.withheld_since, len(suspended(late))) == (None, 2)


def test_what_is_settled_meanwhile_is_dropped(late: Consortium) -> None:
    tick(consortium=late, to=WARNED, at=NOON)
    pay(charge(late, "a"), "5000", WARNED)
    advance(consortium=late, to=WARNED + DAY)
    assert suspended(late) == []
    assert set(Enforcement.objects.values_list("dropped", flat=True)) == {True}


# Exits


def test_exit_is_put_to_the_body_and_decided(late: Consortium) -> None:
    advance(consortium=late, to=PUT + DAY)
    proposal = ExitProposal.objects.get()
    assert (proposal.proposed_on, proposal.outcome) == (PUT, "")
    decision: dict[str, Any] = {"proposal": proposal, "outcome": ExitOutcome.ENDED, "by": None}
    on = PUT + 10 * DAY
    with pytest.raises(WrongBody) as wrong:
        decide_exit(body="council", decided_on=on, on=on, **decision)
    assert wrong.value.values == {"body": "council", "choices": ["assembly"]}
    for day in (on + DAY, PUT - DAY):
        with pytest.raises(DecidedInTheFuture):
            decide_exit(body="assembly", decided_on=day, on=on, **decision)
    decide_exit(body="assembly", decided_on=on, reason="a year unpaid", on=on, **decision)
    term = member(late, "a").terms.get()
    assert (term.ends_on, term.left, term.breach) == (on, "expelled", True)
    with pytest.raises(AlreadyDecided):
        decide_exit(body="assembly", decided_on=on, on=on, **decision)


def test_a_member_that_is_kept_stays(late: Consortium) -> None:
    advance(consortium=late, to=PUT)
    decide_exit(proposal=ExitProposal.objects.get(), outcome=ExitOutcome.KEPT, body="assembly",
                decided_on=PUT, by=None, on=PUT)  # fmt: skip
    advance(consortium=late, to=PUT + 400 * DAY)
    assert member(late, "a").terms.get().ends_on is None
    assert ExitProposal.objects.count() == 1


def test_a_settled_exit_is_closed_by_the_sweep(late: Consortium) -> None:
    advance(consortium=late, to=PUT)
    pay(charge(late, "a"), "5000", PUT + DAY)
    advance(consortium=late, to=PUT + DAY)
    proposal = ExitProposal.objects.get()
    assert (proposal.outcome, proposal.decided_on) == (ExitOutcome.SETTLED, PUT + DAY)
    assert member(late, "a").terms.get().ends_on is None


def test_who_is_no_member_loses_nothing(late: Consortium) -> None:
    end_membership(
        member=member(late, "a"),
        ends_on=WARNED - DAY,
        left=Left.AGREEMENT,
        by=None,
        on=WARNED - DAY,
    )
    advance(consortium=late, to=PUT)
    assert (suspended(late), list(ExitProposal.objects.all())) == ([], [])
    assert set(Enforcement.objects.values_list("effect", "dropped")) == {
        ("suspend_proposals", True), ("suspend_voting", True), ("exit", True),
    }  # fmt: skip


def test_automatic_exit_at_the_half_year() -> None:
    ladder = [
        {
            "code": "out",
            "label": {"zh": "自动退会"},
            "after": {"days": 10},
            "cut_offs": [{"month": 6, "day": 30}, {"month": 12, "day": 30}],
            "exit": "automatic",
        }
    ]
    consortium = collecting(ladder=ladder)
    advance(consortium=consortium, to=date(2024, 6, 29))
    pay(charge(consortium, "b"), "5000", date(2024, 6, 29))
    advance(consortium=consortium, to=date(2024, 7, 1))
    assert member(consortium, "a").terms.get().ends_on == date(2024, 6, 30)
    assert member(consortium, "b").terms.get().ends_on is None


def test_twice_is_once(late: Consortium) -> None:
    advance(consortium=late, to=PUT)
    before = (suspended(late), steps(late), Notice.objects.count(), Enforcement.objects.count())
    assert enforce(consortium=late, on=PUT) == 0
    now = (suspended(late), steps(late), Notice.objects.count(), Enforcement.objects.count())
    assert now == before
