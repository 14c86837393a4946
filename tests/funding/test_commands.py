"""`quote`: an amount with its explanation, or a message and exit code 2."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from consortium.reports.cases import CASES
from tests.snapshot import built_once

pytestmark = pytest.mark.django_db

HARRIS = ["--on", "1990-06-30", "--levy", "dues", "--category", "member"]
SALES = "semiconductor_sales=741300000"


@pytest.fixture
@built_once
def sematech(db: None) -> None:
    call_command("load_cases", str(CASES / "sematech.toml"), verbosity=0)


def quote(capsys: pytest.CaptureFixture[str], *arguments: str, slug: str = "sematech") -> Any:
    call_command("quote", "--consortium", slug, *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_harris_1991(sematech: None, capsys: pytest.CaptureFixture[str]) -> None:
    found = quote(capsys, *HARRIS, "--input", SALES)
    assert (found["amount"], found["unit"], found.keys()) == (
        "7413000.00",
        "USD",
        {"amount", "unit", "instalments", "steps"},
    )
    assert [step["amount"] for step in found["steps"]] == ["7413000.00"] * 4
    assert found["steps"][0]["label"].startswith("1% of semiconductor sales")


@pytest.mark.parametrize(
    ("sales", "amount"),
    [
        ("1500000000", "15000000.00"),
        ("1500000000.01", "15000000.00"),
        ("1499999999.99", "15000000.00"),
        ("1499999999.49", "14999999.99"),
        ("0", "1000000.00"),
        ("100000000.50", "1000000.01"),
        ("784100000", "7841000.00"),
    ],
)
def test_floor_cap_and_cent(
    sematech: None, capsys: pytest.CaptureFixture[str], sales: str, amount: str
) -> None:
    found = quote(capsys, *HARRIS, "--input", f"semiconductor_sales={sales}")
    assert found["amount"] == amount


def test_table_for_people(sematech: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("quote", "--consortium", "sematech", *HARRIS, "--input", SALES)
    said = capsys.readouterr().out
    assert said.count("7,413,000.00 USD") == 5
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"--on": "1997-06-30"}, "No charter of “sematech” is in force"),
        ({"--on": "1987-07-31"}, "No charter of “sematech” is in force"),
        ({"--levy": "x"}, "The charter has no levy “x”. It has: dues"),
        ({"--category": "x"}, "not owed by the category “x”"),
        ({"--input": "semiconductor_sales=-1"}, "is below zero"),
        ({"--input": "semiconductor_sales=1e16"}, "too large to be right"),
        ({"--input": "semiconductor_sales=0.0001"}, "is not a figure"),
        ({"--input": "semiconductor_sales=NaN"}, "is not an amount"),
        ({"--input": "semiconductor_sales=1,5"}, "is not an amount"),
        ({"--input": "semiconductor_sales"}, "write NAME=VALUE"),
        ({"--input": "sales=1"}, "There is no figure “sales”"),
        ({"--input": None}, "The figure “semiconductor_sales” is missing"),
        ({"--on": "1990-02-30"}, "invalid"),
        ({"--consortium": "absent"}, "There is no consortium “absent”. Known: sematech"),
    ],
)
def test_what_quote_refuses(sematech: None, changes: dict[str, Any], message: str) -> None:
    given = {"--consortium": "sematech", "--on": "1990-06-30", "--levy": "dues"}
    given |= {"--category": "member", "--input": SALES, **changes}
    arguments = [f"{name}={value}" for name, value in given.items() if value is not None]
    with pytest.raises(CommandError, match=message) as refused:
        call_command("quote", *arguments, "--json")
    # Wrong arguments end with 2 on the command line, where argparse says so itself.
    assert refused.value.returncode == 2 or "Error: argument" in str(refused.value)


def test_same_figure_twice(sematech: None) -> None:
    with pytest.raises(CommandError, match="semiconductor_sales: given twice"):
        call_command(
            "quote", "--consortium", "sematech", *HARRIS, "--input", SALES, "--input", SALES
        )


CHARTER = """
code = "mine"
title = { en = "Mine" }
[[dues.levies]]
code = "fee"
label = { en = "Fee" }
categories = ["member"]
unit = "CNY"
trigger = { kind = "period", anchor = 2024-01-01, months = 12 }
calendar = { opens = {}, closes = {}, assess = {}, due = {} }
rule = [{ add = { const = "50000" } }]
"""


def test_quote_of_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "charter.toml"
    path.write_text(CHARTER, encoding="utf-8")
    arguments = ["--charter", str(path), "--levy", "fee", "--category", "member"]
    call_command("quote", *arguments, "--json")
    assert json.loads(capsys.readouterr().out)["amount"] == "50000.00"
    path.write_text(CHARTER.split("[[")[0], encoding="utf-8")
    with pytest.raises(CommandError, match="has no section “dues”"):
        call_command("quote", *arguments)
    path.write_text(CHARTER.replace("CNY", "XXX9"), encoding="utf-8")
    with pytest.raises(CommandError, match=r"dues\.levies\[0\]\.unit: "):
        call_command("quote", *arguments)
    with pytest.raises(CommandError, match="No such file"):
        call_command("quote", "--charter", str(tmp_path / "absent"), *arguments[2:])


def test_exit_codes_on_the_command_line() -> None:
    wrong = ["quote", "--charter", "x", "--levy", "x", "--category", "x", "--input", "a=NaN"]
    done = subprocess.run(
        [sys.executable, "manage.py", *wrong],
        cwd=CASES.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not an amount" in done.stderr
    assert "Traceback" not in done.stderr
