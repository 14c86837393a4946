"""The tables of the worked example: each figure put through the rule, each dues year."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from consortium.rules.cases import CaseDocument, read_case
from funding.rules.dues import Levy
from funding.rules.engine import compute

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/worked-example.md").read_text(encoding="utf-8")
YEARS = range(1988, 1993)
NAMED = {"harris": "Harris", "intel": "Intel", "lsi-logic": "LSI Logic", "micron": "Micron"}


@pytest.fixture(scope="module")
def case() -> CaseDocument:
    return read_case((ROOT / "consortium/cases/sematech.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def levy(case: CaseDocument) -> Levy:
    found: Levy = case.charters[0].sections["dues"].levy("dues")  # type: ignore[attr-defined]
    return found


def table(heading: str) -> list[list[str]]:
    """Return the rows below a table's heading."""
    after = TEXT[TEXT.index(heading) :].splitlines()[2:]
    rows = [line.strip("|").split("|") for line in after[: after.index("")]]
    return [[cell.strip() for cell in row] for row in rows]


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def said(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def test_each_figure_gives_the_dues_beside_it(levy: Levy) -> None:
    rows = table("| Whose and of when |")

    assert len(rows) == 15
    for _whose, figure, what, _source, dues in rows:
        assert said(compute(levy, {"semiconductor_sales": number(figure)}).amount) == dues
        if once := re.fullmatch(r"revenue of ([\d.]+) million, four times", what):
            assert number(figure) == 4 * 1_000_000 * Decimal(once.group(1))


def test_each_figure_is_recorded_as_a_fact(case: CaseDocument) -> None:
    thousands = {
        str(value)
        for fact in case.facts
        if fact.unit == "thousand USD"
        for value in (fact.value.values() if isinstance(fact.value, dict) else [fact.value])
    }
    (implied,) = [fact.value for fact in case.facts if fact.id == "sematech-exit-lsi"]
    for whose, figure, *_ in table("| Whose and of when |"):
        if whose.startswith("LSI"):
            edge = "low" if whose.endswith("lowest") else "high"
            assert number(implied[f"implied_sales_{edge}"]) == number(figure)
        else:
            parts = 4 if whose.endswith("×4") else 1
            assert str(int(number(figure) / 1000 / parts)) in thousands


def test_each_dues_year_is_what_the_case_declares(case: CaseDocument, levy: Levy) -> None:
    expected = {
        name: [
            next(
                (
                    said(compute(levy, event.figures).amount)
                    + (" e" if event.grade == "estimated" else "")
                    for event in case.events
                    if (event.member, event.period.year) == (member, year)
                ),
                "unknown",
            )
            for year in YEARS
        ]
        for member, name in NAMED.items()
    }
    expected |= {each: ["unknown"] * 5 for each in ("IBM, AT&T, Digital", "the other seven")}

    assert {name: years for name, *years in table("| Dues of |")} == expected
