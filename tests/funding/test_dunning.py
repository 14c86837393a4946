"""The ladder climbed by the sweep: exact days, held, settled, twice, beside each other, late."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from consortium.models import Consortium, Notice
from consortium.operations.advance import advance
from funding.models import DunningStep
from tests.factories.ladders import charge, collecting, pay, speaker, steps

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
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
