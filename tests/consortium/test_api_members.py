"""Members, suspensions, appointments and organizations over REST."""

from typing import Any

import pytest

from consortium.models import Appointment, AuditEvent, Member, Organization, Suspension
from consortium.operations.members import admit
from tests.cast import FOUNDED, Cast


def test_a_secretary_registers_and_admits(cast: Cast, api: Any) -> None:
    client = api(cast.people["secretary"])
    body = {"consortium": "alliance", "name_en": "New Ltd", "kind": "enterprise", "country": "US"}
    made = client.post("/api/v1/organizations/", body)
    assert made.status_code == 201
    assert made.json() == {
        "uid": made.json()["uid"],
        "name": "New Ltd",
        "name_en": "New Ltd",
        "name_zh": "",
        "kind": "enterprise",
        "country": "US",
        "registration_number": "",
    }
    body = {
        "consortium": "alliance",
        "organization": made.json()["uid"],
        "category": "member",
        "starts_on": "2026-03-01",
        "ends_on": None,
    }
    admitted = client.post("/api/v1/members/", body)
    assert admitted.status_code == 201
    found = admitted.json()
    assert (found["consortium"], found["category"]) == ("alliance", "member")
    assert [(each["starts_on"], each["ends_on"]) for each in found["terms"]] == [
        ("2026-03-01", None)
    ]
    again = client.post("/api/v1/members/", body)
    assert (again.status_code, again.json()["code"]) == (409, "term_overlaps")
    event = AuditEvent.objects.filter(action="admit").latest("pk")
    assert event.by == cast.people["secretary"]


def test_change_category_and_end(cast: Cast, api: Any) -> None:
    client = api(cast.people["secretary"])
    path = f"/api/v1/members/{cast.members['payer'].uid}"
    body = {"category": "associate", "from_on": "2026-04-01"}
    changed = client.post(f"{path}/change-category/", body)
    assert changed.status_code == 200
    assert [(each["category"], each["starts_on"]) for each in changed.json()["terms"]] == [
        ("member", "2025-01-01"),
        ("associate", "2026-04-01"),
    ]
    ended = client.post(f"{path}/end/", {"ends_on": "2026-07-01"})
    assert ended.json()["terms"][1]["ends_on"] == "2026-07-01"
    late = client.post(f"{path}/end/", {"ends_on": "2026-09-01"})
    assert (late.status_code, late.json()["code"]) == (422, "not_a_member")


def test_suspend_and_reinstate(cast: Cast, api: Any) -> None:
    client = api(cast.people["secretary"])
    body = {
        "member": str(cast.members["payer"].uid),
        "right": "proposals",
        "cause": "arrears",
        "starts_on": "2026-03-01",
    }
    made = client.post("/api/v1/suspensions/", body)
    assert made.status_code == 201
    path = f"/api/v1/suspensions/{made.json()['uid']}/reinstate/"
    assert client.post(path, {"from_on": "2026-03-05"}).json()["ends_on"] == "2026-03-05"
    own = api(cast.people["payer"]).get("/api/v1/suspensions/").json()["results"]
    assert [each["right"] for each in own] == ["proposals"]
    assert api(cast.people["partner"]).get("/api/v1/suspensions/").json()["results"] == []
    assert Suspension.objects.count() == 2


def test_appoint_and_end(cast: Cast, api: Any) -> None:
    client = api(cast.people["secretary"])
    body = {
        "consortium": "alliance",
        "user": str(cast.people["nobody"].uid),
        "role": "finance_contact",
        "organization": str(cast.members["payer"].organization.uid),
        "starts_on": "2026-03-01",
    }
    made = client.post("/api/v1/appointments/", body)
    assert made.status_code == 201
    assert made.json()["organization"]["name"] == "Payer Ltd"
    assert len(api(cast.people["nobody"]).get("/api/v1/me/").json()["appointments"]) == 1
    missing = client.post("/api/v1/appointments/", body | {"organization": None})
    assert (missing.status_code, missing.json()["code"]) == (422, "organization_missing")
    end = client.post(f"/api/v1/appointments/{made.json()['uid']}/end/", {"ends_on": "2026-03-02"})
    assert end.status_code == 200
    assert api(cast.people["nobody"]).get("/api/v1/me/").json()["appointments"] == []
    assert Appointment.objects.get(uid=made.json()["uid"]).ends_on is not None


def test_organizations_are_searched_by_name_and_number(cast: Cast, api: Any) -> None:
    client = api(cast.people["payer"])

    def names(query: str) -> list[str]:
        rows = client.get(f"/api/v1/organizations/?{query}").json()["results"]
        return [row["name_en"] for row in rows]

    assert names("search=riv") == ["Rival Ltd"]
    assert names("search=REG-payer") == ["Payer Ltd"]
    assert names("search=Outsider") == []
    assert names("country=DE") == []
    assert names("ordering=-name_en") == sorted(names(""), reverse=True)


def test_pages_follow_each_other_without_gap_or_double(cast: Cast, api: Any) -> None:
    client = api(cast.people["payer"])
    for ordering in ("name_en", "-name_en", "name_zh"):
        seen, path = [], f"/api/v1/organizations/?page_size=1&ordering={ordering}"
        while path:
            page = client.get(path).json()
            assert len(page["results"]) == 1
            seen += [row["uid"] for row in page["results"]]
            path = page["next"]
        assert len(seen) == len(set(seen)) == 4


@pytest.mark.parametrize("size", ["0", "201", "-1", "x", "１", ""])
def test_page_sizes(cast: Cast, api: Any, size: str) -> None:
    response = api(cast.people["payer"]).get(f"/api/v1/members/?page_size={size}")
    assert response.status_code == 400


def test_a_members_list_costs_the_same_for_one_and_for_many(
    cast: Cast, api: Any, django_assert_num_queries: Any
) -> None:
    client = api(cast.people["other_secretary"])
    assert len(client.get("/api/v1/members/").json()["results"]) == 1
    with django_assert_num_queries(5):
        client.get("/api/v1/members/")
    for name in "abc":
        organization = Organization.objects.create(name_en=name, kind="other", country="US")
        admit(
            consortium=cast.other,
            organization=organization,
            category="member",
            starts_on=FOUNDED,
            by=None,
            on=FOUNDED,
        )
    with django_assert_num_queries(5):
        assert len(client.get("/api/v1/members/").json()["results"]) == 4


@pytest.mark.parametrize(
    "change",
    [
        {"starts_on": "2024-01-01"},
        {"starts_on": "1500-01-01"},
        {"starts_on": "2026-02-30"},
        {"ends_on": "2026-01-01"},
        {"category": "Two Words"},
        {"share": "2"},
        {"share": "NaN"},
        {"organization": "x"},
        {"organization": 7},
        {"consortium": "No Slug!"},
        {"consortium": None},
    ],
)
def test_bad_terms(cast: Cast, api: Any, change: dict[str, Any]) -> None:
    organization = Organization.objects.create(
        name_en="Other", kind="other", country="US", registered_by=cast.consortium
    )
    body = {
        "consortium": "alliance",
        "organization": str(organization.uid),
        "category": "member",
        "starts_on": "2026-02-01",
    }
    response = api(cast.people["secretary"]).post("/api/v1/members/", body | change)
    assert response.status_code in (400, 422)
    assert not Member.objects.filter(organization=organization).exists()
