"""The dues report of many members as files, against the bare query written as CSV.

    .venv/bin/python -m benchmarks.reports [--sizes N ...] [--json]

For each size: so many members have an open charge. Once the queries of the report, its figures
of two periods and every open charge with its member, are read from a bare cursor and written by
Python's own `csv`; once the whole report is made as CSV, and once as a workbook, in the same
database and run. They take turns a few times, and the shortest time of each counts; so
does that of PostgreSQL writing the open charges into a file itself (`copy_seconds`). Then the
report's other figures are computed, and the board's summary; at the smallest size two
hundred statements are set as one PDF. Prints how many times longer than the bare query
each file takes, and the most memory the process took so far.
"""

import csv
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import TextIOWrapper
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
from consortium import registry
from consortium.models import Member
from consortium.papers import bound
from consortium.periods import Period
from consortium.reports.orders import Order, write
from funding.papers.statement import paper
from funding.reports import dues as queries
from funding.reports.dues import FETCHED, OPEN, AsOf, dues
from funding.reports.dues_summary import summaries
from funding.reports.standing import AGES
from funding.reports.statements import member_statements

SIZES = [10_000, 100_000]
TIMES = 3
STATEMENTS = 200
LATE = DUE + timedelta(days=45)
FIGURES = (queries.SUMS, queries.LATE, queries.DUE, queries.BOUNDS)
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
        f"dues_{kind}": partial(made, asked, kind) for kind in ("csv", "xlsx")
    }
    for name, ours in writers.items():
        turns = [
            [written(each, size) for each in (bare(asked), copied(asked), ours)]
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
    """Write what the report asks of the database, from a cursor of the driver's."""

    def by_hand(out: IO[bytes]) -> None:
        text = TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        lines = csv.writer(text)
        with connection.cursor() as cursor:
            for at in (asked, asked.before):
                for sql in FIGURES:
                    cursor.execute(sql, {**at.values, "ages": list(AGES)})
                    lines.writerows(cursor)
        with connection.chunked_cursor() as cursor:
            cursor.execute(OPEN, {**asked.values, "unit": "USD"})
            while found := cursor.fetchmany(FETCHED):
                lines.writerows(found)
        text.detach()

    return by_hand


def copied(asked: AsOf) -> Callable[[IO[bytes]], None]:
    """Let the database write every open charge, and nothing else."""

    def by_itself(out: IO[bytes]) -> None:
        with connection.cursor() as cursor:
            query = cursor.cursor.mogrify(OPEN, {**asked.values, "unit": "USD"})
            with cursor.copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv)") as copy:
                for block in copy:
                    out.write(block)

    return by_itself


def made(asked: AsOf, format: str, out: IO[bytes]) -> None:
    """Write the whole report as the desk makes it: its figures, and every open charge."""
    kind = registry.report_kinds["dues"]
    write(
        Order(
            consortium=asked.consortium,
            kind=kind,
            period=YEAR,
            on=LATE,
            known_at=datetime.now(UTC),
            parameters=kind.parameters(open_items=True),
            language="en",
            format=format,
        ),
        out,
    )


def written(work: Callable[[IO[bytes]], None], size: int) -> float:
    with TemporaryFile() as out, transaction.atomic():
        took = timed(lambda: work(out))
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
