"""Paper over REST: proposals, signatures, reviews and decisions that staff enter on behalf."""

import json
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from consortium.models import AuditEvent, Document
from projects.models import Decision, Proposal, ProposalVersion, Review, ReviewAssignment
from projects.operations.assignments import Pair, assign_reviewers
from tests.factories.portfolios import Portfolio, draft_of
from tests.factories.projects import Panel, panel, propose, section
from tests.snapshot import built_once

PDF = b"%PDF-1.4\n%%EOF\n"


def scan(content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("signed.pdf", content, "application/pdf")


def paper(here: Portfolio, **changes: Any) -> dict[str, Any]:
    north, south = (str(here.organization(name).uid) for name in ("north", "south"))
    share = {"work_share": "0.5", "cost_share": "0.5"}
    budget = [{"category": "staff", "year": 2026, "amount": "1000.50"}]
    draft = {
        "title": "On paper", "theme": "optics", "months": 12,
        "content": {"objectives": "To see further."},
        "participants": [
            {"organization": north, "part": "lead", **share, "budget": budget},
            {"organization": south, "part": "partner", **share},
        ],
    }  # fmt: skip
    signed = [
        {"organization": north, "signatory": "Mr Li", "paper_on": "2026-02-27"},
        {"organization": south, "signatory": "Ms Wang", "paper_on": "2026-02-28"},
    ]
    return {
        "member": str(here.members["north"].uid), "received_at": "2026-03-02T09:30:00+08:00",
        "draft": draft, "signatures": signed, **changes,
    }  # fmt: skip


def form(body: dict[str, Any], **files: Any) -> dict[str, Any]:
    """Return a body as a form: what is nested as JSON text, and the file."""
    texts = {
        name: json.dumps(value) if isinstance(value, dict | list) else value
        for name, value in body.items()
    }
    return texts | files


def file(client: Any, address: str) -> tuple[int, bytes]:
    """Return the answer's status, and the file where it is one."""
    read = client.get(address, headers={"Accept": "*/*"})
    return read.status_code, b"".join(read.streaming_content) if read.streaming else b""


def enter(
    here: Portfolio, api: Any, body: dict[str, Any], who: str = "secretary", **more: Any
) -> Any:
    address = f"/api/v1/calls/{here.call.uid}/enter-proposal/"
    return api(here.people[who]).post(address, body, **more)


def test_a_proposal_on_paper_is_submitted_as_of_when_it_came(here: Portfolio, api: Any) -> None:
    answer = enter(here, api, form(paper(here), scan=scan()), format="multipart")
    assert answer.status_code == 201, answer.content
    version = ProposalVersion.objects.get()
    assert answer.json() == {
        "proposal": str(version.proposal.uid), "number": "PR-2026-0001",
        "submitted_at": "2026-03-02T09:30:00+08:00", "digest": version.digest,
    }  # fmt: skip
    address = f"/api/v1/proposal-versions/{version.uid}/"
    shown = api(here.people["south"]).get(address).json()["participants"]
    assert [(each["on_paper"], each["signatory"], each["paper_on"], each["scanned"])
            for each in shown] == [
        (True, "Mr Li", "2026-02-27", True), (True, "Ms Wang", "2026-02-28", True),
    ]  # fmt: skip
    event = AuditEvent.objects.get(action="enter_proposal")
    assert (event.by, event.facts["sha256"]) == (here.people["secretary"], version.digest)
    organization = here.organization("south").uid
    for who, status in (("south", 200), ("projects", 200), ("east", 404), ("reviewer", 404)):
        read = file(api(here.people[who]), f"{address}paper/?organization={organization}")
        assert read == (status, PDF if status == 200 else b""), who


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"received_at": "2026-03-02T23:00:00+08:00"}, 422, "received_later"),
        ({"received_at": "2026-02-01T09:00:00+08:00"}, 422, "call_not_open"),
        ({"signatures": []}, 422, "unsigned"),
        ({"signatures": "Mr Li"}, 400, "not_a_list"),
        ({"draft": "On paper"}, 400, "invalid"),
    ],
)
def test_a_wrong_paper_leaves_nothing(
    here: Portfolio, api: Any, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = enter(here, api, form(paper(here, **changes), scan=scan()), format="multipart")
    assert answer.status_code == status
    body = answer.json()
    assert code in {body["code"], *(each["code"] for each in body.get("errors", []))}
    assert not Proposal.objects.exists()
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("north", 404), ("east", 404), ("finance", 404), ("reviewer", 404), ("auditor", 403)],
)
def test_others_enter_nothing(here: Portfolio, api: Any, who: str, status: int) -> None:
    assert enter(here, api, paper(here), who).status_code == status
    assert not Proposal.objects.exists()


