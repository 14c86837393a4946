"""Looks at figures: each is recorded once per request, and the auditor reads who looked."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from funding.models import FigureView, Round
from funding.operations.rates import note_view
from funding.states import Screen
from tests.cast import PERIOD, Cast

LIST = "/admin/funding/figureview/"


def page(row: Any) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def looks() -> list[tuple[Any, ...]]:
    rows = FigureView.objects.order_by("pk")
    return list(rows.values_list("user__username", "screen", "member", "subject", "count"))


@pytest.fixture
def finance(cast: Cast, client: Client) -> Client:
    client.force_login(cast.people["finance"])
    return client


def test_opening_a_declaration_or_an_assessment_is_a_look(cast: Cast, finance: Client) -> None:
    declaration, assessment = cast.declaration("rival"), cast.assessment("rival")
    rival = cast.members["rival"].pk
    finance.get(page(declaration))
    finance.get(page(assessment))
    assert looks() == [
        ("finance", "declaration", rival, declaration.uid, 1),
        ("finance", "assessment", rival, assessment.uid, 1),
    ]


def test_the_list_of_assessments_is_one_look_at_all_it_shows(cast: Cast, finance: Client) -> None:
    finance.get(reverse("admin:funding_assessment_changelist"))
    assert looks() == [("finance", "assessments", None, None, 3)]
    finance.get(reverse("admin:funding_assessment_changelist") + "?q=Rival")
    assert looks()[1:] == [("finance", "assessments", cast.members["rival"].pk, None, 1)]
    finance.get(reverse("admin:funding_declaration_changelist"))
    assert len(looks()) == 2  # it shows no figures


def test_requests_for_payment_are_an_export(cast: Cast, finance: Client) -> None:
    charge = cast.charge("payer")
    finance.get(reverse("admin:funding_charge_request", args=[charge.pk]))
    round = Round.objects.get(consortium=cast.consortium, levy="dues", starts_on=PERIOD)
    finance.get(reverse("admin:funding_round_request", args=[round.pk]))
    assert looks() == [
        ("finance", "export", cast.members["payer"].pk, charge.uid, 1),
        ("finance", "export", None, round.uid, 3),
    ]


def test_what_is_open_to_members_is_no_look(cast: Cast, finance: Client) -> None:
    finance.get(page(cast.assessment("rival", "fee")))
    finance.get(reverse("admin:funding_assessment_changelist") + "?levy=fee")
    assert looks() == []


@pytest.mark.parametrize("name", ["secretary", "reader", "other_secretary"])
def test_who_is_shown_nothing_has_not_looked(cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast.people[name])
    assert client.get(page(cast.declaration("rival"))).status_code == 404
    assert client.get(page(cast.assessment("rival"))).status_code == 404
    client.get(reverse("admin:funding_assessment_changelist"))
    assert looks() == []


def test_the_auditor_reads_who_looked_at_what(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["finance"])
    client.get(page(cast.declaration("rival")))
    client.get(reverse("admin:funding_assessment_changelist"))
    client.force_login(cast.people["auditor"])
    text = client.get(LIST).content.decode()
    assert "finance" in text
    assert "Rival Ltd" in text
    assert "3 members" in text
    assert page(cast.declaration("rival")) in text
    assert "345,678,912" not in text
    filtered = client.get(f"{LIST}?screen__exact=declaration").content.decode()
    assert "3 members" not in filtered
    assert client.get(page(FigureView.objects.earliest("pk"))).status_code == 200
    client.cookies["django_language"] = "zh-hans"
    assert 'lang="zh-hans"' in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("name", "status"),
    [("finance", 403), ("secretary", 403), ("reader", 403), ("other_secretary", 403),
     ("payer", 302), ("root", 200)],
)  # fmt: skip
def test_nobody_else_at_the_desk_reads_them(
    cast: Cast, client: Client, name: str, status: int
) -> None:
    client.force_login(cast.people[name])
    assert client.get(LIST).status_code == status


def test_looks_cannot_be_filtered_by_what_is_not_offered(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["auditor"])
    wrong = client.get(f"{LIST}?member__declarations__figures__value__gte=1")
    assert wrong.status_code in (302, 400)


def test_the_list_takes_as_many_queries_for_many_looks_as_for_few(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    def look(name: str) -> None:
        declaration = cast.declaration(name)
        note_view(
            consortium=cast.consortium, screen=Screen.DECLARATION, by=cast.people["finance"],
            members=[declaration.member], subject=declaration.uid,
        )  # fmt: skip

    client.force_login(cast.people["auditor"])
    look("payer")
    client.get(LIST)
    with django_assert_max_num_queries(40) as one:
        client.get(LIST)
    for name in ("rival", "partner", "rival"):
        look(name)
    with django_assert_max_num_queries(40) as four:
        client.get(LIST)
    assert len(one) == len(four)
