"""Reports over REST: listed, read, saved and made by those entitled; absent for all others."""

import json
from typing import Any
from uuid import uuid4

import pytest

from consortium.models import Report
from consortium.operations.editions import make_reports
from consortium.operations.reports import produce_report
from tests.cast import TODAY, Cast
from tests.factories.contents import contribute
from tests.factories.reporting import MONTH, report_some, scheduled

BODY = {"consortium": "alliance", "kind": "members", "period": "2026-Q1", "language": "en",
        "format": "json"}  # fmt: skip


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    contribute(monkeypatch)


def by_hand(cast: Cast, kind: str, **more: Any) -> Report:
    return produce_report(
        consortium=cast.consortium, kind=kind, period=MONTH, parameters={}, language="en",
        format="json", **more, by=None, on=TODAY,
    )  # fmt: skip


def test_a_report_says_what_it_is_of(cast: Cast, api: Any) -> None:
    report_some(cast)
    (row,) = api(cast.people["reader"]).get("/api/v1/reports/").json()["results"]
    report = Report.objects.get(consortium=cast.consortium)
    assert row.pop("known_at")
    assert row.pop("made_at")
    assert row == {
        "uid": str(report.uid), "consortium": "alliance", "kind": "members",
        "title": "Roll of members", "period": "2026-01", "starts_on": "2026-01-01",
        "ends_on": "2026-02-01", "on": "2026-03-01", "parameters": {"roll": True},
        "language": "en", "format": "json", "member": None, "version": 1, "scheduled": True,
        "name": "members-alliance-2026-01.json", "size": report.document.size,
        "sha256": report.document.sha256,
    }  # fmt: skip


def test_lists_are_filtered(cast: Cast, api: Any) -> None:
    report_some(cast)
    by_hand(cast, "small")
    client = api(cast.people["finance"])

    def found(query: str) -> list[str]:
        response = client.get(f"/api/v1/reports/?{query}")
        assert response.status_code == 200, response.content
        return [row["kind"] for row in response.json()["results"]]

    assert found("ordering=-made_at") == ["small", "members"]
    assert found("kind=small") == ["small"]
    assert found("kind=absent") == []
    assert found("starts_on=2026-01-01&ends_on=2026-02-01&format=json&ordering=made_at") == [
        "members", "small",
    ]  # fmt: skip
    assert found("since=2026-01-02") == found("until=2026-01-31") == found("format=pdf") == []
    assert client.get("/api/v1/reports/?consortium=absent").status_code == 404


@pytest.mark.parametrize("who", ["payer", "rival", "finance", "reader", "other_secretary"])
def test_a_members_report_and_its_file_are_absent_for_its_rivals(
    cast: Cast, api: Any, who: str
) -> None:
    report = by_hand(cast, "each", member=cast.members["payer"])
    client = api(cast.people[who])
    absent = client.get(f"/api/v1/reports/{uuid4()}/")
    for end in ("", "file/"):
        response = client.get(f"/api/v1/reports/{report.uid}/{end}", headers={"Accept": "*/*"})
        if who in ("payer", "finance"):
            assert response.status_code == 200
            assert b"".join(response)
        else:
            assert (response.status_code, response.content) == (404, absent.content)


def test_a_file_is_saved_and_kept_by_no_cache(cast: Cast, api: Any) -> None:
    report = by_hand(cast, "small")
    address = f"/api/v1/reports/{report.uid}/file/"
    response = api(cast.people["auditor"]).get(address, headers={"Accept": "*/*"})
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="small-alliance-2026-01.json"'
    )
    assert json.loads(b"".join(response))["kind"] == "small"


def test_a_report_is_made_once_however_often_it_is_asked_for(cast: Cast, api: Any) -> None:
    client = api(cast.people["secretary"], **{"Idempotency-Key": "one"})
    first, again = (client.post("/api/v1/reports/", BODY) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (first.json()["on"], first.json()["scheduled"]) == ("2026-03-02", False)
    assert Report.objects.get().made_by == cast.people["secretary"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"period": "2026-Q5"}, 422, "unreadable_period"),
        ({"period": "2027"}, 422, "report_of_the_future"),
        ({"on": "2026-03-03"}, 422, "day_to_come"),
        ({"known_at": "2126-01-01T00:00:00Z"}, 422, "day_to_come"),
        ({"kind": "absent"}, 422, "unknown_report_kind"),
        ({"kind": "small"}, 403, "denied"),
        ({"format": "doc"}, 400, "invalid"),
        ({"language": "fr"}, 400, "invalid"),
        ({"consortium": "elsewhere"}, 400, "invalid"),
        ({"member": str(uuid4())}, 400, "invalid"),
        ({"parameters": {"roll": "yes"}}, 422, "invalid_document"),
        ({"parameters": {"x": "a\u0000"}}, 400, None),
    ],
)
def test_what_is_no_report_is_refused(
    cast: Cast, api: Any, changes: dict[str, Any], status: int, code: str | None
) -> None:
    response = api(cast.people["secretary"]).post("/api/v1/reports/", BODY | changes)
    assert response.status_code == status, response.content
    assert code is None or response.json()["code"] == code
    assert not Report.objects.exists()


@pytest.mark.parametrize("who", ["payer", "accountant", "supervisor"])
def test_others_make_no_report(cast: Cast, api: Any, who: str) -> None:
    response = api(cast.people[who]).post("/api/v1/reports/", BODY)
    assert (response.status_code, response.json()["code"]) == (403, "denied")


def test_schedules_are_listed_with_what_comes_next(cast: Cast, api: Any) -> None:
    scheduled(cast.consortium, people=[cast.people["finance"]])
    make_reports(consortium=cast.consortium, on=TODAY)
    (row,) = api(cast.people["secretary"]).get("/api/v1/report-schedules/").json()["results"]
    assert row["uid"] == str(cast.consortium.report_schedules.get().uid)
    person = {"uid": str(cast.people["finance"].uid), "name": "finance"}
    assert {name: value for name, value in row.items() if name != "uid"} == {
        "consortium": "alliance", "kind": "members", "title": "Roll of members",
        "every": "month", "anchor_on": "2026-01-01", "days": 28, "starts_on": "2026-03-01",
        "ends_on": None, "next_period": "2026-02", "next_due_on": "2026-03-29",
        "parameters": {"roll": True}, "language": "en", "formats": ["json"],
        "roles": ["reader"], "people": [person],
    }  # fmt: skip
    assert api(cast.people["reader"]).get("/api/v1/report-schedules/").json()["results"] == []
