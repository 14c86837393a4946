"""Who could review what in a large call: the preview, then assigning what it says.

    .venv/bin/python -m benchmarks.assignment [--sizes N ...] [--json]

For each size: so many proposals of four participants each and sixty reviewers, most of whom
speak for a member, some members controlled by others and some declared competitors. Prints
the seconds and queries of the preview and of the assignment, and how many pairs were found.
"""

import time
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.calls import PROPOSALS, in_rolled_back, opened, write
from projects.operations.assignments import Pair, assign_reviewers
from projects.reports.assignments import propose_assignments

SIZES = [100, 500]
ON, DUE = date(2026, 2, 10), date(2026, 3, 10)

TIES = """
INSERT INTO consortium_appointment (uid, consortium_id, user_id, role, starts_on)
    SELECT gen_random_uuid(), %(consortium)s, id, 'reviewer', %(on)s FROM judge;
INSERT INTO consortium_appointment
    (uid, consortium_id, user_id, role, organization_id, starts_on)
    SELECT gen_random_uuid(), %(consortium)s, j.id, 'technical_contact', f.organization, %(on)s
    FROM judge j JOIN firm f ON f.n = j.n * 3 WHERE j.n %% 5 <> 0;
INSERT INTO consortium_control (uid, organization_id, controller_id, share, starts_on)
    SELECT gen_random_uuid(), f.organization, g.organization,
        CASE WHEN f.n %% 2 = 0 THEN 0.6 ELSE 0.3 END, %(on)s
    FROM firm f JOIN firm g ON g.n = f.n / 2 WHERE f.n > 0 AND f.n %% 3 = 0;
INSERT INTO projects_competitor (uid, consortium_id, member_id, organization_id, starts_on)
    SELECT gen_random_uuid(), %(consortium)s, f.member, g.organization, %(on)s
    FROM firm f JOIN firm g ON g.n = f.n + 7 WHERE f.n %% 6 = 0
"""


def measured(size: int) -> dict[str, Any]:
    call = opened(budget=1000)
    write(PROPOSALS, call, size=size, parties=4)
    write(TIES, call)
    preview, seconds, queries = counted(lambda: propose_assignments(call=call, on=ON))
    pairs = [Pair(*each) for each in preview.pairs]
    rows, assign_s, assign_queries = counted(
        lambda: assign_reviewers(call=call, pairs=pairs, due_on=DUE, by=None, on=ON)
    )
    assert len(rows) == len(pairs)
    return {
        "proposals": size,
        "reviewers": len(preview.load),
        "pairs": len(pairs),
        "short": len(preview.short),
        "preview_s": round(seconds, 3),
        "preview_queries": queries,
        "assign_s": round(assign_s, 3),
        "assign_queries": assign_queries,
    }


def counted[R](call: Callable[[], R]) -> tuple[R, float, int]:
    """Return what a call returns, its seconds and its queries."""
    with CaptureQueriesContext(connection) as queries:
        start = time.perf_counter()
        found = call()
        seconds = time.perf_counter() - start
    return found, seconds, len(queries)


if __name__ == "__main__":
    in_rolled_back(measured, about=__doc__, sizes=SIZES)
