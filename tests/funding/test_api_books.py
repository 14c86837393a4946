"""Statements, trial balances, exports and year closes over REST."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from pypdf import PdfReader

from consortium.models import Consortium
from funding.models import CreditNote, FigureView, SurplusReturn, YearClose
from funding.operations.closing import confirm_close, propose_close
from tests.api.test_matrix import FIGURES, PEOPLE, clean, foreign
from tests.cast import SALES, TODAY, Cast, canaries
from tests.factories.corrections import correct_some
from tests.factories.ledgers import staffed
from tests.factories.receipts import END, LATER, allotted, paid, year_of_three

FILE = {"Accept": "*/*"}


def statement(cast: Cast, member: str, what: str = "statement/", query: str = "") -> str:
    return f"/api/v1/members/{cast.members[member].uid}/{what}{query}"


def test_a_members_statement(cast: Cast, api: Any) -> None:
    charge = cast.charge("payer")
    allotted(
        paid(cast.consortium, "1000000", on=TODAY), charge.member, {charge.number: "1000000.00"}
    )
    answer = api(cast.people["payer"]).get(statement(cast, "payer")).json()
    (unit,) = answer.pop("statements")
    assert answer == {
        "member": {"uid": str(charge.member.uid), "name": "Payer Ltd"},
        "from": "2026-01-01",
        "on": "2026-03-02",
    }
    assert (unit["unit"], unit["opening"], unit["balance"]) == ("USD", "0.00", "239567.89")
    *_, payment = unit["lines"]
    assert payment.pop("key").startswith("match:")
    assert payment.pop("reference").startswith("BANK-")
    assert payment == {
        "on": "2026-03-02",
        "entry": "payment",
        "of": None,
        "amount": "-1000000.00",
        "balance": "239567.89",
        "charges": [{"charge": str(charge.uid), "number": charge.number, "amount": "-1000000.00"}],
    }
    assert {
        "charge": str(charge.uid),
        "number": charge.number,
        "levy": "dues",
        "due_on": "2026-03-31",
        "days_late": 0,
        "amount": "234567.89",
    } in unit["open"]
    later = api(cast.people["payer"]).get(statement(cast, "payer", query="?on=2026-04-10")).json()
    assert {each["days_late"] for each in later["statements"][0]["open"]} == {10}
    before = api(cast.people["payer"]).get(
        statement(cast, "payer", query="?from=2025-01-01&on=2025-12-31")
    )
    assert before.json()["statements"][0]["balance"] == "0.00"


def test_the_statement_as_files(cast: Cast, api: Any) -> None:
    client = api(cast.people["payer"])
    pdf = client.get(statement(cast, "payer", "statement/pdf/", "?language=zh-hans"), headers=FILE)
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["Content-Language"] == "zh-hans"
    said = PdfReader(BytesIO(pdf.content)).pages[0].extract_text()
    assert "年度会费" in said
    assert "1,234,567.89 USD" in said
    csv = client.get(statement(cast, "payer", "statement/csv/"), headers=FILE)
    assert "1234567.89" in b"".join(csv).decode("utf-8-sig")
    xlsx = client.get(statement(cast, "payer", "statement/xlsx/"), headers=FILE)
    assert b"".join(xlsx)[:2] == b"PK"


@pytest.mark.parametrize("who", PEOPLE)
def test_a_statement_is_its_members_and_finance_staffs(cast: Cast, api: Any, who: str) -> None:
    client = api(cast.people[who])
    for what in ("statement/", "statement/pdf/", "statement/csv/", "statement/xlsx/"):
        absent = client.get(f"/api/v1/members/{uuid4()}/{what}", headers=FILE)
        for name in SALES:
            response = client.get(statement(cast, name, what), headers=FILE)
            own = name == who
            staff = who in FIGURES and (name != "outsider" or who == "root")
            assert response.status_code == (200 if own or staff else 404), (what, name)
            if response.status_code == 404:
                assert response.content == absent.content
            elif what in ("statement/", "statement/csv/"):
                clean(response, who)


@pytest.mark.parametrize("query", ["?from=2026-03-03", "?from=2026-02-02&on=2026-02-01", "?x=1"])
def test_a_period_asked_for_wrongly_is_refused(cast: Cast, api: Any, query: str) -> None:
    assert api(cast.people["payer"]).get(statement(cast, "payer", query=query)).status_code == 400


def ledger(what: str, **query: str) -> str:
    asked = "&".join(
        f"{name}={value}" for name, value in {"consortium": "alliance", **query}.items()
    )
    return f"/api/v1/ledger/{what}/?{asked}"


def test_the_trial_balance(cast: Cast, api: Any) -> None:
    client = api(cast.people["auditor"])
    (unit,) = client.get(ledger("trial-balance")).json()["units"]
    receivable, income = unit["lines"]
    assert (receivable["number"], receivable["name"]) == ("1200", "Receivable from members")
    assert receivable["balance"] == unit["debit"] == unit["credit"] == income["credit"]
    dues = sum(Decimal(SALES[name]) / 100 for name in ("payer", "partner", "rival"))
    assert Decimal(receivable["balance"]) >= dues
    own = client.get(ledger("trial-balance", by_member="true")).json()["units"][0]["lines"]
    assert {each["member"]["name"] for each in own if each["member"]} >= {"Payer Ltd", "Rival Ltd"}
    empty = client.get(ledger("trial-balance", on="2025-12-31")).json()
    assert empty == {"consortium": "alliance", "on": "2025-12-31", "units": []}


def test_ages(cast: Cast, api: Any) -> None:
    found = api(cast.people["accountant"]).get(ledger("aging", on="2026-04-10")).json()
    (unit,) = found["units"]
    assert found["edges"] == [0, 30, 60, 90]
    assert unit["amounts"][1] == unit["total"]


def test_the_ledger_as_files(cast: Cast, api: Any) -> None:
    client = api(cast.people["finance"])
    books = client.get(ledger("beancount"), headers=FILE)
    assert books.headers["Content-Disposition"].endswith('"alliance-2026-03-02.beancount"')
    assert 'option "operating_currency" "USD"' in b"".join(books).decode()
    table = client.get(ledger("csv", **{"from": "2026-03-01"}), headers=FILE)
    assert b"".join(table).decode("utf-8-sig").count("\r\n") == 1


@pytest.mark.parametrize("who", PEOPLE)
def test_the_books_are_finance_readers(cast: Cast, api: Any, who: str) -> None:
    client = api(cast.people[who])
    sees = who in {*PEOPLE} - {"outsider", "other_secretary", "nobody"}
    for what in ("trial-balance", "aging", "beancount", "csv"):
        response = client.get(ledger(what), headers=FILE)
        expected = 200 if who in FIGURES else 403 if sees else 400
        assert response.status_code == expected, what
        text = b"".join(response) if response.streaming else response.content
        assert [each for each in foreign(who) if each in text.decode()] == []


# Closing


@pytest.fixture
def consortium(db: None) -> Consortium:
    return year_of_three()


@pytest.fixture
def people(consortium: Consortium) -> dict[str, Any]:
    return {
        role: staffed(consortium, role) for role in ("finance", "auditor", "reader", "projects")
    }


def test_a_year_is_closed_and_its_surplus_returned(
    consortium: Consortium,
    people: dict[str, Any],
    api: Any,
    time_machine: Any,
) -> None:
    time_machine.move_to("2025-03-01 12:00:00+00:00")
    body = {"consortium": "small", "unit": "USD", "ends_on": "2025-01-01"}
    assert api(people["auditor"]).post("/api/v1/year-closes/", body).status_code == 403
    made = api(people["finance"]).post("/api/v1/year-closes/", body)
    assert made.status_code == 201
    close = made.json()
    assert (close["surplus"], close["unassigned"], close["closed_on"]) == ("14990.00", "0.00", None)
    confirm = f"/api/v1/year-closes/{close['uid']}/confirm/"
    refused = api(people["finance"]).post(confirm)
    assert (refused.status_code, refused.json()["code"]) == (422, "same_person_confirms")
    done = api(people["auditor"]).post(confirm).json()
    assert (done["closed_on"], done["closed_by"]["name"]) == ("2025-03-01", "auditor")
    again = api(people["auditor"]).post(confirm)
    assert (again.status_code, again.json()["code"]) == (409, "already_closed")

    body = {"close": close["uid"], "amount": "100.00"}
    back = api(people["finance"]).post("/api/v1/surplus-returns/", body).json()
    assert (back["amount"], back["members"], back["levy"]) == ("100.00", 2, "fee")
    address = f"/api/v1/surplus-returns/{back['uid']}/"
    parts = api(people["finance"]).get(f"{address}parts/").json()
    assert [(each["member"]["name"], each["paid"], each["amount"]) for each in parts] == [
        ("a", "5000.00", "66.67"),
        ("b", "2500.00", "33.33"),
    ]
    assert api(people["projects"]).get(f"{address}parts/").status_code == 403
    assert api(people["projects"]).get(address).json()["amount"] is None
    assert api(people["reader"]).get(address).status_code == 404
    assert api(people["auditor"]).post(f"{address}confirm/").json()["confirmed_on"] == "2025-03-01"
    notes = api(people["auditor"]).get("/api/v1/credit-notes/").json()["results"]
    assert {(each["reason"], each["assessment"], each["close"]) for each in notes} == {
        ("surplus", None, close["uid"])
    }
    assert CreditNote.objects.count() == SurplusReturn.objects.get().count == 2


def test_who_may_confirm_sees_closes_without_sums(
    consortium: Consortium,
    people: dict[str, Any],
    api: Any,
) -> None:
    close = propose_close(consortium=consortium, unit="USD", ends_on=END, by=None, on=LATER)
    confirm_close(close=close, by=None, on=LATER)
    for who, seen in (("finance", ["14990.00"]), ("projects", [None]), ("reader", [])):
        rows = api(people[who]).get("/api/v1/year-closes/?unit=USD&open=false").json()["results"]
        assert [each["surplus"] for each in rows] == seen


def test_lists_take_as_many_queries_for_many_as_for_one(
    consortium: Consortium,
    people: dict[str, Any],
    api: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client = api(people["finance"])
    own = {"consortium": consortium, "surplus": 0, "digest": "", "proposed_on": LATER}
    for year in (2030, 2031, 2032):
        YearClose.objects.create(
            **own, unit="EUR", starts_on=date(year, 1, 1), ends_on=date(year + 1, 1, 1)
        )
        with django_assert_max_num_queries(8):
            client.get("/api/v1/year-closes/")


# Looks


def noted() -> list[tuple[str, str, str | None, int]]:
    rows = FigureView.objects.order_by("pk").select_related("user", "member")
    return [
        (each.user.username, each.screen, str(each.member) if each.member else None, each.count)
        for each in rows
    ]


def test_looks_at_charges_and_the_ledger_are_recorded(cast: Cast, api: Any) -> None:
    correct_some(cast)
    before = len(noted())
    finance = api(cast.people["finance"])
    charge, note = cast.charge("rival"), CreditNote.objects.get(member=cast.members["rival"])
    for address in (
        "charges/", f"charges/{charge.uid}/", "charges/?levy=fee", f"credit-notes/{note.uid}/",
        "accounts/", f"transfers/?charge={charge.uid}",
    ):  # fmt: skip
        assert finance.get(f"/api/v1/{address}").status_code == 200
    finance.get(statement(cast, "rival"))
    finance.get(statement(cast, "newcomer"))
    finance.get(ledger("trial-balance"))
    finance.get(ledger("trial-balance", by_member="true"))
    finance.get(ledger("csv"), headers=FILE)
    assert noted()[before:] == [
        ("finance", "charges", None, 3),
        ("finance", "charge", "Rival Ltd", 1),
        ("finance", "credit_note", "Rival Ltd", 1),
        ("finance", "ledger", None, 3),
        ("finance", "ledger", "Rival Ltd", 1),
        ("finance", "statement", "Rival Ltd", 1),
        ("finance", "ledger", None, 3),
        ("finance", "export", None, 3),
    ]
    api(cast.people["payer"]).get(statement(cast, "payer", "statement/csv/"), headers=FILE)
    assert noted()[-1] == ("payer", "export", "Payer Ltd", 1)


def test_canaries_are_real(cast: Cast, api: Any) -> None:
    text = api(cast.people["payer"]).get(statement(cast, "payer")).content.decode()
    assert any(each in text for each in canaries("payer"))
