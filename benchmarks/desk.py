"""The desk of a consortium with many charges, as finance staff open it.

    .venv/bin/python -m benchmarks.desk [--sizes N ...] [--json]

For each size: so many members have declared and owe one charge each; one in a hundred falls
due within the month, one in a thousand is late and reaches a level of the ladder within the
week. A person of the finance staff, logged in, opens the first page. Prints how many queries
that takes, session and user included, and the shortest of a few times.
"""

import time
from datetime import date, datetime, timedelta
from typing import Any

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.arrears import CLEAR, COLLECTION
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
from consortium.models import Consortium, User
from consortium.operations.appointments import appoint
from consortium.states import Role

SIZES = [100, 10_000]
TIMES = 3
TODAY = date(2026, 3, 20)
LATE = TODAY - timedelta(days=12)

SPREAD = """
SET session_replication_role = replica;
UPDATE funding_charge SET due_on = due_on + 365 WHERE member_id %% 100 <> 0;
UPDATE funding_charge SET due_on = %(late)s WHERE member_id %% 1000 = 1;
UPDATE funding_openitem o SET next_on = CASE WHEN c.member_id %% 1000 = 1
    THEN %(today)s + 3 ELSE c.due_on + 1 END FROM funding_charge c WHERE c.id = o.charge_id;
SET session_replication_role = DEFAULT;
VACUUM ANALYZE
"""


def main(sizes: list[int], *, as_json: bool) -> None:
    _round, charter = opened(collection=COLLECTION)
    client = at_the_desk(charter.consortium)
    values = {
        "consortium": charter.consortium_id,
        "charter": charter.pk,
        "on": ASSESSED,
        "due": DUE,
        "late": LATE,
        "today": TODAY,
    }
    done = 0
    for size in sorted(sizes):
        execute(CLEAR)
        execute(PREPARE, values | {"size": size - done, "on": PERIOD})
        done = size
        execute(BASELINE, values)
        execute(SPREAD, values)
        printed(measured(client, size), as_json=as_json)


def at_the_desk(consortium: Consortium) -> Client:
    """Return a browser in which a person of the finance staff is logged in."""
    user = User.objects.create_user("finance", "finance@example.org")
    appoint(
        consortium=consortium, user=user, role=Role.FINANCE, starts_on=PERIOD, by=None, on=PERIOD
    )
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    with time_machine.travel(datetime.combine(TODAY, datetime.min.time()), tick=True):
        client.force_login(user)
    return client


def measured(client: Client, size: int) -> dict[str, Any]:
    found = []
    with time_machine.travel(datetime.combine(TODAY, datetime.min.time()), tick=True):
        client.get("/admin/")
        for _ in range(TIMES):
            began = time.perf_counter()
            with CaptureQueriesContext(connection) as queries:
                response = client.get("/admin/")
            found.append(time.perf_counter() - began)
            assert response.status_code == 200, response.status_code
    return {
        "name": f"desk, {len(queries)} queries",
        "n": size,
        "queries": len(queries),
        "seconds": round_to(min(found)),
        "peak_mb": peak_mb(),
    }


if __name__ == "__main__":
    in_own_database(main, name="desk", about=__doc__, sizes=SIZES)
