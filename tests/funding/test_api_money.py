"""Rounds, assessments, charges and the ledger over REST."""

from decimal import Decimal
from typing import Any

import pytest

from tests.cast import Cast


def test_a_round_shows_its_calendar_and_what_it_asks_for(cast: Cast, api: Any) -> None:
    rows = api(cast.people["payer"]).get("/api/v1/rounds/?levy=dues").json()["results"]
    assert [(row["levy_label"], row["schedule"], row["inputs"]) for row in rows] == [
        (
            "Annual dues",
            {
                "opens_on": "2025-11-02",
                "remind_on": [],
                "closes_on": "2026-02-01",
                "assess_on": "2026-02-15",
                "due_on": "2026-03-31",
                "final_on": None,
            },
            [
                {
                    "input": "semiconductor_sales",
                    "label": "Semiconductor sales",
                    "kind": "money",
                    "optional": False,
                    "unit": "USD",
                    "currencies": [],
                    "lines": [],
                    "choices": [],
                }
            ],
        )
    ]


def test_an_assessment_explains_itself(cast: Cast, api: Any) -> None:
    row = api(cast.people["payer"]).get("/api/v1/assessments/?levy=dues").json()["results"][0]
    assert (row["amount"], row["unit"]) == ("1234567.89", "USD")
    assert [step["amount"] for step in row["explanation"]] == ["1234567.89"] * 4
    assert row["explanation"][1]["label"].startswith("not below the floor of 1,000,000")
    assert [step["code"] for step in row["trace"]] == ["add", "at_least", "at_most", "round"]
    assert row["declaration"] == str(cast.declaration("payer").uid)


def test_charges_of_an_open_levy_are_seen_by_all_members(cast: Cast, api: Any) -> None:
    client = api(cast.people["payer"])
    fee = client.get("/api/v1/charges/?levy=fee").json()["results"]
    assert {row["amount"] for row in fee} == {"5000.00"}
    assert len(fee) == 4
    dues = client.get("/api/v1/charges/?levy=dues").json()["results"]
    assert [(row["amount"], row["due_on"]) for row in dues] == [("1234567.89", "2026-03-31")]
    assert dues[0]["parties"]["payer"]["name_en"] == "Payer Ltd"


def test_charges_by_due_day(cast: Cast, api: Any) -> None:
    client = api(cast.people["payer"])
    assert client.get("/api/v1/charges/?due_from=2026-04-01").json()["results"] == []
    assert len(client.get("/api/v1/charges/?due_until=2026-03-31").json()["results"]) == 5


def test_a_balance_is_the_sum_of_transfers_up_to_a_day(cast: Cast, api: Any) -> None:
    client = api(cast.people["payer"])
    rows = client.get("/api/v1/accounts/").json()["results"]
    assert [(row["kind"], row["balance"], row["balance_on"]) for row in rows] == [
        ("receivable", "1239567.89", "2026-03-02")
    ]
    path = f"/api/v1/accounts/{rows[0]['uid']}/?on=2026-02-14"
    assert client.get(path).json()["balance"] == "0.00"
    early = client.get("/api/v1/accounts/?on=2026-02-14").json()["results"][0]
    assert (early["balance"], early["balance_on"]) == ("0.00", "2026-02-14")


def test_all_balances_sum_to_zero(cast: Cast, api: Any) -> None:
    rows = api(cast.people["finance"]).get("/api/v1/accounts/").json()["results"]
    assert sum(Decimal(row["balance"]) for row in rows) == 0
    assert {row["kind"] for row in rows} == {"receivable", "levy_income"}


def test_a_transfer_hides_the_side_that_is_not_ones_own(cast: Cast, api: Any) -> None:
    own = api(cast.people["payer"]).get("/api/v1/transfers/").json()["results"]
    assert [row["credit"] for row in own] == [
        {"kind": "levy_income", "account": None, "member": None}
    ] * 2
    assert {row["debit"]["member"]["name"] for row in own} == {"Payer Ltd"}
    account = own[0]["debit"]["account"]
    client = api(cast.people["payer"])
    found = client.get(f"/api/v1/transfers/?account={account}").json()["results"]
    assert [row["uid"] for row in found] == [row["uid"] for row in own]
    every = api(cast.people["finance"]).get("/api/v1/transfers/").json()["results"]
    assert len(every) == 7
    assert all(row["credit"]["account"] for row in every)


@pytest.mark.parametrize(
    "path", ["rounds", "declarations", "assessments", "charges", "accounts", "transfers"]
)
def test_lists_cost_the_same_for_one_row_and_for_three(
    cast: Cast, api: Any, path: str, django_assert_max_num_queries: Any
) -> None:
    counts = {}
    for size in (1, 3):
        client = api(cast.people["root"])
        with django_assert_max_num_queries(20) as asked:
            rows = client.get(f"/api/v1/{path}/?page_size={size}").json()["results"]
        assert len(rows) == size
        counts[size] = len(asked)
    assert counts[1] == counts[3]


@pytest.mark.parametrize("query", ["on=x", "on=0001-01-01", "on=2026-13-01", "on=20260301"])
def test_bad_days(cast: Cast, api: Any, query: str) -> None:
    assert api(cast.people["payer"]).get(f"/api/v1/accounts/?{query}").status_code == 400
