"""The deadline sweep over many due items on a day on which nothing is to be told.

    .venv/bin/python -m benchmarks.deadlines [--sizes N ...] [--json]

For each size, so many deliverables that are told some later day are written, and the
sweep's look at the day, and for the next day with something to do, are timed in the same
transaction, which is rolled back. Prints the milliseconds of both.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import django
from django.db import connection, transaction

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
embedded.hold()
django.setup()

# Django's models can only be imported once it is set up.
from consortium.models import Consortium  # noqa: E402
from projects.operations.deadlines import next_deadline, tell_deadlines  # noqa: E402
from tests.factories.running import START, running  # noqa: E402

SIZES = [100_000, 1_000_000]
TIMES = 5

FILL = """
INSERT INTO projects_deliverable
    (uid, consortium_id, project_id, code, title, due_on, next_on, remark)
SELECT gen_random_uuid(), consortium_id, id, 'd' || n, 'A deliverable',
       date '2027-01-01' + (n %% 365)::int, date '2026-12-01' + (n %% 365)::int, ''
FROM projects_project, generate_series(1, %s) n WHERE number = 'P-2026-0001'
  AND consortium_id = %s
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for size in options.sizes:
        found = measured(size)
        print(json.dumps(found) if options.json else said(found))


def measured(size: int) -> dict[str, Any]:
    with transaction.atomic():
        here = running(f"bench-{size}")
        with connection.cursor() as cursor:
            cursor.execute(FILL, [size, here.consortium.pk])
            cursor.execute("ANALYZE projects_deliverable")
        found = {"items": size, **look(here.consortium)}
        transaction.set_rollback(True)
    return found


def look(consortium: Consortium) -> dict[str, float]:
    day: date = START
    return {
        "sweep_ms": best(lambda: tell_deadlines(consortium=consortium, on=day)),
        "next_ms": best(lambda: next_deadline(consortium=consortium, after=day)),
    }


def best(call: Callable[[], Any]) -> float:
    """Return the shortest of some runs, in milliseconds."""
    times = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return round(min(times) * 1000, 2)


def said(found: dict[str, Any]) -> str:
    return "{items:>9,} items: sweep {sweep_ms} ms, next day {next_ms} ms".format(**found)


if __name__ == "__main__":
    main()
