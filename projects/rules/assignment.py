"""Giving proposals to reviewers: enough for each, nobody in conflict, the load even."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import highspy

SHORT = 10**6
"""What a missing reviewer costs: more than any unevenness, so that it is the last resort."""


def greet_nobody() -> None:
    """Let HiGHS say who it is where nobody reads it: it does so once, before options count."""
    try:
        kept = os.dup(1)
    except OSError:  # there is no standard output
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


greet_nobody()  # while the process starts, when nothing else writes


@dataclass(frozen=True)
class Plan:
    """Who reviews what, and which proposals lack how many reviewers."""

    pairs: tuple[tuple[int, int], ...]
    short: Mapping[int, int]


def assign(
    *, wanted: Mapping[int, int], allowed: Mapping[int, Sequence[int]], load: Mapping[int, int]
) -> Plan:
    """Return who should review what.

    `wanted`: how many reviewers each proposal still needs; `allowed`: who may review it;
    `load`: how many proposals each reviewer already has. A transport problem: the n-th
    proposal of a reviewer costs n, so that the sum is least where the load is even.
    """
    proposals = sorted(key for key, count in wanted.items() if count > 0)
    edges = [(each, one) for each in proposals for one in sorted(allowed.get(each, ()))]
    if not edges:
        return Plan((), {each: wanted[each] for each in proposals})
    full = Counter(reviewer for _, reviewer in edges)
    most = 4 + 2 * sum(wanted[each] for each in proposals) // len(full)
    while True:
        chosen = solve(proposals, edges, wanted, load, most)
        taken = Counter(reviewer for _, reviewer in chosen)
        # A limit that binds nobody changes nothing: the costs are convex.
        if all(count < most or count == full[each] for each, count in taken.items()):
            break
        most *= 2
    given = Counter(proposal for proposal, _ in chosen)
    short = {each: wanted[each] - given[each] for each in proposals if given[each] < wanted[each]}
    return Plan(tuple(chosen), short)


def solve(
    proposals: Sequence[int],
    edges: Sequence[tuple[int, int]],
    wanted: Mapping[int, int],
    load: Mapping[int, int],
    most: int,
) -> list[tuple[int, int]]:
    """Return the edges of the cheapest plan with at most so many for each, by HiGHS.

    Columns: whether an edge is used, how many reviewers each proposal lacks, whether each
    further place of a reviewer is taken. Rows: a proposal has enough or lacks the rest; a
    reviewer's edges are the places taken.
    """
    reviewers = Counter(reviewer for _, reviewer in edges)
    row_of = {each: row for row, each in enumerate(proposals)}
    seat_of = {each: row for row, each in enumerate(sorted(reviewers), len(proposals))}
    columns = [Column(0, 1, ((row_of[each], 1), (seat_of[one], 1))) for each, one in edges]
    columns += [Column(SHORT, wanted[each], ((row_of[each], 1),)) for each in proposals]
    columns += [
        Column(load.get(each, 0) + place, 1, ((seat_of[each], -1),))
        for each in sorted(reviewers)
        for place in range(1, min(reviewers[each], most) + 1)
    ]
    sides = [wanted[each] for each in proposals] + [0] * len(reviewers)
    values = solution(columns, sides)[: len(edges)]
    return [edge for edge, value in zip(edges, values, strict=True) if value > 0.5]


@dataclass(frozen=True)
class Column:
    """A variable from 0 to `most`: its cost, and its factor by row."""

    cost: int
    most: int
    factors: tuple[tuple[int, int], ...]


def solution(columns: Sequence[Column], sides: Sequence[int]) -> Sequence[float]:
    """Return the cheapest values of variables whose rows come to `sides`."""
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(columns), len(sides)
    program.col_cost_ = [each.cost for each in columns]
    program.col_lower_ = [0] * len(columns)
    program.col_upper_ = [each.most for each in columns]
    program.row_lower_ = program.row_upper_ = list(sides)
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_ = [0, *accumulate(len(each.factors) for each in columns)]
    matrix.index_ = [row for each in columns for row, _ in each.factors]
    matrix.value_ = [factor for each in columns for _, factor in each.factors]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    # One thread, and the simplex method: the same plan each time, at a corner, hence whole.
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("solver", "simplex")
    solver.passModel(program)
    solver.run()
    values: Sequence[float] = solver.getSolution().col_value
    return values
