"""Declarations over REST: by the signatory, or from paper by finance staff."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consortium.models import AuditEvent, Document
from funding.models import Declaration
from tests.cast import Cast

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PAPER = {"signed_by": "Ms. Director", "paper_on": "2026-02-20"}


def figures(cast: Cast, member: str = "newcomer", **more: Any) -> dict[str, Any]:
    return {
        "member": str(cast.members[member].uid),
        "levy": "dues",
        "period_starts_on": "2026-01-01",
        "figures": {"semiconductor_sales": "741300000.50"},
        **more,
    }


def test_a_signatory_declares(cast: Cast, api: Any) -> None:
    client = api(cast.people["newcomer"])
    made = client.post("/api/v1/declarations/", figures(cast, fiscal_year_ends_on="2026-01-01"))
    assert made.status_code == 201
    body = made.json()
    assert body["figures"] == [
        {
            "input": "semiconductor_sales",
            "label": "Semiconductor sales",
            "kind": "money",
            "value": "741300000.50",
            "unit": "USD",
            "lines": [],
            "choice": None,
            "choice_label": None,
            "answer": None,
        }
    ]
    assert (body["channel"], body["grade"], body["version"]) == ("rest", "declared", 1)
    assert body["attested_by"]["name"] == "newcomer"
    assert body["declared_on"] == "2026-03-02"
    assert client.get(f"/api/v1/declarations/{body['uid']}/").json() == body
    again = client.post("/api/v1/declarations/", figures(cast))
    assert (again.status_code, again.json()["code"]) == (409, "already_declared")


def test_a_correction_is_a_new_version(cast: Cast, api: Any) -> None:
    client = api(cast.people["newcomer"])
    early = client.post("/api/v1/declarations/", figures(cast, correction=True))
    assert (early.status_code, early.json()["code"]) == (422, "nothing_to_correct")
    client.post("/api/v1/declarations/", figures(cast))
    made = client.post("/api/v1/declarations/", figures(cast, correction=True))
    assert (made.status_code, made.json()["version"]) == (201, 2)
    latest = client.get("/api/v1/declarations/?latest=true").json()["results"]
    assert [row["version"] for row in latest] == [2]
    assessed = api(cast.people["payer"]).post(
        "/api/v1/declarations/", figures(cast, "payer", correction=True)
    )
    assert (assessed.status_code, assessed.json()["version"]) == (201, 2)


def test_finance_enters_paper_with_its_scan(cast: Cast, api: Any) -> None:
    client = api(cast.people["finance"])
    body = figures(cast, **PAPER)
    body["figures"] = json.dumps(body["figures"])
    body["scan"] = SimpleUploadedFile('"a\r\nb".html', PDF, content_type="text/html")
    made = client.post("/api/v1/declarations/", body, format="multipart")
    assert made.status_code == 201, made.content
    found = made.json()
    assert (found["channel"], found["signed_by"]) == ("paper", "Ms. Director")
    assert found["paper"] == f"/api/v1/declarations/{found['uid']}/paper/"
    for who in ("newcomer", "finance", "auditor"):
        scan = api(cast.people[who]).get(found["paper"], headers={"Accept": "*/*"})
        assert b"".join(scan) == PDF
        assert scan.headers["Content-Type"] == "application/pdf"
        assert scan.headers["Content-Disposition"].startswith("attachment")
        assert scan.headers["X-Content-Type-Options"] == "nosniff"
        assert scan.headers["Cache-Control"] == "no-store"
    for who in ("payer", "secretary", "outsider", "nobody", "technician"):
        assert api(cast.people[who]).get(found["paper"]).status_code == 404


def test_a_declaration_without_paper_has_none(cast: Cast, api: Any) -> None:
    path = f"/api/v1/declarations/{cast.declaration('payer').uid}/paper/"
    response = api(cast.people["payer"]).get(path, headers={"Accept": "application/pdf"})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("content", "code"), [(b"<html>", "file_type_refused"), (b"", "file_type_refused")]
)
def test_a_scan_is_judged_by_its_content(cast: Cast, api: Any, content: bytes, code: str) -> None:
    body = figures(cast, **PAPER)
    body["figures"] = json.dumps(body["figures"])
    body["scan"] = SimpleUploadedFile("paper.pdf", content, content_type="application/pdf")
    response = api(cast.people["finance"]).post("/api/v1/declarations/", body, format="multipart")
    assert response.status_code in (400, 422)
    assert not Document.objects.exists()
    assert not Declaration.objects.filter(member=cast.members["newcomer"]).exists()


def test_a_scan_of_somebody_not_allowed_is_not_kept(
    cast: Cast, api: Any, files_of_the_session: Any
) -> None:
    before = sorted(files_of_the_session.rglob("*.pdf"))
    body = figures(cast, **PAPER)
    body["figures"] = json.dumps(body["figures"])
    body["scan"] = SimpleUploadedFile("paper.pdf", PDF)
    response = api(cast.people["secretary"]).post("/api/v1/declarations/", body, format="multipart")
    assert response.status_code == 403
    assert not Document.objects.exists()
    assert sorted(files_of_the_session.rglob("*.pdf")) == before


@pytest.mark.parametrize("who", ["newcomer", "secretary", "auditor", "reader"])
def test_only_finance_enters_paper(cast: Cast, api: Any, who: str) -> None:
    response = api(cast.people[who]).post("/api/v1/declarations/", figures(cast, **PAPER))
    assert (response.status_code, response.json()["code"]) == (403, "denied")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"levy": "absent"}, 422, "unknown_levy"),
        ({"period_starts_on": "2026-02-01"}, 422, "no_such_period"),
        ({"period_starts_on": "2027-01-01"}, 422, "round_not_open"),
        ({"period_starts_on": "1990-01-01"}, 422, "no_charter_in_force"),
        ({"period_starts_on": "9999-12-31"}, 400, "invalid"),
        ({"figures": {}}, 422, "missing_input"),
        ({"figures": None}, 400, "invalid"),
        ({"figures": {"semiconductor_sales": "0.0001"}}, 422, "not_a_figure"),
        ({"grade": "guessed"}, 400, "invalid"),
        ({"correction": "perhaps"}, 400, "invalid"),
        ({"signed_by": "Ms. Director"}, 403, "denied"),
        ({"amount": "1", "version": 9, "secret": False}, 201, ""),
    ],
)
def test_refusals(cast: Cast, api: Any, change: dict[str, Any], status: int, code: str) -> None:
    events = AuditEvent.objects.count()
    response = api(cast.people["newcomer"]).post("/api/v1/declarations/", figures(cast) | change)
    assert response.status_code == status, response.content
    if status != 201:
        assert response.json()["code"] == code
        assert AuditEvent.objects.count() == events
        return
    made = Declaration.objects.get(uid=response.json()["uid"])
    assert (made.version, made.secret) == (1, True)
