"""The ranking of one call, against the bare query over the same reviews.

    .venv/bin/python -m benchmarks.screening [--sizes N ...] [--json]

For each size: so many proposals with three reviews each are written by SQL, in a
transaction that is rolled back in the end. The bare query is one weighted mean per
proposal, ordered, as one would write it by hand. Prints how many times longer the
product takes for the first page of the ranking (ties broken and explained, thresholds, flags, the
budget's line), in how many queries, and who could review what for a tenth of them.
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
from django.test.utils import CaptureQueriesContext

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
embedded.hold()
django.setup()

# Django's models can only be imported once it is set up.
from consortium.models import Charter, CharterSection, Consortium, Member, Organization, User  # noqa: E402
from consortium.operations.consortia import Founding, found  # noqa: E402
from projects.models import Call  # noqa: E402
from projects.reports.ranking import ranking  # noqa: E402
from projects.rules.assignment import assign  # noqa: E402

SIZES = [10_000, 100_000]
ON = date(2026, 1, 1)
SECTION = {
    "initiative": "top_down",
    "screening": {
        "by": "experts",
        "reviewers": 3,
        "flag_from": "3",
        "criteria": [
            {"code": "novelty", "label": {"en": "Novelty"}, "weight": "2"},
            {"code": "use", "label": {"en": "Use"}, "weight": "1", "threshold": "1"},
            {"code": "team", "label": {"en": "Team"}, "weight": "1"},
        ],
    },
    "decisions": [{"authority": "members"}],
}

ROWS = """
INSERT INTO projects_proposal
    (uid, consortium_id, call_id, lead_id, number, submitted)
    SELECT gen_random_uuid(), %(consortium)s, %(call)s, %(lead)s, 'N' || n, true
    FROM generate_series(1, %(size)s) n;
INSERT INTO projects_proposalversion
    (uid, proposal_id, version, stage, title, summary, theme, content, flags, submitted_at, digest)
    SELECT gen_random_uuid(), id, 1, 1, 't', '', '', '{{}}', '[]', now(), 'd'
    FROM projects_proposal WHERE call_id = %(call)s;
INSERT INTO projects_reviewassignment
    (uid, consortium_id, proposal_id, reviewer_id, stage, assigned_on, due_on, extension, release)
    SELECT gen_random_uuid(), %(consortium)s, p.id, u.id, 1, %(on)s, %(on)s, '', ''
    FROM projects_proposal p,
        LATERAL (SELECT id FROM consortium_user WHERE username LIKE 'judge%%'
            ORDER BY md5(p.id::text || id::text) LIMIT 3) u
    WHERE p.call_id = %(call)s;
INSERT INTO projects_review
    (uid, consortium_id, assignment_id, scores, comment, feedback, submitted_at, digest)
    SELECT gen_random_uuid(), %(consortium)s, a.id, jsonb_build_object(
        'novelty', (floor(random() * 11) / 2)::text, 'use', (floor(random() * 11) / 2)::text,
        'team', (floor(random() * 11) / 2)::text), '', '', now(), 'd'
    FROM projects_reviewassignment a JOIN projects_proposal p ON p.id = a.proposal_id
    WHERE p.call_id = %(call)s;
ANALYZE projects_proposal, projects_proposalversion, projects_reviewassignment, projects_review;
""".replace("{{}}", "{}")

BARE = """
SELECT a.proposal_id, avg((2 * (r.scores->>'novelty')::numeric + (r.scores->>'use')::numeric
    + (r.scores->>'team')::numeric) / 4 * 20) AS score
FROM projects_review r
JOIN projects_reviewassignment a ON a.id = r.assignment_id
JOIN projects_proposal p ON p.id = a.proposal_id
WHERE p.call_id = %(call)s AND p.submitted AND a.stage = 1 AND a.released_on IS NULL
    AND r.submitted_at IS NOT NULL
GROUP BY a.proposal_id ORDER BY score DESC
"""


def prepared(size: int) -> Call:
    """Write a call with so many proposals and three reviews of each."""
    founding = Founding(
        slug="benchmark-screening", name_en="Benchmark", currency="CNY", time_zone="UTC",
        language="en", legal_form="contract", stage="key_technology", structure="vertical",
        initiator="enterprise", starts_on=ON,
    )  # fmt: skip
    consortium: Consortium = found(founding=founding, by=None, on=ON)
    charter = Charter.objects.create(
        consortium=consortium, code="rules", name_en="Rules", starts_on=ON
    )
    CharterSection.objects.create(charter=charter, code="projects", version=1, body=SECTION)
    firm = Organization.objects.create(name_en="Firm", kind="enterprise", country="CN")
    lead = Member.objects.create(consortium=consortium, organization=firm)
    User.objects.bulk_create(User(username=f"judge{n}") for n in range(60))
    call = Call.objects.create(
        consortium=consortium, charter=charter, code="call", name_en="Call",
        initiative="top_down", unit="CNY", budget=1000,
        opens_at="2026-01-01T00:00Z", closes_at="2026-02-01T00:00Z",
    )  # fmt: skip
    given = {
        "consortium": consortium.pk, "call": call.pk, "lead": lead.pk, "size": size, "on": ON,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in ROWS.split(";\n")[:-1]:
            cursor.execute(statement, given)
    return Call.objects.select_related("charter", "consortium").get(pk=call.pk)


def timed(run: Callable[[], Any], times: int = 3) -> float:
    """Return the best of a few runs, in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def bare(call: Call) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(BARE, {"call": call.pk})
        return list(cursor.fetchall())


def measured(size: int) -> dict[str, Any]:
    with transaction.atomic():
        call = prepared(size)
        by_hand = timed(lambda: bare(call))
        ours = timed(lambda: ranking(call=call, most=100))
        with CaptureQueriesContext(connection) as queries:
            places = ranking(call=call).places
        assert len(places) == len(bare(call)) == size
        transaction.set_rollback(True)
    some = size // 10
    allowed = {each: [(each + n * 7) % 60 for n in range(40)] for each in range(some)}
    optimizer = timed(
        lambda: assign(wanted=dict.fromkeys(range(some), 3), allowed=allowed, load={}), 1
    )
    return {
        "proposals": size,
        "bare_s": round(by_hand, 3),
        "ranking_s": round(ours, 3),
        "ratio": round(ours / by_hand, 2),
        "queries": len(queries),
        "assigned": some,
        "assign_s": round(optimizer, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for size in options.sizes:
        found = measured(size)
        if options.json:
            print(json.dumps(found))
        else:
            print(" ".join(f"{name}={value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
