"""`assess`: a round assessed, previewed or left to two people; a document tried on all members."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError

from consortium.models import Consortium
from consortium.rules.toml import write_toml
from funding.models import Assessment, Charge, FigureView
from funding.operations.declarations import Figures, record_declaration
from funding.operations.rounds import open_round
from funding.reports.rounds import governing
from funding.rules.figures import Foreign
from tests.factories.ledgers import declared, fee, levy, member, small
from tests.snapshot import built_once

PERIOD = date(2026, 1, 1)
ROUND = ("--consortium", "small", "--levy", "dues", "--period", "2026-01-01")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel("2026-03-02 04:00:00+00:00", tick=True):
        yield


@built_once
def made(**changes: Any) -> Consortium:
    """Two members with a figure and one without, in an open round."""
    consortium = small("small", levy(anchor="2025-01-01", **changes), members="abc")
    due = governing(consortium=consortium, levy="dues", period_starts_on=PERIOD)
    open_round(consortium=consortium, due=due, by=None, on=date(2025, 11, 2))
    for name, sales in (("a", "741300000"), ("b", "20000000")):
        declared(consortium, name, sales, period=PERIOD, on=date(2026, 1, 5))
    return consortium


def assess(*arguments: str) -> str:
    out = StringIO()
    call_command("assess", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> tuple[int, str, str]:
    """Return the exit code, what was printed and the message."""
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("assess", *arguments, stdout=out)
    return error.value.returncode, out.getvalue(), str(error.value)


@pytest.fixture
def document(tmp_path: Path) -> str:
    rule = [{"add": {"rate": "0.02", "of": "semiconductor_sales"}}]
    path = tmp_path / "tried.toml"
    body = {"code": "tried", "title": {"en": "Tried"}, "dues": {"levies": [levy(rule=rule)]}}
    path.write_text(write_toml(body))
    return str(path)


def test_a_round_is_assessed_and_charged_once() -> None:
    made()
    assert assess(*ROUND) == "2 members assessed.\n"
    assert sorted(Charge.objects.values_list("amount", flat=True)) == [1_000_000, 7_413_000]
    assert json.loads(assess(*ROUND, "--json")) == {"assessed": 0, "refused": []}
    assert Charge.objects.count() == 2


def test_the_preview_writes_nothing() -> None:
    made()
    said = assess(*ROUND, "--preview")
    assert "7,413,000.00 USD" in said
    assert "at the floor; for the first time" in said
    assert "2 members" in said
    found = json.loads(assess(*ROUND, "--preview", "--json"))
    assert (found["members"], found["total"], found["unit"]) == (2, "8413000.00", "USD")
    assert found["lines"][1]["reasons"] == ["at_floor", "first_time"]
    assert not Assessment.objects.exists()


def test_a_confirmed_levy_is_left_to_two_people() -> None:
    made(issue="confirmed")
    code, printed, message = refused(*ROUND)
    assert (code, "7,413,000.00 USD" in printed) == (2, True)
    assert "somebody has proposed the run (Finance)" in message
    assert "another person has confirmed it (Accountant, Auditor, Finance" in message
    assert not Assessment.objects.exists()
    assert "7,413,000.00 USD" in assess(*ROUND, "--preview")


def test_whoever_cannot_be_assessed_is_named_and_the_others_are() -> None:
    exchange = {"rate": "mid", "label": {"en": "Mid rate"}}
    asked = {
        "kind": "money", "label": {"en": "Semiconductor sales"}, "currencies": ["EUR"],
    }  # fmt: skip
    consortium = made(inputs={"semiconductor_sales": asked}, exchange=exchange)
    figures = Figures(
        levy="dues",
        period_starts_on=PERIOD,
        values={"semiconductor_sales": Foreign(Decimal(5), "EUR")},
    )
    record_declaration(
        member=member(consortium, "c"), figures=figures, by=None, on=date(2026, 1, 5)
    )
    code, printed, message = refused(*ROUND)
    assert (code, printed) == (1, "2 members assessed.\n")
    assert message.startswith("c: “semiconductor_sales” is in EUR")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--consortium", "nobody", *ROUND[2:]), "nobody"),
        ((*ROUND[:2], "--levy", "other", *ROUND[4:]), "has no levy “other”"),
        ((*ROUND[:4], "--period", "2026-02-01"), "starts on January 1, 2026"),
        ((*ROUND[:4], "--period", "2027-01-01"), "from November 2, 2026 on"),
        (ROUND[:4], "give --levy and --period"),
        ((*ROUND[:2], *ROUND[4:]), "of which --levy?"),
        ((*ROUND, "--csv"), "give --levy and --period"),
    ],
)
def test_wrong_requests_are_refused_in_words(arguments: tuple[str, ...], said: str) -> None:
    made()
    code, printed, message = refused(*arguments)
    assert (code, printed) == (2, "")
    assert said in message
    assert not Assessment.objects.exists()


def test_too_early_and_a_case_are_refused() -> None:
    consortium = made()
    with time_machine.travel("2026-02-14"):
        assert "still collected" in refused(*ROUND)[2]
    Consortium.objects.filter(pk=consortium.pk).update(is_reference=True)
    assert "reference case" in refused(*ROUND)[2]
    assert not Assessment.objects.exists()


def test_a_document_is_tried_on_all_members(document: str) -> None:
    made()
    said = assess("--consortium", "small", "--what-if", document)
    assert "14,826,000.00 USD" in said
    assert "1 pay more, 1 less, 0 the same; no amount for 1." in said
    assert "c: The figure “Semiconductor sales” is missing." in said
    assert not Assessment.objects.exists()
    assert not FigureView.objects.exists()


def test_the_same_as_csv_and_json(document: str) -> None:
    made()
    asked = ("--consortium", "small", "--what-if", document)
    head, *rows = list(csv.reader(StringIO(assess(*asked, "--csv"))))
    assert head[0] == "levy"
    assert [(row[2], row[4], row[6]) for row in rows] == [
        ("c", "", ""), ("a", "7413000.00", "14826000.00"), ("b", "1000000.00", "400000.00"),
    ]  # fmt: skip
    found = json.loads(assess(*asked, "--json"))
    (dues,) = found["levies"]
    assert dues["totals"]["then"] == "15226000.00"
    assert dues["lines"][0]["error"]["code"] == "missing_input"
    one = ("--levy", "dues", "--period", "2026-01-01", "--json")
    (past,) = json.loads(assess(*asked, *one))["levies"]
    assert past["then"]["period_starts_on"] == "2026-01-01"


def test_documents_that_cannot_be_tried_are_refused(document: str, tmp_path: Path) -> None:
    made()
    broken = tmp_path / "broken.toml"
    broken.write_text("code = ")
    bare = tmp_path / "bare.toml"
    bare.write_text('code = "bare"\ntitle = { en = "Bare" }\n')
    for path in (str(broken), str(bare), str(tmp_path / "absent.toml")):
        assert refused("--consortium", "small", "--what-if", path)[0] == 2
    wrong = ("--consortium", "small", "--what-if", document, "--levy", "dues", "--period")
    assert "starts on January 1, 2027" in refused(*wrong, "2027-05-05")[2]
    assert refused(*wrong[:-2], "other")[0] == 2


def test_a_document_without_levies_has_nothing_to_compare(tmp_path: Path) -> None:
    small("bare", fee(categories=["nobody"]))
    path = tmp_path / "none.toml"
    path.write_text('code = "none"\ntitle = { en = "None" }\n[dues]\nlevies = []\n')
    said = assess("--consortium", "bare", "--what-if", str(path))
    assert "0 pay more, 0 less, 0 the same; no amount for 0." in said
