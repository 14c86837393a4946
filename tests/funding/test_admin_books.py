"""The books at the desk: trial balance, chart of accounts, members' accounts, closing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consortium.models import Consortium
from funding.models import FigureView, LedgerHeading, SurplusReturn, YearClose
from funding.operations.closing import propose_close
from tests.cast import TODAY, Cast, canaries
from tests.factories.ledgers import member, staffed
from tests.factories.receipts import END, LATER, allotted, paid, year_of_three

BOOKS, CHART, ACCOUNT = "/admin/books/", "/admin/chart-of-accounts/", "/admin/member-account/"


def body(response: Any) -> str:
    assert response.status_code == 200
    return (b"".join(response) if response.streaming else response.content).decode("utf-8-sig")


def account(cast: Cast, name: str) -> str:
    return f"{ACCOUNT}?member={cast.members[name].uid}"


def looks() -> list[tuple[Any, ...]]:
    rows = FigureView.objects.order_by("pk").select_related("user", "member")
    return [(each.user.username, each.screen, str(each.member or ""), each.count) for each in rows]


# Pages


def test_the_books_on_a_day(cast: Cast, client: Client) -> None:
    allotted(paid(cast.consortium, "77", on=TODAY), cast.members["payer"], {})
    client.force_login(cast.people["finance"])
    page = body(client.get(BOOKS))
    assert "Receivable from members" in page
    assert "77.00 USD" in page
    assert "Payer Ltd" not in page
    assert looks() == []
    page = body(client.get(f"{BOOKS}?members=on&start=2026-03-01&on=2026-03-02"))
    assert f"{ACCOUNT}?member={cast.members['payer'].uid}" in page
    assert looks() == [("finance", "ledger", "", 3)]
    assert "77.00 USD" not in body(client.get(f"{BOOKS}?on=2026-02-01"))
    wrong = body(client.get(f"{BOOKS}?start=2026-03-03&on=2026-03-02"))
    assert "It comes after the last day." in wrong
    assert "Enter a valid date" in body(client.get(f"{BOOKS}?on=2026-13-01"))


def test_the_books_as_files(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["auditor"])
    assert "Assets:Receivable:M0001" in body(client.get(f"{BOOKS}?as=beancount"))
    assert body(client.get(f"{BOOKS}?as=csv")).count("\r\n") > 3
    sheet = client.get(f"{BOOKS}?as=xlsx&members=on")
    assert b"".join(sheet)[:2] == b"PK"
    assert looks() == [("auditor", "export", "", 3)] * 2 + [("auditor", "ledger", "", 3)]


@pytest.mark.parametrize("name", ["secretary", "reader", "other_secretary", "payer", "nobody"])
def test_the_books_are_not_open_to_others(cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast.people[name])
    for address in (BOOKS, CHART, account(cast, "payer"), f"{BOOKS}?as=csv"):
        assert client.get(address).status_code in (302, 403), address
    assert looks() == []


def test_another_consortiums_books_are_absent(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["finance"])
    for address in (f"{BOOKS}?consortium=elsewhere", f"{CHART}?consortium=absent",
                    account(cast, "outsider"), f"{ACCOUNT}?member=x", ACCOUNT):  # fmt: skip
        assert client.get(address).status_code == 404, address


def test_a_members_account(cast: Cast, client: Client) -> None:
    charge = cast.charge("payer")
    allotted(paid(cast.consortium, "1000000", on=TODAY), charge.member, {charge.number: "1000000"})
    client.force_login(cast.people["finance"])
    member_page = body(
        client.get(reverse("admin:consortium_member_change", args=[charge.member.pk]))
    )
    assert account(cast, "payer") in member_page
    page = body(client.get(account(cast, "payer")))
    for said in ("Annual dues", charge.number, "234,567.89 USD", "Payment", "1,000,000.00 USD"):
        assert said in page
    assert not any(text in page for text in canaries("rival"))
    assert looks()[1:] == [("finance", "statement", "Payer Ltd", 1)]
    late = body(client.get(f"{account(cast, 'payer')}&on=2026-04-10"))
    assert "10 days late" in late
    for kind in ("pdf", "csv", "xlsx"):
        assert client.get(f"{account(cast, 'payer')}&as={kind}").status_code == 200
    assert client.get(f"{account(cast, 'payer')}&as=pdf&language=fr").status_code == 404
    assert [each[1] for each in looks()[-3:]] == ["export"] * 3


def test_the_account_takes_as_many_queries_for_much_as_for_little(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(cast.people["finance"])
    client.get(account(cast, "payer"))
    with django_assert_max_num_queries(40) as few:
        client.get(account(cast, "payer"))
    for _ in range(3):
        allotted(paid(cast.consortium, "5", on=TODAY), cast.members["payer"], {})
    with django_assert_max_num_queries(40) as many:
        client.get(account(cast, "payer"))
    assert len(many) == len(few)


def test_charges_and_ledger_pages_are_looks(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["finance"])
    charge = cast.charge("rival")
    transfer = charge.transfers.get()
    for name, args in (
        ("charge_change", [charge.pk]), ("charge_changelist", []),
        ("account_change", [transfer.debit_id]), ("account_changelist", []),
        ("transfer_change", [transfer.pk]),
    ):  # fmt: skip
        assert client.get(reverse(f"admin:funding_{name}", args=args)).status_code == 200
    client.get(reverse("admin:consortium_member_change", args=[charge.member_id]))
    assert looks() == [
        ("finance", "charge", "Rival Ltd", 1),
        ("finance", "charges", "", 3),
        ("finance", "ledger", "Rival Ltd", 1),
        ("finance", "ledger", "", 3),
        ("finance", "ledger", "Rival Ltd", 1),
        ("finance", "statement", "Rival Ltd", 1),
    ]
    client.force_login(cast.people["auditor"])
    assert client.get("/admin/funding/figureview/").status_code == 200


# Chart of accounts


def filled(client: Client, **changes: str) -> dict[str, str]:
    """Return the form as it stands, with some fields changed."""
    rows = client.get(CHART).context["rows"]
    given = {form.add_prefix(name): form[name].value() for _, form in rows for name in form.fields}
    return given | changes


def test_finance_numbers_the_accounts(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["finance"])
    new = {"bank-number": "1002", "bank-name_zh": "银行存款"}
    assert client.post(CHART, filled(client, **new)).status_code == 302
    (heading,) = LedgerHeading.objects.all()
    assert (heading.kind, heading.number, heading.name_zh) == ("bank", "1002", "银行存款")
    paid(cast.consortium, "5", on=TODAY)
    assert "银行存款" in body(client.get(BOOKS))
    taken = body(client.post(CHART, filled(client, **{"waived-number": "1002"})))
    assert "The number 1002 is used twice" in taken
    unnamed = body(client.post(CHART, filled(client, **{"waived-number": "9"})))
    assert "needs a number and a name" in unnamed
    empty = {"bank-number": "", "bank-name_zh": ""}
    assert client.post(CHART, filled(client, **empty)).status_code == 302
    assert not LedgerHeading.objects.exists()


def test_the_auditor_reads_the_chart_only(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["auditor"])
    page = client.get(CHART)
    assert "1000" in body(page)
    assert "bank-number" not in body(page)
    assert client.post(CHART, filled(client)).status_code == 403


# Closing


@pytest.fixture
def consortium(db: None, time_machine: Any) -> Consortium:
    time_machine.move_to("2025-03-01 12:00:00+00:00")
    return year_of_three()


def change(row: Any, act: str = "change") -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{act}", args=[row.pk])


def test_a_year_is_closed_and_its_surplus_returned(consortium: Consortium, client: Client) -> None:
    finance, auditor = staffed(consortium, "finance"), staffed(consortium, "auditor")
    paid(consortium, "7", on=END.replace(year=2024))
    client.force_login(finance)
    add = reverse("admin:funding_yearclose_add")
    assert "January 1, 2024 – December 31, 2024 (USD)" in body(client.get(add))
    client.post(add, {"year": "small/USD"})
    close = YearClose.objects.get()
    page = body(client.get(change(close)))
    assert "You have proposed it" in page
    assert "14,990.00 USD" in page
    assert "7.00 USD came in by the last day" in page
    assert change(close, "confirm") not in page
    assert "has proposed it" in body(client.post(change(close, "confirm"), {"_do": "1"}))
    client.force_login(auditor)
    assert change(close, "confirm") in body(client.get(change(close)))
    assert client.post(change(close, "confirm"), {"_do": "1"}).status_code == 302
    client.force_login(finance)
    page = body(client.get(change(close)))
    assert change(close, "return") in page
    assert "There are 14,990.00 USD" in body(client.get(change(close, "return")))
    too_much = body(client.post(change(close, "return"), {"amount": "14990.01"}))
    assert "14,990 USD can go back, not 14,990.01" in too_much
    client.post(change(close, "return"), {"amount": "100"})
    back = SurplusReturn.objects.get()
    page = body(client.get(change(back)))
    assert "66.67 USD" in page
    assert change(back, "confirm") not in page
    client.force_login(auditor)
    assert client.post(change(back, "confirm"), {"_do": "1"}).status_code == 302
    notes = body(client.get(reverse("admin:funding_creditnote_changelist")))
    assert "66.67 USD" in notes
    note = back.close.credit_notes.get(member=member(consortium, "a"))
    page = body(client.get(change(note)))
    assert "Unused surplus returned" in page
    assert change(close) in page
    assert body(client.get(change(note.member)))


def test_who_may_confirm_sees_no_figures_of_a_few(consortium: Consortium, client: Client) -> None:
    close = propose_close(consortium=consortium, unit="USD", ends_on=END, by=None, on=LATER)
    client.force_login(staffed(consortium, "secretary"))
    page = body(client.get(change(close)))
    assert "shown to finance staff and auditors only" in page
    assert "14,990" not in page
    assert change(close, "confirm") in page


def test_the_pages_speak_chinese(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["finance"])
    client.cookies["django_language"] = "zh-hans"
    for address in (BOOKS, CHART, account(cast, "payer")):
        assert 'lang="zh-hans"' in body(client.get(address))
