"""The exported books: Beancount accepts them and comes to the same balances."""

import csv
import subprocess
import sys
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given
from hypothesis import strategies as st

from consortium.models import Consortium, Organization
from consortium.operations.advance import advance
from funding.models import LedgerHeading
from funding.operations.ledger import Leg, reverse, transfer
from funding.papers.beancount import commodities, text
from funding.reports.books import trial_balance
from funding.states import AccountKind as Kind
from tests.factories.ledgers import fee, member, small
from tests.factories.receipts import allotted, paid
from tests.snapshot import built_once

BEAN_CHECK = Path(sys.executable).with_name("bean-check")
ON, WORKED = date(2024, 12, 31), date(2024, 1, 1)


@pytest.fixture
@built_once
def consortium(db: None) -> Consortium:
    """A year of the books: charges in two units, a payment, one that is undone, a heading."""
    consortium = small("small", fee(), members=("a", "b"))
    for name in "ab":
        legs = [Leg(Kind.RECEIVABLE, Kind.LEVY_INCOME, Decimal(3), member(consortium, name))]
        key = f"work:{name}"
        transfer(consortium=consortium, unit="person_days", key=key, on=WORKED, legs=legs)
    Organization.objects.filter(name_en="b").update(
        name_zh="江海“芯片”\\有限公司", name_en='B "quoted" \\ {x}\r\nnext'
    )
    advance(consortium=consortium, to=date(2024, 6, 30))
    payment = paid(consortium, "6000")
    key = allotted(payment, member(consortium, "a"), {"2024-00001": "5000"})
    reverse(consortium=consortium, key=key, on=date(2024, 3, 1))
    allotted(payment, member(consortium, "a"), {"2024-00001": "4999.99"})
    LedgerHeading.objects.create(
        consortium=consortium, kind=Kind.BANK, number="1002", name_zh="银行存款"
    )
    return consortium


