"""The docket of screening: reviewers see their own, staff see counts, others nothing."""

from datetime import date
from typing import Any

from consortium.reports.docket import docket
from projects.operations.assignments import Pair, assign_reviewers
from projects.operations.decisions import Resolution, decide
from projects.rules.choices import Authority
from projects.states import Outcome
from tests.factories.projects import CLOSED_ON, SCREENED_ON, Panel, panel, propose, reviewed

UNTIL = date(2026, 12, 31)


def due(here: Panel, who: str, on: date = SCREENED_ON) -> list[tuple[Any, ...]]:
    items = docket(consortium=here.consortium, user=here.people[who], on=on, until=UNTIL)
    return [
        (each.code, each.due_on, each.values.get("count", each.values.get("proposal")))
        for each in items
        if each.code.startswith(("review", "proposals_to"))
    ]


def test_what_is_due_to_whom(db: None) -> None:
    here = panel()
    for name in ("one", "two"):
        propose(here, name)
    assert due(here, "projects", CLOSED_ON) == []
    assert due(here, "projects") == [("reviewers_to_assign", CLOSED_ON, 2)]
    reviewed(here, "one", ann=("4", "4"), bob=("4", "4"))
    assign_reviewers(
        call=here.call, pairs=[Pair(here.proposals["two"], here.people["ann"])],
        due_on=date(2026, 3, 1), by=None, on=SCREENED_ON,
    )  # fmt: skip
    assert due(here, "projects") == [
        ("reviewers_to_assign", CLOSED_ON, 1),
        ("proposals_to_decide", SCREENED_ON, 1),
        ("reviews_missing", date(2026, 3, 1), 1),
    ]
    assert due(here, "ann") == [("review_due", date(2026, 3, 1), here.proposals["two"].number)]
    for who in ("bob", "alpha", "gamma", "finance"):
        assert due(here, who) == []
    granted = Resolution(outcome=Outcome.GRANTED)
    for authority in Authority.MEMBERS, Authority.GOVERNMENT:
        decide(
            proposal=here.proposals["one"], authority=authority, resolution=granted,
            decided_on=SCREENED_ON, by=None, on=SCREENED_ON,
        )  # fmt: skip
    assert "proposals_to_decide" not in {each[0] for each in due(here, "projects")}
