"""The arrears sweep over many open charges, against SQL that finds and marks the due ones.

    .venv/bin/python -m benchmarks.arrears [--sizes N ...] [--json]

For each size: so many members have an open charge, and the first level of the ladder is
due for one in a hundred. Once bare SQL finds those, writes their steps and sets when they
are looked at next, once the sweep does, in the same database, committed; the rows are
compared. They take turns a few times, since what else the machine does falls on both alike,
and the shortest time of each counts. Then the sweep runs on a day on which nothing is due.
Prints how many times longer the product takes than the SQL, and how long it takes to find
nothing.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction

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
    timed,
)
from consortium.models import Consortium
from funding.operations.dunning import dun

SIZES = [10_000, 100_000]
TIMES = 3
FIRST, SECOND = 15, 45
LATE = DUE + timedelta(days=FIRST)

COLLECTION = {
    "ladder": [
        {"code": "first", "label": {"en": "First"}, "after": {"days": FIRST}},
        {"code": "second", "label": {"en": "Second"}, "after": {"days": SECOND}},
    ]
}

SPREAD = """
SET session_replication_role = replica;
UPDATE funding_charge SET due_on = due_on + 365 WHERE member_id %% 100 <> 0;
UPDATE funding_openitem o SET next_on = CASE WHEN c.member_id %% 100 = 0
    THEN %(late)s ELSE c.due_on + 1 END FROM funding_charge c WHERE c.id = o.charge_id;
SET session_replication_role = DEFAULT
"""

MARK = """
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT c.id, c.member_id, c.unit, c.due_on,
    sum(CASE WHEN d.kind = 'receivable' THEN t.amount ELSE -t.amount END) AS open
FROM funding_openitem o JOIN funding_charge c ON c.id = o.charge_id
JOIN funding_transfer t ON t.charge_id = c.id JOIN funding_account d ON d.id = t.debit_id
WHERE o.consortium_id = %(consortium)s AND o.next_on <= %(late)s
GROUP BY c.id;
INSERT INTO funding_dunningstep (uid, consortium_id, member_id, charge_id, level, position, "on",
    amount, unit)
SELECT gen_random_uuid(), %(consortium)s, member_id, id, 'first', 1, %(late)s, open, unit
FROM due WHERE open > 0;
UPDATE funding_openitem o SET next_on = due.due_on + %(second)s FROM due WHERE due.id = o.charge_id
"""

WRITTEN = """
SELECT md5(string_agg(concat_ws(',', o.charge_id, o.next_on, s.level, s.position, s."on", s.amount,
    s.unit, s.member_id), '|' ORDER BY o.charge_id))
FROM funding_openitem o LEFT JOIN funding_dunningstep s ON s.charge_id = o.charge_id
"""

CLEAR = """
SET session_replication_role = replica;
TRUNCATE funding_assessment, funding_charge, funding_account, funding_transfer,
    funding_openitem CASCADE;
SET session_replication_role = DEFAULT
"""

FORGET = """
SET session_replication_role = replica;
TRUNCATE funding_dunningstep CASCADE;
UPDATE funding_openitem o SET next_on = %(late)s
    FROM funding_charge c WHERE c.id = o.charge_id AND c.member_id %% 100 = 0;
SET session_replication_role = DEFAULT
"""


def main(sizes: list[int], *, as_json: bool) -> None:
    round, charter = opened(collection=COLLECTION)
    values = {
        "consortium": round.consortium_id,
        "charter": charter.pk,
        "on": ASSESSED,
        "due": DUE,
        "late": LATE,
        "second": SECOND,
    }
    done = 0
    for size in sorted(sizes):
        execute(CLEAR)
        execute(PREPARE, values | {"size": size - done, "on": PERIOD})
        done = size
        execute(BASELINE, values)
        execute(SPREAD, values)
        for row in measured(charter.consortium, size, values):
            printed(row, as_json=as_json)


def measured(consortium: Consortium, size: int, values: dict[str, Any]) -> list[dict[str, Any]]:
    def by_hand() -> None:
        with transaction.atomic():
            execute(MARK, values)

    def by_sweep() -> None:
        assert dun(consortium=consortium, on=LATE) == size // 100

    def idle() -> None:
        assert dun(consortium=consortium, on=LATE) == 0

    pairs = []
    for _ in range(TIMES):
        hand, expected = timed(by_hand, forget=FORGET, written=WRITTEN, values=values)
        sweep, written = timed(by_sweep, forget=FORGET, written=WRITTEN, values=values)
        assert written == expected, "the sweep wrote other rows than the SQL"
        pairs.append((hand, sweep))
    baseline, product = (min(each) for each in zip(*pairs, strict=True))
    nothing, _same = timed(idle, forget="SELECT 1", written=WRITTEN, values=values)
    common = {"n": size, "peak_mb": peak_mb()}
    return [
        {
            "name": "arrears_sweep",
            **common,
            "seconds": round_to(product),
            "baseline_seconds": round_to(baseline),
            "ratio": round_to(product / baseline),
        },
        {"name": "arrears_sweep_idle", **common, "seconds": round_to(nothing)},
    ]


if __name__ == "__main__":
    in_own_database(main, name="arrears", about=__doc__, sizes=SIZES)
