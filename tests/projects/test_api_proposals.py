"""Proposals over REST: from a call to a receipt, and nothing of it for rivals."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from consortium.models import Organization
from projects.models import Proposal, ProposalVersion, ReviewAssignment
from projects.operations.calls import amend_call
from tests.factories.portfolios import CANARY, CLOSES, NOW, SECOND, TODAY, Portfolio, portfolio

PDF = b"%PDF-1.4\n%%EOF\n"


def body(here: Portfolio, *names: str, **changes: Any) -> dict[str, Any]:
    share = {1: "1", 2: "0.5", 4: "0.25"}[len(names)]
    return {
        "title": "Deep etching",
        "theme": "etching",
        "content": {"objectives": CANARY},
        "months": 24,
        "participants": [
            {
                "organization": str(here.organization(name).uid),
                "part": "partner" if index else "lead",
                "work_share": share,
                "cost_share": share,
                "budget": [{"category": "staff", "year": 2026, "amount": "917263.50"}],
            }
            for index, name in enumerate(names)
        ],
        **changes,
    }


def start(here: Portfolio, client: Any, *names: str, **changes: Any) -> Any:
    member = {"member": str(here.members[names[0]].uid), "call": str(here.call.uid)}
    return client.post("/api/v1/proposals/", body(here, *names, **changes) | member, "json")


def test_the_walk_from_draft_to_receipt(here: Portfolio, api: Any) -> None:
    north, south = (api(here.people[name]) for name in ("north", "south"))
    made = start(here, north, "north", "south")
    assert made.status_code == 201, made.content
    address = f"/api/v1/proposals/{made.json()['uid']}"
    file = SimpleUploadedFile("letter.pdf", PDF)
    attached = north.post(f"{address}/attachments/", {"file": file, "title": "Letter"}, "multipart")
    assert attached.status_code == 201
    draft = north.get(f"{address}/draft/").json()
    assert [each["code"] for each in draft["lacking"]] == ["unsigned"]
    refused = north.post(f"{address}/submit/")
    assert (refused.status_code, refused.json()["code"]) == (422, "unsigned")
    for client in (north, south):
        signed = client.post(f"{address}/sign/", {"state": draft["state"]})
        assert signed.status_code == 200, signed.content
    submitted = north.post(f"{address}/submit/", headers={"Idempotency-Key": "once"})
    assert submitted.status_code == 200
    version = submitted.json()
    again = north.post(f"{address}/submit/", headers={"Idempotency-Key": "once"})
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (version, "true")
    assert south.get(f"{address}/").json()["number"] == "PR-2026-0001"
    receipt = south.get(f"/api/v1/proposal-versions/{version['uid']}/receipt/").json()
    assert receipt["digest"] == version["digest"]
    assert receipt["covers"]["attachments"][0]["sha256"] == attached.json()["sha256"]
    for language, word in (("en", "Receipt"), ("zh-hans", "PR-2026-0001")):
        pdf = south.get(
            f"/api/v1/proposal-versions/{version['uid']}/receipt/pdf/?language={language}",
            headers={"Accept": "*/*"},
        )
        assert pdf.status_code == 200
        assert word in PdfReader(BytesIO(pdf.content)).pages[0].extract_text()
    found = south.get(attached.json()["file"], headers={"Accept": "*/*"})
    assert b"".join(found.streaming_content) == PDF


def test_a_draft_is_replaced_as_a_whole(here: Portfolio, api: Any) -> None:
    client = api(here.people["north-contact"])
    address = f"/api/v1/proposals/{start(here, client, 'north', 'south').json()['uid']}/draft/"
    read = client.get(address).json()
    changed = client.put(address, body(here, "north") | {"state": read["state"]}, "json")
    assert changed.status_code == 200
    assert len(changed.json()["participants"]) == 1
    late = client.put(address, body(here, "north", "south") | {"state": read["state"]}, "json")
    assert (late.status_code, late.json()["code"]) == (409, "proposal_changed")


def test_a_second_too_late_is_refused_with_both_times(here: Portfolio, api: Any) -> None:
    proposal = here.signed("north", "south")
    client = api(here.people["north"])
    address = f"/api/v1/proposals/{proposal.uid}/submit/"
    with time_machine.travel(CLOSES + SECOND, tick=False):
        client.force_login(here.people["north"])
        refused = client.post(address)
    assert (refused.status_code, refused.json()["code"]) == (422, "call_closed")
    assert " 17:00 UTC+08:00" in refused.json()["detail"]
    assert " 17:00:01 UTC+08:00" in refused.json()["detail"]
    with time_machine.travel(CLOSES, tick=False):
        client.force_login(here.people["north"])
        assert client.post(address).status_code == 200


@pytest.mark.parametrize("who", ["east", "east-contact", "finance", "reviewer"])
def test_rivals_see_nothing_before_and_after(here: Portfolio, api: Any, who: str) -> None:
    draft, version = here.started("north", "south"), here.submitted("north", "south")
    client = api(here.people[who])
    for proposal in (draft, version.proposal):
        gone = client.get(f"/api/v1/proposals/{uuid4()}/")
        for path in ("", "draft/"):
            seen = client.get(f"/api/v1/proposals/{proposal.uid}/{path}")
            assert (seen.status_code, seen.content) == (404, gone.content)
        for verb in ("submit", "withdraw", "revise", "invite"):
            assert client.post(f"/api/v1/proposals/{proposal.uid}/{verb}/").status_code == 404
        put = client.put(f"/api/v1/proposals/{proposal.uid}/draft/", body(here, "north"), "json")
        assert put.status_code == 404
    for path in ("", "receipt/", "receipt/pdf/"):
        seen = client.get(f"/api/v1/proposal-versions/{version.uid}/{path}")
        assert seen.status_code == 404
    for path in ("proposals", "proposal-versions", "docket", "notices"):
        query = f"?consortium={here.consortium.slug}&days=99" if path == "docket" else ""
        text = client.get(f"/api/v1/{path}/{query}").content.decode()
        assert CANARY not in text
        assert "PR-2026" not in text
        assert str(draft.uid) not in text
    assert client.get("/api/v1/proposals/").json()["results"] == []
    for query in (f"lead={here.members['north'].uid}", "number=PR-2026-0001", "submitted=true"):
        assert client.get(f"/api/v1/proposals/?{query}").json()["results"] == []


def test_staff_see_what_is_submitted_only(here: Portfolio, api: Any) -> None:
    draft, version = here.started("south"), here.submitted("north", "south")
    for who in ("projects", "secretary", "auditor"):
        client = api(here.people[who])
        rows = client.get("/api/v1/proposals/").json()["results"]
        assert [row["number"] for row in rows] == ["PR-2026-0001"]
        assert client.get(f"/api/v1/proposals/{draft.uid}/").status_code == 404
        assert client.get(f"/api/v1/proposal-versions/{version.uid}/").status_code == 200
    elsewhere = portfolio("elsewhere")
    assert api(elsewhere.people["projects"]).get("/api/v1/proposals/").json()["results"] == []


def test_the_next_draft_stays_with_its_participants(here: Portfolio, api: Any) -> None:
    proposal = here.submitted("north", "south").proposal
    north, staff = api(here.people["north"]), api(here.people["projects"])
    address = f"/api/v1/proposals/{proposal.uid}/"
    assert north.post(f"{address}revise/").status_code == 201
    north.put(f"{address}draft/", body(here, "north", title="Another title"), "json")
    assert [each["version"] for each in north.get(address).json()["versions"]] == [1, 2]
    assert [each["version"] for each in staff.get(address).json()["versions"]] == [1]
    assert staff.get(f"{address}draft/").status_code == 404
    assert b"Another title" not in staff.get("/api/v1/proposal-versions/").content


def test_a_blind_reviewer_is_not_told_who_proposes(db: None, api: Any) -> None:
    with time_machine.travel(NOW):
        screening = {"by": "experts", "reviewers": 1, "blind": True}
        here = portfolio("blind", screening=screening)
        version = here.submitted("north", "south")
        reviewer = here.people["reviewer"]
        ReviewAssignment.objects.create(
            consortium=here.consortium, proposal=version.proposal, reviewer=reviewer,
            assigned_on=TODAY, due_on=TODAY,
        )  # fmt: skip
        client = api(reviewer)
        row = client.get(f"/api/v1/proposals/{version.proposal.uid}/").json()
        assert (row["number"], row["lead"]) == ("PR-2026-0001", None)
        shown = client.get(f"/api/v1/proposal-versions/{version.uid}/")
        assert [each["organization"] for each in shown.json()["participants"]] == [None, None]
        assert CANARY in shown.content.decode()
        for name in ("north", "south"):
            organization = here.organization(name)
            assert organization.name_en not in shown.content.decode()
            lead = here.members[name].uid
            assert client.get(f"/api/v1/proposals/?lead={lead}").json()["results"] == []
        assert client.get(f"/api/v1/proposal-versions/{version.uid}/receipt/").status_code == 404
        assert client.get(f"/api/v1/proposals/{version.proposal.uid}/draft/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("picture.pdf", b"MZ\x90\x00 a program", "file_type_refused"),
        ("paper.pdf", b"<html><script>alert(1)</script></html>", "file_type_refused"),
        ("empty.docx", b"PK\x03\x04broken", "file_type_refused"),
    ],
)
def test_files_are_judged_by_their_content(
    here: Portfolio, api: Any, name: str, content: bytes, code: str
) -> None:
    client = api(here.people["north"])
    address = f"/api/v1/proposals/{here.started('north').uid}/attachments/"
    refused = client.post(address, {"file": SimpleUploadedFile(name, content)}, "multipart")
    assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_an_archive_that_unpacks_without_end_is_refused(here: Portfolio, api: Any) -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(201 * 1024 * 1024))
    assert len(out.getvalue()) < 1024 * 1024
    client = api(here.people["north"])
    address = f"/api/v1/proposals/{here.started('north').uid}/attachments/"
    file = SimpleUploadedFile("a.docx", out.getvalue())
    refused = client.post(address, {"file": file}, "multipart")
    assert (refused.status_code, refused.json()["code"]) == (422, "file_unpacks_too_large")


def test_a_file_taken_off_takes_the_signatures_off(here: Portfolio, api: Any) -> None:
    client = api(here.people["north"])
    proposal = here.started("north")
    address = f"/api/v1/proposals/{proposal.uid}"
    attached = client.post(
        f"{address}/attachments/", {"file": SimpleUploadedFile("a.pdf", PDF)}, "multipart"
    ).json()  # fmt: skip
    here.sign(proposal, "north")
    removed = client.post(f"/api/v1/proposal-attachments/{attached['uid']}/remove/")
    assert removed.status_code == 204
    assert client.get(f"{address}/draft/").json()["participants"][0]["signed_at"] is None
    assert client.get(attached["file"], headers={"Accept": "*/*"}).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"participants": [{"organization": "x", "part": "lead", "work_share": "1"}]},
        {"content": {"Not A Code": "x"}},
        {"content": {"objectives": {"nested": "x"}}},
        {"months": 0},
        {"months": "10000000000000000000000"},
        {"theme": "No Such Theme"},
        {"title": "x" * 201},
    ],
)
def test_what_cannot_be_read_is_refused(here: Portfolio, api: Any, change: dict[str, Any]) -> None:
    assert start(here, api(here.people["north"]), "north", **change).status_code == 400


def test_an_invisible_organization_reads_as_absent(here: Portfolio, api: Any) -> None:
    hidden = Organization.objects.create(name_en="Hidden", kind="enterprise", country="CN")
    client = api(here.people["north"])
    answers = []
    for uid in (hidden.uid, uuid4()):
        party = {"organization": str(uid), "part": "lead", "work_share": "1", "cost_share": "1"}
        answers.append(start(here, client, "north", participants=[party]))
    assert answers[0].content == answers[1].content
    assert answers[0].status_code == 400


def test_nobody_drafts_or_submits_for_another(here: Portfolio, api: Any) -> None:
    east = api(here.people["east"])
    given = body(here, "north") | {
        "member": str(here.members["north"].uid), "call": str(here.call.uid)
    }  # fmt: skip
    assert east.post("/api/v1/proposals/", given, "json").status_code == 403
    proposal = here.signed("north", "south")
    partner = api(here.people["south"])
    address = f"/api/v1/proposals/{proposal.uid}"
    assert partner.post(f"{address}/submit/").status_code == 403
    assert partner.put(f"{address}/draft/", body(here, "south"), "json").status_code == 403
    assert partner.post(f"{address}/withdraw/").status_code == 403


def test_lists_ask_the_same_however_long(here: Portfolio, api: Any) -> None:
    client = api(here.people["projects"])

    def queries(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(f"/api/v1/{path}/").status_code == 200
        return len(found)

    here.submitted("north", "south")
    paths = ("proposals", "proposal-versions", "calls", "questions")
    few = [queries(path) for path in paths]
    for name in ("south", "east", "north"):
        here.submitted(name)
    assert [queries(path) for path in paths] == few


def test_the_second_stage_is_for_the_invited(here: Portfolio, api: Any) -> None:
    last = CLOSES + timedelta(days=30)
    terms = {**here.call.terms, "stages": 2}
    amend_call(
        call=here.call, changes={"terms": terms, "ends_at": last}, reason="Two stages",
        at=NOW, by=None, on=TODAY,
    )  # fmt: skip
    here.call.refresh_from_db()
    first, other = here.submitted("north"), here.submitted("south")
    staff = api(here.people["projects"])
    early = staff.post(f"/api/v1/proposals/{first.proposal.uid}/invite/")
    assert (early.status_code, early.json()["code"]) == (422, "call_still_open")
    with time_machine.travel(CLOSES + timedelta(days=1)):
        staff = api(here.people["projects"])
        invited = staff.post(f"/api/v1/proposals/{first.proposal.uid}/invite/")
        assert invited.json()["invited_on"] == "2026-04-02"
        north, south = api(here.people["north"]), api(here.people["south"])
        late = south.post(f"/api/v1/proposals/{other.proposal.uid}/revise/")
        assert (late.status_code, late.json()["code"]) == (422, "not_invited")
        address = f"/api/v1/proposals/{first.proposal.uid}"
        draft = north.post(f"{address}/revise/").json()
        assert draft["stage"] == 2
        north.post(f"{address}/sign/", {"state": draft["state"]})
        assert north.post(f"{address}/submit/").status_code == 200
    stages = ProposalVersion.objects.filter(proposal=first.proposal).order_by("version")
    assert [each.stage for each in stages] == [1, 2]
    assert Proposal.objects.filter(submitted=True).count() == 2
