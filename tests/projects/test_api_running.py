"""Projects over REST: who sees what, who does what, and what is refused how."""

from datetime import date
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortium.operations.advance import advance
from projects.models import Deliverable, Milestone, ProgressReport
from tests.factories.running import PDF, START, Running, opened, running
from tests.snapshot import built_once

pytestmark = pytest.mark.django_db
LISTS = (
    "projects", "project-participants", "project-events", "plans", "milestones", "deliverables",
    "progress-reports", "risks", "secondments",
)  # fmt: skip


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel("2026-07-10 03:00:00+00:00", tick=True):
        yield


@pytest.fixture
@built_once
def here() -> Running:
    here = running()
    advance(consortium=here.consortium, to=date(2026, 7, 10))
    return here


def post(client: Any, path: str, body: Any = None, **more: Any) -> Any:
    return client.post(f"/api/v1/{path}/", body or {}, format="json", **more)


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("report.pdf", PDF, content_type="application/pdf")


def test_everybody_reads_their_own_projects_only(here: Running, api: Any) -> None:
    rival = running("rivals").project
    for who, path in product(("alpha", "gamma", "staff"), (*LISTS, "facilities")):
        client = api(here.people[who])
        found = client.get(f"/api/v1/{path}/?consortium=litho").json()["results"]
        assert (found != []) == (path not in ("project-events", "risks", "secondments"))
        assert str(rival.uid) not in client.get(f"/api/v1/{path}/").content.decode()
        assert client.get(f"/api/v1/{path}/?consortium=rivals").status_code == 404
        if path not in ("projects", "facilities", "secondments"):
            one, two = (
                client.get(f"/api/v1/{path}/?project={uid}") for uid in (rival.uid, uuid4())
            )
            assert (one.status_code, one.content) == (404, two.content)


def test_a_member_that_takes_no_part_sees_nothing(here: Running, api: Any) -> None:
    here.project.projectparticipants.filter(member=here.members["gamma"]).delete()
    client = api(here.people["gamma"])
    for path in LISTS:
        assert client.get(f"/api/v1/{path}/").json()["results"] == [], path
    assert client.get(f"/api/v1/projects/{here.project.uid}/").status_code == 404
    assert post(client, f"projects/{here.project.uid}/suspend", {"reason": "x"}).status_code == 404


def test_a_project_is_shown_as_it_stands(here: Running, api: Any) -> None:
    staff = api(here.staff)
    found = staff.get(f"/api/v1/projects/{here.project.uid}/").json()
    assert found == {
        "uid": str(here.project.uid),
        "consortium": "litho",
        "number": "P-2026-0001",
        "name_en": "Lithography",
        "name_zh": "",
        "theme": "lithography",
        "lead": {"uid": str(here.members["alpha"].uid), "name": "Alpha"},
        "starts_on": "2026-01-01",
        "ends_on": "2028-01-01",
        "budget": "5000000.000",
        "unit": "JPY",
        "decided_on": "2026-01-01",
        "contract_due_on": "2026-03-26",
        "standing": "running",
    }
    answer = post(staff, f"projects/{here.project.uid}/suspend", {"reason": "Earthquake"})
    assert answer.json()["standing"] == "suspended"
    assert post(staff, f"projects/{here.project.uid}/close").status_code == 422
    listed = staff.get("/api/v1/projects/?standing=suspended").json()["results"]
    assert [each["number"] for each in listed] == ["P-2026-0001"]
    assert staff.get("/api/v1/projects/?standing=running").json()["results"] == []


def opening(here: Running, **changes: Any) -> dict[str, Any]:
    taking = [
        {"organization": here.uid("alpha"), "part": "lead", "work_share": "0.5",
         "cost_share": "0.5"},
        {"organization": here.uid("beta"), "part": "partner", "work_share": "0.5",
         "cost_share": "0.5"},
    ]  # fmt: skip
    return {
        "consortium": "litho", "lead": str(here.members["alpha"].uid), "taking": taking,
        "starts_on": "2026-08-01", "ends_on": "2027-08-01", "name_en": "Masks",
    } | changes  # fmt: skip


