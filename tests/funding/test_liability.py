"""Who owes a levy, asked of the database: the same members as by the pure rule."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from consortium.models import Consortium, MembershipTerm
from consortium.operations.advance import advance
from consortium.reports.verify import verify
from funding.models import Assessment, Round
from funding.reports.liability import liable
from funding.reports.roll import moved
from funding.reports.rounds import Due, governing
from funding.rules.outcome import outcome
from funding.rules.supplied import Stay, owes
from tests.factories.ledgers import fee, join, small

pytestmark = pytest.mark.django_db

FIRST = date(2025, 1, 31)
"""A month begins on the 31st, or on its last day."""

MONTHS = [{"add": {"const": "1200"}}, {"prorate": {"of": "member_months", "out_of": "12"}}]
CATEGORIES = ("member", "associate", "guest")


def stays(random: Random) -> Iterator[Stay]:
    """Yield one to four stays around the year, some back to back, some within one month."""
    day = FIRST + timedelta(days=random.randint(-60, 200))
    for _ in range(random.randint(1, 4)):
        length = random.choice([3, 15, 31, 70, 400])
        ends_on = None if random.random() < 0.1 else day + timedelta(days=length)
        yield Stay(random.choice(CATEGORIES), day, ends_on)
        if ends_on is None:
            return
        day = ends_on + timedelta(days=random.choice([0, 0, 5, 40]))


def peopled(consortium: Consortium, random: Random, count: int) -> dict[int, list[Stay]]:
    for number in range(count):
        join(consortium, f"member {number}")
    return moved_about(consortium, random)


def moved_about(consortium: Consortium, random: Random) -> dict[int, list[Stay]]:
    """Give each member other stays; returns them by its key."""
    found = {member.pk: list(stays(random)) for member in consortium.members.order_by("pk")}
    MembershipTerm.objects.filter(member__consortium=consortium).delete()
    MembershipTerm.objects.bulk_create(
        MembershipTerm(member_id=pk, category=each.category, starts_on=each.starts_on,
                       ends_on=each.ends_on)
        for pk, known in found.items() for each in known
    )  # fmt: skip
    return found


def due_of(consortium: Consortium) -> Due:
    return governing(consortium=consortium, levy="fee", period_starts_on=FIRST)


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": MONTHS},
        {"rule": MONTHS, "months": 1},
        {"rule": MONTHS, "months": 3},
        {},
        {"trigger": {"kind": "admission"}},
    ],
    ids=["year by months", "one month", "quarter by months", "by the first day", "on admission"],
)
def test_the_database_and_the_rule_name_the_same_members(changes: dict[str, Any]) -> None:
    levy = fee(anchor=FIRST.isoformat(), categories=["member", "associate"], **changes)
    consortium = small("small", levy, members="")
    known = peopled(consortium, Random(4), 120)
    due = due_of(consortium)

    expected = [pk for pk, each in known.items() if owes(due.levy, each, due.period)]
    found = liable(consortium=consortium, due=due).values_list("pk", flat=True)
    assert sorted(found) == sorted(expected)
    assert expected or "trigger" in changes
    assert len(expected) < len(known)


def test_whoever_would_owe_another_amount_is_among_those_that_may_have_moved() -> None:
    levy = fee(anchor=FIRST.isoformat(), categories=["member", "associate"], rule=MONTHS)
    consortium = small("small", levy, members="")
    peopled(consortium, random := Random(7), 40)
    advance(consortium=consortium, to=date(2026, 2, 1))
    again = moved_about(consortium, random)
    due = due_of(consortium)
    rows = Assessment.objects.filter(consortium=consortium, period_starts_on=FIRST)
    changed = {
        each.member_id
        for each in rows
        if outcome(due.levy, due.period, again[each.member_id], {}, {}).quote.amount != each.amount
    }
    assert changed
    round = Round.objects.get(consortium=consortium, starts_on=FIRST)
    assert changed <= set(moved(round, due))
    advance(consortium=consortium, to=date(2026, 2, 2))
    assert list(verify(consortium=consortium)) == []
