"""Charters over REST: read by members, drafted by the secretary, adopted by two."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consortium.models import Charter, Control, Organization
from consortium.operations.cases import load_case
from consortium.operations.charters import import_charter
from consortium.rules.cases import read_case
from consortium.rules.documents import json_schema, read_charter
from tests.cast import TODAY, Cast
from tests.consortium.scene import CASE
from tests.consortium.test_operations_charters import OPEN

PHASE = CASE + (
    '[[charters]]\ncode = "founding"\ntitle = { en = "Founding" }\nstarts_on = 1987-08-01\n'
    'basis = "seed"\nsource = "A book"\n[charters.admission]\ncountries = ["JP"]\n'
)
SMALL = {
    "code": "charter-2027",
    "title": {"en": "Charter 2027"},
    "starts_on": "2027-01-01",
    "admission": {"countries": ["US"], "foreign_control": {"share": "0.5"}},
}


def url(charter: Charter | str, *parts: str) -> str:
    uid = charter if isinstance(charter, str) else charter.uid
    return "/".join(["/api/v1/charters", str(uid), *parts]) + "/"


@pytest.fixture
def draft(cast: Cast) -> Charter:
    document = read_charter(OPEN)
    return import_charter(consortium=cast.consortium, document=document, by=None, on=TODAY)


@pytest.fixture
def phase(cast: Cast) -> Charter:
    load_case(case=read_case(PHASE), by=None, on=TODAY)
    return Charter.objects.get(consortium__slug="a-case")


# Reading


def test_a_charter_comes_as_its_document(cast: Cast, api: Any, draft: Charter) -> None:
    response = api(cast.people["secretary"]).get(url(draft, "document"))
    assert response.headers["Content-Type"] == "application/toml; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert 'filename="alliance-charter-2027.toml"' in response.headers["Content-Disposition"]
    assert read_charter(response.content.decode()) == read_charter(OPEN)


READS = ["", "document", "diff", "consequences"]


@pytest.mark.parametrize(
    ("who", "first", "draft_seen"),
    [
        ("payer", 200, 404),
        ("technician", 200, 404),
        ("reader", 200, 404),
        ("accountant", 200, 404),
        ("secretary", 200, 200),
        ("finance", 200, 200),
        ("auditor", 200, 200),
        ("supervisor", 404, 404),
        ("outsider", 404, 404),
        ("nobody", 404, 404),
    ],
)
def test_members_read_what_is_adopted_and_never_a_draft(
    cast: Cast, api: Any, draft: Charter, who: str, first: int, draft_seen: int
) -> None:
    client = api(cast.people[who])
    adopted = Charter.objects.get(consortium=cast.consortium, code="first")
    for part in READS:
        expected = {adopted: first, draft: draft_seen}
        for charter, status in expected.items():
            knows = who in ("secretary", "auditor")
            denied = part == "consequences" and status == 200 and not knows
            response = client.get(url(charter, *filter(None, [part])))
            assert response.status_code == (403 if denied else status), (part, charter)
        absent = client.get(url(str(uuid4()), *filter(None, [part])))
        hidden = client.get(url(draft, *filter(None, [part])))
        assert hidden.status_code == 200 or hidden.content == absent.content or who == "finance"
    assert client.get(url(draft, "paper")).status_code == 404


def test_whoever_proposed_is_named_on_the_draft_only(cast: Cast, api: Any, draft: Charter) -> None:
    Charter.objects.filter(pk=draft.pk).update(proposed_by=cast.people["secretary"])
    shown = api(cast.people["finance"]).get(url(draft)).json()
    assert (shown["proposed_by"]["name"], shown["revision"]) == ("secretary", 1)
    assert [each["code"] for each in shown["sections"]] == [
        "profile",
        "admission",
        "governance",
        "dues",
    ]
    Charter.objects.filter(code="first").update(ends_on="2030-01-01")
    Charter.objects.filter(pk=draft.pk).update(adopted_on=TODAY, starts_on="2030-01-01")
    assert api(cast.people["payer"]).get(url(draft)).json()["proposed_by"] is None


def test_what_changes(cast: Cast, api: Any, draft: Charter, phase: Charter) -> None:
    client = api(cast.people["secretary"])
    body = client.get(url(draft, "diff")).json()
    assert body["against"]["code"] == "first"
    assert {"path": "code", "kind": "changed", "before": "first", "after": "charter-2027"} in body[
        "changes"
    ]
    against = client.get(url(draft, "diff") + f"?against={phase.uid}").json()
    assert (against["against"]["consortium"], against["against"]["code"]) == ("a-case", "founding")
    assert [each for each in against["changes"] if each["path"] == "admission.countries[0]"] == [
        {"path": "admission.countries[0]", "kind": "changed", "before": "JP", "after": "CN"}
    ]
    first = Charter.objects.get(consortium=cast.consortium, code="first")
    assert client.get(url(first, "diff")).json()["against"] is None


def test_against_an_invisible_charter_is_as_against_none(
    cast: Cast, api: Any, draft: Charter
) -> None:
    client = api(cast.people["secretary"])
    hidden = Charter.objects.get(consortium=cast.other)
    answers = [client.get(url(draft, "diff") + f"?against={uid}") for uid in (hidden.uid, uuid4())]
    assert [each.status_code for each in answers] == [400, 400]
    assert answers[0].content == answers[1].content
    assert client.get(url(draft, "diff") + "?agianst=x").status_code == 400


def test_who_would_not_be_eligible(cast: Cast, api: Any) -> None:
    client = api(cast.people["secretary"])
    made = client.post("/api/v1/charters/", {"consortium": "alliance", "document": SMALL}).json()
    payer = cast.members["payer"]
    abroad = Organization.objects.create(name_en="Abroad", kind="enterprise", country="JP")
    Control.objects.create(
        organization=payer.organization, controller=abroad, share="0.75", starts_on="2027-01-01"
    )
    body = client.get(url(made["uid"], "consequences")).json()
    assert body == {
        "on": "2027-01-01",
        "members": [
            {
                "member": {"uid": str(payer.uid), "name": "Payer Ltd"},
                "failures": [
                    {
                        "code": "foreign_share_above_limit",
                        "path": "admission.foreign_control",
                        "level": "hard",
                        "detail": "Organizations abroad hold 3/4 of it; at most 0.5 is allowed.",
                    }
                ],
            }
        ],
        "whole": [],
    }
    before = client.get(url(made["uid"], "consequences") + "?on=2026-12-31").json()
    assert (before["on"], before["members"]) == ("2026-12-31", [])
    assert client.get(url(made["uid"], "consequences") + "?on=x").status_code == 400


def test_the_schema(cast: Cast, api: Any) -> None:
    response = api(cast.people["nobody"]).get("/api/v1/charter-schema/")
    assert response.json() == json_schema()
    assert {"profile", "admission", "governance", "dues"} <= set(response.json()["properties"])
    assert api().get("/api/v1/charter-schema/").status_code == 401


# Drafting


@pytest.mark.parametrize("given", [{"document": SMALL}, {"toml": OPEN}])
def test_a_draft_from_an_object_or_a_text(cast: Cast, api: Any, given: dict[str, Any]) -> None:
    client = api(cast.people["secretary"])
    response = client.post("/api/v1/charters/", {"consortium": "alliance", **given})
    assert response.status_code == 201
    body = response.json()
    assert (body["code"], body["adopted_on"], body["revision"]) == ("charter-2027", None, 1)
    again = client.post("/api/v1/charters/", {"consortium": "alliance", **given})
    assert (again.status_code, again.json()["code"]) == (409, "charter_code_taken")


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (SMALL | {"colour": 1}, [("colour", "unknown_key")]),
        (SMALL | {"colour": {}}, [("colour", "unknown_section")]),
        (SMALL | {"starts_on": "2027-13-01"}, [("starts_on", "not_a_day")]),
        (
            SMALL | {"admission": {"countries": ["ZZ"]}},
            [("admission.countries[0]", "unknown_country")],
        ),
        (
            SMALL | {"admission": {"enterprise_share": {"share": 0.5}}},
            [("admission.enterprise_share.share", "amount_not_quoted")],
        ),
        ({}, [("code", "missing"), ("title", "missing")]),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_path(
    cast: Cast, api: Any, document: Any, found: list[tuple[str, str]]
) -> None:
    body = {"consortium": "alliance", "document": document}
    response = api(cast.people["secretary"]).post("/api/v1/charters/", body)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_document")
    assert [(each["path"], each["code"]) for each in response.json()["errors"]] == found
    assert cast.consortium.charters.count() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"document": SMALL, "toml": OPEN}, 400),
        ({"document": []}, 400),
        ({"document": "x"}, 400),
        ({"toml": "= = ="}, 422),
        ({"toml": "a\0b"}, 400),
        ({"toml": OPEN.replace("starts_on = 2027-01-01\n", "")}, 422),
        ({"document": SMALL, "consortium": "elsewhere"}, 400),
        ({"document": SMALL, "consortium": "absent"}, 400),
        ({"document": SMALL | {"starts_on": "2024-12-31"}}, 422),
    ],
)
def test_bad_drafts(cast: Cast, api: Any, body: dict[str, Any], status: int) -> None:
    response = api(cast.people["secretary"]).post(
        "/api/v1/charters/", {"consortium": "alliance"} | body
    )
    assert response.status_code == status
    assert Charter.objects.count() == 2


def test_a_document_nested_too_deeply_is_refused(cast: Cast, api: Any) -> None:
    client = api(cast.people["secretary"])
    for depth in (300, 900, 3000, 20000):
        deep = '{"a":' * depth + "1" + "}" * depth
        response = client.post(
            "/api/v1/charters/",
            f'{{"consortium": "alliance", "document": {{"admission": {deep}}}}}',
            content_type="application/json",
        )
        assert response.status_code in (400, 422), depth


@pytest.mark.parametrize("who", ["payer", "finance", "auditor", "reader"])
def test_only_the_secretary_drafts(cast: Cast, api: Any, who: str, phase: Charter) -> None:
    client = api(cast.people[who])
    body = {"consortium": "alliance", "document": SMALL}
    assert client.post("/api/v1/charters/", body).status_code == 403
    clone = {"consortium": "alliance", "code": "copy", "starts_on": "2027-01-01"}
    assert client.post(url(phase, "clone"), clone).status_code == 403


def test_a_phase_is_cloned_into_ones_own_consortium(cast: Cast, api: Any, phase: Charter) -> None:
    client = api(cast.people["secretary"])
    body = {"consortium": "alliance", "code": "copy", "starts_on": "2027-01-01"}
    response = client.post(url(phase, "clone"), body)
    assert response.status_code == 201
    shown = response.json()
    assert (shown["consortium"], shown["basis"], shown["ends_on"]) == ("alliance", "", None)
    assert shown["sections"][0]["body"] == {"countries": ["JP"]}
    told = client.get(url(shown["uid"], "consequences")).json()["members"]
    assert len(told) == 4  # everybody is from the United States
    assert client.post(url(phase, "clone"), body).status_code == 409
    assert client.post(url(phase, "clone"), body | {"consortium": "a-case"}).status_code == 403
    assert client.post(url(phase, "clone"), body | {"code": "No Code"}).status_code == 400


# Rewriting and adopting


def test_a_rewrite_names_the_revision_it_has_read(cast: Cast, api: Any, draft: Charter) -> None:
    client = api(cast.people["secretary"])
    first = client.post(url(draft, "rewrite"), {"revision": 1, "document": SMALL})
    assert (first.status_code, first.json()["revision"]) == (200, 2)
    assert [each["code"] for each in first.json()["sections"]] == ["admission"]
    late = client.post(url(draft, "rewrite"), {"revision": 1, "toml": OPEN})
    assert (late.status_code, late.json()["code"]) == (409, "draft_changed")
    assert late.json()["detail"].startswith("Somebody else changed the draft")
    assert client.post(url(draft, "rewrite"), {"toml": OPEN}).status_code == 400
    assert api(cast.people["finance"]).post(
        url(draft, "rewrite"), {"revision": 2, "toml": OPEN}
    ).status_code == 403  # fmt: skip


DECISION = {"revision": 1, "body": "assembly", "decided_on": "2026-03-01"}


def test_two_people_adopt(cast: Cast, api: Any, draft: Charter) -> None:
    secretary, finance = api(cast.people["secretary"]), api(cast.people["finance"])
    early = finance.post(url(draft, "adopt"), {"revision": 1})
    assert (early.status_code, early.json()["code"]) == (422, "adoption_not_proposed")
    proposed = secretary.post(url(draft, "propose"), DECISION)
    assert (proposed.status_code, proposed.json()["decided_by_body"]) == (200, "assembly")
    alone = secretary.post(url(draft, "adopt"), {"revision": 1})
    assert (alone.status_code, alone.json()["code"]) == (422, "same_person")
    wrong = api(cast.people["auditor"]).post(url(draft, "adopt"), {"revision": 1})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_second_person")
    stale = finance.post(url(draft, "adopt"), {"revision": 2})
    assert (stale.status_code, stale.json()["code"]) == (409, "draft_changed")
    adopted = finance.post(url(draft, "adopt"), {"revision": 1})
    assert (adopted.status_code, adopted.json()["adopted_on"]) == (200, "2026-03-02")
    payer = api(cast.people["payer"])
    assert payer.get(url(draft)).json()["decided_on"] == "2026-03-01"
    ends = {row["code"]: row["ends_on"] for row in payer.get("/api/v1/charters/").json()["results"]}
    assert ends == {"first": "2027-01-01", "charter-2027": None}
    for verb, body in {
        "adopt": {"revision": 1},
        "propose": DECISION,
        "rewrite": {"revision": 1, "toml": OPEN},
        "discard": {},
    }.items():
        refused = secretary.post(url(draft, verb), body)
        assert (refused.status_code, refused.json()["code"]) == (409, "charter_adopted"), verb


def test_the_decision_on_paper(cast: Cast, api: Any, draft: Charter) -> None:
    client = api(cast.people["secretary"])
    paper = ("minutes.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    response = client.post(
        url(draft, "propose"), DECISION | {"paper": SimpleUploadedFile(*paper)}, format="multipart"
    )
    assert response.status_code == 200, response.content
    answer = api(cast.people["finance"]).get(url(draft, "paper"))
    assert b"".join(answer) == paper[1]
    assert api(cast.people["payer"]).get(url(draft, "paper")).status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"body": "board"}, 422, "wrong_body"),
        ({"decided_on": "2026-03-03"}, 422, "decided_in_the_future"),
        ({"revision": 7}, 409, "draft_changed"),
        ({"revision": 0}, 400, "invalid"),
        ({"body": "the board"}, 400, "invalid"),
        ({"decided_on": "0001-01-01"}, 400, "invalid"),
    ],
)
def test_bad_proposals(
    cast: Cast, api: Any, draft: Charter, changes: dict[str, Any], status: int, code: str
) -> None:
    response = api(cast.people["secretary"]).post(url(draft, "propose"), DECISION | changes)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert Charter.objects.get(pk=draft.pk).proposed_by is None


def test_retroactive_and_overlapping(cast: Cast, api: Any) -> None:
    client = api(cast.people["secretary"])
    for start, end, status, code in (
        ("2026-12-31", None, 422, "adoption_retroactive"),
        ("2027-01-01", "2028-01-01", 409, "charter_overlaps"),
    ):
        document = SMALL | {"starts_on": start} | ({"ends_on": end} if end else {})
        made = client.post(
            "/api/v1/charters/", {"consortium": "alliance", "document": document}
        ).json()
        refused = client.post(url(made["uid"], "propose"), DECISION)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
        assert client.post(url(made["uid"], "discard")).status_code == 204
        assert client.get(url(made["uid"])).status_code == 404


@pytest.mark.parametrize("verb", ["rewrite", "propose", "adopt", "discard"])
@pytest.mark.parametrize("who", ["payer", "outsider", "nobody", "supervisor", "other_secretary"])
def test_a_draft_one_does_not_see_is_not_there(
    cast: Cast, api: Any, draft: Charter, who: str, verb: str
) -> None:
    client = api(cast.people[who])
    body = DECISION | {"toml": OPEN}
    hidden, absent = (client.post(url(uid, verb), body) for uid in (str(draft.uid), str(uuid4())))
    assert (hidden.status_code, hidden.content) == (404, absent.content)


def test_a_recorded_charter_is_read_only_for_everyone(cast: Cast, api: Any, phase: Charter) -> None:
    for who in ("secretary", "root"):
        client = api(cast.people[who])
        for verb, body in {"propose": DECISION, "discard": {}}.items():
            refused = client.post(url(phase, verb), body)
            assert (refused.status_code, refused.json()["code"]) == (403, "reference_is_read_only")


def test_a_repeated_draft_is_made_once(cast: Cast, api: Any) -> None:
    client = api(cast.people["secretary"], **{"Idempotency-Key": "one"})
    body = {"consortium": "alliance", "toml": OPEN}
    first, again = (client.post("/api/v1/charters/", body) for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content)
    assert again.headers["Idempotent-Replayed"] == "true"
