"""Screening over REST: reviewers see their own, participants no reviewer, rivals nothing."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from projects.models import Proposal, Review, ReviewAssignment
from projects.operations.assignments import Pair, assign_reviewers
from tests.factories.projects import Panel, panel, propose, reviewed, section
from tests.snapshot import built_once

NOW = "2026-02-12 04:00:00+00:00"
TODAY = date(2026, 2, 12)


@built_once
def proposed() -> Panel:
    made = panel(members=("alpha", "beta", "gamma", "delta"))
    propose(made, "one")
    propose(made, "two", ("gamma", "delta"))
    return made


@pytest.fixture
def here(db: None) -> Any:
    with time_machine.travel(NOW, tick=True):
        yield proposed()


def assigned(here: Panel, name: str = "one", who: str = "ann") -> ReviewAssignment:
    (row,) = assign_reviewers(
        call=here.call, pairs=[Pair(here.proposals[name], here.people[who])],
        due_on=date(2026, 3, 1), by=None, on=TODAY,
    )  # fmt: skip
    return row


def test_staff_preview_assign_and_reviewers_review(here: Panel, api: Any) -> None:
    staff = api(here.people["projects"])
    shown = staff.get(f"/api/v1/calls/{here.call.uid}/assignment-preview/").json()
    assert len(shown["pairs"]) == 4
    body = {
        "call": str(here.call.uid),
        "due_on": "2026-03-01",
        "pairs": [
            {"proposal": each["proposal"]["uid"], "reviewer": each["reviewer"]["uid"]}
            for each in shown["pairs"]
        ],
    }
    done = staff.post("/api/v1/assignments/", body, format="json")
    assert (done.status_code, done.json()) == (201, {"assigned": 4})
    again = staff.post("/api/v1/assignments/", body, format="json")
    assert again.status_code == 422
    assert {each["code"] for each in again.json()["errors"]} == {"reviewer_assigned_already"}
    row = ReviewAssignment.objects.filter(reviewer=here.people["ann"]).first()
    assert row is not None
    ann = api(here.people["ann"])
    mine = ann.get("/api/v1/assignments/").json()["results"]
    assert {each["reviewer"]["name"] for each in mine} == {"panel-ann"}
    assert [each["code"] for each in mine[0]["criteria"]] == ["novelty", "use"]
    opinion = {"assignment": str(row.uid), "scores": {"novelty": "4.5", "use": "3"}, "submit": True}
    answer = ann.post("/api/v1/reviews/", opinion, format="json")
    assert answer.status_code == 201, answer.json()
    assert answer.json()["scores"] == {"novelty": "4.5", "use": "3"}


@pytest.mark.parametrize(
    ("scores", "code"),
    [
        ({"novelty": "6", "use": "3"}, "out_of_scale"),
        ({"novelty": "4.25", "use": "3"}, "out_of_scale"),
        ({"novelty": "4"}, "missing_score"),
        ({"novelty": "4", "use": "3", "x": "1"}, "unknown_criterion"),
        ({"novelty": 4, "use": "3"}, "not_an_amount"),
    ],
)
def test_scores_off_the_scale(here: Panel, api: Any, scores: dict[str, Any], code: str) -> None:
    body = {"assignment": str(assigned(here).uid), "scores": scores, "submit": True}
    answer = api(here.people["ann"]).post("/api/v1/reviews/", body, format="json")
    assert answer.status_code in (400, 422)
    assert code in {answer.json()["code"], *(each["code"] for each in answer.json()["errors"])}
    assert not Review.objects.exists()


def test_a_late_review_is_told_the_day(here: Panel, api: Any) -> None:
    row = assigned(here)
    body = {"assignment": str(row.uid), "scores": {"novelty": "4", "use": "3"}, "submit": True}
    with time_machine.travel("2026-03-01 17:00:00+00:00", tick=True):
        # 1 March is over in Shanghai.
        answer = api(here.people["ann"]).post("/api/v1/reviews/", body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (422, "late_review")
        assert "March 1, 2026" in answer.json()["detail"]
        extend = {"due_on": "2026-03-05", "reason": "ill"}
        address = f"/api/v1/assignments/{row.uid}/extend/"
        assert api(here.people["ann"]).post(address, extend).status_code == 403
        assert api(here.people["projects"]).post(address, extend).json()["due_on"] == "2026-03-05"
        assert (
            api(here.people["ann"]).post("/api/v1/reviews/", body, format="json").status_code == 201
        )


def test_a_conflict_of_interest_is_said_in_words(here: Panel, api: Any) -> None:
    propose(here, "mine").created_by = here.people["ann"]
    proposal = here.proposals["mine"]
    proposal.save()
    body = {
        "call": str(here.call.uid), "due_on": "2026-03-01",
        "pairs": [{"proposal": str(proposal.uid), "reviewer": str(here.people["ann"].uid)}],
    }  # fmt: skip
    answer = api(here.people["projects"]).post("/api/v1/assignments/", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "conflict_of_interest")
    assert answer.json()["detail"].endswith(": wrote or signed it.")


def test_a_declared_conflict_takes_the_proposal_away(here: Panel, api: Any) -> None:
    row = assigned(here)
    ann = api(here.people["ann"])
    answer = ann.post(f"/api/v1/assignments/{row.uid}/conflict/", {"reason": "My former firm"})
    assert (answer.status_code, answer.json()["release"]) == (200, "My former firm")
    assert not Proposal.objects.visible_to(here.people["ann"], TODAY).exists()


PATHS = ("assignments", "reviews", "consensus")


@pytest.mark.parametrize("who", ["alpha", "beta", "gamma", "finance"])
def test_participants_and_rivals_never_see_who_reviews(here: Panel, api: Any, who: str) -> None:
    reviewed(here, "one", ann=("4", "4"), bob=("3", "3"))
    client = api(here.people[who])
    for path in PATHS:
        assert client.get(f"/api/v1/{path}/").json()["results"] == []
    for row, path in (
        (ReviewAssignment.objects.first(), "assignments"),
        (Review.objects.first(), "reviews"),
    ):
        assert row is not None
        found = client.get(f"/api/v1/{path}/{row.uid}/")
        absent = client.get(f"/api/v1/{path}/{uuid4()}/")
        assert (found.status_code, found.content) == (404, absent.content)
    for verb in ("ranking", "eligibility", "assignment-preview"):
        assert client.get(f"/api/v1/calls/{here.call.uid}/{verb}/").status_code == 404
    for proposal in here.proposals.values():
        assert client.get(f"/api/v1/proposals/{proposal.uid}/eligibility/").status_code == 404


def test_a_reviewer_sees_no_other_review_nor_the_ranking(here: Panel, api: Any) -> None:
    reviewed(here, "one", ann=("4", "4"), bob=("3", "3"))
    ann = api(here.people["ann"])
    rows = ann.get("/api/v1/reviews/").json()["results"]
    assert [each["scores"] for each in rows] == [{"novelty": "4", "use": "4"}]
    assert ann.get(f"/api/v1/calls/{here.call.uid}/ranking/").status_code == 404


def test_nobody_acts_on_what_is_not_there(here: Panel, api: Any) -> None:
    row = assigned(here)
    for who in ("alpha", "bob"):
        for verb in ("release", "conflict", "extend"):
            answer = api(here.people[who]).post(
                f"/api/v1/assignments/{row.uid}/{verb}/", {"reason": "x"}
            )
            assert answer.status_code == 404
        body = {"assignment": str(row.uid), "scores": {}}
        answer = api(here.people[who]).post("/api/v1/reviews/", body, format="json")
        assert answer.status_code == 400


def test_ranking_and_eligibility_for_staff(here: Panel, api: Any) -> None:
    propose(here, "alone", ("alpha",), own="0")
    reviewed(here, "one", ann=("4", "4"), bob=("2", "2"))
    client = api(here.people["auditor"])
    ranked = client.get(f"/api/v1/calls/{here.call.uid}/ranking/").json()
    assert [(each["rank"], each["score"], each["flagged"]) for each in ranked["places"]] == [
        (1, "60.000000", ["novelty", "use"])
    ]
    assert (ranked["unscored"], ranked["next"]) == (2, None)
    rows = client.get(f"/api/v1/calls/{here.call.uid}/eligibility/").json()
    assert [each["eligible"] for each in rows] == [True, True, False]
    assert [each["detail"] for each in rows[-1]["findings"]] == [
        "Two independent groups: independent groups 1, at least 2",
        "Half is own money: participants' own money 0%, at least 50%",
    ]
    one = client.get(f"/api/v1/proposals/{here.proposals['alone'].uid}/eligibility/").json()
    assert one == rows[-1]
    assert client.get(f"/api/v1/calls/{here.call.uid}/ranking/?stage=3").status_code == 400
    assert client.get(f"/api/v1/calls/{here.call.uid}/ranking/?page=1").status_code == 400


def test_a_consensus_is_recorded_and_counts(here: Panel, api: Any) -> None:
    reviewed(here, "one", ann=("4", "4"), bob=("2", "2"))
    staff = api(here.people["projects"])
    body = {
        "proposal": str(here.proposals["one"].uid), "criterion": "novelty",
        "score": "4", "reason": "Agreed by telephone.",
    }  # fmt: skip
    assert staff.post("/api/v1/consensus/", body).json()["score"] == "4"
    ranked = staff.get(f"/api/v1/calls/{here.call.uid}/ranking/").json()
    assert ranked["places"][0]["flagged"] == ["use"]


def test_decisions_and_letters(here: Panel, api: Any) -> None:
    reviewed(here, "one", ann=("4", "4"), bob=("2", "4"))
    staff = api(here.people["projects"])
    body = {
        "proposal": str(here.proposals["one"].uid), "authority": "members",
        "outcome": "granted", "decided_on": "2026-02-12", "amount": "450.50",
        "votes": {"for": 3, "against": 0, "abstained": 1}, "conditions": "Report each month.",
    }  # fmt: skip
    answer = staff.post("/api/v1/decisions/", body, format="json")
    assert answer.status_code == 201, answer.json()
    made = answer.json()
    assert (made["amount"], made["body"], made["votes"]["for"]) == ("450.50", "board", 3)
    wrong = staff.post("/api/v1/decisions/", body, format="json")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_authority")
    letter = f"/api/v1/decisions/{made['uid']}/letter/"
    for who, status in (
        ("alpha", 200),
        ("beta", 200),
        ("gamma", 404),
        ("ann", 404),
        ("projects", 200),
    ):
        client = api(here.people[who])
        assert client.get(letter, headers={"Accept": "*/*"}).status_code == status, who
    rows = api(here.people["beta"]).get("/api/v1/decisions/").json()["results"]
    assert [each["outcome"] for each in rows] == ["granted"]
    assert api(here.people["gamma"]).get("/api/v1/decisions/").json()["results"] == []


def test_competitors_are_ones_own(here: Panel, api: Any) -> None:
    body = {
        "member": str(here.members["alpha"].uid),
        "organization": str(here.organization("gamma").uid),
        "starts_on": "2026-01-01",
    }
    assert api(here.people["gamma"]).post("/api/v1/competitors/", body).status_code == 403
    made = api(here.people["alpha"]).post("/api/v1/competitors/", body)
    assert made.status_code == 201
    assert api(here.people["gamma"]).get("/api/v1/competitors/").json()["results"] == []
    ended = {"ends_on": "2026-02-01"}
    address = f"/api/v1/competitors/{made.json()['uid']}/end/"
    assert api(here.people["gamma"]).post(address, ended).status_code == 404
    assert api(here.people["alpha"]).post(address, ended).json()["ends_on"] == "2026-02-01"


def test_blind_reviewers_are_not_told_who_proposes(db: None, api: Any) -> None:
    with time_machine.travel(NOW, tick=True):
        here = panel(body=section(blind=True))
        propose(here, "one")
        row = assigned(here)
        version = here.proposals["one"].versions.get()
        ann = here.people["ann"]
        answer = api(ann).get(f"/api/v1/assignments/{row.uid}/")
        assert answer.json()["proposal"]["title"] == "one"
        assert not {"alpha", "beta"} & set(answer.content.decode().split('"'))
        seen = type(version.participants.get(part="lead")).objects
        assert not seen.visible_to(ann, TODAY).exists()
        assert seen.visible_to(here.people["alpha"], TODAY).count() == 2
        assert seen.visible_to(here.people["projects"], TODAY).count() == 2
