"""Payments in the admin: recorded, matched on the desk, split, undone."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from funding.models import Payment
from funding.operations.matching import match_payment
from funding.reports.open_items import on_account, open_amount
from funding.reports.receipts import left, matches
from tests.cast import TODAY, Cast
from tests.factories.banking import paid

DESK = "/admin/matching/?consortium=alliance"


@pytest.fixture
def finance(cast: Cast, client: Client) -> Client:
    client.force_login(cast.people["finance"])
    return client


def act(payment: Payment, name: str) -> str:
    return reverse(f"admin:funding_payment_{name}", args=[payment.pk])


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def rest(payment: Payment) -> Decimal:
    return left([payment.pk])[payment.pk]


def test_a_payment_is_recorded_by_hand(cast: Cast, finance: Client) -> None:
    form = {"consortium_choice": cast.consortium.pk, "amount": "5,000.00", "unit": "usd",
            "paid_on": "2026-02-27", "reference": "R1", "payer": "Payer Ltd"}  # fmt: skip
    path = reverse("admin:funding_payment_add")
    found = finance.post(path, {**form, "amount": "-5"}).content.decode()
    assert "it has to be above zero" in found
    assert "still to come" in finance.post(path, {**form, "paid_on": "2026-03-03"}).content.decode()
    response = finance.post(path, form, follow=True)
    payment = Payment.objects.get()
    assert response.redirect_chain[-1][0] == act(payment, "change")
    assert (payment.amount, payment.unit, payment.recorded_by) == (
        5000, "USD", cast.people["finance"],
    )  # fmt: skip
    text = response.content.decode()
    assert "payer is called like the member" in text
    assert "5,000.00 USD" in text_of(finance, reverse("admin:funding_payment_changelist"))
    for value in ("no", "yes"):
        listed = text_of(
            finance, reverse("admin:funding_payment_changelist") + f"?assigned={value}"
        )
        assert ("R1" in listed) == (value == "no")


def test_the_desk_confirms_what_it_shows(cast: Cast, finance: Client) -> None:
    fee, dues = cast.charge("payer", "fee"), cast.charge("payer")
    payment = paid(cast.consortium, "5000", payer="Payer Ltd")
    text = text_of(finance, DESK)
    assert f'value="{fee.pk}:5000.000"' in text
    assert "1 payment to match, 0 of them safe" in text
    what = {"payment": payment.pk, "member": cast.members["payer"].pk}
    finance.post(DESK, {**what, "what": f"{fee.pk}:5000.000"})
    assert (open_amount(fee), rest(payment)) == (0, 0)
    assert "Every payment is put to a member." in text_of(finance, DESK)
    again = finance.post(DESK, {**what, "what": f"{fee.pk}:5000.000"}, follow=True)
    assert "put to members in full already" in again.content.decode()
    for wrong in (f"{dues.pk}:x", "0:1", f"{cast.charge('outsider').pk}:1", "²:1"):
        assert finance.post(DESK, {**what, "what": wrong}).status_code == 404
    assert finance.post(DESK, {"payment": "x"}).status_code == 404


def test_all_safe_ones_are_confirmed_at_once(cast: Cast, finance: Client) -> None:
    numbers = [cast.charge(name, "fee").number for name in ("payer", "partner")]
    safe = [paid(cast.consortium, "5000", text=f"dues {number}") for number in numbers]
    unclear = paid(cast.consortium, "7")
    assert "Confirm all 2 safe ones" in text_of(finance, DESK)
    response = finance.post(DESK, {"_safe": ""}, follow=True)
    assert "2 payments are matched." in response.content.decode()
    assert [rest(each) for each in (*safe, unclear)] == [0, 0, 7]


def test_a_payment_is_split_over_members_and_charges(cast: Cast, finance: Client) -> None:
    payment = paid(cast.consortium, "12000")
    fee = cast.charge("payer", "fee")
    text = text_of(finance, act(payment, "change"))
    assert "nothing points to a member" in text
    chosen = finance.post(act(payment, "split"), {"member": cast.members["payer"].pk})
    put = chosen.headers["Location"]
    assert fee.number in text_of(finance, put)
    refused = finance.post(put, {"amount": "6000", f"charge-{fee.pk}": "5000.01"})
    assert "Only 5,000 USD is open of charge" in refused.content.decode()
    finance.post(put, {"amount": "6000", f"charge-{fee.pk}": "5000"})
    assert (rest(payment), open_amount(fee)) == (6000, 0)
    assert on_account(cast.members["payer"].pk, "USD") == 1000
    rival = put.replace(str(cast.members["payer"].uid), str(cast.members["rival"].uid))
    finance.post(rival, {})
    assert rest(payment) == 0
    assert len(matches([payment])[payment.pk]) == 2
    text = text_of(finance, act(payment, "change"))
    assert "1,000.00 USD stays on its account" in text
    assert finance.get(put).status_code == 403


def test_a_member_of_another_consortium_cannot_be_chosen(cast: Cast, finance: Client) -> None:
    payment = paid(cast.consortium, "12000")
    path = act(payment, "put")
    for uid in (cast.members["outsider"].uid, "x", ""):
        assert "Choose a member first." in text_of(finance, f"{path}?member={uid}")
        assert "Choose a member first." in finance.post(f"{path}?member={uid}").content.decode()
    assert rest(payment) == 12000


def test_a_match_is_undone_from_the_payments_page(cast: Cast, finance: Client) -> None:
    payment = paid(cast.consortium, "5000")
    match_payment(payment=payment, member=cast.members["payer"], by=None, on=TODAY)
    assert act(payment, "undo") in text_of(finance, act(payment, "change"))
    finance.post(act(payment, "undo"), {"number": "1"})
    assert rest(payment) == 5000
    assert "undone on" in text_of(finance, act(payment, "change"))
    finance.post(act(payment, "withdraw"))
    assert rest(payment) == 0
    assert finance.get(act(payment, "withdraw")).status_code == 403


@pytest.mark.parametrize(("who", "status"), [("auditor", 200), ("secretary", 403), ("reader", 403)])
def test_who_comes_to_the_desk(cast: Cast, client: Client, who: str, status: int) -> None:
    client.force_login(cast.people[who])
    payment = paid(cast.consortium, "5000", text=cast.charge("payer", "fee").number)
    assert client.get(DESK).status_code == status
    if status == 200:
        assert 'name="_safe"' not in client.get(DESK).content.decode()
    client.post(DESK, {"_safe": ""})
    assert rest(payment) == 5000
    assert client.get(DESK.replace("alliance", "elsewhere")).status_code in (403, 404)
