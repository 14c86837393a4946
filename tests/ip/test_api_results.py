"""Results over REST: what members disclose, what staff enter, and what rivals do not learn."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ip.models import Result
from tests.factories.results import disclosed, inventors, researching
from tests.factories.running import PDF, Running

NOW = "2026-06-10T03:00:00Z"
CORE = "/api/v1/core-businesses/"
RESULTS = "/api/v1/results/"
SHARES = "/api/v1/ownership-shares/"


@pytest.fixture
def here(db: None) -> Iterator[Running]:
    with time_machine.travel(NOW, tick=False):
        yield researching()


@pytest.fixture
def as_(here: Running, api: Any) -> Any:
    """Return how to speak as one of the consortium's people."""
    return lambda name: api(here.people[name])


def pdf(name: str = "paper.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def body(here: Running, **changes: Any) -> dict[str, Any]:
    given = {
        "member": str(here.members["alpha"].uid),
        "kind": "patent",
        "completed_on": "2026-05-31",
        "name_en": "A lens",
        "project": str(here.project.uid),
        "work_package": "optics",
        "contributions": [
            {"organization": here.uid("alpha"), "part": "1/3"},
            {"organization": here.uid("beta"), "part": "2/3"},
        ],
        "inventors": [{"name": "A. Abe", "employer": here.uid("alpha"), "part": "1"}],
    }
    return given | changes


def share_of(result: Result, owner: str) -> str:
    return str(result.shares.get(owner__name_en=owner, ends_on=None).uid)


def test_a_member_discloses_and_reads_who_owns_it(here: Running, as_: Any) -> None:
    answer = as_("alpha").post(RESULTS, body(here))
    assert answer.status_code == 201, answer.json()
    shown = answer.json()
    assert (shown["number"], shown["confidentiality"]) == ("R-2026-0001", "project")
    found = [(each["organization"]["name"], each["part"]) for each in shown["owners"]]
    assert found == [("Alpha", "1/3"), ("Beta", "2/3")]
    assert {each["by"] for each in shown["owners"]} == {"rule"}
    assert shown["exclusivity"]["ends_on"] == "2028-05-31"
    assert (shown["warnings"], shown["protection"]) == ([], None)
    assert as_("gamma").get(f"{RESULTS}{shown['uid']}/").json() == shown


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"work_package": "nowhere"}, 422, "result_package_unknown"),
        ({"completed_on": "2026-06-11"}, 422, "result_completed_in_future"),
        ({"name_en": ""}, 422, "no_name"),
        ({"inventors": [{"name": "A. Abe", "part": "1"}]}, 400, "required"),
        ({"inventors": [{"name": "A. Abe", "employer": None, "part": "1"}]}, 400, "null"),
        ({"contributions": [{"organization": "x", "part": "1"}]}, 400, "invalid"),
    ],
)
def test_what_cannot_be_is_refused(
    here: Running, as_: Any, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = as_("alpha").post(RESULTS, body(here, **changes))
    found = {answer.json()["code"], *(each["code"] for each in answer.json()["errors"])}
    assert (answer.status_code, code in found) == (status, True), answer.json()
    assert Result.objects.count() == 0


@pytest.mark.parametrize("part", ["1/0", "0.333", "2/3", 0.5, "-1", "a", "1/3/3"])
def test_a_part_is_an_exact_fraction(here: Running, as_: Any, part: Any) -> None:
    whole = [{"organization": here.uid("alpha"), "part": part}]
    answer = as_("alpha").post(RESULTS, body(here, contributions=whole))
    assert answer.status_code in (400, 422)
    assert Result.objects.count() == 0


def test_anothers_project_member_and_funding_are_not_there(here: Running, as_: Any) -> None:
    elsewhere = researching("elsewhere")
    for changes in (
        {"project": str(elsewhere.project.uid)},
        {"member": str(elsewhere.members["alpha"].uid)},
        {"instruments": [str(elsewhere.project.uid)]},
    ):
        answer = as_("alpha").post(RESULTS, body(here, **changes))
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "not_found")
    assert as_("beta").post(RESULTS, body(here)).status_code == 403


def test_owners_and_the_desk_alone_read_what_is_for_owners(here: Running, as_: Any) -> None:
    result = disclosed(here, confidentiality="owners", inventors=())
    path = f"{RESULTS}{result.uid}/"
    seen = {name: as_(name).get(path).status_code for name in ("alpha", "beta", "gamma", "ip")}
    assert seen == {"alpha": 200, "beta": 200, "gamma": 404, "ip": 200}
    rows = as_("gamma").get(SHARES).json()["results"]
    assert rows == []
    owner = here.uid("alpha")
    assert as_("gamma").get(f"{RESULTS}?owner={owner}").json()["results"] == []


def test_staff_enter_a_paper_with_an_agreement(here: Running, as_: Any) -> None:
    given = body(here, disclosed_on="2026-06-01", paper=pdf())
    for name in ("contributions", "inventors"):
        given[name] = json.dumps(given[name])
    given["agreed"] = json.dumps([{"organization": here.uid("gamma"), "part": "1"}])
    answer = as_("ip").post(f"{RESULTS}enter/", given, format="multipart")
    assert answer.status_code == 201, answer.json()
    assert [each["organization"]["name"] for each in answer.json()["owners"]] == ["Gamma"]
    again = given | {"paper": pdf()}
    assert as_("alpha").post(f"{RESULTS}enter/", again, format="multipart").status_code == 403
    assert as_("ip").post(RESULTS, body(here)).status_code == 403


