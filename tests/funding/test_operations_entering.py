"""Many papers at once: each by itself, all or none, or only tried."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from consortium.errors import Denied
from consortium.models import AuditEvent
from funding.models import Declaration
from funding.operations.declarations import AlreadyDeclared, Figures, PaperIncomplete
from funding.operations.entering import Entered, Manner, Paper, enter_papers
from funding.rules.dues import Levy
from funding.rules.figures import Lines
from tests.cast import TODAY
from tests.factories.seasons import PERIOD, Season, opened, season
from tests.snapshot import built_once


@pytest.fixture
@built_once
def three(db: None) -> Season:
    found = season(3)
    opened(found)
    return found


def levy(season: Season) -> Levy:
    found: Levy = season.consortium.charters.get().rules("dues").levy("contribution")
    return found


def paper(season: Season, n: int, paper_on: date | None = TODAY, staff: str = "5") -> Paper:
    lines = Lines({"external": Decimal("1000000"), "internal": Decimal(0)})
    figures = Figures(
        levy="contribution",
        period_starts_on=PERIOD,
        values={"sales": lines, "staff": Decimal(staff)},
    )
    return Paper(season.members[n], figures, "J. Doe", paper_on)


def enter(season: Season, *papers: Paper, manner: Manner = Manner.EACH, by: str = "finance") -> Any:
    who = season.people[by]
    return enter_papers(papers, levy=levy(season), manner=manner, by=who, on=TODAY)


def kept() -> int:
    return Declaration.objects.count()


@pytest.mark.parametrize(("manner", "left"), [("each", 2), ("whole", 0), ("trial", 0)])
def test_where_one_is_refused_the_manner_decides_about_the_others(
    three: Season, manner: str, left: int
) -> None:
    tomorrow = paper(three, 1, TODAY + timedelta(days=1))
    events = AuditEvent.objects.count()
    found = enter(three, paper(three, 0), tomorrow, paper(three, 2), manner=Manner(manner))
    assert (found.entered, found.known) == ([0, 2], [])
    assert isinstance(found.refused[1], PaperIncomplete)
    assert (kept(), AuditEvent.objects.count() - events) == (left, left)


@pytest.mark.parametrize(("manner", "left"), [("each", 2), ("whole", 2), ("trial", 0)])
def test_where_none_is_refused_only_a_trial_keeps_nothing(
    three: Season, manner: str, left: int
) -> None:
    enter(three, paper(three, 0), paper(three, 1), manner=Manner(manner))
    assert kept() == left


def test_the_same_paper_is_known_and_another_one_refused(three: Season) -> None:
    enter(three, paper(three, 0))
    assert enter(three, paper(three, 0)) == Entered(known=[0])
    other = enter(three, paper(three, 0, staff="6"), paper(three, 0, TODAY - timedelta(days=1)))
    assert [type(each) for each in other.refused.values()] == [AlreadyDeclared, AlreadyDeclared]
    assert kept() == 1


def test_a_paper_given_twice_in_one_go_is_entered_once(three: Season) -> None:
    found = enter(three, paper(three, 0), paper(three, 0), manner=Manner.WHOLE)
    assert (found.entered, found.known, kept()) == ([0], [1], 1)


def test_each_paper_asks_who_may(three: Season) -> None:
    found = enter(three, paper(three, 0), by="secretary")
    assert isinstance(found.refused[0], Denied)
    assert kept() == 0