def test_a_signature_on_paper_tells_nothing_of_the_draft(here: Portfolio, api: Any) -> None:
    proposal = here.started("north", "south")
    address = f"/api/v1/calls/{here.call.uid}/"
    staff = api(here.people["projects"])
    listed = staff.get(f"{address}unsigned/")
    row = draft_of(proposal).participants.get(part="partner")
    assert [(each["organization"]["name"], each["lead"]["name"]) for each in listed.json()] == [
        ("North portfolio", "North portfolio"), ("South portfolio", "North portfolio"),
    ]  # fmt: skip
    assert "Deep etching" not in listed.content.decode()
    given = {"participant": str(row.uid), "signatory": "Ms Wang", "paper_on": "2026-03-01"}
    late = {**given, "paper_on": "2026-03-03"}
    assert staff.post(f"{address}sign-on-paper/", late).json()["code"] == "signature_incomplete"
    signed = staff.post(f"{address}sign-on-paper/", {**given, "scan": scan()}, format="multipart")
    assert (signed.status_code, signed.json()) == (
        201, {"uid": str(row.uid), "signatory": "Ms Wang", "paper_on": "2026-03-01"},
    )  # fmt: skip
    again = staff.post(f"{address}sign-on-paper/", given)
    assert again.status_code == 400
    for who in ("north", "east"):
        assert api(here.people[who]).get(f"{address}unsigned/").status_code == 404
        assert api(here.people[who]).post(f"{address}sign-on-paper/", given).status_code == 404
    assert AuditEvent.objects.get(action="sign_on_paper").by == here.people["projects"]


def test_a_letter_of_withdrawal_is_entered_with_its_scan(here: Portfolio, api: Any) -> None:
    proposal = here.submitted("north").proposal
    address = f"/api/v1/proposals/{proposal.uid}/"
    letter = {"signatory": "Ms Wang", "paper_on": "2026-03-01"}
    for who, status in (("north", 404), ("east", 404), ("auditor", 403)):
        answer = api(here.people[who]).post(f"{address}withdraw-on-paper/", letter)
        assert answer.status_code == status, who
    staff = api(here.people["projects"])
    late = staff.post(f"{address}withdraw-on-paper/", {**letter, "paper_on": "2026-03-03"})
    assert (late.status_code, late.json()["code"]) == (422, "signature_incomplete")
    sent = staff.post(
        f"{address}withdraw-on-paper/", {**letter, "scan": scan()}, format="multipart"
    )
    assert sent.status_code == 200, sent.content
    told = sent.json()
    assert (told["signatory"], told["paper_on"]) == ("Ms Wang", "2026-03-01")
    assert file(staff, f"{address}withdrawal/") == (200, PDF)
    assert file(api(here.people["east"]), f"{address}withdrawal/")[0] == 404
    again = staff.post(f"{address}withdraw-on-paper/", letter)
    assert (again.status_code, again.json()["code"]) == (409, "already_withdrawn")
    assert AuditEvent.objects.get(action="withdraw_on_paper").by == here.people["projects"]


# Reviews and decisions


@built_once
def proposed() -> Panel:
    made = panel(body=section(blind=True))
    propose(made, "one")
    return made


