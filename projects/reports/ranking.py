"""Scores and ranking of a call's proposals, aggregated where the reviews are.

`projects.rules.scores` says what is computed; the SQL here computes the same, so that
a hundred thousand proposals with three reviews each need not be read one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import batched
from math import lcm
from typing import Any

from django.db import connection

from projects.models import Call
from projects.reports.terms import criteria_of, screened, section_of
from projects.rules.choices import Spread
from projects.rules.ranking import Entry, Ranked, Reach, cut, rank
from projects.rules.scores import ENOUGH, Scored
from projects.rules.section import Criterion

LEVELLED = {
    Spread.NONE: "total",
    Spread.STANDARD: f"""CASE
        WHEN count(*) OVER own = 1 THEN total
        WHEN count(*) OVER own < {ENOUGH} OR stddev_pop(total) OVER own = 0
            THEN avg(total) OVER () + total - avg(total) OVER own
        ELSE avg(total) OVER () + stddev_pop(total) OVER ()
            * (total - avg(total) OVER own) / stddev_pop(total) OVER own
        END""",
}

SCORES = """
WITH given AS (
    SELECT a.proposal_id, a.reviewer_id, {given}
    FROM projects_review r
    JOIN projects_reviewassignment a ON a.id = r.assignment_id
    JOIN projects_proposal p ON p.id = a.proposal_id
    {agreed}
    WHERE p.call_id = %(call)s AND p.submitted AND p.withdrawn_at IS NULL
        AND a.stage = %(stage)s AND a.released_on IS NULL AND r.submitted_at IS NOT NULL
),
totals AS (SELECT *, ({weighted}) * 100 / %(best)s::numeric AS total FROM given),
levelled AS (SELECT *, {levelled} AS level FROM totals WINDOW own AS (PARTITION BY reviewer_id))
SELECT proposal_id, count(*), round(avg(level), 6), {found}
FROM levelled GROUP BY proposal_id ORDER BY proposal_id
"""

ASKED = """
SELECT DISTINCT ON (v.proposal_id) v.proposal_id,
    (SELECT sum(b.amount - b.own) FROM projects_budgetline b
        JOIN projects_participant t ON t.id = b.participant_id WHERE t.version_id = v.id)
FROM projects_proposalversion v JOIN projects_proposal p ON p.id = v.proposal_id
WHERE p.call_id = %(call)s AND p.submitted AND v.submitted_at IS NOT NULL
ORDER BY v.proposal_id, v.version DESC
"""


@dataclass(frozen=True)
class Place:
    """A proposal in the ranking: what reviewers found, what it asks for, how far money goes."""

    ranked: Ranked
    scored: Scored
    asked: Decimal | None = None
    reach: Reach | None = None


@dataclass(frozen=True)
class Ranking:
    """A stage's proposals, best first; `left`: of the budget, where the call has one.

    `unscored`: how many have no review yet.
    """

    places: Sequence[Place]
    criteria: Sequence[Criterion]
    left: Decimal | None
    unscored: int


def ranking(*, call: Call, stage: int = 1) -> Ranking:
    """Return the ranking of a call's stage, in the same few queries for any number."""
    criteria = criteria_of(call)
    found = {each.proposal: each for each in scores(call, stage)}
    order = sorted(criteria, key=lambda each: -each.weight)
    entries = (
        Entry(
            each.proposal,
            each.score,
            tuple(each.means[criterion.code] for criterion in order),
            falls=bool(each.below),
        )
        for each in found.values()
    )
    ranked = rank(entries, [each.code for each in order])
    unscored = screened(call, stage).count() - len(found)
    if call.budget is None:
        places = [Place(each, found[each.proposal]) for each in ranked]
        return Ranking(places, criteria, None, unscored)
    wanted = asked(call)
    sums = [wanted.get(each.proposal) or Decimal(0) for each in ranked]
    reaches, left = cut(
        [(each.rank, amount) for each, amount in zip(ranked, sums, strict=True)], call.budget
    )
    places = [
        Place(each, found[each.proposal], amount, reach)
        for each, amount, reach in zip(ranked, sums, reaches, strict=True)
    ]
    return Ranking(places, criteria, left, unscored)


def scores(call: Call, stage: int) -> Iterator[Scored]:
    """Yield what reviewers found of a stage's proposals."""
    criteria, screening = criteria_of(call), section_of(call).screening
    if not criteria:
        return
    query = written(criteria, screening.spread)
    counts, best = scaled(criteria)
    given: dict[str, Any] = {"call": call.pk, "stage": stage, "best": best}
    for index, (each, points) in enumerate(zip(criteria, counts, strict=True)):
        given |= {f"code{index}": each.code, f"points{index}": points}
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        rows = cursor.fetchall()
    for key, count, score, *found in rows:
        yield scored(criteria, screening.flag_from, key, count, score, found)


def scored(
    criteria: Sequence[Criterion],
    flag_from: Decimal | None,
    proposal: int,
    count: int,
    score: Decimal,
    found: Sequence[Any],
) -> Scored:
    """Return a row of the query: mean, spread and whether agreed, by criterion."""
    by_code = dict(zip([each.code for each in criteria], batched(found, 3), strict=True))
    return Scored(
        proposal,
        count,
        score,
        {code: mean for code, (mean, _, _) in by_code.items()},
        {code: spread for code, (_, spread, _) in by_code.items()},
        tuple(
            code
            for code, (_, spread, agreed) in by_code.items()
            if flag_from is not None and spread >= flag_from and not agreed
        ),
        tuple(
            each.code
            for each in criteria
            if each.threshold is not None and by_code[each.code][0] < each.threshold
        ),
    )


def written(criteria: Sequence[Criterion], spread: Spread) -> str:
    """Return the query with a few columns for each criterion; values stay parameters."""
    numbers = range(len(criteria))
    raw = "(r.scores->>%(code{0})s)::numeric"
    return SCORES.format(
        given=", ".join(
            f"{raw} AS given{{0}}, coalesce(k{{0}}.score, {raw}) AS score{{0}},"
            " k{0}.id IS NOT NULL AS agreed{0}".format(n)
            for n in numbers
        ),
        agreed="\n".join(
            f"LEFT JOIN projects_consensus k{n} ON k{n}.proposal_id = p.id"
            f" AND k{n}.stage = %(stage)s AND k{n}.criterion = %(code{n})s"
            for n in numbers
        ),
        weighted=" + ".join(f"%(points{n})s::numeric * score{n}" for n in numbers),
        levelled=LEVELLED[spread],
        found=", ".join(
            f"round(avg(score{n}), 6), max(given{n}) - min(given{n}), bool_or(agreed{n})"
            for n in numbers
        ),
    )


def scaled(criteria: Sequence[Criterion]) -> tuple[list[Decimal], Decimal]:
    """Return what a point of each criterion counts, as whole numbers, and what the best total does.

    So that the sums are exact and only one division rounds.
    """
    points = [Fraction(each.weight) / each.top for each in criteria]
    common = lcm(*(each.denominator for each in points))
    counts = [Decimal(int(each * common)) for each in points]
    best = sum(
        (count * each.top for count, each in zip(counts, criteria, strict=True)), start=Decimal(0)
    )
    return counts, best


def asked(call: Call) -> dict[int, Decimal]:
    """Return what each proposal asks for in its last version: its cost less own money."""
    with connection.cursor() as cursor:
        cursor.execute(ASKED, {"call": call.pk})
        return dict(cursor.fetchall())
