"""The figures sheet: many papers on one page, nothing typed lost, nothing entered twice."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consortium.models import AuditEvent
from funding.models import Declaration, FigureView, Round
from tests.cast import NOW, Cast
from tests.factories.seasons import Season, opened, season
from tests.snapshot import built_once

pytestmark = pytest.mark.usefixtures("on_the_day")


@pytest.fixture
def on_the_day(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=True)


@pytest.fixture
@built_once
def three(db: None) -> Season:
    found = season(3)
    opened(found)
    return found


@pytest.fixture
def finance(three: Season, client: Client) -> Client:
    client.force_login(three.people["finance"])
    return client


def page(round: Round) -> str:
    return reverse("admin:funding_round_figures", args=[round.pk])


def cells(season: Season, n: int, **changes: str) -> dict[str, Any]:
    """Return a member's row as the browser sends it, filled in."""
    member = season.members[n]
    filled = {
        "figure_sales-external": "120,000,000",
        "figure_sales-internal": "20,000,000",
        "figure_staff": "50",
        "grade": "declared",
        "signed_by": "J. Doe",
        "paper_on": "2026-02-27",
        "fiscal_year": "",
        **changes,
    }
    return {f"m{member.pk}-{name}": value for name, value in filled.items()}


def empty(season: Season, n: int) -> dict[str, Any]:
    blank = cells(season, n)
    return {name: "declared" if name.endswith("grade") else "" for name in blank}


def sent(season: Season, *rows: dict[str, Any], button: str = "_save") -> dict[str, Any]:
    found: dict[str, Any] = {"member": [each.pk for each in season.members], button: ""}
    for row in rows:
        found |= row
    return found


def declarations() -> list[tuple[str, int, str]]:
    rows = Declaration.objects.order_by("member__organization__name_en", "version")
    return list(rows.values_list("member__organization__name_en", "version", "signed_by"))


def test_rows_that_are_filled_in_are_entered_and_empty_ones_passed_over(
    three: Season, finance: Client
) -> None:
    form = sent(three, cells(three, 0), empty(three, 1), cells(three, 2, signed_by="A. Roe"))
    response = finance.post(page(three.round), form, follow=True)
    assert "2 declarations are entered." in response.content.decode()
    assert declarations() == [("Firm 01 Ltd", 1, "J. Doe"), ("Firm 03 Ltd", 1, "A. Roe")]
    one = Declaration.objects.get(member=three.members[0])
    assert one.inputs() == {"sales": Decimal("100000000"), "staff": Decimal(50)}
    assert list(one.figures.order_by("pk").values_list("input", "line", "value")) == [
        ("sales", "external", Decimal("120000000")),
        ("sales", "internal", Decimal("-20000000")),
        ("staff", "", Decimal(50)),
    ]
    assert (one.channel, one.attested_by) == ("paper", three.people["finance"])
    assert "Firm 02 Ltd" in response.content.decode()
    assert "Firm 01 Ltd" not in response.content.decode()