@pytest.fixture
def screened(db: None) -> Any:
    with time_machine.travel("2026-02-20 04:00:00+00:00", tick=True):
        yield proposed()


def assigned(here: Panel) -> ReviewAssignment:
    (row,) = assign_reviewers(
        call=here.call, pairs=[Pair(here.proposals["one"], here.people["ann"])],
        due_on=date(2026, 2, 18), by=None, on=date(2026, 2, 12),
    )  # fmt: skip
    return row


def review(row: ReviewAssignment, **changes: Any) -> dict[str, Any]:
    return {
        "assignment": str(row.uid), "scores": {"novelty": "4", "use": "3.5"},
        "comment": "Sound.", "paper_on": "2026-02-17",
        "received_at": "2026-02-18T17:00:00+08:00", **changes,
    }  # fmt: skip


def test_a_review_on_paper_counts_from_when_it_came(screened: Panel, api: Any) -> None:
    row = assigned(screened)
    staff = api(screened.people["projects"])
    answer = staff.post("/api/v1/reviews/", form(review(row), scan=scan()), format="multipart")
    assert answer.status_code == 201, answer.content
    made = Review.objects.get()
    told = answer.json()
    assert (told["submitted_at"], told["paper_on"], told["scores"]) == (
        "2026-02-18T17:00:00+08:00", "2026-02-17", {"novelty": "4", "use": "3.5"},
    )  # fmt: skip
    assert told["paper"] == f"/api/v1/reviews/{made.uid}/paper/"
    assert made.entered_by == screened.people["projects"]
    event = AuditEvent.objects.get(action="enter_review")
    assert (event.by, event.facts["digest"]) == (made.entered_by, made.digest)
    for who, status in (("ann", 200), ("projects", 200), ("bob", 404), ("alpha", 404)):
        assert file(api(screened.people[who]), told["paper"])[0] == status, who
    own = api(screened.people["ann"]).post("/api/v1/reviews/", review(row) | {"submit": True})
    assert own.status_code == 403


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"received_at": "2026-02-19T00:00:00+08:00"}, 422, "late_review"),
        ({"received_at": "2026-02-21T00:00:00+08:00"}, 422, "received_later"),
        ({"paper_on": "2026-02-19"}, 422, "paper_from_later"),
        ({"scores": {"novelty": "5.5", "use": "1"}}, 422, "out_of_scale"),
        ({"scores": {"novelty": "5"}}, 422, "missing_score"),
        ({"received_at": None}, 400, "required"),
    ],
)
def test_a_wrong_review_on_paper_leaves_nothing(
    screened: Panel, api: Any, changes: dict[str, Any], status: int, code: str
) -> None:
    body = {name: value for name, value in review(assigned(screened), **changes).items() if value}
    staff = api(screened.people["secretary"])
    answer = staff.post("/api/v1/reviews/", form(body, scan=scan()), format="multipart")
    assert answer.status_code == status
    found = answer.json()
    assert code in {found["code"], *(each["code"] for each in found.get("errors", []))}
    assert not Review.objects.exists()
    assert not Document.objects.exists()


def test_a_decision_on_paper_shows_its_scan_to_those_it_concerns(screened: Panel, api: Any) -> None:
    assigned(screened)
    body = {
        "proposal": str(screened.proposals["one"].uid), "authority": "members",
        "outcome": "refused", "decided_on": "2026-02-15", "scan": scan(),
    }  # fmt: skip
    staff = api(screened.people["secretary"])
    answer = staff.post("/api/v1/decisions/", body, format="multipart")
    assert answer.status_code == 201, answer.content
    made = Decision.objects.get()
    assert answer.json()["paper"] == f"/api/v1/decisions/{made.uid}/paper/"
    for who, status in (("alpha", 200), ("secretary", 200), ("gamma", 404), ("ann", 404)):
        assert file(api(screened.people[who]), answer.json()["paper"])[0] == status, who
    assert AuditEvent.objects.get(action="decide").by == screened.people["secretary"]