def checked(path: Path) -> tuple[int, str]:
    done = subprocess.run([BEAN_CHECK, path], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def exported(consortium: Consortium, path: Path, **asked: Any) -> str:
    call_command(
        "export_ledger", consortium=consortium.slug, out=path, stdout=StringIO(),
        **{"on": ON, **asked},
    )  # fmt: skip
    return path.read_text(encoding="utf-8-sig")


def balances(written: str) -> list[tuple[str, Decimal]]:
    """Return what the file's assertions say of each account and unit."""
    rows = [line.split() for line in written.splitlines() if line[11:18] == "balance"]
    return [(f"{row[2]} {row[-1]}", Decimal(row[3])) for row in rows]


def test_bean_check_accepts_the_books(consortium: Consortium, tmp_path: Path) -> None:
    written = exported(consortium, tmp_path / "books.beancount")
    assert checked(tmp_path / "books.beancount") == (0, "")
    assert balances(written) == [
        ("Assets:Bank USD", Decimal(6000)),
        ("Assets:Receivable:M0001 USD", Decimal("0.01")),
        ("Assets:Receivable:M0001 K.PERSON_DAYS", Decimal(3)),
        ("Assets:Receivable:M0002 USD", Decimal(5000)),
        ("Assets:Receivable:M0002 K.PERSON_DAYS", Decimal(3)),
        ("Liabilities:Unassigned USD", Decimal(0)),
        ("Liabilities:OnAccount:M0001 USD", Decimal("-1000.01")),
        ("Income:Levies USD", Decimal(-10000)),
        ("Income:Levies K.PERSON_DAYS", Decimal(-6)),
    ]
    ours = trial_balance(consortium, on=ON, by_member=True)
    assert sorted(amount for _, amount in balances(written) if amount) == sorted(
        line.balance for each in ours.values() for line in each.lines if line.balance
    )
    assert 'member: "B \\"quoted\\" \\\\ {x}  next"' in written
    assert 'name-zh: "银行存款"' in written


def test_bean_check_refuses_books_that_differ(consortium: Consortium, tmp_path: Path) -> None:
    path = tmp_path / "books.beancount"
    written = exported(consortium, path)
    path.write_text(written.replace("  5000.00 USD", "  5000.01 USD", 1))
    status, said = checked(path)
    assert status == 1
    assert "does not balance" in said
    path.write_text(written.replace("M0002  5000.00 ~ 0", "M0002  5000.01 ~ 0"))
    status, said = checked(path)
    assert status == 1
    assert "Balance failed" in said


def test_a_part_of_the_books_opens_with_what_stood_before(
    consortium: Consortium, tmp_path: Path
) -> None:
    path = tmp_path / "part.beancount"
    written = exported(consortium, path, from_on=date(2024, 2, 1), on=date(2024, 2, 29))
    assert checked(path) == (0, "")
    assert '2024-01-31 * "Opening balances"' in written
    assert "charge:2024-00001" not in written
    assert "reverse:" not in written
    assert dict(balances(written))["Liabilities:OnAccount:M0001 USD"] == Decimal("-2000.01")


def test_the_same_books_are_the_same_file(consortium: Consortium, tmp_path: Path) -> None:
    for kind in ("beancount", "csv"):
        first = exported(consortium, tmp_path / "first", format=kind)
        assert exported(consortium, tmp_path / "second", format=kind) == first


def test_a_reversal_is_linked_to_what_it_takes_back(consortium: Consortium, tmp_path: Path) -> None:
    written = exported(consortium, tmp_path / "books.beancount")
    (line,) = [each for each in written.splitlines() if '"reverse:' in each]
    _, _, key, *links = line.split()
    assert links == [f"^{each.replace(':', '/')}" for each in (key[1:-1], key[9:-1])]
    assert links[1] in written.replace(line, "")


def test_the_table_has_every_leg(consortium: Consortium, tmp_path: Path) -> None:
    exported(consortium, tmp_path / "books.csv", format="csv")
    with (tmp_path / "books.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[:6] == ["Day", "Event", "Leg", "Debit account", "Debit name", "Debit member"]
    assert rows[0][:-1] == [
        "2024-01-01", "charge:2024-00001", "0", "1200", "Receivable from members", "a",
        "4000", "Income from levies", "", "5000.000", "USD", "2024-00001", "", "",
    ]  # fmt: skip
    assert len(rows) == 4 + 1 + 2 + 2 + 2


def test_empty_books_are_books(db: None, tmp_path: Path) -> None:
    exported(small("empty", members=()), tmp_path / "empty.beancount")
    assert checked(tmp_path / "empty.beancount") == (0, "")


def test_what_is_asked_wrongly_is_refused(consortium: Consortium, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--from"):
        exported(consortium, tmp_path / "x", from_on=date(2025, 1, 1))
    with pytest.raises(CommandError, match="No such file"):
        exported(consortium, tmp_path / "absent" / "x")


def test_units_never_share_a_commodity() -> None:
    units = ["EUR", "days", "day_s", "eur", "人日", "人月", "x" * 20, "x" * 19 + "y"]
    names = commodities(units)
    assert len(set(names.values())) == len(units)
    assert (names["EUR"], names["eur"], names["days"]) == ("EUR", "K.EUR", "K.DAYS")
    assert all(len(name) <= 24 for name in names.values())


@given(st.text())
def test_a_text_is_one_quoted_line(value: str) -> None:
    quoted = text(value)
    assert len(quoted.splitlines()) == 1
    inside = quoted[1:-1].replace("\\\\", "").replace('\\"', "")
    assert '"' not in inside
    assert "\\" not in inside


def test_amounts_finer_than_a_currency_stay_exact(consortium: Consortium, tmp_path: Path) -> None:
    legs = [Leg(Kind.BANK, Kind.UNASSIGNED, Decimal("0.001"))]
    transfer(consortium=consortium, unit="KWD", key="payment:fine", on=ON, legs=legs)
    written = exported(consortium, tmp_path / "books.beancount")
    assert checked(tmp_path / "books.beancount") == (0, "")
    assert dict(balances(written))["Assets:Bank KWD"] == Decimal("0.001")