def test_staff_open_a_project_and_members_sign(here: Running, api: Any) -> None:
    assert post(api(here.people["alpha"]), "projects", opening(here)).status_code == 403
    made = post(api(here.staff), "projects", opening(here))
    assert made.status_code == 201
    assert (made.json()["number"], made.json()["standing"]) == (
        "P-2026-0002", "awaiting_contract",
    )  # fmt: skip
    rows = api(here.people["beta"]).get(
        f"/api/v1/project-participants/?project={made.json()['uid']}"
    )
    uids = {each["organization"]["name"]: each["uid"] for each in rows.json()["results"]}
    beta = api(here.people["beta"])
    path = f"project-participants/{uids['Beta']}/sign"
    assert post(beta, path, {"signatory": "B"}).json()["signed_on"] == "2026-07-10"
    assert post(beta, path, {"signatory": "B"}).status_code == 409
    other = f"project-participants/{uids['Alpha']}/sign"
    assert post(beta, other, {"signatory": "B"}).status_code == 403
    paper = {"signatory": "A", "signed_on": "2026-07-01", "contract": pdf()}
    answer = api(here.staff).post(f"/api/v1/{other}/", paper, format="multipart")
    assert answer.json()["signed_on"] == "2026-07-01"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends_on": "2026-08-01"}, "ends_before_start"),
        ({"taking": []}, "project_lead_missing"),
    ],
)
def test_projects_that_cannot_be(
    here: Running, api: Any, changes: dict[str, Any], code: str
) -> None:
    answer = post(api(here.staff), "projects", opening(here, **changes))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize(
    ("share", "code"),
    [
        ("0.49", "project_shares_differ"),
        ("50.01", "project_share_wrong"),
        ("-0.5", "project_share_wrong"),
        ("0.5000000001", "project_share_wrong"),
    ],
)
def test_shares_are_exact(here: Running, api: Any, share: str, code: str) -> None:
    body = opening(here)
    body["taking"][1]["work_share"] = share
    answer = post(api(here.staff), "projects", body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_plan_is_proposed_decided_and_measured(here: Running, api: Any) -> None:
    alpha, staff = api(here.people["alpha"]), api(here.staff)
    bad = here.plan()
    bad["packages"][1]["ends"] = 30
    answer = post(alpha, "plans", {"project": str(here.project.uid), "body": bad})
    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["errors"]] == ["packages[1].ends"]
    body = {"project": str(here.project.uid), "body": here.plan(), "reason": "Again"}
    made = post(alpha, "plans", body)
    assert (made.status_code, made.json()["version"]) == (201, 2)
    assert post(alpha, f"plans/{made.json()['uid']}/decide", {"adopt": True}).status_code == 403
    decided = post(staff, f"plans/{made.json()['uid']}/decide", {"adopt": True})
    assert decided.json()["adopted"] is True
    found = alpha.get(f"/api/v1/plans/{made.json()['uid']}/split/").json()
    assert found["sites"] == [
        {"key": "joint", "effort": "20", "share": "0.2", "wanted": "0.2", "fits": True},
        {"key": "member", "effort": "80", "share": "0.8", "wanted": "0.8", "fits": True},
    ]
    assert found["fits"] is True


