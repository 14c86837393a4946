"""A report as CSV: one table a file; several tables, a ZIP archive of such files."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from consortium.papers.report.cells import label, suppressed, tables
from consortium.papers.sheets import Cell, Rows
from consortium.papers.sheets import write_csv as write_rows
from consortium.registry import Written
from consortium.rules.content import Content, Frame, Hidden, Row, Table

ONE = Written(".csv", "text/csv; charset=utf-8")
SEVERAL = Written(".zip", "application/zip")
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive, so that its bytes tell none."""


def write_csv(content: Content, frame: Frame, out: IO[bytes]) -> Written:
    """Write each table under its headings, days as ISO 8601, amounts with a decimal point.

    Pictures are written as the numbers behind them; notes stand in PDF and XLSX.
    """
    found = (table for part in content.parts for block in part.blocks for table in tables(block))
    first = next(found, None)
    if first is None:
        return ONE
    # Only when another table comes is it known that the first one goes into an archive.
    with TemporaryFile() as kept:
        write_rows(rows(first), kept)
        kept.seek(0)
        second = next(found, None)
        if second is None:
            copyfileobj(kept, out)
            return ONE
        with ZipFile(out, "w") as archive:
            with archive.open(entry(1, first), "w", force_zip64=True) as file:
                copyfileobj(kept, file)
            for number, table in enumerate(chained(second, found), 2):
                with archive.open(entry(number, table), "w", force_zip64=True) as file:
                    write_rows(rows(table), file)
    return SEVERAL


def chained(first: Table, others: Iterable[Table]) -> Iterator[Table]:
    yield first
    yield from others


def entry(number: int, table: Table) -> ZipInfo:
    """Return how a table is called in the archive: in its order, by its code."""
    info = ZipInfo(f"{number:02}-{table.code}.csv", LONG_AGO)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def rows(table: Table) -> Rows:
    yield [label(column, table.unit) for column in table.columns]
    for row in table.rows:
        yield cells(row)
    if table.total is not None:
        yield cells(table.total)


def cells(row: Row) -> list[Cell]:
    return [cell(value) for value in row]


def cell(value: object) -> Cell:
    match value:
        case Hidden():
            return suppressed()
        case None | int() | Decimal() | date():
            return value
    return str(value)