def test_refused_rows_stay_as_they_were_typed_with_their_reason(
    three: Season, finance: Client
) -> None:
    wrong = cells(three, 1, figure_staff="5.5", signed_by="Mr. Unlost")
    response = finance.post(page(three.round), sent(three, cells(three, 0), wrong))
    text = response.content.decode()
    assert response.status_code == 200
    assert "“R&amp;D staff” is counted in whole numbers" in text
    assert 'value="Mr. Unlost"' in text
    assert 'value="5.5"' in text
    assert "1 declaration is entered." in text
    assert "1 row is refused and not entered" in text
    assert [name for name, *_ in declarations()] == ["Firm 01 Ltd"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"figure_sales-external": "a lot"}, "is not an amount"),
        ({"figure_sales-external": ""}, "This field is required."),
        ({"figure_sales-internal": "-5"}, "“Within the group” is below zero"),
        ({"figure_sales-external": "5"}, "“Relevant sales” is below zero"),
        ({"figure_staff": "99999999999999999"}, "too large"),
        ({"signed_by": ""}, "This field is required."),
        ({"paper_on": "2026-03-03"}, "not after today"),
        ({"paper_on": "soon"}, "Enter a valid date."),
        ({"grade": "guessed"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_at_the_cell(
    three: Season, finance: Client, changes: dict[str, str], said: str
) -> None:
    response = finance.post(page(three.round), sent(three, cells(three, 0, **changes)))
    assert said in response.content.decode()
    assert declarations() == []


def test_saving_twice_harms_nothing(three: Season, finance: Client) -> None:
    form = sent(three, cells(three, 0), cells(three, 1))
    finance.post(page(three.round), form)
    events = AuditEvent.objects.count()
    again = finance.post(page(three.round), form, follow=True)
    assert "2 rows were entered before." in again.content.decode()
    assert AuditEvent.objects.count() == events
    other = sent(three, cells(three, 0, figure_staff="51"))
    assert "There is a declaration" in finance.post(page(three.round), other).content.decode()
    assert len(declarations()) == 2


def test_all_or_nothing_enters_nothing_where_one_row_is_refused(
    three: Season, finance: Client
) -> None:
    wrong = cells(three, 1, paper_on="2026-03-03")
    form = sent(three, cells(three, 0), wrong, button="_whole")
    text = finance.post(page(three.round), form).content.decode()
    assert "Nothing was entered." in text
    assert text.count('value="J. Doe"') == 2
    assert declarations() == []
    finance.post(page(three.round), sent(three, cells(three, 0), button="_whole"))
    assert len(declarations()) == 1


def test_who_owes_nothing_any_more_is_refused_and_nothing_typed_is_lost(
    three: Season, finance: Client
) -> None:
    three.members[0].terms.update(ends_on="2025-06-01")
    response = finance.post(page(three.round), sent(three, cells(three, 0)))
    text = response.content.decode()
    assert "Firm 01 Ltd does not owe" in text
    assert 'value="J. Doe"' in text
    assert declarations() == []


def test_an_empty_sheet_says_so(three: Season, finance: Client) -> None:
    response = finance.post(page(three.round), sent(three, empty(three, 0)))
    assert "Nothing was filled in." in response.content.decode()


def test_figures_of_those_who_have_declared_are_shown_on_request_and_the_look_recorded(
    three: Season, finance: Client
) -> None:
    finance.post(page(three.round), sent(three, cells(three, 0)))
    assert "100,000,000.00 CNY" not in finance.get(page(three.round)).content.decode()
    assert not FigureView.objects.exists()
    shown = finance.get(page(three.round) + "?all=1").content.decode()
    assert "Relevant sales: 100,000,000.00 CNY, R&amp;D staff: 50" in shown
    look = FigureView.objects.get()
    assert (look.member, look.screen, look.user) == (
        three.members[0], "round", three.people["finance"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "status"), [("secretary", 403), ("auditor", 403), ("reader", 403)]
)
def test_only_finance_staff_open_it(three: Season, client: Client, name: str, status: int) -> None:
    client.force_login(three.people[name])
    assert client.get(page(three.round)).status_code == status
    assert client.post(page(three.round), sent(three, cells(three, 0))).status_code == status
    assert declarations() == []


def test_finance_of_another_consortium_finds_nothing(three: Season, client: Client) -> None:
    other = season(1, slug="rival")
    client.force_login(other.people["finance"])
    assert client.get(page(three.round)).status_code == 404
    assert client.post(page(three.round), sent(three, cells(three, 0))).status_code == 404
    opened(other)
    foreign = {**sent(other), "member": [three.members[0].pk], **cells(three, 0)}
    client.post(page(other.round), foreign)
    assert declarations() == []


def test_a_levy_without_figures_has_no_sheet(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["finance"])
    fee = Round.objects.get(consortium=cast.consortium, levy="fee")
    assert client.get(page(fee)).status_code == 403


def test_as_many_queries_for_many_members_as_for_few(
    three: Season, finance: Client, django_assert_max_num_queries: Any
) -> None:
    finance.get(page(three.round))
    with django_assert_max_num_queries(40) as few:
        finance.get(page(three.round))
    many = season(40, slug="many")
    opened(many)
    finance.force_login(many.people["finance"])
    finance.get(page(many.round))
    with django_assert_max_num_queries(40) as more:
        finance.get(page(many.round))
    assert len(more) == len(few)