def test_evaluation_agreement_and_deed(here: Running, as_: Any) -> None:
    result, desk = disclosed(here), as_("ip")
    path = f"{RESULTS}{result.uid}/"
    said = desk.post(f"{path}evaluate/", {"protection": "secret", "reason": "Young"}).json()
    assert said["protection"] == "secret"
    parts = json.dumps([{"organization": here.uid("gamma"), "part": "1"}])
    agreed = {"parts": parts, "starts_on": "2026-06-09", "paper": pdf()}
    said = desk.post(f"{path}agree-ownership/", agreed, format="multipart").json()
    assert [each["by"] for each in said["owners"]] == ["agreement"]
    deed = {"to": here.uid("alpha"), "part": "1/4", "deed": pdf()}
    transfer = f"{SHARES}{share_of(result, 'Gamma')}/transfer/"
    answer = desk.post(transfer, deed, format="multipart")
    assert (answer.status_code, answer.json()["part"]) == (201, "1/4")
    again = deed | {"deed": pdf()}
    assert as_("gamma").post(transfer, again, format="multipart").status_code == 403
    changes = desk.get(f"/api/v1/ownership-changes/?result={result.uid}").json()["results"]
    assert [each["by"] for each in changes] == ["agreement", "deed"]


def test_a_share_is_given_up_and_taken(here: Running, as_: Any) -> None:
    result = disclosed(here)
    mine, theirs = share_of(result, "Alpha"), share_of(result, "Beta")
    assert as_("beta").post(f"{SHARES}{mine}/abandon/", {}).status_code == 403
    offer = as_("alpha").post(f"{SHARES}{mine}/abandon/", {"reason": "Dear"}).json()
    assert (offer["until"], offer["settled_on"]) == ("2026-07-10", None)
    listed = as_("beta").get("/api/v1/share-offers/?open=true").json()["results"]
    assert [each["uid"] for each in listed] == [offer["uid"]]
    taken = as_("beta").post(f"{SHARES}{theirs}/accept/", {"offer": offer["uid"]}).json()
    assert (taken["settled_on"], taken["lapsed"]) == ("2026-06-10", False)
    owners = as_("beta").get(f"{RESULTS}{result.uid}/").json()["owners"]
    assert [(each["organization"]["name"], each["part"]) for each in owners] == [("Beta", "1")]


def test_background_and_funding(here: Running, as_: Any) -> None:
    brought = {"member": str(here.members["beta"].uid), "title": "A resin", "kind": "know_how"}
    row = as_("beta").post("/api/v1/background/", brought)
    assert (row.status_code, row.json()["starts_on"]) == (201, "2026-06-10")
    end = f"/api/v1/background/{row.json()['uid']}/end/"
    refused = as_("beta").post(end, {"ends_on": "2026-07-01"})
    assert (refused.status_code, refused.json()["code"]) == (422, "background_add_only")
    funding = {
        "consortium": here.consortium.slug, "kind": "grant", "title": "Grant 7",
        "funder": here.uid("gamma"), "recipient": here.uid("beta"), "amount": "5000",
        "starts_on": "2026-01-01",
    }  # fmt: skip
    made = as_("ip").post("/api/v1/instruments/", funding)
    assert (made.status_code, made.json()["unit"]) == (201, "JPY")
    path = f"/api/v1/instruments/{made.json()['uid']}/"
    assert [as_(name).get(path).status_code for name in ("beta", "gamma", "alpha")] == [
        200, 200, 404,
    ]  # fmt: skip


def test_patterns_are_for_staff(here: Running, as_: Any) -> None:
    disclosed(here, inventors=inventors(here, {"A": ("alpha", "1/2"), "B": ("beta", "1/2")}))
    path = f"{RESULTS}patterns/?consortium={here.consortium.slug}"
    assert [tuple(each.values()) for each in as_("ip").get(path).json()] == [
        ("joint_across", 1, "1"), ("joint_within", 0, "0"), ("single", 0, "0"),
    ]  # fmt: skip
    assert as_("alpha").get(path).status_code == 404
    assert as_("ip").get(f"{path}&starts_on=2026-06-01").json()[0]["count"] == 0
    assert as_("ip").get(f"{RESULTS}patterns/").status_code == 400


def queries(client: APIClient) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(RESULTS).status_code == 200
    return len(seen)


def test_a_list_asks_as_much_for_one_row_as_for_three(here: Running, as_: Any) -> None:
    disclosed(here, inventors=inventors(here, {"A": ("alpha", "1")}))
    client = as_("ip")
    queries(client)
    one = queries(client)
    for _ in range(2):
        disclosed(here, inventors=inventors(here, {"A": ("alpha", "1")}))
    assert queries(client) == one


def test_whose_core_business_a_field_is(here: Running, as_: Any) -> None:
    given = {"project": str(here.project.uid), "field": "optics", "organization": here.uid("beta")}
    assert as_("alpha").post(CORE, given).status_code == 403
    made = as_("ip").post(CORE, given)
    assert (made.status_code, made.json()["organization"]["name"]) == (201, "Beta")
    moved = as_("ip").post(CORE, {**given, "organization": here.uid("alpha")})
    assert moved.json()["uid"] == made.json()["uid"]
    assert [each["field"] for each in as_("alpha").get(CORE).json()["results"]] == ["optics"]
    elsewhere = researching("elsewhere").uid("alpha")
    assert as_("ip").post(CORE, {**given, "organization": elsewhere}).status_code == 400
