"""Screening over REST, every endpoint × role: blind on both sides, and no oracle between."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from projects.models import (
    Competitor,
    Consensus,
    Decision,
    Proposal,
    ProposalVersion,
    Review,
    ReviewAssignment,
)
from projects.operations.decisions import Resolution, decide
from projects.rules.choices import Authority
from projects.states import Outcome
from tests.factories.projects import (
    FOUNDED,
    REVIEWED,
    SCREENED_ON,
    Panel,
    panel,
    propose,
    section,
)
from tests.snapshot import built_once

NOW = "2026-02-25 04:00:00+00:00"
TODAY = REVIEWED.date()

ONE, TWO = "Aurora 55217", "Borealis 77331"
"""Titles, each of one proposal."""

OPINIONS = {"ann": "Opinion 91827", "bob": "Opinion 36459"}
"""What each reviewer writes to the consortium, never to the participants."""

AGREED, DECIDED = "Agreement 60606", "Reasons 40404"

MODELS = {
    "proposals": Proposal,
    "proposal-versions": ProposalVersion,
    "assignments": ReviewAssignment,
    "reviews": Review,
    "consensus": Consensus,
    "decisions": Decision,
    "competitors": Competitor,
}
LISTS = (*MODELS, "calls", "notices", "questions", "appointments", "calendar")

REVIEWERS = {"screen-ann", "screen-bob"}
ALL = {ONE, TWO, *OPINIONS.values(), AGREED, DECIDED, *REVIEWERS}
SEEN: dict[str, set[str]] = {
    "alpha": {ONE, DECIDED},
    "beta": {ONE, DECIDED},
    "gamma": {TWO},
    "delta": {TWO},
    "epsilon": set(),
    "ann": {ONE, OPINIONS["ann"], "screen-ann"},
    "bob": {TWO, OPINIONS["bob"], "screen-bob"},
    "cid": set(),
    "projects": ALL,
    "secretary": ALL,
    "auditor": ALL,
    "finance": set(),
}
"""Which of the canaries each person is ever sent: applicant, co-participant, rivals, reviewers."""

STAFF = {"projects", "secretary", "auditor"}


@pytest.fixture
def here(db: None) -> Iterator[Panel]:
    with time_machine.travel(NOW, tick=True):
        yield screened()


@built_once
def screened() -> Panel:
    """Let two proposals be judged, each by another reviewer, and one of them decided."""
    members = ("alpha", "beta", "gamma", "delta", "epsilon")
    here = panel("screen", body=section(blind=True, reviewers=1), members=members)
    propose(here, ONE, ("alpha", "beta"))
    propose(here, TWO, ("gamma", "delta"))
    for title, who in ((ONE, "ann"), (TWO, "bob")):
        row = ReviewAssignment.objects.create(
            consortium=here.consortium, proposal=here.proposals[title],
            reviewer=here.people[who], assigned_on=SCREENED_ON, due_on=TODAY,
        )  # fmt: skip
        Review.objects.create(
            consortium=here.consortium, assignment=row, submitted_at=REVIEWED,
            scores={"novelty": "4", "use": "4"}, comment=OPINIONS[who], digest="0" * 64,
        )  # fmt: skip
    Consensus.objects.create(
        consortium=here.consortium, proposal=here.proposals[ONE], criterion="use", score=3,
        reason=AGREED, on=TODAY,
    )  # fmt: skip
    decide(
        proposal=here.proposals[ONE],
        authority=Authority.MEMBERS,
        resolution=Resolution(outcome=Outcome.DEFERRED, reason=DECIDED),
        decided_on=TODAY,
        by=None,
        on=TODAY,
    )
    Competitor.objects.create(
        consortium=here.consortium, member=here.members["alpha"],
        organization=here.organization("gamma"), starts_on=FOUNDED,
    )  # fmt: skip
    return here


def found(text: str) -> set[str]:
    return {canary for canary in ALL if canary in text}


@pytest.mark.parametrize("who", SEEN)
def test_what_each_is_sent(here: Panel, api: Any, who: str) -> None:
    """Every list and verb, and what is not there is answered as what never was."""
    client = api(here.people[who])
    call = f"calls/{here.call.uid}"
    verbs = [f"{call}/{verb}" for verb in
             ("ranking", "eligibility", "assignment-preview", "unsigned")]  # fmt: skip
    verbs += [f"proposals/{each.uid}/eligibility" for each in here.proposals.values()]
    sent = ""
    for path in (*LISTS, *verbs):
        query = f"?consortium={here.consortium.slug}" if path == "calendar" else ""
        answer = client.get(f"/api/v1/{path}/{query}", headers={"Accept": "*/*"})
        expected = 200 if path not in verbs or who in STAFF else 404
        assert answer.status_code == expected, path
        sent += answer.content.decode()
    sent += client.get(
        f"/api/v1/docket/?consortium={here.consortium.slug}&days=900"
    ).content.decode()
    assert found(sent) == SEEN[who]


@pytest.mark.parametrize("who", SEEN)
def test_rows_are_there_or_as_if_they_never_were(here: Panel, api: Any, who: str) -> None:
    client, user = api(here.people[who]), here.people[who]
    for path, model in MODELS.items():
        absent = client.get(f"/api/v1/{path}/{uuid4()}/")
        assert absent.status_code == 404
        for row in model.objects.all():
            seen = model.objects.visible_to(user, TODAY).filter(pk=row.pk).exists()
            answer = client.get(f"/api/v1/{path}/{row.uid}/")
            assert answer.status_code == (200 if seen else 404), (path, row)
            if not seen:
                assert answer.content == absent.content
            assert found(answer.content.decode()) <= SEEN[who]


@pytest.mark.parametrize(("who", "other"), [("ann", "alpha"), ("bob", "gamma")])
def test_a_blind_reviewer_is_told_no_participant(
    here: Panel, api: Any, who: str, other: str
) -> None:
    client = api(here.people[who])
    lead = here.members[other]
    for path in ("proposals", "proposal-versions", "assignments", "reviews", "decisions"):
        text = client.get(f"/api/v1/{path}/").content.decode()
        for word in (other, str(lead.uid), str(lead.organization.uid)):
            assert word not in text, path
    # Nor is a filter an answer to who leads it.
    assert client.get(f"/api/v1/proposals/?lead={lead.uid}").json()["results"] == []


@pytest.mark.parametrize("who", ["alpha", "gamma", "epsilon", "bob", "cid"])
@pytest.mark.parametrize(
    "path",
    ["assignments/?proposal=", "reviews/?proposal=", "decisions/?proposal=", "consensus/?proposal=",
     "proposal-versions/?proposal="],
)  # fmt: skip
def test_a_filter_tells_no_hidden_proposal_from_an_absent_one(
    here: Panel, api: Any, who: str, path: str
) -> None:
    hidden = here.proposals[TWO if who == "alpha" else ONE]
    client = api(here.people[who])
    answer, absent = (client.get(f"/api/v1/{path}{uid}") for uid in (hidden.uid, uuid4()))
    assert (answer.status_code, answer.content) == (404, absent.content)


def test_an_applicants_filters_find_no_reviewer(here: Panel, api: Any) -> None:
    """Its own proposal's assignments, reviews and consensus are as empty as if there were none."""
    client = api(here.people["alpha"])
    uid = here.proposals[ONE].uid
    for path in ("assignments", "reviews", "consensus"):
        answer = client.get(f"/api/v1/{path}/?proposal={uid}")
        assert (answer.status_code, answer.json()) == (200, {"next": None, "results": []})


