"""Refusals: one form, the right status, the reader's language, never a 500 for bad input."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from consortium.models import Member
from tests.cast import Cast


def is_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) == {"type", "title", "status", "code", "detail", "errors"}
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"urn:consortium:problem:{code}"
    return body


def test_domain_errors(cast: Cast, api: Any) -> None:
    member = str(cast.members["newcomer"].uid)
    body = {
        "member": member,
        "levy": "dues",
        "period_starts_on": "2026-01-01",
        "figures": {"semiconductor_sales": "-5", "sales": "1"},
    }
    client = api(cast.people["newcomer"])
    several = is_problem(client.post("/api/v1/declarations/", body), 422, "several")
    assert [(each["path"], each["code"]) for each in several["errors"]] == [
        ("figures.semiconductor_sales", "negative_input"),
        ("figures.sales", "unknown_input"),
    ]
    body["figures"] = {"semiconductor_sales": "99999999999999999999"}
    absurd = is_problem(client.post("/api/v1/declarations/", body), 422, "absurd_input")
    assert absurd["errors"][0]["path"] == "figures.semiconductor_sales"


def test_denied(cast: Cast, api: Any) -> None:
    response = api(cast.people["reader"]).post("/api/v1/consortia/alliance/hold-outbound/")
    assert "Secretary" in is_problem(response, 403, "denied")["detail"]


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": "\\ud800"}',
        b"[" * 200_000,
        b'{"a": NaN}',
        b"{",
        b"\xff\xfe",
        b'"text"',
        b"[]",
        b"null",
        b"1e999999999",
        b"9" * 10_000,
    ],
)
@pytest.mark.parametrize("path", ["declarations", "members", "organizations"])
def test_malformed_bodies(cast: Cast, api: Any, path: str, content: bytes) -> None:
    response = api(cast.people["secretary"]).post(
        f"/api/v1/{path}/", data=content, content_type="application/json"
    )
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("figure", [1.5, 15, "1e5", "NaN", "١٢", " 1", "", [], {}, "1" * 21, "0x1"])
def test_figures_are_exact_text(cast: Cast, api: Any, figure: Any) -> None:
    body = {
        "member": str(cast.members["newcomer"].uid),
        "levy": "dues",
        "period_starts_on": "2026-01-01",
        "figures": {"semiconductor_sales": figure},
    }
    response = api(cast.people["newcomer"]).post("/api/v1/declarations/", body)
    error = is_problem(response, 400, "invalid")["errors"][0]
    assert error["path"] == "figures.semiconductor_sales"


def test_a_large_body_is_refused(cast: Cast, api: Any) -> None:
    content = json.dumps({"name_en": "x" * 3_000_000})
    response = api(cast.people["secretary"]).post(
        "/api/v1/organizations/", data=content, content_type="application/json"
    )
    is_problem(response, 413, "too_large")


def test_method_media_and_address(cast: Cast, api: Any) -> None:
    client = api(cast.people["payer"])
    is_problem(client.put("/api/v1/members/", {}), 405, "method_not_allowed")
    is_problem(client.delete("/api/v1/charges/"), 405, "method_not_allowed")
    is_problem(client.post("/api/v1/charges/", {}), 405, "method_not_allowed")
    text = client.post("/api/v1/members/", data="x", content_type="text/plain")
    is_problem(text, 415, "unsupported_media_type")
    is_problem(
        client.get("/api/v1/members/", headers={"Accept": "image/png"}), 406, "not_acceptable"
    )
    is_problem(client.get("/api/v1/nothing/"), 404, "not_found")
    is_problem(client.get("/api/v1/members/not-a-uid/"), 404, "not_found")


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer %00", "Bearer é", "Basic eA=="])
def test_bad_credentials(db: None, api: Any, header: str) -> None:
    response = api().get("/api/v1/me/", headers={"Authorization": header})
    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_session_needs_the_csrf_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["secretary"])
    response = client.post("/api/v1/consortia/alliance/release-outbound/")
    is_problem(response, 403, "permission_denied")


def test_throttled(cast: Cast, api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        SimpleRateThrottle, "THROTTLE_RATES", {"anon": "1/min", "user": "2/min", "login": "1/min"}
    )
    client = api(cast.people["payer"])
    answers = [client.get("/api/v1/me/").status_code for _ in range(2)]
    assert answers == [200, 200]
    slow = client.get("/api/v1/me/")
    is_problem(slow, 429, "throttled")
    assert int(slow.headers["Retry-After"]) > 0
    cache.clear()
    credentials = {"username": "payer", "password": "wrong"}
    assert api().post("/api/v1/tokens/", credentials).status_code == 401
    cache.delete_many([])
    is_problem(api().post("/api/v1/tokens/", credentials), 429, "throttled")


def test_a_database_that_is_down(cast: Cast, api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*args: Any) -> Any:
        raise OperationalError("connection refused")

    client = api(cast.people["payer"])
    monkeypatch.setattr(type(Member.objects.none()), "visible_to", down)
    response = client.get("/api/v1/members/")
    is_problem(response, 503, "unavailable")
    assert response.headers["Retry-After"] == "1"


def test_a_fault_of_ours_tells_nothing(
    cast: Cast, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*args: Any) -> Any:
        raise RuntimeError("741300000")

    client = api(cast.people["payer"])
    client.raise_request_exception = False
    monkeypatch.setattr(type(Member.objects.none()), "visible_to", wrong)
    response = client.get("/api/v1/members/")
    is_problem(response, 500, "unexpected")
    assert b"741300000" not in response.content


def test_the_readers_language(cast: Cast, api: Any) -> None:
    path = "/api/v1/assessments/?levy=dues"
    client = api(cast.people["payer"])
    labels = [
        client.get(path, headers={"Accept-Language": language}).json()["results"][0]["explanation"]
        for language in ("en", "zh-hans")
    ]
    assert "Semiconductor sales" in labels[0][0]["label"]
    assert "半导体销售额" in labels[1][0]["label"]
    cast.people["payer"].language = "zh-hans"
    cast.people["payer"].save()
    own = client.get(path)
    assert "半导体销售额" in own.json()["results"][0]["explanation"][0]["label"]
    assert own.headers["Content-Language"] == "zh-hans"
