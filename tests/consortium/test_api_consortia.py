"""Consortia, charters, the docket, notices and oneself over REST."""

from typing import Any

import pytest

from consortium.models import Consortium
from tests.cast import Cast


def test_me(cast: Cast, api: Any) -> None:
    body = api(cast.people["payer"]).get("/api/v1/me/").json()
    assert (body["username"], body["is_superuser"]) == ("payer", False)
    assert [(each["role"], each["organization"]["name"]) for each in body["appointments"]] == [
        ("signatory", "Payer Ltd")
    ]


def test_consortia_are_addressed_by_slug_with_their_goals(cast: Cast, api: Any) -> None:
    client = api(cast.people["payer"])
    body = client.get("/api/v1/consortia/alliance/").json()
    assert (body["slug"], body["currency"], body["outbound_held"]) == ("alliance", "USD", True)
    assert [goal["due_on"] for goal in body["goals"]] == ["2026-05-01"]
    assert client.get("/api/v1/consortia/elsewhere/").status_code == 404


def test_outbound_is_released_and_held_by_the_secretary(cast: Cast, api: Any) -> None:
    client = api(cast.people["secretary"])
    released = client.post("/api/v1/consortia/alliance/release-outbound/")
    assert (released.status_code, released.json()["outbound_held"]) == (200, False)
    held = client.post("/api/v1/consortia/alliance/hold-outbound/")
    assert held.json()["outbound_held"] is True
    assert client.post("/api/v1/consortia/elsewhere/hold-outbound/").status_code == 404


def test_a_reference_case_is_open_to_everyone_and_read_only(cast: Cast, api: Any) -> None:
    Consortium.objects.filter(slug="elsewhere").update(is_reference=True)
    client = api(cast.people["nobody"])
    for path in ("consortia/elsewhere", "members", "charters", "organizations"):
        response = client.get(f"/api/v1/{path}/")
        assert response.status_code == 200
        assert "elsewhere" in response.content.decode() or path == "organizations"
    assert len(client.get("/api/v1/members/?consortium=elsewhere").json()["results"]) == 1
    root = api(cast.people["root"])
    refused = root.post("/api/v1/consortia/elsewhere/release-outbound/")
    assert (refused.status_code, refused.json()["code"]) == (403, "reference_is_read_only")


def test_charters_show_their_sections(cast: Cast, api: Any) -> None:
    rows = api(cast.people["payer"]).get("/api/v1/charters/?on=2026-03-02").json()["results"]
    assert [(row["code"], row["adopted_on"]) for row in rows] == [("first", "2025-01-01")]
    levies = rows[0]["sections"][0]["body"]["levies"]
    assert levies[0]["rule"][0] == {"add": {"of": "semiconductor_sales", "rate": "0.01"}}
    none = api(cast.people["payer"]).get("/api/v1/charters/?adopted=false").json()["results"]
    assert none == []


def test_the_docket_in_words_and_in_values(cast: Cast, api: Any) -> None:
    client = api(cast.people["newcomer"])
    items = client.get("/api/v1/docket/?consortium=alliance&until=2026-12-31").json()
    found = {item["code"]: item for item in items}
    assert set(found) == {"figures_due", "goal_due", "charge_due"}
    due = found["figures_due"]
    assert due["mine"] is True
    assert due["member"] == str(cast.members["newcomer"].uid)
    assert due["values"]["period"] == "2026-01-01"
    assert due["values"]["levy"] == "Annual dues"
    assert due["text"] == "Newcomer Ltd: declare figures for Annual dues from January 1, 2026"
    chinese = client.get(
        "/api/v1/docket/?consortium=alliance", headers={"Accept-Language": "zh-hans"}
    ).json()
    assert {item["values"].get("levy") for item in chinese} >= {"年度会费"}


def test_the_docket_shows_no_key_of_the_server(cast: Cast, api: Any) -> None:
    for who in ("secretary", "finance", "root"):
        items = api(cast.people[who]).get("/api/v1/docket/?consortium=alliance&days=400").json()
        assert items
        assert all(item["href"] == "" or item["href"].startswith("/api/v1/") for item in items)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "consortium=elsewhere",
        "consortium=alliance&days=-1",
        "consortium=alliance&days=99999",
        "consortium=alliance&until=x",
        "consortium=alliance&until=0001-01-01",
        "consortium=alliance&what=x",
        "consortium=%00",
    ],
)
def test_bad_dockets(cast: Cast, api: Any, query: str) -> None:
    assert api(cast.people["payer"]).get(f"/api/v1/docket/?{query}").status_code == 400


def test_notices(cast: Cast, api: Any) -> None:
    own = api(cast.people["payer"]).get("/api/v1/notices/").json()["results"]
    assert {each["recipient"]["name"] for each in own} == {"payer"}
    asked = next(each for each in own if each["code"] == "figures_requested")
    assert asked["text"].startswith("The alliance asks for your figures")
    client = api(cast.people["secretary"])
    outbox = client.get("/api/v1/notices/?state=waiting").json()["results"]
    assert len(outbox) == 15
    assert client.get("/api/v1/notices/?mine=true").json()["results"] == []


@pytest.mark.parametrize("path", ["consortia", "charters", "appointments", "notices"])
def test_lists_cost_the_same_for_one_row_and_for_many(
    cast: Cast, api: Any, path: str, django_assert_max_num_queries: Any
) -> None:
    counts = {}
    for size in (1, 8):
        with django_assert_max_num_queries(20) as asked:
            rows = api(cast.people["root"]).get(f"/api/v1/{path}/?page_size={size}").json()
        assert len(rows["results"]) >= min(size, 2)  # alliance and elsewhere
        counts[size] = len(asked)
    assert counts[1] == counts[8]
