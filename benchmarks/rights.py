"""The rights of one organization over many results, and the exclusivity sweep with nothing due.

    .venv/bin/python -m benchmarks.rights [--sizes N ...] [--watches N] [--json]

For each size: so many results with their exclusivity and owners are written, one in fifty
moved by a decision. Once bare SQL reads what the rules need of them, once the product reads
and answers all five uses of one day, for a member that was suspended and for an outsider.
Then so many watches are written of which none is due, and the sweep and its look for the
next day are timed. All in transactions that are rolled back.
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
from consortium.models import Suspension  # noqa: E402
from ip.models import Result  # noqa: E402
from ip.operations.announcing import next_look, sweep_exclusivity  # noqa: E402
from ip.reports.rights import answers_on  # noqa: E402
from tests.factories.rights import House, house  # noqa: E402

SIZES = [10_000, 100_000]
WATCHES = 1_000_000
TIMES = 5
ON = date(2026, 3, 2)

FILL = """
INSERT INTO ip_result (uid, consortium_id, charter_id, number, kind, tier, confidentiality,
    summary, field, name_en, name_zh, work_package, completed_on, disclosed_on, disclosed_by_id)
SELECT gen_random_uuid(), c.consortium_id, c.id, 'R-' || n,
    (ARRAY['patent', 'software', 'know_how', 'design'])[1 + n %% 4], '', 'members',
    '', '', 'A result', '', '', day, day, %(owner)s
FROM consortium_charter c, generate_series(1, %(size)s) n,
    LATERAL (SELECT date '2020-01-01' + (n * 7919 %% 2200) AS day) d
WHERE c.consortium_id = %(consortium)s;
INSERT INTO ip_exclusivity (uid, result_id, charter_id, path, starts_on, ends_on)
SELECT gen_random_uuid(), id, charter_id, 'exclusivity[0]', completed_on,
    (completed_on + interval '24 months')::date
FROM ip_result WHERE consortium_id = %(consortium)s;
INSERT INTO ip_ownershipshare (uid, result_id, owner_id, cause, path, numerator, denominator,
    starts_on)
SELECT gen_random_uuid(), id, CASE id %% 5 WHEN 0 THEN %(asker)s ELSE %(owner)s END, 'rule', '',
    1, 1, completed_on
FROM ip_result WHERE consortium_id = %(consortium)s;
INSERT INTO ip_exclusivitychange (uid, result_id, decided_on, ends_on, body, reason)
SELECT gen_random_uuid(), id, completed_on + 30, completed_on + 1000, 'board', 'x'
FROM ip_result WHERE consortium_id = %(consortium)s AND id %% 50 = 0;
ANALYZE ip_result; ANALYZE ip_exclusivity; ANALYZE ip_ownershipshare; ANALYZE ip_exclusivitychange
"""

BARE = """
SELECT r.id, r.consortium_id, r.charter_id, r.kind, r.tier, r.completed_on, p.ends_on,
    (SELECT min(e."on") FROM projects_projectevent e
     WHERE e.project_id = r.project_id AND e.kind IN ('terminated', 'closed')),
    x.charter_id, x.path, x.starts_on,
    ARRAY(SELECT (c.decided_on, c.ends_on)::text FROM ip_exclusivitychange c
          WHERE c.result_id = r.id ORDER BY c.decided_on, c.id),
    ARRAY(SELECT DISTINCT i.kind FROM ip_resultfunding f
          JOIN funding_fundinginstrument i ON i.id = f.instrument_id WHERE f.result_id = r.id),
    (SELECT (s.numerator, s.denominator, s.starts_on, s.ends_on)::text FROM ip_ownershipshare s
     WHERE s.result_id = r.id AND s.owner_id = %(asker)s ORDER BY s.starts_on LIMIT 1),
    ARRAY(SELECT (a.uses, a.asked_on)::text FROM ip_accessrequest a
          WHERE a.result_id = r.id AND a.asker_id = %(asker)s)
FROM ip_result r LEFT JOIN projects_project p ON p.id = r.project_id
LEFT JOIN ip_exclusivity x ON x.result_id = r.id
WHERE r.consortium_id = %(consortium)s
"""

WATCH = """
SET LOCAL session_replication_role = replica;
INSERT INTO ip_exclusivitywatch (result_id, consortium_id, next_on, awaited)
SELECT 1000000000 + n, %(consortium)s, date '2027-01-01' + n %% 365, false
FROM generate_series(1, %(size)s) n;
SET LOCAL session_replication_role = DEFAULT;
ANALYZE ip_exclusivitywatch
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--watches", type=int, default=WATCHES)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for found in (*(rights(size) for size in options.sizes), sweep(options.watches)):
        print(json.dumps(found) if options.json else said(found))


def rights(size: int) -> dict[str, Any]:
    with transaction.atomic():
        here = house(f"bench-{size}")
        Suspension.objects.create(
            member=here.members["beta"], right="access", cause="arrears",
            starts_on=date(2023, 1, 1), ends_on=date(2023, 7, 1),
        )  # fmt: skip
        values = values_of(here, size)
        with connection.cursor() as cursor:
            cursor.execute(FILL, values)
        bare = best(lambda: read(values))
        found = {
            name: best(lambda name=name: answered(here, name, size))  # type: ignore[misc]
            for name in ("beta", "outsider")
        }
        transaction.set_rollback(True)
    ratios = {f"{name}_ratio": round(took / bare, 2) for name, took in found.items()}
    return {"name": "rights", "n": size, "bare_ms": bare, **found, **ratios}


def values_of(here: House, size: int) -> dict[str, Any]:
    return {
        "consortium": here.consortium.pk,
        "size": size,
        "owner": here.organization("alpha").pk,
        "asker": here.organization("beta").pk,
    }


def read(values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, values)
        assert len(cursor.fetchall()) == values["size"]


def answered(here: House, name: str, size: int) -> None:
    results = Result.objects.filter(consortium=here.consortium)
    count = sum(1 for _ in answers_on(here.organization(name), results, on=ON))
    assert count == size


def sweep(size: int) -> dict[str, Any]:
    with transaction.atomic():
        here = house(f"bench-watch-{size}")
        with connection.cursor() as cursor:
            cursor.execute(WATCH, values_of(here, size))
        found = {
            "name": "exclusivity_sweep",
            "n": size,
            "sweep_ms": best(lambda: sweep_exclusivity(consortium=here.consortium, on=ON)),
            "next_ms": best(lambda: next_look(consortium=here.consortium, after=ON)),
        }
        transaction.set_rollback(True)
    return found


def best(call: Callable[[], Any]) -> float:
    """Return the shortest of some runs, in milliseconds."""
    times = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return round(min(times) * 1000, 2)


def said(found: dict[str, Any]) -> str:
    rest = ", ".join(f"{key} {value}" for key, value in found.items() if key not in ("name", "n"))
    return f"{found['name']} {found['n']:>9,}: {rest}"


if __name__ == "__main__":
    main()
