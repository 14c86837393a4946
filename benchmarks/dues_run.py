"""A dues run over many members, against hand-written SQL that writes the same rows.

    .venv/bin/python -m benchmarks.dues_run [--sizes N ...] [--json]

For each size: members that have declared are assessed, charged and posted, once by
SQL in one transaction and once by the product in its batches, in the same database,
under the same constraints and seals, committed. The rows are compared. Prints how
many times longer the product takes than the SQL, and the most memory it took so far.
"""

import argparse
import json
import os
import resource
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
from consortium.models import Charter, Consortium  # noqa: E402
from consortium.operations.adoption import adopt_charter  # noqa: E402
from consortium.operations.charters import draft_charter  # noqa: E402
from consortium.operations.consortia import Founding, found  # noqa: E402
from funding.models import Round  # noqa: E402
from funding.operations.assess import assess  # noqa: E402
from funding.operations.rounds import open_round  # noqa: E402
from funding.reports.rounds import governing  # noqa: E402

SIZES = [10_000, 100_000]
PERIOD, ASSESSED, DUE = date(2026, 1, 1), date(2026, 2, 15), date(2026, 4, 1)

LEVY = {
    "code": "dues",
    "label": {"en": "Dues"},
    "categories": ["member"],
    "unit": "USD",
    "trigger": {"kind": "period", "anchor": "2026-01-01", "months": 12},
    "calendar": {
        "opens": {},
        "closes": {"months": 1},
        "assess": {"days": 45},
        "due": {"months": 3},
    },
    "inputs": {"sales": {"kind": "money", "label": {"en": "Sales"}}},
    "rule": [
        {"add": {"rate": "0.01", "of": "sales"}},
        {"at_least": {"const": "1000000"}},
        {"at_most": {"const": "15000000"}},
    ],
    "issue": "automatic",
}

PREPARE = """
WITH firms AS (
    INSERT INTO consortium_organization
        (uid, name_en, name_zh, kind, country, registration_number, registered_by_id)
    SELECT gen_random_uuid(), 'Member ' || n, '成员 ' || n, 'enterprise', 'US', '', %(consortium)s
    FROM generate_series(1, %(size)s) n RETURNING id
), members AS (
    INSERT INTO consortium_member (uid, consortium_id, organization_id)
    SELECT gen_random_uuid(), %(consortium)s, id FROM firms RETURNING id
), terms AS (
    INSERT INTO consortium_membershipterm (uid, member_id, category, starts_on)
    SELECT gen_random_uuid(), id, 'member', %(on)s FROM members
), declarations AS (
    INSERT INTO funding_declaration (uid, consortium_id, member_id, levy, period_starts_on,
        period_ends_on, version, grade, channel, secret, declared_on, signed_by, source)
    SELECT gen_random_uuid(), %(consortium)s, id, 'dues', %(on)s, date '2027-01-01', 1,
        'declared', 'rest', true, %(on)s, '', '' FROM members RETURNING id
)
INSERT INTO funding_declaredfigure (declaration_id, input, line, value, unit, choice)
SELECT id, 'sales', '', (id %% 2000) * 1000003.17 + 0.125, '', '' FROM declarations
"""

RUNNING = """
CASE WHEN scale(trim_scale({0})) < 2 THEN round({0}, 2) ELSE trim_scale({0}) END::text
"""

