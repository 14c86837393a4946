"""Requests for payment: who may have them, over REST and from the desk."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from funding.models import Assessment, Charge, Round
from funding.papers.request import payment_requests
from tests.api.test_matrix import PEOPLE, foreign
from tests.cast import PERIOD, Cast, canaries
from tests.funding.test_papers import pages


@pytest.mark.parametrize("who", PEOPLE)
def test_whoever_may_see_a_charge_gets_its_request_and_nobody_else(
    cast: Cast, api: Any, who: str
) -> None:
    user = cast.people[who]
    client = api(user)
    absent = client.get(f"/api/v1/charges/{uuid4()}/request/")
    assert absent.status_code == 404
    for charge in Charge.objects.all():
        response = client.get(f"/api/v1/charges/{charge.uid}/request/")
        if Charge.objects.visible_to(user, cast.today).filter(pk=charge.pk).exists():
            assert response.status_code == 200
            sent = f"{pages(response.content)} {dict(response.headers)}"
            assert charge.number in sent
        else:
            assert (response.status_code, response.content) == (404, absent.content)
            sent = f"{response.content.decode()} {dict(response.headers)}"
        assert [figure for figure in foreign(who) if figure in sent] == []


def test_it_is_sent_as_a_file_in_the_language_asked_for(cast: Cast, api: Any) -> None:
    charge = cast.charge("payer")
    client = api(cast.people["payer"])
    response = client.get(f"/api/v1/charges/{charge.uid}/request/?language=zh-hans")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{charge.number}.pdf"'
    assert response.headers["Content-Language"] == "zh-hans"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.content == payment_requests([charge], language="zh-hans")
    spoken = client.get(
        f"/api/v1/charges/{charge.uid}/request/", headers={"Accept-Language": "zh-hans"}
    )
    assert spoken.content == response.content


@pytest.mark.parametrize(
    "query", ["language=fr", "language=", "language=en&language=en", "lang=en"]
)
def test_another_language_is_refused(cast: Cast, api: Any, query: str) -> None:
    path = f"/api/v1/charges/{cast.charge('payer').uid}/request/?{query}"
    response = api(cast.people["payer"]).get(path)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"


# From the desk


@pytest.fixture
def finance(cast: Cast, client: Client) -> Client:
    client.force_login(cast.people["finance"])
    return client


def of_charge(charge: Charge) -> str:
    return reverse("admin:funding_charge_request", args=[charge.pk])


def of_round(cast: Cast, levy: str = "dues") -> str:
    round = Round.objects.get(consortium=cast.consortium, levy=levy, starts_on=PERIOD)
    return reverse("admin:funding_round_request", args=[round.pk])


def test_finance_staff_download_one_from_the_charge(cast: Cast, finance: Client) -> None:
    charge = cast.charge("payer")
    page = finance.get(reverse("admin:funding_charge_change", args=[charge.pk])).content.decode()
    assert "Payment request (PDF)" in page
    assert f'href="{of_charge(charge)}?language=zh-hans"' in page
    response = finance.get(of_charge(charge))
    assert response.content == payment_requests([charge], language="en")
    assert "no-store" in response.headers["Cache-Control"]
    chinese = finance.get(of_charge(charge) + "?language=zh-hans")
    assert chinese.content == payment_requests([charge], language="zh-hans")
    assert chinese.headers["Content-Language"] == "zh-hans"
    assert finance.get(of_charge(charge) + "?language=fr").status_code == 404


@pytest.mark.parametrize("who", ["secretary", "reader", "supervisor", "other_secretary", "payer"])
def test_other_staff_find_no_request_on_a_secret_levy(cast: Cast, client: Client, who: str) -> None:
    client.force_login(cast.people[who])
    for address in (of_charge(cast.charge("payer")), of_round(cast)):
        response = client.get(address)
        assert response.status_code in {302, 403, 404}
        assert not [figure for figure in canaries("payer") if figure in str(response.headers)]
        assert "pdf" not in response.headers["Content-Type"]


def test_a_levy_open_to_members_is_open_to_every_desk_charge_by_charge(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.people["reader"])
    assert client.get(of_charge(cast.charge("rival", "fee"))).status_code == 200
    assert client.get(of_round(cast, "fee")).status_code == 404


def test_finance_staff_download_a_round_in_one_file(cast: Cast, finance: Client) -> None:
    round = cast.consortium.rounds.get(levy="dues")
    page = finance.get(reverse("admin:funding_round_change", args=[round.pk])).content.decode()
    assert "Payment requests (PDF)" in page
    response = finance.get(of_round(cast))
    assert response.headers["Content-Disposition"] == 'attachment; filename="dues-2026-01-01.pdf"'
    said = pages(response.content)
    payers = [page.split(" Ltd")[0].split()[-1] for page in said]
    assert payers == ["Payer", "Partner", "Rival"]
    assert not [figure for figure in canaries("outsider") if figure in str(said)]


def test_a_round_without_charges_offers_nothing(cast: Cast, finance: Client) -> None:
    round = Round.objects.create(
        consortium=cast.consortium,
        levy="dues",
        starts_on=date(2027, 1, 1),
        ends_on=date(2028, 1, 1),
        opened_on=date(2026, 11, 2),
    )
    page = finance.get(reverse("admin:funding_round_change", args=[round.pk])).content.decode()
    assert "Payment requests (PDF)" not in page
    assert finance.get(reverse("admin:funding_round_request", args=[round.pk])).status_code == 404


def test_more_than_a_thousand_are_refused_in_words(cast: Cast, finance: Client) -> None:
    charge, assessment = cast.charge("payer"), Assessment.objects.filter(levy="dues").earliest("pk")
    Charge.objects.bulk_create(
        Charge(
            consortium=cast.consortium,
            member=charge.member,
            assessment=assessment,
            instalment=number,
            number=f"X-{number:05d}",
            levy="dues",
            amount=1,
            unit="USD",
            secret=True,
            issued_on=charge.issued_on,
            due_on=charge.due_on,
            parties=charge.parties,
            digest="",
        )
        for number in range(2, 1001)
    )
    response = finance.get(of_round(cast), follow=True)
    assert response.redirect_chain[0][1] == 302
    assert "One file holds at most 1000 requests" in response.content.decode()
