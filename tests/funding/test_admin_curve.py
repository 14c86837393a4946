"""The picture beside a levy's rule: its lines, its table and its words, on a charter's page."""

import json
from datetime import date
from html import unescape
from pathlib import Path
from re import findall
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from consortium.models import Charter
from consortium.operations.cases import load_case
from consortium.operations.charters import draft_charter
from consortium.rules.cases import read_case
from consortium.rules.documents import read_charter
from consortium.rules.schema import parse
from funding.admin.pictures import draw
from funding.rules.dues import DuesSection
from tests.cast import DUES, FEE, TODAY, Cast

SEMATECH = Path("consortium/cases/sematech.toml")
EXAMPLES = Path("docs/examples")
PUBLISHED = sorted(
    path.stem for path in EXAMPLES.glob("*.toml") if not path.stem.startswith("ip-")
)  # the regimes named ip-… say who owns what, and levy nothing


def page_of(client: Client, charter: Charter) -> str:
    response = client.get(reverse("admin:consortium_charter_change", args=[charter.pk]))
    return str(response.content.decode())


def charts(page: str) -> list[Any]:
    return [json.loads(unescape(found)) for found in findall(r'data-value="([^"]*)"', page)]


def points(chart: Any, line: int = 0) -> list[tuple[str, str | None]]:
    return [(dot["x"], dot["y"]) for dot in chart["datasets"][line]["data"]]


def drafted(cast: Cast, *levies: Any) -> Charter:
    return draft_charter(
        consortium=cast.consortium,
        code="second",
        name_en="Second charter",
        starts_on=date(2027, 1, 1),
        sections={"dues": {"levies": list(levies)}},
        by=cast.people["secretary"],
        on=TODAY,
    )


def levy(*rule: Any, **inputs: Any) -> dict[str, Any]:
    return {**DUES, "inputs": inputs, "rule": list(rule)}


def asked(kind: str, label: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "label": {"en": label}, **more}


def drawn(*levies: Any, **section: Any) -> dict[str, Any]:
    return dict(draw(parse(DuesSection, {"levies": levies, **section})))


def test_a_phase_of_sematech_shows_floor_slope_and_cap(cast: Cast, client: Client) -> None:
    load_case(case=read_case(SEMATECH.read_text()), by=None, on=TODAY)
    phase = Charter.objects.get(consortium__slug="sematech", starts_on=date(1987, 8, 1))
    client.force_login(cast.people["reader"])
    page = page_of(client, phase)
    [chart] = charts(page)
    assert points(chart) == [
        ("0", "1000000.00"),
        ("100000000", "1000000.00"),
        ("1500000000", "15000000.00"),
        ("1800000000", "15000000.00"),
    ]
    for row in (
        '<td>up to 100,000,000</td><td class="num">1,000,000.00 USD</td>',
        '<td class="num">1,000,000.00 USD to 15,000,000.00 USD</td>',
        '<td>from 1,500,000,000 on</td><td class="num">15,000,000.00 USD</td>',
    ):
        assert row in page


def test_a_draft_shows_its_own_cap_and_a_fixed_fee_nothing(cast: Cast, client: Client) -> None:
    higher = [*DUES["rule"][:2], {"at_most": {"const": "20000000"}}]
    draft = drafted(cast, {**DUES, "rule": higher}, FEE)
    client.force_login(cast.people["secretary"])
    [chart] = charts(page_of(client, draft))
    assert points(chart)[2:] == [("2000000000", "20000000.00"), ("2400000000", "20000000.00")]


def test_a_chinese_reader_finds_chinese_names_on_the_axes(cast: Cast, client: Client) -> None:
    secretary = cast.people["secretary"]
    secretary.language = "zh-hans"
    secretary.save()
    client.force_login(secretary)
    page = page_of(client, drafted(cast, DUES))
    [options] = [json.loads(unescape(each)) for each in findall(r'data-options="([^"]*)"', page)]
    assert (options["locale"], options["scales"]["x"]["type"]) == ("zh", "linear")
    assert options["scales"]["x"]["title"]["text"] == "半导体销售额 (USD)"
    assert options["scales"]["y"]["title"]["text"] == "年度会费 (USD)"


def test_a_draft_that_leaves_an_edge_open_has_a_hole_and_says_why() -> None:
    rows = [
        {"when": {"sales": {"at_most_or_below": "10"}}, "then": {"const": "1"}},
        {"when": {"sales": {"at_least_or_above": "10", "below": "20"}}, "then": {"const": "2"}},
        {"when": {"sales": {"above": "20"}}, "then": {"const": "3"}},
    ]
    term = {"add": {"table": ["sales"], "rows": rows}}
    picture = drawn(levy(term, sales=asked("money", "sales")))["levies[0].rule"]
    assert points(json.loads(picture.chart)) == [
        ("0", "1.00"), ("9.999", "1.00"), ("10", None), ("10.001", "2.00"), ("19.999", "2.00"),
        ("20", None), ("20.001", "3.00"), ("24", "3.00")]  # fmt: skip
    assert [row[0] for row in picture.rows] == [
        "below 10", "10", "between 10 and 20", "20", "above 20"]  # fmt: skip
    assert picture.rows[1][1].startswith("The charter does not say on which side of the edge")


