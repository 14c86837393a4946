"""Credit on a member's account at the desk: a charge paid from it, and that undone."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from funding.models import Account, Transfer
from funding.operations.matching import match_payment
from funding.reports.open_items import on_account, open_amount
from tests.cast import TODAY, Cast
from tests.factories.banking import paid


@pytest.fixture
def credited(cast: Cast) -> Account:
    """Let 6,000 stand on the payer's account; it owes a fee of 5,000 and its dues."""
    payer = cast.members["payer"]
    match_payment(payment=paid(cast.consortium, "6000"), member=payer, by=None, on=TODAY)
    return Account.objects.get(member=payer, kind="on_account", unit="USD")


def page_of(cast: Cast, name: str = "payer") -> str:
    return f"/admin/member-account/?member={cast.members[name].uid}"


def act(account: Account, name: str) -> str:
    return reverse(f"admin:funding_account_{name}", args=[account.pk])


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_charge_is_paid_from_the_credit_and_that_undone(
    cast: Cast, client: Client, credited: Account
) -> None:
    client.force_login(cast.people["finance"])
    payer, fee = cast.members["payer"], cast.charge("payer", "fee")
    assert act(credited, "allocate") in text_of(client, page_of(cast))
    assert act(credited, "allocate") in text_of(client, act(credited, "change"))
    form = text_of(client, act(credited, "allocate"))
    assert "6,000.00 USD stands on the account of Payer Ltd." in form
    assert fee.number in form
    assert cast.charge("rival", "fee").number not in form
    done = client.post(act(credited, "allocate"), {"charge": fee.pk, "amount": ""}, follow=True)
    assert done.redirect_chain[-1][0] == page_of(cast)
    assert (open_amount(fee), on_account(payer.pk, "USD")) == (0, 1000)
    said = done.content.decode()
    assert "Paid from credit on account" in said
    (uid,) = re.findall(r'name="uid" value="([^"]+)"', said)
    back = client.post(act(credited, "unallocate"), {"uid": uid}, follow=True)
    assert (open_amount(fee), on_account(payer.pk, "USD")) == (5000, 6000)
    assert 'name="uid"' not in back.content.decode()
    assert "Reversal: Paid from credit on account" in back.content.decode()
    again = client.post(act(credited, "unallocate"), {"uid": uid})
    assert "This is undone already." in again.content.decode()


@pytest.mark.parametrize(
    ("name", "levy", "amount", "said"),
    [
        ("payer", "fee", "5000.01", "Only 5,000 USD is open of charge"),
        ("payer", "dues", "6000.01", "The member has only 6,000 USD on its account."),
        ("payer", "fee", "-1", "it has to be above zero"),
        ("payer", "fee", "much", "is not an amount"),
        ("rival", "fee", "1", "Select a valid choice"),
        ("outsider", "fee", "1", "Select a valid choice"),
    ],
)
def test_what_cannot_be_paid_is_said(
    cast: Cast, client: Client, credited: Account, name: str, levy: str, amount: str, said: str
) -> None:
    client.force_login(cast.people["finance"])
    before = Transfer.objects.count()
    given = {"charge": cast.charge(name, levy).pk, "amount": amount}
    assert said in client.post(act(credited, "allocate"), given).content.decode()
    assert Transfer.objects.count() == before


def test_without_credit_there_is_nothing_to_pay_from(
    cast: Cast, client: Client, credited: Account
) -> None:
    client.force_login(cast.people["finance"])
    given = {"charge": cast.charge("payer").pk, "amount": ""}
    client.post(act(credited, "allocate"), given)
    assert on_account(cast.members["payer"].pk, "USD") == 0
    assert act(credited, "allocate") not in text_of(client, page_of(cast))
    assert client.get(act(credited, "allocate")).status_code == 403


@pytest.mark.parametrize("who", ["auditor", "secretary", "payer", "other_secretary"])
def test_finance_alone_moves_credit(
    cast: Cast, client: Client, credited: Account, who: str
) -> None:
    client.force_login(cast.people[who])
    before = Transfer.objects.count()
    for name in ("allocate", "unallocate"):
        given = {"charge": cast.charge("payer", "fee").pk, "uid": credited.uid}
        assert client.post(act(credited, name), given).status_code in (302, 403, 404)
    assert Transfer.objects.count() == before
    if who == "auditor":
        assert act(credited, "allocate") not in text_of(client, page_of(cast))