def test_what_is_due_is_handed_in_and_looked_at(here: Running, api: Any) -> None:
    alpha, beta, staff = (api(here.people[name]) for name in ("alpha", "beta", "staff"))
    milestone = Milestone.objects.get(project=here.project)
    path = f"milestones/{milestone.uid}/reach"
    assert post(beta, path).status_code == 403
    assert post(alpha, path, {"reached_on": "2026-07-09"}).json()["done_on"] == "2026-07-09"
    assert post(alpha, path).status_code == 409
    design = Deliverable.objects.get(project=here.project, code="design")
    path = f"/api/v1/deliverables/{design.uid}"
    fake = SimpleUploadedFile("report.pdf", b"MZ not a report")
    assert beta.post(f"{path}/submit/", {"file": fake}, format="multipart").status_code == 422
    assert beta.post(f"{path}/submit/", {"file": pdf()}, format="multipart").status_code == 200
    read = staff.get(f"{path}/file/", headers={"Accept": "*/*"})
    assert b"".join(read.streaming_content) == PDF
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    assert post(staff, f"deliverables/{design.uid}/send-back", {"remark": "?"}).status_code == 200
    assert post(staff, f"deliverables/{design.uid}/accept").status_code == 422
    report = ProgressReport.objects.get(
        project=here.project, starts_on=START, responsible=here.members["beta"].organization
    )
    sent = {"text": "Lenses", "effort": {"optics": "2.5"}}
    assert post(alpha, f"progress-reports/{report.uid}/submit", sent).status_code == 403
    answer = post(beta, f"progress-reports/{report.uid}/submit", sent)
    assert (answer.status_code, answer.json()["effort"]) == (200, {"optics": "2.5"})
    assert post(beta, f"progress-reports/{report.uid}/submit", sent).status_code == 409
    assert post(staff, f"progress-reports/{report.uid}/accept").json()["done_on"] == "2026-07-10"


def test_risks(here: Running, api: Any) -> None:
    alpha = api(here.people["alpha"])
    body = {"project": str(here.project.uid), "title": "Late lens", "likelihood": 3, "impact": 5}
    made = post(alpha, "risks", body)
    assert made.status_code == 201
    assert post(alpha, "risks", {**body, "impact": 6}).status_code == 400
    path = f"risks/{made.json()['uid']}"
    assert post(alpha, f"{path}/revise", {"likelihood": 1, "impact": 1}).json()["impact"] == 1
    assert post(api(here.people["beta"]), f"{path}/close").status_code == 403
    assert post(alpha, f"{path}/close").json()["closed_on"] == "2026-07-10"
    assert post(alpha, f"{path}/close").status_code == 422


def test_people_are_sent_and_come_back(here: Running, api: Any) -> None:
    staff = api(here.staff)
    facility = post(staff, "facilities", {"consortium": "litho", "kind": "joint",
                                          "name_en": "Lab", "starts_on": "2026-01-01"})  # fmt: skip
    assert facility.status_code == 201
    body = {
        "home": str(here.members["beta"].uid), "person": "Sato", "facility": facility.json()["uid"],
        "starts_on": "2026-07-01", "ends_on": "2027-01-01", "letter_on": "2026-06-01",
        "undertaking_on": "2026-06-01",
    }  # fmt: skip
    assert post(api(here.people["beta"]), "secondments", body).status_code == 403
    made = post(staff, "secondments", body)
    assert made.status_code == 201
    again = post(staff, "secondments", {**body, "starts_on": "2026-12-31", "ends_on": "2027-08-01"})
    assert (again.status_code, again.json()["code"]) == (409, "secondment_overlaps")
    path = f"secondments/{made.json()['uid']}"
    assert post(staff, f"{path}/extend", {"ends_on": "2027-03-01"}).status_code == 200
    seen = api(here.people["beta"]).get("/api/v1/secondments/?on=2026-07-05").json()["results"]
    assert [each["person"] for each in seen] == ["Sato"]
    assert api(here.people["gamma"]).get("/api/v1/secondments/").json()["results"] == []
    assert post(staff, f"{path}/hand-back").json()["handed_back_on"] == "2026-07-10"


def test_lists_cost_the_same_for_one_and_many(here: Running, api: Any) -> None:
    client = api(here.people["staff"])
    for path in LISTS:
        counts = []
        for size in (1, 50):
            with CaptureQueriesContext(connection) as made:
                client.get(f"/api/v1/{path}/?page_size={size}")
            counts.append(len(made))
        assert counts[0] == counts[1], path


def test_a_contract_that_waits_is_in_the_docket(api: Any) -> None:
    here = opened()
    found = api(here.people["beta"]).get("/api/v1/docket/?consortium=litho&days=1").json()
    assert [(each["code"], each["mine"], each["text"]) for each in found] == [
        ("contract_due", True, "P-2026-0001: the contract is to be signed")
    ]
