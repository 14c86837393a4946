"""The question over REST: who may ask about whom, what is answered, and requests for access."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ip.models import Result
from tests.factories.rights import ENDS, House, house

NOW = "2025-01-01 12:00:00+00:00"
pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield house()


def rights(api: Any, here: House, who: str, result: Result, about: str, **more: str) -> Any:
    query = {"organization": str(here.organization(about).uid)} | more
    return api(here.people[who]).get(f"/api/v1/results/{result.uid}/rights/", query)


def test_the_answer_names_rule_clause_charter_and_the_next_change(here: House, api: Any) -> None:
    result = here.result()
    body = rights(api, here, "ip", result, "outsider", use="exploit").json()
    assert body["result"] == {
        "uid": str(result.uid), "number": result.number, "name": "A lens",
    }  # fmt: skip
    (right,) = body["rights"]
    after, stretches = right.pop("next"), right.pop("timeline")
    assert right == {
        "use": "exploit", "verdict": "no", "reason": "exclusive", "party": None,
        "within": "member", "terms": None, "conditions": [], "charter": "first",
        "path": "exclusivity[0]", "clause": "7.1",
        "detail": "No: The result is kept to: Member",
    }  # fmt: skip
    assert (after["on"], after["verdict"], after["terms"]) == (
        ENDS.isoformat(), "on_terms", "fee_and_royalty",
    )  # fmt: skip
    assert after["detail"] == (
        "On terms · Transfer fee and royalty: The result has opened to: Any domestic organization"
    )
    assert [(each["starts_on"], each["ends_on"]) for each in stretches] == [
        ("2024-02-29", "2026-02-28"), ("2026-02-28", None),
    ]  # fmt: skip


def test_every_use_on_another_day(here: House, api: Any) -> None:
    body = rights(api, here, "beta", here.result(), "beta", on="2024-02-28").json()
    assert [each["use"] for each in body["rights"]] == [
        "implement", "research", "exploit", "license", "transfer",
    ]  # fmt: skip
    assert {each["reason"] for each in body["rights"]} == {"not_arisen"}


@pytest.mark.parametrize(
    ("who", "about", "status"),
    [
        ("beta", "beta", 200), ("beta", "alpha", 404), ("beta", "outsider", 404),
        ("alpha", "beta", 404), ("ip", "beta", 200), ("auditor", "outsider", 200),
        ("secretary", "alpha", 200),
    ],
)  # fmt: skip
def test_who_may_ask_about_whom(here: House, api: Any, who: str, about: str, status: int) -> None:
    result = here.result()
    assert rights(api, here, who, result, about).status_code == status
    query = {"organization": str(here.organization(about).uid)}
    assert api(here.people[who]).get("/api/v1/rights/", query).status_code == status


def test_what_one_may_not_see_is_not_there(here: House, api: Any) -> None:
    secret = here.result("alpha", confidentiality="owners")
    open_one = here.result("alpha")
    hidden = rights(api, here, "beta", secret, "beta")
    absent = api(here.people["beta"]).get(
        f"/api/v1/results/{uuid4()}/rights/", {"organization": str(uuid4())}
    )
    rival = rights(api, here, "beta", open_one, "gamma")
    assert [each.status_code for each in (hidden, absent, rival)] == [404] * 3
    assert hidden.content == absent.content == rival.content


@pytest.mark.parametrize(
    "query", ["", "organization=x", "organization={0}&use=steal", "organization={0}&on=2025-02-30"]
)
def test_what_is_not_a_question(here: House, api: Any, query: str) -> None:
    address = query.format(here.organization("beta").uid)
    client, result = api(here.people["beta"]), here.result()
    for path in (f"results/{result.uid}/rights", "rights"):
        assert client.get(f"/api/v1/{path}/?{address}").status_code == 400


def test_the_list_is_in_pages_of_what_one_may_see(here: House, api: Any) -> None:
    for n in range(3):
        here.result("alpha", completed_on=date(2024, 1 + n, 1), disclosed_on=date(2024, 6, 1))
    here.result("alpha", confidentiality="owners")
    other = house("elsewhere").result("alpha", confidentiality="public")
    client = api(here.people["beta"])
    query = {"organization": str(here.organization("beta").uid), "use": "exploit", "page_size": "2"}
    first = client.get("/api/v1/rights/", query).json()
    second = client.get(first["next"]).json()
    rows = first["results"] + second["results"]
    assert [(each["result"]["number"], each["rights"][0]["reason"]) for each in rows] == [
        ("R-2024-0001", "access"), ("R-2024-0002", "access"),
        (other.number, "exclusive"), ("R-2024-0003", "access"),
    ]  # fmt: skip
    assert len(rows) == 4
    only = client.get("/api/v1/rights/", query | {"consortium": "optics"}).json()
    assert all(each["result"]["number"].startswith("R-2024") for each in only["results"])
    assert client.get("/api/v1/rights/", query | {"consortium": "none"}).status_code == 404


def test_it_takes_as_many_queries_for_many_as_for_one(here: House, api: Any) -> None:
    client = api(here.people["ip"])
    query = {"organization": str(here.outsider.uid)}
    here.result()
    with CaptureQueriesContext(connection) as one:
        client.get("/api/v1/rights/", query)
    for _ in range(3):
        here.result()
    with CaptureQueriesContext(connection) as many:
        client.get("/api/v1/rights/", query)
    assert len(one) == len(many)


def test_a_member_asks_for_access(here: House, api: Any) -> None:
    result, client = here.result(), api(here.people["beta"])
    body = {
        "result": str(result.uid), "organization": str(here.organization("beta").uid),
        "uses": ["exploit"], "purpose": "A stepper",
    }  # fmt: skip
    made = client.post("/api/v1/access-requests/", body)
    assert made.status_code == 201
    assert made.json()["asked_on"] == "2025-01-01"
    assert len(client.get("/api/v1/access-requests/").json()["results"]) == 1
    gamma = api(here.people["gamma"])
    assert gamma.get("/api/v1/access-requests/").json()["results"] == []
    assert gamma.post("/api/v1/access-requests/", body).status_code == 403
    refused = client.post("/api/v1/access-requests/", body | {"uses": ["transfer"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "access_not_given")
