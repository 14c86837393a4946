"""A report that has everything a report can have, and kinds of report to try the engine with."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from consortium import registry
from consortium.errors import DomainError
from consortium.models import Consortium, Member
from consortium.periods import Period
from consortium.registry import Registry, ReportKind
from consortium.rules.content import (
    CellKind,
    Chart,
    ChartKind,
    Column,
    Content,
    Hidden,
    Note,
    Part,
    Row,
    Series,
    Span,
    Table,
    Timeline,
)
from consortium.states import Role

HELD_BACK = Hidden.SUPPRESSED
NAMES = ("华微设备股份有限公司", "Applied Etching Ltd", "=1+2", "中芯化学材料（上海）有限公司")


def whole(rows: int = 60, unit: str = "CNY", on: date = date(2026, 10, 12)) -> Content:
    """Return a report with every kind of block, and so many rows in its long table."""
    return Content(
        "Dues and results",
        iter([figures(unit), pictures(unit, on), Part("long", "Open items", [long_table(rows)])]),
        subtitle="For the board",
    )


def figures(unit: str) -> Part:
    columns = [
        Column("category", "Category"),
        Column("members", "Members", CellKind.COUNT),
        Column("dues", "Assessed", CellKind.MONEY),
        Column("rate", "Collection rate", CellKind.SHARE),
    ]
    rows: list[Row] = [
        ["副理事长单位", 12, Decimal("1234567.50"), Decimal("0.875")],
        ["Member", 3, HELD_BACK, HELD_BACK],
        ["Observer", None, Decimal("-0.5"), None],
    ]
    total: Row = ["Total", 15, Decimal("9999999999.99"), Decimal("1")]
    return Part(
        "figures",
        "Figures",
        [
            Table("categories", "Dues by category", columns, rows, unit, total),
            Note("Cells with fewer than five contributors are suppressed."),
            Table("empty", "Waivers", columns[:2], []),
        ],
    )


def pictures(unit: str, on: date) -> Part:
    labels = ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]
    paid = Series("Paid 到账", [Decimal("2500000"), Decimal("3100000"), Decimal("900000"), None])
    late = Series("Late 欠缴", [Decimal("500000"), Decimal("100000"), Decimal("1300000"), 0])
    lost = Series("Waived", [Decimal("50000"), Decimal("60000"), Decimal("70000"), 1])
    counts = [Series(f"Series {n}", [n, n + 2, 7 - n, n * n]) for n in range(1, 5)]
    return Part(
        "pictures",
        "Charts",
        [
            Chart("bars", "Paid and late", ChartKind.BARS, labels, [paid, late], unit),
            Chart("stacked", "Stacked", ChartKind.STACKED, labels, [paid, late, lost], unit),
            Chart("lines", "Counts", ChartKind.LINES, labels, counts),
            Chart("long", "By name", ChartKind.BARS, NAMES * 2, [Series("n", [*range(8)])]),
            Timeline("windows", "Exclusivity", spans(), on),
            Chart("none", "Nothing", ChartKind.BARS, [], []),
            Timeline("nothing", "No windows", [], on),
        ],
    )  # fmt: skip


def spans() -> list[Span]:
    return [
        Span(f"成果 {n}: a way to etch deeper $ trenches {n}", date(2024, 1 + n, 1),
             None if n == 3 else date(2026 + n % 2, 12 - n, 1), ("独占", "Open", "Ended")[n % 3])
        for n in range(9)
    ]  # fmt: skip


def long_table(rows: int) -> Table:
    columns = [
        Column("number", "Number"),
        Column("member", "Member"),
        Column("project", "What it is for, in some words"),
        Column("due_on", "Due on", CellKind.DAY),
        Column("level", "Level"),
        Column("open", "Open", CellKind.MONEY),
        Column("days", "Days late", CellKind.COUNT),
    ]
    return Table("items", "Open items", columns, lines(rows), "JPY", [*[""] * 5, Decimal(5), None])


def lines(rows: int) -> Iterator[Row]:
    """Yield the rows of a long table; they can be read once."""
    for n in range(rows):
        yield [
            f"2026-{n:06}", NAMES[n % 4], "Annual dues of the year and a fee for the pilot line",
            date(2026, 1 + n % 12, 1), "reminder", Decimal(n * 1000), n % 90,
        ]  # fmt: skip


# Kinds of report


class Broken(DomainError):
    code = "unexpected"


class Size(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    rows: int = 3


def made(**given: Any) -> Content:
    """Return a small report that says what it was asked with."""
    parameters: Size = given["parameters"]
    period: Period = given["period"]
    columns = [Column("what", "What"), Column("when", "When", CellKind.DAY)]
    rows: list[Row] = [[f"row {n}", period.starts_on] for n in range(parameters.rows)]
    whose = given.get("member")
    rows.append([str(whose) if whose else "everybody", given["on"]])
    return Content("A small report", [Part("all", "All", [Table("all", "All", columns, rows)])])


def broken(**given: Any) -> Content:
    raise Broken(error="here")


def of_some(*, consortium: Consortium, period: Period, on: date) -> list[Member]:
    return list(Member.objects.on(on).filter(consortium=consortium))


def all_but_rival(*, known_at: datetime, **given: Any) -> Content:
    if str(given["member"]) == "Rival Ltd":
        raise Broken(error="rival")
    return made(**given)


READERS = frozenset({Role.FINANCE, Role.AUDITOR})
KINDS = (
    ReportKind("small", "Small report", READERS, made, Size),
    ReportKind("broken", "Broken report", READERS, broken, Size),
    ReportKind(
        "each", "Report of each", READERS | {Role.SIGNATORY}, all_but_rival, Size, of_some,
        {"rows": "Number of rows"},
    ),
    ReportKind("open", "Report to all", READERS | {Role.SIGNATORY}, made, Size),
)  # fmt: skip


def contribute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the kinds above be contributed besides the real ones."""
    kinds: Registry[ReportKind] = Registry()
    kinds.add(*registry.report_kinds.all(), *KINDS)
    monkeypatch.setattr(registry, "report_kinds", kinds)