def test_steps_of_a_count_rise_where_the_next_one_begins() -> None:
    rows = [
        {"when": {"staff": {"at_most": "10"}}, "then": {"const": "600"}},
        {"when": {"staff": {"at_least": "11"}}, "then": {"const": "750"}},
    ]
    term = {"add": {"table": ["staff"], "rows": rows}}
    picture = drawn(levy(term, staff=asked("count", "staff")))["levies[0].rule"]
    assert points(json.loads(picture.chart)) == [
        ("0", "600.00"), ("10", "600.00"), ("11", "600.00"), ("11", "750.00"),
        ("14", "750.00")]  # fmt: skip
    assert picture.across == "staff"
    assert picture.rows == [["up to 10", "600.00 USD"], ["from 11 on", "750.00 USD"]]


def test_each_choice_has_its_line_and_equal_ones_share_it() -> None:
    choices = {each: {"en": each} for each in ("chair", "director", "member")}
    rule = levy(
        {"add": {"rate": "0.01", "of": "sales"}},
        {"add": {"rate": "5", "of": "staff"}},
        {"at_most": {"const": "100"}},
        {"add": {"const": "50"}, "when": {"rank": ["chair", "director"]}},
        {"add": {"const": "7"}, "when": {"small": True, "membership_year": {"at_most": "1"}}},
        sales=asked("money", "sales"),
        staff=asked("count", "staff", optional=True),
        rank=asked("choice", "rank", choices=choices),
        small=asked("yes_no", "small"),
    )
    rule["rule"][1]["when"] = {"staff": {"at_least": "0"}}
    picture = drawn(rule)["levies[0].rule"]
    assert [line.label for line in picture.lines] == ["chair, director", "member"]
    assert (picture.by, picture.head) == ("rank", ["rank", "sales (USD)", "Annual dues"])
    assert picture.rows[2:] == [
        ["member", "up to 10,000", "0.00 USD to 100.00 USD"],
        ["member", "from 10,000 on", "100.00 USD"],
    ]
    assert picture.notes == [
        "With staff = not declared, small = no.",
        "For a member of many years.",
    ]


def test_the_other_figure_is_one_with_which_the_drawn_one_matters() -> None:
    rule = levy(
        {"add": {"rate": "0.01", "of": "sales"}},
        {"at_most": {"rate": "3", "of": "staff"}},
        sales=asked("money", "sales"),
        staff=asked("count", "staff"),
    )
    picture = drawn(rule)["levies[0].rule"]
    assert picture.rows == [
        ["up to 30,000", "0.00 USD to 300.00 USD"],
        ["from 30,000 on", "300.00 USD"],
    ]
    assert picture.notes == ["With staff = 100."]


def test_a_figure_that_may_be_undeclared_has_a_row_for_it() -> None:
    rule = levy(
        {"add": {"const": "5"}},
        {"add": {"rate": "0.5", "of": "hours"}, "when": {"hours": {"at_least": "0"}}},
        hours=asked("quantity", "hours", optional=True),
    )
    picture = drawn({**rule, "unit": "days"}, units={"days": {"en": "days of work"}})
    assert picture["levies[0].rule"].up == "Annual dues (days of work)"
    assert picture["levies[0].rule"].rows == [
        ["not declared", "5 days"],
        ["any", "5 days, then 55 days at 100, and so on"],
    ]


def test_a_staircase_without_end_says_that_it_goes_on() -> None:
    term = {"slices": "sales", "step": "10", "parts": [{"rate": "1"}]}
    picture = drawn(levy({"add": term}, sales=asked("money", "sales")))["levies[0].rule"]
    assert (len(picture.rows), picture.folded) == (13, True)
    assert picture.notes == ["Beyond 120 the amount changes further."]


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_published_schedule_with_a_figure_is_drawn(name: str, language: str) -> None:
    section = read_charter((EXAMPLES / f"{name}.toml").read_text()).sections["dues"]
    assert isinstance(section, DuesSection)
    with translation.override(language):
        found = dict(draw(section))
    numeric = [
        f"levies[{index}].rule"
        for index, each in enumerate(section.levies)
        if any(each.scope[name].numeric for name in each.inputs)
    ]
    assert list(found) == numeric
    assert all(len(each.rows) >= len(each.lines) >= 1 for each in found.values())
