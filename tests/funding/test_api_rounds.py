"""Rounds over REST: what is asked, by when, what one has answered, how many have."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine

from consortium.operations.appointments import appoint
from consortium.states import Role
from funding.operations.estimates import estimate_figures
from funding.reports.rounds import governing
from tests.cast import NOW
from tests.factories.contributions import PERIOD, Season, season

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Iterator[Season]:
    with time_machine.travel(NOW, tick=True):
        yield season(missing=[{"figures": {"sales": "1000000", "staff": "10", "size": "large",
                                           "listed": False}}])  # fmt: skip


def round_of(api: Any, made: Season, who: str) -> dict[str, Any]:
    client = api(made.people[who])
    body: dict[str, Any] = client.get(f"/api/v1/rounds/{made.round.uid}/").json()
    return body


def test_a_round_says_all_that_is_asked(made: Season, api: Any) -> None:
    body = round_of(api, made, "north")
    assert body["schedule"] == {
        "opens_on": "2025-11-02",
        "remind_on": ["2025-12-22", "2026-01-11"],
        "closes_on": "2026-02-01",
        "assess_on": "2026-02-15",
        "due_on": "2026-03-31",
        "final_on": "2027-01-01",
    }
    assert (body["unit"], body["issue"], body["visibility"]) == ("USD", "confirmed", "secret")
    assert body["basis"] == {"fiscal_year_ends_on": "2026-01-01", "group": False}
    assert body["exchange"] == {
        "rate": "ecb",
        "label": "ECB reference rate",
        "day": "period_start",
    }


def test_a_round_says_how_each_figure_is_declared(made: Season, api: Any) -> None:
    body = round_of(api, made, "north")
    asked = {each.pop("input"): each for each in body["inputs"]}
    assert asked["sales"] == {
        "label": "relevant sales",
        "kind": "money",
        "optional": False,
        "unit": "USD",
        "currencies": ["EUR", "CNY"],
        "lines": [
            {"line": "external", "label": "external sales", "minus": False},
            {"line": "excluded", "label": "exclusions", "minus": True},
        ],
        "choices": [],
    }
    assert asked["size"]["choices"] == [
        {"choice": "large", "label": "Large"},
        {"choice": "small", "label": "Small"},
    ]
    assert {
        name: (each["kind"], each["optional"], each["unit"]) for name, each in asked.items()
    } == {
        "sales": ("money", False, "USD"),
        "grants": ("money", True, "USD"),
        "staff": ("count", False, ""),
        "years": ("quantity", True, ""),
        "size": ("choice", False, ""),
        "listed": ("yes_no", False, ""),
    }


def test_a_round_that_asks_nothing(made: Season, api: Any) -> None:
    rows = api(made.people["north"]).get("/api/v1/rounds/?levy=fee").json()["results"]
    assert [(row["inputs"], row["basis"], row["exchange"], row["replies"]) for row in rows] == [
        ([], None, None, [])
    ]


def test_a_members_people_read_what_it_has_answered(made: Season, api: Any) -> None:
    due = governing(consortium=made.consortium, levy="contribution", period_starts_on=PERIOD)
    api(made.people["north"]).post("/api/v1/declarations/", made.declaring("north"))
    estimate_figures(member=made.member("south"), due=due, by=None, on=date(2026, 2, 15))
    states = {}
    for who in ("north", "south", "east"):
        (reply,) = round_of(api, made, who)["replies"]
        assert reply["member"] == {"uid": str(made.member(who).uid), "name": who}
        states[who] = (reply["state"], reply["declaration"] is None)
    assert states == {
        "north": ("declared", False),
        "south": ("estimated", False),
        "east": ("missing", True),
    }


def test_who_speaks_for_two_members_reads_both_and_who_for_none_nothing(
    made: Season, api: Any
) -> None:
    appoint(
        consortium=made.consortium,
        user=made.people["north"],
        role=Role.FINANCE_CONTACT,
        organization=made.member("south").organization,
        starts_on=PERIOD,
        by=None,
        on=PERIOD,
    )
    replies = round_of(api, made, "north")["replies"]
    assert [(each["member"]["name"], each["state"]) for each in replies] == [
        ("north", "missing"),
        ("south", "missing"),
    ]
    for who in ("clerk", "secretary", "auditor", "reader"):
        assert round_of(api, made, who)["replies"] == []


def test_a_member_that_does_not_owe_it_has_nothing_to_answer(made: Season, api: Any) -> None:
    made.member("north").terms.update(category="guest")
    assert round_of(api, made, "north")["replies"] == []


def test_how_many_have_answered_is_for_those_who_chase_them(made: Season, api: Any) -> None:
    due = governing(consortium=made.consortium, levy="contribution", period_starts_on=PERIOD)
    api(made.people["north"]).post("/api/v1/declarations/", made.declaring("north"))
    estimate_figures(member=made.member("south"), due=due, by=None, on=date(2026, 2, 15))
    expected = {"liable": 3, "declared": 1, "estimated": 1, "missing": 1, "assessed": 0}
    for who in ("clerk", "secretary", "auditor"):
        assert round_of(api, made, who)["counts"] == expected, who
    for who in ("north", "reader"):
        assert round_of(api, made, who)["counts"] is None, who


def test_an_estimate_replaced_by_ones_own_figures_is_declared(made: Season, api: Any) -> None:
    due = governing(consortium=made.consortium, levy="contribution", period_starts_on=PERIOD)
    estimate_figures(member=made.member("north"), due=due, by=None, on=date(2026, 2, 15))
    client = api(made.people["north"])
    assert client.post("/api/v1/declarations/", made.declaring("north")).status_code == 201
    assert round_of(api, made, "north")["replies"][0]["state"] == "declared"
    counts = round_of(api, made, "clerk")["counts"]
    assert (counts["declared"], counts["estimated"]) == (1, 0)
