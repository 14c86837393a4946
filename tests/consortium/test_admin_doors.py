"""Login, second factor, language and the desk."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from consortium.models import Consortium, ParkedItem
from tests.cast import Cast


def test_the_login_page_is_ours_and_offers_no_sign_up(cast: Cast, client: Client) -> None:
    text = client.get("/accounts/login/").content.decode()
    assert "consortium/entrance.css" in text
    assert "signup" not in text


def test_staff_log_in_through_the_one_login(cast: Cast, client: Client) -> None:
    response = client.post(
        "/accounts/login/",
        {"login": "secretary", "password": "a sound password"},
        follow=True,
    )
    assert response.redirect_chain[-1][0] == "/admin/"
    assert "The alliance" in response.content.decode()


@pytest.mark.parametrize(
    ("cookie", "said"),
    [(None, "已以secretary的身份登录"), ("en", "Successfully signed in as secretary")],
)
def test_who_logs_in_is_greeted_in_the_language_of_the_desk(
    cast: Cast, client: Client, cookie: str | None, said: str
) -> None:
    Consortium.objects.filter(pk=cast.consortium.pk).update(language="zh-hans")
    if cookie:
        client.cookies["django_language"] = cookie
    given = {"login": "secretary", "password": "a sound password"}
    response = client.post("/accounts/login/", given, headers={"accept-language": "en"})
    assert said in " ".join(str(each) for each in get_messages(response.wsgi_request))


def test_without_a_second_factor_staff_are_sent_to_set_one_up(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.REQUIRE_MFA = True
    client.force_login(cast.people["secretary"])
    response = client.get("/admin/")
    assert response.url == reverse("mfa_activate_totp")
    client.force_login(cast.people["payer"])
    assert client.get("/accounts/2fa/").status_code == 200


@pytest.mark.parametrize(
    ("own", "consortium", "cookie", "expected"),
    [
        ("", "zh-hans", None, "zh-hans"),
        ("", "en", None, "en"),
        ("en", "zh-hans", None, "en"),
        ("en", "zh-hans", "zh-hans", "zh-hans"),
        ("zh-hans", "en", "en", "en"),
    ],
)
def test_the_admin_opens_in_the_language_of_the_reader_or_the_consortium(
    cast: Cast, client: Client, own: str, consortium: str, cookie: str | None, expected: str
) -> None:
    user = cast.people["reader"]
    user.language = own
    user.save()
    Consortium.objects.filter(pk=cast.consortium.pk).update(language=consortium)
    client.force_login(user)
    if cookie:
        client.cookies["django_language"] = cookie
    response = client.get("/admin/")
    assert response.headers["Content-Language"] == expected
    assert ("alliance 联盟" in response.content.decode()) == (expected == "zh-hans")


def test_the_language_is_switched_from_the_menu(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["reader"])
    response = client.post("/admin/language/", {"language": "zh-hans", "next": "/admin/"})
    assert response.url == "/admin/"
    assert "alliance 联盟" in client.get("/admin/").content.decode()
    outside = client.post("/admin/language/", {"language": "en", "next": "https://evil.example/"})
    assert outside.url == "/"


def test_the_desk_shows_what_is_due_and_links_each_figure(cast: Cast, client: Client) -> None:
    ParkedItem.objects.create(
        consortium=cast.consortium,
        sweep="assess_rounds",
        key="dues",
        attempts=5,
        reason="unexpected",
        since=cast.today,
    )
    client.force_login(cast.people["secretary"])
    response = client.get("/admin/")
    tiles = {tile.label: tile for tile in response.context["tiles"]}
    assert tiles["Members today"].value == 4
    assert tiles["Parked items"].value == 1
    assert client.get(tiles["Parked items"].href).status_code == 200
    assert client.get(tiles["Members today"].href).status_code == 200
    assert response.context["panels"] == []
    assert "Outbound mail is on hold" in response.content.decode()


def test_finance_sees_the_chart_and_every_figure_leads_to_its_list(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.people["finance"])
    response = client.get("/admin/")
    (panel,) = response.context["panels"]
    assert panel.chart["labels"] == ["2026"]
    for tile in panel.tiles:
        assert client.get(tile.href).status_code == 200, tile.href


def test_the_switcher_stays_within_ones_own_consortia(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["secretary"])
    response = client.get("/admin/?consortium=elsewhere")
    assert response.context["consortium"] == cast.consortium
    client.force_login(cast.people["root"])
    assert client.get("/admin/?consortium=elsewhere").context["consortium"] == cast.other
    assert client.get("/admin/").context["consortium"] == cast.other


def test_staff_whose_appointment_ended_see_nothing(cast: Cast, client: Client) -> None:
    user = cast.people["secretary"]
    user.appointments.update(ends_on="2026-01-01")
    client.force_login(user)
    response = client.get("/admin/")
    assert "no appointment" in response.content.decode()
    assert client.get(reverse("admin:consortium_member_changelist")).status_code == 403


def test_the_history_of_a_row_is_the_audit_trail(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["auditor"])
    member = cast.members["payer"]
    page = reverse("admin:consortium_member_history", args=[member.pk])
    assert client.get(page, follow=True).status_code == 200
