"""The ranking and the lists of one call, against the bare queries for the same rows.

    .venv/bin/python -m benchmarks.screening [--sizes N ...] [--json]

For each size: so many proposals with three reviews and what they ask for are written by SQL,
in a transaction that is rolled back in the end. The bare query of the ranking is what one
would write by hand to rank all of them: weighted mean, ties broken by criterion, the amount
asked for; that of a list is the page with what it shows, of those that the reader may see: as
staff, lead, participant or reviewer, by the appointments of the day. They take turns with the
product, and the shortest time of each counts. Prints how many times longer the product takes for
the first page of the ranking (thresholds, flags, ties explained, the budget's line besides), for
the list over REST of all and of one call's that were not withdrawn, and in how many queries.
Of a list the time of its queries counts, who may see what included; `page_s` is all of it.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.calls import ON, PROPOSALS, REVIEWS, best, in_rolled_back, opened, write

# isort: split
# What follows can only be imported once Django is set up.
from rest_framework.test import APIRequestFactory, force_authenticate

from consortium.models import Appointment, User
from consortium.states import Role
from projects.api.proposals import ProposalViewSet
from projects.models import Call
from projects.reports.ranking import ranking

PROPOSAL_LIST = ProposalViewSet.as_view({"get": "list"})
SIZES = [10_000, 100_000]

RANKED = """
WITH scored AS (
    SELECT a.proposal_id, avg((2 * (r.scores->>'novelty')::numeric + (r.scores->>'use')::numeric
            + (r.scores->>'team')::numeric) / 4 * 20) AS score,
        avg((r.scores->>'novelty')::numeric) AS novelty, avg((r.scores->>'use')::numeric) AS use,
        avg((r.scores->>'team')::numeric) AS team
    FROM projects_review r
    JOIN projects_reviewassignment a ON a.id = r.assignment_id
    JOIN projects_proposal p ON p.id = a.proposal_id
    WHERE p.call_id = %(call)s AND p.submitted AND p.withdrawn_at IS NULL
        AND a.stage = 1 AND a.released_on IS NULL AND r.submitted_at IS NOT NULL
    GROUP BY a.proposal_id
), asked AS (
    SELECT v.proposal_id, sum(b.amount - b.own) AS asked
    FROM projects_proposalversion v JOIN projects_proposal p ON p.id = v.proposal_id
    JOIN projects_participant t ON t.version_id = v.id
    JOIN projects_budgetline b ON b.participant_id = t.id
    WHERE p.call_id = %(call)s AND v.submitted_at IS NOT NULL AND v.version = (
        SELECT max(version) FROM projects_proposalversion w
        WHERE w.proposal_id = v.proposal_id AND w.submitted_at IS NOT NULL)
    GROUP BY v.proposal_id
)
SELECT rank() OVER (ORDER BY score DESC, novelty DESC, use DESC, team DESC), proposal_id, asked
FROM scored LEFT JOIN asked USING (proposal_id)
ORDER BY score DESC, novelty DESC, use DESC, team DESC
"""

LISTED = """
WITH mine AS (
    SELECT role, consortium_id, organization_id FROM consortium_appointment
    WHERE user_id = %(user)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)
), spoken AS (
    SELECT consortium_id, organization_id FROM mine
    WHERE role IN ('signatory', 'technical_contact', 'finance_contact')
), beside AS (
    SELECT v.proposal_id FROM spoken s
    JOIN projects_participant t USING (consortium_id, organization_id)
    JOIN projects_proposalversion v ON v.id = t.version_id
), page AS (
    SELECT p.*, l.uid AS member, o.name_en, o.name_zh,
        p.submitted AND p.consortium_id IN (SELECT consortium_id FROM mine
            WHERE role IN ('secretary', 'projects', 'auditor')) AS staff,
        (p.consortium_id, l.organization_id) IN (TABLE spoken)
            OR p.id IN (TABLE beside) AS party,
        EXISTS (SELECT FROM consortium_chartersection c WHERE c.charter_id = k.charter_id
            AND c.code = 'projects' AND c.body #> '{{screening,blind}}' = 'true') AS blind
    FROM projects_proposal p
    JOIN projects_call k ON k.id = p.call_id
    JOIN consortium_member l ON l.id = p.lead_id
    JOIN consortium_organization o ON o.id = l.organization_id
    WHERE p.consortium_id = %(consortium)s {more} AND (
        p.submitted AND p.consortium_id IN (SELECT consortium_id FROM mine
            WHERE role IN ('secretary', 'projects', 'auditor'))
        OR (p.consortium_id, l.organization_id) IN (TABLE spoken) OR p.id IN (TABLE beside)
        OR p.submitted AND p.consortium_id IN (SELECT consortium_id FROM mine
            WHERE role = 'reviewer') AND p.id IN (
            SELECT proposal_id FROM projects_reviewassignment
            WHERE reviewer_id = %(user)s AND released_on IS NULL))
    ORDER BY p.created_at, p.id LIMIT 51
)
SELECT p.uid, p.number, p.submitted, p.invited_on, p.withdrawn_at, n.slug, c.uid, c.code,
    CASE WHEN p.staff OR p.party OR NOT p.blind THEN p.member END, p.name_en, p.name_zh,
    v.uid, v.version, v.stage, v.title, v.theme, v.submitted_at, v.digest
FROM page p JOIN consortium_consortium n ON n.id = p.consortium_id
JOIN projects_call c ON c.id = p.call_id
JOIN projects_proposalversion v ON v.proposal_id = p.id
    AND (v.submitted_at IS NOT NULL OR p.party)
ORDER BY p.created_at, p.id, v.version
"""

FILTERED = "AND p.call_id = %(call)s AND p.withdrawn_at IS NULL"


def measured(size: int) -> dict[str, Any]:
    call = opened(budget=size * 50)
    write(PROPOSALS, call, size=size, parties=1)
    write(REVIEWS, call)
    found: dict[str, Any] = {"proposals": size}
    found |= compared("ranking", RANKED, lambda: ranking(call=call, most=100).places, call)
    assert ranking(call=call, most=1).scored == size
    everything: dict[str, str] = {"consortium": call.consortium.slug}
    some = {**everything, "call": str(call.uid), "withdrawn": "false"}
    staff = reader(call)
    for name, more, filters in (("list", "", everything), ("filter", FILTERED, some)):
        bare = LISTED.format(more=more)
        ours = partial(page, staff, filters)
        found |= compared(name, bare, ours, call, reading=staff.pk)
    return found


def reader(call: Call) -> User:
    user = User.objects.create(username="staff")
    Appointment.objects.create(
        user=user, consortium=call.consortium, role=Role.PROJECTS, starts_on=ON
    )
    return user


def page(user: User, filters: dict[str, str]) -> list[Any]:
    """Return the first page of the list that a user reads over REST."""
    request = APIRequestFactory(SERVER_NAME="localhost").get("/api/v1/proposals/", filters)
    force_authenticate(request, user)
    response = PROPOSAL_LIST(request)
    assert response.status_code == 200, response.data
    rows: list[Any] = response.data["results"]
    return rows


def compared(
    name: str, sql: str, ours: Callable[[], list[Any]], call: Call, *, reading: int | None = None
) -> dict[str, Any]:
    """Return how long a page takes, how many times its bare query, and in how many queries."""

    given = {"call": call.pk, "consortium": call.consortium_id, "user": reading, "on": ON}

    def bare() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            return list(cursor.fetchall())

    with CaptureQueriesContext(connection) as queries:
        assert ours()
    assert bare()
    by_hand, product = best(bare, ours)
    found = {f"{name}_bare_s": round(by_hand, 3), f"{name}_queries": len(queries)}
    if reading:
        found[f"{name}_page_s"] = round(product, 3)
        product = min(in_queries(ours) for _ in range(3))
    return found | {f"{name}_s": round(product, 3), f"{name}_ratio": round(product / by_hand, 2)}


def in_queries(run: Callable[[], Any]) -> float:
    """Return the seconds that a run spends in its queries."""
    spent = 0.0

    def timed(execute: Any, *arguments: Any) -> Any:
        nonlocal spent
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            spent += time.perf_counter() - began

    with connection.execute_wrapper(timed):
        run()
    return spent


if __name__ == "__main__":
    in_rolled_back(measured, about=__doc__, sizes=SIZES)
