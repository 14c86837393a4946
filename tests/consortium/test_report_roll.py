"""The roll of members: who belongs, who came and who went, in exact numbers."""

from datetime import UTC, date, datetime
from typing import Any

from consortium.operations.members import change_category, end_membership
from consortium.periods import Period
from consortium.reports.roll import Parameters, content
from consortium.rules.choices import Left
from tests.cast import FOUNDED, TODAY, Cast, join

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))


def told(cast: Cast, period: Period, on: date = TODAY, roll: bool = True) -> dict[str, Any]:
    """Return each table's rows and total, by its code."""
    found = content(
        consortium=cast.consortium, period=period, on=on, known_at=NOW,
        parameters=Parameters(roll=roll),
    )  # fmt: skip
    blocks = [block for part in found.parts for block in part.blocks]
    return {
        block.code: [list(row) for row in block.rows] + ([block.total] if block.total else [])
        for block in blocks
        if hasattr(block, "rows")
    }


def moved(cast: Cast) -> None:
    """Let one join, one change its category and one leave in 2026."""
    change_category(
        member=cast.members["payer"], category="founder", from_on=date(2026, 2, 1), by=None,
        on=TODAY,
    )  # fmt: skip
    end_membership(
        member=cast.members["partner"], ends_on=date(2026, 2, 15), left=Left.AGREEMENT, by=None,
        on=TODAY,
    )  # fmt: skip
    join(cast, cast.consortium, "late")
    term = cast.members["late"].terms.get()
    term.starts_on = date(2026, 1, 10)
    term.save()


def test_the_counts_of_a_running_period(cast: Cast) -> None:
    moved(cast)
    found = told(cast, YEAR)
    assert [[str(cell) for cell in row] for row in found["categories"]] == [
        ["founder", "0", "0", "0", "1"],
        ["member", "4", "1", "1", "3"],
        ["Total", "4", "1", "1", "4"],
    ]
    assert found["joined"] == [["Late Ltd", "member", date(2026, 1, 10)]]
    (gone,) = found["left"]
    assert [str(each) for each in gone] == ["Partner Ltd", "member", "2026-02-14", "By agreement"]
    assert [row[0] for row in found["members"]] == [
        "Late Ltd", "Newcomer Ltd", "Payer Ltd", "Rival Ltd",
    ]  # fmt: skip
    assert found["members"][2][1:] == ["REG-payer", "Enterprise", "US", "founder", date(2026, 2, 1)]


def test_suspended_rights_are_counts_without_names(cast: Cast) -> None:
    found = told(cast, YEAR)
    counts = [[str(label), count] for label, count in found["suspensions"]]
    assert counts == [["Voting", 1], ["Proposals", 0], ["New access to results", 0]]
    assert told(cast, YEAR, on=date(2026, 2, 19))["suspensions"][0][1] == 0
    assert "Rival" not in str([found["suspensions"], found["categories"]])


def test_who_left_on_the_first_day_or_joined_on_the_last_is_in_the_period(cast: Cast) -> None:
    end_membership(
        member=cast.members["partner"], ends_on=date(2026, 2, 1), left=Left.AGREEMENT, by=None,
        on=TODAY,
    )  # fmt: skip
    february = Period(date(2026, 2, 1), date(2026, 3, 1))
    assert [str(cell) for cell in told(cast, february)["categories"][0]] == [
        "member", "4", "0", "1", "3",
    ]  # fmt: skip
    january = Period(date(2026, 1, 1), date(2026, 2, 1))
    assert told(cast, january)["left"] == []


def test_the_list_of_members_can_be_left_out(cast: Cast) -> None:
    assert told(cast, YEAR, roll=False).keys() == {"categories", "suspensions", "joined", "left"}


def test_a_period_before_the_founding_has_nobody(cast: Cast) -> None:
    found = told(cast, Period(date(2020, 1, 1), date(2021, 1, 1)))
    assert [str(cell) for cell in found["categories"][0]] == ["Total", "0", "0", "0", "0"]
    assert found["members"] == found["joined"] == []


def test_it_takes_as_many_queries_for_many_members_as_for_few(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(20) as few:
        told(cast, Period(FOUNDED, date(2026, 1, 1)))
    for number in range(3):
        join(cast, cast.consortium, f"more{number}")
    with django_assert_max_num_queries(20) as many:
        told(cast, Period(FOUNDED, date(2026, 1, 1)))
    assert len(few) == len(many)
