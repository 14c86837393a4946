"""What the benchmarks share: a database of their own, members with declarations, timing.

Importing it starts the servers.
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
from django.db import connection

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
from funding.operations.rounds import open_round  # noqa: E402
from funding.reports.rounds import governing  # noqa: E402

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
    INSERT INTO consortium_membershipterm (uid, member_id, category, starts_on, "left")
    SELECT gen_random_uuid(), id, 'member', %(on)s, '' FROM members
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


def opened(**sections: Any) -> tuple[Round, Charter]:
    """Return an open round, and the charter of its consortium, with more sections if given."""
    charter = chartered(sections)
    due = governing(consortium=charter.consortium, levy="dues", period_starts_on=PERIOD)
    round = open_round(consortium=charter.consortium, due=due, by=None, on=PERIOD)
    assert round is not None
    return round, charter


def chartered(sections: dict[str, Any]) -> Charter:
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
        sections={"dues": {"levies": [LEVY]}, **sections},
        by=None,
        on=PERIOD,
    )
    return adopt_charter(charter=draft, by=None, on=PERIOD)


def timed(
    work: Callable[[], object], *, forget: str, written: str, values: dict[str, Any]
) -> tuple[float, str]:
    """Return the seconds a run took and a digest of what it wrote; before, it is forgotten."""
    execute(forget, values)
    execute("VACUUM ANALYZE")
    execute("CHECKPOINT")
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    return took, execute(written, values)


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


def peak_mb() -> float:
    """Return the most memory the process took so far."""
    return round_to(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def printed(row: dict[str, Any], *, as_json: bool) -> None:
    """Print one result: a line of JSON, or in words."""
    if as_json:
        print(json.dumps(row), flush=True)
        return
    said = f"{row['name']:<20} {row['n']:>9} {row['seconds']:>9.3f} s"
    if "ratio" in row:
        said += f"   SQL {row['baseline_seconds']:>9.3f} s   ratio {row['ratio']:>6.2f}"
    print(f"{said}   {row['peak_mb']:.0f} MB", flush=True)


def in_own_database(main: Callable[..., None], *, name: str, about: str, sizes: list[int]) -> None:
    """Run a benchmark by its command line in a database of its own.

    So the suite may run beside it.
    """
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=sizes, metavar="N")
    parser.add_argument("--json", action="store_true", help="one JSON line per result")
    options = parser.parse_args()
    connection.settings_dict["TEST"]["NAME"] = f"benchmark_{name}"
    created = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        main(options.sizes, as_json=options.json)
    finally:
        connection.creation.destroy_test_db(created, verbosity=0)
