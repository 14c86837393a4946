"""Scores and ranking of a call's proposals, aggregated where the reviews are.

`projects.rules.scores` says what is computed; the SQL here computes the same, so that
a hundred thousand proposals with three reviews each need not be read one by one.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import batched
from math import lcm
from typing import Any

from django.db import connection

from projects.models import Call, Consensus
from projects.reports.terms import criteria_of, screened, section_of
from projects.rules.choices import Spread
from projects.rules.ranking import Entry, Ranked, Reach, cut, tie_of
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

GIVEN = """
SELECT a.proposal_id, a.reviewer_id, {given}
FROM projects_review r
JOIN projects_reviewassignment a ON a.id = r.assignment_id
JOIN projects_proposal p ON p.id = a.proposal_id
{agreed}
WHERE p.call_id = %(call)s AND p.submitted AND p.withdrawn_at IS NULL
    AND a.stage = %(stage)s AND a.released_on IS NULL AND r.submitted_at IS NOT NULL
"""

SCORES = """
WITH given AS ({rows}),
totals AS (SELECT *, ({weighted}) * 100 / %(best)s::numeric AS total FROM given),
levelled AS (SELECT *, {levelled} AS level FROM totals WINDOW own AS (PARTITION BY reviewer_id)),
scored AS (
    SELECT proposal_id, count(*) AS reviews, round(avg(level), 6) AS score, {found}
    FROM levelled GROUP BY proposal_id
)
"""

ONE_BY_ONE = """
SELECT proposal_id, reviews, score, {columns} FROM scored
WHERE %(proposal)s::bigint IS NULL OR proposal_id = %(proposal)s ORDER BY proposal_id
"""

IN_ORDER = """
, asked AS ({asked}), judged AS (SELECT *, {falls} AS falls FROM scored),
placed AS (
    SELECT *, rank() OVER (ORDER BY {order}) AS rank,
        row_number() OVER (ORDER BY {order}, proposal_id) AS place
    FROM judged
)
SELECT CASE WHEN NOT falls THEN rank END, asked.amount,
    CASE WHEN place BETWEEN %(first)s AND %(last)s THEN concat_ws('|', proposal_id, reviews, score,
        {means}, (SELECT concat_ws('|', {apart}) FROM ({rows} AND p.id = placed.proposal_id) one))
    END
FROM placed LEFT JOIN asked USING (proposal_id) ORDER BY place
"""
"""What only a proposal's page shows is put together, and made into a text, for the page only."""

ASKED = """
SELECT v.proposal_id, sum(b.amount - b.own) AS amount
FROM (
    SELECT DISTINCT ON (v.proposal_id) v.proposal_id, v.id
    FROM projects_proposalversion v JOIN projects_proposal p ON p.id = v.proposal_id
    WHERE p.call_id = %(call)s AND p.submitted AND v.submitted_at IS NOT NULL
    ORDER BY v.proposal_id, v.version DESC
) v
JOIN projects_participant t ON t.version_id = v.id
JOIN projects_budgetline b ON b.participant_id = t.id
GROUP BY v.proposal_id
"""
"""What each proposal asks for in its last version: its cost less own money."""

MANY = 10**9

NOTHING_ASKED = "SELECT NULL::bigint AS proposal_id, NULL::numeric AS amount WHERE false"


@dataclass(frozen=True)
class Place:
    """A proposal in the ranking: what reviewers found, what it asks for, how far money goes."""

    ranked: Ranked
    scored: Scored
    asked: Decimal | None = None
    reach: Reach | None = None


@dataclass(frozen=True)
class Ranking:
    """A page of a stage's proposals, best first; `scored`: how many there are in all.

    `left`: of the budget, where the call has one. `unscored`: how many have no review yet.
    """

    places: Sequence[Place]
    criteria: Sequence[Criterion]
    scored: int
    left: Decimal | None
    unscored: int


def ranking(*, call: Call, stage: int = 1, start: int = 0, most: int = MANY) -> Ranking:
    """Return the ranking of a call's stage from a place on, in as many queries for any number."""
    query = Query(call, stage)
    first, end = max(start - 1, 0), start + most
    rows = query.in_order(first, end) if query.criteria else []
    unscored = screened(call, stage).count() - len(rows)
    reaches, left = list[Reach | None](), None
    if call.budget is not None:
        sums = [(place, amount or Decimal(0)) for place, amount, _ in rows]
        reaches, left = cut(sums, call.budget)
    around = [query.read(text.split("|")) for _, _, text in rows[first : end + 1]]
    entries = [query.entry(each) for each in around]
    places = []
    for index in range(start, min(end, len(rows))):
        found = around[index - first]
        tie = tie_of(entries, index - first, query.heaviest)
        ranked = Ranked(found.proposal, rows[index][0], tie)
        reached = (rows[index][1] or Decimal(0), reaches[index]) if reaches else ()
        places.append(Place(ranked, found, *reached))
    return Ranking(places, query.criteria, len(rows), left, unscored)


def scores(call: Call, stage: int, proposal: int | None = None) -> Iterator[Scored]:
    """Yield what reviewers found of a stage's proposals, or of one of them."""
    query = Query(call, stage)
    if query.criteria:
        yield from map(query.read, query.one_by_one(proposal))


