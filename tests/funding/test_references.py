"""Reference rates over REST and in the admin: recorded, corrected, open to insiders."""

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from consortium.models import Consortium
from consortium.states import Role
from funding.models import ReferenceRate
from tests.cast import NOW, Cast, appointed
from tests.factories.ledgers import fee, small
from tests.funding.test_late import interest

ADD = "/admin/funding/referencerate/add/"
BODY = {
    "consortium": "alliance",
    "rate": "ecb",
    "starts_on": "2026-06-10",
    "percent": "-0.88",
    "source": "Announced on 5 June 2026",
}


def record(api: Any, cast: Cast, who: str = "finance", **changes: Any) -> Any:
    return api(cast.people[who]).post("/api/v1/reference-rates/", BODY | changes)


def test_a_rate_is_recorded_before_it_holds_and_read(cast: Cast, api: Any) -> None:
    made = record(api, cast)
    assert made.status_code == 201, made.content
    body = made.json()
    assert {name: body[name] for name in BODY} == BODY
    assert body["version"] == 1
    for who in ("payer", "technician", "secretary", "reader"):
        client = api(cast.people[who])
        assert client.get("/api/v1/reference-rates/").json()["results"] == [body], who
        assert client.get(f"/api/v1/reference-rates/{body['uid']}/").json() == body
    for who in ("outsider", "other_secretary", "supervisor", "nobody"):
        client = api(cast.people[who])
        assert client.get("/api/v1/reference-rates/").json()["results"] == [], who
        assert client.get(f"/api/v1/reference-rates/{body['uid']}/").status_code == 404


def test_a_correction_is_a_new_version(cast: Cast, api: Any) -> None:
    record(api, cast)
    again = record(api, cast, percent="0.12")
    assert (again.status_code, again.json()["code"]) == (422, "reference_known")
    made = record(api, cast, percent="0.12", correction=True)
    assert (made.status_code, made.json()["version"], made.json()["percent"]) == (201, 2, "0.12")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"percent": "-100"}, 422, "reference_out_of_range"),
        ({"percent": "1000"}, 422, "reference_out_of_range"),
        ({"percent": "0.00001"}, 422, "reference_out_of_range"),
        ({"percent": 2.75}, 400, "invalid"),
        ({"percent": "NaN"}, 400, "invalid"),
        ({"rate": "ECB"}, 400, "invalid"),
        ({"starts_on": "0026-01-01"}, 400, "invalid"),
        ({"consortium": "elsewhere"}, 400, "invalid"),
    ],
)
def test_what_is_refused(
    cast: Cast, api: Any, changes: dict[str, Any], status: int, code: str
) -> None:
    response = record(api, cast, **changes)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert not ReferenceRate.objects.exists()


@pytest.mark.parametrize("who", ["secretary", "payer", "auditor"])
def test_only_finance_staff_record(cast: Cast, api: Any, who: str) -> None:
    assert record(api, cast, who).status_code == 403


# In the admin


@pytest.fixture
def finance(cast: Cast, client: Client) -> Client:
    made = small("late", fee("dues", "100", anchor="2025-01-01"), interest(), members="a")
    cast.people["late"] = appointed("late", made, Role.FINANCE)
    client.force_login(cast.people["late"])
    return client


def page(row: ReferenceRate, what: str = "change") -> str:
    return reverse(f"admin:funding_referencerate_{what}", args=[row.pk])


def text_of(response: Any) -> str:
    return str(response.content.decode())


@time_machine.travel(NOW, tick=False)
def test_it_is_recorded_by_the_charters_name_and_corrected(finance: Client) -> None:
    form = text_of(finance.get(ADD))
    assert "base rate" in form
    sent = {"rate": "late/base", "percent": "2.75", "starts_on": "2026-01-01"}
    response = finance.post(ADD, sent, follow=True)
    assert "The reference rate is recorded." in text_of(response)
    row = ReferenceRate.objects.get()
    assert (row.consortium, row.percent) == (Consortium.objects.get(slug="late"), Decimal("2.75"))
    listed = text_of(finance.get(reverse("admin:funding_referencerate_changelist")))
    assert "base rate" in listed
    assert "2.75%" in listed
    response = finance.post(page(row, "correct"), {"percent": "2.5"}, follow=True)
    assert response.redirect_chain[-1][0] == page(ReferenceRate.objects.get(version=2))
    assert "replaced" in text_of(finance.get(page(row)))
    assert finance.get(page(row, "correct")).status_code == 403
    again = text_of(finance.post(ADD, sent))
    assert "is recorded; send it as a correction" in again
