"""The dues report of many members as files, against the bare query written as CSV.

    .venv/bin/python -m benchmarks.reports [--sizes N ...] [--json]

For each size: so many members have an open charge. Once the rows of the longest table,
every open charge with its member, are read from a bare cursor and written by Python's own
`csv`; once the report writes the same rows as CSV, and once as a workbook, in the same
database and run. They take turns a few times, and the shortest time of each counts; so
does that of PostgreSQL writing the rows into a file itself (`copy_seconds`). Then the
report's other figures are computed, and the board's summary; at the smallest size two
hundred statements are set as one PDF. Prints how many times longer than the bare query
each file takes, and the most memory the process took so far.
"""

import csv
import time
from collections.abc import Callable
from datetime import date, timedelta
from io import TextIOWrapper
from itertools import chain
from os import SEEK_END
from tempfile import TemporaryFile
from typing import IO, Any

from django.db import connection, transaction
from django.utils.translation import override

from benchmarks.members import (
    ASSESSED,
    BASELINE,
    DUE,
    PERIOD,
    PREPARE,
    execute,
    in_own_database,
    opened,
    peak_mb,
    printed,
    round_to,
)
from consortium.models import Member
from consortium.papers import bound
from consortium.papers.sheets import Rows, write_csv, write_xlsx
from consortium.periods import Period
from funding.papers.named import Names
from funding.papers.open_items import open_items
from funding.papers.statement import paper
from funding.reports.dues import FETCHED, OPEN, AsOf, dues
from funding.reports.dues_summary import summaries
from funding.reports.statements import member_statements

SIZES = [10_000, 100_000]
TIMES = 3
STATEMENTS = 200
LATE = DUE + timedelta(days=45)
YEAR = Period(PERIOD, date(2027, 1, 1))

CLEAR = """
SET session_replication_role = replica;
TRUNCATE funding_assessment, funding_charge, funding_account, funding_transfer,
    funding_openitem CASCADE;
SET session_replication_role = DEFAULT
"""


def main(sizes: list[int], *, as_json: bool) -> None:
    round, charter = opened()
    values = {"consortium": round.consortium_id, "charter": charter.pk, "on": ASSESSED, "due": DUE}
    asked, done = AsOf(charter.consortium, YEAR, LATE), 0
    for size in sorted(sizes):
        execute(CLEAR)
        execute(PREPARE, values | {"size": size - done, "on": PERIOD})
        done = size
        execute(BASELINE, values)
        execute("VACUUM ANALYZE")
        with override("en"):
            for row in measured(asked, size, first=size == min(sizes)):
                printed({**row, "n": size, "peak_mb": peak_mb()}, as_json=as_json)


def measured(asked: AsOf, size: int, *, first: bool) -> Any:
    writers: dict[str, Callable[[IO[bytes]], None]] = {
        "dues_csv": lambda out: write_csv(rows(asked), out),
        "dues_xlsx": lambda out: write_xlsx(rows(asked), out),
    }
    for name, write in writers.items():
        turns = [
            [written(each, size) for each in (bare(asked), copied(asked), write)]
            for _ in range(TIMES)
        ]
        hand, copy, product = (min(each) for each in zip(*turns, strict=True))
        yield {
            "name": name,
            "seconds": round_to(product),
            "baseline_seconds": round_to(hand),
            "copy_seconds": round_to(copy),
            "ratio": round_to(product / hand),
        }
    yield {"name": "dues_figures", "seconds": round_to(timed(lambda: dues(asked)))}
    yield {"name": "dues_summary", "seconds": round_to(timed(lambda: summaries(asked)))}
    if first:
        yield {"name": "statements_pdf", "seconds": round_to(timed(lambda: statements(asked)))}


def bare(asked: AsOf) -> Callable[[IO[bytes]], None]:
    """Write every open charge by hand, from a cursor of the driver's."""

    def write(out: IO[bytes]) -> None:
        text = TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        with connection.chunked_cursor() as cursor:
            cursor.execute(OPEN, {**asked.values, "unit": "USD"})
            while found := cursor.fetchmany(FETCHED):
                csv.writer(text).writerows(found)
        text.detach()

    return write


def copied(asked: AsOf) -> Callable[[IO[bytes]], None]:
    """Let the database write every open charge."""

    def write(out: IO[bytes]) -> None:
        with connection.cursor() as cursor:
            query = cursor.cursor.mogrify(OPEN, {**asked.values, "unit": "USD"})
            with cursor.copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv)") as copy:
                for block in copy:
                    out.write(block)

    return write


def rows(asked: AsOf) -> Rows:
    table = open_items(asked, "USD", Names(asked.consortium))
    heads = [str(each.label) for each in table.columns]
    found: Any = chain([heads], table.rows)
    return found


def written(write: Callable[[IO[bytes]], None], size: int) -> float:
    with TemporaryFile() as out, transaction.atomic():
        took = timed(lambda: write(out))
        assert out.seek(0, SEEK_END) > size
        return took


def statements(asked: AsOf) -> None:
    """Set the statements of two hundred members as one PDF."""
    members = Member.objects.filter(consortium=asked.consortium).order_by("pk")
    found = members.select_related("consortium", "organization")[:STATEMENTS]
    pdf = bound(
        paper(each, member_statements(each, from_on=PERIOD, on=LATE), LATE, language="en")
        for each in found
    )
    assert pdf.startswith(b"%PDF")


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    in_own_database(main, name="reports", about=__doc__ or "", sizes=SIZES)
