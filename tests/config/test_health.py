"""The pulse and the addresses around it."""

from typing import Any

import pytest
from django.test import Client


@pytest.mark.django_db
def test_all_is_well(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "up", "database": "up", "broker": "up", "tick_age": None}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_the_part_that_is_down_is_named(client: Client, settings: Any) -> None:
    settings.CACHE_URL = "unix:///nowhere/valkey.sock?db=3"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "down",
        "database": "up",
        "broker": "down",
        "tick_age": None,
    }


@pytest.mark.django_db
def test_the_first_page_leads_to_the_one_login(client: Client) -> None:
    answer = client.get("/", follow=True)
    assert [step for step, _ in answer.redirect_chain] == [
        "/admin/",
        "/admin/login/?next=/admin/",
        "/accounts/login/?next=%2Fadmin%2F",
    ]
    assert answer.status_code == 200


@pytest.mark.django_db
def test_pages_load_from_nowhere_else(client: Client) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"].split("; ")
    assert {"default-src 'self'", "form-action 'self'", "frame-ancestors 'none'"} <= set(policy)


@pytest.mark.django_db
def test_nobody_opens_an_account_by_themselves(client: Client) -> None:
    form = {"username": "mallory", "password1": "Tr0ub4dor&3x", "password2": "Tr0ub4dor&3x"}
    answer = client.post("/accounts/signup/", form)
    assert "account/signup_closed.html" in [template.name for template in answer.templates]
