"""The OpenAPI document: valid, complete, with names that stay."""

from typing import Any

import pytest
from django.core.management import call_command

from tests.cast import Cast
from tests.factories.openapi import DOCUMENT

OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, item in sorted(DOCUMENT["paths"].items())
    for method, operation in item.items()
]


def test_it_validates_without_a_warning(tmp_path: Any) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_names_of_choices_stay() -> None:
    names = {name for name, each in DOCUMENT["components"]["schemas"].items() if "enum" in each}
    assert names >= {
        "AccountKind",
        "Basis",
        "Channel",
        "Grade",
        "Initiator",
        "Language",
        "LegalForm",
        "NoticeState",
        "OrganizationKind",
        "Role",
        "Stage",
        "Structure",
        "SuspendedRight",
    }
    assert not [name for name in names if name.endswith("Enum")]


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_every_operation_says_what_it_does_and_how_it_refuses(
    name: str, operation: dict[str, Any]
) -> None:
    assert operation["summary"]
    for status, answer in operation["responses"].items():
        if int(status) >= 400:
            assert set(answer["content"]) == {"application/problem+json"}
    assert {"400", "401", "404", "429", "503"} <= set(operation["responses"])


WRITE_NOTHING = ("tokens", "what-if", "fast-forward")
"""Tokens are one's own; a what-if, a look ahead: questions whose answers are kept nowhere."""


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, _ in OPERATIONS
        if name.startswith("POST") and not any(each in name for each in WRITE_NOTHING)
    ],
)
def test_every_post_heeds_the_idempotency_key(name: str) -> None:
    operation = dict(OPERATIONS)[name]
    assert "Idempotency-Key" in {each["name"] for each in operation["parameters"]}


@pytest.mark.parametrize("path", ["schema", "docs"])
def test_the_documentation_is_open_and_needs_no_other_host(db: None, api: Any, path: str) -> None:
    response = api().get(f"/api/v1/{path}/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.status_code == 200
    assert "cdn" not in response.content.decode()


def test_only_json_is_offered(cast: Cast, api: Any) -> None:
    client = api(cast.people["payer"])
    browser = client.get("/api/v1/me/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert browser.headers["Content-Type"] == "application/json"
    assert client.options("/api/v1/me/").status_code == 405
