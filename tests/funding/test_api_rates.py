"""Exchange rates over REST: recorded by finance staff, corrected as versions, open to insiders."""

from typing import Any

import pytest

from funding.models import ExchangeRate
from tests.cast import Cast

BODY = {
    "consortium": "alliance",
    "rate": "ecb",
    "unit": "EUR",
    "into": "USD",
    "on": "2025-12-31",
    "value": "1.0812",
    "source": "Reference rates, 31 December 2025",
}


def record(api: Any, cast: Cast, who: str = "finance", **changes: Any) -> Any:
    return api(cast.people[who]).post("/api/v1/exchange-rates/", BODY | changes)


def test_a_rate_is_recorded_and_read(cast: Cast, api: Any) -> None:
    made = record(api, cast)
    assert made.status_code == 201, made.content
    body = made.json()
    assert {name: body[name] for name in BODY} == BODY
    assert body["version"] == 1
    for who in ("payer", "technician", "secretary", "reader"):
        client = api(cast.people[who])
        assert client.get("/api/v1/exchange-rates/").json()["results"] == [body], who
        assert client.get(f"/api/v1/exchange-rates/{body['uid']}/").json() == body
    for who in ("outsider", "other_secretary", "supervisor", "nobody"):
        client = api(cast.people[who])
        assert client.get("/api/v1/exchange-rates/").json()["results"] == [], who
        assert client.get(f"/api/v1/exchange-rates/{body['uid']}/").status_code == 404


def test_a_correction_is_a_new_version(cast: Cast, api: Any) -> None:
    record(api, cast)
    again = record(api, cast, value="1.09")
    assert (again.status_code, again.json()["code"]) == (422, "rate_known")
    made = record(api, cast, value="1.09", correction=True)
    assert (made.status_code, made.json()["version"], made.json()["value"]) == (201, 2, "1.09")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"value": "0"}, 422, "rate_not_positive"),
        ({"value": "-1"}, 422, "rate_not_positive"),
        ({"value": "0.00000000001"}, 422, "rate_not_positive"),
        ({"value": "10000000000"}, 422, "rate_not_positive"),
        ({"value": 1.08}, 400, "invalid"),
        ({"value": "NaN"}, 400, "invalid"),
        ({"unit": "XXY"}, 422, "unknown_currency"),
        ({"unit": "eur"}, 400, "invalid"),
        ({"into": ""}, 400, "invalid"),
        ({"on": "2026-03-03"}, 422, "rate_in_the_future"),
        ({"on": "1800-01-01"}, 400, "invalid"),
        ({"rate": "ECB!"}, 400, "invalid"),
        ({"consortium": "elsewhere"}, 400, "invalid"),
    ],
)
def test_refusals(cast: Cast, api: Any, changes: dict[str, Any], status: int, code: str) -> None:
    answer = record(api, cast, **changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not ExchangeRate.objects.exists()


@pytest.mark.parametrize("who", ["payer", "secretary", "auditor", "accountant", "reader"])
def test_only_finance_records(cast: Cast, api: Any, who: str) -> None:
    answer = record(api, cast, who)
    assert (answer.status_code, answer.json()["code"]) == (403, "denied")


def test_filters(cast: Cast, api: Any) -> None:
    record(api, cast)
    record(api, cast, unit="CNY", value="0.1386", on="2026-01-02")
    client = api(cast.people["payer"])
    for query, units in (
        ("unit=CNY", ["CNY"]),
        ("rate=ecb&into=USD", ["EUR", "CNY"]),
        ("on_from=2026-01-01", ["CNY"]),
        ("on_until=2025-12-31", ["EUR"]),
        ("ordering=-on", ["CNY", "EUR"]),
        ("rate=other", []),
    ):
        rows = client.get(f"/api/v1/exchange-rates/?{query}").json()["results"]
        assert [row["unit"] for row in rows] == units, query
