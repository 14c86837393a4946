"""Bad input over REST, line by line: its exact code, where it stands, and nothing lost."""

from typing import Any

import pytest
import time_machine

from consortium.models import Appointment, Control
from consortium.states import Role
from projects.models import Plan, ReviewAssignment
from projects.reports.content import state_of
from tests.factories.portfolios import Portfolio, draft_of
from tests.factories.projects import FOUNDED, Panel, panel, propose
from tests.factories.running import START, opened
from tests.snapshot import built_once


def draft(here: Portfolio, work: tuple[str, str], cost: tuple[str, str]) -> dict[str, Any]:
    return {
        "title": "Deep etching", "theme": "etching", "content": {"objectives": "x"}, "months": 24,
        "participants": [
            {
                "organization": str(here.organization(name).uid),
                "part": "partner" if index else "lead",
                "work_share": work[index], "cost_share": cost[index],
                "budget": [{"category": "staff", "year": 2026, "amount": "10"}],
            }
            for index, name in enumerate(("north", "south"))
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("work", "cost", "code", "total"),
    [
        (("0.5", "0.49"), ("0.5", "0.5"), "work_shares_differ", "0.99"),
        (("0.5", "0.5"), ("0.5", "0.49"), "cost_shares_differ", "0.99"),
        (("0.5", "0.5"), ("0.5", "0.5001"), "cost_shares_differ", "1.0001"),
    ],
)
def test_shares_that_are_not_the_whole_are_not_submitted(
    here: Portfolio, api: Any, work: tuple[str, str], cost: tuple[str, str], code: str, total: str
) -> None:
    proposal = here.started("north", "south")
    north = api(here.people["north"])
    address = f"/api/v1/proposals/{proposal.uid}"
    kept = north.put(f"{address}/draft/", draft(here, work, cost), "json")
    assert [each["code"] for each in kept.json()["lacking"]] == [code, "unsigned"]
    for name in ("north", "south"):
        here.sign(proposal, name)
    refused = north.post(f"{address}/submit/")
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert total in refused.json()["detail"]
    shown = north.get(f"{address}/draft/").json()
    assert [each["cost_share"] for each in shown["participants"]] == list(cost)
    assert all(each["signed_at"] for each in shown["participants"])


def test_percentages_are_no_shares(here: Portfolio, api: Any) -> None:
    proposal = here.started("north", "south")
    before = state_of(draft_of(proposal))
    percent = draft(here, ("60", "40.01"), ("60", "40"))
    refused = api(here.people["north"]).put(
        f"/api/v1/proposals/{proposal.uid}/draft/", percent, "json"
    )
    assert refused.status_code == 422
    assert [(each["code"], each["path"]) for each in refused.json()["errors"]] == [
        ("not_a_participants_share", f"participants[{index}].{name}")
        for index in (0, 1)
        for name in ("work_share", "cost_share")
    ]
    assert state_of(draft_of(proposal)) == before


# Reviewers


@built_once
def proposed() -> Panel:
    made = panel()
    propose(made, "one")
    return made


@pytest.fixture
def screened(db: None) -> Any:
    with time_machine.travel("2026-02-12 04:00:00+00:00", tick=True):
        yield proposed()


@pytest.mark.parametrize(
    ("tie", "said"),
    [("group", "is of a participant's group"), ("own", "speaks for a participant"),
     ("self", "wrote or signed it")],
)  # fmt: skip
def test_whoever_has_an_interest_is_not_assigned(
    screened: Panel, api: Any, tie: str, said: str
) -> None:
    proposal, ann = screened.proposals["one"], screened.people["ann"]
    if tie == "self":
        proposal.created_by = ann
        proposal.save()
    else:
        speaks_for = screened.organization("gamma" if tie == "group" else "beta")
        Appointment.objects.create(
            user=ann, consortium=screened.consortium, role=Role.TECHNICAL_CONTACT,
            organization=speaks_for, starts_on=FOUNDED,
        )  # fmt: skip
        Control.objects.create(
            organization=screened.organization("gamma"), share="0.6", starts_on=FOUNDED,
            controller=screened.organization("alpha"),
        )  # fmt: skip
    body = {
        "call": str(screened.call.uid), "due_on": "2026-03-01",
        "pairs": [{"proposal": str(proposal.uid), "reviewer": str(each.uid)}
                  for each in (ann, screened.people["bob"])],
    }  # fmt: skip
    answer = api(screened.people["projects"]).post("/api/v1/assignments/", body, format="json")
    assert answer.status_code == 422
    found = answer.json()
    assert found["code"] == "conflict_of_interest"
    assert said in found["detail"]
    # Nor is the other one, who is free: all or none.
    assert not ReviewAssignment.objects.exists()


# Plans


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"after": ["resist"]}, "body.packages[0].after", "circular_packages"),
        ({"ends": 25}, "body.packages[0].ends", "outside_project"),
        ({"after": ["paint"]}, "body.packages[0].after[0]", "unknown_package"),
    ],
)
def test_a_wrong_plan_is_not_proposed(
    db: None, api: Any, changes: dict[str, Any], path: str, code: str
) -> None:
    with time_machine.travel(f"{START} 04:00:00+00:00", tick=True):
        running = opened()
        body = running.plan()
        body["packages"][0] |= changes
        sent = {"project": str(running.project.uid), "body": body}
        answer = api(running.people["alpha"]).post("/api/v1/plans/", sent, format="json")
    found = answer.json()
    assert answer.status_code in (400, 422)
    assert (path.removeprefix("body."), code) in {
        (each["path"].removeprefix("body."), each["code"]) for each in found["errors"]
    }
    assert not Plan.objects.exists()
