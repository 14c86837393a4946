"""The preview of a round: every member's dues before they are issued, for finance eyes only."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from funding.models import Assessment, Charge, DuesRun, FigureView, Round
from funding.rules.choices import Grade
from tests.cast import NOW, PERIOD, Cast, canaries
from tests.factories.seasons import LEVY, Season, declared, opened, season
from tests.snapshot import built_once

SALES = {0: "123456789", 1: "30000000", 2: "2000000000"}
"""One between floor and cap, one at the floor, one at the cap; the fourth is missing."""


@pytest.fixture(autouse=True)
def on_the_day(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=True)


@pytest.fixture
@built_once
def four(db: None) -> Season:
    found = season(4)
    opened(found)
    for n, sales in SALES.items():
        declared(found, n, sales)
    return found


@pytest.fixture
def finance(four: Season, client: Client) -> Client:
    client.force_login(four.people["finance"])
    return client


def page(round: Round, query: str = "") -> str:
    return reverse("admin:funding_round_preview", args=[round.pk]) + query


def names(response: Any) -> list[str]:
    return [each["name"] for each in response.context["lines"]]


def test_every_member_is_shown_with_figures_amounts_and_reasons(
    four: Season, finance: Client
) -> None:
    response = finance.get(page(four.round))
    first, second, third = response.context["lines"]
    assert first == {
        "pk": four.members[0].pk,
        "name": "Firm 01 Ltd",
        "category": "Full members",
        "figures": ["123,456,789.00 CNY", "7"],
        "last": "—",
        "amount": "371,770.37",
        "difference": "—",
        "owed": "371,770.37",
        "reasons": [("for the first time", "plain")],
        "error": "",
    }
    assert [reason for reason, _kind in second["reasons"]] == ["at the floor", "for the first time"]
    assert (third["amount"], third["reasons"][0][0]) == ("3,000,000.00", "at the cap")
    assert [(each["label"], each["value"]) for each in response.context["tiles"]] == [
        ("Members", 3), ("Total", "3,471,770.37 CNY"), ("To charge", "3,471,770.37 CNY"),
        ("To credit", "0.00 CNY"), ("Refused", 0),
    ]  # fmt: skip
    assert "Without figures" in response.content.decode()
    assert [str(each) for each in response.context["missing"]] == ["Firm 04 Ltd"]
    assert not Assessment.objects.exists()


def test_refused_figures_come_first_and_say_what_to_do(db: None, client: Client) -> None:
    rule = [{"add": {"rate": "0.003", "of": "sales"}}, {"add": {"const": "-400000"}}]
    found = season(3, levy={**LEVY, "rule": [*rule, {"add": {"rate": "200", "of": "staff"}}]})
    opened(found)
    for n, sales in SALES.items():
        declared(found, n, sales)
    client.force_login(found.people["finance"])
    response = client.get(page(found.round))
    assert names(response) == ["Firm 01 Ltd", "Firm 02 Ltd", "Firm 03 Ltd"]
    assert response.context["tally"].refused == 2
    text = response.content.decode()
    assert "The rule brings the amount below zero" in text
    assert f"?member={found.members[0].pk}&amp;correction=1" in text
    only = client.get(page(found.round, "?only=warnings"))
    assert names(only) == ["Firm 01 Ltd", "Firm 02 Ltd"]


def test_warnings_alone_and_the_largest_differences_first(four: Season, finance: Client) -> None:
    declared(four, 3, "90000000", grade=Grade.ESTIMATED)
    only = finance.get(page(four.round, "?only=warnings"))
    assert names(only) == ["Firm 04 Ltd"]
    assert only.context["lines"][0]["reasons"][0] == ("for the first time", "plain")
    assert ("figures estimated", "warn") in only.context["lines"][0]["reasons"]
    for member, amount in zip(four.members, (371_000, 90_000, 1_000_000), strict=False):
        before(four, member, Decimal(amount))
    by_difference = finance.get(page(four.round, "?sort=difference"))
    assert [(each["name"], each["difference"]) for each in by_difference.context["lines"]] == [
        ("Firm 03 Ltd", "+2,000,000.00"), ("Firm 02 Ltd", "+10,000.00"),
        ("Firm 01 Ltd", "+770.37"), ("Firm 04 Ltd", "—"),
    ]  # fmt: skip


def before(season: Season, member: Any, amount: Decimal) -> None:
    """Write what a member was assessed the year before."""
    Assessment.objects.create(
        consortium=season.consortium,
        member=member,
        levy="contribution",
        period_starts_on=date(2025, 1, 1),
        period_ends_on=PERIOD,
        charter=season.consortium.charters.get(),
        category="full",
        inputs={},
        trace=[],
        amount=amount,
        unit="CNY",
        secret=True,
        assessed_on=date(2025, 2, 15),
        digest="",
    )


def test_the_download_has_every_line_with_amounts_as_numbers_and_no_formula(
    four: Season, finance: Client
) -> None:
    organization = four.members[0].organization
    organization.name_en = '=HYPERLINK("https://example.org")'
    organization.save()
    response: Any = finance.get(page(four.round, "?as=csv"))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    head, *rows = csv.reader(StringIO(text))
    assert head[:5] == ["Member", "Category", "Relevant sales", "R&D staff", "Last year"]
    assert rows[0][0] == "'" + organization.name_en
    assert rows[0][4:] == ["", "371770.37", "", "371770.37", "CNY", "for the first time"]
    assert len(rows) == 3
    response = finance.get(page(four.round, "?as=xlsx"))
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(response.streaming_content)))
    table = book.get_sheet_by_index(0).to_python()
    assert table[1][5] == 371770.37
    assert table[1][0] == "'" + organization.name_en
    looks = FigureView.objects.values_list("screen", "count", "member")
    assert list(looks) == [("export", 3, None), ("export", 3, None)]


def test_the_download_is_in_the_reader_s_language(four: Season, finance: Client) -> None:
    finance.cookies["django_language"] = "zh-hans"
    response: Any = finance.get(page(four.round, "?as=csv"))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert "相关产品销售额" in text
    assert "第01公司,正式成员" in text


def test_each_look_is_recorded(four: Season, finance: Client) -> None:
    finance.get(page(four.round))
    look = FigureView.objects.get()
    assert (look.screen, look.count, look.member, look.user, look.subject) == (
        "preview", 3, None, four.people["finance"], four.round.uid,
    )  # fmt: skip


def test_looks_at_an_open_levy_are_nobodys_business(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["finance"])
    fee = Round.objects.get(consortium=cast.consortium, levy="fee")
    assert client.get(page(fee)).status_code == 200
    assert not FigureView.objects.exists()


def test_auditors_read_it_and_propose_nothing(four: Season, client: Client) -> None:
    client.force_login(four.people["auditor"])
    response = client.get(page(four.round))
    assert response.status_code == 200
    assert "Propose for confirmation" not in response.content.decode()
    propose = reverse("admin:funding_round_propose", args=[four.round.pk])
    assert client.post(propose).status_code == 403


@pytest.mark.parametrize("name", ["secretary", "reader"])
def test_others_are_kept_out(four: Season, client: Client, name: str) -> None:
    client.force_login(four.people[name])
    for query in ("", "?as=csv", "?as=xlsx"):
        response = client.get(page(four.round, query))
        assert response.status_code == 403
        assert "371,770" not in response.content.decode()
    assert not FigureView.objects.exists()


def test_finance_of_another_consortium_finds_nothing(four: Season, client: Client) -> None:
    client.force_login(season(1, slug="rival").people["finance"])
    assert client.get(page(four.round)).status_code == 404


def test_no_page_of_a_round_shows_secret_figures_to_the_secretary(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.people["secretary"])
    round = Round.objects.get(consortium=cast.consortium, levy="dues", starts_on=PERIOD)
    for what in ("change", "preview", "figures", "paper"):
        text = client.get(reverse(f"admin:funding_round_{what}", args=[round.pk])).content.decode()
        hidden = [each for name in ("payer", "partner", "rival") for each in canaries(name)]
        assert not [each for each in hidden if each in text]


def test_a_levy_that_leaves_by_itself_is_assessed_from_the_preview(
    db: None, client: Client
) -> None:
    found = season(3, levy={**LEVY, "issue": "automatic"})
    opened(found)
    declared(found, 0, SALES[0])
    client.force_login(found.people["finance"])
    text = client.get(page(found.round)).content.decode()
    assert "Assess and charge now" in text
    assess = reverse("admin:funding_round_assess", args=[found.round.pk])
    done = client.post(assess, follow=True).content.decode()
    assert "1 member assessed." in done
    assert Charge.objects.get().number in done
    assert "nobody: send the paper" in done
    again = client.post(assess, follow=True).content.decode()
    assert "0 members assessed." in again
    assert Charge.objects.count() == 1


def test_nothing_is_offered_before_the_day_of_assessment(
    four: Season, finance: Client, time_machine: Any
) -> None:
    time_machine.move_to("2026-02-14 02:00:00+00:00")
    text = finance.get(page(four.round)).content.decode()
    assert "it is assessed from February 15, 2026 on" in text
    assert "Propose for confirmation" not in text
    propose = reverse("admin:funding_round_propose", args=[four.round.pk])
    assert "until then figures are still collected" in finance.post(propose).content.decode()
    assert not DuesRun.objects.exists()


def test_looking_is_all_that_a_preview_does(four: Season, finance: Client) -> None:
    assert finance.post(page(four.round)).status_code == 405


def test_as_many_queries_for_many_members_as_for_few(
    four: Season, finance: Client, django_assert_max_num_queries: Any
) -> None:
    finance.get(page(four.round))
    with django_assert_max_num_queries(45) as few:
        finance.get(page(four.round))
    many = season(12, slug="many")
    opened(many)
    for n in range(10):
        declared(many, n, SALES[0])
    finance.force_login(many.people["finance"])
    finance.get(page(many.round))
    with django_assert_max_num_queries(45) as more:
        finance.get(page(many.round))
    assert len(more) == len(few)