class Query:
    """The query of a stage's scores, and how its rows are read.

    It has a few columns for each criterion; whatever comes from outside stays a parameter.
    """

    def __init__(self, call: Call, stage: int) -> None:
        self.call, self.stage = call, stage
        self.criteria, self.screening = criteria_of(call), section_of(call).screening
        by_weight = sorted(enumerate(self.criteria), key=lambda each: -each[1].weight)
        self.order = [number for number, _ in by_weight]
        self.heaviest = [each.code for _, each in by_weight]
        reached = Consensus.objects.filter(proposal__call=call, stage=stage)
        codes = set(reached.values_list("criterion", flat=True))
        self.agreed = [n for n, each in enumerate(self.criteria) if each.code in codes]

    def in_order(self, first: int, last: int) -> list[tuple[int | None, Decimal | None, str]]:
        """Return all in order; of those from `first` to `last`, counted from 0, what was found."""
        numbers = range(len(self.criteria))
        falls = " OR ".join(
            f"mean{n} < %(threshold{n})s" for n in numbers if self.criteria[n].threshold is not None
        )
        ordered = IN_ORDER.format(
            asked=ASKED if self.call.budget is not None else NOTHING_ASKED,
            falls=falls or "false",
            order=", ".join(["falls", "score DESC", *(f"mean{n} DESC" for n in self.order)]),
            means=", ".join(f"mean{n}" for n in numbers),
            apart=", ".join(apart(numbers, self.agreed)),
            rows=given(numbers, self.agreed),
        )
        return self.rows(self.scored(means) + ordered, first=first + 1, last=last + 1)

    def one_by_one(self, proposal: int | None) -> list[tuple[Any, ...]]:
        numbers = range(len(self.criteria))
        names = [f"{what}{n}" for what in ("mean", "spread", "reached") for n in numbers]
        found = ONE_BY_ONE.format(columns=", ".join(names))
        return self.rows(self.scored(found_of) + found, proposal=proposal)

    def rows(self, sql: str, **more: Any) -> list[Any]:
        counts, best = counted(self.criteria)
        given = {"call": self.call.pk, "stage": self.stage, "best": best, **more}
        for n, (each, points) in enumerate(zip(self.criteria, counts, strict=True)):
            given |= {f"code{n}": each.code, f"points{n}": points, f"threshold{n}": each.threshold}
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            return list(cursor.fetchall())

    def scored(self, found: Callable[[Sequence[int], Collection[int]], list[str]]) -> str:
        numbers = range(len(self.criteria))
        score = scores_of(numbers, self.agreed)
        return SCORES.format(
            rows=given(numbers, self.agreed),
            weighted=" + ".join(f"%(points{n})s::numeric * {score[n]}" for n in numbers),
            levelled=LEVELLED[self.screening.spread],
            found=", ".join(found(numbers, self.agreed)),
        )

    def read(self, row: Sequence[Any]) -> Scored:
        """Return a row: proposal, reviews, score; means, spreads and where agreed by criterion."""
        proposal, reviews, score, *found = row
        codes = [each.code for each in self.criteria]
        by_kind = batched(found, len(codes))
        means, spreads, agreed = (dict(zip(codes, each, strict=True)) for each in by_kind)
        means = {code: Decimal(mean) for code, mean in means.items()}
        spreads = {code: Decimal(spread) for code, spread in spreads.items()}
        flag_from = self.screening.flag_from
        return Scored(
            int(proposal),
            int(reviews),
            Decimal(score),
            means,
            spreads,
            tuple(
                code
                for code in codes
                if flag_from is not None
                and spreads[code] >= flag_from
                and agreed[code] in (False, "f")
            ),
            tuple(
                each.code
                for each in self.criteria
                if each.threshold is not None and means[each.code] < each.threshold
            ),
        )

    def entry(self, found: Scored) -> Entry:
        means = tuple(found.means[code] for code in self.heaviest)
        return Entry(found.proposal, found.score, means, falls=bool(found.below))


def given(numbers: Iterable[int], agreed: Iterable[int]) -> str:
    """Return the query of the reviews that count, with what was given and agreed by criterion.

    `agreed`: the numbers of those on which any consensus was reached; the others need no join.
    """
    return GIVEN.format(
        given=", ".join(
            [f"(r.scores->>%(code{n})s)::numeric AS given{n}" for n in numbers]
            + [f"k{n}.score AS agreed{n}" for n in agreed]
        ),
        agreed="\n".join(
            f"LEFT JOIN projects_consensus k{n} ON k{n}.proposal_id = p.id"
            f" AND k{n}.stage = %(stage)s AND k{n}.criterion = %(code{n})s"
            for n in agreed
        ),
    )


def scores_of(numbers: Iterable[int], agreed: Collection[int]) -> list[str]:
    return [f"coalesce(agreed{n}, given{n})" if n in agreed else f"given{n}" for n in numbers]


def means(numbers: Sequence[int], agreed: Collection[int]) -> list[str]:
    found = enumerate(scores_of(numbers, agreed))
    return [f"round(avg({score}), 6) AS mean{n}" for n, score in found]


def apart(numbers: Sequence[int], agreed: Collection[int]) -> list[str]:
    """Return how far reviewers lie apart by criterion, then on which they agreed."""
    spreads = [f"max(given{n}) - min(given{n})" for n in numbers]
    return spreads + [f"count(agreed{n}) > 0" if n in agreed else "false" for n in numbers]


def found_of(numbers: Sequence[int], agreed: Collection[int]) -> list[str]:
    names = [f"{what}{n}" for what in ("spread", "reached") for n in numbers]
    told = zip(apart(numbers, agreed), names, strict=True)
    return [*means(numbers, agreed), *(f"{each} AS {name}" for each, name in told)]


def counted(criteria: Sequence[Criterion]) -> tuple[list[Decimal], Decimal]:
    """Return what a point of each criterion counts, in whole numbers, and the best total.

    So that the sums are exact and only one division rounds.
    """
    points = [Fraction(each.weight) / each.top for each in criteria]
    common = lcm(*(each.denominator for each in points))
    counts = [Decimal(int(each * common)) for each in points]
    tops = (count * each.top for count, each in zip(counts, criteria, strict=True))
    return counts, sum(tops, start=Decimal(0))
