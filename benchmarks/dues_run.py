"""A dues run over many members, against hand-written SQL that writes the same rows.

    .venv/bin/python -m benchmarks.dues_run [MEMBERS ...]

Prints, for each size, how many times longer the product takes than the SQL in the
same run and database, under the same constraints and seals, and the time per
member, which stays flat when the run is linear.
"""

import os
import sys
import time
from datetime import date
from decimal import Decimal

import django
from django.db import connection, transaction

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
embedded.hold()
django.setup()

# Django's models can only be imported once it is set up.
from consortium.models import (  # noqa: E402
    Charter,
    Consortium,
    Member,
    MembershipTerm,
    Organization,
)
from consortium.operations.adoption import adopt_charter  # noqa: E402
from consortium.operations.charters import draft_charter  # noqa: E402
from consortium.operations.consortia import Founding, found  # noqa: E402
from funding.models import Declaration, DeclaredFigure, Round, Transfer  # noqa: E402
from funding.operations.assessments import assess  # noqa: E402
from funding.operations.charges import issue_charges  # noqa: E402
from funding.operations.rounds import open_round  # noqa: E402
from funding.reports.rounds import governing  # noqa: E402

PERIOD, ASSESSED = date(2026, 1, 1), date(2026, 2, 15)

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
        {"round": {"const": "0.01"}},
    ],
    "issue": "automatic",
}

BASELINE = """
INSERT INTO funding_assessment (uid, consortium_id, member_id, levy, period_starts_on,
    period_ends_on, version, charter_id, declaration_id, category, inputs, trace, amount,
    unit, secret, assessed_on, digest)
SELECT gen_random_uuid(), d.consortium_id, d.member_id, d.levy, d.period_starts_on,
    d.period_ends_on, 1, %(charter)s, d.id, 'member',
    jsonb_build_object('sales', f.value::text), '[]'::jsonb,
    round(least(greatest(f.value * 0.01, 1000000), 15000000), 2),
    'USD', true, %(on)s, encode(sha256(d.uid::text::bytea), 'hex')
FROM funding_declaration d JOIN funding_declaredfigure f ON f.declaration_id = d.id
WHERE d.consortium_id = %(consortium)s;
INSERT INTO funding_charge (uid, consortium_id, member_id, assessment_id, instalment, number,
    levy, amount, unit, secret, issued_on, due_on, parties, digest)
SELECT gen_random_uuid(), consortium_id, member_id, id, 1,
    '2026-' || lpad((row_number() OVER (ORDER BY member_id))::text, 5, '0'), levy, amount, unit,
    secret, %(on)s, %(due)s, '{}'::jsonb, digest
FROM funding_assessment WHERE consortium_id = %(consortium)s;
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


def main(sizes: list[int]) -> None:
    print(f"{'members':>9} {'product':>10} {'SQL':>10} {'ratio':>7} {'per member':>12}")
    for size in sizes:
        product = measured(size, by_hand=False)
        by_hand = measured(size, by_hand=True)
        each = product / size * 1e6
        ratio = product / by_hand
        print(f"{size:>9} {product:>8.2f} s {by_hand:>8.2f} s {ratio:>7.1f} {each:>9.0f} µs")


def measured(size: int, *, by_hand: bool) -> float:
    """Return the seconds of one run over fresh members, written and rolled back."""
    with transaction.atomic():
        round, charter = prepared(size)
        values = {
            "consortium": round.consortium_id,
            "charter": charter.pk,
            "on": ASSESSED,
            "due": date(2026, 3, 31),
        }
        began = time.perf_counter()
        if by_hand:
            with connection.cursor() as cursor:
                for statement in BASELINE.split(";\n")[:-1]:
                    cursor.execute(statement, values)
        else:
            assess(round=round, by=None, on=ASSESSED)
            issue_charges(round=round, by=None, on=ASSESSED)
        took = time.perf_counter() - began
        written = Transfer.objects.filter(consortium=round.consortium).count()
        assert written == size, written
        transaction.set_rollback(True)
    return took


def prepared(size: int) -> tuple[Round, Charter]:
    """Return an open round in which every member has declared, and its charter."""
    charter = chartered()
    consortium = charter.consortium
    declare(consortium, enrolled(consortium, size))
    due = governing(consortium=consortium, levy="dues", period_starts_on=PERIOD)
    opened = open_round(consortium=consortium, due=due, by=None, on=PERIOD)
    assert opened is not None
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return opened, charter


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
    draft = draft_charter(
        consortium=found(founding=founding, by=None, on=PERIOD),
        code="c",
        name_en="C",
        starts_on=PERIOD,
        sections={"dues": {"levies": [LEVY]}},
        by=None,
        on=PERIOD,
    )
    return adopt_charter(charter=draft, by=None, on=PERIOD)


def enrolled(consortium: Consortium, size: int) -> list[Member]:
    """Return fresh members, each of its own organization and under the levy's category."""
    organizations = Organization.objects.bulk_create(
        Organization(name_en=f"Member {n}", kind="enterprise", country="US") for n in range(size)
    )
    members = Member.objects.bulk_create(
        Member(consortium=consortium, organization=each) for each in organizations
    )
    MembershipTerm.objects.bulk_create(
        MembershipTerm(member=each, category="member", starts_on=PERIOD) for each in members
    )
    return members


def declare(consortium: Consortium, members: list[Member]) -> None:
    """Record what every member has sold, each another amount."""
    declarations = Declaration.objects.bulk_create(
        Declaration(
            consortium=consortium,
            member=each,
            levy="dues",
            period_starts_on=PERIOD,
            period_ends_on=date(2027, 1, 1),
            grade="declared",
            channel="rest",
            secret=True,
            declared_on=PERIOD,
        )
        for each in members
    )
    DeclaredFigure.objects.bulk_create(
        DeclaredFigure(declaration=each, input="sales", value=Decimal(n * 1_000_003))
        for n, each in enumerate(declarations)
    )


if __name__ == "__main__":
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        main([int(size) for size in sys.argv[1:]] or [1000, 4000])
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
