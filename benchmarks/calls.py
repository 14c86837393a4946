"""What the benchmarks of projects share: a call, proposals, reviewers and their reviews.

Importing it starts the servers. Each benchmark runs in a transaction that is rolled back.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import django
from django.db import connection, transaction

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
embedded.hold()
django.setup()

# Django's models can only be imported once it is set up.
from consortium.models import Charter, CharterSection, Consortium, User  # noqa: E402
from consortium.operations.consortia import Founding, found  # noqa: E402
from projects.models import Call  # noqa: E402

ON = date(2026, 1, 1)
REVIEWERS, FIRMS = 60, 300

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

PEOPLE = """
INSERT INTO consortium_organization
    (uid, name_en, name_zh, kind, country, registration_number, registered_by_id)
    SELECT gen_random_uuid(), 'Firm ' || n, '', 'enterprise', 'US', '', %(consortium)s
    FROM generate_series(1, %(firms)s) n;
INSERT INTO consortium_member (uid, consortium_id, organization_id)
    SELECT gen_random_uuid(), %(consortium)s, id FROM consortium_organization
    WHERE registered_by_id = %(consortium)s;
CREATE TEMPORARY TABLE firm ON COMMIT DROP AS SELECT id AS member, organization_id AS organization,
    row_number() OVER (ORDER BY id) - 1 AS n
    FROM consortium_member WHERE consortium_id = %(consortium)s;
CREATE TEMPORARY TABLE judge ON COMMIT DROP AS
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n
    FROM consortium_user WHERE username LIKE 'judge%%'
"""

PROPOSALS = """
INSERT INTO projects_proposal
    (uid, consortium_id, call_id, lead_id, number, submitted, withdrawal_signatory)
    SELECT gen_random_uuid(), %(consortium)s, %(call)s, f.member, 'N' || i, true, ''
    FROM generate_series(1, %(size)s) AS s (i) JOIN firm f ON f.n = i %% %(firms)s;
INSERT INTO projects_proposalversion
    (uid, proposal_id, version, stage, title, summary, theme, content, flags, submitted_at, digest)
    SELECT gen_random_uuid(), id, 1, 1, 't', '', '', '{}', '[]', NULL, ''
    FROM projects_proposal WHERE call_id = %(call)s;
INSERT INTO projects_participant (uid, consortium_id, version_id, organization_id, member_id, part,
    work_share, cost_share, signatory)
    SELECT gen_random_uuid(), %(consortium)s, v.id, f.organization, f.member,
        CASE WHEN k = 0 THEN 'lead' ELSE 'partner' END, 0.25, 0.25, ''
    FROM projects_proposalversion v JOIN projects_proposal p ON p.id = v.proposal_id,
        generate_series(0, %(parties)s - 1) k, firm f
    WHERE p.call_id = %(call)s AND f.n = (p.id + 71 * k) %% %(firms)s;
INSERT INTO projects_budgetline (participant_id, category, year, amount, own)
    SELECT t.id, 'staff', 2026, 100 + t.id %% 900, t.id %% 90
    FROM projects_participant t WHERE t.consortium_id = %(consortium)s;
UPDATE projects_proposalversion v SET submitted_at = now(), digest = 'd'
    FROM projects_proposal p WHERE p.id = v.proposal_id AND p.call_id = %(call)s;
ANALYZE consortium_member, consortium_organization, projects_proposal, projects_proposalversion,
    projects_participant, projects_budgetline
"""

REVIEWS = """
INSERT INTO projects_reviewassignment
    (uid, consortium_id, proposal_id, reviewer_id, stage, assigned_on, due_on, extension, release)
    SELECT gen_random_uuid(), %(consortium)s, p.id, u.id, 1, %(on)s, %(on)s, '', ''
    FROM projects_proposal p, generate_series(0, 2) k, judge u
    WHERE p.call_id = %(call)s AND u.n = (p.id * 7 + k * 19) %% %(reviewers)s;
INSERT INTO projects_review
    (uid, consortium_id, assignment_id, scores, comment, feedback, submitted_at, digest)
    SELECT gen_random_uuid(), %(consortium)s, a.id, jsonb_build_object(
        'novelty', (floor(random() * 11) / 2)::text, 'use', (floor(random() * 11) / 2)::text,
        'team', (floor(random() * 11) / 2)::text), '', '', now(), 'd'
    FROM projects_reviewassignment a JOIN projects_proposal p ON p.id = a.proposal_id
    WHERE p.call_id = %(call)s;
ANALYZE projects_reviewassignment, projects_review
"""


def opened(*, budget: int) -> Call:
    """Found a consortium with members, reviewers and a call that has closed."""
    founding = Founding(
        slug="benchmark-call", name_en="Benchmark", currency="CNY", time_zone="UTC",
        language="en", legal_form="contract", stage="key_technology", structure="vertical",
        initiator="enterprise", starts_on=ON,
    )  # fmt: skip
    consortium: Consortium = found(founding=founding, by=None, on=ON)
    charter = Charter.objects.create(
        consortium=consortium, code="rules", name_en="Rules", starts_on=ON
    )
    CharterSection.objects.create(charter=charter, code="projects", version=1, body=SECTION)
    User.objects.bulk_create(User(username=f"judge{n:03}") for n in range(REVIEWERS))
    call = Call.objects.create(
        consortium=consortium, charter=charter, code="call", name_en="Call",
        initiative="top_down", unit="CNY", budget=budget,
        opens_at=datetime(2026, 1, 1, tzinfo=UTC), closes_at=datetime(2026, 2, 1, tzinfo=UTC),
    )  # fmt: skip
    write(PEOPLE, call)
    return Call.objects.select_related("charter", "consortium").get(pk=call.pk)


def write(sql: str, call: Call, **more: Any) -> None:
    """Run statements one after another."""
    values = {
        "consortium": call.consortium_id, "call": call.pk, "on": ON, "firms": FIRMS,
        "reviewers": REVIEWERS, **more,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in sql.split(";\n"):
            cursor.execute(statement, values)


def best(*runs: Callable[[], Any], times: int = 3) -> list[float]:
    """Return the shortest of a few runs of each, in seconds; they take turns."""
    taken: list[list[float]] = [[] for _ in runs]
    for _ in range(times):
        for run, own in zip(runs, taken, strict=True):
            start = time.perf_counter()
            run()
            own.append(time.perf_counter() - start)
    return [min(each) for each in taken]


def in_rolled_back(
    measured: Callable[[int], dict[str, Any]], *, about: str, sizes: list[int]
) -> None:
    """Run a benchmark by its command line, each size in a transaction that is rolled back."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=sizes, metavar="N")
    parser.add_argument("--json", action="store_true", help="one JSON line per size")
    options = parser.parse_args()
    for size in options.sizes:
        with transaction.atomic():
            found = measured(size)
            transaction.set_rollback(True)
        said = " ".join(f"{name}={value}" for name, value in found.items())
        print(json.dumps(found) if options.json else said, flush=True)
