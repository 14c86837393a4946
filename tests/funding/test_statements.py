"""A member's statement as a paper and as tables: the same in words."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from consortium.models import Consortium, Member
from consortium.operations.advance import advance
from funding.operations.ledger import reverse
from funding.papers.statement import paper, table
from funding.reports.statements import member_statements
from tests.factories.ledgers import fee, join, member, small
from tests.factories.receipts import allotted, paid
from tests.snapshot import built_once

YEAR, ON = date(2024, 1, 1), date(2024, 6, 30)


@pytest.fixture
@built_once
def consortium(db: None) -> Consortium:
    """A member that paid too much, was wrongly matched once, and one that paid nothing."""
    consortium = small("small", fee())
    advance(consortium=consortium, to=ON)
    payment = paid(consortium, "6000")
    key = allotted(payment, member(consortium, "a"), {"2024-00001": "4000"})
    reverse(consortium=consortium, key=key, on=date(2024, 2, 12))
    allotted(payment, member(consortium, "a"), {"2024-00001": "5000"})
    return consortium


def text(consortium: Consortium, name: str, language: str = "en") -> str:
    row = member(consortium, name)
    found = member_statements(row, from_on=YEAR, on=ON)
    pdf = paper(row, found, ON, language=language)
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_statement_costs_the_same_however_long_it_is(
    consortium: Consortium, django_assert_max_num_queries: Any
) -> None:
    counts, lines = [], []
    for to in (ON, date(2027, 6, 30)):
        advance(consortium=consortium, to=to)
        who = Member.objects.get(pk=member(consortium, "a").pk)
        with django_assert_max_num_queries(20) as queries:
            (found,) = member_statements(who, from_on=YEAR, on=to)
        counts.append(len(queries.captured_queries))
        lines.append(len(found.lines))
    assert lines[1] >= lines[0] + 3
    assert counts[0] == counts[1]


def test_the_paper_tells_what_moved_and_what_is_open(consortium: Consortium) -> None:
    said = text(consortium, "a")
    assert "Statement of account" in said
    assert "Charge 2024-00001" in said
    assert "Annual dues" in said
    assert "Reversal: Payment BANK-" in said
    assert "Balance at the end -1,000.00 USD" in said
    assert "Credit on account 1,000.00 USD" in said
    assert "Days late" not in said
    late = text(consortium, "b")
    assert "2024-00002 Annual dues February 1, 2024 150 5,000.00 USD" in late
    assert "Past due 5,000.00 USD" in late
    assert "2024-00001" not in late


def test_the_paper_speaks_chinese(consortium: Consortium) -> None:
    said = text(consortium, "b", "zh-hans")
    assert "年度会费" in said
    assert "2024 年 2 月 1 日" in said or "2024年2月1日" in said


def test_it_is_the_same_whenever_it_is_asked_for(consortium: Consortium) -> None:
    row = member(consortium, "a")
    found = member_statements(row, from_on=YEAR, on=ON)
    assert paper(row, found, ON, language="en") == paper(row, found, ON, language="en")


def test_who_was_never_charged_is_told_so(consortium: Consortium) -> None:
    join(consortium, "new", date(2025, 1, 1))
    assert "Nothing was ever charged or paid." in text(consortium, "new")


def test_the_table_runs_to_the_balance(consortium: Consortium) -> None:
    rows: list[Any] = list(table(member_statements(member(consortium, "a"), from_on=YEAR, on=ON)))
    assert [row[-1] for row in rows[1:]] == [0, 5000, -1000, -7000, -1000, -1000]
    assert [row[2].split()[0] for row in rows[1:]] == [
        "Balance", "Charge", "Payment", "Payment", "Reversal:", "Balance",
    ]  # fmt: skip
    assert rows[1][:2] == ["USD", YEAR]
    assert rows[2][3:6] == ["Annual dues", 5000, None]
    assert rows[3][3:6] == ["2024-00001", None, 6000]