BASELINE = f"""
WITH dues AS (
    SELECT d.*, f.value AS sales, f.value * 0.01 AS rated,
        greatest(f.value * 0.01, 1000000) AS raised,
        least(greatest(f.value * 0.01, 1000000), 15000000) AS capped,
        round(least(greatest(f.value * 0.01, 1000000), 15000000), 2) AS owed
    FROM funding_declaration d JOIN funding_declaredfigure f ON f.declaration_id = d.id
    WHERE d.consortium_id = %(consortium)s
), traced AS (
    SELECT *, gen_random_uuid() AS address, jsonb_build_array(
        jsonb_build_object('code', 'add', 'amount', {RUNNING.format("rated")},
            'values', jsonb_build_object('line', 1, 'rate', '0.01', 'of', 'sales', 'input',
                sales::text, 'value', trim_scale(rated)::text, 'applied', rated <> 0)),
        jsonb_build_object('code', 'at_least', 'amount', {RUNNING.format("raised")},
            'values', jsonb_build_object('line', 2, 'const', '1000000', 'value', '1000000',
                'applied', raised <> rated)),
        jsonb_build_object('code', 'at_most', 'amount', {RUNNING.format("capped")},
            'values', jsonb_build_object('line', 3, 'const', '15000000', 'value', '15000000',
                'applied', capped <> raised)),
        jsonb_build_object('code', 'round', 'amount', owed::text,
            'values', jsonb_build_object('line', NULL, 'const', '0.01', 'value', '0.01',
                'applied', owed <> capped))) AS trace
    FROM dues
)
INSERT INTO funding_assessment (uid, consortium_id, member_id, levy, period_starts_on,
    period_ends_on, version, charter_id, declaration_id, category, inputs, trace, amount,
    unit, secret, assessed_on, digest)
SELECT address, consortium_id, member_id, levy, period_starts_on, period_ends_on, 1,
    %(charter)s, id, 'member', jsonb_build_object('sales', sales::text), trace, owed, 'USD',
    true, %(on)s, encode(sha256(convert_to(concat(address, member_id, levy, period_starts_on,
        period_ends_on, %(charter)s, id, sales, trace, owed, %(on)s), 'UTF8')), 'hex')
FROM traced;
INSERT INTO funding_charge (uid, consortium_id, member_id, assessment_id, instalment, number,
    levy, amount, unit, secret, issued_on, due_on, parties, digest)
SELECT address, consortium_id, member_id, id, 1, number, levy, amount, unit, secret, %(on)s,
    %(due)s, parties, encode(sha256(convert_to(concat(address, member_id, id, number, levy,
        amount, unit, %(on)s, %(due)s, parties), 'UTF8')), 'hex')
FROM (
    SELECT a.*, gen_random_uuid() AS address,
        '2026-' || lpad((row_number() OVER (ORDER BY a.member_id))::text,
            greatest(5, length((row_number() OVER (ORDER BY a.member_id))::text)), '0') AS number,
        jsonb_build_object(
            'issuer', jsonb_build_object('name_en', 'Benchmark', 'name_zh', '', 'account', ''),
            'on_behalf_of', jsonb_build_object('name_en', 'Benchmark', 'name_zh', ''),
            'payer', jsonb_build_object('name_en', o.name_en, 'name_zh', o.name_zh, 'country',
                o.country, 'registration_number', o.registration_number)) AS parties
    FROM funding_assessment a JOIN consortium_member m ON m.id = a.member_id
    JOIN consortium_organization o ON o.id = m.organization_id
    WHERE a.consortium_id = %(consortium)s
) AS assessed;
INSERT INTO funding_openitem (charge_id, consortium_id, next_on)
SELECT id, consortium_id, due_on + 1 FROM funding_charge WHERE consortium_id = %(consortium)s;
INSERT INTO funding_account (uid, consortium_id, kind, member_id, unit)
SELECT gen_random_uuid(), consortium_id, 'receivable', member_id, unit
FROM funding_charge WHERE consortium_id = %(consortium)s
UNION ALL SELECT gen_random_uuid(), %(consortium)s, 'levy_income', NULL, 'USD';
INSERT INTO funding_transfer (uid, consortium_id, unit, debit_id, credit_id, amount, "on", key,
    leg, charge_id)
SELECT gen_random_uuid(), c.consortium_id, c.unit, r.id, i.id, c.amount, c.issued_on,
    'charge:' || c.number, 0, c.id
FROM funding_charge c
JOIN funding_account r ON r.member_id = c.member_id AND r.kind = 'receivable'
JOIN funding_account i ON i.consortium_id = c.consortium_id AND i.kind = 'levy_income'
WHERE c.consortium_id = %(consortium)s;
"""

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
    if not as_json:
        print(
            f"{'members':>9} {'product':>10} {'SQL':>10} {'ratio':>7} {'per member':>12} {'MB':>6}"
        )
    done = 0
    for size in sorted(sizes):
        execute(PREPARE, {"consortium": round.consortium_id, "size": size - done, "on": PERIOD})
        done = size
        row = measured(round, charter, size)
        if as_json:
            print(json.dumps(row), flush=True)
        else:
            each = row["seconds"] / size * 1e6
            print(
                f"{size:>9} {row['seconds']:>8.2f} s {row['baseline_seconds']:>8.2f} s"
                f" {row['ratio']:>7.2f} {each:>9.0f} µs {row['peak_mb']:>6.0f}",
                flush=True,
            )


def opened() -> tuple[Round, Charter]:
    """Return an open round, and the charter of its consortium."""
    charter = chartered()
    due = governing(consortium=charter.consortium, levy="dues", period_starts_on=PERIOD)
    round = open_round(consortium=charter.consortium, due=due, by=None, on=PERIOD)
    assert round is not None
    return round, charter


def chartered() -> Charter:
    """Found a consortium and return the charter adopted for it."""
    founding = Founding(
        slug="benchmark",
        name_en="Benchmark",
        currency="USD",
        time_zone="UTC",
        legal_form="association",
        stage="pre_competitive",
        structure="horizontal",
        initiator="government",
        starts_on=PERIOD,
    )
    consortium: Consortium = found(founding=founding, by=None, on=PERIOD)
    draft = draft_charter(
        consortium=consortium,
        code="c",
        name_en="C",
        starts_on=PERIOD,
        sections={"dues": {"levies": [LEVY]}},
        by=None,
        on=PERIOD,
    )
    return adopt_charter(charter=draft, by=None, on=PERIOD)


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

    baseline, expected = timed(by_hand)
    product, written = timed(by_product)
    assert written == expected, "the product wrote other rows than the SQL"
    return {
        "name": "dues_run",
        "n": size,
        "seconds": round_to(product),
        "baseline_seconds": round_to(baseline),
        "ratio": round_to(product / baseline),
        "peak_mb": round_to(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def timed(work: Callable[[], None]) -> tuple[float, str]:
    """Return the seconds a run took and a digest of what it wrote, which is then forgotten."""
    execute(FORGET)
    execute("VACUUM ANALYZE")
    execute("CHECKPOINT")
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    return took, execute(WRITTEN)


def execute(sql: str, values: dict[str, Any] | None = None) -> Any:
    """Run statements one after another; returns the first value of the last, if it has one."""
    found = None
    with connection.cursor() as cursor:
        for statement in filter(None, (each.strip() for each in sql.split(";\n"))):
            cursor.execute(statement, values)
            found = cursor.fetchone() if cursor.description else None
    return found[0] if found else None


def round_to(value: float) -> float:
    return float(f"{value:.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--json", action="store_true", help="one JSON line per size")
    options = parser.parse_args()
    # A database of its own, so that the suite may run beside it.
    connection.settings_dict["TEST"]["NAME"] = "benchmark_dues_run"
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        main(options.sizes, as_json=options.json)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
