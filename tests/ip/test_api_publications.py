"""Planned publications over REST: what each side is shown, and what rivals do not learn."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ip.rules.choices import Confidentiality
from tests.factories.publishing import noticed
from tests.factories.results import DISCLOSED, disclosed, researching
from tests.factories.running import PDF, Running

NOW = "2026-06-15T03:00:00Z"
NOTICES = "/api/v1/publication-notices/"


@pytest.fixture
def here(db: None) -> Iterator[Running]:
    with time_machine.travel(NOW, tick=False):
        yield researching()


@pytest.fixture
def as_(here: Running, api: Any) -> Any:
    return lambda name: api(here.people[name])


def body(here: Running, **changes: Any) -> dict[str, Any]:
    given = {
        "member": str(here.members["alpha"].uid),
        "title": "On lenses",
        "planned_on": "2026-07-30",
        "project": str(here.project.uid),
    }
    return given | changes


def test_a_paper_from_notice_to_objection(here: Running, as_: Any) -> None:
    answer = as_("alpha").post(NOTICES, body(here))
    assert answer.status_code == 201, answer.json()
    shown = answer.json()
    assert (shown["number"], shown["review"]) == ("PUB-2026-0001", "waiting")
    assert (shown["closes_on"], shown["may_appear_on"]) == ("2026-07-16", "2026-07-30")
    address = f"{NOTICES}{shown['uid']}/"
    beta = next(each for each in shown["parties"] if each["organization"]["name"] == "Beta")
    said = {"party": beta["uid"], "stance": "delay", "reason": "We file a patent first"}
    assert as_("gamma").post(f"{address}answer/", said).status_code == 403
    assert as_("alpha").post(f"{address}answer/", said).status_code == 403
    answer = as_("beta").post(f"{address}answer/", said)
    assert (answer.status_code, answer.json()["review"]) == (200, "objected")
    assert answer.json()["may_appear_on"] == "2026-09-13"
    reasons = {
        name: [each["reason"] for each in as_(name).get(address).json()["answers"]]
        for name in ("alpha", "beta", "gamma", "ip")
    }
    told = ["We file a patent first"]
    assert reasons == {"alpha": told, "beta": told, "gamma": [], "ip": told}


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"planned_on": "2026-07-29"}, 422, "publication_too_soon"),
        ({"project": None}, 422, "publication_about_nothing"),
        ({"title": ""}, 400, "blank"),
        ({"results": ["5b1a2f0e-6f0a-4a0e-9a57-0c6f3f1c0a11"]}, 400, "not_found"),
    ],
)
def test_refusals(here: Running, as_: Any, changes: Any, status: int, code: str) -> None:
    answer = as_("alpha").post(NOTICES, body(here, **changes))
    found = answer.json()
    codes = {found.get("code"), *(each["code"] for each in found.get("errors", []))}
    assert (answer.status_code, code in codes) == (status, True), found


def test_a_secret_result_is_told_to_its_owners_only(here: Running, as_: Any) -> None:
    secret = disclosed(here, {"alpha": "1"}, confidentiality=Confidentiality.OWNERS)
    noticed(here, DISCLOSED, results=(secret,))
    seen = {
        name: as_(name).get(NOTICES).json()["results"][0]["results"]
        for name in ("alpha", "beta", "ip")
    }
    assert seen == {"alpha": [str(secret.uid)], "beta": [], "ip": [str(secret.uid)]}
    noticed(here, DISCLOSED, project=None, results=(secret,))
    assert len(as_("alpha").get(NOTICES).json()["results"]) == 2
    assert len(as_("beta").get(NOTICES).json()["results"]) == 1


def test_staff_enter_paper_and_the_text_is_read_through_its_notice(here: Running, as_: Any) -> None:
    sent = {**body(here), "noticed_on": "2026-06-01", "file": file("text"), "paper": file("scan")}
    answer = as_("ip").post(f"{NOTICES}enter/", sent, format="multipart")
    assert answer.status_code == 201, answer.json()
    shown = answer.json()
    assert (shown["closes_on"], shown["has_file"]) == ("2026-07-02", True)
    address = f"{NOTICES}{shown['uid']}/"
    assert b"".join(as_("beta").get(f"{address}file/", headers={"Accept": "*/*"})) == PDF
    reply = {
        "party": shown["parties"][0]["uid"], "stance": "consent", "answered_on": "2026-06-10",
        "paper": file("letter"),
    }  # fmt: skip
    assert as_("beta").post(f"{address}enter-answer/", reply, format="multipart").status_code == 403
    reply["paper"] = file("letter")
    answer = as_("ip").post(f"{address}enter-answer/", reply, format="multipart")
    assert answer.json()["answers"][0]["answered_on"] == "2026-06-10"


def file(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.pdf", PDF, content_type="application/pdf")


def test_a_party_of_another_notice_is_not_there(here: Running, as_: Any) -> None:
    one, other = noticed(here, DISCLOSED), noticed(here, DISCLOSED)
    foreign = other.publicationpartys.get(body__name_en="Beta")
    said = {"party": str(foreign.uid), "stance": "consent"}
    assert as_("beta").post(f"{NOTICES}{one.uid}/answer/", said).status_code == 400


def test_a_list_costs_the_same_for_one_row_and_for_three(here: Running, as_: Any) -> None:
    client, counts = as_("ip"), []
    for more in (1, 2):
        for _each in range(more):
            noticed(here, DISCLOSED)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(NOTICES).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