def bodies(call: Any, proposal: Any, assignment: Any, reviewer: Any) -> dict[str, Any]:
    """Return what screening is told, about these rows."""
    proposal = {"proposal": str(proposal)}
    return {
        "assignments": {
            "call": str(call), "due_on": "2026-03-20",
            "pairs": [{**proposal, "reviewer": str(reviewer)}],
        },
        "reviews": {"assignment": str(assignment), "scores": {"novelty": "1"}},
        "consensus": {**proposal, "criterion": "novelty", "score": "1", "reason": "x"},
        "decisions": {
            **proposal, "authority": "members", "outcome": "refused", "decided_on": "2026-02-20",
        },
    }  # fmt: skip


@pytest.mark.parametrize("who", ["alpha", "epsilon", "bob", "cid", "finance"])
def test_acts_tell_no_hidden_row_from_an_absent_one(here: Panel, api: Any, who: str) -> None:
    title = TWO if who == "alpha" else ONE
    proposal = here.proposals[title]
    row = ReviewAssignment.objects.get(proposal=proposal)
    client, call = api(here.people[who]), here.call.uid
    hidden = bodies(call, proposal.uid, row.uid, row.reviewer.uid)
    absent = bodies(call, uuid4(), uuid4(), row.reviewer.uid)
    counts = [model.objects.count() for model in MODELS.values()]
    for path, body in hidden.items():
        one, other = (
            client.post(f"/api/v1/{path}/", each, format="json") for each in (body, absent[path])
        )
        assert (one.status_code, one.content) == (400, other.content), path
    for verb in ("release", "conflict", "extend"):
        body = {"reason": "x", "due_on": "2026-03-20"}
        assert client.post(f"/api/v1/assignments/{row.uid}/{verb}/", body).status_code == 404
    assert [model.objects.count() for model in MODELS.values()] == counts


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("alpha", "consensus", 403),
        ("alpha", "decisions", 403),
        ("beta", "decisions", 403),
        ("ann", "decisions", 403),
        ("ann", "consensus", 403),
        ("auditor", "assignments", 403),
        ("auditor", "reviews", 403),
        ("auditor", "consensus", 403),
        ("auditor", "decisions", 403),
        ("secretary", "assignments", 403),
        ("secretary", "consensus", 403),
        ("secretary", "decisions", 201),
        ("projects", "reviews", 403),
    ],
)
def test_who_acts_on_what_they_see(here: Panel, api: Any, who: str, path: str, status: int) -> None:
    proposal = here.proposals[ONE]
    row = ReviewAssignment.objects.get(proposal=proposal)
    body = bodies(here.call.uid, proposal.uid, row.uid, here.people["cid"].uid)[path]
    answer = api(here.people[who]).post(f"/api/v1/{path}/", body, format="json")
    assert answer.status_code == status, answer.content
