"""Figures of every kind over REST: sent as JSON or in a form, shown back, refused with paths."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from funding.models import Declaration, DeclaredFigure
from funding.rules.figures import Foreign
from tests.cast import NOW
from tests.factories.contributions import Season, season

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Iterator[Season]:
    with time_machine.travel(NOW, tick=True):
        yield season()


def post(api: Any, made: Season, who: str = "north", **more: Any) -> Any:
    body = made.declaring(who, **more)
    return api(made.people[who]).post("/api/v1/declarations/", body)


def by_input(declaration: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row.pop("input"): row for row in declaration["figures"]}


def test_every_kind_is_taken_and_shown_back(made: Season, api: Any) -> None:
    answer = post(api, made)
    assert answer.status_code == 201, answer.content
    shown = by_input(answer.json())
    nothing = {
        "value": None, "unit": "", "lines": [], "choice": None, "choice_label": None,
        "answer": None,
    }  # fmt: skip
    assert shown == {
        "sales": nothing | {
            "label": "relevant sales", "kind": "money", "value": "49999999.50", "unit": "USD",
            "lines": [
                {"line": "external", "label": "external sales", "minus": False,
                 "value": "52000000.00"},
                {"line": "excluded", "label": "exclusions", "minus": True,
                 "value": "2000000.50"},
            ],
        },
        "grants": nothing | {"label": "grants", "kind": "money", "value": "1200.50",
                             "unit": "EUR"},
        "staff": nothing | {"label": "employees", "kind": "count", "value": "240"},
        "years": nothing | {"label": "person-years", "kind": "quantity", "value": "12.5"},
        "size": nothing | {"label": "size", "kind": "choice", "choice": "large",
                           "choice_label": "Large"},
        "listed": nothing | {"label": "listed", "kind": "yes_no", "answer": True},
    }  # fmt: skip
    kept = Declaration.objects.get(uid=answer.json()["uid"]).inputs()
    assert kept["grants"] == Foreign(DeclaredFigure.objects.get(input="grants").value, "EUR")


def test_labels_are_in_the_readers_language(made: Season, api: Any) -> None:
    post(api, made)
    client = api(made.people["north"], **{"Accept-Language": "zh-hans"})
    figures = by_input(client.get("/api/v1/declarations/").json()["results"][0])
    sales = figures["sales"]
    assert (sales["label"], sales["lines"][0]["label"]) == ("相关产品销售额", "对外销售")
    assert figures["size"]["choice_label"] == "大型"


def test_a_form_takes_the_same_as_json_text(made: Season, api: Any) -> None:
    body = made.declaring("north", signed_by="Ms. North", paper_on="2026-02-01")
    body["figures"] = json.dumps(body["figures"])
    made_of = api(made.people["clerk"]).post("/api/v1/declarations/", body, format="multipart")
    assert made_of.status_code == 201, made_of.content
    as_json = post(api, made, "south")
    assert made_of.json()["figures"] == as_json.json()["figures"]


def test_what_is_optional_may_be_null_or_left_out(made: Season, api: Any) -> None:
    body = made.declaring("north", figures={"grants": None})
    del body["figures"]["years"]
    answer = api(made.people["north"]).post("/api/v1/declarations/", body)
    shown = by_input(answer.json())
    assert (shown["grants"]["value"], shown["years"]["value"]) == (None, None)
    assert not DeclaredFigure.objects.filter(input__in=["grants", "years"]).exists()


def test_lines_may_be_in_another_currency_the_charter_takes(made: Season, api: Any) -> None:
    lines = {"external": "5000", "excluded": "0"}
    answer = post(api, made, figures={"sales": {"lines": lines, "currency": "CNY"}})
    sales = by_input(answer.json())["sales"]
    assert (sales["value"], sales["unit"], sales["lines"][1]["minus"]) == ("5000.00", "CNY", True)


def test_the_own_currency_may_be_said(made: Season, api: Any) -> None:
    lines = {"external": "5000", "excluded": "0"}
    answer = post(api, made, figures={"sales": {"lines": lines, "currency": "USD"}})
    assert by_input(answer.json())["sales"]["unit"] == "USD"
    assert {row.unit for row in DeclaredFigure.objects.filter(input="sales")} == {""}


LINES = {"external": "5000", "excluded": "0"}


@pytest.mark.parametrize(
    ("figure", "path", "code"),
    [
        ({"sales": "5000"}, "figures.sales", "lines_missing"),
        ({"sales": {"lines": {"external": "1"}}}, "figures.sales", "lines_missing"),
        ({"sales": {"lines": LINES | {"other": "1"}}}, "figures.sales.lines.other", "unknown_line"),
        (
            {"sales": {"lines": LINES | {"excluded": "-1"}}},
            "figures.sales.lines.excluded",
            "negative_input",
        ),
        (
            {"sales": {"lines": LINES | {"excluded": "0.0001"}}},
            "figures.sales.lines.excluded",
            "not_a_figure",
        ),
        ({"sales": {"lines": LINES | {"excluded": "9000"}}}, "figures.sales", "negative_input"),
        ({"sales": {"lines": LINES, "currency": "JPY"}}, "figures.sales", "wrong_currency"),
        ({"sales": None}, "figures.sales", "missing_input"),
        ({"grants": {"amount": "1", "currency": "CNY"}}, "figures.grants", "wrong_currency"),
        ({"staff": {"amount": "1", "currency": "CNY"}}, "figures.staff", "wrong_currency"),
        ({"staff": {"lines": LINES}}, "figures.staff", "not_in_lines"),
        ({"staff": "1.5"}, "figures.staff", "not_whole"),
        ({"staff": "many"}, "figures.staff", "not_a_figure"),
        ({"staff": True}, "figures.staff", "not_a_figure"),
        ({"staff": None}, "figures.staff", "missing_input"),
        ({"size": "huge"}, "figures.size", "not_an_option"),
        ({"size": "1"}, "figures.size", "not_an_option"),
        ({"size": False}, "figures.size", "not_an_option"),
        ({"listed": "yes"}, "figures.listed", "not_an_option"),
        ({"listed": None}, "figures.listed", "missing_input"),
        ({"years": "99999999999999999999"}, "figures.years", "absurd_input"),
        ({"other": "1"}, "figures.other", "unknown_input"),
    ],
)
def test_what_the_charter_does_not_take(
    made: Season, api: Any, figure: dict[str, Any], path: str, code: str
) -> None:
    answer = post(api, made, figures=figure)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, code)
    assert body["errors"][0]["path"].startswith(path)
    assert not Declaration.objects.exists()


@pytest.mark.parametrize(
    ("figure", "path"),
    [
        ({"staff": 240}, "figures.staff"),
        ({"staff": 1.5}, "figures.staff"),
        ({"staff": []}, "figures.staff"),
        ({"staff": {}}, "figures.staff"),
        ({"staff": {"amount": "1"}}, "figures.staff"),
        ({"staff": {"amount": 1, "currency": "EUR"}}, "figures.staff.amount"),
        ({"staff": {"amount": "1", "currency": "euro"}}, "figures.staff.currency"),
        ({"staff": {"amount": "1", "currency": "EUR", "lines": {}}}, "figures.staff"),
        ({"sales": {"lines": {}}}, "figures.sales.lines"),
        ({"sales": {"lines": []}}, "figures.sales.lines"),
        ({"sales": {"lines": {"external": 5}}}, "figures.sales.lines.external"),
        ({"sales": {"lines": {"external": True}}}, "figures.sales.lines.external"),
        ({"sales": {"lines": LINES, "currency": None}}, "figures.sales.currency"),
        ({"sales": {"lines": LINES, "unit": "EUR"}}, "figures.sales"),
        ({"size": "Large"}, "figures.size"),
        ({"size": ""}, "figures.size"),
    ],
)
def test_what_is_no_figure_at_all(
    made: Season, api: Any, figure: dict[str, Any], path: str
) -> None:
    answer = post(api, made, figures=figure)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (400, "invalid"), body
    assert [each["path"] for each in body["errors"]] == [path]


def test_lines_of_an_estimate_of_ones_own_are_checked_too(made: Season, api: Any) -> None:
    figure = {"sales": {"lines": {"external": "1"}}}
    answer = post(api, made, figures=figure, grade="estimated")
    assert (answer.status_code, answer.json()["code"]) == (422, "lines_missing")
    assert post(api, made, figures={"sales": "5000"}, grade="estimated").status_code == 201


def test_figures_are_final_one_day(made: Season, api: Any) -> None:
    with time_machine.travel("2027-01-01 04:00:00+00:00"):
        answer = post(api, made)
    assert (answer.status_code, answer.json()["code"]) == (422, "round_final")
    assert (
        "1 January 2027" in answer.json()["detail"] or "January 1, 2027" in answer.json()["detail"]
    )


def test_certified_figures_are_not_replaced_by_ones_that_are_only_declared(
    made: Season, api: Any
) -> None:
    paper = {"signed_by": "Ms. North", "paper_on": "2026-02-01", "grade": "certified"}
    body = made.declaring("north", **paper)
    assert api(made.people["clerk"]).post("/api/v1/declarations/", body).status_code == 201
    answer = post(api, made, correction=True)
    assert (answer.status_code, answer.json()["code"]) == (422, "less_founded")
