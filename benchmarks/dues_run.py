"""A dues run over many members, against hand-written SQL that writes the same rows.

    .venv/bin/python -m benchmarks.dues_run [--sizes N ...] [--json]

For each size: members that have declared are assessed, charged and posted, once by
SQL in one transaction and once by the product in its batches, in the same database,
under the same constraints and seals, committed. The rows are compared. Prints how
many times longer the product takes than the SQL, and the most memory it took so far.
"""

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
from consortium.models import Charter
from funding.models import Round
from funding.operations.assess import assess

SIZES = [10_000, 100_000]

WRITTEN = """
SELECT md5(string_agg(row, '|' ORDER BY member)) FROM (
    SELECT a.member_id AS member, concat_ws(',', a.member_id, a.inputs, a.trace, a.amount,
        a.category, c.number, c.amount, c.due_on, c.parties, o.next_on, t.amount, t.key, t."on",
        r.member_id, r.kind, i.kind) AS row
    FROM funding_assessment a
    JOIN funding_charge c ON c.assessment_id = a.id
    JOIN funding_openitem o ON o.charge_id = c.id
    JOIN funding_transfer t ON t.charge_id = c.id
    JOIN funding_account r ON r.id = t.debit_id
    JOIN funding_account i ON i.id = t.credit_id
) AS rows
"""

FORGET = """
SET session_replication_role = replica;
TRUNCATE funding_assessment, funding_charge, funding_account, funding_transfer,
    funding_creditnote, consortium_counter CASCADE;
SET session_replication_role = DEFAULT;
"""


def main(sizes: list[int], *, as_json: bool) -> None:
    round, charter = opened()
    done = 0
    for size in sorted(sizes):
        execute(PREPARE, {"consortium": round.consortium_id, "size": size - done, "on": PERIOD})
        done = size
        printed(measured(round, charter, size), as_json=as_json)


def measured(round: Round, charter: Charter, size: int) -> dict[str, Any]:
    """Return one size's figures; both runs start from the same rows and must write the same."""
    values = {
        "consortium": round.consortium_id,
        "charter": charter.pk,
        "on": ASSESSED,
        "due": DUE,
    }

    def by_hand() -> None:
        with transaction.atomic():
            execute(BASELINE, values)

    def by_product() -> None:
        batch = assess(round=round, by=None, on=ASSESSED)
        assert (batch.written, batch.refused) == (size, []), batch.refused[:3]

    baseline, expected = timed(by_hand, forget=FORGET, written=WRITTEN, values=values)
    product, written = timed(by_product, forget=FORGET, written=WRITTEN, values=values)
    assert written == expected, "the product wrote other rows than the SQL"
    return {
        "name": "dues_run",
        "n": size,
        "seconds": round_to(product),
        "baseline_seconds": round_to(baseline),
        "ratio": round_to(product / baseline),
        "peak_mb": peak_mb(),
    }


if __name__ == "__main__":
    in_own_database(main, name="dues_run", about=__doc__, sizes=SIZES)
