"""Exchange rates in the admin: recorded, corrected, and asked for on the desk."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from consortium.models import Consortium
from consortium.reports.docket import docket
from consortium.states import Role
from funding.models import ExchangeRate
from funding.operations.assess import assess
from funding.operations.declarations import Figures, record_declaration
from funding.operations.rounds import open_round
from funding.reports.exchanges import named, waiting
from funding.reports.rounds import governing
from funding.rules.figures import Foreign
from tests.cast import Cast, appointed
from tests.factories.ledgers import levy, member, small

TODAY = date(2026, 3, 2)
PERIOD = date(2026, 1, 1)
ADD = "/admin/funding/exchangerate/add/"
KEY = "yuan/mid/CNY"


@pytest.fixture
def yuan(cast: Cast) -> Consortium:
    """An alliance that takes figures in dollars and euros; `a` has declared in dollars."""
    asked = {
        "kind": "money", "label": {"en": "Sales", "zh": "销售额"}, "currencies": ["USD", "EUR"],
    }  # fmt: skip
    exchange = {"rate": "mid", "label": {"en": "Central parity rate", "zh": "人民币汇率中间价"}}
    made = small(
        "yuan",
        levy(anchor="2025-01-01", unit="CNY", inputs={"semiconductor_sales": asked},
             exchange=exchange),
    )  # fmt: skip
    due = governing(consortium=made, levy="dues", period_starts_on=PERIOD)
    open_round(consortium=made, due=due, by=None, on=date(2025, 11, 2))
    told(made, "a", Foreign(Decimal(200_000_000), "USD"))
    told(made, "b", Decimal(200_000_000))
    cast.people["yuan"] = appointed("yuan", made, Role.FINANCE)
    return made


def told(made: Consortium, name: str, value: Any) -> None:
    figures = Figures(levy="dues", period_starts_on=PERIOD, values={"semiconductor_sales": value})
    record_declaration(member=member(made, name), figures=figures, by=None, on=date(2026, 1, 5))


@pytest.fixture
def finance(cast: Cast, yuan: Consortium, client: Client) -> Client:
    client.force_login(cast.people["yuan"])
    return client


def rate(**more: Any) -> dict[str, Any]:
    return {"rate": KEY, "unit": "USD", "value": "7.0288", "published_on": "2025-12-31", **more}


def page(row: ExchangeRate, what: str = "change") -> str:
    return reverse(f"admin:funding_exchangerate_{what}", args=[row.pk])


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_a_rate_is_recorded_by_the_charters_name(cast: Cast, finance: Client) -> None:
    form = text_of(finance.get(ADD))
    assert "Central parity rate → CNY" in form
    assert form.count("<option") == 3  # the rate, and the two currencies
    response = finance.post(ADD, rate(source="PBOC, 31 December 2025"), follow=True)
    assert "The rate is recorded." in text_of(response)
    row = ExchangeRate.objects.get()
    assert (row.rate, row.unit, row.into, row.on, row.value, row.recorded_by) == (
        "mid", "USD", "CNY", date(2025, 12, 31), Decimal("7.0288"), cast.people["yuan"],
    )  # fmt: skip
    listed = text_of(finance.get(reverse("admin:funding_exchangerate_changelist")))
    assert "Central parity rate" in listed
    assert "7.0288 CNY" in listed


def test_a_correction_is_the_next_version(cast: Cast, finance: Client) -> None:
    finance.post(ADD, rate())
    first = ExchangeRate.objects.get()
    response = finance.post(page(first, "correct"), {"value": "7.0299"}, follow=True)
    assert "The rate is corrected." in text_of(response)
    second = ExchangeRate.objects.get(version=2)
    assert response.redirect_chain[-1][0] == page(second)
    assert (second.value, second.on) == (Decimal("7.0299"), first.on)
    assert "replaced" in text_of(finance.get(page(first)))
    assert finance.get(page(first, "correct")).status_code == 403
    found = ExchangeRate.objects.published(
        consortium=second.consortium, rate="mid", into="CNY", until=TODAY
    )
    assert found["USD"].value == Decimal("7.0299")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"value": "0"}, "above zero"),
        ({"value": "-7"}, "above zero"),
        ({"value": "NaN"}, "is not an amount"),
        ({"value": "7.12345678901"}, "at most ten decimals"),
        ({"value": "seven"}, "is not an amount"),
        ({"value": ""}, "required"),
        ({"published_on": "2026-03-03"}, "still to come"),
        ({"published_on": "soon"}, "Enter a valid date"),
        ({"unit": "JPY"}, "not one of the available choices"),
        ({"rate": "alliance/mid/USD"}, "not one of the available choices"),
    ],
)
def test_wrong_rates_are_refused_in_words(finance: Client, more: dict[str, str], said: str) -> None:
    response = finance.post(ADD, rate(**more))
    assert response.status_code == 200
    assert said in text_of(response)
    assert not ExchangeRate.objects.exists()


def test_the_same_day_twice_is_refused(finance: Client) -> None:
    finance.post(ADD, rate())
    assert "correction" in text_of(finance.post(ADD, rate(value="8")))
    assert ExchangeRate.objects.count() == 1


@pytest.mark.parametrize("name", ["secretary", "auditor", "reader", "other_secretary"])
def test_only_finance_records(cast: Cast, yuan: Consortium, client: Client, name: str) -> None:
    client.force_login(cast.people[name])
    assert client.post(ADD, rate()).status_code == 403
    assert not ExchangeRate.objects.exists()


def test_finance_of_another_consortium_is_offered_and_shown_nothing(
    cast: Cast, finance: Client
) -> None:
    finance.post(ADD, rate())
    row = ExchangeRate.objects.get()
    finance.force_login(cast.people["finance"])
    assert "No charter of yours names an exchange rate." in text_of(finance.get(ADD))
    assert "not one of the available choices" in text_of(finance.post(ADD, rate(value="9")))
    assert finance.get(page(row)).status_code == 404
    assert "7.0288" not in text_of(finance.get(reverse("admin:funding_exchangerate_changelist")))


def test_the_desk_asks_for_the_rate_that_figures_wait_for(
    cast: Cast, yuan: Consortium, finance: Client
) -> None:
    (item,) = [each for each in items(cast, yuan) if each.code == "rate_to_record"]
    assert (item.values["unit"], item.values["count"], item.due_on) == (
        "USD", 1, date(2026, 2, 15),
    )  # fmt: skip
    desk = text_of(finance.get("/admin/"))
    assert "record the rate of USD (Central parity rate) up to December 31, 2025" in desk
    asked = {key: value[0] for key, value in parse_qs(urlsplit(item.href).query).items()}
    assert asked == {"rate": KEY, "unit": "USD", "published_on": "2025-12-31"}
    assert 'value="2025-12-31"' in text_of(finance.get(item.href))
    finance.post(ADD, rate())
    assert "rate_to_record" not in {each.code for each in items(cast, yuan)}


def items(cast: Cast, made: Consortium) -> list[Any]:
    return list(docket(consortium=made, user=cast.people["yuan"], on=TODAY, until=date(2026, 4, 1)))


def test_the_docket_asks_nobody_else(cast: Cast, yuan: Consortium) -> None:
    reader = appointed("yuan_reader", yuan, Role.SECRETARY)
    found = docket(consortium=yuan, user=reader, on=TODAY, until=date(2026, 4, 1))
    assert "rate_to_record" not in {each.code for each in found}


def test_what_is_assessed_waits_no_more(cast: Cast, yuan: Consortium) -> None:
    assert [(each.unit, each.until, each.members) for each in waiting(yuan, TODAY)] == [
        ("USD", date(2025, 12, 31), 1)
    ]
    told_later = Figures(
        levy="dues", period_starts_on=PERIOD, correction=True,
        values={"semiconductor_sales": Decimal(1)},
    )  # fmt: skip
    record_declaration(member=member(yuan, "a"), figures=told_later, by=None, on=TODAY)
    assert waiting(yuan, TODAY) == []
    assess(round=yuan.rounds.get(), by=None, on=TODAY)
    assert waiting(yuan, TODAY) == []


def test_named_rates_come_from_all_charters(yuan: Consortium) -> None:
    (found,) = named(yuan)
    assert (found.rate, found.into, found.units) == ("mid", "CNY", ("USD", "EUR"))


def test_it_reads_in_chinese(cast: Cast, finance: Client) -> None:
    finance.post(ADD, rate())
    finance.cookies["django_language"] = "zh-hans"
    with time_machine.travel("2026-03-02"):
        assert "人民币汇率中间价" in text_of(
            finance.get(reverse("admin:funding_exchangerate_changelist"))
        )
        assert "人民币汇率中间价 → CNY" in text_of(finance.get(ADD))
