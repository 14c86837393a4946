"""Opening a round by hand, papers of every kind, and what could not be done in a round."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consortium.models import AuditEvent, ParkedItem
from funding.models import Assessment, Declaration, Round
from funding.operations.sweeps import assess_rounds
from funding.rules.figures import Foreign
from tests.cast import NOW, PERIOD, Cast
from tests.factories.seasons import LEVY, Season, declared, opened, season

ADD = "/admin/funding/round/add/"

EVERY_KIND = deepcopy(LEVY)
EVERY_KIND["exchange"] = {"rate": "central", "label": {"en": "central parity"}}
EVERY_KIND["inputs"] = {
    "sales": {
        **LEVY["inputs"]["sales"],
        "currencies": ["USD"],
    },
    "staff": {"kind": "count", "label": {"en": "R&D staff"}, "optional": True},
    "tonnes": {"kind": "quantity", "label": {"en": "Tonnes"}},
    "size": {
        "kind": "choice",
        "label": {"en": "Size"},
        "choices": {"big": {"en": "Large"}, "small": {"en": "Small"}},
    },
    "listed": {"kind": "yes_no", "label": {"en": "Listed"}, "optional": True},
}
EVERY_KIND["rule"] = [
    {"add": {"rate": "0.003", "of": "sales"}},
    {"add": {"rate": "0.5", "of": "tonnes"}},
    {"add": {"rate": "200", "of": "staff"}, "when": {"staff": {"at_least": "1"}}},
    {"add": {"const": "10"}, "when": {"size": "big"}},
    {"add": {"const": "20"}, "when": {"listed": True}},
]

PAPER = {
    "figure_sales-external": "120,000.50",
    "figure_sales-internal": "20,000",
    "currency_sales": "USD",
    "figure_staff": "",
    "figure_tonnes": "7.125",
    "figure_size": "small",
    "figure_listed": "no",
    "grade": "certified",
    "signed_by": "J. Doe",
    "paper_on": "2026年2月27日",
    "fiscal_year": "2025-09-30",
}


@pytest.fixture(autouse=True)
def on_the_day(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=True)


def at(client: Client, season: Season, name: str = "finance") -> Client:
    client.force_login(season.people[name])
    return client


def page(round: Round, what: str) -> str:
    return reverse(f"admin:funding_round_{what}", args=[round.pk])


def key(day: date) -> str:
    return f"valley/contribution/{day.isoformat()}"


# opening


def test_periods_to_open_are_offered_and_the_next_shown_with_its_day(
    db: None, client: Client
) -> None:
    found = season(2)
    text = at(client, found).get(ADD).content.decode()
    assert f'<option value="{key(PERIOD)}">' in text
    assert f'<option value="{key(date(2025, 1, 1))}">' in text
    assert f'<option value="{key(date(2027, 1, 1))}" disabled>' in text
    assert "(opens on November 2, 2026)" in text


def test_a_round_is_opened_once_and_the_members_are_asked(db: None, client: Client) -> None:
    found = season(2)
    at(client, found)
    done = client.post(ADD, {"period": key(PERIOD)})
    assert done.headers["Location"] == page(found.round, "change")
    event = AuditEvent.objects.get(action="open_round")
    assert event.by == found.people["finance"]
    again = client.post(ADD, {"period": key(PERIOD)})
    assert "Select a valid choice" in again.content.decode()
    assert Round.objects.count() == 1


def test_a_period_to_come_is_refused_with_its_day(db: None, client: Client) -> None:
    found = season(2)
    said = at(client, found).post(ADD, {"period": key(date(2027, 1, 1))}).content.decode()
    assert "are collected from November 2, 2026 on" in said
    assert not Round.objects.exists()


@pytest.mark.parametrize("name", ["secretary", "auditor", "reader"])
def test_only_finance_staff_open_rounds(db: None, client: Client, name: str) -> None:
    found = season(2)
    at(client, found, name)
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, {"period": key(PERIOD)}).status_code == 403
    assert not Round.objects.exists()


def test_periods_of_another_consortium_are_not_offered(db: None, client: Client) -> None:
    season(2)
    rival = season(1, slug="rival")
    at(client, rival)
    assert "valley" not in client.get(ADD).content.decode()
    assert "Select a valid choice" in client.post(ADD, {"period": key(PERIOD)}).content.decode()
    assert not Round.objects.exists()


# papers of every kind


@pytest.fixture
def every_kind(db: None, client: Client) -> Season:
    found = season(2, levy=EVERY_KIND)
    opened(found)
    at(client, found)
    return found


def enter(client: Client, found: Season, **changes: str) -> Any:
    form = {"member": found.members[0].pk, **PAPER, **changes}
    return client.post(page(found.round, "paper"), form)


def test_a_paper_with_every_kind_of_figure_is_entered(every_kind: Season, client: Client) -> None:
    assert enter(client, every_kind).status_code == 302
    declaration = Declaration.objects.get()
    assert declaration.inputs() == {
        "sales": Foreign(Decimal("100000.5"), "USD"),
        "tonnes": Decimal("7.125"),
        "size": "small",
        "listed": False,
    }
    assert declaration.grade == "certified"
    assert declaration.paper_on == date(2026, 2, 27)
    assert declaration.fiscal_year_ends_on == date(2025, 10, 1)


def test_a_declaration_reads_in_the_charters_words(every_kind: Season, client: Client) -> None:
    enter(client, every_kind)
    declaration = Declaration.objects.get()
    address = reverse("admin:funding_declaration_change", args=[declaration.pk])
    response = client.get(address)
    assert response.context["figures"] == [
        ("Size", [], "Small"),
        (
            "Relevant sales",
            [("External sales", "120,000.50 USD"), ("Within the group", "-20,000.00 USD")],
            "100,000.50 USD",
        ),
        ("R&D staff", [], "not declared"),
        ("Listed", [], "no"),
        ("Tonnes", [], "7.125"),
    ]
    assert "September 30, 2025" in response.content.decode()


def test_the_same_paper_sent_twice_is_entered_once(every_kind: Season, client: Client) -> None:
    assert [enter(client, every_kind).status_code for _time in range(2)] == [302, 302]
    assert Declaration.objects.count() == 1
    other = enter(client, every_kind, figure_tonnes="8")
    assert "send it as a correction" in other.content.decode()
    assert enter(client, every_kind, figure_tonnes="8", correction="on").status_code == 302
    assert Declaration.objects.count() == 2


def test_the_form_says_what_may_be_left_out_and_in_what_each_figure_is(
    every_kind: Season, client: Client
) -> None:
    text = client.get(page(every_kind.round, "paper")).content.decode()
    for said in ("+ External sales", "− Within the group", "= Relevant sales", "not declared"):
        assert said in text
    assert "Relevant sales · currency" in text
    assert "a whole number; empty: not declared" in text
    assert "empty: December 31, 2025" in text


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"figure_tonnes": ""}, "figure_tonnes", "This field is required."),
        ({"figure_tonnes": "-1"}, "figure_tonnes", "“Tonnes” is below zero"),
        ({"figure_tonnes": "NaN"}, "figure_tonnes", "is not an amount"),
        ({"figure_staff": "1.5"}, "figure_staff", "whole numbers"),
        ({"figure_size": "huge"}, "figure_size", "Select a valid choice"),
        ({"figure_listed": "maybe"}, "figure_listed", "Select a valid choice"),
        ({"currency_sales": "EUR"}, "currency_sales", "Select a valid choice"),
        ({"figure_sales-internal": "-3"}, "figure_sales-internal", "below zero"),
        ({"figure_sales-internal": "999999999"}, "figure_sales-external", "below zero"),
        ({"paper_on": "2026-03-03"}, "paper_on", "not after today"),
        ({"correction": "on"}, "__all__", "There is no declaration"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    every_kind: Season, client: Client, changes: dict[str, str], field: str, said: str
) -> None:
    form = enter(client, every_kind, **changes).context["form"]
    assert said in " ".join(form.errors[field])
    assert not Declaration.objects.exists()


def test_lines_that_may_be_left_out_are_stated_all_or_none(db: None, client: Client) -> None:
    inputs = {"sales": {**LEVY["inputs"]["sales"], "optional": True}, **EVERY_KIND["inputs"]}
    inputs["sales"] = {**LEVY["inputs"]["sales"], "optional": True}
    rule = [{"add": {"const": "5"}, "when": {"sales": "undeclared"}}, *EVERY_KIND["rule"][1:]]
    found = season(1, levy={**EVERY_KIND, "inputs": inputs, "rule": rule})
    opened(found)
    at(client, found)
    wrong = enter(client, found, **{"figure_sales-internal": ""})
    assert "state these" in " ".join(wrong.context["form"].errors["figure_sales-internal"])
    nothing = {"figure_sales-internal": "", "figure_sales-external": ""}
    assert enter(client, found, **nothing).status_code == 302
    assert "sales" not in Declaration.objects.get().inputs()


# what could not be done


def parked_season() -> Season:
    """Return a season with one member parked: the rule brings its dues below zero."""
    rule = [{"add": {"rate": "0.003", "of": "sales"}}, {"add": {"const": "-100000"}}]
    staff = {"add": {"rate": "200", "of": "staff"}}
    found = season(2, levy={**LEVY, "rule": [*rule, staff], "issue": "automatic"})
    opened(found)
    declared(found, 0, "1000000")
    declared(found, 1, "90000000")
    for _attempt in range(ParkedItem.LIMIT):
        assess_rounds(consortium=found.consortium, on=date(2026, 2, 16))
    return found


def test_who_is_parked_is_shown_with_the_reason_and_tried_again(db: None, client: Client) -> None:
    found = parked_season()
    change = page(found.round, "change")
    text = at(client, found).get(change).content.decode()
    assert "Could not be done" in text
    assert "The rule brings the amount below zero" in text
    item = ParkedItem.objects.get()
    again = client.post(page(found.round, "retry"), {"item": item.uid}, follow=True)
    assert "Firm 01 Ltd: The rule brings the amount below zero" in again.content.decode()
    assert ParkedItem.objects.get().attempts == 1
    declared(found, 0, "50000000", correction=True)
    item = ParkedItem.objects.get()
    done = client.post(page(found.round, "retry"), {"item": item.uid}, follow=True).content.decode()
    assert "1 member assessed." in done
    assert "Could not be done" not in done
    assert Assessment.objects.count() == 2
    gone = client.post(page(found.round, "retry"), {"item": item.uid}).content.decode()
    assert "It is not parked any more." in gone


def test_assessing_by_hand_tries_also_who_was_given_up(db: None, client: Client) -> None:
    found = parked_season()
    assert ParkedItem.objects.get().attempts == ParkedItem.LIMIT
    declared(found, 0, "50000000", correction=True)
    at(client, found).post(page(found.round, "assess"))
    assert not ParkedItem.objects.exists()
    assert Assessment.objects.count() == 2


def test_the_secretary_frees_a_parked_item_for_the_next_sweep(db: None, client: Client) -> None:
    found = parked_season()
    item = ParkedItem.objects.get()
    at(client, found, "secretary")
    assert "Try again" in client.get(page(found.round, "change")).content.decode()
    client.post(page(found.round, "retry"), {"item": item.uid})
    assert not ParkedItem.objects.exists()
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize("name", ["auditor", "reader"])
def test_others_try_nothing_again(db: None, client: Client, name: str) -> None:
    found = parked_season()
    item = ParkedItem.objects.get()
    at(client, found, name)
    assert client.post(page(found.round, "retry"), {"item": item.uid}).status_code == 403
    assert ParkedItem.objects.exists()


# who was told


def test_the_round_counts_who_was_told_and_names_nobody(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["finance"])
    round = Round.objects.get(consortium=cast.consortium, levy="dues", starts_on=PERIOD)
    response = client.get(page(round, "change"))
    assert [(each["people"], each["sent"]) for each in response.context["asked"]] == [(4, 0)]
    assert [each["told"] for each in response.context["lines"]] == [0, 1, 1, 1]
    client.force_login(cast.people["reader"])
    response = client.get(page(round, "change"))
    assert (response.context["asked"], response.context["steps"]) == ([], [])
    assert "Asked for figures" not in response.content.decode()
