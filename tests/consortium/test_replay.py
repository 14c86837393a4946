"""A case replayed: phases in order, gaps, changes, facts of their time, and dated answers."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from consortium.models import Consortium
from consortium.operations.cases import load_case
from consortium.papers.replay import replayed
from consortium.reports.cases import CASES
from consortium.rules.cases import CaseDocument, read_case
from tests.cast import TODAY, Cast
from tests.consortium.test_ahead import contents

SLUGS = ["airbus", "domestic", "envib", "sematech", "tlpc", "vlsi"]


def case(slug: str) -> CaseDocument:
    return read_case((CASES / f"{slug}.toml").read_text(encoding="utf-8"))


def answered(slug: str, phase: int = 0) -> list[tuple[str, str, str]]:
    """Return day, question and answer of a phase."""
    told = replayed(case(slug))["phases"][phase]
    return [(each["on"].isoformat(), each["asked"], each["said"]) for each in told["answers"]]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_phase_of_every_case_answers_something_with_its_rule(slug: str) -> None:
    told = replayed(case(slug))
    assert [each["starts_on"] for each in told["phases"]] == sorted(
        each["starts_on"] for each in told["phases"]
    )
    for phase in told["phases"]:
        assert phase["answers"]
        for each in phase["answers"]:
            assert each["said"]
            assert phase["starts_on"] <= each["on"]
            assert phase["ends_on"] is None or each["on"] < phase["ends_on"]
    facts = [fact["id"] for phase in told["phases"] for fact in phase["facts"]]
    assert sorted([*facts, *(each["id"] for each in told["other"])]) == sorted(
        each.id for each in case(slug).facts
    )


def test_sematechs_dues_are_those_of_the_published_figures() -> None:
    dues = [each for each in answered("sematech") if "Annual dues" in each[1]]
    assert dues == [
        ("1988-01-15", "Intel: Annual dues from January 1, 1988?", "15,000,000.00 USD"),
        ("1989-01-16", "Intel: Annual dues from January 1, 1989?", "15,000,000.00 USD"),
        ("1990-01-15", "Intel: Annual dues from January 1, 1990?", "15,000,000.00 USD"),
        (
            "1991-01-15",
            "Harris Semiconductor: Annual dues from January 1, 1991?",
            "7,841,000.00 USD",
        ),
        ("1991-01-15", "Intel: Annual dues from January 1, 1991?", "15,000,000.00 USD"),
        ("1991-01-16", "LSI Logic: Annual dues from January 1, 1991?", "6,500,000.00 USD"),
        (
            "1992-01-15",
            "Harris Semiconductor: Annual dues from January 1, 1992?",
            "7,413,000.00 USD",
        ),
        ("1992-01-16", "Micron Technology: Annual dues from January 1, 1992?", "4,472,000.00 USD"),
    ]
    told = replayed(case("sematech"))["phases"][0]["answers"]
    harris = next(each for each in told if each["said"] == "7,413,000.00 USD")
    assert harris["detail"] == [
        "1% of semiconductor sales (741,300,000.00 USD)",
        "not below the floor of 1,000,000.00 USD",
        "not above the cap of 15,000,000.00 USD",
        "already a multiple of 0.01 USD",
    ]
    assert (harris["path"], harris["source"]) == (
        "dues.levies[0]", "orlandosentinel.com 1991-09-14"
    )  # fmt: skip


def test_sematechs_results_open_after_two_years_and_later_at_once() -> None:
    early, late = replayed(case("sematech"))["phases"]
    asked = "May it be exploited by: Anyone?"
    [outsider] = [each for each in early["answers"] if each["asked"] == asked]
    assert outsider["path"] == "ip.exclusivity[0]"
    assert outsider["clause"] == "Members only for two years"
    assert outsider["detail"][0].startswith("from August 1, 1989: On terms")
    assert outsider["source"] == "Zhang & Li 2012, table 1"
    asked = "May it be exploited by: Any domestic organization?"
    [domestic] = [each for each in late["answers"] if each["asked"] == asked]
    assert domestic["path"] == "ip.access[2]"
    assert late["gap"] == {"starts_on": date(1997, 1, 1), "ends_on": date(1998, 1, 1)}
    assert "ip.exclusivity" in {each["path"] for each in late["changes"]}
    assert early["changes"] == []


def test_vlsis_owner_follows_what_paid() -> None:
    owners = [each[1:] for each in answered("vlsi") if each[1].startswith("Whose")]
    assert owners == [
        ("Whose is a result of that day? Paid by: Research contract",
         "The state, where a research contract paid"),
        ("Whose is a result of that day? Paid by: Conditional loan",
         "The association, where a forgivable loan paid"),
        ("Whose is a result of that day? Paid by: Own money", "Otherwise the inventors' firms"),
    ]  # fmt: skip
    sites = [each[1:] for each in answered("vlsi") if each[1].startswith("How much")]
    assert sites == [
        ("How much of the work is done here: Joint facility?", "20% of the effort"),
        ("How much of the work is done here: Member's own site?", "80% of the effort"),
    ]


def test_airbus_shares_and_parts() -> None:
    told = replayed(case("airbus"))["phases"][0]["answers"]
    shares = [
        (each["on"], each["detail"]) for each in told if each["asked"] == "Who holds how much?"
    ]
    assert shares[1] == (
        date(1971, 10, 1), ["Aérospatiale: 47.9%", "Deutsche Airbus: 47.9%", "CASA: 4.2%"]
    )  # fmt: skip
    made = [each[1:] for each in answered("airbus") if each[1].startswith("Where")]
    assert ("Where is this made: Wings?", "United Kingdom") in made


def test_who_may_join_by_the_rule_of_the_day() -> None:
    [(day, asked, said)] = [each for each in answered("sematech") if "join" in each[1]]
    assert (day, said) == ("1987-08-01", "Yes")
    assert asked.count(",") == 13


# The interfaces


@pytest.fixture
def loaded(cast: Cast) -> Cast:
    call_command("load_cases", verbosity=0)
    return cast


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("replay", *arguments)
    return capsys.readouterr().out


@pytest.mark.parametrize("slug", SLUGS)
def test_the_command_tells_each_case_and_writes_nothing(
    loaded: Cast, capsys: pytest.CaptureFixture[str], slug: str
) -> None:
    before = contents()
    for language in ("en", "zh-hans"):
        told = said(capsys, slug, "--language", language)
        assert "→" in told
        assert "%(" not in told
    body = json.loads(said(capsys, slug, "--json"))
    assert (body["case"], len(body["phases"])) == (slug, len(case(slug).charters))
    assert contents() == before


def test_a_document_of_ones_own_is_replayed(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.toml"
    path.write_text((CASES / "vlsi.toml").read_text(encoding="utf-8"), encoding="utf-8")
    assert "joint" in said(capsys, str(path))


def test_what_the_command_refuses(loaded: Cast, tmp_path: Path) -> None:
    refused = {
        "nowhere": "There is no case “nowhere”. Known: airbus, domestic",
        "alliance": "is no reference case",
        str(tmp_path / "absent.toml"): "No such file",
    }
    for named, message in refused.items():
        with pytest.raises(CommandError, match=message) as error:
            call_command("replay", named)
        assert error.value.returncode == 2


def test_a_case_that_was_loaded_otherwise_is_not_told_by_another_document(loaded: Cast) -> None:
    changed = case("tlpc").model_copy(update={"currency": "TWD"})
    load_case(case=changed, by=None, on=TODAY)
    with pytest.raises(CommandError, match="not at hand as it was loaded"):
        call_command("replay", "tlpc")


def test_over_rest_to_everyone(loaded: Cast, api: Any) -> None:
    answer = api(loaded.people["payer"]).get("/api/v1/cases/sematech/replay/")
    assert answer.status_code == 200
    assert [each["code"] for each in answer.json()["phases"]] == ["founding", "international"]
    absent = api(loaded.people["payer"]).get("/api/v1/cases/alliance/replay/")
    assert absent.status_code == 404
    assert api().get("/api/v1/cases/sematech/replay/").status_code == 401


def test_the_page(loaded: Cast, client: Any) -> None:
    loaded.people["reader"].is_staff = True
    loaded.people["reader"].save()
    client.force_login(loaded.people["reader"])
    before = contents()
    for slug in SLUGS:
        page = client.get(reverse("admin:replay", args=[slug]))
        assert page.status_code == 200
    text = client.get(reverse("admin:replay", args=["sematech"])).content.decode()
    for words in ("7,413,000.00 USD", "No charter recorded", "orlandosentinel.com"):
        assert words in text
    assert client.get(reverse("admin:replay", args=["alliance"])).status_code == 404
    changed = {table for table, rows in contents().items() if rows != before[table]}
    assert changed <= {"django_session", "consortium_user"}
    assert Consortium.objects.filter(is_reference=True).count() == len(SLUGS)
