"""Credit notes in the admin: where they stand, what led to them, and to whom they are shown."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consortium.reports.verify import verify
from funding.models import Account, Assessment, CreditNote, Round, Transfer
from funding.operations.assess import assess
from funding.operations.declarations import Figures, declare
from funding.states import AccountKind
from tests.cast import PERIOD, TODAY, Cast

AMOUNT = "234,567.89 USD"
"""What the payer is credited: a figure found nowhere else."""


@pytest.fixture
def note(cast: Cast) -> CreditNote:
    """The payer corrects its sales of 123,456,789 to 90 million: the floor of one million."""
    return corrected(cast, "90000000")


def corrected(cast: Cast, sales: str) -> CreditNote:
    figures = Figures(
        levy="dues",
        period_starts_on=PERIOD,
        values={"semiconductor_sales": Decimal(sales)},
        correction=True,
    )
    payer = cast.members["payer"]
    declare(member=payer, figures=figures, by=cast.people["payer"], on=TODAY)
    assess(round=dues(cast), by=cast.people["finance"], on=TODAY)
    return CreditNote.objects.get(member=payer)


def dues(cast: Cast) -> Round:
    return Round.objects.get(consortium=cast.consortium, levy="dues", starts_on=PERIOD)


def page(row: Any) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_finance_finds_it_everywhere(cast: Cast, client: Client, note: CreditNote) -> None:
    client.force_login(cast.people["finance"])
    for path in (
        reverse("admin:funding_creditnote_changelist"),
        page(note),
        page(cast.members["payer"]),
    ):
        text = text_of(client, path)
        assert note.number in text
        assert AMOUNT in text
    assert note.number in text_of(client, page(dues(cast)))
    text = text_of(client, page(note))
    assert "Parties, as they were when it was issued" in text
    assert f"credit:{note.number}/0" in text
    assert cast.charge("payer").number in text
    assert page(note.assessment) in text


def test_the_assessment_shows_its_versions_and_what_each_led_to(
    cast: Cast, client: Client, note: CreditNote
) -> None:
    client.force_login(cast.people["finance"])
    first = Assessment.objects.get(member=cast.members["payer"], levy="dues", version=1)
    for each in (first, note.assessment):
        text = text_of(client, page(each))
        assert "+1,234,567.89 USD" in text
        assert f"-{AMOUNT}" in text
        assert cast.charge("payer").number in text
        assert note.number in text
    assert "Assessments of this period" not in text_of(client, page(cast.assessment("rival")))


def test_what_no_charge_can_take_stands_on_account(cast: Cast, client: Client) -> None:
    payer, charge = cast.members["payer"], cast.charge("payer")
    shared: dict[str, Any] = {"consortium": cast.consortium, "unit": "USD"}
    on_account = Account.objects.create(member=payer, kind=AccountKind.ON_ACCOUNT, **shared)
    receivable = payer.accounts.get(kind=AccountKind.RECEIVABLE)
    Transfer.objects.create(
        debit=on_account, credit=receivable, amount=charge.amount, on=TODAY, key="settled",
        charge=charge, **shared,
    )  # fmt: skip
    note = corrected(cast, "90000000")
    client.force_login(cast.people["finance"])
    text = text_of(client, page(note))
    assert "Credit on account" in text
    account = text_of(client, page(on_account))
    assert "1,000,000.00 USD debit" in account
    assert "Receivable from members" in account
    assert "5,000.00 USD debit" in account
    listed = text_of(client, reverse("admin:funding_account_changelist"))
    assert "Credit on account" in listed
    assert "6,822,468.03 USD credit" in listed


@pytest.mark.parametrize("name", ["secretary", "reader"])
def test_staff_without_figures_see_none_of_it(
    cast: Cast, client: Client, note: CreditNote, name: str
) -> None:
    client.force_login(cast.people[name])
    assert client.get(page(note)).status_code == 404
    for path in (
        reverse("admin:funding_creditnote_changelist"),
        page(cast.members["payer"]),
        page(dues(cast)),
    ):
        text = text_of(client, path)
        assert note.number not in text
        assert "234,567" not in text
    assert "5,000.00 USD" in text_of(client, page(cast.members["payer"]))


def test_a_rival_secretariat_finds_nothing(cast: Cast, client: Client, note: CreditNote) -> None:
    client.force_login(cast.people["other_secretary"])
    for row in (note, note.assessment, cast.members["payer"]):
        assert client.get(page(row)).status_code == 404
    assert note.number not in text_of(client, reverse("admin:funding_creditnote_changelist"))


def test_the_books_hold_and_it_reads_in_chinese(
    cast: Cast, client: Client, note: CreditNote
) -> None:
    assert list(verify(consortium=cast.consortium)) == []
    client.force_login(cast.people["auditor"])
    client.cookies["django_language"] = "zh-hans"
    for row in (note, note.assessment, cast.members["payer"]):
        text = text_of(client, page(row))
        assert 'lang="zh-hans"' in text
        assert note.number in text


def test_a_members_page_takes_as_many_queries_for_many_papers(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(cast.people["finance"])
    path = page(cast.members["payer"])
    client.get(path)
    with django_assert_max_num_queries(50) as before:
        client.get(path)
    corrected(cast, "90000000")
    with django_assert_max_num_queries(50) as after:
        client.get(path)
    assert len(after) == len(before)
