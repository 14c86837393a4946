"""Rounds in the admin: paper figures, assessing, charging, and the explanation."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from consortium.models import Document
from funding.models import Assessment, Charge, Declaration, Round
from tests.cast import PERIOD, Cast

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def finance(cast: Cast, client: Client) -> Client:
    client.force_login(cast.people["finance"])
    return client


def dues(cast: Cast) -> Round:
    return Round.objects.get(consortium=cast.consortium, levy="dues", starts_on=PERIOD)


def paper(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "member": cast.members["newcomer"].pk,
        "figure_semiconductor_sales": "741,300,000",
        "grade": "certified",
        "signed_by": "J. Doe",
        "paper_on": "2026-02-27",
        **more,
    }


def enter(client: Client, cast: Cast, **more: Any) -> Any:
    page = reverse("admin:funding_round_paper", args=[dues(cast).pk])
    return client.post(page, paper(cast, **more))


def test_a_paper_declaration_is_entered_with_its_scan(cast: Cast, finance: Client) -> None:
    scan = SimpleUploadedFile("newcomer.pdf", PDF, "application/pdf")
    response = enter(finance, cast, scan=scan)
    assert response.status_code == 302, response.content.decode()
    declaration = cast.declaration("newcomer")
    assert declaration.inputs() == {"semiconductor_sales": Decimal("741300000")}
    assert (declaration.signed_by, declaration.channel) == ("J. Doe", "paper")
    assert declaration.attested_by == cast.people["finance"]
    page = reverse("admin:funding_declaration_scan", args=[declaration.pk])
    assert b"".join(finance.get(page).streaming_content) == PDF  # type: ignore[attr-defined]
    finance.force_login(cast.people["secretary"])
    assert finance.get(page).status_code == 404


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"figure_semiconductor_sales": "-5"}, "below zero"),
        ({"figure_semiconductor_sales": "a lot"}, "is not an amount"),
        ({"figure_semiconductor_sales": "1.23456"}, "at most three decimals"),
        ({"figure_semiconductor_sales": "99999999999999999"}, "too large"),
        ({"figure_semiconductor_sales": ""}, "required"),
        ({"signed_by": " "}, "required"),
        ({"paper_on": "2026-03-03"}, "not after today"),
        ({"correction": "on"}, "no declaration"),
    ],
)
def test_wrong_papers_are_refused_in_words(
    cast: Cast, finance: Client, more: dict[str, str], said: str
) -> None:
    response = enter(finance, cast, **more)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert not Declaration.objects.filter(member=cast.members["newcomer"]).exists()


def test_a_member_that_has_declared_or_is_no_member_is_refused(cast: Cast, finance: Client) -> None:
    twice = enter(finance, cast, member=cast.members["payer"].pk)
    assert "There is a declaration" in twice.content.decode()
    foreign = enter(finance, cast, member=cast.members["outsider"].pk)
    assert foreign.status_code == 200
    assert Declaration.objects.count() == 4


def test_a_file_of_another_kind_is_refused_and_nothing_is_kept(cast: Cast, finance: Client) -> None:
    response = enter(finance, cast, scan=SimpleUploadedFile("x.pdf", b"MZ\x90\x00 a program"))
    assert "content is none of" in response.content.decode()
    assert not Declaration.objects.filter(member=cast.members["newcomer"]).exists()


def test_a_refused_declaration_leaves_no_scan_behind(cast: Cast, finance: Client) -> None:
    scan = SimpleUploadedFile("twice.pdf", PDF, "application/pdf")
    before = set(Path(default_storage.location).rglob("*"))
    enter(finance, cast, member=cast.members["payer"].pk, scan=scan)
    assert not Document.objects.exists()
    assert set(Path(default_storage.location).rglob("*.pdf")) <= before


def test_a_late_paper_is_assessed_and_charged_from_the_round(cast: Cast, finance: Client) -> None:
    enter(finance, cast)
    round = dues(cast)
    response = finance.post(reverse("admin:funding_round_assess", args=[round.pk]), follow=True)
    assert "1 member assessed." in response.content.decode()
    assessment = Assessment.objects.get(member=cast.members["newcomer"], levy="dues")
    assert assessment.amount == Decimal("7413000.000")
    assert assessment.charges.get().amount == Decimal("7413000.000")
    # The levy is automatic: nobody has to propose or confirm its charges.
    assert finance.post(reverse("admin:funding_round_propose", args=[round.pk])).status_code == 403


def test_the_explanation_says_each_step_in_words_and_amounts(cast: Cast, finance: Client) -> None:
    page = reverse("admin:funding_assessment_change", args=[cast.assessment("payer").pk])
    text = finance.get(page).content.decode()
    assert "How the amount came about" in text
    assert "1% of" in text
    assert "not below the floor of 1,000,000.00 USD" in text
    assert "1,234,567.89 USD" in text


def test_the_round_page_shows_figures_to_finance_and_states_to_the_secretary(
    cast: Cast, client: Client
) -> None:
    page = reverse("admin:funding_round_change", args=[dues(cast).pk])
    client.force_login(cast.people["finance"])
    full = client.get(page).content.decode()
    assert "123,456,789.00 USD" in full
    assert "Missing" in full
    client.force_login(cast.people["secretary"])
    states = client.get(page).content.decode()
    assert "Missing" in states
    assert "USD" not in states
    assert "Enter a paper declaration" not in states
    client.force_login(cast.people["reader"])
    bare = client.get(page).content.decode()
    assert "Payer Ltd" in bare
    assert "Missing" not in bare
    client.force_login(cast.people["other_secretary"])
    assert client.get(page).status_code == 404


def test_a_levy_open_to_members_is_open_to_every_desk(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["reader"])
    round = Round.objects.get(consortium=cast.consortium, levy="fee")
    text = client.get(reverse("admin:funding_round_change", args=[round.pk])).content.decode()
    assert "5,000.00 USD" in text


@pytest.mark.parametrize("name", ["secretary", "auditor", "reader"])
def test_acts_of_finance_are_closed_to_other_staff(cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast.people[name])
    round = dues(cast)
    for act in ("paper", "assess", "propose"):
        page = reverse(f"admin:funding_round_{act}", args=[round.pk])
        assert client.post(page, paper(cast)).status_code == 403


def test_the_round_page_takes_as_many_queries_for_many_members(
    cast: Cast, finance: Client, django_assert_max_num_queries: Any
) -> None:
    page = reverse("admin:funding_round_change", args=[dues(cast).pk])
    finance.get(page)
    with django_assert_max_num_queries(45) as four:
        finance.get(page)
    cast.members["newcomer"].terms.update(ends_on="2025-06-01")
    cast.members["rival"].terms.update(ends_on="2025-06-01")
    with django_assert_max_num_queries(45) as two:
        finance.get(page)
    assert len(four) == len(two)


def test_an_account_shows_its_statement(cast: Cast, finance: Client) -> None:
    account = cast.members["payer"].accounts.get()
    text = finance.get(reverse("admin:funding_account_change", args=[account.pk])).content.decode()
    assert "1,239,567.89 USD" in text
    assert Charge.objects.get(member=cast.members["payer"], levy="dues").number in text
